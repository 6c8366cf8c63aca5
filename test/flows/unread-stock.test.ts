/** Items whose stock is long to read, or can't be read: they cost themselves alone. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

describe("stock of one item", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  async function open(places: number): Promise<void> {
    const locations = Array.from({ length: places }, (_, index) => ({ name: `Shelf ${index}` }));
    const everywhere = Object.fromEntries(locations.map(({ name }, index) => [name, index === places - 1 ? 9 : 0]));
    const { world: made, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "shelves",
        name: "Shelves",
        locations,
        products: [
          { title: "Oak tray", variants: [{ sku: "OAK", price: "5.00", stock: everywhere }] },
          { title: "Cup", variants: [{ sku: "CUP", price: "5.00", stock: { "Shelf 0": 7 } }] },
        ],
      },
      listings: [
        { title: "Oak tray", sku: "OAK", price: "5.00", currency: "GBP", quantity: 9 },
        { title: "Cup", sku: "CUP", price: "5.00", currency: "GBP", quantity: 7 },
      ],
    });
    world = made;
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(20_000);
  }
  const buy = (sku: string, quantity: number) => {
    const bought = world.ebay.controls.buy({ lines: [{ sku, quantity }] });
    if (!bought.ok) throw new Error(bought.why);
  };
  const shown = async () => {
    const rows = await database.db.listing.findMany({ orderBy: { sku: "asc" } });
    return Object.fromEntries(rows.map((row) => [row.sku, row.acknowledgedQuantity]));
  };
  const pending = async () => {
    const where = { state: "pending" };
    return (await database.db.reservation.findMany({ where, include: { line: true } })).map((one) => one.line.sku);
  };
  const itemOf = async (sku: string) =>
    (await database.db.variant.findFirstOrThrow({ where: { sku } })).inventoryItemGid;

  it("that is kept at more locations than one answer holds is read to the last of them", async () => {
    await open(51);
    buy("OAK", 1);
    buy("CUP", 2);
    await world.run(5 * 60_000);
    expect([await pending(), await shown()]).toEqual([[], { OAK: 8, CUP: 5 }]);
  });

  it("that Shopify can't tell is shown, and keeps no other from being settled", async () => {
    await open(2);
    const oak = await itemOf("OAK");
    world.shopify.world.settings.unreadableItems = [oak];
    buy("OAK", 1);
    buy("CUP", 2);
    await world.run(5 * 60_000);
    expect([await pending(), (await shown()).CUP]).toEqual([["OAK"], 5]);
    const [alert, ...others] = await database.db.alert.findMany({ where: { resolvedAt: null } });
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ key: `unread-stock:${oak}` });
    expect(alert?.title).toBe("Oak tray (OAK): its stock can't be read from Shopify");
    world.shopify.world.settings.unreadableItems = [];
    await world.run(60_000);
    expect([await pending(), await shown()]).toEqual([[], { OAK: 8, CUP: 5 }]);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
  });
});
