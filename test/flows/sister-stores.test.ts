/** Other stores of an account sell the same quantities, and their orders are not read: a fall may be a sale. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush, refreshListings } from "#app/flows/manage-channel.ts";
import { readChannel } from "#app/views/channels.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const MINUTES = 60_000;

describe("an account whose other stores share its stock", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let of: { shopId: number; channelId: number };

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const account = { sharesStockWith: ["market.de", "market.fr"] };
    const made = await createMarketWorld({ database, sku: SKU, quantity: 30, account });
    ({ world, market } = made);
    of = { shopId: world.shopId, channelId: made.channelId };
    await approveFirstPush(world.rt, of);
    await world.run(10_000);
  });
  afterEach(() => world.close());

  const listing = () => {
    const [only] = [...market.listings.values()];
    if (!only) throw new Error("the market has no listing");
    return only;
  };

  it("is asked about units that go missing without an order, whatever is set, and they never go back on sale", async () => {
    const before = market.shown(listing());
    const writes: number[] = [];
    market.onWrite(({ quantity }) => writes.push(quantity));
    listing().quantity -= 4;
    await refreshListings(world.rt, of);
    const asked = async () => (await database.db.listing.findFirstOrThrow()).editedAt !== null;
    await world.until("asked about", asked, 10 * MINUTES);
    world.setStock(SKU, world.available(SKU) - 1);
    await world.run(5 * MINUTES);
    expect(market.shown(listing())).toBe(before - 4);
    expect(writes.every((quantity) => quantity <= before - 4)).toBe(true);
    const note = await database.db.attempt.findFirst({ where: { kind: "reconcile", outcome: "held" } });
    expect(note?.message).toContain("may have been sold on market.de, market.fr");
  });

  it("says so on the channel's page", async () => {
    const channel = await readChannel(world.rt, of.shopId, of.channelId);
    expect(channel?.sharesStockWith).toEqual(["market.de", "market.fr"]);
    expect(channel?.warnings.join()).toMatch(/also sells on market\.de, market\.fr, out of the same quantities/);
  });
});
