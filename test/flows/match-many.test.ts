/** Matching by a CSV file: each line judged, its effect shown, then one change for all of it, which is undone at once. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { saveMatches, tryMatches } from "#app/flows/match-many.ts";
import { readChanges } from "#app/views/changes.ts";
import { exportMatches, type MatchExport } from "#app/views/match-export.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const ANN = "548380009";
const MOVED = { zeroed: 1, lowered: 0, raised: 3 };

describe("matching by a file", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const variant = (sku: string, units: number) => ({ sku, price: "5.00", stock: { Leeds: units } });
    ({ world, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "files",
        name: "Files",
        locations: [{ name: "Leeds" }],
        products: [0, 7, 8, 9, 10].map((units, at) => ({
          title: `Mug ${at}`,
          variants: [variant(`MUG-${at}`, units)],
        })),
      },
      listings: ["X-0", "X-1", "X-2", "X-3", "MUG-4"].map((sku) => ({
        sku,
        title: `Listed ${sku}`,
        price: "5.00",
        currency: "GBP",
        quantity: 5,
      })),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("pushed", () => shown()["MUG-4"] === 10);
    await world.run(30_000);
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown();
  const SHOWN_FIRST = { "X-0": 5, "X-1": 5, "X-2": 5, "X-3": 5, "MUG-4": 10 };
  const file = (...lines: string[]) => `Marketplace SKU;Shopify SKU\r\n${lines.join("\r\n")}\r\n`;
  const FOUR = file("X-0;MUG-0", "X-1;MUG-1", "X-2;MUG-2", "X-3;MUG-3");
  const attempt = (csv: string, rematches = false) =>
    world.drive(tryMatches(world.rt, { shopId: world.shopId, csv, rematches }));
  const save = (csv: string, approved: Moves | null, rematches = false) =>
    world.drive(saveMatches(world.rt, { shopId: world.shopId, actor: ANN, csv, rematches, approved }));
  const undo = async (approved: Moves | null = null) => {
    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    return world.drive(undoChange(world.rt, { shopId: world.shopId, changeId, approved }));
  };
  const matched = () => database.db.listing.count({ where: { variantId: { not: null } } });
  const exported = async (which: MatchExport) => {
    let text = "";
    for await (const part of exportMatches(world.rt, world.shopId, which)) text += part;
    return text;
  };

  it("shows what it does and names each line that can't be used, and writes nothing", async () => {
    const tried = await attempt(
      file("X-0;MUG-0", "X-1;MUG-1", "NONE;MUG-1", "X-2;NONE", "MUG-4;MUG-1", "X-1;MUG-2", "X-3;"),
    );
    expect(tried).toMatchObject({
      ok: true,
      trial: {
        matches: 2,
        rematches: 0,
        badLines: 4,
        blank: 1,
        effect: {
          zeroed: 1,
          lowered: 0,
          raised: 1,
          first: [
            { sku: "X-0", from: 5, to: 0 },
            { sku: "X-1", to: 7 },
          ],
        },
        bad: [{ line: 4 }, { line: 5 }, { line: 6 }, { line: 7 }],
      },
    });
    await world.run(30_000);
    expect(shown()).toEqual(SHOWN_FIRST);
    expect([await matched(), await database.db.change.count()]).toEqual([1, 0]);
  });

  it("is asked about what it moves, then done as one change with who did it, and undone at once", async () => {
    expect(await save(FOUR, null)).toMatchObject({ ok: false, asks: MOVED });
    expect(await matched()).toBe(1);
    expect(await save(FOUR, MOVED)).toEqual({ ok: true });
    await world.until("all as in Shopify", () => shown()["X-0"] === 0 && shown()["X-3"] === 9);
    const channel = await database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
    expect(channel.brakeReason).toBeNull();
    const [row] = await readChanges(world.rt, world.shopId, { setting: "matches" }, ANN);
    expect(row).toMatchObject({ who: "You", message: "A file of matches: 4 listings matched", canUndo: true });
    expect(row?.moves).toBe("1 listing goes to 0, 3 listings go up");
    expect(await undo()).toEqual({ ok: true });
    expect(await matched()).toBe(1);
    expect(await readChanges(world.rt, world.shopId, { setting: "matches" }, ANN)).toMatchObject([
      { message: "Undone. A file of matches: 4 listings without a match" },
      { canUndo: false },
    ]);
    // Nobody says what they are to show any more: they keep it.
    await world.run(30_000);
    expect(shown()).toMatchObject({ "X-0": 0, "X-3": 9 });
  });

  it("changes what is matched already only where it is asked to, and brings that back", async () => {
    const csv = file("MUG-4;MUG-0");
    const down = { zeroed: 1, lowered: 0, raised: 0 };
    expect(await attempt(csv)).toMatchObject({ trial: { matches: 0, badLines: 1 } });
    expect(await save(csv, down)).toMatchObject({ ok: false });
    expect(await attempt(csv, true)).toMatchObject({ trial: { matches: 1, rematches: 1, effect: down } });
    expect(await save(csv, down, true)).toEqual({ ok: true });
    await world.until("at 0", () => shown()["MUG-4"] === 0);
    expect(await undo({ zeroed: 0, lowered: 0, raised: 1 })).toEqual({ ok: true });
    await world.until("back", () => shown()["MUG-4"] === 10);
    expect(await database.db.listing.findFirst({ where: { sku: "MUG-4" } })).toMatchObject({ matchedBy: "sku" });
  });

  it("that was changed by hand since is not undone over that", async () => {
    await save(FOUR, MOVED);
    const { id } = await database.db.listing.findFirstOrThrow({ where: { sku: "X-1" } });
    await database.db.listing.update({ where: { id }, data: { variantId: null, matchedBy: null } });
    expect(await undo()).toMatchObject({ ok: false, message: expect.stringContaining("changed again") });
    expect(await matched()).toBe(4);
  });

  it("is one file with what is exported: read again, it changes nothing", async () => {
    await save(FOUR, MOVED);
    const all = await exported("all");
    expect(all).toContain("Channel,Listing ID,Marketplace SKU,Title,Shopify SKU,Shopify barcode\r\n");
    expect(await attempt(all, true)).toMatchObject({ trial: { matches: 0, badLines: 0, same: 5 } });
    expect((await exported("unmatched")).split("\r\n")).toHaveLength(2);
    expect((await exported("template")).split("\r\n")).toHaveLength(2);
  });

  it("of another shop's listings finds none of them", async () => {
    const tried = await world.drive(tryMatches(world.rt, { shopId: world.shopId + 1, csv: FOUR, rematches: true }));
    expect(tried).toMatchObject({ trial: { matches: 0, badLines: 4 } });
    const { name } = await database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
    const named = `Channel;Marketplace SKU;Shopify SKU\n${name};X-0;MUG-0`;
    const other = await world.drive(tryMatches(world.rt, { shopId: world.shopId + 1, csv: named, rematches: true }));
    expect(other).toMatchObject({ trial: { bad: [{ why: expect.stringContaining("no channel") }] } });
  });

  it("of ten thousand lines is judged by as many statements as one of ten", async () => {
    const many = file(...Array.from({ length: 10_000 }, (_, at) => `NONE-${at};MUG-1`), "X-1;MUG-1");
    let statements = 0;
    const counted = new Proxy(database.db, {
      get(db, name) {
        const value = Reflect.get(db, name, db);
        if (name !== "$transaction") return name === "$queryRaw" ? count(value.bind(db)) : value;
        return (work: (tx: object) => unknown, options: object) =>
          value.call(db, (tx: object) => work(new Proxy(tx, { get: countedOf })), options);
      },
    });
    const countedOf = (tx: object, name: string | symbol) => {
      const value = Reflect.get(tx, name, tx);
      return name === "$queryRaw" || name === "$executeRaw" ? count(value.bind(tx)) : value;
    };
    const count =
      (ask: (...all: unknown[]) => unknown) =>
      (...all: unknown[]) => {
        statements += 1;
        return ask(...all);
      };
    const rt = { ...world.rt, db: counted };
    await world.drive(tryMatches(rt, { shopId: world.shopId, csv: file("X-1;MUG-1"), rematches: false }));
    const ofOne = statements;
    statements = 0;
    const tried = await world.drive(tryMatches(rt, { shopId: world.shopId, csv: many, rematches: false }));
    expect(tried).toMatchObject({ trial: { matches: 1, badLines: 10_000 } });
    expect(statements).toBe(ofOne);
    expect(ofOne).toBeGreaterThan(5);
  });
});
