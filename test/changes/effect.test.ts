import { describe, expect, it } from "vitest";
import { isWorse, type ListingNumber, sayMoves, showEffect, weighChange } from "#app/changes/effect.ts";

const of = (id: number, shown: number | null, quantity: number | null): [number, ListingNumber] => [
  id,
  { id, title: `Mug ${id}`, sku: null, shown, quantity },
];

describe("the effect of a change", () => {
  it("is what moves by it: to zero, down and up, from what is shown", () => {
    const before = new Map([of(1, 5, 5), of(2, 5, 5), of(3, 5, 5), of(4, 5, 5)]);
    const after = new Map([of(1, 5, 0), of(2, 5, 4), of(3, 5, 6), of(4, 5, 5)]);
    const effect = weighChange(before, after);
    expect(effect).toMatchObject({ zeroed: 1, lowered: 1, raised: 1, unchanged: 1 });
    expect(sayMoves(effect)).toBe("1 listing goes to 0, 1 listing goes down, 1 listing goes up");
    expect(showEffect(effect).first.map((one) => one.listingId)).toEqual([1, 2, 3]);
  });

  it("counts what can't be brought back of what goes to zero", () => {
    const final = ([id, listing]: [number, ListingNumber]): [number, ListingNumber] => [
      id,
      { ...listing, zeroIsFinal: true },
    ];
    const before = new Map([of(1, 5, 5), of(2, 5, 5), of(3, 5, 5), of(4, null, 5)]);
    const after = new Map([final(of(1, 5, 0)), of(2, 5, 0), final(of(3, 5, 4)), final(of(4, null, 0))]);
    expect(showEffect(weighChange(before, after))).toMatchObject({ zeroed: 2, lowered: 1, final: 1 });
  });

  it("is not what waits to be pushed anyway", () => {
    const before = new Map([of(1, 5, 0), of(2, 5, 3)]);
    const after = new Map([of(1, 5, 0), of(2, 5, 5)]);
    expect(weighChange(before, after)).toMatchObject({ zeroed: 0, lowered: 0, raised: 0, unchanged: 2 });
  });

  it("leaves the number of what is left alone from now on, and of what is not counted", () => {
    const effect = weighChange(new Map([of(1, 5, 5), of(2, 5, 5)]), new Map([of(2, 5, null)]));
    expect(effect).toMatchObject({ zeroed: 0, lowered: 0, raised: 0, unchanged: 2 });
    expect(sayMoves(effect)).toBeNull();
  });

  it("of what was left alone is from what it shows", () => {
    expect(weighChange(new Map(), new Map([of(1, 9, 4), of(2, 4, 4)]))).toMatchObject({ lowered: 1, unchanged: 1 });
  });

  it("is worse than what was approved where more go to zero, or clearly more move", () => {
    const approved = { zeroed: 2, lowered: 20, raised: 0 };
    expect(isWorse({ zeroed: 3, lowered: 19, raised: 0 }, approved)).toBe(true);
    expect(isWorse({ zeroed: 1, lowered: 21, raised: 0 }, approved)).toBe(false);
    expect(isWorse({ zeroed: 2, lowered: 30, raised: 0 }, approved)).toBe(true);
  });
});
