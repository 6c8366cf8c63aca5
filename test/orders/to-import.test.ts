import { describe, expect, it } from "vitest";
import { type Importing, refuseSince, toImport } from "#app/orders/to-import.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";

const DAY_MS = 24 * 60 * 60_000;
const NOW = new Date("2026-11-30T12:00:00Z");
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
const channel: Importing = { name: "eBay", importOrdersSince: daysAgo(10), holdsOrders: false, createdAt: daysAgo(5) };
const order = (days: number, change: Partial<RemoteOrder> = {}) =>
  ({ soldAt: daysAgo(days), status: "paid", fulfilment: "none", holdBecause: null, ...change }) as RemoteOrder;

describe("what is imported", () => {
  it.each([
    ["sold since", order(9), {}, false],
    ["sold at that very moment", order(10), {}, false],
    ["sold before", order(11), {}, true],
    ["sold before the channel was connected, and sent", order(6, { fulfilment: "complete" }), {}, true],
    ["sold before the channel was connected, and cancelled", order(6, { status: "cancelled" }), {}, true],
    ["sold as the channel was connected, and sent", order(5, { fulfilment: "complete" }), {}, false],
    ["sold since the channel was connected, and cancelled", order(4, { status: "cancelled" }), {}, false],
  ])("%s", (_, one, change, isLeft) => {
    expect(toImport({ ...channel, ...change }, one, false) === null).toBe(isLeft);
    // What is ours is followed, whenever it was sold.
    expect(toImport({ ...channel, ...change }, one, true)).toBe(one);
  });

  it("waits for the merchant where the channel's orders do, and where part of an old one was sent", () => {
    const why = (of: Partial<Importing>, one: RemoteOrder, isKnown = false) =>
      toImport({ ...channel, ...of }, one, isKnown)?.holdBecause;
    const off = "Importing orders from eBay is off.";
    const partial = { fulfilment: "partial" } as const;
    expect(why({}, order(1))).toBe(null);
    expect(why({ holdsOrders: true }, order(1))).toBe(off);
    expect(why({ holdsOrders: true }, order(1), true)).toBe(off);
    expect(why({ holdsOrders: true }, order(1, { holdBecause: "A replacement." }))).toBe("A replacement.");
    expect(why({}, order(6, partial))).toBe(
      "Part of it was sent before eBay was connected: Shopify would take those units once more.",
    );
    expect([why({}, order(6, partial), true), why({}, order(5, partial)), why({}, order(4, partial))]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("since when", () => {
  it.each([
    [0, null],
    [-1, "Choose a day that has begun."],
    [60, null],
    [61, "Choose one of the last 60 days: Shopify shows apps no older orders."],
  ])("%i days ago", (days, why) => {
    expect(refuseSince({ createdAt: daysAgo(5) }, daysAgo(days), NOW)).toBe(why);
  });

  it("what the channel was connected with is never too old", () => {
    expect(refuseSince({ createdAt: daysAgo(90) }, daysAgo(90), NOW)).toBe(null);
    expect(refuseSince({ createdAt: daysAgo(90) }, daysAgo(91), NOW)).not.toBe(null);
  });
});
