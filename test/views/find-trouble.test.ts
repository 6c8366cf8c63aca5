import { afterAll, beforeAll, expect, it } from "vitest";
import { findTrouble } from "#app/views/find-trouble.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createSkuShop, NOW } from "./sku-shop.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it("a SKU is found however it is spelled, with every listing that carries it or follows it, and no other shop's", async () => {
  const shop = await createSkuShop(database);
  const other = await createSkuShop(database);
  await other.listing(await other.variant("MOSS"), { sku: "MOSS" });
  const moss = await shop.variant("MOSS", { title: "Moss" });
  await shop.level(moss, 4);
  const right = { acknowledgedQuantity: 4, observedQuantity: 4 };
  const follows = await shop.listing(moss, { sku: "OTHERWISE", ...right });
  const loose = await shop.listing(null, { sku: "MOSS" });
  const left = await shop.listing(moss, { sku: "MOSS", excluded: true });
  await shop.listing(moss, { sku: "MOSS", removedAt: NOW });
  await shop.listing(await shop.variant("SLATE"), { sku: "SLATE" });

  const found = await findTrouble(shop.rt, shop.shopId, "moss");
  expect(found).toMatchObject({ variants: [{ id: moss, name: "Mug · Moss" }], troubles: [], more: false });
  expect(found.listings.map(({ id, trouble }) => [id, trouble.code])).toEqual([
    [follows, "in-step"],
    [loose, "not-matched"],
    [left, "excluded"],
  ]);
  expect(await findTrouble(shop.rt, shop.shopId, "NOBODY")).toMatchObject({
    variants: [],
    listings: [],
    troubles: [{ code: "not-in-shopify" }, { code: "not-listed" }],
  });
});

it("stock that lies where the channel does not sell from, a hold, a brake and a time to wait until are each told", async () => {
  const { db } = database;
  const shop = await createSkuShop(database);
  const moss = await shop.variant("MOSS");
  await shop.level(moss, 6, { gid: "attic", name: "Attic" });
  await shop.level(moss, 0);
  await db.channel.update({ where: { id: shop.channelId }, data: { locationGids: ["shelf"] } });
  await shop.listing(moss, { sku: "MOSS", acknowledgedQuantity: 0 });
  const trouble = async () => (await findTrouble(shop.rt, shop.shopId, "MOSS")).listings[0]?.trouble;
  expect(await trouble()).toMatchObject({ code: "no-stock-here", why: expect.stringContaining("Shopify has 6") });

  await db.channel.update({ where: { id: shop.channelId }, data: { locationGids: [] } });
  const held = { units: 0, takesDown: false, since: NOW, remindDays: 3 };
  await db.containment.create({ data: { variantId: moss, shopId: shop.shopId, ...held } });
  expect(await trouble()).toMatchObject({
    code: "contained",
    why: expect.stringContaining("held at 0 by you since 22 Nov 2026"),
  });

  const later = new Date(NOW.getTime() + 60_000);
  await db.channel.update({ where: { id: shop.channelId }, data: { pushRetryAt: later } });
  await db.listing.updateMany({ where: { variantId: moss }, data: { version: 2 } });
  expect(await trouble()).toMatchObject({ code: "put-off", until: later.toISOString() });

  const braked = { pushApprovedAt: null, brakeReason: "8 of 10 listings would show 0" };
  await db.channel.update({ where: { id: shop.channelId }, data: braked });
  expect(await trouble()).toMatchObject({ code: "brake", button: { url: `/app/channels/${shop.channelId}` } });
});
