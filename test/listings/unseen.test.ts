import { describe, expect, it } from "vitest";
import { interpretObservation } from "#app/listings/observation.ts";
import { explainByCompleteness, explainByOrder, parseUnseen, sumUnseen } from "#app/listings/unseen.ts";

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
    const unclear = { quantity: 12, before: [], accepted: false, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...known, unclear }, 10, true).unseenAdded).toBe(2);
    expect(interpretObservation({ ...known, unclear }, 12, true)).toMatchObject({ unclear: "landed", unseenAdded: 0 });
  });

  it("an accepted write that does not show yet is waited for, until it can no longer come", () => {
    const unclear = { quantity: 12, before: [], accepted: true, mayStillLand: true, soldSince: 0 };
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

  it("an order that came in since explains what is left of either number", () => {
    const unclear = { quantity: 12, before: [], accepted: false, mayStillLand: true, soldSince: 2 };
    // 12 were written and 2 of them sold: 10 is what would be left of them, and more than 10 less 3.
    const seen = interpretObservation({ ...known, unclear, soldSince: 3 }, 9, true);
    expect(seen).toEqual({ acknowledgedQuantity: 9, unseenAdded: 1, unclear: "none" });
  });

  it("what is not shown is no number: nothing is missing, and a write is still waited for", () => {
    expect(interpretObservation(known, null, true)).toEqual({
      acknowledgedQuantity: 10,
      unseenAdded: 0,
      unclear: "none",
    });
    const unclear = { quantity: 12, before: [], accepted: false, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...known, unclear }, null, true).unclear).toBe("waiting");
  });

  it("the first reading is the number to compare with from then on", () => {
    const first = { acknowledgedQuantity: null, unclear: null, soldSince: 0 };
    expect(interpretObservation(first, 7, true)).toEqual({ acknowledgedQuantity: 7, unseenAdded: 0, unclear: "none" });
    // Known only by a write whose reply was lost: 5 would be there, and 3 are.
    const unclear = { quantity: 5, before: [], accepted: false, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...first, unclear }, 3, true)).toMatchObject({ unseenAdded: 2, unclear: "none" });
    expect(interpretObservation({ ...first, unclear }, 7, true)).toMatchObject({
      acknowledgedQuantity: 7,
      unseenAdded: 0,
    });
    const accepted = { ...unclear, accepted: true };
    expect(interpretObservation({ ...first, unclear: accepted }, 0, true)).toMatchObject({
      unseenAdded: 5,
      unclear: "waiting",
    });
    expect(interpretObservation({ ...first, unclear: accepted }, 7, true).acknowledgedQuantity).toBeNull();
  });

  it("a write that shows landed, though an order that came in since is not taken off it", () => {
    const unclear = { quantity: 12, before: [], accepted: true, mayStillLand: true, soldSince: 2 };
    expect(interpretObservation({ ...known, unclear }, 12, true)).toEqual({
      acknowledgedQuantity: 12,
      unseenAdded: 0,
      unclear: "landed",
    });
  });

  it("a write that was refused, or never answered, is not waited for", () => {
    const unclear = { quantity: 12, before: [], accepted: false, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...known, unclear }, 10, true).unclear).toBe("none");
  });

  it("more than is known of is an edit, and never fewer than none sold", () => {
    expect(interpretObservation(known, 14, true)).toEqual({
      acknowledgedQuantity: 14,
      unseenAdded: 0,
      unclear: "none",
    });
  });

  it("an accepted write that is waited for makes nothing missing where a sale does not lower the quantity", () => {
    const unclear = { quantity: 12, before: [], accepted: true, mayStillLand: true, soldSince: 0 };
    expect(interpretObservation({ ...known, unclear }, 8, false)).toEqual({
      acknowledgedQuantity: 10,
      unseenAdded: 0,
      unclear: "waiting",
    });
  });

  it("a sale before the write says nothing about whether the write landed", () => {
    // 1 of 1 was sold; then 1 was written, which does not show yet. 1 - 1 = 0 is shown, and is the old number.
    const unclear = { quantity: 1, before: [], accepted: true, mayStillLand: true, soldSince: 0 };
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

  it("an order explains of each observation no more than it sold, one after another", () => {
    const two = [...unseen, { units: 3, from: at(10), to: at(30) }];
    const left = (units: number) => explainByOrder(two, { soldAt: at(20), units }, 2_000).map((one) => one.units);
    expect([0, 1, 2, 3, 5, 9].map(left)).toEqual([[2, 3], [1, 3], [3], [2], [], []]);
  });

  it("an order sold within the tolerance of either end explains nothing", () => {
    const at20 = (ms: number) => new Date(at(0).getTime() + ms);
    const explains = (ms: number) => sumUnseen(explainByOrder(unseen, { soldAt: at20(ms), units: 2 }, 2_000)) === 0;
    expect([12_000, 12_001, 27_999, 28_000].map(explains)).toEqual([false, true, true, false]);
  });

  it("what is stored is read as it was written, and what can't be read is a defect", () => {
    const stored = { units: 2, from: at(10), to: at(30), shown: 4, guess: true, doubtful: true };
    expect(parseUnseen(JSON.parse(JSON.stringify([stored])))).toEqual([stored]);
    expect(parseUnseen([])).toEqual([]);
    for (const odd of [
      null,

      [{ units: 1.5, from: at(1), to: at(2) }],
      [{ units: 1 }],
    ])
      expect(() => parseUnseen(odd)).toThrow();
  });

  it("an order sold before the write, or about when it was read, explains nothing", () => {
    for (const second of [5, 10, 11, 29, 30, 40]) {
      expect(sumUnseen(explainByOrder(unseen, { soldAt: at(second), units: 1 }, 2_000))).toBe(2);
    }
  });

  it("complete orders explain what was seen before them, and nothing later", () => {
    expect(explainByCompleteness(unseen, at(30), 2_000)).toHaveLength(1);
    expect(explainByCompleteness(unseen, at(32), 2_000)).toHaveLength(1);
    expect(explainByCompleteness(unseen, new Date(at(32).getTime() + 1), 2_000)).toHaveLength(0);
  });
});
