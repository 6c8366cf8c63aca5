/**
 * What Lockstep reads in Amazon's replies: listings items (2021-08-01) and orders (2026-01-01) with the fields that their
 * documents name, and with odd ones.
 */
import { describe, expect, it } from "vitest";
import { amazonFailure } from "#connectors/amazon/client.ts";
import { chunk, countItems, isAddressable, isAmazonChannel, justSeen, readItems } from "#connectors/amazon/items.ts";
import { amazonOrigins, marketplaceById } from "#connectors/amazon/marketplaces.ts";
import { isPending, rawOrderSchema } from "#connectors/amazon/order-shape.ts";
import type { AmazonSession } from "#connectors/amazon/session.ts";
import { amounts, raw, read, usd } from "./amazon-orders.ts";
import { type Json, replies } from "./replies.ts";

const US = "ATVPDKIKX0DER";
const CANADA = "A2EUQ1WTGCTBG2";

function session(...bodies: readonly unknown[]) {
  const marketplace = marketplaceById(US);
  if (!marketplace) throw new Error("no such store");
  const clock = { ms: Date.parse("2026-11-22T12:00:00Z") };
  const { transport, asked } = replies(amazonFailure, ...bodies);
  const opened = {
    credentials: { accessToken: "Atza|1" },
    transport,
    now: () => new Date(clock.ms),
    origins: amazonOrigins(marketplace),
    marketplace,
    sellerId: "A1SELLER",
    seen: new Map(),
  } as unknown as AmazonSession;
  return { opened, asked, clock };
}

const item = {
  sku: "MUG",
  summaries: [{ marketplaceId: US, productType: "MUG", status: ["BUYABLE", "DISCOVERABLE"] }],
  offers: [{ marketplaceId: US, offerType: "B2C", price: { currencyCode: "USD", amount: "12.50" } }],
  fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity: 4 }],
  issues: [],
};
const found = (...items: unknown[]) => ({ numberOfResults: items.length, items });

async function factsOf(change: Json) {
  const { opened } = session(found({ ...item, ...change }));
  const facts = (await readItems(opened, ["MUG"])).get("MUG");
  if (!facts?.ok || !facts.value) throw new Error("the item must be read");
  return facts.value;
}

const ours = (quantity?: number) => ({ fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity }] });
const shown = (...status: string[]) => ({ summaries: [{ marketplaceId: US, status }] });
const enforced = (...actions: string[]) => ({
  issues: [
    { code: "1", message: "A hint", severity: "INFO", categories: [] },
    {
      code: "99022",
      message: "Taken down",
      severity: "WARNING",
      categories: [],
      enforcements: { actions: actions.map((action) => ({ action })), exemption: { status: "NOT_EXEMPT" } },
    },
  ],
});

describe("an item of Amazon's", () => {
  it("has a quantity, a price and a state", async () => {
    expect(await factsOf({})).toEqual({
      quantity: 4,
      price: { amount: "12.50", currency: "USD" },
      state: "active",
      fulfilledByAmazon: false,
      errors: [],
    });
  });

  it.each<[what: string, change: Json, facts: Json]>([
    ["no quantity of ours", ours(), { quantity: null, fulfilledByAmazon: false }],
    ["no fulfilment at all", { fulfillmentAvailability: undefined }, { quantity: null, fulfilledByAmazon: false }],
    [
      "its stock in Amazon's warehouse",
      { fulfillmentAvailability: [{ fulfillmentChannelCode: "AMAZON_NA", quantity: 9 }] },
      { quantity: null, fulfilledByAmazon: true },
    ],
    [
      "stock at both",
      {
        fulfillmentAvailability: [
          { fulfillmentChannelCode: "AMAZON_NA" },
          { fulfillmentChannelCode: "DEFAULT", quantity: 2 },
        ],
      },
      { quantity: 2, fulfilledByAmazon: true },
    ],
    ["no offer", { offers: undefined }, { price: null }],
    [
      "a price as a number",
      { offers: [{ ...item.offers[0], price: { currencyCode: "USD", amount: 9.9 } }] },
      { price: { amount: "9.90", currency: "USD" } },
    ],
    [
      "prices for businesses and of other stores before its own",
      {
        offers: [
          { marketplaceId: US, offerType: "B2B", price: { currencyCode: "USD", amount: "8.00" } },
          { marketplaceId: CANADA, offerType: "B2C", price: { currencyCode: "CAD", amount: "9.00" } },
          ...item.offers,
        ],
      },
      { price: { amount: "12.50", currency: "USD" } },
    ],
    ["a price for businesses alone", { offers: [{ ...item.offers[0], offerType: "B2B" }] }, { price: null }],
    [
      "an error, and issues that are none",
      {
        issues: [
          { code: "1", message: "A warning", severity: "WARNING", categories: [] },
          { code: "2", message: "No such unit", severity: "ERROR", categories: [], attributeNames: ["unit_count"] },
          { code: "3", severity: "ERROR", categories: [] },
        ],
      },
      {
        errors: [
          { message: "No such unit", attributes: ["unit_count"] },
          { message: "", attributes: [] },
        ],
      },
    ],
  ])("with %s", async (_what, change, facts) => {
    expect(await factsOf(change)).toMatchObject(facts);
  });

  it.each<[what: string, change: Json, state: string]>([
    ["can be bought", shown("BUYABLE"), "active"],
    // It comes back by itself with a quantity.
    ["is sold out", { ...shown("DISCOVERABLE"), ...ours(0) }, "active"],
    ["has stock and can't be bought", shown("DISCOVERABLE"), "inactive"],
    ["can't be bought, with no word on its stock", { ...shown(), ...ours() }, "inactive"],
    ["is sold out and suppressed", { ...shown(), ...ours(0), ...enforced("LISTING_SUPPRESSED") }, "inactive"],
    [
      "is sold out and out of the catalogue",
      { ...shown(), ...ours(0), ...enforced("ATTRIBUTE_SUPPRESSED", "CATALOG_ITEM_REMOVED") },
      "inactive",
    ],
    ["is sold out and lacks a picture", { ...shown(), ...ours(0), ...enforced("ATTRIBUTE_SUPPRESSED") }, "active"],
    [
      "is sold out here and can be bought elsewhere",
      { ...ours(0), summaries: [{ marketplaceId: CANADA, status: ["BUYABLE"] }] },
      "inactive",
    ],
    ["is nowhere", { ...ours(0), summaries: undefined }, "inactive"],
    ["has no status", { ...ours(0), summaries: [{ marketplaceId: US }] }, "active"],
  ])("that %s", async (_what, change, state) => {
    expect((await factsOf(change)).state).toBe(state);
  });

  it.each<[code: string, isAmazons: boolean]>([
    ["DEFAULT", false],
    ["AMAZON_EU", true],
    ["amazon_na", true],
    ["NOT_AMAZON", false],
  ])("of the channel %s", (code, isAmazons) => {
    expect(isAmazonChannel(code)).toBe(isAmazons);
  });
});

describe("items of Amazon's, asked for by SKU", () => {
  const facts = (quantity: number) =>
    expect.objectContaining({ ok: true, value: expect.objectContaining({ quantity }) });
  const none = { ok: true, value: null };

  it("are asked for together, once each, with all that is read of them", async () => {
    const { opened, asked } = session(found(item, { ...item, sku: "PAN" }));
    const read = await readItems(opened, ["MUG", "PAN", "MUG", "CAN"]);
    expect([...read]).toEqual([
      ["MUG", facts(4)],
      ["PAN", facts(4)],
      ["CAN", none],
    ]);
    expect(asked.map(({ operation, url }) => [operation, url.pathname])).toEqual([
      ["searchListingsItems", "/listings/2021-08-01/items/A1SELLER"],
    ]);
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      marketplaceIds: US,
      identifiersType: "SKU",
      identifiers: "MUG,PAN,CAN",
      includedData: "summaries,offers,fulfillmentAvailability,issues",
      pageSize: "20",
    });
  });

  it.each(["A,B", " MUG", "MUG "])("one by one where a list would tear it (%j)", async (sku) => {
    const { opened, asked } = session({ ...item, sku });
    expect((await readItems(opened, [sku])).get(sku)).toEqual(facts(4));
    expect(asked.map(({ operation, url }) => [operation, decodeURIComponent(url.pathname)])).toEqual([
      ["getListingsItem", `/listings/2021-08-01/items/A1SELLER/${sku}`],
    ]);
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      marketplaceIds: US,
      includedData: "summaries,offers,fulfillmentAvailability,issues",
    });
  });

  it("go in the list where an address can't name them", async () => {
    expect(isAddressable("..")).toBe(false);
    const { opened, asked } = session(found({ ...item, sku: ".." }));
    expect((await readItems(opened, [".."])).get("..")).toEqual(facts(4));
    expect(asked.map((one) => one.operation)).toEqual(["searchListingsItems"]);
  });

  const unknown = expect.objectContaining({
    ok: false,
    failure: expect.objectContaining({ kind: "rejected", scope: "item", code: "unreadable" }),
  });
  const later = expect.objectContaining({ ok: false, failure: expect.objectContaining({ kind: "unavailable" }) });
  it.each<[what: string, reply: unknown, pan: unknown]>([
    ["it is not there", found(item), none],
    ["nothing is there", 404, none],
    ["Amazon does not answer", 503, later],
    // It may be the one without a SKU, or the one that is not shown.
    ["an item is without a SKU", found(item, { summaries: [] }), unknown],
    ["fewer are shown than there are", { numberOfResults: 2, items: [item] }, unknown],
    [
      "it has a quantity in words",
      found(item, {
        ...item,
        sku: "PAN",
        fulfillmentAvailability: [{ fulfillmentChannelCode: "DEFAULT", quantity: "4" }],
      }),
      unknown,
    ],
    [
      "it has a price in words",
      found(item, {
        ...item,
        sku: "PAN",
        offers: [{ ...item.offers[0], price: { currencyCode: "USD", amount: "1,50" } }],
      }),
      unknown,
    ],
  ])("are as they are where %s", async (_what, reply, pan) => {
    const { opened } = session(reply);
    expect((await readItems(opened, ["MUG", "PAN"])).get("PAN")).toEqual(pan);
  });

  it("say what could not be read, with the SKU", async () => {
    const read = await readItems(session(found({ ...item, issues: [{}] })).opened, ["MUG"]);
    expect(read.get("MUG")).toMatchObject({
      failure: { message: expect.stringMatching(/^SKU MUG: issues\.0\.severity: /) },
    });
  });

  it.each<[what: string, reply: unknown, expected: unknown]>([
    ["is not there", 404, none],
    ["can't be asked for now", 503, later],
  ])("one by one: it %s", async (_what, reply, expected) => {
    expect((await readItems(session(reply).opened, ["A,B"])).get("A,B")).toEqual(expected);
  });

  it("are relied on for a minute, and not where there was nothing", async () => {
    const { opened, clock } = session(found(item));
    await readItems(opened, ["MUG", "PAN"]);
    expect([justSeen(opened, "MUG")?.quantity, justSeen(opened, "PAN"), justSeen(opened, "CAN")]).toEqual([
      4,
      null,
      null,
    ]);
    // Of what is not there nothing is kept, nor of what could not be read.
    const unread = session(503).opened;
    await readItems(unread, ["CUP"]);
    expect(unread.seen.size).toBe(0);
    expect([...opened.seen.keys()]).toEqual(["MUG"]);
    clock.ms += 59_999;
    expect(justSeen(opened, "MUG")?.quantity).toBe(4);
    clock.ms += 1;
    expect(justSeen(opened, "MUG")).toBeNull();
  });

  it("are counted", async () => {
    const { opened, asked } = session({ numberOfResults: 1_234, items: [item] }, 404, 503);
    expect(await countItems(opened)).toEqual({ ok: true, value: 1_234 });
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({ marketplaceIds: US, pageSize: "1" });
    expect(asked[0]).toMatchObject({ operation: "searchListingsItems", method: "GET", effect: "read" });
    expect(await countItems(opened)).toEqual({ ok: true, value: 0 });
    expect(await countItems(opened)).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
  });

  it("are cut into lists of a length", () => {
    expect(chunk([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunk([1, 2], 2)).toEqual([[1, 2]]);
    expect(chunk([], 2)).toEqual([]);
  });
});

const mug = {
  orderItemId: "1",
  quantityOrdered: 2,
  product: { sellerSku: "MUG", title: "Mug", price: { unitPrice: usd("10.00") } },
};
const told = { ...mug, proceeds: amounts({ ITEM: "20.00", SHIPPING: "4.00" }) };
const status = (fulfillmentStatus: string) => ({ fulfillment: { fulfillmentStatus, fulfilledBy: "MERCHANT" } });
const withItem = (change: Json) => ({ orderItems: [{ ...told, ...change }] });
const done = { cancellation: { cancellationExecution: { cancelledBy: "MERCHANT" } } };
const home = {
  name: "John Doe",
  companyName: "Doe & Co",
  addressLine1: "1 Main St",
  addressLine2: "Flat 4",
  addressLine3: "Door 2",
  city: "Leeds",
  districtOrCounty: "Headingley",
  stateOrRegion: "West Yorkshire",
  postalCode: "LS1 1AA",
  countryCode: "GB",
  phone: "+44 113 496 0100",
};
const order = {
  buyer: { buyerName: "Jane Doe", buyerEmail: "x1@marketplace.amazon.com" },
  recipient: { deliveryAddress: home },
  proceeds: { grandTotal: usd("24.00"), ...amounts({ ITEM: "20.00", SHIPPING: "4.00" }) },
  orderItems: [told],
};
const orderOf = (change: Json) => read({ ...order, ...change });

describe("an order of Amazon's", () => {
  const at = new Date("2026-11-22T12:00:00Z");
  const money = (amount: string) => ({ amount, currency: "USD" });

  it("is read with its address, its lines and its money", () => {
    expect(orderOf({})).toEqual({
      remoteId: "200-1234567-1234567",
      displayName: "200-1234567-1234567",
      soldAt: at,
      paidAt: at,
      updatedAt: at,
      status: "paid",
      cancellationRequested: false,
      fulfilment: "none",
      delivery: "ship",
      shipBy: null,
      buyer: {
        remoteId: null,
        name: "John Doe",
        email: "x1@marketplace.amazon.com",
        emailIsRelay: true,
        phone: "+44 113 496 0100",
        phoneIsMasked: false,
        shippingAddress: {
          name: "John Doe",
          company: "Doe & Co",
          line1: "1 Main St",
          line2: "Flat 4, Door 2, Headingley",
          city: "Leeds",
          region: "West Yorkshire",
          postalCode: "LS1 1AA",
          countryCode: "GB",
        },
      },
      lines: [
        {
          remoteLineId: "1",
          sku: "MUG",
          listingRemoteId: "MUG",
          title: "Mug",
          quantity: 2,
          quantityCancelled: 0,
          unitPrice: money("10.00"),
          requiresShipping: true,
        },
      ],
      shipping: money("4.00"),
      tax: money("0.00"),
      taxIncluded: money("0.00"),
      taxCollectedByMarketplace: false,
      adjustment: money("0.00"),
      total: money("24.00"),
      refunded: money("0.00"),
      remarks: [],
      holdBecause: null,
    });
  });

  const by = "2026-11-25T23:59:59Z";
  const window = (latestDateTime: unknown, name = "UNSHIPPED") => ({
    fulfillment: { ...status(name).fulfillment, shipByWindow: { earliestDateTime: by, latestDateTime } },
  });
  it.each<[what: string, change: Json, shipBy: Date | null]>([
    ["is to be sent", window(by), new Date(by)],
    ["is sent in part", window(by, "PARTIALLY_SHIPPED"), new Date(by)],
    ["has a window without an end", window(undefined), null],
    ["has a time that can't be read", window("soon"), null],
    ["is sent", window(by, "SHIPPED"), null],
    ["is cancelled", window(by, "CANCELLED"), null],
    ["is picked up", { ...window(by), programs: ["IN_STORE_PICK_UP"] }, null],
  ])("that %s says by when it is to be shipped, or that it is not", (_, change, shipBy) => {
    expect(orderOf(change).shipBy).toEqual(shipBy);
  });

  it.each<[status: string, expected: Json, pending: boolean]>([
    ["PENDING_AVAILABILITY", { status: "pending", paidAt: null, fulfilment: "none" }, true],
    ["PENDING", { status: "pending", paidAt: null, fulfilment: "none" }, true],
    ["UNSHIPPED", { status: "paid", paidAt: at, fulfilment: "none" }, false],
    ["PARTIALLY_SHIPPED", { status: "paid", fulfilment: "partial" }, false],
    ["SHIPPED", { status: "paid", fulfilment: "complete" }, false],
    ["CANCELLED", { status: "cancelled", paidAt: null, fulfilment: "none", lines: [{ quantityCancelled: 2 }] }, false],
  ])("that is %s", (fulfillmentStatus, expected, pending) => {
    const change = { ...order, ...status(fulfillmentStatus) };
    expect(read(change)).toMatchObject({ lines: [{ quantityCancelled: 0 }], ...expected });
    expect(isPending(rawOrderSchema.parse(raw(change)))).toBe(pending);
  });

  const packages = (...quantities: number[]) => ({
    packages: quantities.map((quantity, index) => ({
      packageReferenceId: String(index),
      packageItems: [
        { orderItemId: "1", quantity },
        { orderItemId: "another", quantity: 5 },
      ],
    })),
  });
  const sent = (quantityFulfilled: number) => withItem({ fulfillment: { quantityFulfilled } });
  const pan = { ...mug, orderItemId: "2" };
  // `fulfillment` is optional.
  it.each<[what: string, change: Json, expected: Json]>([
    ["nothing is sent and there is a total", {}, { status: "paid", fulfilment: "none" }],
    ["some is packed", packages(1), { status: "paid", fulfilment: "partial" }],
    ["all is packed, in two parcels", packages(1, 1), { fulfilment: "complete" }],
    ["some is sent", sent(1), { fulfilment: "partial" }],
    ["all is sent", sent(2), { fulfilment: "complete" }],
    [
      "all of one item of two is sent",
      { orderItems: [{ ...told, fulfillment: { quantityFulfilled: 2 } }, pan] },
      { fulfilment: "partial" },
    ],
    [
      "all that was not cancelled is sent",
      {
        orderItems: [
          { ...told, fulfillment: { quantityFulfilled: 2 } },
          { ...pan, ...done },
        ],
      },
      { fulfilment: "complete" },
    ],
    ["all is cancelled", withItem(done), { status: "cancelled" }],
    ["all is cancelled, before there was a total", { ...withItem(done), proceeds: undefined }, { status: "cancelled" }],
    ["no unit is left", withItem({ quantityOrdered: 0 }), { status: "cancelled" }],
  ])("without a status, of which %s", (_what, change, expected) => {
    expect(orderOf({ fulfillment: undefined, ...change })).toMatchObject(expected);
  });

  it.each<[what: string, change: Json, path: string]>([
    ["no status and no total", { fulfillment: undefined, proceeds: undefined }, "fulfillment"],
    ["no status, no total and no item", { fulfillment: undefined, proceeds: undefined, orderItems: [] }, "fulfillment"],
    ["a status of no document", status("LOST"), "fulfillment.fulfillmentStatus"],
    ["a negative number of units", withItem({ quantityOrdered: -1 }), "orderItems.0.quantityOrdered"],
    ["a total in words", { proceeds: { grandTotal: usd("24,00") } }, "proceeds.grandTotal.amount"],
    [
      "a total of another currency than its items",
      { proceeds: { grandTotal: { amount: "24.00", currencyCode: "EUR" } } },
      "proceeds.currencyCode",
    ],
    [
      "a price of another currency",
      withItem({ product: { price: { unitPrice: { amount: "1", currencyCode: "EUR" } } } }),
      "proceeds.currencyCode",
    ],
    [
      "a discount of another currency",
      withItem({
        proceeds: {
          breakdowns: [
            {
              type: "DISCOUNT",
              subtotal: usd("1.00"),
              detailedBreakdowns: [{ value: { amount: "1", currencyCode: "EUR" } }],
            },
          ],
        },
      }),
      "proceeds.currencyCode",
    ],
    [
      "a tip of another currency",
      { proceeds: { breakdowns: [{ type: "DELIVERY_TIP", subtotal: { amount: "1", currencyCode: "EUR" } }] } },
      "proceeds.currencyCode",
    ],
    ["no time", { createdTime: undefined }, "createdTime"],
    ["an item without a number", withItem({ orderItemId: "" }), "orderItems.0.orderItemId"],
  ])("with %s can't be read", (_what, change, path) => {
    const failed = rawOrderSchema.safeParse(raw({ ...order, ...change }));
    expect(failed.error?.issues.map((one) => one.path.join("."))).toEqual([path]);
  });

  it.each<[status: string, items: Json[], expected: string]>([
    ["UNSHIPPED", [{ ...told, ...done }], "cancelled"],
    ["PENDING", [{ ...told, ...done }], "cancelled"],
    ["UNSHIPPED", [told, { ...pan, ...done }], "paid"],
    // What was sent is not undone by an item that is told without units afterwards.
    ["PARTIALLY_SHIPPED", [{ ...told, quantityOrdered: 0 }], "paid"],
    ["SHIPPED", [{ ...told, quantityOrdered: 0 }], "paid"],
    ["UNSHIPPED", [], "paid"],
  ])(
    "that is %s with items that are cancelled or not is what is left of it (%#)",
    (fulfillmentStatus, orderItems, expected) => {
      expect(orderOf({ ...status(fulfillmentStatus), orderItems }).status).toBe(expected);
    },
  );

  it("tells whether its status is Amazon's word", () => {
    const isImplied = (change: Json) => rawOrderSchema.parse(raw({ ...order, ...change })).isStatusImplied;
    expect([isImplied({}), isImplied({ fulfillment: undefined })]).toEqual([false, true]);
  });

  const asked = { cancellation: { cancellationRequest: { requester: "BUYER" } } };
  it.each<[what: string, change: Json, isAsked: boolean]>([
    ["by a buyer", withItem(asked), true],
    ["of one item of two", { orderItems: [told, { ...pan, ...asked }] }, true],
    ["and was", withItem({ cancellation: { ...asked.cancellation, ...done.cancellation } }), false],
    ["and was sent", { ...withItem(asked), ...status("SHIPPED") }, false],
    ["and was partly sent", { ...withItem(asked), ...status("PARTIALLY_SHIPPED") }, true],
    ["and is all cancelled", { ...withItem(asked), ...status("CANCELLED") }, false],
    ["by nobody", {}, false],
    [
      "of an item that is cancelled already, beside another",
      { orderItems: [told, { ...pan, cancellation: { ...asked.cancellation, ...done.cancellation } }] },
      false,
    ],
  ])("is asked to be cancelled %s", (_what, change, isAsked) => {
    expect(orderOf(change).cancellationRequested).toBe(isAsked);
  });

  it.each<[what: string, change: Json, cancelled: number]>([
    ["is cancelled", withItem(done), 2],
    ["is cancelled, and Amazon says null of what is left", withItem({ ...done, fulfillment: {} }), 2],
    ["is not cancelled: null", withItem({ cancellation: { cancellationExecution: null } }), 0],
    [
      "is cancelled but one that is still to be sent",
      withItem({ ...done, fulfillment: { quantityUnfulfilled: 1 } }),
      1,
    ],
    ["was sent in part, and the rest is cancelled", withItem({ ...done, fulfillment: { quantityFulfilled: 1 } }), 1],
    ["was sent, and is cancelled: nothing comes back", withItem({ ...done, fulfillment: { quantityFulfilled: 3 } }), 0],
    [
      "was sent in part before the order was cancelled",
      { ...withItem({ fulfillment: { quantityFulfilled: 1 } }), ...status("CANCELLED") },
      1,
    ],
    [
      "was sent and more before the order was cancelled",
      { ...withItem({ fulfillment: { quantityFulfilled: 3 } }), ...status("CANCELLED") },
      0,
    ],
  ])("whose item %s", (_what, change, cancelled) => {
    expect(orderOf(change).lines.map((line) => line.quantityCancelled)).toEqual([cancelled]);
  });

  it.each<[product: Json, line: Json]>([
    [{ sellerSku: "MUG" }, { title: "MUG", sku: "MUG" }],
    [{ title: "Mug" }, { title: "Mug", sku: null, listingRemoteId: null }],
    [
      { title: " ", sellerSku: null },
      { title: "1", sku: null },
    ],
    [{ sellerSku: "MUG " }, { sku: "MUG " }],
  ])("with the product %j", (product, line) => {
    expect(orderOf(withItem({ product })).lines).toMatchObject([line]);
  });

  const collected = (model?: string) => ({
    tax: { taxCollections: [{ model, responsibleParty: "Amazon Services, Inc." }] },
  });
  it.each<[what: string, change: Json, isAmazons: boolean]>([
    ["Amazon's to pay", withItem(collected("MARKETPLACE_FACILITATOR")), true],
    [
      "Amazon's to pay, of one item of two",
      { orderItems: [told, { ...pan, ...collected("MARKETPLACE_FACILITATOR") }] },
      true,
    ],
    [
      "Amazon's to pay, by the second of two",
      withItem({ tax: { taxCollections: [{}, { model: "MARKETPLACE_FACILITATOR" }] } }),
      true,
    ],
    ["collected by a model of no document", withItem(collected("SELLER")), false],
    ["collected by nobody named", withItem({ tax: {} }), false],
  ])("has a tax that is %s", (_what, change, isAmazons) => {
    expect(orderOf(change).taxCollectedByMarketplace).toBe(isAmazons);
  });

  const to = (change: Json) => ({ recipient: { deliveryAddress: { ...home, ...change } } });
  it.each<[what: string, change: Json, buyer: Json]>([
    ["no name on the address", to({ name: undefined }), { name: "Jane Doe", shippingAddress: { name: null } }],
    [
      "no address",
      { recipient: undefined },
      { name: "Jane Doe", phone: null, phoneIsMasked: false, shippingAddress: null },
    ],
    ["no buyer", { buyer: undefined }, { email: null, emailIsRelay: false, name: "John Doe" }],
    ["nobody", { buyer: undefined, recipient: {} }, { name: null, shippingAddress: null }],
    ["no phone", to({ phone: undefined }), { phone: null, phoneIsMasked: false }],
    // Numbers of Amazon's, which die with the order.
    ["a phone with an extension", to({ phone: "+1 480-618-9422 ext. 66089" }), { phoneIsMasked: true }],
    ["a phone with some digits", to({ phone: "+1 480-***-9422" }), { phoneIsMasked: true }],
    ["a phone with an x in its words", to({ phone: "+44 113 496 0100 x" }), { phoneIsMasked: false }],
    ["a phone with digits crossed out", to({ phone: "+44 113 XXX 0100" }), { phoneIsMasked: true }],
    [
      "one more line",
      to({ addressLine2: undefined, districtOrCounty: undefined }),
      { shippingAddress: { line2: "Door 2" } },
    ],
    [
      "one line",
      to({ addressLine2: "", addressLine3: undefined, districtOrCounty: null }),
      { shippingAddress: { line2: null } },
    ],
    [
      "a district and no city",
      to({ city: undefined }),
      { shippingAddress: { city: "Headingley", line2: "Flat 4, Door 2" } },
    ],
    [
      "a municipality alone",
      to({ city: undefined, districtOrCounty: undefined, municipality: "Lisboa" }),
      { shippingAddress: { city: "Lisboa" } },
    ],
    [
      "a district that is the city",
      to({ districtOrCounty: "Leeds" }),
      { shippingAddress: { line2: "Flat 4, Door 2" } },
    ],
  ])("with %s", (_what, change, buyer) => {
    expect(orderOf(change).buyer).toMatchObject(buyer);
  });

  const pickUp = { programs: ["PRIME", "IN_STORE_PICK_UP"] };
  it("to be picked up is the buyer's, at the store", () => {
    expect(orderOf(pickUp)).toMatchObject({
      delivery: "pick-up",
      buyer: { name: "Jane Doe", phone: null, phoneIsMasked: false, shippingAddress: null },
      remarks: ["To be picked up by the buyer at John Doe, 1 Main St, Leeds."],
    });
    expect(orderOf({ ...pickUp, buyer: undefined, recipient: undefined })).toMatchObject({
      buyer: { name: null },
      remarks: ["To be picked up by the buyer."],
    });
    expect(orderOf({ ...pickUp, ...to({ addressLine1: null, city: undefined }) }).remarks).toEqual([
      "To be picked up by the buyer at John Doe.",
    ]);
    expect(orderOf({ ...pickUp, recipient: {} }).remarks).toEqual(["To be picked up by the buyer."]);
  });

  const related = (associationType: string | undefined, orderId: string | undefined = "111-0") => ({
    associatedOrders: [{ orderId, associationType }],
  });
  const level = (fulfillmentServiceLevel: string) => ({
    fulfillment: { fulfillmentStatus: "UNSHIPPED", fulfillmentServiceLevel },
  });
  const gift = (giftOption: Json | null) => withItem({ fulfillment: { packing: { giftOption } } });
  it.each<[what: string, change: Json, remarks: string[]]>([
    ["a replacement", related("REPLACEMENT_ORIGINAL_ID"), ["Replacement for Amazon order 111-0."]],
    ["an exchange", related("EXCHANGE_ORIGINAL_ID"), ["Exchange for Amazon order 111-0."]],
    ["of another", related(undefined), ["Belongs to Amazon order 111-0."]],
    ["of one without a number", related("EXCHANGE_ORIGINAL_ID", ""), ["Exchange for Amazon order without a number."]],
    ["of none", { associatedOrders: null, programs: null }, []],
    ["slow", level("STANDARD"), []],
    ["slow and free", level("FREE_ECONOMY"), []],
    ["of the next day", level("NEXT_DAY"), ["Delivery: next day"]],
    ["of the same hour, which no document names", level("SAME_HOUR_PLUS"), ["Delivery: same hour plus"]],
    [
      "customised",
      withItem({ product: { sellerSku: "MUG", customization: { customizedUrl: "https://a.test/1.zip" } } }),
      ["MUG: customised by the buyer, see https://a.test/1.zip"],
    ],
    [
      "a gift",
      gift({ giftMessage: "Happy birthday", giftWrapLevel: "Classic" }),
      ["MUG: gift wrap Classic", "MUG: gift message: Happy birthday"],
    ],
    ["a gift without words", gift({ giftMessage: " " }), []],
    ["no gift", gift(null), []],
    [
      "a gift of no SKU",
      {
        orderItems: [{ ...told, product: {}, fulfillment: { packing: { giftOption: { giftWrapLevel: "Classic" } } } }],
      },
      ["1: gift wrap Classic"],
    ],
    [
      "hard to find",
      { recipient: { deliveryPreference: { addressInstruction: "Behind the church", dropOffLocation: "Porch" } } },
      ["The buyer's directions for the delivery: Behind the church", "The buyer's directions for the delivery: Porch"],
    ],
    ["easy to find", { recipient: { deliveryPreference: {} } }, []],
  ])("that is %s, tells whoever packs it", (_what, change, remarks) => {
    expect(orderOf(change).remarks).toEqual(remarks);
  });

  it("that was not bought at Amazon is held", () => {
    expect(orderOf({ salesChannel: { channelName: "NON_AMAZON" } }).holdBecause).toMatch(/not bought on Amazon/);
  });
});

describe("the money of an order of Amazon's", () => {
  const breakdown = (type: string, subtotal: string, ...details: [subtype: string | undefined, value: string][]) => ({
    type,
    subtotal: usd(subtotal),
    detailedBreakdowns: details.map(([subtype, value]) => ({ subtype, value: usd(value) })),
  });
  const total = (grandTotal: string, ofOrder: Json[] = []) => ({
    proceeds: { grandTotal: usd(grandTotal), breakdowns: ofOrder },
  });
  const ofItem = (...breakdowns: Json[]) => withItem({ proceeds: { breakdowns } });
  const goods = breakdown("ITEM", "20.00");

  it.each<[what: string, change: Json, expected: Json]>([
    [
      "a discount without a sign",
      { ...total("17.00"), ...ofItem(goods, breakdown("DISCOUNT", "3.00")) },
      { unitPrice: "8.50", adjustment: "0.00" },
    ],
    [
      "a discount with a minus",
      { ...total("17.00"), ...ofItem(goods, breakdown("DISCOUNT", "-3.00")) },
      { unitPrice: "8.50", adjustment: "0.00" },
    ],
    [
      "a discount on the items and the shipping",
      {
        ...total("21.00"),
        ...ofItem(
          goods,
          breakdown("SHIPPING", "4.00"),
          breakdown("DISCOUNT", "-3.00", ["ITEM", "-2.00"], ["SHIPPING", "-1.00"]),
        ),
      },
      { unitPrice: "9.00", shipping: "3.00", adjustment: "0.00" },
    ],
    [
      "a discount whose part says nothing of itself",
      { ...total("18.00"), ...ofItem(goods, breakdown("DISCOUNT", "-2.00", [undefined, "-2.00"])) },
      { unitPrice: "9.00", adjustment: "0.00" },
    ],
    [
      "a discount whose part has no amount",
      {
        ...total("20.00"),
        ...ofItem(goods, { type: "DISCOUNT", subtotal: usd("0.00"), detailedBreakdowns: [{ subtype: "ITEM" }] }),
      },
      { unitPrice: "10.00", adjustment: "0.00" },
    ],
    [
      "a discount on the gift wrap, and tax on top",
      {
        ...total("23.00"),
        ...ofItem(
          goods,
          breakdown("GIFT_WRAP", "3.00"),
          breakdown("DISCOUNT", "-1.00", ["GIFT_WRAP", "-1.00"]),
          breakdown("TAX", "1.00"),
        ),
      },
      { unitPrice: "10.00", tax: "1.00", adjustment: "2.00" },
    ],
    [
      "more discount than shipping",
      {
        ...total("20.00"),
        ...ofItem(goods, breakdown("SHIPPING", "1.00"), breakdown("DISCOUNT", "-2.00", ["SHIPPING", "-2.00"])),
      },
      { shipping: "0.00", adjustment: "0.00" },
    ],
    [
      "more discount than price",
      { ...total("0.00"), ...ofItem(goods, breakdown("DISCOUNT", "-25.00")) },
      { unitPrice: "0.00", adjustment: "0.00" },
    ],
    [
      "a price of nothing, as of a replacement",
      { ...total("0.00"), ...ofItem(breakdown("ITEM", "0.00")) },
      { unitPrice: "0.00", adjustment: "0.00" },
    ],
    [
      "tax on top",
      { ...total("24.00"), ...ofItem(goods, breakdown("TAX", "4.00")) },
      { tax: "4.00", taxIncluded: "0.00", adjustment: "0.00" },
    ],
    [
      "tax in its prices",
      { ...total("20.00"), ...ofItem(goods, breakdown("TAX", "4.00")) },
      { tax: "0.00", taxIncluded: "4.00", adjustment: "0.00" },
    ],
    [
      "tax that may be either: on top",
      { ...total("22.00"), ...ofItem(goods, breakdown("TAX", "4.00")) },
      { tax: "4.00", taxIncluded: "0.00", adjustment: "-2.00" },
    ],
    [
      "a negative tax",
      { ...total("20.00"), ...ofItem(goods, breakdown("TAX", "-1.00")) },
      { tax: "0.00", taxIncluded: "0.00" },
    ],
    [
      "no total, and tax",
      {
        proceeds: null,
        ...ofItem(goods, breakdown("SHIPPING", "4.00"), breakdown("TAX", "2.00"), breakdown("COD_FEE", "1.00")),
      },
      { tax: "2.00", total: "27.00", adjustment: "1.00" },
    ],
    [
      "tax of one item of two",
      {
        ...total("42.00"),
        orderItems: [
          { ...mug, proceeds: { breakdowns: [goods] } },
          { ...mug, orderItemId: "2", proceeds: { breakdowns: [goods, breakdown("TAX", "2.00")] } },
        ],
      },
      { tax: "2.00", adjustment: "0.00" },
    ],
    [
      "a tip and tax in its prices",
      { ...total("25.00", [breakdown("DELIVERY_TIP", "5.00")]), ...ofItem(goods, breakdown("TAX", "4.00")) },
      { tax: "0.00", taxIncluded: "4.00", adjustment: "5.00" },
    ],
    [
      "a sum over its items of what they tell too",
      {
        ...total("24.00", [breakdown("ITEM", "20.00"), breakdown("OTHER", "3.00"), breakdown("TAX", "1.00")]),
        ...ofItem(goods, breakdown("OTHER", "3.00"), breakdown("TAX", "1.00")),
      },
      { tax: "1.00", adjustment: "3.00" },
    ],
    [
      "gift wrap and a discount of which no item tells, and tax in its prices",
      {
        ...total("24.00", [breakdown("GIFT_WRAP", "5.00"), breakdown("DISCOUNT", "-1.00"), breakdown("TAX", "4.00")]),
        orderItems: [mug],
      },
      { unitPrice: "10.00", tax: "0.00", taxIncluded: "4.00", adjustment: "4.00" },
    ],
    [
      "prices of its products alone",
      { ...total("20.00"), orderItems: [mug] },
      { unitPrice: "10.00", adjustment: "0.00" },
    ],
    [
      "no price",
      { proceeds: undefined, orderItems: [{ ...mug, product: { sellerSku: "MUG" } }] },
      { unitPrice: "0.00", total: "0.00" },
    ],
    [
      "a price without an amount",
      { proceeds: undefined, orderItems: [{ ...mug, product: { price: {} } }] },
      { unitPrice: "0.00", total: "0.00" },
    ],
    [
      "no unit left, at a price",
      { ...total("0.00"), ...withItem({ quantityOrdered: 0, proceeds: undefined }) },
      { unitPrice: "10.00", total: "0.00", adjustment: "0.00" },
    ],
    [
      "no unit left, at no price",
      { ...total("0.00"), ...withItem({ quantityOrdered: 0, proceeds: undefined, product: { price: {} } }) },
      { unitPrice: "0.00", adjustment: "0.00" },
    ],
    [
      "no unit left and no word on the price",
      { ...total("0.00"), ...withItem({ quantityOrdered: 0, proceeds: undefined, product: {} }) },
      { unitPrice: "0.00" },
    ],
    [
      "a cancelled item without proceeds",
      { ...total("0.00"), orderItems: [{ ...mug, ...done }] },
      { unitPrice: "0.00", adjustment: "0.00" },
    ],
    [
      "a cancelled item, and no total yet",
      { proceeds: undefined, orderItems: [{ ...mug, ...done }] },
      { unitPrice: "10.00" },
    ],
    [
      "a cancelled item, and proceeds without a total",
      { proceeds: {}, orderItems: [{ ...mug, ...done }] },
      { unitPrice: "10.00" },
    ],
  ])("with %s", (_what, change, { unitPrice, ...expected }) => {
    const shown = orderOf(change);
    const sums = {
      total: shown.total,
      tax: shown.tax,
      taxIncluded: shown.taxIncluded,
      shipping: shown.shipping,
      adjustment: shown.adjustment,
    };
    const amountsShown = Object.fromEntries(Object.entries(sums).map(([name, one]) => [name, one.amount]));
    expect(amountsShown).toMatchObject(expected);
    if (unitPrice !== undefined) expect(shown.lines[0]?.unitPrice.amount).toBe(unitPrice);
  });

  const jpy = (amount: string) => ({ amount, currencyCode: "JPY" });
  const bare = { ...status("PENDING"), proceeds: undefined, orderItems: [{ ...mug, product: { sellerSku: "MUG" } }] };
  it.each<[what: string, change: Json, total: Json]>([
    [
      "of its total",
      { proceeds: { grandTotal: jpy("2400") }, orderItems: [{ ...mug, product: {} }] },
      { amount: "2400", currency: "JPY" },
    ],
    [
      "of its sums",
      { ...bare, proceeds: { breakdowns: [{ type: "DELIVERY_TIP", subtotal: jpy("100") }] } },
      { amount: "100", currency: "JPY" },
    ],
    [
      "of an item's price",
      { ...bare, orderItems: [{ ...mug, product: { price: { unitPrice: jpy("1200") } } }] },
      { amount: "2400", currency: "JPY" },
    ],
    [
      "of an item's proceeds",
      {
        ...bare,
        orderItems: [{ ...mug, product: {}, proceeds: { breakdowns: [{ type: "ITEM", subtotal: jpy("2400") }] } }],
      },
      { amount: "2400", currency: "JPY" },
    ],
    // A pending order has no amount.
    ["of its store", { ...bare, salesChannel: { marketplaceId: CANADA } }, { amount: "0.00", currency: "CAD" }],
    [
      "of no store that is known",
      { ...bare, salesChannel: { marketplaceId: "A0" } },
      { amount: "0.00", currency: "XXX" },
    ],
    ["of no store", { ...bare, salesChannel: {} }, { amount: "0.00", currency: "XXX" }],
  ])("is in the currency %s", (_what, change, total) => {
    expect(orderOf(change).total).toEqual(total);
  });
});
