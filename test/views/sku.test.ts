import { afterAll, beforeAll, expect, it } from "vitest";
import { readSku } from "#app/views/sku.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createSkuShop, NOW } from "./sku-shop.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const ago = (ms: number) => new Date(NOW.getTime() - ms);

it("the page of a SKU has its stock by location, its listings side by side, and listings of its SKU that follow another", async () => {
  const shop = await createSkuShop(database);
  const moss = await shop.variant("MOSS", { title: "Moss" });
  const slate = await shop.variant("SLATE", { title: "Slate" });
  await shop.level(moss, 5);
  await shop.level(moss, 3, { gid: "attic", name: "Attic" });
  await shop.level(moss, 9, { gid: "closed", name: "Closed", active: false });
  await shop.order({ variantId: moss, quantity: 2 }, { state: "pending" });
  const accepted = {
    acknowledgedQuantity: 6,
    acknowledgedAt: ago(4_000),
    observedQuantity: 6,
    observedAt: ago(60_000),
  };
  const right = await shop.listing(moss, { sku: "MOSS", ...accepted });
  const doubtful = await shop.listing(moss, { sku: "SLATE", ...accepted });
  await shop.listing(moss, { sku: "MOSS", removedAt: NOW });
  const elsewhere = await shop.listing(slate, { sku: "MOSS" });
  const unmatched = await shop.listing(null, { sku: "MOSS" });

  const sku = await readSku(shop.rt, shop.shop, moss);
  expect(sku?.stock).toMatchObject({ available: 8, pending: 2, reserved: 0, missing: 0, left: 6 });
  expect(sku?.stock.locations.map(({ name, available, active }) => [name, available, active])).toEqual([
    ["Attic", 3, true],
    ["Shelf", 5, true],
    ["Closed", 9, false],
  ]);
  expect(sku?.listings).toMatchObject([
    {
      id: right,
      shouldShow: 6,
      accepted: { quantity: 6 },
      seen: { quantity: 6 },
      doubtful: false,
      standing: "Etsy has had the right number for 4 s.",
    },
    { id: doubtful, doubtful: true, standing: expect.stringContaining("Its SKU SLATE is of Mug · Slate") },
  ]);
  expect(sku?.listings[0]?.arithmetic).toContain("8 available − 2 sold");
  expect(sku?.elsewhere).toMatchObject([
    { id: elsewhere, variant: "Mug · Slate" },
    { id: unmatched, variant: null },
  ]);
  const other = await createSkuShop(database);
  expect(await readSku(other.rt, other.shop, moss)).toBeNull();
});

it("one timeline tells of the sale, the stock, what was booked and counted, each push, and what was decided", async () => {
  const shop = await createSkuShop(database);
  const { db } = database;
  const moss = await shop.variant("MOSS");
  await shop.level(moss, 5);
  const { inventoryItemGid } = await db.variant.findUniqueOrThrow({ where: { id: moss } });
  const listing = await shop.listing(moss);
  const orderId = await shop.order(
    { variantId: moss, listingId: listing, quantity: 2, soldAt: ago(60_000) },
    { state: "posted", createdAt: ago(50_000), settledAt: ago(20_000) },
  );
  const of = { shopId: shop.shopId, channelId: shop.channelId };
  const attempt = (kind: string, at: number, more: object) =>
    db.attempt.create({ data: { ...of, kind, outcome: "accepted", message: kind, startedAt: ago(at), ...more } });
  await attempt("push", 40_000, { listingId: listing, variantId: moss, quantityBefore: 5, quantity: 3 });
  await attempt("place-order", 30_000, { orderId });
  await attempt("reconcile", 10_000, { listingId: listing });
  // Told as a change of a setting.
  await attempt("settings", 5_000, { listingId: listing });
  await db.ledgerEntry.create({
    data: {
      ...{
        shopId: shop.shopId,
        inventoryItemGid,
        locationGid: "shelf",
        delta: -2,
        availableAfter: 3,
        cause: "webhook",
      },
      occurredAt: ago(25_000),
      recordedAt: ago(24_000),
    },
  });
  const effect = { zeroed: 0, lowered: 0, raised: 0, unchanged: 0 };
  const changed = { ...of, setting: "excluded", before: false, after: true, ...effect };
  await db.change.create({ data: { ...changed, listingId: listing, message: "Excluded", changedAt: ago(5_000) } });
  await db.change.create({ data: { ...changed, message: "Buffer of 2", changedAt: ago(4_000) } });

  const { timeline } = (await readSku(shop.rt, shop.shop, moss)) ?? { timeline: [] };
  expect(timeline.map((entry) => [entry.kind, entry.about?.url ?? null])).toEqual([
    ["Setting changed", `/app/channels/${shop.channelId}`],
    ["Setting changed", `/app/listings/${listing}`],
    ["Reconcile", `/app/listings/${listing}`],
    ["Counted by Shopify", `/app/orders/${orderId}`],
    ["Stock in Shopify", null],
    ["Place order in Shopify", `/app/orders/${orderId}`],
    ["Push quantity", `/app/listings/${listing}`],
    ["Booked", `/app/orders/${orderId}`],
    ["Sold on Etsy · shop", `/app/orders/${orderId}`],
  ]);
});

it("stock that was read for the first time reads as a number, nothing as 0", async () => {
  const shop = await createSkuShop(database);
  const { db } = database;
  const moss = await shop.variant("MOSS");
  const { inventoryItemGid } = await db.variant.findUniqueOrThrow({ where: { id: moss } });
  for (const [index, delta] of [0, 5, -2].entries())
    await db.ledgerEntry.create({
      data: {
        ...{ shopId: shop.shopId, inventoryItemGid, locationGid: "shelf", cause: "mirror" },
        ...{ delta, availableAfter: 5, occurredAt: ago(index * 1_000), recordedAt: ago(0) },
      },
    });
  const { timeline } = (await readSku(shop.rt, shop.shop, moss)) ?? { timeline: [] };
  const said = timeline.map((entry) => entry.message.replace(/ at .*/, ""));
  expect(said).toEqual(["Read from Shopify: 0", "Read from Shopify: +5", "Read from Shopify: −2"]);
});
