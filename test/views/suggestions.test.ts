import { afterAll, beforeAll, expect, it } from "vitest";
import type { Runtime } from "#app/runtime.ts";
import { readListing } from "#app/views/listings.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it("a listing that nothing matches shows variants that look alike, of this shop, and only while it is not matched", async () => {
  const { db } = database;
  const now = new Date("2026-11-22T10:00:00Z");
  const shop = (domain: string) =>
    db.shop.create({ data: { domain, name: domain, currency: "GBP", timezone: "UTC", policy: {}, installedAt: now } });
  const [ours, others] = [await shop("ours.test"), await shop("others.test")];
  const variant = (shopId: number, gid: string, productTitle: string, title: string, sku: string) =>
    db.variant.create({
      data: {
        shopId,
        gid,
        productGid: `p-${gid}`,
        inventoryItemGid: `i-${gid}`,
        productTitle,
        title,
        sku,
        tracked: true,
      },
    });
  const moss = await variant(ours.id, "1", "Stoneware mug", "Moss", "MUG-MOSS");
  const oak = await variant(ours.id, "2", "Serving board", "Default Title", "BRD-OAK");
  await variant(others.id, "3", "Stoneware mug", "Moss", "MUG-MOSS");
  const channel = await db.channel.create({
    data: {
      shopId: ours.id,
      connectorKey: "somewhere",
      remoteAccountId: "a",
      name: "a",
      state: "connected",
      importOrdersSince: now,
      createdAt: now,
    },
  });
  const listing = (remoteId: string, title: string, sku: string, variantId: number | null = null) =>
    db.listing.create({
      data: {
        shopId: ours.id,
        channelId: channel.id,
        remoteId,
        title,
        sku,
        variantId,
        remoteState: "active",
        seenAt: now,
      },
    });
  const suggested = async ({ id }: { id: number }) =>
    (await readListing({ db, connectors: new Map() } as unknown as Runtime, ours.id, id))?.suggestions.map(
      (one) => one.id,
    );

  expect(await suggested(await listing("x", "Stoneware mug, moss green", "SM-1"))).toEqual([moss.id]);
  expect(await suggested(await listing("y", "A board", "brd oak"))).toEqual([oak.id]);
  expect(await suggested(await listing("z", "100% wool % throw", "W"))).toEqual([]);
  expect(await suggested(await listing("m", "Stoneware mug, moss", "SM-2", moss.id))).toEqual([]);
});
