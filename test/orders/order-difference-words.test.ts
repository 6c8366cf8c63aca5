import { describe, expect, it } from "vitest";
import { addressChanged, type Compared, compareOrder, isOpenInShopify } from "#app/orders/order-differences.ts";
import { at, inShopify, lineNow, order, parcel, refunded, shopifyLine } from "./compared-orders.ts";

const SECOND = "gid://shopify/LineItem/2";
const compare = (seen: Compared["inShopify"], ours = order(), isShipped = false) =>
  compareOrder({ marketplace: "eBay", order: ours, inShopify: seen, isShipped });
const keys = (...args: Parameters<typeof compare>) => compare(...args).map((one) => one.key);
const only = (...args: Parameters<typeof compare>) => {
  const differences = compare(...args);
  expect(differences).toHaveLength(1);
  return differences[0];
};
const WAITS =
  "eBay still waits for it, and Shopify moves no money there. Cancel or refund it on eBay, then choose Done.";

/** Three trays, and three bowls of another line. */
const twoLines = (quantityCancelled = 0) =>
  order({
    lines: [
      ...order({}, quantityCancelled).lines,
      { id: 8, title: "Bowl", quantity: 3, quantityCancelled, shopifyLineGid: SECOND },
    ],
  });
const bothIn = (change: Parameters<typeof shopifyLine>[0], rest: Parameters<typeof inShopify>[0] = {}) =>
  inShopify({ lineItems: { nodes: [shopifyLine(change), shopifyLine({ ...change, id: SECOND })] }, ...rest });

describe("units that Shopify will not ship", () => {
  const GONE = { currentQuantity: 0, unfulfilledQuantity: 0 };

  it("are told of one by one", () => {
    expect(only(lineNow({ currentQuantity: 2, unfulfilledQuantity: 2 }))).toEqual({
      key: "missing:7:1",
      severity: "critical",
      title: "1 × Tray of order 12-1 will not be shipped",
      message: `1 was taken off #1001 in Shopify. ${WAITS}`,
    });
    expect(only(lineNow({ currentQuantity: 1, unfulfilledQuantity: 1 }))?.message).toBe(
      `2 were taken off #1001 in Shopify. ${WAITS}`,
    );
  });

  it("are told of as one where it is all of several lines, and only then", () => {
    expect(only(bothIn(GONE), twoLines())).toEqual({
      key: "missing:all",
      severity: "critical",
      title: "Nothing of order 12-1 will be shipped",
      message: `All of it was refunded or taken off #1001 in Shopify. ${WAITS}`,
    });
    expect(keys(lineNow(GONE))).toEqual(["missing:7:3"]);
    expect(keys(bothIn(GONE, { fulfillments: [parcel(1)] }), twoLines())).toEqual(["missing:7:2", "missing:8:3"]);
    expect(keys(bothIn({ currentQuantity: 1, unfulfilledQuantity: 1 }), twoLines())).toEqual([
      "missing:7:2",
      "missing:8:2",
    ]);
  });

  it.each([
    ["1 was refunded in #1001 in Shopify, and put back in stock.", 2, [["CANCEL", 1]]],
    ["2 were refunded in #1001 in Shopify, and not put back in stock.", 1, [["NO_RESTOCK", 2]]],
    [
      "2 were refunded in #1001 in Shopify, and partly restocked.",
      1,
      [
        ["NO_RESTOCK", 1],
        ["CANCEL", 1],
      ],
    ],
    ["2 were refunded or taken off #1001 in Shopify.", 1, [["CANCEL", 1]]],
  ] as const)("say how it came: %s", (words, left, lines) => {
    const refunds = [refunded(lines.map(([restockType, quantity]) => ({ restockType, quantity })))];
    const seen = lineNow({ currentQuantity: left, unfulfilledQuantity: left }, { refunds });
    expect(only(seen)?.message).toBe(`${words} ${WAITS}`);
  });

  it("are all of a line that Shopify does not have", () => {
    const ours = order({ lines: [{ ...order().lines[0], shopifyLineGid: null } as never], shopifyOrderName: null });
    expect(compare(inShopify({ lineItems: { nodes: [] } }), ours)[0]?.message).toBe(
      `the order in Shopify does not have it. ${WAITS}`,
    );
  });
});

describe("units refunded after they were shipped", () => {
  const RETURN = [{ quantity: 1, restockType: "RETURN" }] as const;
  const NO_RESTOCK = [{ quantity: 1, restockType: "NO_RESTOCK" }] as const;
  const two = { currentQuantity: 2, unfulfilledQuantity: 2 };

  it("are those that left before the refund, to the minute", () => {
    const seen = (shippedAt: number) =>
      keys(lineNow(two, { fulfillments: [parcel(1, shippedAt)], refunds: [refunded(NO_RESTOCK)] }));
    expect(seen(19)).toEqual(["refund:20"]);
    expect(seen(20)).toEqual(["refund:20"]);
    // Shipped later: what was refunded is not what was shipped.
    expect(seen(21)).toEqual(["missing:7:1"]);
  });

  it("are none of a parcel that was cancelled or failed", () => {
    for (const status of ["CANCELLED", "ERROR", "FAILURE"] as const) {
      const seen = lineNow(two, { fulfillments: [parcel(1, 10, status)], refunds: [refunded(NO_RESTOCK)] });
      expect(keys(seen), status).toEqual(["missing:7:1"]);
    }
  });

  it("are those of the earliest refund, in whatever order Shopify tells of them", () => {
    const refunds = [refunded(NO_RESTOCK, { minutes: 30 }), refunded(NO_RESTOCK, { minutes: 20 })];
    const seen = lineNow({ currentQuantity: 1, unfulfilledQuantity: 1 }, { fulfillments: [parcel(1)], refunds });
    expect(keys(seen)).toEqual(["missing:7:1", "refund:20"]);
    const undated = { ...refunded(NO_RESTOCK, { minutes: 10 }), createdAt: null };
    const later = lineNow(
      { currentQuantity: 1, unfulfilledQuantity: 1 },
      { fulfillments: [parcel(1)], refunds: [undated, refunded(NO_RESTOCK)] },
    );
    expect(keys(later)).toEqual(["missing:7:1", "refund:20"]);
  });

  it("are what Shopify calls returned, though no parcel is known", () => {
    expect(keys(lineNow({ currentQuantity: 2 }, { refunds: [refunded(RETURN)] }))).toEqual(["refund:20"]);
  });

  it("are none of what Shopify calls cancelled, though a parcel left", () => {
    const refunds = [refunded([{ quantity: 1, restockType: "CANCEL" }])];
    const seen = lineNow({ currentQuantity: 2, unfulfilledQuantity: 1 }, { fulfillments: [parcel(1)], refunds });
    expect(keys(seen)).toEqual(["missing:7:1"]);
  });

  it("are not counted of another line", () => {
    const rest = {
      fulfillments: [parcel(1, 10, "SUCCESS", SECOND)],
      refunds: [refunded(NO_RESTOCK, { line: SECOND })],
    };
    expect(keys(lineNow({}, rest))).toEqual([]);
    const mixed = { fulfillments: [parcel(1, 10, "SUCCESS", SECOND)], refunds: [refunded(NO_RESTOCK)] };
    expect(keys(lineNow(two, mixed))).toEqual(["missing:7:1"]);
  });

  it("are money that the buyer does not have, with each item of it", () => {
    const refunds = [refunded([...RETURN, ...RETURN], { amount: "7.50" })];
    const seen = lineNow({ currentQuantity: 1, unfulfilledQuantity: 1 }, { fulfillments: [parcel(2)], refunds });
    expect(only(seen)).toEqual({
      key: "refund:20",
      severity: "warning",
      title: "7.50 GBP of #1001 was refunded in Shopify",
      message:
        "It was for 2 × Tray, which eBay has as shipped. The buyer has no money of it: Shopify moves none on eBay. Refund order 12-1 on eBay too, then choose Done.",
    });
    const both = refunded(RETURN);
    const lines = [...both.refundLineItems.nodes, ...refunded(RETURN, { line: SECOND }).refundLineItems.nodes];
    const ofTwo = bothIn(
      { currentQuantity: 2, unfulfilledQuantity: 2 },
      {
        fulfillments: [parcel(1), parcel(1, 11, "SUCCESS", SECOND)],
        refunds: [{ ...both, refundLineItems: { nodes: lines } }],
      },
    );
    expect(only(ofTwo, twoLines())?.message).toContain("It was for 1 × Tray, 1 × Bowl, which");
  });

  it("are no matter where the marketplace gave as many back, or no money went", () => {
    const rest = { fulfillments: [parcel(1)], refunds: [refunded(RETURN)] };
    expect(keys(lineNow(two, rest), order({}, 1))).toEqual(["too-many:7:1"]);
    const free = { fulfillments: [parcel(1)], refunds: [refunded(RETURN, { amount: "0.0" })] };
    expect(keys(lineNow(two, free))).toEqual([]);
    const more = { fulfillments: [parcel(2)], refunds: [refunded([...RETURN, ...RETURN])] };
    expect(keys(lineNow({ currentQuantity: 1, unfulfilledQuantity: 1 }, more), order({}, 1))).toContain("refund:20");
  });

  it("as money for no item are told of beyond what the marketplace gave back", () => {
    const refunds = [refunded([]), refunded([], { minutes: 25 })];
    expect(only(inShopify({ refunds }), order({ refundedAmount: "9.99" }))).toMatchObject({
      key: "refund:25",
      message: expect.stringContaining("It was for no item. The buyer has no money of it"),
    });
    expect(keys(inShopify({ refunds }), order({ refundedAmount: "10.00" }))).toEqual([]);
  });
});

describe("units that Shopify would ship too many", () => {
  it("are told of as given back where the marketplace did that", () => {
    expect(only(inShopify(), order({}, 1))).toEqual({
      key: "too-many:7:1",
      severity: "critical",
      title: "Do not ship 1 × Tray of #1001: eBay gave it back",
      message:
        "Order 12-1 is for 2 now. Refund or take 1 off #1001 in Shopify, with restock, before it is posted. If you send it all the same, choose Done.",
    });
    const { title, message } = only(inShopify(), order({}, 2)) ?? {};
    expect(title).toBe("Do not ship 2 × Tray of #1001: eBay gave them back");
    expect(message).toContain("If you send them all the same");
  });

  it("are told of as too many where they were added in Shopify", () => {
    const added = { quantity: 5, currentQuantity: 5, unfulfilledQuantity: 4 };
    const seen = lineNow(added, { fulfillments: [parcel(1)] });
    expect(only(seen)).toEqual({
      key: "too-many:7:2",
      severity: "critical",
      title: "2 × Tray too many in #1001",
      message:
        "#1001 in Shopify has 5, and order 12-1 on eBay is for 3 now: the buyer did not pay for more there. Take 2 off in Shopify before it is posted. If that is meant, choose Done.",
    });
    // Given back, and added as well: what was added is more.
    expect(only(lineNow({ quantity: 4, currentQuantity: 4, unfulfilledQuantity: 4 }), order({}, 1))?.title).toBe(
      "2 × Tray too many in #1001",
    );
  });

  it("are all of an order that the marketplace gave back", () => {
    expect(only(inShopify(), order({ shopifyOrderName: null }, 3))).toEqual({
      key: "too-many:all",
      severity: "critical",
      title: "Do not ship the order: eBay gave all of it back",
      message:
        "Nothing of order 12-1 is to be sent any more. Cancel the order in Shopify and restock it. If you send it all the same, choose Done.",
    });
    expect(keys(bothIn({}), twoLines(3))).toEqual(["too-many:all"]);
  });

  it("are none where nothing of it is open any more, and those of each line where some was shipped", () => {
    expect(keys(lineNow({ currentQuantity: 0, unfulfilledQuantity: 0 }), order({}, 3))).toEqual([]);
    const seen = bothIn({ unfulfilledQuantity: 2 }, { fulfillments: [parcel(1)] });
    expect(keys(seen, twoLines(3))).toEqual(["too-many:7:2", "too-many:8:2"]);
  });
});

describe("a line that was added in Shopify", () => {
  const added = (change: Parameters<typeof shopifyLine>[0]) =>
    inShopify({ lineItems: { nodes: [shopifyLine(), shopifyLine({ id: SECOND, ...change })] } });

  it("is told of with what of it is to be shipped", () => {
    expect(only(added({ title: "Bowl", variantTitle: "Blue", currentQuantity: 2, unfulfilledQuantity: 1 }))).toEqual({
      key: "added:2:1",
      severity: "warning",
      title: "1 × Bowl, Blue was added to #1001",
      message:
        "It is not in order 12-1 on eBay: the buyer did not pay for it there, and eBay is not told when it ships. Take it off in Shopify. If it is meant, choose Done.",
    });
    expect(keys(added({ currentQuantity: 1, unfulfilledQuantity: 2 }))).toEqual(["added:2:1"]);
    expect(only(added({ title: "Bowl" }))?.title).toBe("3 × Bowl was added to #1001");
  });

  it("is none where it is ours, for what was paid beyond the goods", () => {
    expect(keys(added({ title: "Adjustment by eBay" }))).toEqual([]);
    expect(keys(added({ title: "An Adjustment by eBay" }))).toHaveLength(1);
  });
});

describe("an order that is gone in Shopify", () => {
  const HIDDEN = { notShown: true, isOld: true } as const;
  it("is to be entered again, or confirmed by hand", () => {
    expect(only("deleted")).toEqual({
      key: "gone",
      severity: "critical",
      title: "#1001 was deleted in Shopify",
      message:
        "It is still open on eBay as order 12-1. Enter it in Shopify again and confirm its shipment on eBay by hand, or cancel it there. Then choose Done.",
    });
    expect(only("deleted", order({ shopifyOrderName: null }))?.title).toBe("An order was deleted in Shopify");
  });

  it("is perhaps hidden where it is old", () => {
    expect(only(HIDDEN)).toEqual({
      key: "gone",
      severity: "warning",
      title: "Shopify does not show #1001 to Lockstep any more",
      message:
        "It was deleted, or it is hidden because it is older than 60 days. It is still open on eBay as order 12-1. Confirm its shipment on eBay by hand, or cancel it there. Then choose Done.",
    });
    expect(keys(HIDDEN, order(), true)).toEqual([]);
  });

  it("is no matter before it is placed, or once it is over there", () => {
    for (const stage of ["held", "sent", "cancelled"]) expect(keys("deleted", order({ stage }))).toEqual([]);
    expect(keys("deleted", order({ remoteStatus: "cancelled" }))).toEqual([]);
  });
});

describe("an order in Shopify", () => {
  it("is open while any line of it is to be shipped", () => {
    const done = shopifyLine({ id: SECOND, unfulfilledQuantity: 0 });
    expect(isOpenInShopify(inShopify({ lineItems: { nodes: [done, shopifyLine()] } }))).toBe(true);
    expect(isOpenInShopify(inShopify({ lineItems: { nodes: [done] } }))).toBe(false);
    expect(isOpenInShopify(inShopify({ cancelledAt: at(1) }))).toBe(false);
  });

  it("whose address was changed is told of by a key that stands for the address", () => {
    expect(addressChanged({ marketplace: "eBay", order: order() }, "address:abc")).toEqual({
      key: "address:abc",
      severity: "warning",
      title: "The shipping address of #1001 was changed in Shopify",
      message:
        "Order 12-1 on eBay still has the other one, and eBay may not stand by a sale that goes elsewhere. Agree the address with the buyer on eBay before it is posted, then choose Done.",
    });
  });
});
