import { describe, expect, it } from "vitest";
import { fingerprintOf, lineAfter, unitsOf } from "#app/orders/picture.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";

const line = (quantity: number, quantityCancelled = 0) => ({ quantity, quantityCancelled });

describe("units of a line", () => {
  it.each([
    [3, 0, 3],
    [3, 1, 2],
    [3, 3, 0],
    // A marketplace that forgets cancelled units may still count them as cancelled.
    [1, 2, 0],
  ])("%i, of which %i cancelled: %i to be sent", (quantity, cancelled, left) => {
    expect(unitsOf(line(quantity, cancelled))).toBe(left);
  });
});

describe("a line after a later picture", () => {
  it.each([
    ["is as it is shown where nothing is held", null, line(3, 1), line(3, 1)],
    ["keeps the most that was shown, and what is not shown any more is cancelled", line(3), line(2), line(3, 1)],
    ["is as large as the later one where that is larger", line(2), line(3), line(3)],
    ["is cancelled where the later picture does not have it", line(3), null, line(3, 3)],
    ["counts what is cancelled over there, too", line(4), line(3, 1), line(4, 2)],
    ["comes back where a later picture shows it again", line(3, 3), line(3), line(3)],
    ["is nothing where it never was", null, null, line(0)],
  ])("%s", (_, held, shown, expected) => {
    expect(lineAfter(held, shown)).toEqual(expected);
  });
});

describe("a picture's fingerprint", () => {
  const picture = { remoteId: "1", status: "paid", updatedAt: new Date(0) } as RemoteOrder;
  const print = (change: Partial<RemoteOrder>) => fingerprintOf((text) => text, { ...picture, ...change });

  it("moves with anything but the time of the picture", () => {
    expect(print({ updatedAt: new Date(1) })).toBe(print({}));
    expect(print({ status: "cancelled" })).not.toBe(print({}));
    expect(print({ remoteId: "2" })).not.toBe(print({}));
  });
});
