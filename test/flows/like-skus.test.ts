/** SKUs that differ by their case or by a space alone are two SKUs, wherever the app looks one up. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listBySku } from "#app/catalogue/catalogue.ts";
import { listSoldOn } from "#app/listings/listings.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const LIKE = ["mug-moss", "MUG-MOSS ", " MUG-MOSS"];

describe("SKUs that are nearly alike", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  it("are matched and sold apart", async () => {
    ({ world, market, channelId } = await createMarketWorld({ database, sku: SKU, quantity: 3 }));
    for (const sku of LIKE) market.addListing(sku, 3);
    await database.db.channel.updateMany({ data: { listingsReadAt: null } });
    const all = () => database.db.listing.findMany({ select: { sku: true, variantId: true }, orderBy: { id: "asc" } });
    await world.until("read", async () => (await all()).length === 1 + LIKE.length, 60 * 60_000);
    expect((await all()).map((one) => [one.sku, one.variantId !== null])).toEqual([
      [SKU, true],
      ...LIKE.map((sku) => [sku, false]),
    ]);

    const variants = await listBySku(database.db, world.shopId, [SKU, ...LIKE]);
    expect(variants.map((one) => one.sku)).toEqual([SKU]);
    for (const sku of [SKU, ...LIKE]) {
      const sold = await listSoldOn(database.db, channelId, { remoteIds: [], skus: [sku] });
      expect(sold.map((one) => one.sku)).toEqual([sku]);
    }

    for (const listing of market.listings.values()) {
      market.buy(listing, 1, { pay: true, buyer: listing.sku ?? "", visibleAfterMs: 0 });
    }
    const lines = () => database.db.orderLine.findMany({ select: { sku: true, variantId: true } });
    await world.until("imported", async () => (await lines()).length === 1 + LIKE.length, 60 * 60_000);
    const bound = (await lines()).filter((line) => line.variantId !== null);
    expect(bound.map((line) => line.sku)).toEqual([SKU]);
  });
});
