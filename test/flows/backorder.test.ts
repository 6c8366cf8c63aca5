/** Orders that are accepted without stock: what they owe is no reason for others to lose. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";

describe("an order that is accepted as a backorder", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it("takes no unit from an earlier one that is in Shopify already", async () => {
    const { world, market, channelId } = await createMarketWorld({ database, sku: SKU, quantity: 1 });
    const of = { shopId: world.shopId, channelId };
    await approveFirstPush(world.rt, of);
    const change = { setting: "conflicts" as const, channelId, after: "backorder" as const };
    await changeSetting(world.rt, { shopId: world.shopId, change });
    world.setStock(SKU, 1);
    await world.run(10_000);
    const [listing] = [...market.listings.values()];
    if (!listing) throw new Error("the market has no listing");
    for (let sales = 0; sales < 3; sales += 1) {
      listing.quantity = 1;
      market.buy(listing, 1, { pay: true, buyer: "b", visibleAfterMs: 0 });
      await world.run(40_000);
    }
    const orders = await database.db.marketplaceOrder.findMany({
      orderBy: { soldAt: "asc" },
      select: { stage: true, conflict: { select: { decision: true } } },
    });
    const owed = { stage: "placed", conflict: { decision: "backorder" } };
    expect(orders).toEqual([{ stage: "placed", conflict: null }, owed, owed]);
    expect(world.available(SKU)).toBe(-2);
    world.close();
  });
});
