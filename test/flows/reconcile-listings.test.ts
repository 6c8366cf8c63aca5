/** Reading a channel's listings: what a list does not show is not gone for that alone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

describe("a list of a channel's listings", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let channelId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, market, channelId } = await createMarketWorld({
      database,
      sku: "MUG",
      quantity: 2,
      capabilities: { atZero: "stays-listed" },
      store: {
        handle: "listed",
        name: "Listed",
        locations: [{ name: "Here" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 9 } }] }],
      },
    }));
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const gone = () => database.db.listing.count({ where: { removedAt: { not: null } } });
  const problem = () => database.db.alert.findFirst({ where: { key: `listings:${channelId}`, resolvedAt: null } });
  const read = () => world.queue.add("reconcile-listings", { channelId }, 0);

  it("that is empty for once takes nothing away, says so, and is read again", async () => {
    market.listingsShownMax = 0;
    read();
    // Passing hiccups are not shown: what goes on for a quarter of an hour is.
    await world.until("shown", async () => (await problem()) !== null, 20 * 60_000);
    expect([await gone(), (await problem())?.message]).toEqual([
      0,
      expect.stringContaining(
        "showed 0 listings and left out others that are still on sale there. Lockstep tries again",
      ),
    ]);
    market.listingsShownMax = Number.POSITIVE_INFINITY;
    await world.until("read again", async () => (await problem()) === null, 10 * 60_000);
    expect(await gone()).toBe(0);
  });

  it("without a listing that is not there any more takes that one away", async () => {
    for (const listing of market.listings.values()) listing.removed = true;
    read();
    await world.until("gone", async () => (await gone()) === 1, 60_000);
    expect(await problem()).toBeNull();
  });
});
