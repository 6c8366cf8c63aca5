/** What Lockstep reads in Depop's replies: products and orders as the Selling API's document shows them, and odd ones. */
import { describe, expect, it } from "vitest";
import { type DepopSession, depopFailure } from "#connectors/depop/client.ts";
import { readDepopListings, readDepopQuantities } from "#connectors/depop/listings.ts";
import {
  isClosed,
  isFullyRefunded,
  isShipped,
  rawOrderSchema,
  refundedMinor,
  toOrder,
} from "#connectors/depop/order-json.ts";
import { readDepopOrders } from "#connectors/depop/orders.ts";
import { type Json, replies } from "./replies.ts";

const NOW = new Date("2026-11-02T09:00:00Z");

/** The document's example of a product. */
const product: Json = {
  sku: "ABC-12345-S-BL",
  product_id: 123456789,
  slug: "vintage-nike-t-shirt-123456789",
  status: "STATUS_ONSALE",
  description: "Vintage Nike T-Shirt in excellent condition.\nBlack with white swoosh logo on the front.",
  price_currency: "GBP",
  price_amount: "25.99",
  current_price: "24.00",
  quantity: 3,
  pictures: [{ url: "https://images.example.com/front.jpg", height: 1280, width: 1280 }],
};

function session(...bodies: readonly unknown[]) {
  const { transport, asked } = replies(depopFailure, ...bodies);
  const credentials = { apiKey: "pak_1" };
  const opened: DepopSession = { credentials, transport, now: () => NOW, origin: "https://depop.test" };
  return { opened, asked };
}

const page = (data: readonly unknown[], meta: Json = { has_more: false }) => ({ meta, data });

async function listingOf(change: Json) {
  const read = await readDepopListings(session(page([{ ...product, ...change }])).opened, null);
  if (!read.ok) throw new Error(read.failure.message);
  return read.value.listings[0];
}

describe("a Depop product", () => {
  it("is a listing by its product id, at the price that a buyer pays now", async () => {
    expect(await listingOf({})).toEqual({
      ref: { remoteId: "123456789", sku: "ABC-12345-S-BL", groupId: null },
      title: "Vintage Nike T-Shirt in excellent condition.",
      barcode: null,
      quantity: 3,
      price: { amount: "24.00", currency: "GBP" },
      state: "active",
      url: "https://www.depop.com/products/vintage-nike-t-shirt-123456789/",
      imageUrl: "https://images.example.com/front.jpg",
      unmanagedBecause: null,
    });
  });

  it.each<[what: string, change: Json, read: Json]>([
    ["no discount", { current_price: null }, { price: { amount: "25.99", currency: "GBP" } }],
    ["no current price", { current_price: undefined }, { price: { amount: "25.99", currency: "GBP" } }],
    ["one decimal", { current_price: "5.0" }, { price: { amount: "5.00", currency: "GBP" } }],
    ["whole dollars", { current_price: "12", price_currency: "USD" }, { price: { amount: "12.00", currency: "USD" } }],
    ["no SKU", { sku: null }, { ref: { remoteId: "123456789", sku: null, groupId: null } }],
    ["an empty SKU", { sku: "" }, { ref: { remoteId: "123456789", sku: null, groupId: null } }],
    ["no pictures", { pictures: undefined }, { imageUrl: null }],
    ["an empty list of pictures", { pictures: [] }, { imageUrl: null }],
    ["a description that begins with empty lines", { description: "\r\n  \r\n  Tote\r\nGreen" }, { title: "Tote" }],
    ["an empty description", { description: " \n " }, { title: "vintage-nike-t-shirt-123456789" }],
  ])("with %s", async (_what, change, read) => {
    expect(await listingOf(change)).toMatchObject(read);
  });

  const blocked = expect.stringMatching(/taken this listing down or blocked it/);
  it.each<[status: string, read: Json]>([
    // Each comes back with a restock.
    ["STATUS_PURCHASED", { state: "inactive", quantity: 0, unmanagedBecause: null }],
    ["STATUS_MARKED_AS_SOLD", { state: "inactive", quantity: 0, unmanagedBecause: null }],
    ["STATUS_PRODUCT_BANNED_ONSALE", { state: "inactive", quantity: 0, unmanagedBecause: blocked }],
    ["STATUS_USER_BANNED_ONSALE", { state: "inactive", quantity: 0, unmanagedBecause: blocked }],
    ["STATUS_PRODUCT_BANNED_PURCHASED", { state: "inactive", quantity: 0, unmanagedBecause: blocked }],
    ["STATUS_USER_BANNED_PURCHASED", { state: "inactive", quantity: 0, unmanagedBecause: blocked }],
    ["STATUS_NEW", { state: "inactive", quantity: 0, unmanagedBecause: expect.stringMatching(/is STATUS_NEW/) }],
  ])("that is %s", async (status, read) => {
    expect(await listingOf({ status })).toMatchObject(read);
  });

  it.each(["", "_ONSALE", "_PURCHASED", "_MARKED_AS_SOLD"])("that is STATUS_DELETED%s is none", async (of) => {
    const read = await readDepopListings(session(page([{ ...product, status: `STATUS_DELETED${of}` }])).opened, null);
    expect(read).toMatchObject({ ok: true, value: { listings: [], unreadable: [] } });
  });

  it.each<[what: string, field: string, change: Json]>([
    ["no quantity", "quantity", { quantity: null }],
    ["a negative quantity", "quantity", { quantity: -1 }],
    ["half a unit", "quantity", { quantity: 1.5 }],
    ["no price", "price_amount", { price_amount: null }],
    ["a negative price", "current_price", { current_price: "-1.00" }],
    ["a tenth of a penny", "price_amount", { price_amount: "1.005" }],
    ["a currency that is none", "price_currency", { price_currency: "£" }],
    ["no status", "status", { status: "" }],
  ])("with %s can't be read, which costs that product alone", async (_what, field, change) => {
    const read = await readDepopListings(session(page([{ ...product, ...change }, product])).opened, null);
    expect(read).toMatchObject({
      ok: true,
      value: {
        listings: [{ ref: { remoteId: "123456789" } }],
        unreadable: [{ remoteId: "123456789", why: expect.stringMatching(new RegExp(`^Product: ${field}: `)) }],
      },
    });
  });

  it("without an id is told of, without one", async () => {
    const read = await readDepopListings(session(page([{ ...product, product_id: null }, "odd"])).opened, null);
    expect(read).toMatchObject({ ok: true, value: { unreadable: [{ remoteId: null }, { remoteId: null }] } });
  });
});

describe("Depop's pages of products", () => {
  it("are asked for oldest first, sold ones too, and from where the last one ended", async () => {
    const { opened, asked } = session(
      page([product], { cursor: "abc", has_more: true }),
      page([], { has_more: false }),
    );
    const first = await readDepopListings(opened, null);
    if (!first.ok) throw new Error(first.failure.message);
    expect(first.value.listings).toHaveLength(1);
    expect(first.value.nextCursor).not.toBeNull();
    const second = await readDepopListings(opened, first.value.nextCursor);
    expect(second).toEqual({ ok: true, value: { listings: [], unreadable: [], nextCursor: null, total: null } });
    expect(asked.map(({ url }) => url.pathname)).toEqual(["/api/v1/products/", "/api/v1/products/"]);
    expect(asked.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual([
      { limit: "100", sort_by: "id_asc", state: "all" },
      { limit: "100", sort_by: "id_asc", state: "all", cursor: "abc" },
    ]);
  });

  it.each<[what: string, reply: unknown]>([
    ["nothing at all", {}],
    ["no list", { meta: { has_more: false } }],
    ["no word on whether there is more", { data: [product] }],
    ["no list, but the word that there is more", { meta: { has_more: true, cursor: "abc" } }],
  ])("with %s are no answer", async (_what, reply) => {
    expect(await readDepopListings(session(reply).opened, null)).toMatchObject({ ok: false });
    expect(await readDepopOrders(session(reply).opened, { cursor: null, since: NOW })).toMatchObject({ ok: false });
  });

  it.each<[what: string, meta: Json]>([
    ["no cursor", { has_more: true }],
    ["an empty cursor", { has_more: true, cursor: "" }],
    ["the cursor that was sent", { has_more: true, cursor: "abc" }],
  ])("that say there is more, with %s, end the reading for now and not for good", async (_what, meta) => {
    const read = await readDepopListings(session(page([product], meta)).opened, JSON.stringify({ after: "abc" }));
    expect(read).toMatchObject({
      ok: false,
      failure: {
        kind: "unavailable",
        scope: "account",
        message: expect.stringMatching(/there is more, but not where/),
      },
    });
  });

  it("pass on that Depop does not answer", async () => {
    const read = await readDepopListings(session(503).opened, null);
    expect(read).toMatchObject({ ok: false, failure: { kind: "unavailable", scope: "account" } });
  });
});

describe("the quantity of a Depop listing", () => {
  const ref = { remoteId: "123456789", sku: "ABC-12345-S-BL", groupId: null };

  it.each<[what: string, reply: unknown, read: Json]>([
    ["on sale", product, { outcome: "read", quantity: 3, state: "active" }],
    ["sold", { ...product, status: "STATUS_PURCHASED" }, { outcome: "read", quantity: 0, state: "inactive" }],
    ["deleted", { ...product, status: "STATUS_DELETED_ONSALE" }, { outcome: "missing" }],
    ["not there", 404, { outcome: "missing" }],
    ["another product's, which has the SKU now", { ...product, product_id: 7 }, { outcome: "missing" }],
    ["not told now", 503, { outcome: "failed", failure: { kind: "unavailable", scope: "item" } }],
    [
      "not readable",
      { ...product, quantity: "3" },
      {
        outcome: "failed",
        failure: {
          kind: "rejected",
          scope: "item",
          code: "unreadable",
          message: expect.stringMatching(/^Product 123456789: quantity: /),
        },
      },
    ],
  ])("that is %s", async (_what, reply, read) => {
    expect(await readDepopQuantities(session(reply).opened, [ref])).toMatchObject([read]);
  });

  it("is asked for by SKU, or by product id where there is none", async () => {
    const { opened, asked } = session(product, product);
    await readDepopQuantities(opened, [ref, { ...ref, sku: null }]);
    expect(asked.map(({ operation, url }) => [operation, url.pathname])).toEqual([
      ["getProductBySku", "/api/v1/products/by-sku/ABC-12345-S-BL/"],
      ["getProductById", "/api/v1/products/by-product-id/123456789/"],
    ]);
  });
});

/** After the document's example of an order, with two units and amounts that add up. */
const line = {
  purchase_item_id: 2385551,
  sku: "ABC-12345-S-BL",
  product_id: 7021251,
  slug: "vintage-nike-t-shirt-7021251",
  parcel_id: "6e3538ca-6653-3c25-bf0a-a2be876b17e4",
  description: "Vintage Nike T-Shirt\nSize M",
  original_price: "29.99",
  sold_price: "25.99",
  sold_via_offers: false,
  image_url: "https://media-photos-staging.depop.com/P0.jpg",
};
const address = {
  name: "John Doe",
  address: "123 Main St",
  address2: "Flat 4",
  city: "London",
  postal_code: "EC1V 4PW",
  state: "Greater London",
  country_code: "GB",
  phone_number: "07123456789",
};
const order: Json = {
  seller_id: 123456,
  purchase_id: "434634",
  status: "SHIPPING_PENDING",
  currency: "GBP",
  buyer_pays_amount: "60.22",
  seller_receives_amount: "45.99",
  buyer_shipping_price: "5.00",
  buyer_tax_amount: "3.24",
  buyer_address: address,
  line_items: [line, { ...line, purchase_item_id: 2385552 }],
  seller_fee_breakdown: [{ fee_type: "DEPOP_FEE", amount: "3.00", currency: "GBP" }],
  created_at: "2025-01-01T01:00:00+01:00",
};
const orderWith = (change: Json) => rawOrderSchema.parse({ ...order, ...change });
const orderOf = (change: Json) => toOrder(orderWith(change), NOW);
const withLine = (change: Json) => ({ line_items: [{ ...line, ...change }] });
const gbp = (amount: string) => ({ amount, currency: "GBP" });

/** As the document has it: what went back to the buyer, part by part. */
function refund(items: string, shipping: string | null = "0.00", tax: string | null = "0.00", fee = "0.00"): Json {
  const toBuyer = {
    item_refund_amount: items,
    shipping_refund_amount: shipping,
    depop_fee_refund_amount: fee,
    tax_refund_amount: tax,
  };
  const seller = { ads_fee_refund_amount: "0.00", payment_fee_refund_amount: "0.00" };
  const breakdown = { refunded_to_buyer: toBuyer, refunded_to_seller: seller };
  return {
    status: "REFUNDED",
    refund_summary: {
      buyer_refund_amount: "99.00",
      refund_date: "2026-11-01T12:00:00Z",
      refunded_by: "PARTNER",
      breakdown,
    },
  };
}

describe("a Depop order", () => {
  it("is paid when it is made, has a line a unit, and the tax on top that Depop collects", () => {
    const read = {
      remoteLineId: "2385551",
      sku: "ABC-12345-S-BL",
      listingRemoteId: "7021251",
      title: "Vintage Nike T-Shirt",
      quantity: 1,
      quantityCancelled: 0,
      unitPrice: gbp("25.99"),
      requiresShipping: true,
    };
    expect(orderOf({})).toEqual({
      remoteId: "434634",
      displayName: "434634",
      soldAt: new Date("2025-01-01T00:00:00Z"),
      paidAt: new Date("2025-01-01T00:00:00Z"),
      // Depop tells no time of a change.
      updatedAt: NOW,
      status: "paid",
      cancellationRequested: false,
      fulfilment: "none",
      delivery: "ship",
      shipBy: null,
      buyer: {
        remoteId: null,
        name: "John Doe",
        email: null,
        emailIsRelay: false,
        phone: "07123456789",
        phoneIsMasked: false,
        shippingAddress: {
          name: "John Doe",
          company: null,
          line1: "123 Main St",
          line2: "Flat 4",
          city: "London",
          region: "Greater London",
          postalCode: "EC1V 4PW",
          countryCode: "GB",
        },
      },
      lines: [read, { ...read, remoteLineId: "2385552" }],
      shipping: gbp("5.00"),
      tax: gbp("3.24"),
      taxIncluded: gbp("0.00"),
      taxCollectedByMarketplace: true,
      adjustment: gbp("0.00"),
      total: gbp("60.22"),
      refunded: gbp("0.00"),
      remarks: [],
      holdBecause: null,
    });
  });

  it.each<[what: string, change: Json, read: Json]>([
    ["no tax", { buyer_tax_amount: undefined }, { tax: gbp("0.00"), taxCollectedByMarketplace: false }],
    ["a tax of nothing", { buyer_tax_amount: "0.00" }, { tax: gbp("0.00"), taxCollectedByMarketplace: false }],
    // "The final amount the buyer paid" may hold a fee to Depop, which is not the merchant's sale.
    ["a buyer who pays Depop a fee", { buyer_pays_amount: "70.00" }, { total: gbp("60.22"), adjustment: gbp("0.00") }],
    ["free postage", { buyer_shipping_price: "0" }, { shipping: gbp("0.00"), total: gbp("55.22") }],
    ["US dollars", { currency: "USD" }, { total: { amount: "60.22", currency: "USD" } }],
    ["no SKU", withLine({ sku: null }), { lines: [{ sku: null }] }],
    ["an empty SKU", withLine({ sku: "" }), { lines: [{ sku: null }] }],
    ["no description", withLine({ description: undefined }), { lines: [{ title: "" }] }],
    [
      "no phone",
      { buyer_address: { ...address, phone_number: undefined } },
      { buyer: { phone: null, phoneIsMasked: false } },
    ],
    [
      "a hidden phone",
      { buyer_address: { ...address, phone_number: "07xxxxx789" } },
      { buyer: { phoneIsMasked: true } },
    ],
    ["no state", { buyer_address: { ...address, state: undefined } }, { buyer: { shippingAddress: { region: null } } }],
  ])("with %s", (_what, change, read) => {
    expect(orderOf(change)).toMatchObject(read);
  });

  it.each<[status: string, read: Json, closed: boolean]>([
    ["SHIPPING_PENDING", { status: "paid", fulfilment: "none", refunded: gbp("0.00"), holdBecause: null }, false],
    ["SHIPPED", { status: "paid", fulfilment: "complete", refunded: gbp("0.00"), holdBecause: null }, true],
    ["COMPLETED", { status: "paid", fulfilment: "complete", refunded: gbp("0.00"), holdBecause: null }, true],
    ["CANCELLED", { status: "cancelled", fulfilment: "none", holdBecause: null }, true],
    // Refunded, and not how much: all.
    ["REFUNDED", { status: "cancelled", fulfilment: "none", refunded: gbp("60.22"), holdBecause: null }, true],
    ["IN_DISPUTE", { status: "paid", holdBecause: expect.stringMatching(/order is IN_DISPUTE, which/) }, false],
  ])("that is %s", (status, read, closed) => {
    const raw = orderWith({ status });
    const cancelled = read.status === "cancelled" ? 1 : 0;
    const lines = [{ quantityCancelled: cancelled }, { quantityCancelled: cancelled }];
    expect(toOrder(raw, NOW)).toMatchObject({ ...read, lines });
    expect(isClosed(raw)).toBe(closed);
    expect(isShipped(raw)).toBe(read.fulfilment === "complete");
  });

  it.each<[what: string, change: Json, full: boolean, refunded: bigint]>([
    ["all of it", refund("51.98", "5.00", "3.24"), true, 6_022n],
    ["all of the items and no postage", refund("51.98"), true, 5_198n],
    ["a penny less than the items", refund("51.97"), false, 5_197n],
    ["postage alone", refund("0.00", "5.00"), false, 500n],
    ["tax alone", refund("0.00", "0.00", "3.24"), false, 324n],
    ["items, with no word on postage and tax", refund("20.00", null, null), false, 2_000n],
    ["a fee of Depop's, which is not in the total", refund("1.00", "0.00", "0.00", "0.50"), false, 100n],
    ["more than was paid", refund("70.00"), true, 6_022n],
    // What was given back of a shipped order does not bring its units back.
    ["all of it after it was sent", { ...refund("51.98", "5.00", "3.24"), status: "SHIPPED" }, false, 6_022n],
  ])("with a refund of %s", (_what, change, full, refunded) => {
    const raw = orderWith(change);
    expect(isFullyRefunded(raw)).toBe(full);
    expect(refundedMinor(raw)).toBe(refunded);
    expect(toOrder(raw, NOW)).toMatchObject({
      status: full ? "cancelled" : "paid",
      refunded: gbp(`${refunded / 100n}.${String(refunded % 100n).padStart(2, "0")}`),
    });
  });

  it.each<[what: string, change: Json]>([
    ["no lines", { line_items: [] }],
    ["a negative price", withLine({ sold_price: "-1.00" })],
    ["no price", withLine({ sold_price: null })],
    ["a refund of no one knows how much", { refund_summary: { buyer_refund_amount: "12.99" } }],
    ["a price as a number", withLine({ sold_price: 25.99 })],
    ["no postage", { buyer_shipping_price: null }],
    ["no currency", { currency: "" }],
    ["no parcel", withLine({ parcel_id: "" })],
    ["a time without a zone", { created_at: "2025-01-01T00:00:00" }],
    ["no id", { purchase_id: "" }],
  ])("with %s can't be read", (_what, change) => {
    expect(rawOrderSchema.safeParse({ ...order, ...change }).success).toBe(false);
  });
});
