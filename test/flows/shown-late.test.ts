/** What is written shows late, or its reply is lost: what then shows was not sold. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { NO_FAULTS, type SimListing } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
/** Orders explain nothing before. */
const HOURS_LATE = { orderVisibilityLagMs: 2 * 60 * 60_000 };

describe("a number that shows later than it was written", () => {
  let database: TestDatabase;
  let made: Awaited<ReturnType<typeof createMarketWorld>>;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => made.world.close());

  async function begin(options: Partial<Parameters<typeof createMarketWorld>[0]>): Promise<SimListing> {
    made = await createMarketWorld({ database, sku: SKU, quantity: 30, ...options });
    const { world, market, channelId } = made;
    world.setStock(SKU, 30);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(60_000);
    const [listing] = [...market.listings.values()];
    if (!listing) throw new Error("the market has no listing");
    return listing;
  }

  /** What the app has read, and how many units it took for sold, second by second. */
  async function watch(seconds: number): Promise<{ read: (number | null)[]; sold: number }> {
    const read = new Set<number | null>();
    let sold = 0;
    for (let second = 0; second < seconds; second += 1) {
      await made.world.run(1_000);
      const row = await database.db.listing.findFirstOrThrow();
      read.add(row.observedQuantity);
      sold = Math.max(sold, row.unseenUnits);
    }
    return { read: [...read], sold };
  }

  it("is no sale where it was replaced before it showed", async () => {
    const capabilities = { ...HOURS_LATE, acceptance: "verify" as const, lateWriteMaxMs: 5 * 60_000 };
    const listing = await begin({ capabilities, writesShowAfterMs: 40_000 });
    const { world } = made;
    world.setStock(SKU, 12);
    await world.until("written", () => listing.pending.length === 1);
    await world.run(20_000);
    world.setStock(SKU, 5);
    await world.until("written again", () => listing.pending.length === 2);
    const { read, sold } = await watch(80);
    expect(read).toEqual([30, 12, 5]);
    expect(sold).toBe(0);
  });

  it("is no sale where the one that was to replace it is refused", async () => {
    const capabilities = { ...HOURS_LATE, acceptance: "verify" as const, lateWriteMaxMs: 5 * 60_000 };
    const listing = await begin({ capabilities, writesShowAfterMs: 40_000 });
    const { world, market } = made;
    world.setStock(SKU, 12);
    await world.until("written", () => listing.pending.length === 1);
    market.refusals.set(listing.remoteId, { says: "not now", readsToo: false });
    world.setStock(SKU, 5);
    const { read, sold } = await watch(60);
    expect(read).toEqual([30, 12]);
    expect(sold).toBe(0);
  });

  it("is no sale where its reply was lost, and the first look at it fails", async () => {
    const listing = await begin({ capabilities: HOURS_LATE });
    const { world, market } = made;
    market.onSending(async ({ writes }) => {
      if (writes.length === 0) return () => undefined;
      market.faults = { ...NO_FAULTS, replyLost: 1 };
      return () => {
        market.faults = { ...NO_FAULTS };
        market.refusals.set(listing.remoteId, { says: "not now", readsToo: true });
      };
    });
    world.setStock(SKU, 12);
    await world.until("a look fails", () => market.refusedAtMs.has(listing.remoteId));
    market.refusals.clear();
    const { read, sold } = await watch(60);
    expect(read).toEqual([30, 12]);
    expect(sold).toBe(0);
  });
});
