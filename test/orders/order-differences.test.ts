import { describe, expect, it } from "vitest";
import { type Compared, compareOrder, isOpenInShopify } from "#app/orders/order-differences.ts";
import { at, inShopify, LINE, lineNow, order, parcel, refunded, shopifyLine } from "./compared-orders.ts";

const keys = (seen: Compared["inShopify"], ours = order(), isShipped = false) =>
  compareOrder({ marketplace: "eBay", order: ours, inShopify: seen, isShipped }).map((one) => one.key);

describe("an order compared with its Shopify order", () => {
  it("is the same while nothing happened, and when all of it was shipped", () => {
    expect(keys(inShopify())).toEqual([]);
    expect(keys(lineNow({ unfulfilledQuantity: 0 }, { fulfillments: [parcel(3)] }))).toEqual([]);
  });

  it.each([
    ["put back in stock", "CANCEL"],
    ["not put back in stock", "NO_RESTOCK"],
  ] as const)("misses what was refunded and %s", (words, restockType) => {
    const seen = lineNow(
      { currentQuantity: 2, unfulfilledQuantity: 2 },
      { refunds: [refunded([{ quantity: 1, restockType }])] },
    );
    expect(keys(seen)).toEqual(["missing:7:1"]);
    const [one] = compareOrder({ marketplace: "eBay", order: order(), inShopify: seen, isShipped: false });
    expect(one?.message).toContain(`refunded in #1001 in Shopify, and ${words}.`);
  });

  it("misses what was refunded though it may be shipped still, until it is", () => {
    const refunds = [refunded([{ quantity: 1, restockType: "NO_RESTOCK" }])];
    expect(keys(lineNow({ currentQuantity: 2, unfulfilledQuantity: 3 }, { refunds }))).toEqual(["missing:7:1"]);
    const shipped = { refunds, fulfillments: [parcel(3, 25)] };
    expect(keys(lineNow({ currentQuantity: 2, unfulfilledQuantity: 0 }, shipped))).toEqual([]);
  });

  it("misses nothing where the marketplace gave the same units back", () => {
    const seen = lineNow({ currentQuantity: 2, unfulfilledQuantity: 2 });
    expect(keys(seen)).toEqual(["missing:7:1"]);
    expect(keys(seen, order({}, 1))).toEqual([]);
    expect(keys(seen, order({}, 2))).toEqual(["too-many:7:1"]);
  });

  it("counts a parcel that is on its way, and none that was cancelled or failed", () => {
    const rest = { unfulfilledQuantity: 2 };
    expect(keys(lineNow(rest, { fulfillments: [parcel(1, 10, "OPEN")] }))).toEqual([]);
    for (const status of ["CANCELLED", "ERROR", "FAILURE"] as const)
      expect(keys(lineNow({ unfulfilledQuantity: 3 }, { fulfillments: [parcel(1, 10, status)] }))).toEqual([]);
  });

  it("tells of money for what was shipped, as returned or not restocked, and of the rest as usual", () => {
    for (const restockType of ["RETURN", "NO_RESTOCK"] as const) {
      const rest = { fulfillments: [parcel(1)], refunds: [refunded([{ quantity: 1, restockType }])] };
      expect(keys(lineNow({ currentQuantity: 2, unfulfilledQuantity: 2 }, rest)), restockType).toEqual(["refund:20"]);
    }
    const both = { fulfillments: [parcel(1)], refunds: [refunded([{ quantity: 2, restockType: "NO_RESTOCK" }])] };
    expect(keys(lineNow({ currentQuantity: 1, unfulfilledQuantity: 1 }, both))).toEqual(["missing:7:1", "refund:20"]);
  });

  it("tells of money for no item, and not of a refund of nothing, or of what the marketplace gave back", () => {
    expect(keys(inShopify({ refunds: [refunded([])] }), order({ refundedAmount: "5.00" }))).toEqual([]);
    expect(keys(inShopify({ refunds: [refunded([])] }))).toEqual(["refund:20"]);
    expect(keys(inShopify({ refunds: [refunded([], { amount: "0.0" })] }))).toEqual([]);
  });

  it("has too many where units were added in Shopify, and none once they were shipped", () => {
    expect(keys(lineNow({ quantity: 5, currentQuantity: 5, unfulfilledQuantity: 5 }))).toEqual(["too-many:7:2"]);
    const shipped = { fulfillments: [parcel(5)] };
    expect(keys(lineNow({ quantity: 5, currentQuantity: 5, unfulfilledQuantity: 0 }, shipped))).toEqual([]);
    const other = shopifyLine({
      id: "gid://shopify/LineItem/2",
      quantity: 1,
      currentQuantity: 1,
      unfulfilledQuantity: 1,
    });
    expect(keys(inShopify({ lineItems: { nodes: [shopifyLine(), other] } }))).toEqual(["added:2:1"]);
    const takenOff = { ...other, currentQuantity: 0, unfulfilledQuantity: 0 };
    expect(keys(inShopify({ lineItems: { nodes: [shopifyLine(), takenOff] } }))).toEqual([]);
  });

  it("is not to be shipped where all of it was given back, and only what is left of it where some was shipped", () => {
    expect(keys(inShopify(), order({}, 3))).toEqual(["too-many:all"]);
    const half = lineNow({ unfulfilledQuantity: 2 }, { fulfillments: [parcel(1)] });
    expect(keys(half, order({}, 3))).toEqual(["too-many:7:2"]);
    expect(keys(lineNow({ unfulfilledQuantity: 0 }, { fulfillments: [parcel(3)] }), order({}, 3))).toEqual([]);
  });

  it("misses a line that Shopify does not have, unless there are more lines than are read", () => {
    const ours = order({ lines: [...order().lines, { ...order().lines[0], id: 8, shopifyLineGid: null } as never] });
    expect(keys(inShopify(), ours)).toEqual(["missing:8:3"]);
    const many = Array.from({ length: 250 }, (_, index) => shopifyLine({ id: `gid://shopify/LineItem/${index + 1}` }));
    const own = many.map((line, id) => ({
      id,
      title: "Tray",
      quantity: 3,
      quantityCancelled: 0,
      shopifyLineGid: line.id,
    }));
    const beyond = {
      id: 999,
      title: "Tray",
      quantity: 1,
      quantityCancelled: 0,
      shopifyLineGid: "gid://shopify/LineItem/999",
    };
    expect(keys(inShopify({ lineItems: { nodes: many } }), order({ lines: [...own, beyond] }))).toEqual([]);
  });

  it("differs in nothing once either side cancelled it", () => {
    const seen = lineNow({ currentQuantity: 0, unfulfilledQuantity: 0 });
    expect(keys(seen)).toEqual(["missing:7:3"]);
    expect(keys({ ...seen, cancelledAt: at(25) })).toEqual([]);
    expect(keys(seen, order({ remoteStatus: "cancelled" }))).toEqual([]);
    expect(keys("deleted", order({ remoteStatus: "cancelled" }))).toEqual([]);
  });

  it("is gone where Shopify deleted it, or maybe where it only does not show it, unless all of it was shipped", () => {
    const tell = (seen: Compared["inShopify"]) =>
      compareOrder({ marketplace: "eBay", order: order(), inShopify: seen, isShipped: false })[0]?.title;
    expect(tell("deleted")).toBe("#1001 was deleted in Shopify");
    expect(tell({ notShown: true, isOld: false })).toBe("#1001 was deleted in Shopify");
    expect(tell({ notShown: true, isOld: true })).toBe("Shopify does not show #1001 to Lockstep any more");
    expect(keys("deleted", order(), true)).toEqual([]);
  });

  it("is open while something of it is to be shipped", () => {
    expect(isOpenInShopify(inShopify())).toBe(true);
    expect(isOpenInShopify(inShopify({ cancelledAt: at(1) }))).toBe(false);
    expect(isOpenInShopify(lineNow({ unfulfilledQuantity: 0 }))).toBe(false);
  });
});

describe("two lines that the merchant entered as one", () => {
  const line = { title: "Tray", quantityCancelled: 0, shopifyLineGid: LINE };
  const two = (cancelled = 0) =>
    order({
      lines: [
        { ...line, id: 7, quantity: 1 },
        { ...line, id: 8, quantity: 2, quantityCancelled: cancelled },
      ],
    });

  it("are compared as one: all of it is there, or so much of it is too many or missing", () => {
    expect(keys(inShopify(), two())).toEqual([]);
    expect(keys(inShopify(), two(2))).toEqual(["too-many:7:2"]);
    expect(keys(lineNow({ currentQuantity: 2, unfulfilledQuantity: 2 }), two())).toEqual(["missing:7:1"]);
  });

  it("and two that are not there at all are two", () => {
    const gone = [8, 9].map((id) => ({ ...line, id, quantity: 1, shopifyLineGid: null }));
    const lines = [{ ...line, id: 7, quantity: 3 }, ...gone];
    expect(keys(inShopify(), order({ lines }))).toEqual(["missing:8:1", "missing:9:1"]);
  });
});
