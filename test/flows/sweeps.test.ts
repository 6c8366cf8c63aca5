/**
 * A change of many listings: its effect is shown before, it goes on after a crash and ends once, it can be stopped, and is
 * taken back as one.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { approveSweep, beginSweep, resumeSweep, stopSweep, undoSweep } from "#app/flows/manage-sweeps.ts";
import type { SweepDeed, SweepFilter } from "#app/sweeps/deeds.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { TestWorker } from "#test/support/world/worker.ts";
import type { TaskRun, World } from "#test/support/world/world.ts";

const ANN = "548380009";
const ALL: SweepFilter = { channelId: null, status: null, search: "" };
const CAP_5: SweepDeed = { act: "policy", policy: { cap: 5 } };
/** More than one step changes. */
const MANY = 1_200;

type Deed = Exclude<SweepDeed, { act: "undo" }>;

describe("a change of many listings", () => {
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
    const skus = [0, 1, 2, 3, 4];
    ({ world, channelId } = await createConnectedWorld({
      database,
      workers: 2,
      onAwait: (...heard) => onAwait?.(...heard),
      store: {
        handle: "sweeps",
        name: "Sweeps",
        locations: [{ name: "Leeds" }],
        products: skus.map((at) => ({
          title: `Mug ${at}`,
          variants: [{ sku: `MUG-${at}`, price: "5.00", stock: { Leeds: 7 + at } }],
        })),
      },
      listings: skus.map((at) => ({
        ...{ sku: `MUG-${at}`, title: `Listed ${at}`, price: "5.00", currency: "GBP", quantity: 5 },
      })),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("pushed", () => shown()["MUG-4"] === 11 && shown()["MUG-0"] === 7);
    await world.run(30_000);
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown();
  const by = () => ({ shopId: world.shopId, actor: ANN });
  const begin = async (deed: Deed, filter: SweepFilter = ALL): Promise<number> => {
    const begun = await world.drive(beginSweep(world.rt, { ...by(), deed, filter }));
    if (!begun.ok) throw new Error(begun.message);
    return begun.sweepId;
  };
  const sweepOf = (id: number) => database.db.sweep.findUniqueOrThrow({ where: { id } });
  const until = (id: number, state: string) => world.until(state, async () => (await sweepOf(id)).state === state);
  const approve = async (sweepId: number) => {
    await until(sweepId, "asking");
    const { zeroed, lowered, raised } = await sweepOf(sweepId);
    const approved = { zeroed, lowered, raised };
    return world.drive(approveSweep(world.rt, { ...by(), sweepId, approved }));
  };
  const undo = async (sweepId: number): Promise<number> => {
    const begun = await world.drive(undoSweep(world.rt, { ...by(), sweepId }));
    if (!begun.ok) throw new Error(begun.message);
    return begun.sweepId;
  };
  const excluded = () => database.db.listing.count({ where: { ownExcluded: true } });
  const one = async (sku: string) => database.db.listing.findFirstOrThrow({ where: { sku } });

  /** Listings that stand for nothing: there are many. */
  const addMany = () =>
    database.db.$executeRaw`
      INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", "seenAt")
      SELECT ${world.shopId}, ${channelId}, 'many-' || n, 'MANY-' || n, 'One of many', 'active', now() + interval '10 years'
      FROM generate_series(1, ${MANY}::int) n`;

  it("shows what it does before, does it, says so, and is taken back as one", async () => {
    const id = await begin(CAP_5);
    expect(await sweepOf(id)).toMatchObject({ state: "asking", found: 5, alike: 0, zeroed: 0, lowered: 5, raised: 0 });
    expect((await sweepOf(id)).first).toHaveLength(5);
    expect([shown()["MUG-0"], (await one("MUG-0")).policy, await database.db.change.count()]).toEqual([7, null, 0]);
    expect(await approve(id)).toEqual({ ok: true });
    await until(id, "done");
    await world.until("capped", () => Object.values(shown()).every((units) => units === 5));
    expect(await database.db.change.findFirstOrThrow()).toMatchObject({
      ...{ setting: "many-listings", actor: ANN, message: "5 listings with the policy: cap 5", lowered: 5 },
    });
    const told = { listingId: (await one("MUG-1")).id, actor: ANN, message: "Policy of its own: cap 5, with others" };
    expect(await database.db.attempt.count({ where: told })).toBe(1);

    // What was altered again since stays as it is.
    const listingId = (await one("MUG-4")).id;
    const change = { setting: "listing-policy" as const, listingId, after: { cap: 4 } };
    const approved = { zeroed: 0, lowered: 1, raised: 0 };
    expect(await world.drive(changeSetting(world.rt, { ...by(), approved, change }))).toEqual({ ok: true });
    await world.until("lower", () => shown()["MUG-4"] === 4);
    const back = await undo(id);
    expect(await sweepOf(back)).toMatchObject({ state: "asking", found: 4, alike: 1, raised: 4 });
    expect(await approve(back)).toEqual({ ok: true });
    await until(back, "done");
    await world.until("as before", () => shown()["MUG-0"] === 7 && shown()["MUG-3"] === 10);
    expect([shown()["MUG-4"], (await one("MUG-0")).policy]).toEqual([4, null]);
    expect(await world.drive(undoSweep(world.rt, { ...by(), sweepId: id }))).toMatchObject({ ok: false });
    const [first, second] = await database.db.change.findMany({
      where: { setting: "many-listings" },
      orderBy: { id: "asc" },
    });
    expect(second?.undoesId).toBe(first?.id);
  });

  it("is about what the filter matches when it is done, and skips what is so already", async () => {
    const listingId = (await one("MUG-0")).id;
    await world.drive(changeSetting(world.rt, { ...by(), change: { setting: "excluded", listingId, after: true } }));
    const inStep = await begin({ act: "exclude" }, { channelId, status: "in-step", search: "" });
    expect(await sweepOf(inStep)).toMatchObject({
      ...{ state: "asking", found: 4, alike: 0, about: expect.stringContaining("with the status “In step” on ") },
    });
    const both = await begin({ act: "exclude" });
    expect([(await sweepOf(inStep)).state, await sweepOf(both)]).toMatchObject(["dropped", { found: 4, alike: 1 }]);
    const other = (await one("MUG-1")).id;
    await world.drive(
      changeSetting(world.rt, { ...by(), change: { setting: "excluded", listingId: other, after: true } }),
    );
    await approve(both);
    await until(both, "done");
    expect(await sweepOf(both)).toMatchObject({ changed: 3, skipped: 2 });
    expect(await excluded()).toBe(5);
  });

  it("is about listings that were chosen, or found by their words, and of its own shop alone", async () => {
    const ids = [(await one("MUG-0")).id, (await one("MUG-1")).id];
    const chosen = await begin({ act: "exclude" }, { listingIds: ids });
    await approve(chosen);
    await until(chosen, "done");
    expect(await excluded()).toBe(2);
    const found = await begin({ act: "exclude" }, { channelId: null, status: null, search: "mug-3" });
    expect(await sweepOf(found)).toMatchObject({ found: 1, total: 1 });
    const others = { ...by(), shopId: world.shopId + 1, sweepId: found };
    expect(
      await world.drive(approveSweep(world.rt, { ...others, approved: { zeroed: 0, lowered: 0, raised: 0 } })),
    ).toMatchObject({ ok: false });
    expect(await world.drive(stopSweep(world.rt, others))).toMatchObject({ ok: false });
    expect(await world.drive(undoSweep(world.rt, { ...others, sweepId: chosen }))).toMatchObject({ ok: false });
  });

  it("asks again where more goes to 0 than was shown", async () => {
    const id = await begin({ act: "policy", policy: { threshold: 8 } });
    expect(await sweepOf(id)).toMatchObject({ zeroed: 1 });
    await until(id, "asking");
    world.setStock("MUG-1", 7);
    await world.until("one less", () => shown()["MUG-1"] === 7);
    const approved = { zeroed: 1, lowered: 0, raised: 0 };
    expect(await world.drive(approveSweep(world.rt, { ...by(), sweepId: id, approved }))).toEqual({ ok: true });
    await world.until("asks again", async () => (await sweepOf(id)).state === "asking");
    expect(await sweepOf(id)).toMatchObject({ zeroed: 2, changed: 0, problem: expect.stringContaining("more by now") });
    expect(shown()["MUG-0"]).toBe(7);
    expect(await approve(id)).toEqual({ ok: true });
    await until(id, "done");
    await world.until("zero", () => shown()["MUG-0"] === 0 && shown()["MUG-1"] === 0);
    expect(await database.db.change.count()).toBe(1);
  });

  it("goes on behind the last step when its worker dies, and changes each once", async () => {
    await addMany();
    const id = await begin({ act: "exclude" });
    await until(id, "asking");
    expect(await sweepOf(id)).toMatchObject({ found: MANY + 5, total: MANY + 5 });
    let deaths = 0;
    let heard = 0;
    const killed = new Set<TestWorker>();
    // At another place each time, mostly within a transaction.
    onAwait = (worker, _what, run) => {
      if (run?.name !== "sweep-listings" || deaths >= 6) return;
      heard += 1;
      if (heard < 7 + 5 * deaths || killed.has(worker)) return;
      heard = 0;
      deaths += 1;
      killed.add(worker);
      worker.kill();
      queueMicrotask(() => world.replaceWorker(world.workers.indexOf(worker)));
    };
    await approve(id);
    await world.until("done", async () => (await sweepOf(id)).state === "done", 20 * 60_000);
    expect(deaths).toBe(6);
    expect(await sweepOf(id)).toMatchObject({ changed: MANY + 5, skipped: 0, looked: MANY + 5 });
    expect(await excluded()).toBe(MANY + 5);
    expect(await database.db.sweepListing.count({ where: { sweepId: id } })).toBe(MANY + 5);
    expect(await database.db.attempt.count({ where: { message: { startsWith: "Excluded" } } })).toBe(MANY + 5);
    expect(await database.db.change.count()).toBe(1);
  });

  it("is stopped in the middle, says how far it came, goes on, or is taken back", async () => {
    await addMany();
    const id = await begin({ act: "exclude" });
    await until(id, "asking");
    let hasStopped = false;
    onAwait = (_worker, what, run) => {
      if (run?.name !== "sweep-listings" || hasStopped || what !== "commit") return;
      hasStopped = true;
      void stopSweep(world.rt, { ...by(), sweepId: id });
    };
    await approve(id);
    await until(id, "stopped");
    const { changed } = await sweepOf(id);
    expect(changed).toBeLessThan(MANY);
    expect(await excluded()).toBe(changed);
    onAwait = null;
    expect(await world.drive(resumeSweep(world.rt, { shopId: world.shopId, sweepId: id }))).toEqual({ ok: true });
    await until(id, "asking");
    expect(await sweepOf(id)).toMatchObject({ found: MANY + 5 - changed });
    await approve(id);
    await until(id, "done");
    expect(await excluded()).toBe(MANY + 5);
    const back = await undo(id);
    await approve(back);
    await until(back, "done");
    expect(await excluded()).toBe(0);
    expect(await database.db.change.count()).toBe(2);
  });

  it("tries again what has failed, and writes no change of settings", async () => {
    await database.db.listing.updateMany({ where: { sku: "MUG-2" }, data: { problem: "It broke", attemptsFailed: 3 } });
    const id = await begin({ act: "push" }, { channelId: null, status: "problem", search: "" });
    expect(await sweepOf(id)).toMatchObject({ state: "asking", found: 1, zeroed: 0, lowered: 0, raised: 0 });
    await approve(id);
    await until(id, "done");
    expect(await one("MUG-2")).toMatchObject({ problem: null, attemptsFailed: 0 });
    expect([await database.db.change.count(), await database.db.sweepListing.count()]).toEqual([0, 0]);
    expect(await world.drive(undoSweep(world.rt, { ...by(), sweepId: id }))).toMatchObject({ ok: false });
  });

  it("lets one be under way at a time, of however many are begun at once", async () => {
    const both = await world.drive(
      Promise.all([1, 2].map(() => beginSweep(world.rt, { ...by(), deed: { act: "exclude" }, filter: ALL }))),
    );
    expect(both.map((one) => one.ok)).toEqual([true, true]);
    const open = await database.db.sweep.findMany({ where: { state: { not: "dropped" } } });
    expect(open).toHaveLength(1);
    await database.db.sweep.updateMany({ where: { state: "asking" }, data: { state: "running" } });
    expect(await world.drive(beginSweep(world.rt, { ...by(), deed: { act: "exclude" }, filter: ALL }))).toEqual({
      ...{ ok: false, message: expect.stringContaining("under way") },
    });
  });
});
