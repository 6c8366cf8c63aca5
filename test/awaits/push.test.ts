/**
 * The numbers of three listings of one channel change, and a batch of them goes out: each shows what it should, history
 * tells of each write as it ended, and fewer is never undone by an older write, wherever the worker that pushes dies or
 * stands still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SimListing, WriteSeen } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { type AwaitWorld, createAwaitWorld, generalFaults, lastAttemptId, SKU, sellable } from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, WAYS, Watch } from "./every-await.ts";

/** Units that each listing holds back, so that no two show the same. */
const BUFFERS = [0, 5, 11];
const STEP = 20;

interface Change {
  /** Writes that the marketplace had taken before. */
  writesBefore: number;
  /** Attempts from here on are this change's. */
  attemptsAfter: bigint;
}

describe("a push", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let listings: SimListing[] = [];
  let writes: WriteSeen[] = [];
  /** Writes of more than is there at the time. */
  let tooMany: string[] = [];

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch, { orderPollEveryMs: 60_000 });
    const { world, market, channelId } = at;
    for (const _ of BUFFERS.slice(1)) market.addListing(SKU, sellable(at));
    listings = [...market.listings.values()];
    world.queue.add("reconcile-listings", { channelId }, 0);
    const { db } = database;
    await world.until("three listings", async () => (await db.listing.count()) === BUFFERS.length);
    for (const [index, { remoteId }] of listings.entries()) {
      const policy = { buffer: { kind: "units", units: BUFFERS[index] ?? 0 } };
      await db.listing.updateMany({ where: { remoteId }, data: { policy } });
    }
    writes = [];
    tooMany = [];
    market.onWrite((write) => {
      writes.push(write);
      const most = target(listings.findIndex((one) => one.remoteId === write.listingId));
      if (write.quantity > most)
        tooMany.push(`${write.listingId} was told ${write.quantity}, where it is to show ${most}`);
    });
    changeStock(-STEP);
    await world.until("in step", isInStep);
    await world.run(60_000);
    return watch;
  }

  function changeStock(units: number): void {
    at.world.setStock(SKU, at.world.available(SKU) + units);
  }

  const target = (index: number): number => sellable(at) - (BUFFERS[index] ?? 0);

  function isInStep(): boolean {
    return listings.every((listing, index) => at.market.shown(listing) === target(index));
  }

  async function prepare(): Promise<Change> {
    return { writesBefore: writes.length, attemptsAfter: await lastAttemptId(at) };
  }

  async function isSettled(): Promise<boolean> {
    if (!isInStep()) return false;
    const [row] = await database.db.$queryRaw<{ left: number }[]>`
      SELECT COUNT(*)::int AS left FROM "Listing" WHERE version > "acknowledgedVersion" OR "unclearQuantity" IS NOT NULL
        OR "lookAgainAt" IS NOT NULL OR "unseenUnits" > 0`;
    return row?.left === 0;
  }

  async function faults({ writesBefore, attemptsAfter }: Change): Promise<string[]> {
    const found = [...(await generalFaults(at)), ...tooMany.splice(0)];
    const rows = await database.db.listing.findMany();
    for (const [index, { remoteId }] of listings.entries()) {
      const row = rows.find((one) => one.remoteId === remoteId);
      const shown = at.market.shown(listings[index] as SimListing);
      if (shown !== target(index)) found.push(`${remoteId} shows ${shown}, and should show ${target(index)}`);
      if (row?.acknowledgedQuantity !== shown) found.push(`of ${remoteId} the app knows ${row?.acknowledgedQuantity}`);
      if (row?.problem) found.push(`${remoteId} has a problem: ${row.problem}`);
      const sent = writes.slice(writesBefore).filter((write) => write.listingId === remoteId);
      const attempts = await database.db.attempt.findMany({
        where: { kind: "push", listingId: row?.id ?? 0, id: { gt: attemptsAfter } },
        orderBy: { id: "asc" },
      });
      found.push(...mistold(remoteId, sent, attempts));
    }
    return found;
  }

  /** What history tells of the writes of one listing, against what the marketplace took. */
  function mistold(
    remoteId: string,
    sent: readonly WriteSeen[],
    attempts: readonly { outcome: string; quantity: number | null }[],
  ): string[] {
    const told = attempts.map(({ outcome, quantity }) => `${quantity} ${outcome}`).join(", ") || "nothing";
    const taken = sent.map(({ quantity }) => quantity).join(", ") || "nothing";
    const found: string[] = [];
    for (const quantity of new Set([...sent, ...attempts].map((one) => one.quantity))) {
      const writesOf = sent.filter((one) => one.quantity === quantity).length;
      const of = attempts.filter((one) => one.quantity === quantity).map(({ outcome }) => outcome);
      const sure = of.filter((outcome) => outcome === "accepted" || outcome === "verified").length;
      const perhaps = of.filter((outcome) => outcome === "superseded" || outcome === "unclear").length;
      if (writesOf < sure || writesOf > sure + perhaps || writesOf > 1)
        found.push(`${remoteId} took ${taken}, and history says: ${told}`);
    }
    return found;
  }

  const fewer: Flow<Change> = {
    tasks: ["push-quantities"],
    prepare,
    begin: () => changeStock(-STEP),
    isSettled,
    faults,
  };
  const more: Flow<Change> = { ...fewer, begin: () => changeStock(STEP) };
  /** While its worker stands still, they are sold in Shopify, and another pushes what is left. */
  const fewerMeanwhile: Flow<Change> = { ...more, meanwhile: () => changeStock(-2 * STEP) };

  it.each(WAYS)("takes each listing to its lower number, its worker %s at any await", async (way) => {
    const watch = await begin();
    expect(await everyAwait(at.world, watch, fewer, { name: "push of fewer", way })).toEqual([]);
  });

  it("takes each listing to its higher number, its worker is killed at any await", async () => {
    const watch = await begin();
    const named = { name: "push of more", way: "is killed" as const };
    expect(await everyAwait(at.world, watch, more, named)).toEqual([]);
  });

  it("undoes nothing that another has lowered meanwhile, its worker stands still at any await", async () => {
    const watch = await begin();
    const named = { name: "push of more, fewer meanwhile", way: "stands still" as const };
    expect(await everyAwait(at.world, watch, fewerMeanwhile, named)).toEqual([]);
  });
});
