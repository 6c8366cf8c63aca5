/** eBay orders that are not a plain parcel to their buyer, and money that is not a plain sum. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import { addAmounts, multiplyAmount } from "#connectors/contract/money.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import type { PurchaseInput } from "#test/emulators/ebay/controls.ts";
import { ORDER_KINDS } from "#test/emulators/ebay/state.ts";
import { openAccount } from "./contract-world.ts";
import { answering, PAID_ORDER } from "./ebay-bench.ts";
import { type EbayWorld, setupEbay } from "./ebay-world.ts";

const DAY_MS = 24 * 60 * 60_000;

describe("an eBay order", () => {
  let world: EbayWorld;
  let channel: OpenChannel;
  beforeEach(async () => {
    world = await setupEbay();
    channel = openAccount(world);
    await world.market.addListing({ sku: "MUG", title: "Mug", quantity: 50, price: "10.00" });
    await world.market.addListing({ sku: "PAN", title: "Pan", quantity: 50, price: "20.00" });
  });
  afterEach(() => world.close());

  const settings = (change: Parameters<typeof world.emulator.controls.changeSettings>[0]) =>
    world.emulator.controls.changeSettings(change);

  function buy(input: Partial<PurchaseInput> = {}): string {
    const bought = world.emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }], ...input });
    if (!bought.ok) throw new Error(bought.why);
    return bought.order.orderId;
  }

  async function read(orderId: string): Promise<RemoteOrder> {
    const result = await channel.readOrder(orderId);
    if (!result.ok || !result.value) throw new Error("the order must be read");
    return result.value;
  }

  async function sweep(): Promise<RemoteOrder[]> {
    const page = await channel.readOrders({ cursor: null, since: new Date(world.clock.now().getTime() - DAY_MS) });
    if (!page.ok) throw new Error(page.failure.message);
    expect(page.value.unreadable).toEqual([]);
    return page.value.orders;
  }

  const registered = { name: "Rosa Lindqvist", phone: "+44 117 496 0142", phoneIsMasked: false };

  it("through an authenticator names its buyer by what they registered, even without eBay's flag", async () => {
    const { buyer } = await read(buy({ kind: "authenticity-guarantee", username: "ann" }));
    expect(buyer).toMatchObject({ ...registered, remoteId: "ann" });
    expect(buyer.shippingAddress).toMatchObject({ name: "Hub Partner", phone: "8595550100" });
  });

  it("of Click & Collect, which has no mark, tells two buyers at one store apart", async () => {
    const kind = "click-and-collect";
    const ann = await read(buy({ kind, username: "ann", contact: { fullName: "Ann B", phone: "+44 20 7946 0001" } }));
    const ben = await read(buy({ kind, username: "ben", contact: { fullName: "Ben C", phone: "+44 20 7946 0002" } }));
    expect([ann.buyer, ben.buyer]).toMatchObject([
      { remoteId: "ann", name: "Ann B", phone: "+44 20 7946 0001" },
      { remoteId: "ben", name: "Ben C", phone: "+44 20 7946 0002" },
    ]);
    // The store's phone is for the label.
    expect(ann.buyer.shippingAddress).toMatchObject({ company: "Corner & Co", phone: "01130000000" });
  });

  it("that eBay fulfils is left alone, by the sweep and by its id", async () => {
    const id = buy({ kind: "fulfilled-by-ebay" });
    const other = buy();
    expect((await sweep()).map((order) => order.remoteId)).toEqual([other]);
    expect(await channel.readOrder(id)).toEqual({ ok: true, value: null });
  });

  it("that is digital needs no shipping, and has no address", async () => {
    const order = await read(buy({ kind: "digital" }));
    expect(order.lines.map((line) => line.requiresShipping)).toEqual([false]);
    expect(order.buyer.shippingAddress).toBeNull();
    const card = await read(buy({ kind: "gift-card" }));
    expect(card.lines[0]?.requiresShipping).toBe(false);
    expect(card.remarks).toEqual([expect.stringMatching(/gift card.*e-mail/)]);
    expect(card.remarks[0]).not.toContain("@");
  });

  it("that is picked up says so, with the store", async () => {
    const order = await read(buy({ kind: "in-store-pickup" }));
    expect(order).toMatchObject({ delivery: "pick-up", remarks: [expect.stringContaining("FRONT-STORE")] });
    expect(order.buyer).toMatchObject(registered);
  });

  it("that is a parcel is none of these", async () => {
    expect(await read(buy())).toMatchObject({
      delivery: "ship",
      remarks: [],
      holdBecause: null,
      refunded: { amount: "0.00" },
    });
  });

  it("tells whoever packs it what the buyer writes", async () => {
    expect((await read(buy({ note: "leave with neighbour" }))).remarks).toEqual([
      "The buyer writes: leave with neighbour",
    ]);
  });

  it("counts a line's refund when it was issued, not when it was asked for", async () => {
    settings({ refundSettlesAfterMs: 3_600_000 });
    const id = buy({
      lines: [
        { sku: "MUG", quantity: 2 },
        { sku: "PAN", quantity: 1 },
      ],
    });
    world.emulator.controls.refund(id, { sku: "MUG", minor: 2_000 });
    const asked = await read(id);
    expect(asked).toMatchObject({ refunded: { amount: "0.00" }, status: "paid" });
    expect(asked.lines.map((line) => line.quantityCancelled)).toEqual([0, 0]);
    expect(asked.remarks).toEqual([expect.stringMatching(/refund of 20.00 USD is under way/)]);

    world.clock.advance(3_700_000);
    const [issued] = await sweep();
    expect(issued).toMatchObject({ refunded: { amount: "20.00" }, remarks: [] });
    expect(issued?.lines.map((line) => line.quantityCancelled)).toEqual([2, 0]);
    expect(issued?.updatedAt.getTime()).toBeGreaterThan(asked.updatedAt.getTime());
  });

  it("with money back as goodwill keeps its units, and says how much", async () => {
    settings({ refundSettlesAfterMs: 0 });
    const id = buy();
    world.emulator.controls.refund(id, { sku: "MUG", minor: 500 });
    expect(await read(id)).toMatchObject({
      refunded: { amount: "5.00" },
      lines: [{ quantity: 2, quantityCancelled: 0 }],
    });
    world.emulator.controls.refund(id, { sku: null, minor: 100 });
    expect(await read(id)).toMatchObject({ refunded: { amount: "6.00" }, lines: [{ quantityCancelled: 0 }] });
  });

  it("with all money back before it was sent keeps every unit here, once the money has left", async () => {
    settings({ refundSettlesAfterMs: 60_000 });
    const id = buy();
    const { total } = await read(id);
    world.emulator.controls.refund(id, { sku: null, minor: 2_495 });
    expect((await read(id)).lines[0]?.quantityCancelled).toBe(0);
    world.clock.advance(61_000);
    expect(await read(id)).toMatchObject({ status: "paid", refunded: total, lines: [{ quantityCancelled: 2 }] });
  });

  it("that is old shows placeholders, which are no e-mail, no phone and no name", async () => {
    settings({ contactPlaceholders: true });
    const id = buy();
    world.clock.advance(15 * DAY_MS);
    const { buyer } = await read(id);
    expect(buyer).toMatchObject({ email: null, emailIsRelay: false, phone: null, phoneIsMasked: false });
    expect(buyer.shippingAddress?.phone).toBeNull();
    expect(JSON.stringify(buyer)).not.toContain("Invalid");
  });

  const sumOf = ({ lines, shipping, tax, adjustment }: RemoteOrder) => {
    const goods = lines.map((line) => multiplyAmount(line.unitPrice.amount, line.quantity));
    return addAmounts(...goods, shipping.amount, tax.amount, adjustment.amount);
  };

  it.each<[string, Partial<PurchaseInput>, boolean, object]>([
    ["plain", {}, false, { tax: "0.00", included: "0.00" }],
    ["with US tax on top", { contact: { countryCode: "US" } }, false, { tax: "1.60", included: "0.00" }],
    ["with VAT in its prices", { vatMinor: 416 }, false, { tax: "0.00", included: "4.16" }],
    [
      "with tax on top and VAT in its prices",
      { vatMinor: 416, contact: { countryCode: "US" } },
      false,
      { tax: "1.60", included: "4.16" },
    ],
    ["with a discount", { discountMinor: 300 }, false, { tax: "0.00", included: "0.00" }],
    [
      "with a discount that eBay gives as a positive number",
      { discountMinor: 100 },
      true,
      { tax: "0.00", included: "0.00" },
    ],
  ])(
    "%s adds up to the cent and has no tax but what is named as one",
    async (_, input, positiveDiscounts, expected) => {
      settings({ positiveDiscounts });
      const order = await read(buy(input));
      expect({ tax: order.tax.amount, included: order.taxIncluded.amount }).toEqual(expected);
      expect(sumOf(order)).toBe(order.total.amount);
    },
  );

  it("of every kind adds up to the cent", async () => {
    for (const kind of ORDER_KINDS) buy({ kind, discountMinor: 123, vatMinor: 77, shippingMinor: 333 });
    const orders = await sweep();
    expect(orders).toHaveLength(ORDER_KINDS.length - 1);
    for (const order of orders) expect(sumOf(order)).toBe(order.total.amount);
  });
});

describe("the delivery that a buyer paid for", () => {
  it.each([
    ["USPSPriorityExpress", ["Delivery: USPSPriorityExpress"]],
    ["UK_RoyalMailNextDay", ["Delivery: UK_RoyalMailNextDay"]],
    ["UK_RoyalMailTracked48", []],
  ])("is told where it can't wait: %s", async (shippingServiceCode, remarks) => {
    const amount = { value: "9.0", currency: "GBP" };
    const order = {
      ...PAID_ORDER,
      pricingSummary: { priceSubtotal: amount, total: amount },
      fulfillmentStartInstructions: [{ shippingStep: { shippingServiceCode } }],
      lineItems: [{ lineItemId: "1", sku: "MUG", title: "Mug", quantity: 1, lineItemCost: amount }],
    };
    const { channel } = answering(() => ({ status: 200, body: order }));
    expect(await channel.readOrder(order.orderId)).toMatchObject({ ok: true, value: { remarks } });
  });
});

describe("eBay's pricing summary", () => {
  const money = (value: string) => ({ value, currency: "USD" });
  const order = {
    ...PAID_ORDER,
    lineItems: [{ lineItemId: "1", sku: "MUG", title: "Mug", quantity: 2, lineItemCost: money("20.0") }],
  };
  const taxes = (amount: string, taxType: string) => [{ amount: money(amount), taxType }];

  it.each<[string, object, object, object]>([
    [
      "a fee and a rest that nothing names are no tax",
      { pricingSummary: { priceSubtotal: money("20.0"), fee: money("0.75"), total: money("21.00") } },
      {},
      { tax: "0.00", adjustment: "1.00" },
    ],
    [
      "a positive discount makes no tax",
      { pricingSummary: { priceSubtotal: money("20.0"), priceDiscount: money("1.0"), total: money("21.0") } },
      {},
      { tax: "0.00", adjustment: "1.00" },
    ],
    [
      "without a subtotal the lines stand for it",
      { pricingSummary: { tax: money("4.0"), total: money("20.0") } },
      {},
      { tax: "0.00", adjustment: "0.00" },
    ],
    [
      "tax that only the lines name",
      { pricingSummary: { priceSubtotal: money("20.0"), total: money("21.6") } },
      { taxes: taxes("1.6", "STATE_SALES_TAX"), ebayCollectAndRemitTaxes: taxes("1.6", "STATE_SALES_TAX") },
      { tax: "1.60", adjustment: "0.00" },
    ],
    [
      "a recycling fee among a line's taxes is none",
      { pricingSummary: { priceSubtotal: money("20.0"), fee: money("2.0"), total: money("22.0") } },
      { taxes: taxes("2.0", "TIRE_RECYCLING_FEE") },
      { tax: "0.00", adjustment: "2.00" },
    ],
    [
      "the seller's own tax and eBay's together",
      {
        pricingSummary: { priceSubtotal: money("20.0"), tax: money("1.0"), total: money("22.6") },
        ebayCollectAndRemitTax: true,
      },
      { ebayCollectAndRemitTaxes: taxes("1.6", "GST") },
      { tax: "2.60", adjustment: "0.00" },
    ],
  ])("%s", async (_, change, line, expected) => {
    const lineItems = [{ ...order.lineItems[0], ...line }];
    const { channel } = answering(() => ({ status: 200, body: { ...order, lineItems, ...change } }));
    const read = await channel.readOrder(order.orderId);
    if (!read.ok || !read.value) throw new Error("the order must be read");
    const { tax, adjustment } = read.value;
    expect({ tax: tax.amount, adjustment: adjustment.amount }).toEqual(expected);
  });
});
