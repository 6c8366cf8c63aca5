import { describe, expect, it } from "vitest";
import type { ListingSeed } from "./seed.ts";
import { openBench } from "./test-bench.ts";

const BASE = "/sell/inventory/v1";
const UPDATE = `${BASE}/bulk_update_price_quantity`;

const listings: ListingSeed[] = [
  { sku: "MUG", title: "Mug", price: "24.00", currency: "USD", quantity: 10, barcode: "5012345678900" },
  { sku: "A/B C", title: "Odd SKU", price: "5.00", currency: "USD", quantity: 1 },
  ...["S", "M"].map((size) => ({
    sku: `TEE-${size}`,
    title: `Tee ${size}`,
    price: "30.00",
    currency: "USD",
    quantity: 2,
    groupKey: "TEE",
    groupTitle: "Tee",
    aspects: { Size: size },
  })),
  { sku: "BY-HAND", title: "Made on the site", price: "9.00", currency: "USD", quantity: 4, outsideInventoryApi: true },
];

function bench(settings = {}) {
  const open = openBench({ listings, settings });
  const offerId = (sku: string): string => open.state.items.get(sku)?.offer.offerId ?? "";
  const row = (sku: string, quantity: number) => ({
    sku,
    shipToLocationAvailability: { quantity },
    offers: [{ offerId: offerId(sku), availableQuantity: quantity }],
  });
  const update = (...requests: object[]) => open.call("POST", UPDATE, { body: { requests } });
  return { ...open, offerId, row, update };
}

describe("reading the inventory", () => {
  it("pages by page number, and leaves out listings made elsewhere", async () => {
    const { call } = bench();
    const first = (await call("GET", `${BASE}/inventory_item?limit=3&offset=0`)).json;
    expect(first).toMatchObject({ total: 4, size: 2, limit: 3 });
    const second = (await call("GET", first.next)).json;
    expect(second.href).toContain("offset=1");
    expect(second.next).toBeUndefined();
    expect([...first.inventoryItems, ...second.inventoryItems].map((one) => one.sku)).toEqual([
      "MUG",
      "A/B C",
      "TEE-S",
      "TEE-M",
    ]);
    expect((await call("GET", `${BASE}/inventory_item?limit=201`)).json.errors[0].errorId).toBe(25706);
  });

  it("shows one item by its encoded SKU and 404 for an unknown one", async () => {
    const { call } = bench();
    const item = (await call("GET", `${BASE}/inventory_item/A%2FB%20C`)).json;
    expect(item).toMatchObject({ sku: "A/B C", availability: { shipToLocationAvailability: { quantity: 1 } } });
    expect((await call("GET", `${BASE}/inventory_item/NONE`)).status).toBe(404);
    expect((await call("GET", `${BASE}/inventory_item/BY-HAND`)).status).toBe(404);
  });

  it("gets many items with a status for each", async () => {
    const { call } = bench();
    const reply = await call("POST", `${BASE}/bulk_get_inventory_item`, {
      body: { requests: [{ sku: "MUG" }, { sku: "NONE" }] },
    });
    expect(reply.status).toBe(207);
    expect(reply.json.responses).toMatchObject([
      { statusCode: 200, inventoryItem: { product: { ean: ["5012345678900"] } } },
      { statusCode: 404, errors: [{ errorId: 25702 }] },
    ]);
    const requests = Array.from({ length: 26 }, (_, index) => ({ sku: `S${index}` }));
    const tooMany = await call("POST", `${BASE}/bulk_get_inventory_item`, { body: { requests } });
    expect(tooMany.json.errors[0].errorId).toBe(25727);
  });

  it("shows offers by SKU and by id, and groups with their variations", async () => {
    const { call, offerId } = bench();
    const offers = (await call("GET", `${BASE}/offer?sku=TEE-S`)).json;
    expect(offers).toMatchObject({ total: 1, size: 1, offers: [{ status: "PUBLISHED", availableQuantity: 2 }] });
    expect((await call("GET", `${BASE}/offer/${offerId("TEE-S")}`)).json.offerId).toBe(offers.offers[0].offerId);
    expect((await call("GET", `${BASE}/offer?sku=NONE`)).json.errors[0].errorId).toBe(25713);
    expect((await call("GET", `${BASE}/offer/1`)).status).toBe(404);
    expect((await call("GET", `${BASE}/offer`)).status).toBe(400);
    expect((await call("GET", `${BASE}/inventory_item_group/TEE`)).json).toMatchObject({
      variantSKUs: ["TEE-S", "TEE-M"],
      variesBy: { specifications: [{ name: "Size", values: ["S", "M"] }] },
    });
    expect((await call("GET", `${BASE}/inventory_item_group/NONE`)).json.errors[0].errorId).toBe(25705);
  });
});

describe("bulkUpdatePriceQuantity", () => {
  it("sets quantities and prices and answers 200 row by row", async () => {
    const { update, row, offerId, call, controls } = bench();
    const reply = await update(row("MUG", 7), {
      offers: [{ offerId: offerId("TEE-S"), price: { value: "31.50", currency: "USD" } }],
    });
    expect(reply.status).toBe(200);
    expect(reply.json.responses).toEqual([
      { statusCode: 200, sku: "MUG", offerId: offerId("MUG") },
      { statusCode: 200, sku: "TEE-S", offerId: offerId("TEE-S") },
    ]);
    expect(controls.shown().MUG).toBe(7);
    const offer = (await call("GET", `${BASE}/offer/${offerId("TEE-S")}`)).json;
    expect(offer.pricingSummary.price).toEqual({ value: "31.50", currency: "USD" });
  });

  it("answers 207 when a row fails, and the others hold", async () => {
    const { update, row, controls, offerId } = bench();
    const reply = await update(
      row("MUG", 3),
      { sku: "NONE", shipToLocationAvailability: { quantity: 1 } },
      { offers: [{ offerId: "999", availableQuantity: 1 }] },
      { offers: [{ offerId: offerId("TEE-S"), availableQuantity: -1 }] },
      { sku: "TEE-S", offers: [{ offerId: offerId("TEE-M"), availableQuantity: 1 }] },
      { offers: [{ offerId: offerId("TEE-S"), price: { value: "1.00", currency: "EUR" } }] },
    );
    expect(reply.status).toBe(207);
    const rows: { statusCode: number; errors?: { errorId: number }[] }[] = reply.json.responses;
    expect(rows.map((one) => [one.statusCode, one.errors?.[0]?.errorId])).toEqual([
      [200, undefined],
      [404, 25702],
      [404, 25713],
      [400, 25709],
      [400, 25709],
      [400, 25709],
    ]);
    expect(controls.shown()).toMatchObject({ MUG: 3, "TEE-S": 2 });
  });

  it("shows the lesser of ship-to-home and the offer's quantity", async () => {
    const { update, controls, offerId } = bench();
    await update({ sku: "MUG", shipToLocationAvailability: { quantity: 4 } });
    expect(controls.shown().MUG).toBe(4);
    await update({ offers: [{ offerId: offerId("MUG"), availableQuantity: 2 }] });
    expect(controls.shown().MUG).toBe(2);
    await update({ sku: "MUG", shipToLocationAvailability: { quantity: 50 } });
    expect(controls.shown().MUG).toBe(2);
  });

  it("refuses the whole call over the account's number of rows", async () => {
    const { update, row, controls } = bench({ bulkRowsMax: 1 });
    const reply = await update(row("MUG", 1), row("TEE-S", 1));
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ errorId: 25709 }] } });
    expect(controls.shown().MUG).toBe(10);
    expect((await update(row("MUG", 1))).status).toBe(200);
  });

  it("allows so many revisions of a listing in a calendar day, all its variations together", async () => {
    const { update, row, clock, controls, call } = bench({ revisionsPerDayMax: 2 });
    await update(row("TEE-S", 1), row("TEE-M", 1));
    const third = await update(row("TEE-S", 0), row("MUG", 1));
    expect(third.json.responses).toMatchObject([
      { statusCode: 400, errors: [{ errorId: 25002 }] },
      { statusCode: 200 },
    ]);
    // 12:00 UTC is 04:00 Pacific: the day ends in 20 hours.
    await clock.advance(20 * 60 * 60 * 1_000);
    const token = controls.grant().accessToken;
    const nextDay = await call("POST", UPDATE, { body: { requests: [row("TEE-S", 0)] }, token });
    expect(nextDay.status).toBe(200);
  });

  it("keeps a listing at zero with out-of-stock control", async () => {
    const { update, row, call, offerId } = bench({ outOfStockControl: true });
    await update(row("MUG", 0));
    const offer = (await call("GET", `${BASE}/offer/${offerId("MUG")}`)).json;
    expect(offer).toMatchObject({ status: "PUBLISHED", listing: { listingStatus: "OUT_OF_STOCK" } });
  });

  it("ends a listing at zero without it; published again it has a new listing id", async () => {
    const { update, row, call, offerId, state } = bench({ outOfStockControl: false });
    const before = state.items.get("MUG")?.offer.listingId;
    await update(row("MUG", 0));
    const ended = (await call("GET", `${BASE}/offer/${offerId("MUG")}`)).json;
    expect(ended.status).toBe("UNPUBLISHED");
    expect(ended.listing).toBeUndefined();
    expect((await update(row("MUG", 5))).json.responses[0]).toMatchObject({
      statusCode: 404,
      errors: [{ errorId: 25713 }],
    });
    const published = await call("POST", `${BASE}/offer/${offerId("MUG")}/publish`);
    expect(published.json.listingId).not.toBe(before);
  });

  it("without it, ends a listing with variations only when the last is gone", async () => {
    const { update, row, call } = bench({ outOfStockControl: false });
    await update(row("TEE-S", 0));
    expect((await call("GET", `${BASE}/offer?sku=TEE-S`)).json.offers[0].status).toBe("PUBLISHED");
    await update(row("TEE-M", 0));
    for (const sku of ["TEE-S", "TEE-M"]) {
      expect((await call("GET", `${BASE}/offer?sku=${sku}`)).json.offers[0].status).toBe("UNPUBLISHED");
    }
  });
});
