import { describe, expect, it } from "vitest";
import { interpretObservation } from "#app/listings/observation.ts";
import { explainByCompleteness, explainByOrder, sumUnseen } from "#app/listings/unseen.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, second));

describe("what a reading means", () => {
  const known = { acknowledgedQuantity: 10, unclear: null, soldSince: 0 };

  it("what is missing and no order explains was sold unseen", () => {
    expect(interpretObservation(known, 7, true).unseenAdded).toBe(3);
    expect(interpretObservation({ ...known, soldSince: 2 }, 7, true).unseenAdded).toBe(1);
  });

  it("where a sale does not lower the quantity, a lower one is an edit", () => {
    expect(interpretObservation(known, 7, false).unseenAdded).toBe(0);
  });

  it("after a lost reply the higher of both numbers is what was there to be sold", () => {
    const unclear = { quantity: 12, accepted: false, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...known, unclear }, 10, true).unseenAdded).toBe(2);
    expect(interpretObservation({ ...known, unclear }, 12, true)).toMatchObject({ unclear: "landed", unseenAdded: 0 });
  });

  it("an accepted write that does not show yet is waited for, until it can no longer come", () => {
    const unclear = { quantity: 12, accepted: true, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...known, unclear }, 10, true)).toEqual({
      acknowledgedQuantity: 10,
      unseenAdded: 0,
      unclear: "waiting",
    });
    // 3 sold, and their order is known: what is left of the 12 shows that it landed.
    expect(
      interpretObservation({ ...known, unclear: { ...unclear, soldSince: 3 }, soldSince: 3 }, 9, true),
    ).toMatchObject({
      unclear: "landed",
      unseenAdded: 0,
    });
    // 3 sold, and no order yet: a guess, on the safe side, until the write is surely there.
    expect(interpretObservation({ ...known, unclear }, 9, true)).toEqual({
      acknowledgedQuantity: 10,
      unseenAdded: 3,
      unclear: "waiting",
    });
    const late = { ...unclear, mayStillLand: false };
    expect(interpretObservation({ ...known, unclear: late }, 10, true).unclear).toBe("none");
  });

  it("a sale before the write says nothing about whether the write landed", () => {
    // 1 of 1 was sold; then 1 was written, which does not show yet. 1 - 1 = 0 is shown, and is the old number.
    const unclear = { quantity: 1, accepted: true, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ acknowledgedQuantity: 1, soldSince: 1, unclear }, 0, true)).toMatchObject({
      unclear: "waiting",
      unseenAdded: 0,
    });
  });
});

describe("unseen units", () => {
  const unseen = [{ units: 2, from: at(10), to: at(30) }];

  it("an order sold within the observation is not subtracted twice", () => {
    expect(sumUnseen(explainByOrder(unseen, { soldAt: at(20), units: 1 }, 2_000))).toBe(1);
    expect(sumUnseen(explainByOrder(unseen, { soldAt: at(20), units: 5 }, 2_000))).toBe(0);
  });

  it("an order sold before the write, or about when it was read, explains nothing", () => {
    for (const second of [5, 10, 11, 29, 30, 40]) {
      expect(sumUnseen(explainByOrder(unseen, { soldAt: at(second), units: 1 }, 2_000))).toBe(2);
    }
  });

  it("complete orders explain what was seen before them, and nothing later", () => {
    expect(explainByCompleteness(unseen, at(30), 2_000)).toHaveLength(1);
    expect(explainByCompleteness(unseen, at(33), 2_000)).toHaveLength(0);
  });
});
