/**
 * Many listings are matched to the variants that are suggested: each is shown before, with what becomes of its number; what is
 * not clear is named and left alone; some can be left out; and all of it is taken back as one.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { forgetOld } from "#app/flows/forget-old.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { approveSweep, beginSweep, leaveOut, resumeSweep, stopSweep, undoSweep } from "#app/flows/manage-sweeps.ts";
import type { SweepFilter } from "#app/sweeps/deeds.ts";
import { readSweepMatches } from "#app/views/sweep-matches.ts";
import { readSweep } from "#app/views/sweeps.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { TestWorker } from "#test/support/world/worker.ts";
import type { TaskRun, World } from "#test/support/world/world.ts";

const DAY_MS = 24 * 60 * 60_000;
const ANN = "548380009";
const NOT_MATCHED: SweepFilter = { channelId: null, status: "not-matched", search: "" };
/** More than one step changes. */
const MANY = 600;

describe("matching many listings as suggested", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  let onAwait: ((worker: TestWorker, what: string, run: TaskRun | null) => void) | null = null;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    onAwait = null;
    const product = (title: string, sku: string, units: number) => ({
      title,
      variants: [{ sku, price: "5.00", stock: { Leeds: units } }],
    });
    const listing = (sku: string, title: string) => ({ sku, title, price: "5.00", currency: "GBP", quantity: 5 });
    ({ world, channelId } = await createConnectedWorld({
      database,
      workers: 2,
      onAwait: (...heard) => onAwait?.(...heard),
      store: {
        handle: "suggested",
        name: "Suggested",
        locations: [{ name: "Leeds" }],
        products: [
          ...[product("Mug", "MUG-0", 0), product("Bowl", "BOWL-1", 7), product("Jug, tall", "JUG-2", 3)],
          ...[product("Cup", "CUP 3", 8), product("Other cup", "cup-3", 8), product("Plate", "PLATE-4", 10)],
          ...[product("Red twin", "TWIN", 9), product("Blue twin", "TWIN", 6)],
        ],
      },
      listings: [
        ...[listing("mug_0", "A mug"), listing("Bowl 1", "A bowl"), listing("X-2", "Jug tall")],
        ...[listing("Cup.3", "A cup"), listing("PLATE-4", "A plate"), listing("TWIN", "Blue twin")],
        ...[listing("X-7", "Something else"), listing("JUG2", "Bowl")],
      ],
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("pushed", () => shown()["PLATE-4"] === 10);
    await world.run(30_000);
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown();
  const by = () => ({ shopId: world.shopId, actor: ANN });
  const one = async (sku: string) =>
    database.db.listing.findFirstOrThrow({
      where: { sku },
      include: { variant: { select: { sku: true, productTitle: true } } },
    });
  const begin = async (filter: SweepFilter): Promise<number> => {
    const begun = await world.drive(beginSweep(world.rt, { ...by(), deed: { act: "match" }, filter }));
    if (!begun.ok) throw new Error(begun.message);
    return begun.sweepId;
  };
  const needsYou: SweepFilter = { channelId: null, status: "needs-you", search: "" };
  const sweepOf = (id: number) => database.db.sweep.findUniqueOrThrow({ where: { id } });
  const until = (id: number, state: string) => world.until(state, async () => (await sweepOf(id)).state === state);
  const approve = async (sweepId: number) => {
    await until(sweepId, "asking");
    const { zeroed, lowered, raised } = await sweepOf(sweepId);
    return world.drive(approveSweep(world.rt, { ...by(), sweepId, approved: { zeroed, lowered, raised } }));
  };
  const rows = async (id: number, clear: boolean) =>
    (await readSweepMatches(world.rt, world.shopId, id, { clear, beside: null })).rows;
  const said = async (id: number, clear: boolean) =>
    (await rows(id, clear)).map(({ sku, variant, shown: from, quantity }) => [
      sku,
      variant?.name ?? null,
      from,
      quantity,
    ]);
  const leave = (sweepId: number, listingIds: number[], leftOut = true) =>
    world.drive(leaveOut(world.rt, { shopId: world.shopId, sweepId, listingIds, leftOut }));
  const matched = () => database.db.listing.count({ where: { variantId: { not: null } } });

  it("shows each with its variant, what it shows and would, and names what is not clear; and writes nothing", async () => {
    const id = await begin(needsYou);
    expect(await sweepOf(id)).toMatchObject({
      ...{ state: "asking", found: 4, unclear: 3, leftOut: 0, alike: 0 },
      ...{ zeroed: 1, lowered: 1, raised: 2, unchanged: 0, about: "All listings with the status “Needs you”" },
    });
    expect(await said(id, true)).toEqual([
      ["mug_0", "Mug", 5, 0],
      ["Bowl 1", "Bowl", 5, 7],
      ["X-2", "Jug, tall", 5, 3],
      ["TWIN", "Blue twin", 5, 6],
    ]);
    expect((await rows(id, true)).map(({ because }) => because)).toEqual([
      ...["Same SKU, but for case, spaces or punctuation", "Same SKU, but for case, spaces or punctuation"],
      ...["Same title", "Same title"],
    ]);
    expect((await rows(id, false)).map(({ sku, because, canTick }) => [sku, because, canTick])).toEqual([
      ["Cup.3", "Several variants in Shopify have its SKU, its barcode or its title.", false],
      ["X-7", "No variant in Shopify has its SKU, its barcode or its title.", false],
      ["JUG2", "Its SKU, its barcode and its title lead to different variants.", false],
    ]);
    expect([await matched(), await database.db.change.count()]).toEqual([1, 0]);
  });

  it("matches them, says who did it in the history of each, and is taken back as one", async () => {
    const id = await begin(needsYou);
    expect(await approve(id)).toEqual({ ok: true });
    await until(id, "done");
    await world.until("in step", () => shown().mug_0 === 0 && shown()["Bowl 1"] === 7 && shown()["X-2"] === 3);
    expect([(await one("TWIN")).variant?.productTitle, (await one("TWIN")).matchedBy]).toEqual(["Blue twin", "hand"]);
    expect([(await one("X-7")).variantId, shown()["X-7"]]).toEqual([null, 5]);
    const message = "4 listings matched";
    expect(await database.db.change.findFirstOrThrow()).toMatchObject({
      ...{ setting: "many-listings", actor: ANN, message, zeroed: 1, lowered: 1, raised: 2 },
    });
    const told = { listingId: (await one("mug_0")).id, actor: ANN, message: "Matched to MUG-0, with others" };
    expect(await database.db.attempt.count({ where: told })).toBe(1);

    const begun = await world.drive(undoSweep(world.rt, { ...by(), sweepId: id }));
    if (!begun.ok) throw new Error(begun.message);
    expect(await sweepOf(begun.sweepId)).toMatchObject({ found: 4, zeroed: 0, lowered: 0, raised: 0 });
    await approve(begun.sweepId);
    await until(begun.sweepId, "done");
    expect([await matched(), (await one("TWIN")).variantId, (await one("TWIN")).matchedBy]).toEqual([1, null, null]);
    const undone = { listingId: (await one("mug_0")).id, message: "Undone. The match was removed, with others" };
    expect(await database.db.attempt.count({ where: undone })).toBe(1);
  });

  it("leaves alone what the merchant leaves out, and shows what it does without that", async () => {
    const ids = [(await one("mug_0")).id, (await one("Bowl 1")).id, (await one("PLATE-4")).id];
    const id = await begin({ listingIds: ids });
    expect(await sweepOf(id)).toMatchObject({ found: 2, alike: 1, zeroed: 1, raised: 1 });
    const [mug = 0, bowl = 0] = ids;
    expect(await leave(id, [mug])).toEqual({ ok: true });
    // Twice is once.
    expect(await leave(id, [mug])).toMatchObject({ ok: false });
    expect(await leave(id, [(await one("PLATE-4")).id])).toMatchObject({ ok: false });
    expect(await sweepOf(id)).toMatchObject({ found: 1, leftOut: 1, zeroed: 0, raised: 1 });
    await leave(id, [bowl]);
    const none = { zeroed: 0, lowered: 0, raised: 0 };
    expect(await world.drive(approveSweep(world.rt, { ...by(), sweepId: id, approved: none }))).toMatchObject({
      ...{ ok: false, message: expect.stringContaining("You left all of them out") },
    });
    await leave(id, [bowl], false);
    expect(await sweepOf(id)).toMatchObject({ found: 1, leftOut: 1, zeroed: 0, raised: 1 });
    expect((await rows(id, true)).map(({ leftOut }) => leftOut)).toEqual([true, false]);
    await approve(id);
    expect(await leave(id, [mug], false)).toMatchObject({ ok: false });
    await until(id, "done");
    expect(await sweepOf(id)).toMatchObject({ changed: 1, skipped: 0 });
    expect([(await one("mug_0")).variantId, (await one("Bowl 1")).variant?.sku]).toEqual([null, "BOWL-1"]);
    expect(await readSweep(world.rt, world.shopId, id, ANN)).toMatchObject({
      matches: { clear: 2, unclear: 0, leftOut: 1 },
    });
  });

  it("does no more than was shown: what was matched since, or leads elsewhere, stays", async () => {
    const id = await begin(needsYou);
    await until(id, "asking");
    const plate = await database.db.variant.findFirstOrThrow({ where: { sku: "PLATE-4" } });
    const after = { variantId: plate.id, matchedBy: "hand" as const };
    const change = { setting: "match" as const, listingId: (await one("Bowl 1")).id, after };
    const approved = { zeroed: 0, lowered: 0, raised: 1 };
    expect(await world.drive(changeSetting(world.rt, { ...by(), change, approved }))).toEqual({ ok: true });
    await database.db.variant.updateMany({ where: { sku: "JUG-2" }, data: { removedAt: world.rt.clock.now() } });
    // It became clear, but nobody saw it.
    await database.db.listing.updateMany({ where: { sku: "Cup.3" }, data: { sku: "CUP 3" } });
    await approve(id);
    await until(id, "done");
    expect(await sweepOf(id)).toMatchObject({ changed: 2, skipped: 2 });
    expect([(await one("Bowl 1")).variant?.sku, (await one("X-2")).variantId]).toEqual(["PLATE-4", null]);
    expect((await one("CUP 3")).variantId).toBeNull();
  });

  it("takes a title for nothing where several listings of a channel have it", async () => {
    await database.db.listing.updateMany({ where: { sku: "X-7" }, data: { title: "JUG tall" } });
    const id = await begin({ listingIds: [(await one("X-2")).id] });
    expect(await sweepOf(id)).toMatchObject({ found: 0, unclear: 1, state: "done" });
    expect((await rows(id, false)).map(({ sku }) => sku)).toEqual(["X-2"]);
  });

  it("matches a listing whose variant was deleted to the one that took its place, and puts it back", async () => {
    const gone = await database.db.variant.findFirstOrThrow({ where: { sku: "PLATE-4" } });
    await database.db.variant.update({ where: { id: gone.id }, data: { removedAt: world.rt.clock.now() } });
    await database.db.variant.updateMany({ where: { sku: "JUG-2" }, data: { sku: "plate 4" } });
    const id = await begin({ listingIds: [(await one("PLATE-4")).id] });
    expect(await said(id, true)).toEqual([["PLATE-4", "Jug, tall", 10, 3]]);
    await approve(id);
    await until(id, "done");
    expect((await one("PLATE-4")).variant?.sku).toBe("plate 4");
    const begun = await world.drive(undoSweep(world.rt, { ...by(), sweepId: id }));
    if (!begun.ok) throw new Error(begun.message);
    await approve(begun.sweepId);
    await until(begun.sweepId, "done");
    expect(await one("PLATE-4")).toMatchObject({ variantId: gone.id, matchedBy: "sku" });
  });

  it("is kept as what was shown for as long as it could be taken back", async () => {
    const id = await begin(needsYou);
    await world.drive(stopSweep(world.rt, { ...by(), sweepId: id }));
    const kept = async (days: number) => {
      const at = new Date(world.time.nowMs() + days * DAY_MS);
      await world.drive(forgetOld({ ...world.rt, clock: { ...world.rt.clock, now: () => at } }));
      return database.db.sweepMatch.count();
    };
    expect([await kept(6), await kept(15)]).toEqual([7, 0]);
  });

  it("is of its own shop alone", async () => {
    const id = await begin(needsYou);
    const others = { shopId: world.shopId + 1, sweepId: id, listingIds: [(await one("mug_0")).id], leftOut: true };
    expect(await world.drive(leaveOut(world.rt, others))).toMatchObject({ ok: false });
    expect((await readSweepMatches(world.rt, world.shopId + 1, id, { clear: true, beside: null })).rows).toEqual([]);
    expect((await sweepOf(id)).leftOut).toBe(0);
  });

  it("goes through many in steps, is stopped in the middle, and goes on with the rest", async () => {
    await database.db.$executeRaw`
      INSERT INTO "Variant" ("shopId", gid, "productGid", "productTitle", title, sku, "inventoryItemGid", tracked)
      SELECT ${world.shopId}, 'v-' || n, 'p-' || n, 'Zinc pot ' || n, 'Default Title', 'POT-' || n, 'i-' || n, true
      FROM generate_series(1, ${MANY}::int) n`;
    await database.db.$executeRaw`
      INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", "seenAt")
      SELECT ${world.shopId}, ${channelId}, 'pot-' || n, 'pot ' || n, 'A pot', 'active', now() + interval '10 years'
      FROM generate_series(1, ${MANY}::int) n`;
    const id = await begin(NOT_MATCHED);
    await until(id, "asking");
    expect(await sweepOf(id)).toMatchObject({ found: MANY + 3, unclear: 3 });
    const last = await database.db.listing.findFirstOrThrow({ where: { sku: `pot ${MANY}` } });
    await leave(id, [last.id]);
    let hasStopped = false;
    onAwait = (_worker, what, run) => {
      if (run?.name !== "sweep-listings" || hasStopped || what !== "commit") return;
      hasStopped = true;
      void stopSweep(world.rt, { ...by(), sweepId: id });
    };
    await approve(id);
    await until(id, "stopped");
    onAwait = null;
    const { changed } = await sweepOf(id);
    expect(changed).toBeGreaterThan(0);
    expect(changed).toBeLessThan(MANY);
    expect(await world.drive(resumeSweep(world.rt, { shopId: world.shopId, sweepId: id }))).toEqual({ ok: true });
    await until(id, "asking");
    expect(await sweepOf(id)).toMatchObject({ found: MANY + 2 - changed, leftOut: 1, unclear: 3 });
    // What is done already can't be left out any more.
    await leave(id, [(await one("mug_0")).id]);
    expect((await sweepOf(id)).leftOut).toBe(1);
    await approve(id);
    await until(id, "done");
    expect(await sweepOf(id)).toMatchObject({ changed: MANY + 2, skipped: 0 });
    expect([await matched(), (await one(`pot ${MANY}`)).variantId]).toEqual([MANY + 3, null]);
  });
});
