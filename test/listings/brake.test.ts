import { describe, expect, it } from "vitest";
import { NO_POLICY } from "#app/inventory/policy.ts";
import { brakeForChanged, brakeForZeroed, isSoldOut, listingsToCount, showingToCount } from "#app/listings/brake.ts";

const zeroed = (number: number, showing: number, zeroedBefore = 0) =>
  brakeForZeroed({ zeroed: number, zeroedBefore }, showing) !== null;

describe("the brake weighs a share", () => {
  it("of a channel of 8 listings as of one of 80,000", () => {
    expect([zeroed(2, 8), zeroed(3, 8)]).toEqual([false, true]);
    expect([zeroed(24_000, 80_000), zeroed(24_001, 80_000)]).toEqual([false, true]);
    expect([zeroed(3, 10), zeroed(4, 10)]).toEqual([false, true]);
  });

  it("where one or two sell out, however small the channel, it does nothing", () => {
    expect([zeroed(1, 1), zeroed(1, 2), zeroed(2, 2), zeroed(1, 3), zeroed(2, 3)]).toEqual(Array(5).fill(false));
    expect(zeroed(3, 3)).toBe(true);
  });

  it("with what went to zero in the last minutes, but not where nothing more goes there", () => {
    expect(zeroed(1, 6, 2)).toBe(true);
    expect(zeroed(0, 6, 8)).toBe(false);
    expect(brakeForZeroed({ zeroed: 4, zeroedBefore: 0 }, 8)).toBe("4 of 8 listings would show 0");
    expect(brakeForZeroed({ zeroed: 1, zeroedBefore: 2 }, 6)).toBe("3 of 8 listings would show 0, 2 of them already");
  });

  it("knows of a small share as soon as enough listings are counted", () => {
    const few = { zeroed: 3, zeroedBefore: 1 };
    expect(showingToCount(few)).toBe(14);
    expect(brakeForZeroed(few, showingToCount(few))).toBeNull();
    expect(brakeForChanged(60, listingsToCount(60))).toBeNull();
  });

  it("of numbers that move above zero, unless it is a delivery to a small shop", () => {
    expect(brakeForChanged(8, 8)).toBeNull();
    expect(brakeForChanged(20, 20)).toBe("20 of 20 listings would change at once");
    expect(brakeForChanged(70, 100)).toBeNull();
    expect(brakeForChanged(71, 100)).not.toBeNull();
  });
});

describe("what sales explain", () => {
  const policy = NO_POLICY;
  it("is a listing whose last units were sold just now", () => {
    expect(isSoldOut({ shown: 2, sellable: 0, soldUnits: 2, policy })).toBe(true);
    expect(isSoldOut({ shown: 1, sellable: -1, soldUnits: 2, policy })).toBe(true);
    expect(isSoldOut({ shown: 3, sellable: 2, soldUnits: 1, policy: { ...policy, threshold: 3 } })).toBe(true);
  });

  it("is not one that showed more than was sold: its stock was wiped, or a policy hides it", () => {
    expect(isSoldOut({ shown: 50, sellable: 0, soldUnits: 1, policy })).toBe(false);
    expect(isSoldOut({ shown: 2, sellable: 0, soldUnits: 0, policy })).toBe(false);
    // Nothing was sold: it goes to zero for another reason, whatever is there.
    expect(isSoldOut({ shown: 2, sellable: 5, soldUnits: 0, policy })).toBe(false);
    const buffer = { kind: "units" as const, units: 500 };
    expect(isSoldOut({ shown: 5, sellable: 5, soldUnits: 1, policy: { ...policy, buffer } })).toBe(false);
  });
});
