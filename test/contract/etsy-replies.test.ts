/** What Lockstep reads in Etsy's replies: listings, inventories and receipts as the Open API's document names them, and odd ones. */
import { describe, expect, it } from "vitest";
import { etsyFailure } from "#connectors/etsy/client.ts";
import { fetchListing, readEtsyListings, readEtsyQuantities } from "#connectors/etsy/listings.ts";
import { receiptSchema } from "#connectors/etsy/receipts.ts";
import type { EtsySession } from "#connectors/etsy/session.ts";
import type { RemoteCall } from "#connectors/transport/transport.ts";
import { cash, receipt } from "./etsy-bench.ts";
import { answering, type Json } from "./replies.ts";

function session(answer: (call: RemoteCall) => unknown) {
  const { transport, asked } = answering(etsyFailure, answer);
  const opened: EtsySession = {
    credentials: { accessToken: "7.token", shopId: "42" },
    transport,
    now: () => new Date("2026-11-22T12:00:00Z"),
    origins: { api: "https://etsy.test", site: "https://etsy.test" },
    apiKey: "key:secret",
  };
  return { opened, asked };
}

const offering = (quantity: number, change: Json = {}) => ({
  offering_id: 1,
  quantity,
  is_enabled: true,
  is_deleted: false,
  price: { amount: 1250, divisor: 100, currency_code: "EUR" },
  ...change,
});
const color = (value: string) => ({
  property_id: 200,
  property_name: "Primary color",
  value_ids: [1],
  values: [value],
});
const product = (quantity: number, change: Json = {}) => ({
  product_id: 5,
  sku: "MUG",
  is_deleted: false,
  offerings: [offering(quantity)],
  property_values: [],
  ...change,
});
const inventory = (...products: Json[]) => ({
  products,
  price_on_property: [],
  quantity_on_property: [],
  sku_on_property: [],
});
const listing = {
  listing_id: 1234,
  title: "Mug &amp; saucer",
  state: "active",
  url: "https://www.etsy.com/listing/1234/mug",
  inventory: inventory(product(4)),
  images: [{ url_570xN: "https://i.etsystatic.com/1.jpg" }, { url_570xN: "https://i.etsystatic.com/2.jpg" }],
};
const page = (...results: unknown[]) => ({ count: results.length, results });

async function listingsOf(change: Json) {
  const read = await readEtsyListings(session(() => page({ ...listing, ...change })).opened, null);
  if (!read.ok) throw new Error(read.failure.message);
  return read.value.listings;
}

describe("an Etsy listing", () => {
  it("without variations is one of ours, under its own number", async () => {
    expect(await listingsOf({})).toEqual([
      {
        ref: { remoteId: "1234", sku: "MUG", groupId: "1234" },
        title: "Mug & saucer",
        barcode: null,
        quantity: 4,
        price: { amount: "12.50", currency: "EUR" },
        state: "active",
        url: "https://www.etsy.com/listing/1234/mug",
        imageUrl: "https://i.etsystatic.com/1.jpg",
        unmanagedBecause: null,
      },
    ]);
  });

  it("with variations is one for each, by what they are called", async () => {
    const sizes = { property_id: 100, values: ["S", "M"] };
    const products = [
      product(1, { sku: "MUG-M", property_values: [color("Moss"), sizes] }),
      product(2, { sku: " ", property_values: [color("Rose")] }),
    ];
    const varied = { ...inventory(...products), quantity_on_property: [200] };
    expect(await listingsOf({ inventory: varied })).toMatchObject([
      {
        ref: { remoteId: "1234:100=S,M&200=Moss", sku: "MUG-M", groupId: "1234" },
        title: "Mug & saucer, Moss, S, M",
        quantity: 1,
      },
      { ref: { remoteId: "1234:200=Rose", sku: null, groupId: "1234" }, title: "Mug & saucer, Rose", quantity: 2 },
    ]);
  });

  const units = (...products: Json[]) => ({ inventory: inventory(...products) });
  it.each<[what: string, change: Json, read: Json]>([
    ["no SKU", units(product(4, { sku: null })), { ref: { remoteId: "1234", sku: null, groupId: "1234" } }],
    [
      "spaces around its SKU",
      units(product(4, { sku: " MUG " })),
      { ref: { remoteId: "1234", sku: "MUG", groupId: "1234" } },
    ],
    ["no picture", { images: [] }, { imageUrl: null }],
    ["no list of pictures", { images: undefined }, { imageUrl: null }],
    ["a picture without an address", { images: [{}] }, { imageUrl: null }],
    ["no address", { url: null }, { url: null }],
    ["a blank title", { title: " " }, { title: "" }],
    [
      "yen",
      units(product(4, { offerings: [offering(4, { price: { amount: 1250, divisor: 1, currency_code: "JPY" } })] })),
      { price: { amount: "1250", currency: "JPY" } },
    ],
    [
      "an offer that was deleted",
      units(product(4, { offerings: [offering(9, { is_deleted: true }), offering(4)] })),
      { quantity: 4 },
    ],
  ])("with %s", async (_what, change, read) => {
    expect(await listingsOf(change)).toMatchObject([read]);
  });

  it.each<[state: string, units: number, read: Json]>([
    ["active", 4, { state: "active", quantity: 4, unmanagedBecause: null }],
    ["sold_out", 0, { state: "inactive", quantity: 0, unmanagedBecause: null }],
    // One unit: that is how Lockstep switches a listing off.
    ["inactive", 1, { state: "inactive", quantity: 0, unmanagedBecause: null }],
    [
      "inactive",
      4,
      { state: "inactive", quantity: 0, unmanagedBecause: expect.stringMatching(/switched off at Etsy/) },
    ],
    ["edit", 4, { state: "inactive", quantity: 0, unmanagedBecause: expect.stringMatching(/switched off at Etsy/) }],
    ["edit", 1, { state: "inactive", quantity: 0, unmanagedBecause: null }],
    ["edit", 0, { state: "inactive", quantity: 0, unmanagedBecause: null }],
    ["draft", 4, { state: "inactive", quantity: 0, unmanagedBecause: expect.stringMatching(/^A draft/) }],
    ["expired", 4, { state: "ended", quantity: null, unmanagedBecause: expect.stringMatching(/has expired/) }],
    [
      "removed",
      4,
      { state: "inactive", quantity: 0, unmanagedBecause: expect.stringMatching(/taken this listing down/) },
    ],
    [
      "vacation",
      4,
      {
        state: "inactive",
        quantity: 0,
        unmanagedBecause: expect.stringMatching(/a state that Lockstep does not know/),
      },
    ],
  ])("that is %s with %i units", async (state, count, read) => {
    expect(await listingsOf({ state, ...units(product(count)) })).toMatchObject([read]);
  });

  it.each<[what: string, change: Json, why: RegExp]>([
    ["has several offers", units(product(4, { offerings: [offering(1), offering(2)] })), /several offers/],
    ["is hidden", units(product(4, { offerings: [offering(4, { is_enabled: false })] })), /hidden at Etsy/],
    [
      "shares its units",
      units(product(4, { property_values: [color("Moss")] }), product(4, { property_values: [color("Rose")] })),
      /share one quantity/,
    ],
  ])("is left alone where it %s", async (_what, change, why) => {
    expect((await listingsOf(change))[0]?.unmanagedBecause).toMatch(why);
  });
});

describe("Etsy's pages of listings", () => {
  const read = async (answer: (call: RemoteCall) => unknown, cursor: string | null = null) => {
    const { opened, asked } = session(answer);
    const result = await readEtsyListings(opened, cursor);
    return { result, asked };
  };
  const from = (change: Json) => JSON.stringify({ state: 0, offset: 0, tail: [], restarts: 0, ...change });
  const numbered = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...listing, listing_id: first + index }));

  it("are asked for state by state, those on sale first, and end after the drafts", async () => {
    const { opened, asked } = session(() => page());
    let cursor: string | null = null;
    do {
      const result = await readEtsyListings(opened, cursor);
      if (!result.ok) throw new Error(result.failure.message);
      expect(result.value).toMatchObject({ listings: [], unreadable: [], total: null });
      cursor = result.value.nextCursor;
    } while (cursor !== null);
    expect(asked.map(({ url }) => url.searchParams.get("state"))).toEqual([
      "active",
      "inactive",
      "sold_out",
      "expired",
      "draft",
    ]);
    expect(asked[0]).toMatchObject({ operation: "getListingsByShop", method: "GET", effect: "read" });
    expect(asked[0]?.url.pathname).toBe("/v3/application/shops/42/listings");
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      state: "active",
      limit: "100",
      offset: "0",
      includes: "Inventory,Images",
    });
  });

  it("begin ten rows before the last one's end, which are not shown twice", async () => {
    const first = await read(() => ({ count: 30, results: numbered(1, 20) }));
    if (!first.result.ok) throw new Error(first.result.failure.message);
    expect(first.result.value.listings).toHaveLength(20);
    const second = await read(() => ({ count: 30, results: numbered(11, 20) }), first.result.value.nextCursor);
    expect(second.asked[0]?.url.searchParams.get("offset")).toBe("10");
    if (!second.result.ok) throw new Error(second.result.failure.message);
    expect(second.result.value.listings.map((one) => one.ref.remoteId)).toEqual(
      numbered(21, 10).map((one) => String(one.listing_id)),
    );
    expect(JSON.parse(second.result.value.nextCursor ?? "")).toMatchObject({ state: 1, offset: 0, tail: [] });
  });

  it("begin a state anew where listings slid past us, three times at most", async () => {
    const cursor = from({ state: 2, offset: 20, tail: [19, 20] });
    const moved = await read(() => ({ count: 30, results: numbered(21, 20) }), cursor);
    expect(moved.result).toMatchObject({ ok: true, value: { listings: [], unreadable: [] } });
    if (!moved.result.ok) return;
    expect(JSON.parse(moved.result.value.nextCursor ?? "")).toEqual({ state: 2, offset: 0, tail: [], restarts: 1 });
    const third = await read(
      () => ({ count: 30, results: numbered(21, 20) }),
      from({ offset: 20, tail: [20], restarts: 3 }),
    );
    expect(third.result.ok && third.result.value.listings).toHaveLength(20);
    // Half of the overlap is there still.
    const stayed = await read(() => ({ count: 40, results: numbered(20, 20) }), from({ offset: 20, tail: [19, 20] }));
    expect(stayed.result.ok && stayed.result.value.listings).toHaveLength(19);
  });

  it("end where an empty one comes, whatever Etsy counts", async () => {
    const { result } = await read(() => ({ count: 30, results: [] }), from({ state: 4, offset: 10 }));
    expect(result).toEqual({ ok: true, value: { listings: [], unreadable: [], nextCursor: null, total: null } });
  });

  it.each<[what: string, odd: unknown, id: string | null, why: RegExp]>([
    [
      "a negative quantity",
      { ...listing, listing_id: 9, inventory: inventory(product(-1)) },
      "9",
      /^Listing: inventory\.products\.0\.offerings\.0\.quantity/,
    ],
    ["no product", { ...listing, listing_id: 9, inventory: inventory() }, "9", /^Listing: inventory\.products/],
    ["no state", { ...listing, listing_id: 9, state: null }, "9", /^Listing: state/],
    ["no number", { ...listing, listing_id: 0 }, null, /^Listing: listing_id/],
    ["nothing", null, null, /^Listing: /],
  ])("with a listing with %s lose that one alone", async (_what, odd, id, why) => {
    const { result } = await read(() => page(odd, listing));
    expect(result).toMatchObject({
      ok: true,
      value: {
        listings: [{ ref: { remoteId: "1234" } }],
        unreadable: [{ remoteId: id, why: expect.stringMatching(why) }],
      },
    });
  });

  it.each<[what: string, reply: unknown]>([
    ["nothing", {}],
    ["no count", { results: [] }],
    ["no list", { count: 0 }],
    ["no answer", 503],
  ])("that have %s are no answer", async (_what, reply) => {
    expect((await read(() => reply)).result).toMatchObject({ ok: false });
  });

  // "Inventory" is left out at times: then it is asked for.
  const bare = { ...listing, inventory: undefined };
  const alone = { ...inventory(product(7)), listing: { state: "edit", listing_type: "physical" } };
  const byOperation = (answers: Record<string, unknown>) => (call: RemoteCall) => answers[call.operation] ?? 500;

  it.each<[what: string, reply: unknown, listings: unknown[], unreadable: unknown[]]>([
    ["is read", alone, [{ quantity: 0, state: "inactive" }], []],
    ["is not there any more", 404, [], []],
    [
      "can't be read",
      { ...inventory(product(-1)), listing: { state: "active" } },
      [],
      [{ remoteId: "1234", why: expect.stringMatching(/^Inventory: /) }],
    ],
  ])("without an inventory: it is asked for and %s", async (_what, reply, listings, unreadable) => {
    const { result, asked } = await read(byOperation({ getListingsByShop: page(bare), getListingInventory: reply }));
    expect(result).toMatchObject({ ok: true, value: { listings, unreadable } });
    expect(asked[1]?.url.href).toBe("https://etsy.test/v3/application/listings/1234/inventory?includes=Listing");
    expect(asked[1]).toMatchObject({ method: "GET", effect: "read", concerns: "group" });
  });

  it("without an inventory that can't be had now are given up: they would have a hole", async () => {
    const { result } = await read(byOperation({ getListingsByShop: page(bare, listing), getListingInventory: 503 }));
    expect(result).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
  });
});

describe("the quantities of Etsy's listings", () => {
  const ref = (remoteId: string) => ({ remoteId, sku: null, groupId: remoteId.split(":")[0] ?? null });
  const gone = { outcome: "missing" };
  const shown = (quantity: number | null, state = "active") => ({ outcome: "read", quantity, state });
  /** An Etsy with these listings: what each of its calls shows of them. */
  const etsy =
    (listings: Record<string, { state: string; inventory: Json }>, batch: (ids: string[]) => string[] = (ids) => ids) =>
    (call: RemoteCall): unknown => {
      const ids = batch((call.url.searchParams.get("listing_ids") ?? "").split(",")).filter((id) => id in listings);
      if (call.operation === "getListingsByListingIds")
        return { results: ids.map((id) => ({ listing_id: Number(id), state: listings[id]?.state })) };
      if (call.operation === "getListingsInventoryByListingIds")
        return { results: ids.map((id) => ({ listing_id: Number(id), inventory: listings[id]?.inventory })) };
      const one = listings[/listings\/(\d+)\//.exec(call.url.pathname)?.[1] ?? ""];
      return one ? { ...one.inventory, listing: { state: one.state } } : 404;
    };
  const active = (quantity: number) => ({ state: "active", inventory: inventory(product(quantity)) });

  it("are read by one call for one listing, and by two for several", async () => {
    const { opened, asked } = session(etsy({ 1: active(4), 2: active(5) }));
    expect(await readEtsyQuantities(opened, [ref("1")])).toEqual([shown(4)]);
    expect(asked.map((one) => one.operation)).toEqual(["getListingInventory"]);
    asked.length = 0;
    expect(await readEtsyQuantities(opened, [ref("2"), ref("1"), ref("2")])).toEqual([shown(5), shown(4), shown(5)]);
    expect(asked.map((one) => [one.operation, one.url.pathname, one.url.searchParams.get("listing_ids")])).toEqual([
      ["getListingsByListingIds", "/v3/application/listings/batch", "2,1"],
      ["getListingsInventoryByListingIds", "/v3/application/listings/batch/inventory", "2,1"],
    ]);
    expect(asked.map((one) => [one.method, one.effect, one.concerns])).toEqual([
      ["GET", "read", "account"],
      ["GET", "read", "account"],
    ]);
  });

  it("are those of the variation, and none where it is gone", async () => {
    const products = [
      product(1, { property_values: [color("Moss")] }),
      product(2, { property_values: [color("Rose")] }),
    ];
    const { opened } = session(etsy({ 1: { state: "active", inventory: inventory(...products) } }));
    const refs = [ref("1:200=Rose"), ref("1:200=Blue"), ref("1")];
    expect(await readEtsyQuantities(opened, refs)).toEqual([shown(2), gone, gone]);
  });

  it.each<[state: string, units: number, reading: Json]>([
    ["active", 0, shown(0)],
    ["sold_out", 0, shown(0, "inactive")],
    ["inactive", 4, shown(0, "inactive")],
    ["edit", 4, shown(0, "inactive")],
    ["expired", 4, shown(null, "ended")],
    ["vacation", 4, shown(0, "inactive")],
  ])("of one that is %s with %i units", async (state, units, reading) => {
    const listings = { 1: { state, inventory: inventory(product(units)) }, 2: active(1) };
    expect(await readEtsyQuantities(session(etsy(listings)).opened, [ref("1")])).toEqual([reading]);
    expect(await readEtsyQuantities(session(etsy(listings)).opened, [ref("1"), ref("2")])).toEqual([reading, shown(1)]);
  });

  it("of one that the list leaves out is asked for alone: it may not be public, or gone", async () => {
    const { opened, asked } = session(etsy({ 1: active(4), 2: active(5) }, (ids) => ids.filter((id) => id !== "2")));
    expect(await readEtsyQuantities(opened, ["1", "2", "3"].map(ref))).toEqual([shown(4), shown(5), gone]);
    expect(asked.map((one) => one.operation).sort()).toEqual([
      "getListingInventory",
      "getListingInventory",
      "getListingsByListingIds",
      "getListingsInventoryByListingIds",
    ]);
    const none = session(etsy({ 1: active(4), 2: active(5) }, () => []));
    expect(await readEtsyQuantities(none.opened, ["1", "2"].map(ref))).toEqual([shown(4), shown(5)]);
    expect(none.asked).toHaveLength(3);
  });

  it("of one whose inventory is odd or absent in the list is asked for alone", async () => {
    const listings = { 1: active(4), 2: active(5), 3: { state: "active", inventory: inventory(product(-1)) } };
    const { opened } = session((call) => {
      const reply = etsy(listings)(call);
      if (call.operation !== "getListingsInventoryByListingIds") return reply;
      return { results: (reply as { results: Json[] }).results.filter((one) => one.listing_id !== 2) };
    });
    expect(await readEtsyQuantities(opened, ["1", "2", "3"].map(ref))).toMatchObject([
      shown(4),
      shown(5),
      { outcome: "failed", failure: { kind: "rejected" } },
    ]);
  });

  // "If any single ID is not found, the entire request returns a 404".
  it.each(["getListingsByListingIds", "getListingsInventoryByListingIds"])(
    "are asked for in halves where %s refuses the whole",
    async (operation) => {
      const whole = etsy({ 1: active(1), 2: active(2), 4: active(4), 5: active(5) });
      const { opened } = session((call) => {
        const ids = (call.url.searchParams.get("listing_ids") ?? "").split(",");
        return call.operation === operation && ids.includes("3") ? 404 : whole(call);
      });
      const all = ["1", "2", "3", "4", "5"].map(ref);
      expect(await readEtsyQuantities(opened, all)).toEqual([shown(1), shown(2), gone, shown(4), shown(5)]);
    },
  );

  it.each(["getListingsByListingIds", "getListingsInventoryByListingIds"])(
    "fail together where %s can't be asked now",
    async (operation) => {
      const whole = etsy({ 1: active(1), 2: active(2) });
      const { opened, asked } = session((call) => (call.operation === operation ? 503 : whole(call)));
      const failed = { outcome: "failed", failure: { kind: "unavailable" } };
      expect(await readEtsyQuantities(opened, ["1", "2"].map(ref))).toMatchObject([failed, failed]);
      expect(asked.length).toBeLessThan(3);
    },
  );

  it("are asked for a hundred at a time", async () => {
    const listings = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [String(index + 1), active(index)]));
    const { opened, asked } = session(etsy(listings));
    const readings = await readEtsyQuantities(opened, Object.keys(listings).map(ref));
    expect(readings).toEqual(Object.keys(listings).map((_, index) => shown(index)));
    expect(asked.map((one) => (one.url.searchParams.get("listing_ids") ?? "").split(",").length)).toEqual([
      100, 100, 50, 50,
    ]);
  });

  it("of what is no number of Etsy's are not asked for", async () => {
    const { opened, asked } = session(() => 500);
    expect(await readEtsyQuantities(opened, ["x1", "1x", ""].map(ref))).toEqual([gone, gone, gone]);
    expect(asked).toEqual([]);
  });

  it.each<[what: string, kind: Json, isPhysical: boolean]>([
    ["a thing", { listing_type: "physical" }, true],
    ["a thing with a download", { listing_type: "both" }, true],
    ["a download", { listing_type: "download" }, false],
    ["of no kind", {}, true],
  ])("come with whether it is a parcel's: %s", async (_what, kind, isPhysical) => {
    const { opened } = session(() => ({ ...inventory(product(4)), listing: { state: "edit", ...kind } }));
    expect(await fetchListing(opened, "1")).toMatchObject({ ok: true, value: { state: "inactive", isPhysical } });
  });
});

describe("an Etsy receipt", () => {
  const [line] = receipt.transactions;
  const whole = {
    ...receipt,
    buyer_email: "rosa@example.com",
    first_line: "1 Main St",
    second_line: "Flat 2",
    city: "Berlin",
    state: "BE",
    zip: "10115",
    country_iso: "DE",
    transactions: [{ ...line, title: "Mug", sku: "MUG" }],
  };
  const orderOf = (change: Json) => receiptSchema.parse({ ...whole, ...change });
  const withLine = (change: Json) => ({ transactions: [{ ...whole.transactions[0], ...change }] });
  const eur = (amount: string) => ({ amount, currency: "EUR" });
  const at = new Date(1_790_000_000_000);

  it("is read with its buyer, its address and its lines", () => {
    expect(orderOf({})).toEqual({
      remoteId: "35",
      displayName: "35",
      soldAt: at,
      paidAt: at,
      updatedAt: at,
      status: "paid",
      cancellationRequested: false,
      fulfilment: "none",
      delivery: "ship",
      shipBy: null,
      buyer: {
        remoteId: "7",
        name: "Rosa",
        email: "rosa@example.com",
        emailIsRelay: false,
        phone: null,
        phoneIsMasked: false,
        shippingAddress: {
          name: "Rosa",
          company: null,
          line1: "1 Main St",
          line2: "Flat 2",
          city: "Berlin",
          region: "BE",
          postalCode: "10115",
          countryCode: "DE",
        },
      },
      lines: [
        {
          remoteLineId: "1",
          sku: "MUG",
          listingRemoteId: "9",
          title: "Mug",
          quantity: 2,
          quantityCancelled: 0,
          unitPrice: eur("15.00"),
          requiresShipping: true,
        },
      ],
      shipping: eur("4.00"),
      tax: eur("0.00"),
      taxIncluded: eur("5.43"),
      taxCollectedByMarketplace: false,
      adjustment: eur("0.00"),
      total: eur("34.00"),
      refunded: eur("0.00"),
      remarks: [],
      holdBecause: null,
    });
  });

  const by = (...lines: Json[]) => ({
    transactions: lines.map((change, index) => ({ ...whole.transactions[0], transaction_id: index + 1, ...change })),
  });
  const [sooner, later] = [1_790_100_000, 1_790_200_000];
  it.each<[what: string, change: Json, shipBy: number | null]>([
    ["has one line", by({ expected_ship_date: sooner }), sooner],
    ["has two lines", by({ expected_ship_date: later }, { expected_ship_date: sooner }), sooner],
    ["has a file too", by({ expected_ship_date: later }, { expected_ship_date: sooner, is_digital: true }), later],
    ["has a time that can't be read", by({ expected_ship_date: "soon" }), null],
    ["is sent", { ...by({ expected_ship_date: sooner }), is_shipped: true }, null],
    ["is cancelled", { ...by({ expected_ship_date: sooner }), status: "Canceled" }, null],
    ["was given back unsent", { ...by({ expected_ship_date: sooner }), status: "Fully Refunded" }, null],
  ])("that %s says by when it is to be shipped, or that it is not", (_, change, shipBy) => {
    expect(orderOf(change).shipBy?.getTime() ?? null).toBe(shipBy && shipBy * 1000);
  });

  it.each<[status: string, change: Json, expected: Json]>([
    ["Paid", {}, { status: "paid", fulfilment: "none", paidAt: at }],
    ["Completed", { is_shipped: true }, { status: "paid", fulfilment: "complete" }],
    ["Open", { is_paid: false }, { status: "pending", paidAt: null }],
    ["Payment Processing", { is_paid: false }, { status: "pending", paidAt: null }],
    ["Canceled", {}, { status: "cancelled", lines: [{ quantityCancelled: 2 }] }],
    ["Canceled", { is_shipped: true }, { status: "cancelled", lines: [{ quantityCancelled: 2 }] }],
    ["Fully Refunded", {}, { status: "paid", refunded: eur("34.00"), lines: [{ quantityCancelled: 2 }] }],
    [
      "Fully Refunded",
      { is_shipped: true },
      { status: "paid", refunded: eur("34.00"), lines: [{ quantityCancelled: 0 }] },
    ],
    ["Partially Refunded", {}, { status: "paid", refunded: eur("0.00"), lines: [{ quantityCancelled: 0 }] }],
  ])("that is %s", (status, change, expected) => {
    expect(orderOf({ status, ...change })).toMatchObject(expected);
  });

  const paid = (...times: (number | null)[]) => ({
    transactions: times.map((paid_timestamp, index) => ({ ...line, transaction_id: index + 1, paid_timestamp })),
  });
  it.each<[what: string, change: Json, seconds: number]>([
    ["later", paid(1_790_000_100), 1_790_000_100],
    ["at two times: at the first", paid(1_790_000_200, 1_790_000_100), 1_790_000_100],
    ["at no time that Etsy tells of one line", paid(null, 1_790_000_100), 1_790_000_100],
    ["before it was made, says Etsy", paid(1_789_999_999), 1_790_000_000],
    ["at no time that is told", paid(null), 1_790_000_000],
  ])("was paid %s", (_what, change, seconds) => {
    expect(orderOf(change).paidAt).toEqual(new Date(seconds * 1_000));
  });

  const choice = (change: Json = {}) => ({
    property_id: 200,
    value_id: 1,
    formatted_name: "Color",
    formatted_value: "Moss",
    ...change,
  });
  const words = { property_id: 54, value_id: null, formatted_name: "Personalization", formatted_value: "For Ann" };
  it.each<[what: string, change: Json, id: string | null]>([
    ["no variations", {}, "9"],
    ["its product", withLine({ product_data: [color("Moss")], variations: [choice()] }), "9:200=Moss"],
    ["a choice and no product", withLine({ product_data: [], variations: [choice()] }), null],
    ["a choice and no word on the product", withLine({ product_data: null, variations: [choice()] }), null],
    ["personalisation alone", withLine({ product_data: null, variations: [words] }), "9"],
    ["personalisation and a choice", withLine({ product_data: null, variations: [words, choice()] }), null],
    ["no list of either", withLine({ product_data: null, variations: null }), "9"],
    ["no listing", withLine({ listing_id: null }), null],
    ["a listing of 0", withLine({ listing_id: 0 }), null],
  ])("names the listing by %s", (_what, change, id) => {
    expect(orderOf(change).lines.map((one) => one.listingRemoteId)).toEqual([id]);
  });

  it.each<[what: string, change: Json, read: Json]>([
    ["no SKU", { sku: null }, { sku: null }],
    ["a blank SKU", { sku: " " }, { sku: null }],
    ["spaces around its SKU", { sku: " MUG &amp; PAN " }, { sku: "MUG & PAN" }],
    ["no title", { title: null }, { title: "" }],
    ["a download", { is_digital: true }, { requiresShipping: false }],
    ["a parcel", { is_digital: false }, { requiresShipping: true }],
  ])("with a line with %s", (_what, change, read) => {
    expect(orderOf(withLine(change)).lines).toMatchObject([read]);
  });

  const hidden = { first_line: null, second_line: null, city: null, state: null, zip: null, country_iso: null };
  it.each<[what: string, change: Json, buyer: Json]>([
    ["no name", { buyer_user_id: 0 }, { remoteId: null }],
    ["a hidden e-mail", { buyer_email: null }, { email: null }],
    ["a hidden address", hidden, { shippingAddress: null }],
    ...(["first_line", "second_line", "city", "state", "zip", "country_iso"] as const).map(
      (field): [string, Json, Json] => [
        `no address but its ${field}`,
        { ...hidden, [field]: whole[field] },
        { shippingAddress: { name: "Rosa" } },
      ],
    ),
  ])("of a buyer with %s", (_what, change, buyer) => {
    expect(orderOf(change).buyer).toMatchObject(buyer);
  });

  const second = { ...line, transaction_id: 2, sku: "PAN" };
  const delivery = { shipping_method: "DHL", shipping_upgrade: "Express" };
  it.each<[what: string, change: Json, remarks: string[]]>([
    ["the buyer writes", { message_from_buyer: "Ring twice &lt;3" }, ["The buyer writes: Ring twice <3"]],
    [
      "is a gift",
      { is_gift: true, gift_message: "Happy birthday", gift_sender: "Ann" },
      ["It is a gift.", "The gift is from: Ann", "Gift message: Happy birthday"],
    ],
    ["is no gift", { is_gift: false, gift_message: "" }, []],
    ["is personalised", withLine({ variations: [words] }), ["MUG: Personalization: For Ann"]],
    [
      "is personalised, without a name or a SKU",
      withLine({ sku: null, variations: [{ ...words, formatted_name: null }] }),
      ["Mug: Personalization: For Ann"],
    ],
    ["is personalised with nothing", withLine({ variations: [{ ...words, formatted_value: " " }] }), []],
    ["has a choice, which its SKU tells", withLine({ variations: [choice()] }), []],
    [
      "is personalised in one of two lines",
      { transactions: [line, { ...second, variations: [words] }] },
      ["Line 2, PAN: Personalization: For Ann"],
    ],
    ["goes by express", withLine(delivery), ["Delivery: DHL, Express"]],
    [
      "goes by one way in two lines",
      {
        transactions: [
          { ...line, ...delivery },
          { ...second, ...delivery },
        ],
      },
      ["Delivery: DHL, Express"],
    ],
    [
      "goes by two ways",
      {
        transactions: [
          { ...line, shipping_method: "DHL" },
          { ...second, shipping_upgrade: "Express" },
        ],
      },
      ["Delivery: DHL", "Delivery: Express"],
    ],
  ])("tells whoever packs it that it %s", (_what, change, remarks) => {
    expect(orderOf(change).remarks).toEqual(remarks);
  });

  const gbp = { amount: 100, divisor: 100, currency_code: "GBP" };
  it.each<[what: string, change: Json]>([
    ["no line", { transactions: [] }],
    ["no units", withLine({ quantity: 0 })],
    ["a negative number of units", withLine({ quantity: -1 })],
    ["no price", withLine({ price: null })],
    ["half a cent", withLine({ price: { ...cash(1), amount: 0.5 } })],
    ["a divisor of nothing", { grandtotal: { ...cash(1), divisor: 0 } }],
    ["a price in another currency", withLine({ price: gbp })],
    ["postage in another currency", { total_shipping_cost: gbp }],
    ["tax in another currency", { total_tax_cost: gbp }],
    ["VAT in another currency", { total_vat_cost: gbp }],
    ["gift wrap in another currency", { gift_wrap_price: gbp }],
    ["a subtotal in another currency", { subtotal: gbp }],
    ["prices in another currency", { total_price: gbp }],
    ["no total", { grandtotal: undefined }],
    ["a status of no document", { status: "in dispute" }],
    ["no word on whether it is paid", { is_paid: null }],
    ["a number of 0", { receipt_id: 0 }],
    ["no time", { created_timestamp: 0 }],
  ])("with %s can't be read", (_what, change) => {
    expect(receiptSchema.safeParse({ ...whole, ...change }).success).toBe(false);
  });

  const total = (grandtotal: number, change: Json = {}) => ({
    grandtotal: cash(grandtotal),
    total_vat_cost: null,
    ...change,
  });
  const given = (...all: number[]) => ({ refunds: all.map((amount) => ({ amount: cash(amount), reason: null })) });
  it.each<[what: string, change: Json, money: Json]>([
    [
      "no tax",
      total(3400),
      { shipping: "4.00", tax: "0.00", taxIncluded: "0.00", adjustment: "0.00", isCollected: false },
    ],
    [
      "sales tax on top",
      total(3600, { total_tax_cost: cash(200) }),
      { tax: "2.00", taxIncluded: "0.00", adjustment: "0.00", isCollected: true },
    ],
    ["VAT on top", total(4000, { total_vat_cost: cash(600) }), { tax: "6.00", taxIncluded: "0.00", isCollected: true }],
    [
      "VAT in its prices",
      total(3400, { total_vat_cost: cash(600) }),
      { tax: "0.00", taxIncluded: "6.00", isCollected: false },
    ],
    [
      "gift wrap, and VAT of the same amount in its prices",
      total(4000, { total_vat_cost: cash(600), gift_wrap_price: cash(600) }),
      { tax: "0.00", taxIncluded: "6.00", adjustment: "6.00" },
    ],
    [
      "a total that fits no reading: the nearest one is taken",
      total(4000, { total_tax_cost: cash(200), total_vat_cost: cash(700) }),
      { tax: "7.00", taxIncluded: "2.00" },
    ],
    [
      "no word on the postage",
      total(3600, { total_shipping_cost: null, total_tax_cost: cash(200) }),
      { shipping: "4.00", tax: "2.00", adjustment: "0.00" },
    ],
    [
      "no word on the postage, which is free",
      total(2900, { total_shipping_cost: null }),
      { shipping: "0.00", adjustment: "-1.00" },
    ],
    ["a negative tax", total(3400, { total_tax_cost: cash(-200) }), { tax: "0.00", taxIncluded: "0.00" }],
    ["a negative VAT", total(3400, { total_vat_cost: cash(-200) }), { tax: "0.00", taxIncluded: "0.00" }],
    ["a coupon", total(3100, { subtotal: cash(2700) }), { unitPrice: "13.50", adjustment: "0.00" }],
    ["all its goods free", total(400, { subtotal: cash(0) }), { unitPrice: "0.00", adjustment: "0.00" }],
    [
      "goods that cost nothing",
      { ...total(400, { subtotal: cash(0), total_price: cash(0) }), ...withLine({ price: cash(0) }) },
      { unitPrice: "0.00", adjustment: "0.00" },
    ],
    ["part given back, twice", { status: "partially refunded", ...given(100, 250) }, { refunded: "3.50" }],
    ["more given back than was paid", { status: "fully refunded", ...given(9_900) }, { refunded: "34.00" }],
    ["all given back, of which no part is told", { status: "fully refunded", refunds: null }, { refunded: "34.00" }],
    ["all given back in parts", { status: "fully refunded", ...given(3_000, 400) }, { refunded: "34.00" }],
    ["nothing given back", { status: "paid", refunds: [] }, { refunded: "0.00" }],
  ])("with %s", (_what, change, { unitPrice, isCollected, ...money }) => {
    const found = orderOf(change);
    for (const [name, amount] of Object.entries(money))
      expect([name, found[name as "tax"]?.amount]).toEqual([name, amount]);
    if (unitPrice !== undefined) expect(found.lines[0]?.unitPrice.amount).toBe(unitPrice);
    if (isCollected !== undefined) expect(found.taxCollectedByMarketplace).toBe(isCollected);
  });
});
