/** Listings on eBay that Lockstep can't see or read: they are told of, and cost no other. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush, refreshListings } from "#app/flows/manage-channel.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

describe("a SKU that eBay refuses to look up", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; channelId: number };

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const connected = await createConnectedWorld({ database, tickMs: 5_000 });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
    await approveFirstPush(world.rt, of);
    await world.until("first push", () => world.ebay.controls.shown()["MUG-MOSS"] === 30);
  });
  afterEach(() => world.close());

  const known = () => database.db.listing.count({ where: { removedAt: null } });
  const alerts = () =>
    database.db.alert.findMany({ where: { key: { startsWith: "unreadable-listing:" }, resolvedAt: null } });

  async function readAgain() {
    const before = await database.db.channel.findUniqueOrThrow({ where: { id: of.channelId } });
    await world.run(1_000);
    await refreshListings(world.rt, of);
    await world.until("the listings are read", async () => {
      const { listingsReadAt } = await database.db.channel.findUniqueOrThrow({ where: { id: of.channelId } });
      return listingsReadAt !== null && before.listingsReadAt !== null && listingsReadAt > before.listingsReadAt;
    });
  }

  it("is named in an alert with eBay's words, does not count as gone, and the others go on", async () => {
    const before = await known();
    world.ebay.controls.changeSettings({ skusRefusedByOffers: ["CAN-BEE"] });
    await readAgain();
    expect(await known()).toBe(before);
    expect(await alerts()).toMatchObject([
      { severity: "warning", message: expect.stringMatching(/CAN-BEE.*25707.*alphanumeric/) },
    ]);
    world.setStock("MUG-MOSS", 12);
    await world.until("another is pushed", () => world.ebay.controls.shown()["MUG-MOSS"] === 12);

    world.ebay.controls.changeSettings({ skusRefusedByOffers: [] });
    await readAgain();
    expect(await alerts()).toEqual([]);
  });

  it("in a list where eBay does not even say which, takes none for gone", async () => {
    const before = await known();
    world.ebay.controls.changeSettings({ skusRefusedByItems: ["CAN-BEE"] });
    await readAgain();
    expect(await known()).toBe(before);
    expect(await alerts()).toMatchObject([{ message: expect.stringMatching(/number \d+.*25707/) }]);
  });
});
