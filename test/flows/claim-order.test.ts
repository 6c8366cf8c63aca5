/** In what order stale listings are pushed: those first that may be oversold the soonest. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimStale } from "#app/listings/claim.ts";
import { markStale, type SoldUnits } from "#app/listings/listings.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
const DAY_MS = 24 * 60 * 60_000;
const ago = (ms: number) => new Date(NOW.getTime() - ms);

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database?.close());

beforeEach(async () => {
  await database.empty();
  const { db } = database;
  const at = { installedAt: NOW, mirroredAt: NOW };
  await db.shop.create({
    data: { id: 1, domain: "a.test", name: "a", currency: "GBP", timezone: "UTC", policy: {}, ...at },
  });
  await db.channel.create({
    data: {
      id: 1,
      shopId: 1,
      connectorKey: "somewhere",
      remoteAccountId: "1",
      name: "Somewhere",
      state: "connected",
      pushApprovedAt: NOW,
      ordersReadAt: ago(60_000),
      importOrdersSince: NOW,
      createdAt: NOW,
    },
  });
});

/** One that is in step, and shows `units`. */
async function list(id: number, units: number): Promise<void> {
  const { db } = database;
  const names = { gid: `v${id}`, productGid: `p${id}`, inventoryItemGid: `i${id}` };
  await db.variant.create({ data: { id, shopId: 1, productTitle: "x", title: "x", tracked: true, ...names } });
  await db.listing.create({
    data: {
      id,
      shopId: 1,
      channelId: 1,
      remoteId: String(id),
      title: "x",
      remoteState: "active",
      variantId: id,
      acknowledgedVersion: 1,
      decreasing: false,
      observedQuantity: units,
      seenAt: NOW,
    },
  });
}

function mark(variantIds: number[], { decreasing = true, sold = [] as SoldUnits[], now = NOW } = {}) {
  return database.db.$transaction((tx) => markStale(tx, 1, { variantIds }, { decreasing, sold, now }));
}

async function claimed(limit = 10): Promise<number[]> {
  return (await claimStale(database.db, { channelId: 1, now: NOW, limit })).map((listing) => listing.id);
}

describe("the next batch of a push", () => {
  it("begins with what may have to go down, however few units are left of what goes up", async () => {
    for (const [id, units] of [
      [1, 1],
      [2, 50],
    ] as const)
      await list(id, units);
    await mark([1], { decreasing: false, now: ago(120_000) });
    await mark([2]);
    expect(await claimed()).toEqual([2, 1]);
  });

  it("takes the fewest units left per sale of late first", async () => {
    for (const [id, units] of [
      [1, 4],
      [2, 20],
      [3, 20],
    ] as const)
      await list(id, units);
    await mark([1, 2, 3]);
    expect(await claimed()).toEqual([1, 2, 3]);
    await mark([3], {
      sold: [
        { variantId: 3, units: 9, soldAt: NOW },
        { variantId: 2, units: 99, soldAt: NOW },
      ],
    });
    expect(await claimed(1)).toEqual([3]);
  });

  it("lets what was sold days ago weigh as good as nothing, when it was imported as when it was sold", async () => {
    for (const id of [1, 2, 3]) await list(id, 20);
    await mark([2], { sold: [{ variantId: 2, units: 3, soldAt: NOW }] });
    await mark([1], { sold: [{ variantId: 1, units: 9, soldAt: ago(20 * DAY_MS) }] });
    await mark([3], { sold: [{ variantId: 3, units: 9, soldAt: ago(20 * DAY_MS) }], now: ago(20 * DAY_MS) });
    await mark([3]);
    expect(await claimed()).toEqual([2, 1, 3]);
    const kept = await database.db.listing.findMany({ select: { soldLately: true }, orderBy: { id: "asc" } });
    expect(kept).toEqual([{ soldLately: expect.closeTo(0) }, { soldLately: 3 }, { soldLately: expect.closeTo(0) }]);
  });

  it("survives a sale of years ago", async () => {
    await list(1, 20);
    await mark([1], { sold: [{ variantId: 1, units: 9, soldAt: NOW }], now: ago(5_000 * DAY_MS) });
    for (let times = 0; times < 40; times += 1) await mark([1], { now: ago((4_900 - times * 100) * DAY_MS) });
    expect(await claimed()).toEqual([1]);
  });

  it("leaves increases that no order read has come after, and what is put off, until it is due", async () => {
    for (const id of [1, 2, 3, 4, 5]) await list(id, id);
    await mark([1], { decreasing: false, now: NOW });
    await mark([2], { decreasing: false, now: ago(120_000) });
    await mark([3, 4, 5]);
    const putOff = (id: number, retryAt: Date) => database.db.listing.update({ where: { id }, data: { retryAt } });
    await putOff(3, new Date(NOW.getTime() + 1));
    await putOff(4, ago(1));
    expect(await claimed()).toEqual([4, 5, 2]);
  });

  it("is the first of all that is due, also of what was put off", async () => {
    for (const id of [1, 2, 3, 4]) await list(id, id);
    await mark([1, 2, 3, 4]);
    await database.db.listing.updateMany({ where: { id: { in: [1, 3] } }, data: { retryAt: ago(1) } });
    expect(await claimed(2)).toEqual([1, 2]);
  });
});
