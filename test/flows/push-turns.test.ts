/** However much waits on one channel, the pushes of others have their turn. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { recordPushApproved } from "#app/channels/channels.ts";
import { pushQuantities } from "#app/flows/push-quantities.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
/** Each takes a call to read and one to write, of 20 to 80 ms. */
const LISTINGS = 500;
/** More than there are: what goes down waits for no order read. */
const MANY = 9_999;
const TURN_MS = 30_000;

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world?.close());

it("a channel with a long way to go ends its turn and asks for another", async () => {
  const capabilities = { writeBatchMax: 1, readBatchMax: 1 };
  const made = await createMarketWorld({ database, sku: SKU, quantity: MANY, capabilities, tickMs: 600_000 });
  world = made.world;
  const { channelId, market } = made;
  for (let n = 1; n < LISTINGS; n += 1) market.addListing(SKU, MANY);
  world.queue.add("reconcile-listings", { channelId }, 0);
  await world.until("read", async () => (await database.db.listing.count()) === LISTINGS);
  await database.db.$transaction((tx) => recordPushApproved(tx, channelId, { planHold: null, now: world.time.now() }));
  const nudged: unknown[] = [];
  const queue = { ...world.rt.queue, nudge: (...task: unknown[]) => void nudged.push(task) };
  const rt = { ...world.rt, queue };
  const startedMs = world.time.nowMs();
  const stale = () => database.db.listing.count({ where: { acknowledgedVersion: 0 } });

  await world.drive(pushQuantities(rt, { channelId }));
  expect(world.time.nowMs() - startedMs).toBeLessThan(TURN_MS + 5_000);
  expect(nudged).toEqual([["push-quantities", { channelId }]]);
  expect(await stale()).toBeGreaterThan(0);
  expect(await stale()).toBeLessThan(LISTINGS);

  for (let turns = 0; turns < 5 && (await stale()) > 0; turns += 1)
    await world.drive(pushQuantities(rt, { channelId }));
  expect(await stale()).toBe(0);
});
