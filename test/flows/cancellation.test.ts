/** A cancellation is over when the order is cancelled, not when somebody was asked to cancel it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const STEP_MS = 250;

describe("an order that the marketplace cancels", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it.each([500, 4_000, 30_000])("is on its way until Shopify's job of %d ms has ended", async (cancelJobMs) => {
    const { world, market, channelId } = await createMarketWorld({ database, sku: SKU, quantity: 1 });
    world.shopify.world.settings.cancelJobMs = cancelJobMs;
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(20_000);
    const [listing] = [...market.listings.values()];
    const order = listing && market.buy(listing, 1, { pay: true, buyer: "b", visibleAfterMs: 0 });
    if (!order) throw new Error("nothing was sold");
    const inShopify = () => [...world.shopify.store(world.shopDomain).orders.values()][0];
    await world.until("placed", () => inShopify() !== undefined, 120_000);
    market.cancel(order);
    const seen = new Set<string>();
    const state = async () => (await database.db.cancellation.findFirst())?.state ?? "none";
    for (let ms = 0; ms < 150_000 && !seen.has("done, cancelled"); ms += STEP_MS) {
      await world.run(STEP_MS);
      seen.add(`${await state()}, ${inShopify()?.cancelledAt ? "cancelled" : "open"}`);
    }
    expect(seen).toContain("done, cancelled");
    expect(seen).not.toContain("done, open");
    expect(await database.db.alert.count({ where: { key: { startsWith: "cancellation:" } } })).toBe(0);
    world.close();
  });
});
