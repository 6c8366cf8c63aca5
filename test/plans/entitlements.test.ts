import { describe, expect, it } from "vitest";
import {
  entitlements,
  FEATURE_NAMES,
  type Feature,
  gateOf,
  mayRaise,
  mayUse,
  PLANS,
  type PlanFacts,
  type PlanName,
  parsePlan,
  sayRefused,
} from "#app/plans/entitlements.ts";

const AT = new Date("2026-11-30T00:00:00Z");
const on = (plan: PlanName | null, facts: Partial<PlanFacts> = {}) =>
  entitlements({ plan, stockEndsAt: null, stockEndedAt: null, ...facts }, true);

/** The plan table, as it is sold. */
const HAVE: Record<PlanName, Feature[]> = {
  free: [],
  starter: ["stock", "price", "orders", "customers", "conflicts"],
  pro: ["stock", "price", "orders", "customers", "conflicts", "buffers"],
  agency: ["stock", "price", "orders", "customers", "conflicts", "buffers", "routing"],
  enterprise: ["stock", "price", "orders", "customers", "conflicts", "buffers", "routing"],
};

describe("what a plan has", () => {
  it.each(PLANS)("%s has what the plan table says, and nothing else", (plan) => {
    expect(FEATURE_NAMES.filter((feature) => mayUse(on(plan), feature))).toEqual(HAVE[plan]);
    expect(FEATURE_NAMES.filter((feature) => gateOf(on(plan), feature) === null)).toEqual(HAVE[plan]);
  });

  it.each([
    ["where no plans are sold", entitlements({ plan: "free", stockEndsAt: null, stockEndedAt: null }, false)],
    ["of a shop that was never asked about", entitlements(null, true)],
    ["of a shop whose plan was never confirmed", on(null)],
  ])("%s nothing is limited", (_, its) => {
    expect(FEATURE_NAMES.filter((feature) => !mayUse(its, feature))).toEqual([]);
    expect(mayRaise(its)).toBe(true);
  });

  it("while stock sync winds down what came with it goes on, but no number goes up", () => {
    const its = on("free", { stockEndsAt: AT });
    expect(FEATURE_NAMES.filter((feature) => mayUse(its, feature))).toEqual(HAVE.starter);
    expect(mayRaise(its)).toBe(false);
    expect(mayRaise(on("starter"))).toBe(true);
  });

  it("once it has wound down it is over", () => {
    expect(mayUse(on("free", { stockEndsAt: AT, stockEndedAt: AT }), "stock")).toBe(false);
  });

  it("says which plan has it, and what becomes of what is set", () => {
    expect(gateOf(on("starter"), "buffers")).toEqual({
      feature: "buffers",
      title: "Buffers, thresholds and caps are part of the Pro plan",
      text: "Those that are set stay as they are and go on working.",
    });
  });
});

it("what was refused says which plan has it, and where to choose it", () => {
  expect([sayRefused("buffers"), sayRefused("routing")]).toEqual([
    "Buffers, thresholds and caps are part of the Pro plan, so nothing was changed. Choose a plan under Plan.",
    "Choosing locations for each channel is part of the Agency plan, so nothing was changed. Choose a plan under Plan.",
  ]);
});

it("a plan is known by its name alone", () => {
  expect([...PLANS, null, "gold", ""].map(parsePlan)).toEqual([...PLANS, null, null, null]);
});
