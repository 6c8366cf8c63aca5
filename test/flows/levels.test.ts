import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readLevelsAgain } from "#app/flows/apply-inventory-change.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

describe("a level of a location", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    world = await createWorld({
      database,
      // The half-hourly comparison is waited for.
      tickMs: 20_000,
      store: {
        handle: "levels",
        name: "Levels",
        locations: [{ name: "Here" }, { name: "There" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 9, There: 4 } }] }],
      },
    });
    await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
  });
  afterEach(() => world.close());

  const there = async () => {
    const location = await database.db.location.findFirstOrThrow({ where: { name: "There" } });
    return database.db.level.findFirstOrThrow({ where: { locationGid: location.gid } });
  };

  it("ends with its stock, and is back at once where it begins again within the second", async () => {
    const { controls } = world.shopify;
    const { inventoryItemGid, locationGid } = await there();
    controls.disconnectItem(world.shopDomain, inventoryItemGid, locationGid);
    await world.until("gone", async () => (await there()).available === null, 5_000);
    controls.connectItem(world.shopDomain, inventoryItemGid, locationGid);
    controls.setAvailable(world.shopDomain, inventoryItemGid, locationGid, 6);
    await world.until("back", async () => (await there()).available === 6, 5_000);
    const entries = await database.db.ledgerEntry.findMany({ where: { locationGid }, orderBy: { id: "asc" } });
    expect(entries.map((entry) => entry.cause).slice(0, 2)).toEqual(["mirror", "disconnect"]);
  });

  it("that ended while nobody told of it is missing after the next comparison", async () => {
    const { controls, deliveries } = world.shopify;
    const { inventoryItemGid, locationGid } = await there();
    deliveries.disturb({ kind: "drop", topic: "inventory_levels/disconnect", times: 1 });
    controls.disconnectItem(world.shopDomain, inventoryItemGid, locationGid);
    await world.run(60_000);
    expect((await there()).available).toBe(4);
    await world.until("compared", async () => (await there()).available === null, 40 * 60_000);
  });

  it("of a location that was closed counts again once it is open, though it was read meanwhile", async () => {
    const { controls } = world.shopify;
    const { inventoryItemGid, locationGid } = await there();
    const shop = await database.db.shop.findFirstOrThrow();
    const isOpen = async () => (await database.db.location.findFirstOrThrow({ where: { name: "There" } })).active;
    controls.setLocationActive(world.shopDomain, locationGid, false);
    await world.until("closed", async () => !(await isOpen()), 5_000);
    // As after each order: Shopify does not show the levels of a closed location.
    await world.drive(readLevelsAgain(world.rt, shop, [inventoryItemGid], null));
    expect((await there()).available).toBeNull();
    controls.setLocationActive(world.shopDomain, locationGid, true);
    await world.until("open", isOpen, 5_000);
    expect((await there()).available).toBe(4);
  });
});
