import { describe, expect, it } from "vitest";
import { addMs } from "#app/clock.ts";
import { NO_TERMS, type PlanAnswer } from "#app/plans/answers.ts";
import type { PlanFacts } from "#app/plans/entitlements.ts";
import { isEnding, isInGap, nextAsk, nextOrderGap, takeAnswer, termsBy } from "#app/plans/plan-state.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const DAY_MS = 86_400_000;
const ENDS = addMs(NOW, 7 * DAY_MS);
const facts = (
  plan: PlanFacts["plan"],
  stockEndsAt: Date | null = null,
  stockEndedAt: Date | null = null,
): PlanFacts => ({
  plan,
  stockEndsAt,
  stockEndedAt,
});
const PRO: PlanAnswer = { kind: "plan", plan: "pro", terms: NO_TERMS };
const FREE: PlanAnswer = { kind: "plan", plan: "free", terms: NO_TERMS };
const NONE: PlanAnswer = { kind: "none" };

describe("an answer", () => {
  it.each([facts(null), facts("pro"), facts("free", ENDS), facts("free", ENDS, NOW)])(
    "that is not clear changes nothing of %o",
    (held) =>
      expect(takeAnswer(held, { kind: "unclear", why: "frozen" }, true, NOW)).toEqual({ facts: held, event: null }),
  );

  it.each([NONE, FREE])("that there is no stock sync any more (%o) winds down for seven days", (answer) => {
    expect(takeAnswer(facts("pro"), answer, true, NOW)).toEqual({ facts: facts("free", ENDS), event: "lowered" });
    expect(takeAnswer(facts(null), answer, true, NOW)).toEqual({ facts: facts("free", ENDS), event: "lowered" });
  });

  it("heard again does not begin the days anew, nor end what is over", () => {
    const later = addMs(NOW, DAY_MS);
    expect(takeAnswer(facts("free", ENDS), NONE, true, later)).toEqual({ facts: facts("free", ENDS), event: null });
    const over = facts("free", ENDS, ENDS);
    expect(takeAnswer(over, NONE, false, addMs(ENDS, DAY_MS))).toEqual({ facts: over, event: null });
  });

  it("leaves nothing to wind down where nothing is pushed", () => {
    expect(takeAnswer(facts("pro"), NONE, false, NOW)).toEqual({ facts: facts("free"), event: null });
  });

  it("of a plan with stock sync ends the days, and what had ended", () => {
    expect(takeAnswer(facts("free", ENDS), PRO, true, NOW)).toEqual({ facts: facts("pro"), event: "resumed" });
    expect(takeAnswer(facts("free", NOW, NOW), PRO, false, NOW)).toEqual({ facts: facts("pro"), event: "resumed" });
  });
});

describe("time", () => {
  it("ends stock sync at its day and once", () => {
    expect(isEnding(facts("free", ENDS), addMs(ENDS, -1))).toBe(false);
    expect(isEnding(facts("free", ENDS), ENDS)).toBe(true);
    expect(isEnding(facts("free", ENDS, ENDS), ENDS)).toBe(false);
    expect(isEnding(facts("pro"), ENDS)).toBe(false);
  });

  it("asks once a day, sooner after no clear answer, and when stock sync ends", () => {
    const clear = { unclear: false, isZeroing: false, terms: NO_TERMS };
    expect(nextAsk(facts("pro"), clear, NOW)).toEqual(addMs(NOW, DAY_MS));
    expect(nextAsk(facts("pro"), { ...clear, unclear: true }, NOW)).toEqual(addMs(NOW, DAY_MS / 24));
    expect(nextAsk(facts("free", ENDS), clear, addMs(ENDS, -1_000))).toEqual(ENDS);
    expect(nextAsk(facts("free", ENDS, ENDS), clear, ENDS)).toEqual(addMs(ENDS, DAY_MS));
    expect(nextAsk(facts("free", ENDS, ENDS), { ...clear, isZeroing: true }, ENDS)).toEqual(addMs(ENDS, 300_000));
  });
});

describe("how a plan goes on", () => {
  const end = addMs(NOW, 5 * 3_600_000);
  const clear = { unclear: false, isZeroing: false };
  const asked = (terms: object): Date => nextAsk(facts("pro"), { ...clear, terms: { ...NO_TERMS, ...terms } }, NOW);

  it("is asked at the end that is known of", () => {
    expect(asked({ isEnding: true, cycleEndsAt: end })).toEqual(end);
    expect(asked({ nextPlan: "starter", cycleEndsAt: end })).toEqual(end);
    expect(asked({ trialEndsAt: end })).toEqual(end);
    // A plan that only goes on needs no question of its own.
    expect(asked({ cycleEndsAt: end })).toEqual(addMs(NOW, DAY_MS));
  });

  it("is not asked on and on once that is there, or where nobody knows it", () => {
    expect(asked({ isEnding: true, cycleEndsAt: NOW })).toEqual(addMs(NOW, DAY_MS));
    expect(asked({ isEnding: true })).toEqual(addMs(NOW, DAY_MS));
    expect(asked({ isEnding: true, cycleEndsAt: addMs(NOW, 9 * DAY_MS) })).toEqual(addMs(NOW, DAY_MS));
  });

  it("stays as it was after no clear answer, and is over where there is no plan", () => {
    expect(termsBy({ kind: "unclear", why: "frozen" })).toBeNull();
    expect(termsBy(NONE)).toEqual(NO_TERMS);
    expect(termsBy({ kind: "plan", plan: "pro", terms: { ...NO_TERMS, isEnding: true } })?.isEnding).toBe(true);
  });
});

describe("the time in which no order came in", () => {
  const later = addMs(NOW, DAY_MS);
  it("begins as the plan ends, and ends with the next", () => {
    const open = nextOrderGap(null, true, false, NOW);
    expect(open).toEqual({ from: NOW, to: null });
    expect(nextOrderGap(open, false, false, later)).toEqual(open);
    const closed = nextOrderGap(open, false, true, later);
    expect(closed).toEqual({ from: NOW, to: later });
    expect(nextOrderGap(closed, true, true, addMs(later, DAY_MS))).toEqual(closed);
  });

  it("tells orders that were sold in it from those before and after", () => {
    const gap = { from: NOW, to: later };
    expect([addMs(NOW, -1), NOW, later, addMs(later, 1)].map((at) => isInGap(gap, at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(isInGap({ from: NOW, to: null }, addMs(later, 1))).toBe(true);
    expect(isInGap(null, NOW)).toBe(false);
  });
});
