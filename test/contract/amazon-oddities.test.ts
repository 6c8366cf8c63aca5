/** What Amazon's orders and listings may be beside the ordinary, and what must come of it. */
import { describe, expect, it } from "vitest";
import { parseRows } from "#connectors/amazon/catalogue.ts";
import { rawOrderSchema } from "#connectors/amazon/order-shape.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { bench, MINUTE_MS, ref, times } from "./amazon-bench.ts";
import { buy, usd as money, amounts as proceeds, raw, read } from "./amazon-orders.ts";

describe("an item cancelled while its payment was checked", () => {
  const items = [
    { sku: "MUG", quantity: 3 },
    { sku: "CAN", quantity: 1 },
  ];
  const left = (order: RemoteOrder) => order.lines.map((line) => [line.sku, line.quantity - line.quantityCancelled]);

  it("is there with what is left of it, and with none where none is", async () => {
    const made = await bench();
    const { orderId, order } = await buy(made, { lines: items, pay: false });
    const { takeOff, pay } = made.emulator.controls;
    expect(takeOff(orderId, "MUG", 2).ok && takeOff(orderId, "CAN", 1).ok && pay(orderId).ok).toBe(true);
    const shown = await order();
    expect(shown).toMatchObject({ status: "paid", total: { amount: "16.49" }, adjustment: { amount: "0.00" } });
    expect(left(shown)).toEqual([
      ["MUG", 1],
      ["CAN", 0],
    ]);
  });

  it("is not told as sold where Amazon forgets its number, and an order of nothing else is over", async () => {
    const made = await bench();
    const { orderId, order } = await buy(made, { lines: items, pay: false });
    const { takeOff, pay } = made.emulator.controls;
    takeOff(orderId, "MUG", 3);
    takeOff(orderId, "CAN", 1);
    pay(orderId);
    const shown = await order();
    expect(shown).toMatchObject({ status: "cancelled", paidAt: null, fulfilment: "none" });
    expect(left(shown)).toEqual([
      ["MUG", 0],
      ["CAN", 0],
    ]);
  });

  it("is cancelled the same whether its number stays or goes", async () => {
    for (const cancelledItemsKeepQuantity of [true, false]) {
      const made = await bench({ emulator: { cancelledItemsKeepQuantity } });
      const { orderId, order } = await buy(made, { lines: items });
      const line = (await order()).lines.find((one) => one.sku === "MUG");
      const lines = [{ remoteLineId: line?.remoteLineId ?? "", quantity: 3 }];
      await made.channel.cancelOrder({ orderRemoteId: orderId, reason: "out-of-stock", lines });
      made.clock.advance(10 * MINUTE_MS);
      const shown = await order();
      expect(left(shown)).toEqual([
        ["MUG", 0],
        ["CAN", 1],
      ]);
      expect(shown.status).toBe("paid");
    }
  });

  it("is cancelled in part where Amazon says that some are still to be sent", () => {
    const item = (fulfillment: object) => ({
      orderItemId: "1",
      quantityOrdered: 3,
      product: { sellerSku: "MUG" },
      cancellation: { cancellationExecution: {} },
      fulfillment,
    });
    const cancelled = (fulfillment: object) => read({ orderItems: [item(fulfillment)] }).lines[0]?.quantityCancelled;
    expect(cancelled({ quantityFulfilled: 0, quantityUnfulfilled: 1 })).toBe(2);
    expect(cancelled({ quantityFulfilled: 1, quantityUnfulfilled: 0 })).toBe(2);
    expect(cancelled({ quantityFulfilled: 0, quantityUnfulfilled: 3 })).toBe(3);
    expect(cancelled({})).toBe(3);
  });

  it("does not undo what was sent", () => {
    const orderItems = [{ orderItemId: "1", quantityOrdered: 0, product: { sellerSku: "MUG" } }];
    const status = (fulfillmentStatus: string) => read({ fulfillment: { fulfillmentStatus }, orderItems }).status;
    expect(["PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED"].map(status)).toEqual([
      "cancelled",
      "cancelled",
      "paid",
      "paid",
    ]);
  });

  it("has no share in the money of the others", () => {
    const shown = read({
      proceeds: { grandTotal: money("10.00"), ...proceeds({ ITEM: "10.00" }) },
      orderItems: [
        { orderItemId: "1", quantityOrdered: 1, product: { sellerSku: "CAN" }, proceeds: proceeds({ ITEM: "10.00" }) },
        {
          orderItemId: "2",
          quantityOrdered: 2,
          product: { sellerSku: "MUG", price: { unitPrice: money("12.50") } },
          cancellation: { cancellationExecution: {} },
        },
      ],
    });
    expect(shown).toMatchObject({ adjustment: { amount: "0.00" }, lines: [{}, { quantityCancelled: 2 }] });
  });
});

describe("an order to be picked up in a store", () => {
  const store = {
    name: "Test Store #1234",
    addressLine1: "1 High Street",
    city: "Leeds",
    postalCode: "LS1 1AA",
    countryCode: "GB",
    phone: "+12062661000",
  };

  it("is the buyer's, never the store's: two buyers there have nothing in common", async () => {
    const made = await bench();
    const pickUp = { programs: ["IN_STORE_PICK_UP"], store };
    const ann = await buy(made, { ...pickUp, username: "ann", contact: { name: "Ann B" } });
    const shown = await ann.order();
    expect(shown.delivery).toBe("pick-up");
    expect(shown.buyer).toMatchObject({ name: "Ann B", phone: null, phoneIsMasked: false, shippingAddress: null });
    expect(shown.buyer.email).toMatch(/@marketplace\.amazon/);
    expect(shown.remarks).toEqual(["To be picked up by the buyer at Test Store #1234, 1 High Street, Leeds."]);
  });

  it("of a buyer whom we may not see has no name, rather than the store's", async () => {
    const made = await bench({ emulator: { piiRoles: false } });
    const { order } = await buy(made, { programs: ["IN_STORE_PICK_UP"], store });
    expect((await order()).buyer).toMatchObject({ name: null, phone: null, shippingAddress: null });
  });
});

describe("an order that belongs to another", () => {
  it.each([
    ["REPLACEMENT_ORIGINAL_ID", "Replacement for Amazon order 200-1-1."],
    ["EXCHANGE_ORIGINAL_ID", "Exchange for Amazon order 200-1-1."],
    ["SOMETHING_NEW", "Belongs to Amazon order 200-1-1."],
  ])("(%s) is placed, for its goods are to be sent, and says so", async (associationType, remark) => {
    const { order } = await buy(await bench(), { associatedOrders: [{ orderId: "200-1-1", associationType }] });
    expect(await order()).toMatchObject({ status: "paid", remarks: [remark], holdBecause: null });
  });
});

describe("what the buyer wants beside the goods", () => {
  it("is told to whoever packs it", async () => {
    const { order } = await buy(await bench(), {
      customizedUrl: "https://amazon.com/custom/view/12345",
      gift: { giftMessage: "Happy Holidays!", giftWrapLevel: "PREMIUM" },
      serviceLevel: "NEXT_DAY",
    });
    expect((await order()).remarks).toEqual([
      "MUG: customised by the buyer, see https://amazon.com/custom/view/12345",
      "MUG: gift wrap PREMIUM",
      "MUG: gift message: Happy Holidays!",
      "Delivery: next day",
    ]);
    expect((await (await buy(await bench(), {})).order()).remarks).toEqual([]);
  });
});

describe("an order that was not bought on Amazon", () => {
  it("waits for the merchant, whose shop may have it already", async () => {
    const { order } = await buy(await bench(), { channelName: "NON_AMAZON" });
    expect(await order()).toMatchObject({
      status: "paid",
      holdBecause: expect.stringMatching(/not bought on Amazon.*Look for it in Shopify/),
    });
  });
});

describe("an order without `fulfillment`, which the spec does not require", () => {
  const since = new Date("2026-11-22T11:00:00.000Z");
  const item = { orderItemId: "1", quantityOrdered: 2, product: { sellerSku: "MUG" } };
  const priced = { proceeds: { grandTotal: money("20.00"), breakdowns: [] } };
  const status = (order: Record<string, unknown>) => {
    const parsed = rawOrderSchema.safeParse(raw({ ...order, fulfillment: undefined }));
    return parsed.success ? parsed.data.fulfillment.fulfillmentStatus : null;
  };

  it("is read by what the rest of it says, and is a visible hold where nothing does", () => {
    const sent = (quantityFulfilled: number) => [{ ...item, fulfillment: { quantityFulfilled } }];
    const packed = [{ packageReferenceId: "1", packageItems: [{ orderItemId: "1", quantity: 2 }] }];
    expect(status({ ...priced, orderItems: [item] })).toBe("UNSHIPPED");
    expect(status({ ...priced, orderItems: sent(1) })).toBe("PARTIALLY_SHIPPED");
    expect(status({ ...priced, orderItems: sent(2) })).toBe("SHIPPED");
    expect(status({ ...priced, orderItems: [item], packages: packed })).toBe("SHIPPED");
    expect(status({ orderItems: [{ ...item, cancellation: { cancellationExecution: {} } }] })).toBe("CANCELLED");
    expect(status({ orderItems: [item] })).toBeNull();
    expect(status({ orderItems: [] })).toBeNull();
  });

  it("is the merchant's where the merchant's were asked for; alone, only where something says so", async () => {
    const made = await bench({ emulator: { leavesOutFulfillment: true } });
    const { orderId, order } = await buy(made, {});
    expect(await order()).toMatchObject({ status: "paid", fulfilment: "none" });
    made.clock.advance(10 * MINUTE_MS);
    const page = await made.channel.readOrders({ cursor: null, since });
    expect(page).toMatchObject({ value: { orders: [{ remoteId: orderId, status: "paid" }], unreadable: [] } });
    made.emulator.controls.changeSettings({ piiRoles: false });
    expect(await made.channel.readOrder(orderId)).toMatchObject({ failure: { kind: "unavailable", scope: "item" } });
  });
});

describe("SKUs that differ by case or by a space", () => {
  const skus = ["MUG", "mug", "MUG ", " MUG", "Mug,1"];

  it("are two listings: in the report, when read, when written, and in an order", async () => {
    const { add, channel, emulator, clock } = await bench({ emulator: { reportMs: 0 } });
    add(...skus.map((sku, index) => ({ sku, quantity: index + 1 })));
    const page = await channel.readListings(null);
    if (!page.ok) throw new Error(page.failure.message);
    const { listings } = page.value;
    expect(listings.map((one) => [one.ref.remoteId, one.ref.sku, one.quantity])).toEqual(
      skus.map((sku, index) => [sku, sku, index + 1]),
    );
    const refs = skus.map(ref);
    const quantities = async () =>
      (await channel.readQuantities(refs)).map((one) => (one.outcome === "read" ? one.quantity : null));
    expect(await quantities()).toEqual([1, 2, 3, 4, 5]);
    const writes = refs.map((one, index) => ({ ref: one, quantity: 10 + index }));
    expect(await channel.writeQuantities(writes)).toEqual(skus.map(() => ({ outcome: "accepted" })));
    clock.advance(30 * MINUTE_MS);
    expect(emulator.controls.shown()).toEqual(Object.fromEntries(skus.map((sku, index) => [sku, 10 + index])));
    const bought = emulator.controls.buy({ lines: skus.map((sku) => ({ sku, quantity: 1 })) });
    const order = await channel.readOrder(bought.ok ? bought.order.orderId : "");
    expect(order.ok && order.value?.lines.map((line) => [line.sku, line.listingRemoteId])).toEqual(
      skus.map((sku) => [sku, sku]),
    );
  });

  it("are two by feed as well", async () => {
    const bulk = { writeBatchMax: 100, patchesMax: 1 };
    const { add, channel, emulator, clock } = await bench({ connector: { bulk } });
    add({ sku: "MUG" }, { sku: "mug" }, { sku: "MUG " });
    await channel.writeQuantities(["MUG", "mug", "MUG "].map((sku, index) => ({ ref: ref(sku), quantity: index + 1 })));
    clock.advance(30 * MINUTE_MS);
    expect(emulator.controls.shown()).toEqual({ MUG: 1, mug: 2, "MUG ": 3 });
  });

  it("keep their spaces in the report alone: its other fields are trimmed", () => {
    expect(parseRows("item-name\tseller-sku\r\n Mug \t MUG \r\n")).toEqual([
      { "item-name": "Mug", "seller-sku": " MUG " },
    ]);
  });
});

describe("a SKU that no address can name", () => {
  it.each([".", ".."])('("%s") is shown with the reason, read, and not written', async (sku) => {
    const { add, channel, emulator, transport } = await bench({ emulator: { reportMs: 0 } });
    add({ sku }, { sku: "MUG" });
    const page = await channel.readListings(null);
    expect(page.ok && page.value.listings.map((one) => one.unmanagedBecause)).toEqual([
      expect.stringMatching(/cannot stand in a web address/),
      null,
    ]);
    expect(await channel.readQuantities([ref(sku)])).toMatchObject([{ outcome: "read", quantity: 10 }]);
    const results = await channel.writeQuantities([sku, "MUG"].map((one) => ({ ref: ref(one), quantity: 3 })));
    expect(results).toMatchObject([
      { failure: { kind: "rejected", scope: "item", message: expect.stringMatching(/another SKU at Amazon/) } },
      { outcome: "accepted" },
    ]);
    expect(times(transport, "patchListingsItem")).toBe(1);
    expect(emulator.state.mishaps).toEqual([]);
  });
});

describe("lists over several pages", () => {
  it("of reports are read to the last, so that no second report is made after a restart", async () => {
    const { add, channel, again, clock, transport, emulator } = await bench({ emulator: { listPageMax: 2 } });
    add({ sku: "MUG" });
    await channel.readListings(null);
    // Reports that were made since, by other means, and that nobody wants any more.
    for (let index = 0; index < 7; index += 1) {
      const [mine] = emulator.state.reports.values();
      if (mine) emulator.state.reports.set(`other-${index}`, { ...mine, reportId: `other-${index}`, status: "FATAL" });
    }
    for (const report of emulator.state.reports.values()) if (report.status === "FATAL") report.status = "DONE";
    for (const [id, report] of emulator.state.reports)
      if (id.startsWith("other")) Object.assign(report, { doneAt: "2026-11-22T11:00:00.000Z" });
    const reader = again();
    expect(await reader.readListings(null)).toMatchObject({ failure: { kind: "throttled" } });
    clock.advance(MINUTE_MS);
    const page = await reader.readListings(null);
    expect(page.ok && page.value.listings).toHaveLength(1);
    expect(times(transport, "createReport")).toBe(1);
    expect(times(transport, "getReports")).toBeGreaterThan(3);
  });

  it("of feeds are read to the last, so that nothing is written beside one that is open", async () => {
    const bulk = { writeBatchMax: 100, patchesMax: 1 };
    const { add, channel, again, emulator, transport } = await bench({
      connector: { bulk },
      emulator: { listPageMax: 1, feedQueueMs: 10 * MINUTE_MS },
    });
    add(...["A", "B", "C", "D", "E", "F"].map((sku) => ({ sku })));
    for (const [one, other] of [
      ["A", "B"],
      ["C", "D"],
    ] as const) {
      await channel.writeQuantities([one, other].map((sku) => ({ ref: ref(sku), quantity: 3 })));
    }
    expect(emulator.state.feeds.size).toBe(2);
    await again().writeQuantities([{ ref: ref("F"), quantity: 3 }]);
    expect(times(transport, "getFeeds")).toBeGreaterThan(2);
    expect(emulator.state.mishaps).toEqual([]);
  });
});

describe("a change that Amazon only checked", () => {
  it("is not known to be done, and not refused either: it is read", async () => {
    const { add, channel } = await bench({ emulator: { previewsOnly: true } });
    add({ sku: "MUG" });
    expect(await channel.writeQuantities([{ ref: ref("MUG"), quantity: 3 }])).toMatchObject([
      { outcome: "failed", failure: { kind: "outcome-unknown", scope: "item" } },
    ]);
    expect(await channel.readQuantities([ref("MUG")])).toMatchObject([{ quantity: 10 }]);
  });
});
