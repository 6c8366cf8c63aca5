/** A marketplace that does not answer, for long: it is asked ever less often, that is shown, and ends by itself. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { readChannel } from "#app/views/channels.ts";
import { readHome } from "#app/views/home.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const MINUTES = 60_000;

describe("a marketplace that does not answer", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, market, channelId } = await createMarketWorld({ database, sku: SKU, quantity: 30, tickMs: 1_000 }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(20_000);
  });
  afterEach(() => world.close());

  const shown = () => {
    const [listing] = [...market.listings.values()];
    if (!listing) throw new Error("the market has no listing");
    return market.shown(listing);
  };
  const alerts = () => database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { key: "asc" } });
  const callsSince = (atMs: number) => market.callTimesMs.filter((one) => one.atMs >= atMs).length;

  it("is asked some sixty times in an hour about all there is, and caught up with soon after", async () => {
    const sinceMs = world.time.nowMs();
    market.faults.unavailable = 1;
    world.setStock(SKU, 7);
    await world.run(60 * MINUTES);
    const asked = callsSince(sinceMs);
    // Quantities, orders and listings, each after 1, 2, 4 ... 256 s, and then every five minutes.
    expect(asked).toBeGreaterThan(20);
    expect(asked).toBeLessThan(80);
    const [setback] = await database.db.setback.findMany({ where: { name: `push:${channelId}` } });
    expect(setback).toMatchObject({ failures: expect.any(Number), why: "market does not answer" });
    expect(setback?.failures).toBeGreaterThan(10);

    market.faults.unavailable = 0;
    await world.until("caught up", () => shown() === 7, 6 * MINUTES);
    await world.until("nothing is put off", async () => (await database.db.setback.count()) === 0, 6 * MINUTES);
    // Whether a channel is late is asked four times a minute.
    await world.run(20_000);
    expect(await alerts()).toEqual([]);
  });

  it("that says too many calls, and no time, is asked ever less often too", async () => {
    const sinceMs = world.time.nowMs();
    market.faults.throttled = 1;
    market.saysHowLong = false;
    world.setStock(SKU, 7);
    await world.run(60 * MINUTES);
    expect(callsSince(sinceMs)).toBeLessThan(80);
  });

  it("raises no alert for a hiccup, and one for each thing that has not worked for a quarter of an hour", async () => {
    market.faults.unavailable = 1;
    world.setStock(SKU, 7);
    await world.run(2 * MINUTES);
    expect(await alerts()).toEqual([]);
    const [waiting] = (await readHome(world.rt, world.shopId)).channels;
    expect(waiting?.putOffs.map((one) => one.work)).toContain("Changes of quantity");
    expect(waiting?.putOffs[0]).toMatchObject({ why: "market does not answer", until: expect.any(String) });
    expect((await readChannel(world.rt, world.shopId, channelId))?.putOffs).toEqual(waiting?.putOffs);
    await world.run(20 * MINUTES);
    expect((await alerts()).map((one) => one.key)).toContain(`push:${channelId}`);
    expect((await alerts()).map((one) => one.key)).toContain(`orders:${channelId}`);
    market.faults.unavailable = 0;
    await world.run(10 * MINUTES);
    expect(await alerts()).toEqual([]);
  });
});
