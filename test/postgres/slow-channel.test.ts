/**
 * Three workers with real clocks and a real queue on PostgreSQL; one channel whose replies take seconds and whose budget is
 * scarce, beside one that is quick.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "#app/clock.ts";
import { type Database, openDatabase } from "#app/db.server.ts";
import { applyInventoryChange } from "#app/flows/apply-inventory-change.ts";
import { createLogger } from "#app/logger.ts";
import type { Runtime } from "#app/runtime.ts";
import { createSecrets } from "#app/secrets.ts";
import { createJobQueue, type JobQueue } from "#app/tasks/job-queue.server.ts";
import { startWorker, type Worker } from "#app/worker.server.ts";
import type { Limit } from "#connectors/contract/connector.ts";
import { createSimMarketplace, type SimMarketplace, type SimNature } from "#test/simulation/sim-marketplace.ts";
import { createRandom } from "#test/support/world/random.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const SKUS = ["A", "B", "C", "D", "E", "F"];
const LOCATION = "gid://shopify/Location/1";
const BUDGET: Limit = { name: "scarce", operations: "*", scope: "app", callsMax: 5, windowMs: 8_000, source: "test" };
const SLOW_MS = 1_500;
const QUICK_MS = 20;
const CHANGES = 8;
const CHANGE_EVERY_MS = 1_500;
/** By then the quick channel must show a change, whatever the slow one does. */
const QUICKLY_MS = 10_000;

const nature = (key: string, latencyMs: number, limits: readonly Limit[]): SimNature => ({
  key,
  capabilities: { hintQueue: false },
  latencyMs: { min: latencyMs, max: latencyMs },
  visibleAfterMs: 0,
  limits,
  clockSkewMs: 0,
});

const time = { nowMs: () => Date.now(), sleep: systemClock.sleep };
const market = (of: SimNature): SimMarketplace => createSimMarketplace(of, time, createRandom(1));
const slow = market(nature("slow", SLOW_MS, [BUDGET]));
const quick = market(nature("quick", QUICK_MS, []));
const secrets = createSecrets(Buffer.alloc(32, 7).toString("base64"));

let database: TestDatabase;
const workers: { rt: Runtime; database: Database; jobs: JobQueue; worker: Worker }[] = [];
/** Calls of pushes to the slow channel that are under way, and the most there were. */
const pushing = { now: 0, most: 0 };

const fetchMarkets: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  const { host, pathname } = new URL(request.url);
  const isPush = host === "slow.test" && /Quantities$/.test(pathname);
  if (isPush) pushing.now += 1;
  pushing.most = Math.max(pushing.most, pushing.now);
  try {
    return await (host === "slow.test" ? slow : quick).fetch(request);
  } finally {
    if (isPush) pushing.now -= 1;
  }
};

async function startOne(url: string, number: number): Promise<void> {
  const own = await openDatabase({ databaseUrl: url, dataDir: "" });
  const logger = createLogger("silent");
  const jobs = await createJobQueue(own, logger, systemClock);
  const rt: Runtime = {
    db: own.db,
    clock: systemClock,
    secrets,
    logger,
    queue: jobs,
    admin: () => {
      throw new Error("Shopify is not to be asked here");
    },
    connectors: new Map([slow, quick].map((one) => [one.nature.key, one.connector])),
    fetch: fetchMarkets,
    appUrl: "https://lockstep.example",
    pageUrl: (_shop: string, path: string) => `https://admin.example${path}`,
    mailer: null,
    billing: null,
    workerId: `worker-${number}`,
  };
  workers.push({ rt, database: own, jobs, worker: await startWorker(rt, jobs) });
}

async function seed(): Promise<{ shopId: number }> {
  const { db } = database;
  const now = new Date();
  const shop = await db.shop.create({
    data: {
      domain: "slow.myshopify.com",
      name: "Slow",
      currency: "GBP",
      timezone: "Europe/London",
      policy: {},
      installedAt: now,
      mirroredAt: now,
      levelsCheckedAt: now,
      progressCheckedAt: now,
    },
  });
  const shopId = shop.id;
  await db.location.create({ data: { shopId, gid: LOCATION, name: "Here", active: true } });
  const variantIds: number[] = [];
  for (const [index, sku] of SKUS.entries()) {
    const variant = await db.variant.create({
      data: {
        shopId,
        gid: `gid://shopify/ProductVariant/${index}`,
        productGid: `gid://shopify/Product/${index}`,
        productTitle: sku,
        title: sku,
        sku,
        inventoryItemGid: itemOf(index),
        tracked: true,
      },
    });
    variantIds.push(variant.id);
  }
  for (const one of [slow, quick]) {
    const { key } = one.nature;
    const channel = await db.channel.create({
      data: {
        shopId,
        connectorKey: key,
        remoteAccountId: key,
        name: key,
        state: "connected",
        credentialsSealed: secrets.seal(JSON.stringify({ token: "t" })),
        importOrdersSince: now,
        listingsReadAt: now,
        pushApprovedAt: now,
        bulkApproved: true,
        createdAt: now,
      },
    });
    for (const [index, sku] of SKUS.entries()) {
      const { remoteId } = one.addListing(sku, 1);
      await db.listing.create({
        data: {
          shopId,
          channelId: channel.id,
          remoteId,
          sku,
          title: sku,
          remoteState: "active",
          variantId: variantIds[index] ?? null,
          matchedBy: "sku",
          acknowledgedVersion: 1,
          seenAt: now,
        },
      });
    }
  }
  return { shopId };
}

const itemOf = (index: number): string => `gid://shopify/InventoryItem/${index}`;
const shown = (of: SimMarketplace): number[] => [...of.listings.values()].map((listing) => of.shown(listing));

async function until(what: string, holds: () => boolean | Promise<boolean>, msMax: number): Promise<void> {
  const endAt = Date.now() + msMax;
  while (!(await holds())) {
    if (Date.now() > endAt) throw new Error(`${what}: not within ${msMax / 1_000} s`);
    await systemClock.sleep(50);
  }
}

beforeAll(async () => {
  database = await openTestDatabase();
  expect(database.url, "TEST_DATABASE_URL must name a PostgreSQL server").not.toBeNull();
});
afterAll(async () => {
  await Promise.all(
    workers.map(async ({ worker, jobs, database: own }) => {
      await worker.stop();
      await jobs.close();
      await own.close();
    }),
  );
  await database.close();
});

it("three workers push to a slow channel one at a time, within its budget, and hold up no other channel", async () => {
  const { shopId } = await seed();
  for (let number = 1; number <= 3; number += 1) await startOne(database.url ?? "", number);
  const writes: { key: string; listing: string; quantity: number; before: number }[] = [];
  for (const one of [slow, quick]) {
    one.onWrite(({ listingId, quantity, before }) =>
      writes.push({ key: one.nature.key, listing: listingId, quantity, before }),
    );
  }

  const shop = await database.db.shop.findUniqueOrThrow({ where: { id: shopId } });
  for (let change = 0; change < CHANGES; change += 1) {
    const available = 40 - change;
    const readings = SKUS.map((_, index) => ({
      inventoryItemGid: itemOf(index),
      locationGid: LOCATION,
      available,
      remoteUpdatedAt: new Date(),
    }));
    const rt = workers[change % workers.length]?.rt;
    if (!rt) throw new Error("there is no worker");
    await applyInventoryChange(rt, shop, { readings, cause: "webhook", reference: null });
    // Not each in-between value, but at least the latest.
    const latest = SKUS.map(() => available);
    await until("the quick channel follows", () => `${shown(quick)}` === `${latest}`, QUICKLY_MS);
    await systemClock.sleep(CHANGE_EVERY_MS);
  }
  const last = SKUS.map(() => 40 - CHANGES + 1);
  const isSettled = async () =>
    `${shown(slow)}` === `${last}` &&
    (await database.db.$queryRaw<unknown[]>`SELECT 1 FROM "Listing" WHERE version > "acknowledgedVersion"`).length ===
      0;
  await until("the slow channel comes right", isSettled, 40_000);

  expect(pushing.most).toBe(1);
  const times = slow.callTimesMs.map((call) => call.atMs);
  const busiest = Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + BUDGET.windowMs).length),
  );
  expect(busiest).toBeLessThanOrEqual(BUDGET.callsMax);
  expect(times.length).toBeGreaterThan(BUDGET.callsMax);
  expect(writes.filter((write) => write.quantity === write.before)).toEqual([]);
  // As many receipts as writes that arrived, and none left open.
  const receipts = await database.db.attempt.groupBy({
    by: ["outcome"],
    where: { kind: "push" },
    _count: { _all: true },
  });
  expect(receipts.map((one) => [one.outcome, one._count._all])).toEqual([["accepted", writes.length]]);
});
