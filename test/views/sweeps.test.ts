/** What the screens say of a change of many listings, and until when Home speaks of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addMs } from "#app/clock.ts";
import type { Runtime } from "#app/runtime.ts";
import { readHome } from "#app/views/home.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-30T12:00:00Z");
const HOUR_MS = 60 * 60_000;
const ANN = "548380009";

describe("a change of many listings on Home", () => {
  let database: TestDatabase;
  let rt: Runtime;
  let shopId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    rt = { db: database.db, clock: { now: () => NOW }, connectors: new Map() } as unknown as Runtime;
    const facts = { name: "Ours", currency: "GBP", timezone: "UTC", policy: {}, installedAt: NOW, mirroredAt: NOW };
    shopId = (await database.db.shop.create({ data: { ...facts, domain: "ours.test" } })).id;
  });

  const sweep = (state: string, more: object = {}) => {
    const facts = { shopId, deed: { act: "exclude" }, about: "All listings", total: 2_000, startedAt: NOW, actor: ANN };
    return database.db.sweep.create({ data: { ...facts, state, ...more } });
  };
  const stopped = { approvedAt: NOW, finishedAt: addMs(NOW, -HOUR_MS), looked: 900, changed: 800, skipped: 100 };
  const shown = async () => (await readHome(rt, shopId, ANN)).sweep;

  it("is not there where there is none, or the last is over or was never begun", async () => {
    expect(await shown()).toBeNull();
    await sweep("done", { approvedAt: NOW, finishedAt: NOW });
    await sweep("dropped", { finishedAt: NOW });
    expect(await shown()).toBeNull();
  });

  it("is there with how far it has come while its effect is worked out, and Home looks again soon", async () => {
    const { id } = await sweep("weighing", { weighed: 500 });
    expect(await readHome(rt, shopId, ANN)).toMatchObject({
      live: true,
      sweep: {
        id,
        title: "Exclude",
        said: { label: "Being worked out" },
        did: null,
        progress: { done: 500, total: 2_000 },
      },
    });
  });

  it("waits for an approval, and shows what was done before it asked again", async () => {
    const { id } = await sweep("asking", { weighed: 2_000, found: 1_200 });
    expect(await readHome(rt, shopId, ANN)).toMatchObject({
      live: false,
      sweep: { state: "asking", said: { label: "Waits for you" }, progress: null },
    });
    await database.db.sweep.update({ where: { id }, data: { approvedAt: NOW, looked: 900, changed: 900 } });
    expect(await shown()).toMatchObject({ progress: { done: 900, total: 2_000 }, did: "900 listings excluded" });
  });

  it("is under way", async () => {
    await sweep("running", { approvedAt: NOW, weighed: 2_000, looked: 900, changed: 800, skipped: 100 });
    expect(await readHome(rt, shopId, ANN)).toMatchObject({
      live: true,
      sweep: { said: { label: "Under way" }, progress: { done: 900, total: 2_000 } },
    });
  });

  it("that was stopped stays for a day, unless it was undone or another was done since", async () => {
    const { id } = await sweep("stopped", stopped);
    await sweep("dropped", { finishedAt: NOW });
    expect(await readHome(rt, shopId, ANN)).toMatchObject({
      live: false,
      sweep: { id, said: { label: "Stopped" }, progress: { done: 900, total: 2_000 } },
    });
    await database.db.sweep.update({ where: { id }, data: { finishedAt: addMs(NOW, -24 * HOUR_MS) } });
    expect(await shown()).toBeNull();
    await database.db.sweep.update({ where: { id }, data: { finishedAt: NOW } });
    expect(await shown()).not.toBeNull();
    await sweep("done", { approvedAt: NOW, finishedAt: NOW, deed: { act: "undo" }, undoesId: id });
    expect(await shown()).toBeNull();
  });

  it("gives way to the one that is open, also where that was begun before it", async () => {
    const { id } = await sweep("running", { approvedAt: NOW });
    await sweep("stopped", stopped);
    expect(await shown()).toMatchObject({ id });
  });

  it("is of this shop alone", async () => {
    const other = {
      domain: "others.test",
      name: "Others",
      currency: "GBP",
      timezone: "UTC",
      policy: {},
      installedAt: NOW,
    };
    await sweep("running", { shopId: (await database.db.shop.create({ data: other })).id });
    expect(await shown()).toBeNull();
  });
});
