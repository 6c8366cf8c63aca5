import { describe, expect, it } from "vitest";
import { losersOf, readConflictPolicy } from "#app/conflicts/allotment.ts";

const claim = (orderId: number, second: number, units = 1) => ({ orderId, soldAt: new Date(second * 1_000), units });
const ids = (units: number, ...claims: ReturnType<typeof claim>[]) =>
  losersOf(units, claims).map((one) => one.claim.orderId);

describe("who gets what there is", () => {
  it("nobody loses while there is enough", () => {
    expect(ids(3, claim(1, 1), claim(2, 2, 2))).toEqual([]);
  });

  it("the earliest sale wins, whichever arrived first", () => {
    expect(ids(1, claim(1, 20), claim(2, 10))).toEqual([1]);
    expect(losersOf(1, [claim(1, 20), claim(2, 10)])).toMatchObject([
      { claim: { orderId: 1 }, winners: [{ orderId: 2 }] },
    ]);
  });

  it("an order gets all or nothing, and what it can't use goes to a later one", () => {
    expect(ids(2, claim(1, 1, 3), claim(2, 2, 2))).toEqual([1]);
    expect(losersOf(5, [claim(1, 1, 3), claim(2, 2, 4)])).toMatchObject([{ claim: { orderId: 2 }, unitsMissing: 2 }]);
  });

  it("below zero everybody loses", () => {
    expect(losersOf(-2, [claim(1, 1)])).toMatchObject([{ claim: { orderId: 1 }, unitsMissing: 1 }]);
  });
});

describe("what becomes of a sale that lost", () => {
  it.each([
    ["cancel", "cancel"],
    ["backorder", "backorder"],
    ["hold", "hold"],
    // What nobody chose is for the merchant to decide.
    ["", "hold"],
    ["refund", "hold"],
  ])("by the policy %j: %s", (column, policy) => {
    expect(readConflictPolicy(column)).toBe(policy);
  });
});
