/** Whom a failure concerns: a listing, an account or the whole app; what has to wait for it, and what does not. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const HOURS = 60 * 60_000;
const MUGS_ALERT = { key: { startsWith: "revisions:" }, resolvedAt: null };

describe("the changes that eBay allows per listing and day", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  let tickMs: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    tickMs = 5_000;
    ({ world, channelId } = await createConnectedWorld({ database, tickMs: () => tickMs }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("first push", () => shown("MUG-MOSS") === 30 && shown("PAN-24") === 11);
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const shown = (sku: string) => world.ebay.controls.shown()[sku];
  const listing = (sku: string) => database.db.listing.findFirstOrThrow({ where: { sku } });
  const writes = () => world.ebay.faults.calls.filter((one) => one.operation === "bulkUpdatePriceQuantity").length;

  it("put off the listing with its variations until eBay's next day, and no other listing", async () => {
    // What was changed on the site counts too, so eBay's word may come before our count says so.
    world.ebay.controls.changeSettings({ revisionsPerDayMax: 3 });
    world.setStock("MUG-MOSS", 20);
    await world.until("some went through", () => shown("MUG-MOSS") === 20);
    for (const [sku, stock] of [
      ["MUG-SLATE", 10],
      ["MUG-MOSS", 12],
      ["MUG-SLATE", 4],
      ["MUG-MOSS", 0],
    ] as const) {
      world.setStock(sku, stock);
      await world.run(10_000);
    }
    expect(shown("MUG-MOSS")).toBe(12);
    const sent = writes();
    world.setStock("PAN-24", 0);
    await world.until("another listing goes on", () => shown("PAN-24") === 0);
    expect(writes()).toBe(sent + 1);

    const channel = await database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
    expect(channel).toMatchObject({ state: "connected", pushRetryAt: null });
    expect(await database.db.setback.count()).toBe(0);
    const mug = await listing("MUG-MOSS");
    // 10:00 UTC is 02:00 in San Jose.
    expect(mug.retryAt?.toISOString()).toBe("2026-11-23T08:00:00.000Z");
    expect(await database.db.alert.findFirst({ where: MUGS_ALERT })).toMatchObject({
      severity: "critical",
      title: expect.stringMatching(/eBay takes no more changes of “.+” today/),
      message: expect.stringContaining("It shows 12, and should show 0."),
    });

    // However often it changes: eBay is not asked again.
    for (const stock of [1, 0, 2, 0]) {
      world.setStock("MUG-MOSS", stock);
      await world.run(10_000);
    }
    expect(writes()).toBe(sent + 1);

    tickMs = HOURS / 4;
    await world.run(23 * HOURS);
    tickMs = 1_000;
    await world.run(HOURS / 4 + 61_000);
    expect([shown("MUG-MOSS"), shown("MUG-SLATE")]).toEqual([0, 4]);
    expect(await database.db.alert.count({ where: MUGS_ALERT })).toBe(0);
    expect(
      await database.db.budget.count({
        where: { name: { startsWith: "revisions:" }, endsAt: { lte: world.time.now() } },
      }),
    ).toBe(0);
  });

  it("are counted before they are exceeded: the last fifth of them is kept for lower quantities", async () => {
    const { groupId } = await listing("MUG-MOSS");
    const use = (used: number) => {
      const row = { name: `revisions:${channelId}:${groupId}`, allowance: { day: "2026-11-22", used } };
      return database.db.budget.upsert({ where: { name: row.name }, create: row, update: row });
    };
    await use(200);
    world.setStock("MUG-MOSS", 40);
    world.setStock("CAN-BEE", 80);
    await world.until("another listing is raised", () => shown("CAN-BEE") === 80);
    await world.run(20_000);
    expect(shown("MUG-MOSS")).toBe(30);
    expect((await listing("MUG-MOSS")).problem).toContain("this higher one goes out with the next day there");

    world.setStock("MUG-MOSS", 25);
    await world.until("a lower one goes out", () => shown("MUG-MOSS") === 25);
    await world.until("and that is settled", async () => (await listing("MUG-MOSS")).problem === null);

    await use(250);
    const sent = writes();
    world.setStock("MUG-MOSS", 3);
    await world.run(20_000);
    expect(writes()).toBe(sent);
    expect(await database.db.alert.findFirst({ where: MUGS_ALERT })).toMatchObject({ severity: "critical" });
  });
});
