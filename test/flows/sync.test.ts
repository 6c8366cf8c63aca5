/** "Sync now": what it does, says, and leaves alone. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inTransaction } from "#app/db.server.ts";
import { approveFirstPush, pauseChannel } from "#app/flows/manage-channel.ts";
import { startSync, syncChannel } from "#app/flows/sync-channels.ts";
import { openRun } from "#app/runs/runs.ts";
import { readHome } from "#app/views/home.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const SKUS = ["MUG", "BOWL", "PLATE"];

let database: TestDatabase;
let world: World;
let of: { shopId: number; channelId: number };
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  const connected = await createConnectedWorld({
    database,
    store: {
      handle: "sync",
      name: "Sync",
      locations: [{ name: "Here" }],
      products: SKUS.map((sku) => ({ title: sku, variants: [{ sku, price: "5.00", stock: { Here: 9 } }] })),
    },
    listings: SKUS.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 5 })),
  });
  world = connected.world;
  of = { shopId: world.shopId, channelId: connected.channelId };
});
afterEach(() => world.close());

const approved = async (): Promise<void> => {
  await approveFirstPush(world.rt, of);
  await world.until("the first push", () => world.ebay.controls.shown().PLATE === 9);
  await world.run(10_000);
};
const press = () => world.drive(startSync(world.rt, { shopId: of.shopId, channelIds: [of.channelId], actor: "7" }));
const syncs = () => database.db.run.findMany({ where: { kind: "sync" }, orderBy: { id: "asc" } });
const ended = async () => {
  await world.until("it ended", async () => (await syncs()).every((run) => run.state !== "running"), 20 * 60_000);
  return (await syncs()).at(-1);
};

describe("a sync", () => {
  it("reads orders, compares listings, updates quantities, and says how many", async () => {
    await approved();
    world.ebay.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }], pay: true });
    world.ebay.controls.editQuantity("BOWL", 12);
    expect(await press()).toEqual({ ok: true, message: "Sync begun" });
    const home = await readHome(world.rt, of.shopId);
    expect(home.syncs).toMatchObject([{ state: "running", done: 0, total: 3 }]);
    expect(home.live).toBe(true);
    expect(await ended()).toMatchObject({
      state: "done",
      message: expect.stringMatching(/^1 order new or changed, 3 listings compared, [12] quantit(y|ies) changed\./),
    });
    expect(world.ebay.controls.shown()).toMatchObject({ MUG: 8, BOWL: 9, PLATE: 9 });
    expect((await readHome(world.rt, of.shopId)).syncs).toMatchObject([{ state: "done", done: 3 }]);
    const asked = await database.db.attempt.findFirst({ where: { message: { contains: "sync was asked for" } } });
    expect(asked).toMatchObject({ kind: "settings", actor: "7" });
  });

  it("says that a quantity waits of which it is not known yet who lowered it", async () => {
    await approved();
    world.ebay.controls.editQuantity("BOWL", 3);
    await press();
    expect(await ended()).toMatchObject({
      state: "done",
      message: expect.stringMatching(
        /0 quantities changed\. Some quantities have to wait, and follow by themselves\.$/,
      ),
    });
    await world.until("it follows", () => world.ebay.controls.shown().BOWL === 9, 10 * 60_000);
  });

  it("pressed twice is one sync, whoever works on it", async () => {
    await approved();
    const [one, other] = await Promise.all([press(), press()]);
    expect([one.message, other.message].sort()).toEqual(["Sync begun", "Sync is under way already"]);
    await Promise.all([
      world.drive(syncChannel(world.rt, of)),
      world.drive(syncChannel({ ...world.rt, workerId: "another" }, of)),
    ]);
    await ended();
    expect(await syncs()).toHaveLength(1);
    expect(await database.db.attempt.count({ where: { message: { contains: "sync was asked for" } } })).toBe(1);
    // After it, another may begin.
    await press();
    await ended();
    expect(await syncs()).toHaveLength(2);
  });

  it("whose worker died, or whose task was lost, is taken up by the tick", async () => {
    await approved();
    await inTransaction(database.db, (tx) => openRun(tx, { ...of, kind: "sync", now: world.time.now() }));
    expect(await ended()).toMatchObject({ state: "done" });
  });

  it("under a pause reads, and says that quantities stay", async () => {
    await approved();
    await world.drive(pauseChannel(world.rt, of));
    world.setStock("MUG", 2);
    await press();
    expect((await ended())?.message).toMatch(
      /3 listings compared, 0 quantities changed\. Quantities stay as they are until you resume the channel\.$/,
    );
    expect(world.ebay.controls.shown().MUG).toBe(9);
  });

  it("before the first push was approved reads, and says what it waits for", async () => {
    await press();
    expect((await ended())?.message).toContain("until you approve the first push");
    expect(world.ebay.controls.shown().MUG).toBe(5);
  });

  it("says what the marketplace does not answer, until when, and goes on with the rest", async () => {
    await approved();
    world.ebay.faults.add({ operation: "getOrders", kind: "status", status: 503, times: 100 });
    await press();
    const run = await ended();
    expect(run?.state).toBe("failed");
    expect(run?.message).toMatch(
      /^0 orders new or changed, 3 listings compared, .* Reading orders: put off until \d\d:\d\d, because /,
    );
  });

  it("of a channel that lets nobody in, or of none, is refused with what to do", async () => {
    await database.db.channel.update({ where: { id: of.channelId }, data: { state: "reconnect" } });
    expect(await press()).toMatchObject({ ok: false, message: expect.stringContaining("connect it again first") });
    expect(await world.drive(startSync(world.rt, { shopId: of.shopId, channelIds: [] }))).toMatchObject({ ok: false });
    expect(await world.drive(startSync(world.rt, { shopId: of.shopId + 1, channelIds: [of.channelId] }))).toEqual({
      ok: false,
      message: "This channel does not exist any more.",
    });
    expect(await syncs()).toEqual([]);
  });
});
