/**
 * What Lockstep reads in eBay's replies: inventory items, offers and orders with the fields that the documents of the
 * Inventory and the Fulfillment API name, and with odd ones.
 */
import { describe, expect, it } from "vitest";
import { addAmounts, multiplyAmount } from "#connectors/contract/money.ts";
import { itemSchema, offerSchema, toListing } from "#connectors/ebay/listing-json.ts";
import { isFulfilledByEbay, openRequest, rawOrderSchema, toOrder } from "#connectors/ebay/order-json.ts";
import { answering } from "./ebay-bench.ts";
import type { Json } from "./replies.ts";

const item = {
  sku: "MUG-BLUE",
  availability: { shipToLocationAvailability: { quantity: 5 } },
  product: {
    title: "Blue mug",
    ean: ["5012345678900"],
    imageUrls: ["https://i.ebayimg.com/1.jpg", "https://i.ebayimg.com/2.jpg"],
  },
};
const offer = {
  offerId: "36445435465",
  sku: "MUG-BLUE",
  marketplaceId: "EBAY_GB",
  format: "FIXED_PRICE",
  status: "PUBLISHED",
  availableQuantity: 3,
  pricingSummary: { price: { value: "24.0", currency: "GBP" } },
  listing: { listingId: "110012345678", listingStatus: "ACTIVE", soldQuantity: 2 },
};
const listingOf = (itemChange: Json, offerChange: Json = {}) =>
  toListing(itemSchema.parse({ ...item, ...itemChange }), offerSchema.parse({ ...offer, ...offerChange }));
const stock = (shipToLocationAvailability: Json) => ({ availability: { shipToLocationAvailability } });
const product = (change: Json) => ({ product: { ...item.product, ...change } });
const listed = (change: Json) => ({ listing: { listingId: "110012345678", ...change } });

describe("an eBay listing", () => {
  it("is an offer, under its listing's number, with the smaller of the two quantities", () => {
    expect(listingOf({})).toEqual({
      ref: { remoteId: "36445435465", sku: "MUG-BLUE", groupId: "110012345678" },
      title: "Blue mug",
      barcode: "5012345678900",
      quantity: 3,
      price: { amount: "24.00", currency: "GBP" },
      state: "active",
      url: "https://www.ebay.co.uk/itm/110012345678",
      imageUrl: "https://i.ebayimg.com/1.jpg",
      unmanagedBecause: null,
    });
  });

  it.each<[what: string, itemChange: Json, offerChange: Json, read: Json]>([
    ["more on offer than is in stock", stock({ quantity: 2 }), {}, { quantity: 2 }],
    ["none in stock", stock({ quantity: 0 }), {}, { quantity: 0 }],
    ["no quantity of the offer's own", {}, { availableQuantity: undefined }, { quantity: 5 }],
    ["no quantity of the item's", stock({}), {}, { quantity: null }],
    ["nothing on its availability", { availability: undefined }, {}, { quantity: null, unmanagedBecause: null }],
    ["stock for pick-up alone", { availability: {} }, {}, { quantity: null, unmanagedBecause: null }],
    ["no list of warehouses", stock({ quantity: 5, availabilityDistributions: [] }), {}, { unmanagedBecause: null }],
    ["no title", product({ title: undefined }), {}, { title: "MUG-BLUE" }],
    ["a blank title", product({ title: "  " }), {}, { title: "MUG-BLUE" }],
    ["no product", { product: undefined }, {}, { title: "MUG-BLUE", barcode: null, imageUrl: null }],
    ["no pictures", product({ imageUrls: [] }), {}, { imageUrl: null }],
    ["no price", {}, { pricingSummary: {} }, { price: null }],
    ["no pricing", {}, { pricingSummary: undefined }, { price: null }],
    [
      "yen",
      {},
      { pricingSummary: { price: { value: "2400.0", currency: "JPY" } } },
      { price: { amount: "2400", currency: "JPY" } },
    ],
  ])("with %s", (_what, itemChange, offerChange, read) => {
    expect(listingOf(itemChange, offerChange)).toMatchObject(read);
  });

  it.each<[what: string, change: Json, barcode: string | null]>([
    // What sellers write where eBay insists on a number.
    ["that does not apply", { ean: ["Does not apply"], upc: ["036000291452"] }, "036000291452"],
    ["that is a UPC", { ean: undefined, upc: ["036000291452"] }, "036000291452"],
    ["that is an ISBN with an X", { ean: [], isbn: ["0-8044-2957-X"] }, "0-8044-2957-X"],
    ["of eight digits, after one that is none", { ean: ["N/A", "96385074"] }, "96385074"],
    ["within other words", { ean: ["EAN 5012345678900", "5012345678900 (old)"] }, null],
    ["of seven digits", { ean: ["1234567"] }, null],
    ["that is none of these", { ean: undefined }, null],
  ])("has the barcode %s", (_what, change, barcode) => {
    expect(listingOf(product(change)).barcode).toBe(barcode);
  });

  it.each<[what: string, change: Json, state: string]>([
    ["has no status of its own yet", listed({}), "active"],
    ["has no word on the listing", { listing: undefined }, "active"],
    ["is active", listed({ listingStatus: "ACTIVE" }), "active"],
    // It comes back with a quantity.
    ["is out of stock", listed({ listingStatus: "OUT_OF_STOCK" }), "active"],
    ["is inactive", listed({ listingStatus: "INACTIVE" }), "inactive"],
    ["has a status that eBay has invented since", listed({ listingStatus: "PAUSED" }), "inactive"],
    ["is on hold", listed({ listingStatus: "ACTIVE", listingOnHold: true }), "inactive"],
    ["is not on hold", listed({ listingStatus: "ACTIVE", listingOnHold: false }), "active"],
    ["ended", listed({ listingStatus: "ENDED" }), "ended"],
    ["was ended by eBay", listed({ listingStatus: "EBAY_ENDED" }), "ended"],
    ["is not listed", listed({ listingStatus: "NOT_LISTED" }), "ended"],
    ["is not published", { status: "UNPUBLISHED", listing: undefined }, "ended"],
  ])("that %s", (_what, change, state) => {
    expect(listingOf({}, change).state).toBe(state);
  });

  it.each<[what: string, itemChange: Json, offerChange: Json, why: RegExp]>([
    ["is an auction", {}, { format: "AUCTION" }, /auction/],
    ["is on hold", {}, listed({ listingOnHold: true }), /on hold/],
    ["is kept by warehouse", stock({ quantity: 5, availabilityDistributions: [{ quantity: 5 }] }), {}, /by warehouse/],
  ])("is left alone where it %s", (_what, itemChange, offerChange, why) => {
    expect(listingOf(itemChange, offerChange).unmanagedBecause).toMatch(why);
  });

  it.each<[site: string | undefined, address: string]>([
    ["EBAY_US", "https://www.ebay.com/itm/110012345678"],
    ["EBAY_GB", "https://www.ebay.co.uk/itm/110012345678"],
    ["EBAY_DE", "https://www.ebay.de/itm/110012345678"],
    ["EBAY_FR", "https://www.ebay.fr/itm/110012345678"],
    ["EBAY_IT", "https://www.ebay.it/itm/110012345678"],
    ["EBAY_ES", "https://www.ebay.es/itm/110012345678"],
    ["EBAY_AU", "https://www.ebay.com.au/itm/110012345678"],
    ["EBAY_CA", "https://www.ebay.ca/itm/110012345678"],
    // eBay leads from there to the right site.
    ["EBAY_XX", "https://www.ebay.com/itm/110012345678"],
    [undefined, "https://www.ebay.com/itm/110012345678"],
  ])("of %s is shown at %s", (marketplaceId, address) => {
    expect(listingOf({}, { marketplaceId }).url).toBe(address);
  });

  it("that is only an offer has no page and no number", () => {
    expect(listingOf({}, { listing: undefined })).toMatchObject({ ref: { groupId: null }, url: null });
  });

  it.each<[what: string, itemChange: Json, offerChange: Json]>([
    ["a negative quantity", stock({ quantity: -1 }), {}],
    ["half a unit on offer", {}, { availableQuantity: 1.5 }],
    ["no SKU", { sku: "" }, {}],
    ["a price in words", {}, { pricingSummary: { price: { value: "1,50", currency: "GBP" } } }],
    ["a price of no currency", {}, { pricingSummary: { price: { value: "1.50" } } }],
    ["no status", {}, { status: undefined }],
  ])("with %s can't be read", (_what, itemChange, offerChange) => {
    const reads = [
      itemSchema.safeParse({ ...item, ...itemChange }),
      offerSchema.safeParse({ ...offer, ...offerChange }),
    ];
    expect(reads.filter((one) => !one.success)).toHaveLength(1);
  });
});

describe("eBay's pages of listings", () => {
  it.each<[what: string, items: unknown, offers: unknown, remoteId: string | null]>([
    ["the number of items", {}, { offers: [] }, null],
    ["the list of a SKU's offers", { inventoryItems: [item], total: 1 }, {}, "MUG-BLUE"],
  ])("that lack %s tell of no listing, and say so", async (_what, items, offers, remoteId) => {
    const { channel } = answering(({ url }) => ({
      status: 200,
      body: url.pathname.endsWith("/offer") ? offers : items,
    }));
    const unreadable = [{ remoteId, why: expect.stringMatching(/does not have the documented shape/) }];
    expect(await channel.readListings(null)).toMatchObject({ ok: true, value: { listings: [], unreadable } });
  });
});

const usd = (value: string) => ({ value, currency: "USD" });
const read = (amount: string) => ({ amount, currency: "USD" });

const home = {
  fullName: "Ann Buyer",
  companyName: "Buyer & Co",
  email: "a1b2c3@members.ebay.com",
  primaryPhone: { phoneNumber: "415 555 0100" },
  contactAddress: {
    addressLine1: "1 Main St",
    addressLine2: "Flat 2",
    city: "Berkeley",
    stateOrProvince: "CA",
    postalCode: "94703",
    countryCode: "US",
  },
};
const line = {
  lineItemId: "10001",
  legacyItemId: "110012345678",
  sku: "MUG-BLUE",
  title: "Blue mug",
  quantity: 2,
  lineItemCost: usd("20.0"),
  lineItemFulfillmentStatus: "NOT_STARTED",
  refunds: [],
  taxes: [],
};
const shipTo = (contact: Json, change: Json = {}) => ({
  fulfillmentInstructionsType: "SHIP_TO",
  ebaySupportedFulfillment: false,
  shippingStep: { shipTo: contact, shippingServiceCode: "USPSParcel" },
  ...change,
});
const order = {
  orderId: "07-31415-00001",
  creationDate: "2026-11-22T10:00:00.000Z",
  lastModifiedDate: "2026-11-22T10:05:00.000Z",
  orderFulfillmentStatus: "NOT_STARTED",
  orderPaymentStatus: "PAID",
  cancelStatus: { cancelState: "NONE_REQUESTED", cancelRequests: [] },
  buyer: { username: "ann", buyerRegistrationAddress: home },
  pricingSummary: { priceSubtotal: usd("20.0"), deliveryCost: usd("4.5"), total: usd("24.5") },
  paymentSummary: { payments: [{ paymentStatus: "PAID", paymentDate: "2026-11-22T10:01:00.000Z" }], refunds: [] },
  fulfillmentStartInstructions: [shipTo(home)],
  lineItems: [line],
};
const rawOf = (change: Json) => rawOrderSchema.parse({ ...order, ...change });
const orderOf = (change: Json) => {
  const found = toOrder(rawOf(change));
  const goods = found.lines.map((one) => multiplyAmount(one.unitPrice.amount, one.quantity));
  const parts = [...goods, found.shipping.amount, found.tax.amount, found.adjustment.amount];
  expect(addAmounts(...parts)).toBe(found.total.amount);
  return found;
};
const withLine = (change: Json) => ({ lineItems: [{ ...line, ...change }] });
const instructions = (...all: Json[]) => ({ fulfillmentStartInstructions: all });

describe("an eBay order", () => {
  it("is read with its buyer, its address and its lines", () => {
    expect(orderOf({})).toEqual({
      remoteId: "07-31415-00001",
      displayName: "07-31415-00001",
      soldAt: new Date("2026-11-22T10:00:00Z"),
      paidAt: new Date("2026-11-22T10:01:00Z"),
      updatedAt: new Date("2026-11-22T10:05:00Z"),
      status: "paid",
      cancellationRequested: false,
      fulfilment: "none",
      delivery: "ship",
      shipBy: null,
      buyer: {
        remoteId: "ann",
        name: "Ann Buyer",
        email: "a1b2c3@members.ebay.com",
        emailIsRelay: true,
        phone: "415 555 0100",
        phoneIsMasked: false,
        shippingAddress: {
          name: "Ann Buyer",
          company: "Buyer & Co",
          line1: "1 Main St",
          line2: "Flat 2",
          city: "Berkeley",
          region: "CA",
          postalCode: "94703",
          countryCode: "US",
          phone: "415 555 0100",
        },
      },
      lines: [
        {
          remoteLineId: "10001",
          sku: "MUG-BLUE",
          listingRemoteId: null,
          groupId: "110012345678",
          title: "Blue mug",
          quantity: 2,
          quantityCancelled: 0,
          unitPrice: read("10.00"),
          requiresShipping: true,
        },
      ],
      shipping: read("4.50"),
      tax: read("0.00"),
      taxIncluded: read("0.00"),
      taxCollectedByMarketplace: false,
      adjustment: read("0.00"),
      total: read("24.50"),
      refunded: read("0.00"),
      remarks: [],
      holdBecause: null,
    });
  });

  it("with no more than what is always there is read", () => {
    const bare = {
      cancelStatus: undefined,
      buyer: undefined,
      paymentSummary: undefined,
      program: undefined,
      fulfillmentStartInstructions: undefined,
      pricingSummary: { total: usd("20.0") },
      lineItems: [{ lineItemId: "10001", quantity: 2, lineItemCost: usd("20.0") }],
    };
    expect(orderOf(bare)).toMatchObject({
      status: "paid",
      // No payment is shown, but that it is paid: when it was made, at the latest.
      paidAt: new Date("2026-11-22T10:00:00Z"),
      cancellationRequested: false,
      delivery: "ship",
      buyer: { remoteId: null, name: null, email: null, emailIsRelay: false, phone: null, shippingAddress: null },
      lines: [{ sku: null, groupId: null, title: "", quantityCancelled: 0, requiresShipping: true }],
      shipping: read("0.00"),
      refunded: read("0.00"),
      remarks: [],
    });
  });

  const by = (shipByDate: unknown, change: Json = {}) => ({
    ...line,
    lineItemFulfillmentInstructions: { shipByDate },
    ...change,
  });
  const [first, second] = ["2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z"];
  it.each<[what: string, change: Json, shipBy: string | null]>([
    ["has one line", { lineItems: [by(first)] }, first],
    ["has two lines", { lineItems: [by(second), by(first, { lineItemId: "2" })] }, first],
    [
      "sent the line that was first",
      { lineItems: [by(second), by(first, { lineItemId: "2", lineItemFulfillmentStatus: "FULFILLED" })] },
      second,
    ],
    ["has a time that can't be read", { lineItems: [by("soon")] }, null],
    ["is sent", { lineItems: [by(first, { lineItemFulfillmentStatus: "FULFILLED" })] }, null],
    ["is cancelled", { lineItems: [by(first)], cancelStatus: { cancelState: "CANCELED" } }, null],
    ["is digital", { lineItems: [by(first)], ...instructions({ fulfillmentInstructionsType: "DIGITAL" }) }, null],
    [
      "is picked up",
      { lineItems: [by(first)], ...instructions({ fulfillmentInstructionsType: "PREPARE_FOR_PICKUP" }) },
      null,
    ],
  ])("that %s says by when it is to be shipped, or that it is not", (_, change, shipBy) => {
    expect(toOrder(rawOf(change)).shipBy?.toISOString() ?? null).toBe(shipBy);
  });

  const due = { orderPaymentStatus: "PENDING" };
  it.each<[what: string, change: Json, expected: Json]>([
    ["is not paid", due, { status: "pending", paidAt: null }],
    ["was not paid, as the payment failed", { orderPaymentStatus: "FAILED" }, { status: "pending", paidAt: null }],
    [
      "was paid in two parts",
      {
        paymentSummary: {
          payments: [{ paymentDate: "2026-11-22T10:04:00Z" }, { paymentDate: "2026-11-22T10:02:00Z" }, {}],
        },
      },
      { paidAt: new Date("2026-11-22T10:04:00Z") },
    ],
    ["is partly sent", { orderFulfillmentStatus: "IN_PROGRESS" }, { status: "paid", fulfilment: "partial" }],
    ["is sent", { orderFulfillmentStatus: "FULFILLED" }, { status: "paid", fulfilment: "complete" }],
    [
      "is cancelled",
      { cancelStatus: { cancelState: "CANCELED" } },
      { status: "cancelled", cancellationRequested: false, lines: [{ quantity: 2, quantityCancelled: 2 }] },
    ],
    [
      "is cancelled unpaid",
      { ...due, cancelStatus: { cancelState: "CANCELED" } },
      { status: "cancelled", paidAt: null },
    ],
    // getOrders: the requests are "always empty".
    [
      "is asked to be cancelled",
      { cancelStatus: { cancelState: "IN_PROGRESS" } },
      { status: "paid", cancellationRequested: true, lines: [{ quantityCancelled: 0 }] },
    ],
  ])("that %s", (_what, change, expected) => {
    expect(orderOf(change)).toMatchObject(expected);
  });

  const request = { cancelRequestId: "5001", cancelInitiator: "Buyer", cancelRequestState: "REQUESTED" };
  it.each<[what: string, requests: Json[], open: Json | null]>([
    ["a buyer asks for", [request], { cancelRequestId: "5001" }],
    [
      "a BUYER asks for, after one that was refused",
      [
        { ...request, cancelRequestId: "5000", cancelRequestState: "REJECTED" },
        { ...request, cancelInitiator: "BUYER" },
      ],
      { cancelRequestId: "5001" },
    ],
    ["the seller began", [{ ...request, cancelInitiator: "Seller" }], null],
    [
      "somebody else's buyer began",
      [
        { ...request, cancelInitiator: "BuyerProtection" },
        { ...request, cancelInitiator: "NotBuyer" },
      ],
      null,
    ],
    ["nobody is named for", [{ ...request, cancelInitiator: undefined }], null],
    ["is done", [{ ...request, cancelRequestState: "COMPLETED" }], null],
    ["has no number", [{ ...request, cancelRequestId: undefined }], null],
    ["is not there", [], null],
  ])("whose cancellation %s", (_what, cancelRequests, open) => {
    const raw = rawOf({ cancelStatus: { cancelState: "NONE_REQUESTED", cancelRequests } });
    expect(openRequest(raw)).toEqual(open);
    expect(toOrder(raw).cancellationRequested).toBe(open !== null);
  });

  const digital = { fulfillmentInstructionsType: "DIGITAL" };
  const byEbay = { fulfillmentInstructionsType: "FULFILLED_BY_EBAY" };
  it.each<[what: string, change: Json, requiresShipping: boolean]>([
    ["is a parcel", {}, true],
    ["is digital", instructions(digital), false],
    ["is partly digital: eBay does not say which line", instructions(digital, shipTo(home)), true],
    ["is nothing that eBay names", instructions({}), true],
    ["is a digital gift card", withLine({ giftDetails: { recipientEmail: "rosa@example.com" } }), false],
  ])("that %s", (_what, change, requiresShipping) => {
    expect(orderOf(change).lines).toMatchObject([{ requiresShipping }]);
  });

  it.each<[what: string, change: Json, isTheirs: boolean]>([
    ["by its program", { program: { fulfillmentProgram: { fulfilledBy: "EBAY" } } }, true],
    ["by its instruction", instructions(byEbay), true],
    ["by all of its instructions", instructions(byEbay, byEbay), true],
    ["in part: the rest is for the merchant", instructions(byEbay, shipTo(home)), false],
    ["by another", { program: { fulfillmentProgram: { fulfilledBy: "SELLER" } } }, false],
    ["by nobody named", { program: { fulfillmentProgram: {} } }, false],
    ["by the merchant", {}, false],
    ["by no instruction", instructions(), false],
  ])("is eBay's to send %s", (_what, change, isTheirs) => {
    expect(isFulfilledByEbay(rawOf(change))).toBe(isTheirs);
  });

  const pickUp = { fulfillmentInstructionsType: "PREPARE_FOR_PICKUP" };
  it.each<[what: string, change: Json, remarks: (string | RegExp)[]]>([
    ["the buyer writes", { buyerCheckoutNotes: "Ring twice" }, ["The buyer writes: Ring twice"]],
    [
      "can't wait",
      instructions(shipTo(home, { shippingStep: { shippingServiceCode: "UPSOvernight" } })),
      ["Delivery: UPSOvernight"],
    ],
    ["goes the usual way", instructions(shipTo(home), {}), []],
    ["is picked up", instructions(pickUp), ["The buyer picks it up: do not send it."]],
    [
      "is picked up at a store",
      instructions({ ...pickUp, pickupStep: { merchantLocationKey: "HIGH-ST" } }),
      ["The buyer picks it up at your store HIGH-ST: do not send it."],
    ],
    ["is picked up, by the step alone", instructions({ pickupStep: {} }), ["The buyer picks it up: do not send it."]],
    ["is a gift card", withLine({ giftDetails: {} }), [/^A digital gift card: send it by e-mail/]],
    [
      "has a gift card beside a parcel",
      { lineItems: [line, { ...line, lineItemId: "10002", giftDetails: {} }] },
      [/^A digital gift card/],
    ],
    [
      "is inspected first",
      { program: { authenticityVerification: { status: "PENDING" } } },
      [/^eBay's Authenticity Guarantee: it goes to the authenticator/],
    ],
    ["goes to eBay's vault", { program: { ebayVault: { programType: "SELLER_TO_VAULT" } } }, []],
  ])("tells whoever packs it that it %s", (_what, change, remarks) => {
    expect(orderOf(change).remarks).toEqual(
      remarks.map((one) => (typeof one === "string" ? one : expect.stringMatching(one))),
    );
  });

  it.each<[how: string, change: Json, delivery: string]>([
    ["by its kind", instructions(pickUp), "pick-up"],
    ["by the step alone", instructions({ pickupStep: {} }), "pick-up"],
    ["not where it is sent", {}, "ship"],
  ])("is picked up: %s", (_how, change, delivery) => {
    expect(orderOf(change).delivery).toBe(delivery);
  });

  it.each<[what: string, change: Json]>([
    ["no lines", { lineItems: [] }],
    ["no units of a line", withLine({ quantity: 0 })],
    ["no cost of a line", withLine({ lineItemCost: undefined })],
    ["a line in another currency", withLine({ lineItemCost: { value: "20.0", currency: "EUR" } })],
    [
      "postage in another currency",
      { pricingSummary: { total: usd("20.0"), deliveryCost: { value: "1.0", currency: "EUR" } } },
    ],
    ["no total", { pricingSummary: {} }],
    ["a total in words", { pricingSummary: { total: usd("20,00") } }],
    ["a payment status of no document", { orderPaymentStatus: "LAYAWAY" }],
    ["a fulfilment status of no document", { orderFulfillmentStatus: "LOST" }],
    ["a cancel state of no document", { cancelStatus: { cancelState: "MAYBE" } }],
    ["no time of its change", { lastModifiedDate: undefined }],
  ])("with %s can't be read", (_what, change) => {
    expect(rawOrderSchema.safeParse({ ...order, ...change }).success).toBe(false);
  });

  it("says which field could not be read", () => {
    const failed = rawOrderSchema.safeParse({
      ...order,
      ...withLine({ lineItemCost: { value: "20.0", currency: "EUR" } }),
    });
    expect(failed.error?.issues.map((one) => one.path)).toEqual([["lineItems", "currency"]]);
  });
});

describe("the buyer of an eBay order", () => {
  const registered = (change: Json) => ({
    buyer: { username: "ann", buyerRegistrationAddress: { ...home, ...change } },
  });
  const phone = (phoneNumber?: string) => ({ primaryPhone: { phoneNumber } });

  it.each<[what: string, change: Json, buyer: Json]>([
    [
      "has an address of their own",
      registered({ email: "ann@example.com" }),
      { email: "ann@example.com", emailIsRelay: false },
    ],
    ["has an alias of a country", registered({ email: "x1@members.ebay.co.uk" }), { emailIsRelay: true }],
    ["has an alias in capitals", registered({ email: "X1@MEMBERS.EBAY.DE" }), { emailIsRelay: true }],
    [
      "has an address that only looks like an alias",
      registered({ email: "x1@members.ebay.com.example.org" }),
      { emailIsRelay: false },
    ],
    // "even for Global Shipping Program shipments": the parcel's contact has the buyer's address.
    [
      "shows an address on the parcel alone",
      registered({ email: undefined }),
      { email: "a1b2c3@members.ebay.com", emailIsRelay: true },
    ],
    [
      "shows no address after 14 days",
      { ...registered({ email: "Invalid Request" }), ...instructions(shipTo({ ...home, email: undefined })) },
      { email: null, emailIsRelay: false },
    ],
    ["shows a phone in part", registered(phone("415 ***-0100")), { phone: "415 ***-0100", phoneIsMasked: true }],
    ["shows no digit of a phone", registered(phone("Invalid Request")), { phone: null, phoneIsMasked: false }],
    ["has no phone", registered({ primaryPhone: undefined }), { phone: null, phoneIsMasked: false }],
    ["has a phone without a number", registered(phone(undefined)), { phone: null }],
    // The parcel's phone may be a hub's or a store's.
    ["registered nothing", { buyer: { username: "ann" } }, { remoteId: "ann", name: null, phone: null }],
  ])("%s", (_what, change, buyer) => {
    expect(orderOf(change).buyer).toMatchObject(buyer);
  });

  it.each<[what: string, contact: Json, address: Json]>([
    ["no second line", { contactAddress: { ...home.contactAddress, addressLine2: undefined } }, { line2: null }],
    ["placeholders", { fullName: "Invalid Request", companyName: "n/a" }, { name: null, company: null }],
    ["a phone in part, which no label needs", phone("415 ***-0100"), { phone: null }],
    ["no phone", { primaryPhone: undefined }, { phone: null }],
    [
      "no address, after 90 days",
      { contactAddress: undefined },
      { line1: null, line2: null, city: null, region: null, postalCode: null, countryCode: null },
    ],
  ])("has a label with %s", (_what, contact, address) => {
    const { shippingAddress } = orderOf(instructions(shipTo({ ...home, ...contact }))).buyer;
    expect(shippingAddress).toMatchObject(address);
  });

  const hub = {
    ...home,
    fullName: "Hub",
    contactAddress: { addressLine1: "1850 Airport Blvd", addressLine2: "Dock 7" },
  };
  const step = { shippingStep: { shipTo: hub, shipToReferenceId: "4711" } };
  it.each<[what: string, change: Json, line2: string]>([
    ["eBay's hub", instructions(shipTo(hub, { ...step, ebaySupportedFulfillment: true })), "Dock 7, Reference #4711"],
    [
      "an authenticator",
      { program: { authenticityVerification: {} }, ...instructions(shipTo(hub, step)) },
      "Dock 7, Reference #4711",
    ],
    ["eBay's vault", { program: { ebayVault: {} }, ...instructions(shipTo(hub, step)) }, "Dock 7, Reference #4711"],
    ["the buyer, who needs no reference", instructions(shipTo(hub, step)), "Dock 7"],
    [
      "a hub whose address has the reference already",
      instructions(
        shipTo(hub, {
          ebaySupportedFulfillment: true,
          shippingStep: {
            shipTo: { ...hub, contactAddress: { addressLine2: "Ref. 4711" } },
            shipToReferenceId: "4711",
          },
        }),
      ),
      "Ref. 4711",
    ],
    [
      "eBay's hub, by its second instruction",
      instructions(shipTo(hub, step), { ebaySupportedFulfillment: true }),
      "Dock 7, Reference #4711",
    ],
    ["a hub without a reference", instructions(shipTo(hub, { ebaySupportedFulfillment: true })), "Dock 7"],
    ["what the second instruction says", instructions({ shippingStep: {} }, {}, shipTo(hub)), "Dock 7"],
  ])("has a parcel that goes to %s", (_what, change, line2) => {
    expect(orderOf(change).buyer.shippingAddress?.line2).toBe(line2);
  });
});

describe("the money of an eBay order", () => {
  const pricing = (total: string, change: Json = {}) => ({
    pricingSummary: { priceSubtotal: usd("20.0"), total: usd(total), ...change },
  });
  const taxes = (amount: string, taxType?: string) => [{ amount: usd(amount), taxType }];
  const taxed = (change: Json) => ({ lineItems: [{ ...line, ...change }] });

  it.each<[what: string, change: Json, money: Json]>([
    ["with free postage", pricing("20.0", { deliveryCost: usd("0.0") }), { shipping: "0.00", tax: "0.00" }],
    [
      "with postage off",
      pricing("23.0", { deliveryCost: usd("4.5"), deliveryDiscount: usd("-1.5") }),
      { shipping: "3.00", tax: "0.00" },
    ],
    [
      "with postage off as a positive number",
      pricing("23.0", { deliveryCost: usd("4.5"), deliveryDiscount: usd("1.5") }),
      { shipping: "3.00", tax: "0.00" },
    ],
    [
      "with more postage off than there is",
      pricing("20.0", { deliveryCost: usd("1.0"), deliveryDiscount: usd("-1.5") }),
      { shipping: "0.00" },
    ],
    [
      "with a discount",
      { ...pricing("17.0", { priceDiscount: usd("-3.0") }), ...taxed({ discountedLineItemCost: usd("17.0") }) },
      { unitPrice: "8.50", tax: "0.00", adjustment: "0.00" },
    ],
    [
      "with the seller's adjustment",
      pricing("18.0", { adjustment: usd("-2.0") }),
      { tax: "0.00", adjustment: "-2.00" },
    ],
    ["with a fee for recycling", pricing("21.0", { fee: usd("1.0") }), { tax: "0.00", adjustment: "1.00" }],
    ["with tax on top", pricing("21.6", { tax: usd("1.6") }), { tax: "1.60", taxIncluded: "0.00" }],
    ["with tax in its prices", pricing("20.0", { tax: usd("3.33") }), { tax: "0.00", taxIncluded: "3.33" }],
    ["with part of its tax on top", pricing("21.0", { tax: usd("3.0") }), { tax: "1.00", taxIncluded: "2.00" }],
    [
      "with less than its tax on top, by its lines",
      { ...pricing("21.0"), ...taxed({ taxes: taxes("1.6", "VAT") }) },
      { tax: "1.00", taxIncluded: "0.60" },
    ],
    [
      "with more beyond than its tax",
      pricing("22.6", { tax: usd("1.6") }),
      { tax: "1.60", taxIncluded: "0.00", adjustment: "1.00" },
    ],
    [
      "with the tax of its lines alone",
      { ...pricing("21.6"), ...taxed({ taxes: taxes("1.6", "VAT") }) },
      { tax: "1.60", adjustment: "0.00" },
    ],
    [
      "with the same tax in two places",
      { ...pricing("21.6", { tax: usd("1.6") }), ...taxed({ taxes: taxes("1.6") }) },
      { tax: "1.60", adjustment: "0.00" },
    ],
    [
      "with a line's tax that has no amount",
      { ...pricing("20.0"), ...taxed({ taxes: [{ taxType: "VAT" }] }) },
      { tax: "0.00", taxIncluded: "0.00" },
    ],
    [
      "with a fee that its lines name",
      { ...pricing("22.0", { fee: usd("2.0") }), ...taxed({ taxes: taxes("2.0", "ELECTRONIC_RECYCLING_FEE") }) },
      { tax: "0.00", taxIncluded: "0.00", adjustment: "2.00" },
    ],
    [
      "with tax that eBay collects, by its lines",
      {
        ...pricing("21.6"),
        ...taxed({ ebayCollectAndRemitTaxes: taxes("1.6", "STATE_SALES_TAX") }),
        ebayCollectAndRemitTax: true,
      },
      { tax: "1.60", adjustment: "0.00", isCollected: true },
    ],
    [
      "with tax that eBay collects, by the flag alone",
      { ...pricing("21.6"), ebayCollectAndRemitTax: true },
      { tax: "1.60", adjustment: "0.00", isCollected: true },
    ],
    [
      "with a flag, and a rest that is more than the tax named",
      { ...pricing("22.6", { tax: usd("1.6") }), ebayCollectAndRemitTax: true },
      { tax: "1.60", adjustment: "1.00" },
    ],
    [
      "with the seller's tax and eBay's",
      {
        ...pricing("22.6", { tax: usd("1.0") }),
        ...taxed({ ebayCollectAndRemitTaxes: taxes("1.6", "GST") }),
        ebayCollectAndRemitTax: true,
      },
      { tax: "2.60", adjustment: "0.00" },
    ],
    ["with a negative tax", pricing("20.0", { tax: usd("-1.0") }), { tax: "0.00", taxIncluded: "0.00" }],
    [
      "with a negative tax of a line",
      { ...pricing("20.0"), ...taxed({ taxes: taxes("-1.0") }) },
      { tax: "0.00", taxIncluded: "0.00" },
    ],
    [
      "with a total that is less than its parts",
      pricing("19.0"),
      { tax: "0.00", taxIncluded: "0.00", adjustment: "-1.00" },
    ],
    [
      "with a discount that no line tells, and tax on top",
      pricing("18.6", { priceDiscount: usd("-3.0"), tax: usd("1.6") }),
      { tax: "1.60", adjustment: "-3.00" },
    ],
    [
      "with postage off, and tax on top",
      pricing("24.6", { deliveryCost: usd("4.5"), deliveryDiscount: usd("-1.5"), tax: usd("1.6") }),
      { tax: "1.60", adjustment: "0.00" },
    ],
    [
      "with postage, and tax in its prices",
      pricing("24.5", { deliveryCost: usd("4.5"), tax: usd("3.33") }),
      { tax: "0.00", taxIncluded: "3.33" },
    ],
    [
      "with the seller's adjustment, and tax on top",
      pricing("19.6", { adjustment: usd("-2.0"), tax: usd("1.6") }),
      { tax: "1.60", adjustment: "-2.00" },
    ],
    [
      "with a fee, and tax in its prices",
      pricing("21.0", { fee: usd("1.0"), tax: usd("3.33") }),
      { tax: "0.00", taxIncluded: "3.33", adjustment: "1.00" },
    ],
    [
      "without a subtotal, with tax in its prices",
      { pricingSummary: { tax: usd("3.33"), total: usd("20.0") } },
      { tax: "0.00", taxIncluded: "3.33" },
    ],
    [
      "without a subtotal, with tax on top",
      { pricingSummary: { tax: usd("1.6"), total: usd("21.6") } },
      { tax: "1.60" },
    ],
  ])("%s", (_what, change, { unitPrice, isCollected, ...money }) => {
    const found = orderOf(change);
    for (const [name, amount] of Object.entries(money)) {
      expect([name, found[name as "tax"].amount]).toEqual([name, amount]);
    }
    if (unitPrice !== undefined) expect(found.lines[0]?.unitPrice.amount).toBe(unitPrice);
    if (isCollected !== undefined) expect(found.taxCollectedByMarketplace).toBe(isCollected);
  });

  const refundDate = "2026-11-23T10:00:00.000Z";
  const refund = (value: string, change: Json = {}) => ({ refundId: "R1", amount: usd(value), refundDate, ...change });
  const ofOrder = (...refunds: Json[]) => ({ paymentSummary: { ...order.paymentSummary, refunds } });
  const ofLine = (...refunds: Json[]) => taxed({ refunds });
  const all = { orderPaymentStatus: "FULLY_REFUNDED" };
  const asked = { refundDate: undefined };

  it.each<[what: string, change: Json, refunded: string, cancelled: number, remark?: RegExp]>([
    ["of part, with the order", ofOrder(refund("5.0")), "5.00", 0],
    ["of part, with the line", ofLine(refund("5.0")), "5.00", 0],
    ["that stands in both places", { ...ofOrder(refund("5.0")), ...ofLine(refund("5.0")) }, "5.00", 0],
    [
      "that stands in both places, with more in one",
      { ...ofOrder(refund("5.0")), ...ofLine(refund("7.0")) },
      "7.00",
      0,
    ],
    ["and another", ofOrder(refund("5.0"), refund("2.0", { refundId: "R2" })), "7.00", 0],
    [
      "and another, of the line",
      { ...ofOrder(refund("5.0")), ...ofLine(refund("2.0", { refundId: "R2" })) },
      "7.00",
      0,
    ],
    [
      "without a number, in both places",
      { ...ofOrder(refund("5.0", { refundId: undefined })), ...ofLine(refund("5.0", { refundId: undefined })) },
      "5.00",
      0,
    ],
    [
      "and another without numbers",
      ofOrder(refund("5.0", { refundId: undefined }), refund("2.0", { refundId: undefined })),
      "7.00",
      0,
    ],
    ["without an amount", ofOrder({ refundId: "R1", refundDate }), "0.00", 0],
    ["of more than was paid", ofOrder(refund("99.0")), "24.50", 0],
    ["of a line's whole cost, before it was sent", ofLine(refund("20.0")), "20.00", 2],
    ["of a cent less than a line's cost", ofLine(refund("19.99")), "19.99", 0],
    [
      "of a line's whole cost, after it was sent",
      taxed({ refunds: [refund("20.0")], lineItemFulfillmentStatus: "FULFILLED" }),
      "20.00",
      0,
    ],
    ["of nothing for a line that is free", taxed({ lineItemCost: usd("0.0"), refunds: [refund("0.0")] }), "0.00", 0],
    ["of all, before it was sent", { ...all, ...ofOrder(refund("22.0")) }, "24.50", 2],
    ["of all, of which eBay shows no part", all, "24.50", 2],
    [
      "of all, after it was sent",
      { ...all, ...ofOrder(refund("22.0")), orderFulfillmentStatus: "FULFILLED" },
      "24.50",
      0,
    ],
    ["under way", ofOrder(refund("5.0", asked)), "0.00", 0, /^A refund of 5\.00 USD is under way at eBay/],
    ["of a line under way", ofLine(refund("20.0", asked)), "0.00", 0, /^A refund of 20\.00 USD is under way/],
    [
      "of all, under way",
      { ...all, ...ofOrder(refund("24.5", { ...asked, refundStatus: "PENDING" })) },
      "0.00",
      0,
      /24\.50 USD is under way/,
    ],
    [
      "of all, under way, of what was cancelled",
      { ...all, ...ofOrder(refund("24.5", asked)), cancelStatus: { cancelState: "CANCELED" } },
      "0.00",
      2,
    ],
    ["that failed", ofOrder(refund("5.0", { ...asked, refundStatus: "FAILED" })), "0.00", 0],
    [
      "that failed before another of all",
      { ...all, ...ofOrder(refund("24.5", { ...asked, refundStatus: "FAILED" }), refund("24.5", { refundId: "R2" })) },
      "24.50",
      2,
    ],
  ])("with a refund %s", (_what, change, refunded, cancelled, remark) => {
    const found = orderOf(change);
    expect(found.refunded).toEqual(read(refunded));
    expect(found.lines.map((one) => one.quantityCancelled)).toEqual([cancelled]);
    expect(found.remarks).toEqual(remark ? [expect.stringMatching(remark)] : []);
  });
});
