import { describe, expect, it } from "vitest";
import {
  DEFAULT_RULES,
  isLifecycleStage,
  LIFECYCLE_STAGES,
  lifecycleRulesSchema,
  type Purchases,
  rulesOf,
  standingOf,
} from "#app/customers/lifecycle.ts";

const DAY_MS = 24 * 60 * 60_000;
const day = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * DAY_MS);
const NOTHING: Purchases = { orders: 0, lastAt: null, previousAt: null, shopOrders: 0, shopLastAt: null };
const stage = (purchases: Partial<Purchases>, today: number) =>
  standingOf({ ...NOTHING, ...purchases }, DEFAULT_RULES, day(today));

describe("where a customer stands", () => {
  it("who bought nothing on a marketplace is none, whatever they bought in the shop", () => {
    expect(stage({}, 0)).toBe(null);
    // Counted, its time not known; and a time that is left of one that was cancelled.
    expect(stage({ orders: 1 }, 0)).toBe(null);
    expect(stage({ lastAt: day(0), shopOrders: 1 }, 1)).toBe(null);
    expect(stage({ shopOrders: 3, shopLastAt: day(0) }, 1)).toBe(null);
  });

  it("a first purchase makes somebody new, a second one active, until they are at risk", () => {
    expect(stage({ orders: 1, lastAt: day(0) }, 89)).toEqual({ stage: "new", until: day(90) });
    expect(stage({ orders: 2, lastAt: day(10), previousAt: day(0) }, 11)).toEqual({ stage: "active", until: day(100) });
  });

  it("to the day: at risk after 90, lapsed after 180", () => {
    const bought = { orders: 2, lastAt: day(0), previousAt: day(0) };
    expect(standingOf({ ...NOTHING, ...bought }, DEFAULT_RULES, new Date(day(90).getTime() - 1))?.stage).toBe("active");
    expect(stage(bought, 90)).toEqual({ stage: "at-risk", until: day(180) });
    expect(standingOf({ ...NOTHING, ...bought }, DEFAULT_RULES, new Date(day(180).getTime() - 1))?.stage).toBe(
      "at-risk",
    );
    expect(stage(bought, 180)).toEqual({ stage: "lapsed", until: null });
  });

  it("who buys again after they lapsed is won back, a day earlier is active", () => {
    expect(stage({ orders: 2, lastAt: day(180), previousAt: day(0) }, 181)?.stage).toBe("won-back");
    expect(stage({ orders: 2, lastAt: day(179), previousAt: day(0) }, 181)?.stage).toBe("active");
    expect(stage({ orders: 2, lastAt: day(180), previousAt: day(0) }, 271)?.stage).toBe("at-risk");
  });

  it("what was bought in the shop counts too", () => {
    expect(stage({ orders: 1, lastAt: day(0), shopOrders: 1 }, 1)?.stage).toBe("active");
    expect(stage({ orders: 1, lastAt: day(200), shopOrders: 2, shopLastAt: day(0) }, 201)?.stage).toBe("won-back");
    expect(stage({ orders: 1, lastAt: day(200), shopOrders: 2, shopLastAt: day(150) }, 201)?.stage).toBe("active");
    const both = { orders: 2, previousAt: day(0), lastAt: day(200) };
    expect(stage({ ...both, shopOrders: 1, shopLastAt: day(100) }, 201)?.stage).toBe("active");
    expect(stage({ ...both, previousAt: day(150), shopOrders: 1, shopLastAt: day(1) }, 201)?.stage).toBe("active");
    // At the very same moment, too.
    expect(stage({ orders: 1, lastAt: day(200), shopOrders: 2, shopLastAt: day(200) }, 201)?.stage).toBe("active");
    // Its time not known, nobody is called won back.
    expect(stage({ ...both, shopOrders: 1 }, 201)?.stage).toBe("active");
  });

  it("a later purchase in the shop is the last one", () => {
    const bought = { orders: 1, lastAt: day(0), shopLastAt: day(200) };
    expect(stage({ ...bought, shopOrders: 1 }, 201)).toEqual({ stage: "won-back", until: day(290) });
    // Another of the shop's may have come between.
    expect(stage({ ...bought, shopOrders: 2 }, 201)?.stage).toBe("active");
  });
});

it("a stage is told from any other word", () => {
  expect(LIFECYCLE_STAGES.map(isLifecycleStage)).toEqual([true, true, true, true, true]);
  expect([isLifecycleStage("gone"), isLifecycleStage("")]).toEqual([false, false]);
});

describe("the merchant's rules", () => {
  it("are days of which the second are more than the first", () => {
    expect(lifecycleRulesSchema.safeParse({ atRiskDays: 30, lapsedDays: 31 }).success).toBe(true);
    for (const wrong of [
      { atRiskDays: 30, lapsedDays: 30 },
      { atRiskDays: 0, lapsedDays: 30 },
      { atRiskDays: 1.5, lapsedDays: 30 },
      { atRiskDays: 30, lapsedDays: 3_651 },
    ])
      expect(lifecycleRulesSchema.safeParse(wrong).success).toBe(false);
    expect(lifecycleRulesSchema.safeParse({ atRiskDays: 30, lapsedDays: 30 }).error?.issues).toMatchObject([
      { path: ["lapsedDays"], message: "More days than until they are at risk." },
    ]);
  });

  it("are the default where none are stored, or none that can be read", () => {
    expect(rulesOf(null)).toEqual(DEFAULT_RULES);
    expect(rulesOf({ atRiskDays: 9 })).toEqual(DEFAULT_RULES);
    expect(rulesOf({ atRiskDays: 9, lapsedDays: 10 })).toEqual({ atRiskDays: 9, lapsedDays: 10 });
  });
});
