import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush, undoBulkChange } from "#app/flows/manage-channel.ts";
import { readChannel, readPreview } from "#app/views/channels.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const STOCK = { UP: 20, DOWN: 3, SAME: 5 };
const SHOWN = { UP: 4, DOWN: 9, SAME: 5 };

describe("an approved change is undone", () => {
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
        handle: "undo",
        name: "Undo",
        locations: [{ name: "Here" }],
        products: Object.entries(STOCK).map(([sku, units]) => ({
          title: sku,
          variants: [{ sku, price: "5.00", stock: { Here: units } }],
        })),
      },
      listings: Object.entries(SHOWN).map(([sku, quantity]) => ({
        sku,
        title: sku,
        price: "5.00",
        currency: "GBP",
        quantity,
      })),
    });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
    expect(await approveFirstPush(world.rt, of)).toEqual({ ok: true });
    await pushed();
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown();
  const pushed = () =>
    world.until(
      "all is pushed",
      async () => (await database.db.channel.count({ where: { bulkApproved: true } })) === 0,
    );
  const undoView = async () => (await readChannel(world.rt, of.shopId, of.channelId))?.undo;

  it("what went up goes back to what it showed, and no listing goes above what there is to sell", async () => {
    expect(shown()).toEqual(STOCK);
    expect(await undoView()).toMatchObject({ back: 1, toZero: 0, short: 1 });
    expect(await undoBulkChange(world.rt, of)).toEqual({ ok: true });
    await pushed();
    expect(shown()).toEqual({ ...STOCK, UP: SHOWN.UP });
    expect(await undoView()).toBeNull();
    expect(await database.db.alert.count({ where: { key: `undone:${of.channelId}`, resolvedAt: null } })).toBe(1);
  });

  it("until the next approval quantities go down with the stock, and not above what was shown before", async () => {
    await undoBulkChange(world.rt, of);
    await pushed();
    world.setStock("UP", 2);
    world.setStock("SAME", 50);
    world.setStock("DOWN", 7);
    await world.until("it follows downwards", () => shown().UP === 2);
    await world.until("and upwards to what was shown", () => shown().DOWN === 7);
    world.setStock("UP", 30);
    world.setStock("DOWN", 30);
    await world.until("up again", () => shown().UP === 4 && shown().DOWN === 9);
    await world.run(60_000);
    expect(shown()).toEqual(SHOWN);
  });

  it("the preview shows what an approval would do, and the approval does it", async () => {
    await undoBulkChange(world.rt, of);
    await pushed();
    const preview = await readPreview(world.rt, of.shopId, of.channelId);
    expect(preview.rows.find((row) => row.sku === "UP")).toMatchObject({ observed: 4, quantity: 20, effect: "raised" });
    expect(await approveFirstPush(world.rt, of)).toEqual({ ok: true });
    await pushed();
    expect(shown()).toEqual(STOCK);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
  });

  it("a second click on either button changes nothing", async () => {
    expect((await approveFirstPush(world.rt, of)).ok).toBe(false);
    await undoBulkChange(world.rt, of);
    expect((await undoBulkChange(world.rt, of)).ok).toBe(false);
    expect(await database.db.bulkChangeListing.findMany({ orderBy: { listingId: "asc" } })).toHaveLength(3);
  });

  it("a week later it is refused", async () => {
    await database.db.bulkChange.updateMany({
      data: { approvedAt: new Date(world.time.nowMs() - 7 * 24 * 60 * 60_000) },
    });
    expect(await undoView()).toBeNull();
    expect((await undoBulkChange(world.rt, of)).ok).toBe(false);
  });
});
