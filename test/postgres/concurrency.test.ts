/** What PGlite's one connection can't show: statements of many workers that really overlap. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBudgets } from "#app/budgets/budgets.ts";
import { systemClock } from "#app/clock.ts";
import { inTransaction } from "#app/db.server.ts";
import { applyLevels, findUnexplainedLevels } from "#app/inventory/levels.ts";
import { acquireLease, holdsLease, releaseLease, renewLeases, underLease } from "#app/leases/leases.ts";
import { recordInstall } from "#app/shops/shops.ts";
import type { Limit } from "#connectors/contract/connector.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

describe("on real PostgreSQL", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
    expect(database.url, "TEST_DATABASE_URL must name a PostgreSQL server").not.toBeNull();
  });
  afterAll(() => database.close());
  beforeEach(() => database.empty());

  it("of many workers one holds a lease, and each next holder has a higher fence", async () => {
    const { db } = database;
    const fences: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const now = new Date();
      const taken = await Promise.all(
        Array.from({ length: 12 }, (_, worker) =>
          acquireLease(db, { name: "x", holder: `w${worker}`, now, ttlMs: 10_000 }),
        ),
      );
      const held = taken.filter((lease) => lease !== null);
      expect(held).toHaveLength(1);
      const [lease] = held;
      if (!lease) throw new Error("nobody holds it");
      fences.push(lease.fence);
      await releaseLease(db, lease);
    }
    expect(fences).toEqual([1, 2, 3, 4, 5]);
  });

  it("a worker that lost its lease stores nothing, and a heartbeat does not bring it back", async () => {
    const { db } = database;
    const start = new Date();
    const first = await acquireLease(db, { name: "x", holder: "slow", now: start, ttlMs: 1_000 });
    const later = new Date(start.getTime() + 2_000);
    const second = await acquireLease(db, { name: "x", holder: "next", now: later, ttlMs: 60_000 });
    if (!first || !second) throw new Error("both must get it");
    await renewLeases(db, "slow", later, ["x"]);
    expect(await inTransaction(db, (tx) => holdsLease(tx, first))).toBe(false);
    expect(await inTransaction(db, (tx) => holdsLease(tx, second))).toBe(true);
  });

  it("a heartbeat prolongs what this process works under, and nothing else of its worker", async () => {
    const { db } = database;
    const start = new Date();
    const clock = { now: () => start, sleep: async () => undefined };
    const untilOf = async (name: string) => (await db.lease.findUniqueOrThrow({ where: { name } })).until;
    const left = await acquireLease(db, { name: "left", holder: "w", now: start, ttlMs: 20_000 });
    await underLease({ db, clock }, { name: "worked-on", holder: "w" }, async (lease) => {
      await renewLeases(db, "w", new Date(start.getTime() + 10_000));
      expect((await untilOf("worked-on")).getTime()).toBe(lease.until.getTime() + 10_000);
    });
    expect(await untilOf("left")).toEqual(left?.until);
  });

  const limit: Limit = { name: "m", operations: "*", scope: "app", callsMax: 40, windowMs: 60_000, source: "test" };
  const channels = ["0", "1", "2", "3", "4", "5"];
  const budgetsOf = (channel: string, sharers: readonly string[]) =>
    createBudgets(database.db, systemClock, { connectorKey: "any", channel, sharers: async () => sharers });

  it("many workers together take no more calls than a budget has", async () => {
    const workers = channels.map((channel) => budgetsOf(channel, []));
    const answers = await Promise.all(
      workers.flatMap((budgets) => Array.from({ length: 15 }, () => budgets.take([limit], { urgent: true }))),
    );
    expect(answers.filter((one) => one.granted)).toHaveLength(40);
  });

  it("of a budget that channels share, a flood from one leaves the others their part", async () => {
    const [greedy = "", ...others] = channels;
    const takeMany = async (channel: string, times: number, urgent: boolean) => {
      const budgets = budgetsOf(channel, channels);
      const answers = await Promise.all(Array.from({ length: times }, () => budgets.take([limit], { urgent })));
      return answers.filter((one) => one.granted).length;
    };
    // Half of 40 in six parts is 3 each. A fifth of all is kept for urgent calls.
    expect(await takeMany(greedy, 50, false)).toBe(40 - 8 - 5 * 3);
    const calls = await Promise.all(others.map((channel) => takeMany(channel, 10, true)));
    expect(Math.min(...calls)).toBeGreaterThanOrEqual(3);
    expect(calls.reduce((sum, one) => sum + one, 0)).toBe(40 - 17);
  });

  it("levels set by many workers at once lose no entry of the ledger", async () => {
    const { db } = database;
    const shop = await inTransaction(db, (tx) => recordInstall(tx, "a.myshopify.com", new Date()));
    const base = Date.UTC(2026, 10, 22);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        inTransaction(db, (tx) =>
          applyLevels(tx, {
            shopId: shop.id,
            readings: ["gid://shopify/InventoryItem/1", "gid://shopify/InventoryItem/2"].map((inventoryItemGid) => ({
              inventoryItemGid,
              locationGid: "gid://shopify/Location/1",
              available: index,
              remoteUpdatedAt: new Date(base + ((index * 7) % 60) * 1_000),
            })),
            cause: "webhook",
            reference: null,
            now: new Date(),
          }),
        ),
      ),
    );
    const newest = Array.from({ length: 60 }, (_, index) => index).find((index) => (index * 7) % 60 === 59);
    const levels = await db.level.findMany();
    expect(levels.map((level) => level.available)).toEqual([newest, newest]);
    expect(await findUnexplainedLevels(db, shop.id)).toEqual([]);
  });
});
