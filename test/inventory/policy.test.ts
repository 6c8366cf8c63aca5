import { describe, expect, it } from "vitest";
import {
  bufferUnits,
  type EffectivePolicy,
  effectivePolicy,
  NO_POLICY,
  parsePolicy,
  policySchema,
  publishedQuantity,
  sayPolicy,
} from "#app/inventory/policy.ts";

const units = (count: number) => ({ buffer: { kind: "units" as const, units: count } });
const percent = (share: number) => ({ buffer: { kind: "percent" as const, percent: share } });
const policy = (change: Partial<EffectivePolicy>): EffectivePolicy => ({ ...NO_POLICY, ...change });

describe("what a listing may show", () => {
  it.each<[string, Partial<EffectivePolicy>, number, number]>([
    ["all there is, without a policy", {}, 7, 7],
    ["nothing of nothing", {}, 0, 0],
    ["nothing below zero, even with a buffer below it", units(2), -5, 0],
    ["what the buffer leaves", units(2), 7, 5],
    ["nothing where the buffer takes all", units(7), 7, 0],
    ["nothing where the buffer is more than all", units(9), 7, 0],
    ["nothing below the threshold", { threshold: 5 }, 4, 0],
    ["all at the threshold", { threshold: 5 }, 5, 5],
    ["the threshold is of what is there before the buffer", { ...units(2), threshold: 5 }, 5, 3],
    ["the cap at most", { cap: 4 }, 7, 4],
    ["less than the cap where less is there", { cap: 4 }, 3, 3],
    ["the cap of what the buffer leaves", { ...units(2), cap: 4 }, 5, 3],
    ["nothing with a cap of 0", { cap: 0 }, 7, 0],
  ])("%s", (_, change, sellable, shown) => {
    expect(publishedQuantity(policy(change), sellable)).toBe(shown);
  });
});

describe("a buffer in percent", () => {
  it.each([
    [10, 10, 1],
    // A part of a unit is a whole unit kept back: too few for a moment is safe, too many is an oversell.
    [10, 11, 2],
    [10, 1, 1],
    [50, 3, 2],
    [33, 100, 33],
    [12.5, 8, 1],
    [12.5, 9, 2],
    [0, 50, 0],
    [100, 7, 7],
    [10, 0, 0],
    [10, -20, 0],
    // 33 exactly: in binary fractions it comes out a little above.
    [1.1, 3_000, 33],
    [4.4, 750, 33],
    [0.000001, 5, 1],
  ])("%s per cent of %s units keeps back %s", (share, sellable, kept) => {
    expect(bufferUnits(policy(percent(share)), sellable)).toBe(kept);
  });

  it("of units is what it says, whatever is there", () => {
    expect(bufferUnits(policy(units(3)), 100)).toBe(3);
    expect(bufferUnits(policy(units(3)), 1)).toBe(3);
  });
});

describe("the policy that holds", () => {
  it("is that of the most specific which says something, field by field", () => {
    const shop = { ...units(1), threshold: 2, cap: 10 };
    const channel = { threshold: 5 };
    const listing = percent(20);
    expect(effectivePolicy(shop, channel, listing)).toEqual({ ...percent(20), threshold: 5, cap: 10 });
    expect(effectivePolicy(shop, null, null)).toEqual(shop);
    expect(effectivePolicy(null, null)).toEqual({ ...units(0), threshold: 0, cap: null });
    expect(effectivePolicy(shop, units(0), { threshold: 0 })).toEqual({ ...units(0), threshold: 0, cap: 10 });
  });

  it("has no cap where the more specific one says so, and a cap of 0 where it says that", () => {
    expect(effectivePolicy({ cap: 10 }, { cap: null }).cap).toBeNull();
    expect(effectivePolicy({ cap: 10 }, { cap: 0 }).cap).toBe(0);
    expect(effectivePolicy({ cap: null }, { cap: 3 }).cap).toBe(3);
  });
});

describe("a policy that is stored", () => {
  it.each([[null], ["text"], [{ threshold: -1 }], [{ buffer: { kind: "share", units: 1 } }]])(
    "says nothing where it can't be read: %j",
    (value) => {
      expect(parsePolicy(value)).toBeNull();
    },
  );

  it("is read as it was written", () => {
    for (const one of [{ ...units(2), threshold: 3, cap: 4 }, percent(12.5), { cap: null }, {}])
      expect(parsePolicy(one)).toEqual(one);
  });

  it.each([
    [{ threshold: -1 }, "must be 0 or more"],
    [{ threshold: 1.5 }, "must be a whole number"],
    [{ threshold: "1" }, "must be a whole number, 0 or more"],
    [{ cap: 1_000_001 }, "must be 1,000,000 or less"],
    [percent(-1), "must be 0 to 100"],
    [percent(101), "must be 0 to 100"],
  ])("is refused in words: %j", (value, words) => {
    expect(policySchema.safeParse(value).error?.issues.map((one) => one.message)).toEqual([words]);
  });

  it("takes the very ends of what it allows", () => {
    for (const value of [{ threshold: 0, cap: 1_000_000 }, percent(0), percent(100)])
      expect(policySchema.safeParse(value).success).toBe(true);
  });
});

describe("a policy in words", () => {
  it.each([
    [{ ...units(2), threshold: 3, cap: 4 }, "buffer 2, threshold 3, cap 4"],
    [percent(12.5), "buffer 12.5 %"],
    [{ cap: null }, "no cap"],
    [{ threshold: 0 }, "threshold 0"],
    [{}, "as for the channel"],
    [null, "as for the channel"],
  ])("%j", (value, words) => {
    expect(sayPolicy(value, "the channel")).toBe(words);
  });
});
