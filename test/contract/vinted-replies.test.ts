/** What Lockstep reads in Vinted's replies: items and orders as the document of Vinted Pro names them, and odd ones. */
import { describe, expect, it } from "vitest";
import { adjustmentOf } from "#connectors/contract/money.ts";
import { type VintedSession, vintedFailure } from "#connectors/vinted/client.ts";
import { fetchItemState, readVintedListings, readVintedQuantities } from "#connectors/vinted/items.ts";
import {
  amountSchema,
  idSchema,
  isCancelledStatus,
  isOpenStatus,
  itemsOf,
  orderRowSchema,
  rawOrderSchema,
  toOrder,
} from "#connectors/vinted/order-json.ts";
import { type Json, replies } from "./replies.ts";

const NOW = new Date("2026-11-22T12:00:00Z");

function session(...bodies: readonly unknown[]) {
  const { transport, asked } = replies(vintedFailure, ...bodies);
  const credentials = { token: "access-key,signing-key" };
  const opened: VintedSession = { credentials, transport, now: () => NOW, origin: "https://vinted.test" };
  return { opened, asked };
}

const MADE = "0b3c1f6e-0000-4000-8000-000000000001";
const OTHER = "0b3c1f6e-0000-4000-8000-000000000002";
const UNMANAGED = "00000000-0000-0000-0000-000000000000";
const made = { item_id: MADE, item_reference: "TOTE", status: "ACTIVE", marketplace_item_id: 7 };
const imported = {
  id: OTHER,
  url: "https://www.vinted.fr/items/7",
  title: "Tote bag",
  description: "Green",
  status: "ACTIVE",
};
const items = (...all: unknown[]) => ({ items: all });
const inList = (list: "imported" | "made", after: string | null = null) => JSON.stringify({ list, after });

async function listed(list: "imported" | "made", one: unknown) {
  const read = await readVintedListings(session(items(one)).opened, inList(list));
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
}

describe("a Vinted item", () => {
  it("that was made through the API has its reference, and neither title nor price nor address", async () => {
    expect((await listed("made", made)).listings).toEqual([
      {
        ref: { remoteId: MADE, sku: "TOTE", groupId: null },
        title: "TOTE",
        barcode: null,
        quantity: 1,
        price: null,
        state: "active",
        url: null,
        imageUrl: null,
        unmanagedBecause: null,
      },
    ]);
  });

  it("that was imported has a title and an address, and no reference", async () => {
    expect((await listed("imported", imported)).listings).toEqual([
      {
        ref: { remoteId: OTHER, sku: null, groupId: null },
        title: "Tote bag",
        barcode: null,
        quantity: 1,
        price: null,
        state: "active",
        url: "https://www.vinted.fr/items/7",
        imageUrl: null,
        unmanagedBecause: null,
      },
    ]);
  });

  it.each<[what: string, list: "imported" | "made", change: Json, read: Json]>([
    ["no reference", "made", { item_reference: undefined }, { ref: { sku: null }, title: `Item ${MADE}` }],
    ["a blank reference", "made", { item_reference: " " }, { ref: { sku: null }, title: `Item ${MADE}` }],
    ["a reference with spaces around it", "made", { item_reference: " TOTE " }, { ref: { sku: "TOTE" } }],
    ["a reference that is no text", "made", { item_reference: 7 }, { ref: { sku: null } }],
    ["a blank title", "imported", { title: " " }, { title: `Item ${OTHER}` }],
    ["a title that is no text", "imported", { title: 7 }, { title: `Item ${OTHER}` }],
    ["no address", "imported", { url: null }, { url: null }],
    ["an address that is no text", "imported", { url: 7 }, { url: null }],
  ])("with %s is a listing all the same", async (_what, list, change, read) => {
    const { listings } = await listed(list, { ...(list === "made" ? made : imported), ...change });
    expect(listings).toMatchObject([read]);
  });

  const never = (status: string) =>
    `Vinted did not put this item on sale: it has the status ${status} and gives no reason. Mend it where it was made.`;
  const statuses: [status: string, quantity: number | null, state: string, why: string | null][] = [
    ["ACTIVE", 1, "active", null],
    // What was asked for was not done: it is on sale still.
    ["DELETE_INTERNAL_ERROR", 1, "active", null],
    ["UPDATE_INTERNAL_ERROR", 1, "active", null],
    ["UPDATE_VALIDATION_ERROR", 1, "active", null],
    // It may be on sale in a moment: nobody can say.
    ["IN_PROGRESS", null, "inactive", null],
    ["SOLD", 0, "ended", null],
    ["SALE_CANCELLED", 0, "inactive", null],
    ["VALIDATION_ERROR", 0, "ended", never("VALIDATION_ERROR")],
    ["INTERNAL_ERROR", 0, "ended", never("INTERNAL_ERROR")],
  ];
  it.each(statuses)("that is %s", async (status, quantity, state, unmanagedBecause) => {
    for (const list of ["made", "imported"] as const) {
      const { listings } = await listed(list, { ...(list === "made" ? made : imported), status });
      expect(listings).toMatchObject([{ quantity, state, unmanagedBecause }]);
    }
    expect(await fetchItemState(session({ status }).opened, { remoteId: MADE })).toEqual({
      ok: true,
      value: { quantity, state, status, notOnSale: unmanagedBecause },
    });
    const ref = { remoteId: MADE, sku: null, groupId: null };
    expect(await readVintedQuantities(session({ status }).opened, [ref])).toEqual([
      { outcome: "read", quantity, state },
    ]);
  });

  it.each<[what: string, errors: unknown, why: RegExp]>([
    [
      "two reasons",
      [
        { field: "price", code: "MIN", message: "too low" },
        { field: "title", code: "LEN", message: "too long" },
      ],
      /on sale: price: too low; title: too long\. Mend/,
    ],
    ["a reason of any length", [{ field: "title", code: "LEN", message: "x".repeat(900) }], /^.{300,420}$/],
    ["reasons that can't be read", [{ field: 7 }], /gives no reason/],
    ["no reason", [], /gives no reason/],
  ])("that never went on sale tells %s", async (_what, errors, why) => {
    const { listings } = await listed("made", { ...made, status: "VALIDATION_ERROR", errors });
    expect(listings[0]?.unmanagedBecause).toMatch(why);
    const read = await fetchItemState(session({ status: "VALIDATION_ERROR", errors }).opened, { remoteId: MADE });
    expect(read).toMatchObject({ ok: true, value: { notOnSale: listings[0]?.unmanagedBecause } });
  });

  it("that is DELETED is not shown, and missing where it is asked for", async () => {
    expect(await listed("made", { ...made, status: "DELETED" })).toMatchObject({ listings: [], unreadable: [] });
    const ref = { remoteId: MADE, sku: null, groupId: null };
    expect(await readVintedQuantities(session({ status: "DELETED" }, 404).opened, [ref, ref])).toEqual([
      { outcome: "missing" },
      { outcome: "missing" },
    ]);
  });

  it.each<[what: string, reply: unknown, failure: Json]>([
    [
      "a status of no document",
      { status: "PAUSED" },
      {
        kind: "rejected",
        scope: "item",
        code: "unknown-status",
        message: expect.stringMatching(/"PAUSED" is not known/),
      },
    ],
    ["a status that every object has", { status: "constructor" }, { kind: "rejected", code: "unknown-status" }],
    ["no status", {}, { kind: "rejected", scope: "item" }],
    ["no answer", 500, { scope: "item" }],
  ])("with %s fails where it is asked for", async (_what, reply, failure) => {
    const { opened, asked } = session(reply);
    expect(await readVintedQuantities(opened, [{ remoteId: "a/b", sku: null, groupId: null }])).toMatchObject([
      { outcome: "failed", failure },
    ]);
    expect(asked.map((one) => [one.operation, one.method, one.effect, one.url.pathname])).toEqual([
      ["getItemStatus", "GET", "read", "/api/v1/items/a%2Fb/status"],
    ]);
  });

  it.each<[what: string, list: "imported" | "made", odd: unknown, why: RegExp]>([
    ["a status of no document", "made", { ...made, status: "PAUSED" }, /^Item: status: "PAUSED" is not known$/],
    ["no status", "made", { ...made, status: undefined }, /^Item: status: /],
    ["a status of no document", "imported", { ...imported, status: "PAUSED" }, /^Item: status: "PAUSED" is not known$/],
    ["no status", "imported", { ...imported, status: 7 }, /^Item: status: /],
  ])("with %s, among those %s, is told of and hides no other", async (_what, list, odd, why) => {
    const one = list === "made" ? { ...made, item_id: OTHER } : { ...imported, id: MADE };
    const read = await readVintedListings(session(items(odd, one)).opened, inList(list));
    expect(read).toMatchObject({
      ok: true,
      value: {
        listings: [{ ref: { remoteId: list === "made" ? OTHER : MADE } }],
        unreadable: [{ remoteId: list === "made" ? MADE : OTHER, why: expect.stringMatching(why) }],
      },
    });
  });

  it("without an id is told of, without one", async () => {
    const read = await readVintedListings(session(items({ ...made, item_id: "" }, made)).opened, inList("made"));
    expect(read).toMatchObject({ ok: true, value: { unreadable: [{ remoteId: null }], listings: [{}] } });
  });
});

describe("Vinted's pages of items", () => {
  it("are read to an empty one, the imported first, and each from where the last one ended", async () => {
    const { opened, asked } = session(items(imported), items(), items(made), items());
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const read = await readVintedListings(opened, cursor);
      if (!read.ok) throw new Error(read.failure.message);
      expect(read.value).toMatchObject({ unreadable: [], total: null });
      seen.push(...read.value.listings.map((one) => one.ref.remoteId));
      cursor = read.value.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([OTHER, MADE]);
    expect(asked.map(({ operation, url }) => [operation, url.pathname, Object.fromEntries(url.searchParams)])).toEqual([
      ["getImportedItems", "/api/v1/items/imported", { limit: "250" }],
      ["getImportedItems", "/api/v1/items/imported", { limit: "250", after_item_id: OTHER }],
      ["getItems", "/api/v1/items", { limit: "250" }],
      ["getItems", "/api/v1/items", { limit: "250", after_item_id: MADE }],
    ]);
    expect(asked.every((one) => one.method === "GET" && one.effect === "read")).toBe(true);
  });

  it.each<[what: string, reply: unknown, failure: Json]>([
    [
      "an end without an id",
      items(made, { ...made, item_id: null }),
      { kind: "unavailable", scope: "account", message: expect.stringMatching(/getItems: .* where it ends/) },
    ],
    ["the end of the page before", items(made), { kind: "unavailable", scope: "account" }],
    ["no list", {}, { kind: "rejected" }],
    ["no answer", 500, { scope: "account" }],
  ])("with %s are no answer", async (_what, reply, failure) => {
    expect(await readVintedListings(session(reply).opened, inList("made", MADE))).toMatchObject({ ok: false, failure });
  });
});

const address = {
  name: "Rosa Lindqvist",
  line_1: "1 rue de la Paix",
  line_2: "Bat. 2",
  city: "Paris",
  state: "IDF",
  postal_code: "75002",
  country_code: "FR",
};
const item = { id: MADE, item_reference: "TOTE", title: "Tote bag", price: 12.5 };
const order = {
  id: 4711,
  created_at: "2026-11-20T10:00:00+01:00",
  status: "READY_TO_BE_SHIPPED",
  amount: 12.5,
  currency: "EUR",
  items: [item],
  buyer: {},
  billing_address: { ...address, name: "Ann Payer" },
  delivery_address: address,
};
const orderOf = (change: Json) => {
  const found = toOrder(rawOrderSchema.parse({ ...order, ...change }), NOW);
  expect(found.adjustment).toEqual(adjustmentOf(found));
  return found;
};
const eur = (amount: string) => ({ amount, currency: "EUR" });
const at = new Date("2026-11-20T09:00:00Z");

describe("a Vinted order", () => {
  it("is read with who pays, where it goes, and a line a thing", () => {
    expect(orderOf({})).toEqual({
      remoteId: "4711",
      displayName: "4711",
      soldAt: at,
      paidAt: at,
      // Vinted tells no time of a change.
      updatedAt: NOW,
      status: "paid",
      cancellationRequested: false,
      fulfilment: "none",
      delivery: "ship",
      shipBy: null,
      buyer: {
        remoteId: null,
        name: "Ann Payer",
        email: null,
        emailIsRelay: false,
        phone: null,
        phoneIsMasked: false,
        shippingAddress: {
          name: "Rosa Lindqvist",
          company: null,
          line1: "1 rue de la Paix",
          line2: "Bat. 2",
          city: "Paris",
          region: "IDF",
          postalCode: "75002",
          countryCode: "FR",
        },
      },
      lines: [
        {
          remoteLineId: MADE,
          sku: "TOTE",
          listingRemoteId: MADE,
          title: "Tote bag",
          quantity: 1,
          quantityCancelled: 0,
          unitPrice: eur("12.50"),
          requiresShipping: true,
        },
      ],
      shipping: eur("0.00"),
      tax: eur("0.00"),
      taxIncluded: eur("0.00"),
      taxCollectedByMarketplace: true,
      adjustment: eur("0.00"),
      total: eur("12.50"),
      refunded: eur("0.00"),
      remarks: [],
      holdBecause: null,
    });
  });

  const remark = (pattern: RegExp) => ({
    status: "paid",
    fulfilment: "complete",
    remarks: [expect.stringMatching(pattern)],
  });
  const unclear = (name: string) => ({
    ...remark(new RegExp(`this order is ${name}\\.`)),
    holdBecause: expect.stringMatching(new RegExp(`this order is ${name}, and not which`)),
  });
  it.each<[status: string, expected: Json, isOpen: boolean]>([
    // Nobody says that it is paid.
    ["CREATED", { status: "pending", paidAt: null, fulfilment: "none", remarks: [] }, true],
    ["READY_TO_BE_SHIPPED", { status: "paid", paidAt: at, fulfilment: "none", remarks: [] }, true],
    ["SHIPPED", { status: "paid", fulfilment: "complete", remarks: [] }, false],
    ["DELIVERED", { status: "paid", fulfilment: "complete", remarks: [] }, false],
    ["COMPLETED", { status: "paid", fulfilment: "complete", remarks: [] }, false],
    ["LOST", remark(/the parcel is lost/), false],
    ["RETURN_REQUESTED", remark(/asked Vinted to return it/), false],
    ["RETURN_INITIATED", remark(/is returning it/), false],
    ["RETURN_SHIPPED", remark(/has sent it back/), false],
    ["RETURN_DELIVERED", remark(/has come back .* into stock in Shopify/), false],
    ["RETURN_LOST", remark(/lost on its way back/), false],
    ["CANCELED", { status: "cancelled", fulfilment: "none", remarks: [], lines: [{ quantityCancelled: 1 }] }, false],
    ["PARTIALLY_COMPLETED", unclear("partially completed"), false],
    ["CLOSED", unclear("closed"), false],
  ])("that is %s", (status, expected, isOpen) => {
    expect(orderOf({ status })).toMatchObject({ lines: [{ quantityCancelled: 0 }], holdBecause: null, ...expected });
    expect(isOpenStatus(status)).toBe(isOpen);
    expect(isCancelledStatus(status)).toBe(status === "CANCELED");
  });

  it.each(["PAUSED", "constructor", "unreadable"])(
    "that is %s, which no document names, may still come to something",
    (status) => {
      expect(isOpenStatus(status)).toBe(true);
      expect(isCancelledStatus(status)).toBe(false);
      const read = rawOrderSchema.safeParse({ ...order, status });
      expect(read.error?.issues).toMatchObject([{ path: ["status"], message: "unknown status" }]);
    },
  );

  it.each<[what: string, change: Json, buyer: Json]>([
    ["nobody named who pays", { billing_address: { ...address, name: " " } }, { name: "Rosa Lindqvist" }],
    ["no address of who pays", { billing_address: null }, { name: "Rosa Lindqvist" }],
    ["an address that is none", { delivery_address: "Paris" }, { name: "Ann Payer", shippingAddress: null }],
    ["no address", { delivery_address: undefined, billing_address: undefined }, { name: null, shippingAddress: null }],
    [
      "nobody named at all",
      { delivery_address: { ...address, name: null }, billing_address: {} },
      { name: null, shippingAddress: { name: null, line1: "1 rue de la Paix" } },
    ],
    [
      "an odd city",
      { delivery_address: { ...address, city: 7 } },
      { shippingAddress: { city: null, postalCode: "75002" } },
    ],
  ])("with %s is read", (_what, change, buyer) => {
    expect(orderOf(change).buyer).toMatchObject(buyer);
  });

  it.each<[what: string, change: Json, line: Json]>([
    ["no reference", { item_reference: undefined }, { sku: null, title: "Tote bag" }],
    ["no title", { title: undefined }, { title: "TOTE" }],
    ["neither", { title: " ", item_reference: null }, { title: `Item ${MADE}`, sku: null }],
    ["a reference that is no text", { item_reference: 7 }, { sku: null }],
    [
      "an id that is shared by all that is not on the API",
      { id: UNMANAGED, title: undefined, item_reference: undefined },
      { remoteLineId: `${UNMANAGED}:1`, listingRemoteId: null, title: "Item not on the API" },
    ],
  ])("with a thing with %s", (_what, change, line) => {
    expect(orderOf({ items: [{ ...item, ...change }] }).lines).toMatchObject([line]);
  });

  it("names things that are not on the API alike, in whatever order they come", () => {
    const lamp = { id: UNMANAGED, title: "Lamp", price: 9 };
    const cheap = { ...lamp, price: 8.5 };
    const dear = { ...lamp, price: 100 };
    const vase = { id: UNMANAGED, title: "Vase" };
    const bare = { id: UNMANAGED };
    const numbersOf = (...all: (typeof lamp | typeof vase | typeof bare)[]) =>
      orderOf({ amount: 200, items: [item, ...all] }).lines.map((line) =>
        line.remoteLineId.replace(`${UNMANAGED}:`, ""),
      );
    expect(numbersOf(bare, cheap, lamp, dear, vase)).toEqual([MADE, "1", "2", "3", "4", "5"]);
    expect(numbersOf(vase, dear, lamp, cheap, bare)).toEqual([MADE, "5", "4", "3", "2", "1"]);
    // A thing that Vinted tells twice.
    expect(orderOf({ items: [item, { ...item, title: "Another" }] }).lines.map((line) => line.remoteLineId)).toEqual([
      `${MADE}:2`,
      `${MADE}:1`,
    ]);
  });

  it("says what of it is on the API", () => {
    const items = [item, { ...item, id: UNMANAGED }, { ...item, id: OTHER }];
    expect(itemsOf(rawOrderSchema.parse({ ...order, items }))).toEqual({ managed: [MADE, OTHER], unmanaged: 1 });
  });

  it.each<[what: string, amount: number, prices: (number | null)[], read: string[]]>([
    ["its price", 12.5, [12.5], ["12.50"]],
    ["a discount", 10, [12.5], ["10.00"]],
    ["more than its price", 15, [12.5], ["15.00"]],
    ["no price", 12.5, [null], ["12.50"]],
    ["a free gift beside it", 12.5, [12.5, 0], ["12.50", "0.00"]],
    ["a discount on two", 14, [10, 5], ["9.50", "4.50"]],
    ["a discount that does not divide", 14.99, [10, 5], ["9.99", "5.00"]],
    ["a discount of more than one's price: all cost the same", 5, [10, 1], ["2.50", "2.50"]],
    ["a discount of more than one's price, which does not divide", 1, [10, 1, 1], ["0.34", "0.33", "0.33"]],
    ["a discount of just one's price", 9, [10, 1], ["9.00", "0.00"]],
    ["nothing paid", 0, [10, 1], ["0.00", "0.00"]],
  ])("with %s", (_what, amount, prices, read) => {
    const items = prices.map((price, index) => ({ ...item, id: `item-${index}`, price }));
    const { lines, total, adjustment } = orderOf({ amount, items });
    expect(lines.map((line) => line.unitPrice.amount)).toEqual(read);
    expect([total.amount, adjustment.amount]).toEqual([amount.toFixed(2), "0.00"]);
  });

  it.each<[what: string, change: Json]>([
    ["no thing", { items: [] }],
    ["a thing without an id", { items: [{ ...item, id: "" }] }],
    ["a negative amount", { amount: -0.01 }],
    ["an amount as text", { amount: "12.50" }],
    ["no amount", { amount: null }],
    ["no currency", { currency: "" }],
    ["no time", { created_at: null }],
    ["an id that is none", { id: "x1" }],
    ["a status that has no end", { status: "X".repeat(61) }],
  ])("with %s can't be read", (_what, change) => {
    expect(rawOrderSchema.safeParse({ ...order, ...change }).success).toBe(false);
  });

  it.each<[row: Json, read: Json]>([
    [
      { id: 4711, created_at: "2026-11-20T09:00:00Z", status: "CREATED" },
      { id: "4711", created_at: at, status: "CREATED" },
    ],
    // Only the id is the way on.
    [{ id: "9223372036854775807" }, { id: "9223372036854775807", created_at: null, status: "unreadable" }],
    [
      { id: 1, created_at: "yesterday", status: "X".repeat(61) },
      { id: "1", created_at: null, status: "unreadable" },
    ],
    [
      { id: 1, created_at: "yesterday", status: "X".repeat(60) },
      { id: "1", status: "X".repeat(60) },
    ],
  ])("in the list is %j", (row, read) => {
    expect(orderRowSchema.parse(row)).toMatchObject(read);
  });

  it.each<[id: unknown, isOne: boolean]>([
    [0, true],
    ["18446744073709551615", true],
    ["1".repeat(21), false],
    ["", false],
    ["1x", false],
    ["x1", false],
    [-1, false],
    [1.5, false],
  ])("has the id %s", (id, isOne) => {
    expect(idSchema.safeParse(id).success).toBe(isOne);
  });

  // Floats: each to the hundredth that it means.
  it.each<[sent: number, hundredths: bigint]>([
    [12.999999, 1_300n],
    [1.005, 101n],
    [0.1 + 0.2, 30n],
    [0, 0n],
    [19.99, 1_999n],
    [99_999_999.99, 9_999_999_999n],
  ])("of %d is one of hundredths", (sent, hundredths) => {
    expect(amountSchema.parse(sent)).toBe(hundredths);
  });
  it("of more than a number can tell to the hundredth can't be read", () => {
    expect(amountSchema.safeParse(1e11).success).toBe(true);
    expect(amountSchema.safeParse(1e11 + 1).success).toBe(false);
  });
});
