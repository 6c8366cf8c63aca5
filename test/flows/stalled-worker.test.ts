/**
 * A worker that stands still in the middle of its work (a stopped process, a suspended machine), for longer than its lease
 * lasts, and then goes on as if nothing had been. Another has taken over meanwhile: what may happen once happens once. Where
 * nothing else goes wrong, the suites of `test/awaits` hold it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { NO_FAULTS, type SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { TestWorker } from "#test/support/world/worker.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
/** Longer than a lease, and than what the next worker waits before it tries again. */
const STILL_MS = 100_000;
const LATER_MS = 160_000;
/** Few ticks, so that minutes go by fast. */
const TICK_MS = 10_000;

describe("a worker that stands still", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  /** The worker that does `first` stands still at the await that comes so many after it. */
  let stall: { first: string; after: number; worker: TestWorker | null } | null = null;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  async function open(): Promise<void> {
    const options = { workers: 2, tickMs: TICK_MS, onAwait };
    ({ world, market } = await createMarketWorld({ database, sku: SKU, quantity: 100, ...options }));
  }

  function onAwait(worker: TestWorker, what: string): void {
    if (!stall) return;
    if (stall.worker === null && what === stall.first) stall.worker = worker;
    if (stall.worker !== worker || stall.after-- > 0) return;
    stall = null;
    // What it has begun goes on without it: it sees what came of it when it wakes.
    queueMicrotask(() => worker.pause(STILL_MS));
  }

  function buy(): SimOrder {
    const listing = [...market.listings.values()][0];
    const order = listing && market.buy(listing, 1, { pay: true, buyer: "b", visibleAfterMs: 0 });
    if (!order) throw new Error("nothing is left to buy");
    return order;
  }

  const shopifyOrdersOf = ({ id }: SimOrder) =>
    [...world.shopify.store(world.shopDomain).orders.values()].filter((one) =>
      one.sourceIdentifier?.endsWith(`/${id}`),
    );

  async function shippedOnceLost(after: number): Promise<number> {
    const order = buy();
    await world.until("placed", () => shopifyOrdersOf(order).length === 1, LATER_MS);
    stall = { first: "shipment.findUnique", after, worker: null };
    market.faults = { ...NO_FAULTS, requestLost: 1 };
    world.shopify.controls.fulfill(world.shopDomain, shopifyOrdersOf(order)[0]?.id ?? "", {
      tracking: [{ company: "Royal Mail", number: `T${order.id}`, url: null }],
    });
    await world.run(TICK_MS);
    market.faults = { ...NO_FAULTS };
    await world.run(LATER_MS);
    return order.parcels.length;
  }

  it("takes nothing back that another has read of a marketplace's orders meanwhile", async () => {
    await open();
    const read = async () => (await database.db.channel.findFirstOrThrow()).ordersReadAt?.getTime() ?? 0;
    for (let after = 0; after < 40; after += 1) {
      stall = { first: "transaction", after, worker: null };
      let before = 0;
      for (let ms = 0; ms < LATER_MS; ms += 1_000) {
        await world.run(1_000);
        const now = await read();
        expect(now, `stood still at await ${after}`).toBeGreaterThanOrEqual(before);
        before = now;
      }
    }
  });

  it("ships once, wherever it stands still after a first request that was lost", async () => {
    await open();
    const parcels: number[] = [];
    for (let after = 0; after < 20; after += 1) parcels.push(await shippedOnceLost(after));
    expect(parcels).toEqual(parcels.map(() => 1));
  });

  it("makes one Shopify order, wherever it stands still after a first request that was lost", async () => {
    await open();
    const made: number[] = [];
    for (let after = 0; after < 20; after += 1) {
      stall = { first: "customerIdentity.findMany", after, worker: null };
      world.shopify.faults.add({ operation: "orderCreate", kind: "drop-before" });
      const order = buy();
      // It is made again once the lost one can no longer land.
      await world.run(TICK_MS + 2 * LATER_MS);
      made.push(shopifyOrdersOf(order).length);
    }
    expect(made).toEqual(made.map(() => 1));
  });

  it("says of no order that it was sold too late once another has placed it, wherever it stands still", async () => {
    await open();
    await database.db.channel.updateMany({ data: { conflictPolicy: "cancel" } });
    const decided: string[] = [];
    for (let after = 0; after < 16; after += 1) {
      const order = buy();
      world.setStock(SKU, 0);
      stall = { first: "reservation.updateMany", after, worker: null };
      await world.until("it stands still", () => world.workers.some((one) => one.isPaused), LATER_MS);
      world.setStock(SKU, 50);
      await world.run(2 * LATER_MS);
      const isPlaced = shopifyOrdersOf(order).length > 0;
      const hasLost = await database.db.conflict.count({ where: { order: { remoteId: order.id } } });
      decided.push(`${isPlaced ? "placed" : ""}${hasLost ? "lost" : ""}`);
    }
    expect([...new Set(decided)].sort()).toEqual(["lost", "placed"]);
  });
});
