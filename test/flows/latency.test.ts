/** How long changes of stock take to reach the marketplace, as Home tells it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { forgetOld } from "#app/flows/forget-old.ts";
import { approveFirstPush, pauseChannel, resumeChannel } from "#app/flows/manage-channel.ts";
import { countOf } from "#app/latencies/histogram.ts";
import { forgetOldLatencies } from "#app/latencies/latencies.ts";
import { readLatency } from "#app/views/latency.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const STORE = {
  handle: "latency",
  name: "Latency",
  locations: [{ name: "Here" }],
  products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 30 } }] }],
};

let database: TestDatabase;
let world: World;
let of: { shopId: number; channelId: number };
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());

const latency = () => readLatency(database.db, [{ id: of.channelId, name: "eBay" }], world.time.now());
const figures = async () => (await latency()).channels[0];
const listing = () => database.db.listing.findFirstOrThrow();
const sums = async () =>
  (await database.db.latency.findMany({ where: { span: "day" } })).map(({ counts, ...row }) => ({
    ...row,
    changes: countOf(counts),
  }));
const settled = () =>
  world.until("nothing waits", async () => (await listing()).version === (await listing()).acknowledgedVersion);

async function begin(): Promise<void> {
  const connected = await createConnectedWorld({
    database,
    store: STORE,
    listings: [{ sku: "MUG", title: "Mug", price: "5.00", currency: "GBP", quantity: 5 }],
  });
  world = connected.world;
  of = { shopId: world.shopId, channelId: connected.channelId };
  await approveFirstPush(world.rt, of);
  await world.until("the first push", () => world.ebay.controls.shown().MUG === 30);
  await world.run(60_000);
  await settled();
}

describe("a change of stock", () => {
  it("is measured from Shopify's own time to the acceptance, once, by hour and day; the first push is no change", async () => {
    await begin();
    expect(await sums()).toEqual([]);
    // It says nothing of a channel without a change.
    expect(await figures()).toBeUndefined();

    const changedAt = world.time.nowMs();
    world.setStock("MUG", 12);
    await world.until("it follows", () => world.ebay.controls.shown().MUG === 12);
    await settled();
    const tookMs = world.time.nowMs() - changedAt;
    const [sum, ...others] = await sums();
    expect(others).toEqual([]);
    expect(sum).toMatchObject({ changes: 1, decreases: 1, takenDown: 0 });
    // Shopify's time is the beginning of its second.
    expect(Number(sum?.decreasesMs)).toBeGreaterThan(0);
    expect(Number(sum?.decreasesMs)).toBeLessThanOrEqual(tookMs + 1_000);
    expect(await database.db.latency.count()).toBe(2);
    expect(await figures()).toMatchObject({ day: { changes: 1 }, month: { changes: 1 }, oldestChangeAt: null });
    expect((await listing()).changedAt).toBeNull();

    // Up again is a change too, and no decrease; to 0 takes it down.
    world.setStock("MUG", 20);
    await world.until("up", () => world.ebay.controls.shown().MUG === 20, 10 * 60_000);
    world.setStock("MUG", 0);
    await world.until("down", () => world.ebay.controls.shown().MUG === 0);
    await settled();
    expect(await sums()).toMatchObject([{ changes: 3, decreases: 2, takenDown: 1 }]);
    expect(await latency()).toMatchObject({ month: { takenDown: 1, decreases: 2, polledMs: 600_000 } });
  });

  it("that waits is the channel's oldest, from its first moment on, and one of many counts from the first", async () => {
    await begin();
    world.ebay.faults.add({ operation: "bulkUpdatePriceQuantity", kind: "status", status: 503, times: 5 });
    const changedAt = world.time.nowMs();
    world.setStock("MUG", 12);
    await world.run(3_000);
    world.setStock("MUG", 11);
    await world.run(3_000);
    expect(world.ebay.controls.shown().MUG).toBe(30);
    const oldest = Date.parse((await figures())?.oldestChangeAt ?? "");
    expect(oldest).toBeLessThanOrEqual(changedAt);
    expect(oldest).toBeGreaterThan(changedAt - 1_000);
    expect(await sums()).toEqual([]);
    await world.until("it follows", () => world.ebay.controls.shown().MUG === 11, 10 * 60_000);
    const shownAt = world.time.nowMs();
    await settled();
    const [sum] = await sums();
    expect(sum).toMatchObject({ changes: 1, decreases: 1 });
    expect(Number(sum?.decreasesMs)).toBeGreaterThan(shownAt - changedAt - 1_000);
    expect(await latency()).toMatchObject({ month: { staleMs: Number(sum?.decreasesMs) } });
  });

  it("under a pause is measured by nobody: what waited meanwhile is the merchant's", async () => {
    await begin();
    await world.drive(pauseChannel(world.rt, of));
    world.setStock("MUG", 12);
    await world.run(10 * 60_000);
    expect((await figures())?.oldestChangeAt).not.toBeNull();
    await world.drive(resumeChannel(world.rt, of));
    await world.until("it follows", () => world.ebay.controls.shown().MUG === 12);
    await settled();
    expect(await sums()).toEqual([]);
    expect(await figures()).toBeUndefined();
  });

  it("that a marketplace accepts now and shows later is accepted when it shows", async () => {
    const made = await createMarketWorld({
      database,
      store: STORE,
      sku: "MUG",
      quantity: 5,
      capabilities: { acceptance: "verify", lateWriteMaxMs: 120_000 },
      writesShowAfterMs: 60_000,
    });
    world = made.world;
    of = { shopId: world.shopId, channelId: made.channelId };
    await approveFirstPush(world.rt, of);
    await world.until("the first push", async () => (await listing()).acknowledgedQuantity === 30, 10 * 60_000);
    await world.run(60_000);
    expect(await sums()).toEqual([]);
    const changedAt = world.time.nowMs();
    world.setStock("MUG", 12);
    await world.until("it shows", async () => (await listing()).acknowledgedQuantity === 12, 10 * 60_000);
    const [sum] = await sums();
    expect(sum).toMatchObject({ changes: 1, decreases: 1 });
    const tookMs = ((await listing()).acknowledgedAt?.getTime() ?? 0) - changedAt;
    expect(tookMs).toBeGreaterThan(5_000);
    expect(Number(sum?.decreasesMs)).toBeGreaterThanOrEqual(tookMs);
    expect(Number(sum?.decreasesMs)).toBeLessThan(tookMs + 1_000);
  });
});

it("sums are kept for as long as they are looked at, and no longer", async () => {
  await begin();
  world.setStock("MUG", 12);
  await world.until("it follows", () => world.ebay.controls.shown().MUG === 12);
  await settled();
  const spans = async () => (await database.db.latency.findMany({ orderBy: { span: "asc" } })).map((row) => row.span);
  const later = (days: number) => new Date(world.time.nowMs() + days * 24 * 60 * 60_000);
  await forgetOld(world.rt);
  expect(await spans()).toEqual(["day", "hour"]);
  expect(await forgetOldLatencies(database.db, { now: later(3), rowsMax: 500 })).toBe(1);
  expect(await spans()).toEqual(["day"]);
  expect(await forgetOldLatencies(database.db, { now: later(37), rowsMax: 500 })).toBe(1);
});
