/** A location opened, and the word of it was lost: nobody loses for want of what it has. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { refreshLocations, refreshShop } from "#app/flows/refresh-locations.ts";
import type { Admin } from "#app/shopify/admin.ts";
import { findShop } from "#app/shops/shops.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createMarketWorld } from "./market-world.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

it("an order is placed from a location that opened unheard", async () => {
  const { world, market, channelId } = await createMarketWorld({
    database,
    sku: "MUG",
    quantity: 6,
    store: {
      handle: "unheard",
      name: "Unheard",
      locations: [{ name: "Here" }, { name: "There" }],
      products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 1, There: 5 } }] }],
    },
  });
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
  await world.run(10_000);
  const there = await database.db.location.findFirstOrThrow({ where: { name: "There" } });
  const isOpenHere = async () => (await database.db.location.findFirstOrThrow({ where: { id: there.id } })).active;
  const { controls, deliveries } = world.shopify;
  const [listing] = [...market.listings.values()];
  controls.setLocationActive(world.shopDomain, there.gid, false);
  await world.until("closed", async () => !(await isOpenHere()), 5_000);
  const order = listing && market.buy(listing, 3, { pay: true, buyer: "b", visibleAfterMs: 0 });
  expect(order).not.toBeNull();
  deliveries.disturb({ kind: "drop", topic: "locations/activate", times: 1, delayMs: 0 });
  controls.setLocationActive(world.shopDomain, there.gid, true);
  expect(await isOpenHere()).toBe(false);
  await world.until("decided", async () => {
    const row = await database.db.marketplaceOrder.findFirst();
    return row?.stage === "placed" || row?.stage === "held";
  });
  expect([(await database.db.marketplaceOrder.findFirstOrThrow()).stage, await isOpenHere()]).toEqual(["placed", true]);
  expect(await database.db.conflict.count()).toBe(0);
  world.close();
});

it("a worker that stood still stores no older word of the shop over a newer one", async () => {
  const locations = [{ name: "Here" }, { name: "There" }];
  const products = [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 1, There: 5 } }] }];
  const store = { handle: "still", name: "Before", locations, products };
  const { world } = await createMarketWorld({ database, sku: "MUG", quantity: 6, store });
  const shop = await findShop(database.db, { id: world.shopId });
  if (!shop) throw new Error("there is no shop");
  const there = await database.db.location.findFirstOrThrow({ where: { name: "There" } });
  /** Each reply is taken only after `goOn`. */
  const standingStill = (goOn: Promise<void>) => ({
    ...world.rt,
    admin(domain: string): Admin {
      const admin = world.rt.admin(domain);
      return {
        ...admin,
        async run(...call) {
          const reply = await admin.run(...call);
          await goOn;
          return reply;
        },
      };
    },
  });
  for (const [at, reads] of [
    ["profile", refreshShop],
    ["locations", refreshLocations],
  ] as const) {
    world.shopify.deliveries.disturb({ kind: "drop", topic: "locations/deactivate", times: 1, delayMs: 0 });
    world.shopify.controls.setLocationActive(world.shopDomain, there.gid, false);
    let wake = () => {};
    const old = reads(standingStill(new Promise((done) => (wake = done))), shop);
    await world.run(2_000);
    world.shopify.controls.renameShop(world.shopDomain, `After ${at}`);
    world.shopify.controls.setLocationActive(world.shopDomain, there.gid, true);
    await world.run(5_000);
    wake();
    await world.drive(old);
    expect((await database.db.location.findFirstOrThrow({ where: { id: there.id } })).active, at).toBe(true);
    expect((await findShop(database.db, { id: world.shopId }))?.name).toBe(`After ${at}`);
  }
  world.close();
});
