import { describe, expect, it } from "vitest";
import {
  STEP_NAMES,
  type Steps,
  sayCheckState,
  sayEffect,
  sayResult,
  sayStep,
  sayWhereItIs,
} from "#app/views/latency-check-words.ts";

const NONE: Steps = { heardMs: null, pushedMs: null, acceptedMs: null, shownMs: null };
const UNDER_WAY = { isOver: false, isRefused: false, problem: null };

describe("a latency check, in words", () => {
  it("says where each listing is, step by step", () => {
    const after = [{}, { heardMs: 700 }, { pushedMs: 900 }, { acceptedMs: 1_400 }, { shownMs: 2_640 }];
    let steps = NONE;
    const said = after.map((more) => {
      steps = { ...steps, ...more };
      return sayWhereItIs(steps, UNDER_WAY).label;
    });
    expect(said).toEqual([
      "Waiting for Shopify",
      "About to be sent",
      "Sent",
      "Accepted, reading it back",
      "Shown after 2.6 s",
    ]);
    expect(STEP_NAMES.map((name) => sayStep(steps[name]))).toEqual(["0.7 s", "0.9 s", "1.4 s", "2.6 s"]);
    expect(sayStep(null)).toBe("–");
    expect(sayWhereItIs({ ...NONE, pushedMs: 1 }, { ...UNDER_WAY, problem: "no answer" }).label).toBe("Trying again");
  });

  it("says how each ended that was not shown", () => {
    const over = { ...UNDER_WAY, isOver: true };
    expect(sayWhereItIs(NONE, over).label).toBe("Not accepted in time");
    expect(sayWhereItIs({ ...NONE, acceptedMs: 5 }, over).label).toBe("Not seen in time");
    expect(sayWhereItIs(NONE, { ...over, isRefused: true })).toMatchObject({ label: "Refused", tone: "critical" });
  });

  it("sums it up in a line", () => {
    expect(sayResult([{ shownMs: 2_600 }, { shownMs: 1_100 }])).toBe(
      "Shown everywhere after 2.6 s, first after 1.1 s.",
    );
    expect(sayResult([{ shownMs: 2_600 }])).toBe("Shown after 2.6 s.");
    expect(sayResult([{ shownMs: 2_600 }, { shownMs: null }])).toBe("Shown after 2.6 s (1 of 2 listings).");
    expect(sayResult([{ shownMs: 2_600 }, { shownMs: null }, { shownMs: 4_000 }])).toBe(
      "Shown after 4.0 s, first after 2.6 s (2 of 3 listings).",
    );
    expect(sayResult([{ shownMs: null }])).toBe("No listing showed the new number.");
  });

  it("says what it does before it begins, and how it stands", () => {
    expect(sayEffect("Leeds", 1)).toMatch(/^One unit at Leeds is set aside .* This listing shows fewer/);
    expect(sayEffect("Leeds", 2)).toMatch(/These listings show fewer/);
    expect((["taking", "watching", "returning"] as const).map((state) => sayCheckState(state, null).label)).toEqual([
      ...["Setting a unit aside", "Timing", "Putting it back"],
    ]);
    expect(sayCheckState("ended", null)).toMatchObject({ label: "Timed", tone: "success" });
    expect(sayCheckState("ended", "late").label).toBe("Not all timed");
  });
});
