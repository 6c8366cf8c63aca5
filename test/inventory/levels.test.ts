/** Shopify's times are whole seconds: of two quantities of one second, what was asked for last is right. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inTransaction } from "#app/db.server.ts";
import {
  applyLevels,
  currentRevision,
  findUnexplainedLevels,
  type LevelCause,
  replaceLocations,
} from "#app/inventory/levels.ts";
import { recordInstall } from "#app/shops/shops.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const ITEM = "gid://shopify/InventoryItem/1";
const HERE = "gid://shopify/Location/1";
const THERE = "gid://shopify/Location/2";

describe("levels", () => {
  let database: TestDatabase;
  let shopId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    const install = inTransaction(database.db, (tx) => recordInstall(tx, "a.myshopify.com", new Date()));
    ({ id: shopId } = await install);
    await store("mirror", { [HERE]: [30, 0], [THERE]: [5, 0] });
  });

  const asOf = () => currentRevision(database.db);
  /** Location to available, and to the second in which Shopify says that it changed. */
  function store(cause: LevelCause, levels: Record<string, [number, number]>, readAsOf?: bigint) {
    const readings = Object.entries(levels).map(([locationGid, [available, second]]) => ({
      inventoryItemGid: ITEM,
      locationGid,
      available,
      remoteUpdatedAt: new Date(Date.UTC(2026, 10, 26, 12, 0, second)),
    }));
    const whole = readAsOf === undefined ? {} : { whole: { inventoryItemGids: [ITEM], asOf: readAsOf } };
    const input = { shopId, readings, cause, reference: null, ...whole, now: new Date() };
    return inTransaction(database.db, async (tx) => {
      const { changes, unclear } = await applyLevels(tx, input);
      return { changes, unclear };
    });
  }
  const held = async () => {
    const rows = await database.db.level.findMany({ orderBy: { locationGid: "asc" } });
    expect(await findUnexplainedLevels(database.db, shopId)).toEqual([]);
    return rows.map((row) => row.available);
  };

  it("an older message changes nothing", async () => {
    await store("webhook", { [HERE]: [20, 9] });
    expect(await store("webhook", { [HERE]: [25, 8] })).toEqual({ changes: [], unclear: [] });
    expect(await held()).toEqual([20, 5]);
  });

  it("of two messages of one second neither is believed over the other", async () => {
    await store("webhook", { [HERE]: [20, 9] });
    expect(await store("webhook", { [HERE]: [21, 9] })).toEqual({ changes: [], unclear: [ITEM] });
    expect(await store("webhook", { [HERE]: [20, 9] })).toEqual({ changes: [], unclear: [] });
  });

  it("a read wins over a message of the same second that was stored before it was asked for", async () => {
    await store("webhook", { [HERE]: [20, 9] });
    const before = await asOf();
    expect((await store("fresh-read", { [HERE]: [21, 9], [THERE]: [5, 0] }, before)).unclear).toEqual([]);
    expect(await held()).toEqual([21, 5]);
  });

  it("a read does not overwrite what was stored of the same second while Shopify answered", async () => {
    const before = await asOf();
    await store("webhook", { [HERE]: [20, 9] });
    const read = await store("fresh-read", { [HERE]: [21, 9], [THERE]: [5, 0] }, before);
    expect([read, await held()]).toEqual([{ changes: [], unclear: [ITEM] }, [20, 5]]);
  });

  it("what repeats the quantity held is stored too: a read on its way may be older", async () => {
    await store("webhook", { [HERE]: [20, 9] });
    const before = await asOf();
    await store("webhook", { [HERE]: [20, 9] });
    expect((await store("fresh-read", { [HERE]: [21, 9], [THERE]: [5, 0] }, before)).unclear).toEqual([ITEM]);
  });

  it("a catalogue, minutes old, does not overwrite what it can't be newer than", async () => {
    await store("webhook", { [HERE]: [20, 9] });
    expect(await store("reconcile", { [HERE]: [21, 9], [THERE]: [5, 0] })).toEqual({ changes: [], unclear: [ITEM] });
  });

  it("what a read does not show is gone, and only a read brings it back", async () => {
    await store("fresh-read", { [HERE]: [30, 0] }, await asOf());
    expect(await held()).toEqual([30, null]);
    // A message on its way while the location ended.
    expect(await store("webhook", { [THERE]: [5, 9] })).toEqual({ changes: [], unclear: [ITEM] });
    expect(await held()).toEqual([30, null]);
    // Even if it ended within the second in which it had changed.
    await store("fresh-read", { [HERE]: [30, 0], [THERE]: [6, 0] }, await asOf());
    expect(await held()).toEqual([30, 6]);
  });

  it("a read that began before a level was stored does not end it", async () => {
    const before = await asOf();
    await store("webhook", { [THERE]: [7, 9] });
    expect(await store("fresh-read", { [HERE]: [30, 0] }, before)).toEqual({ changes: [], unclear: [ITEM] });
    expect(await held()).toEqual([30, 7]);
  });

  it("a read that began before its location was found open does not end it, and one that began after does", async () => {
    const found = (active: boolean) =>
      inTransaction(database.db, (tx) =>
        replaceLocations(tx, shopId, [
          { gid: HERE, name: "Here", active: true },
          { gid: THERE, name: "There", active },
        ]),
      );
    await found(false);
    const before = await asOf();
    await found(true);
    expect(await store("fresh-read", { [HERE]: [30, 0] }, before)).toEqual({ changes: [], unclear: [ITEM] });
    expect(await held()).toEqual([30, 5]);
    await store("fresh-read", { [HERE]: [30, 0] }, await asOf());
    expect(await held()).toEqual([30, null]);
  });
});
