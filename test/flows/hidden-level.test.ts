/** What an order took at a location of which Shopify shows nothing any more is counted by Shopify all the same. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createMarketWorld } from "./market-world.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it.each(["the location closes", "the item is stocked there no more"] as const)(
  "a unit sold at a location stops counting as pending though %s right after",
  async (what) => {
    const { world, market, channelId } = await createMarketWorld({
      database,
      sku: "MUG",
      quantity: 6,
      store: {
        handle: "hidden",
        name: "Hidden",
        locations: [{ name: "Here" }, { name: "There" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 3, There: 5 } }] }],
      },
    });
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(10_000);
    const [listing] = [...market.listings.values()];
    const { controls } = world.shopify;
    const store = controls.store(world.shopDomain);
    const levels = await database.db.level.findMany({ orderBy: { id: "asc" } });
    const order = listing && market.buy(listing, 1, { pay: true, buyer: "b", visibleAfterMs: 0 });
    expect(order).not.toBeNull();
    await world.until("in Shopify", () => store.orders.size === 1);
    const took = levels.find(({ available, locationGid }) => {
      const level = [...store.levels.values()].find((one) => one.locationId === locationGid);
      return level?.quantities.available === (available ?? 0) - 1;
    });
    if (!took) throw new Error("nothing was taken");
    if (what === "the location closes") controls.setLocationActive(world.shopDomain, took.locationGid, false);
    else controls.disconnectItem(world.shopDomain, took.inventoryItemGid, took.locationGid);
    const left = levels.find((level) => level !== took)?.available;
    const reservation = () => database.db.reservation.findFirstOrThrow();
    // Nothing shows yet that Shopify took it: too few is shown rather than too many.
    await world.run(30_000);
    expect([(await reservation()).state, listing?.quantity]).toEqual(["pending", (left ?? 0) - 1]);
    await world.run(90_000);
    expect([(await reservation()).state, listing?.quantity]).toEqual(["posted", left]);
    expect(await database.db.conflict.count()).toBe(0);
    world.close();
  },
);
