/** A marketplace takes no more than so many of one listing: that many go out, and the rest is held back without a word of error. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { readPreview } from "#app/views/channels.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";

describe("a marketplace with a largest quantity", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const made = await createMarketWorld({ database, sku: SKU, quantity: 5, capabilities: { quantityMax: 999 } });
    ({ world, market, channelId } = made);
    world.setStock(SKU, 1_200);
    await world.run(10_000);
  });
  afterEach(() => world.close());

  const listing = () => {
    const [only] = [...market.listings.values()];
    if (!only) throw new Error("the market has no listing");
    return only;
  };

  it("is sent that many, and the preview and the line that explains it say so", async () => {
    const preview = await readPreview(world.rt, world.shopId, channelId);
    expect(preview.rows).toMatchObject([
      { quantity: 999, why: "1200 available = 1200, of which the marketplace shows 999 at most" },
    ]);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("shown", () => market.shown(listing()) === 999, 60_000);
    await world.run(5_000);
    expect(await database.db.listing.findFirst()).toMatchObject({ problem: null, acknowledgedQuantity: 999 });
  });

  it("is filled up after a sale, and left alone while it shows that many", async () => {
    const writes: number[] = [];
    market.onWrite(({ quantity }) => writes.push(quantity));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("shown", () => market.shown(listing()) === 999, 60_000);
    world.setStock(SKU, 1_100);
    await world.run(60_000);
    expect(writes).toEqual([999]);
    market.buy(listing(), 1, { pay: true, buyer: "b", visibleAfterMs: 0 });
    await world.until("full again", () => market.shown(listing()) === 999, 120_000);
    await world.run(60_000);
    expect(writes).toEqual([999, 999]);
  });
});
