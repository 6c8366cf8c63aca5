/**
 * A channel's listings are read again: one shows another number than it was told, one is gone, and two are new. Each
 * difference is seen to once, wherever the worker that reads them dies or stands still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addMs } from "#app/clock.ts";
import type { SimListing } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import {
  type AwaitWorld,
  createAwaitWorld,
  generalFaults,
  isInStep,
  lastAttemptId,
  runsLeft,
  SKU,
  sellable,
} from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, Watch } from "./every-await.ts";

/** Longer than a reading of the listings is good for. */
const OLD_MS = 31 * 60_000;
/** Units that a hand over there has added. */
const TOO_MANY = { edited: 7, fresh: 3 };

interface Compared {
  /** Known, and gone at the first look. */
  gone: SimListing[];
  /** Known, and gone at a later look, if at all. */
  goneLater: SimListing;
  fresh: [SimListing, SimListing];
  begunAtMs: number;
  attemptsAfter: bigint;
}

describe("a comparison of listings", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let fresh: [SimListing, SimListing];
  /** The last one that may have been gone later, and goes now. */
  let last: SimListing | null = null;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  const rowOf = ({ remoteId }: SimListing) => database.db.listing.findFirst({ where: { remoteId } });

  /** As the clock does: what a dead worker was to read is found by the tick. */
  async function readAgain(): Promise<void> {
    const { world, channelId } = at;
    const listingsReadAt = addMs(world.time.now(), -OLD_MS);
    await database.db.channel.update({ where: { id: channelId }, data: { listingsReadAt } });
    world.queue.add("reconcile-listings", { channelId }, 0);
  }

  const comparing: Flow<Compared> = {
    tasks: ["reconcile-listings"],
    async prepare() {
      const gone = [fresh[0], ...(last && !last.removed ? [last] : [])];
      const goneLater = fresh[1];
      last = goneLater;
      fresh = add(TOO_MANY.fresh);
      return { gone, goneLater, fresh, begunAtMs: at.world.time.nowMs(), attemptsAfter: await lastAttemptId(at) };
    },
    async begin({ gone }) {
      at.listing.quantity += TOO_MANY.edited;
      for (const one of gone) one.removed = true;
      await readAgain();
    },
    async isSettled({ gone, goneLater, fresh, begunAtMs }) {
      const { listingsReadAt } = await database.db.channel.findFirstOrThrow();
      if (!listingsReadAt || listingsReadAt.getTime() < begunAtMs) return false;
      if (!(await isInStep(at)) || fresh.some((one) => at.market.shown(one) !== sellable(at))) return false;
      for (const one of [...gone, goneLater]) if (one.removed && (await rowOf(one))?.removedAt === null) return false;
      return true;
    },
    async faults({ gone, goneLater, fresh, attemptsAfter }) {
      const faults = await generalFaults(at);
      for (const one of [...fresh, ...gone, goneLater]) {
        const { removedAt, variantId } = (await rowOf(one)) ?? { removedAt: null, variantId: null };
        const shown = at.market.shown(one);
        if (one.removed !== (removedAt !== null))
          faults.push(`${one.remoteId} is taken to be ${removedAt ? "gone" : "there"}`);
        else if (!one.removed && (variantId === null || shown !== sellable(at)))
          faults.push(`${one.remoteId} shows ${shown} of ${sellable(at)}`);
      }
      faults.push(...(await runsLeft(at)));
      const attempts = await database.db.attempt.findMany({ where: { id: { gt: attemptsAfter } } });
      const read = attempts.filter(({ kind }) => kind === "import-listings").map(({ message }) => message);
      const told = read.reduce((sum, message) => sum + Number(/(\d+) are gone/.exec(message)?.[1] ?? 0), 0);
      const most = gone.length + (goneLater.removed ? 1 : 0);
      if (told < gone.length || told > most) faults.push(`history says: ${read.join("; ") || "nothing"}`);
      const mended = attempts.filter(({ kind }) => kind === "reconcile");
      if (mended.length !== 1) faults.push(`history says ${mended.length} times that too many were shown`);
      return faults;
    },
  };

  /** While its worker stands still, more is gone of what it may have read, and another reads that. */
  const goneMeanwhile: Flow<Compared> = {
    ...comparing,
    async meanwhile({ goneLater }) {
      goneLater.removed = true;
      await readAgain();
    },
  };

  const add = (tooMany: number): [SimListing, SimListing] => [
    at.market.addListing(SKU, sellable(at) + tooMany),
    at.market.addListing(SKU, sellable(at)),
  ];

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch, { orderPollEveryMs: 60_000 });
    fresh = add(0);
    last = null;
    await readAgain();
    await at.world.until("all are known", async () => (await rowOf(fresh[1])) !== null);
    await at.world.run(60_000);
    return watch;
  }

  it("sees to each difference once, its worker is killed at any await", async () => {
    const watch = await begin();
    const named = { name: "comparison of listings", way: "is killed" as const };
    expect(await everyAwait(at.world, watch, comparing, named)).toEqual([]);
  });

  it("takes nothing to be there that another has seen gone while its worker stands still at any await", async () => {
    const watch = await begin();
    const named = { name: "comparison of listings, one gone meanwhile", way: "stands still" as const };
    expect(await everyAwait(at.world, watch, goneMeanwhile, named)).toEqual([]);
  });
});
