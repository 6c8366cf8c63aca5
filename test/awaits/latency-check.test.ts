/**
 * A SKU is timed: one unit is taken and put back, once each, and no number is ever too high, wherever the worker that does it
 * dies or stands still.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startLatencyCheck } from "#app/flows/check-latency.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { NoAnswerError } from "#test/support/world/world.ts";
import { type AwaitWorld, createAwaitWorld, generalFaults, isInStep, SKU, sellable } from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, WAYS, Watch } from "./every-await.ts";

interface Timed {
  availableBefore: number;
  checksBefore: number;
}

describe("a latency check", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  const latest = () => database.db.latencyCheck.findFirst({ orderBy: { id: "desc" }, include: { listings: true } });

  const timing: Flow<Timed> = {
    tasks: ["check-latency"],
    prepare: async () => ({
      availableBefore: at.world.available(SKU),
      checksBefore: await database.db.latencyCheck.count(),
    }),
    async begin() {
      const { id: variantId } = await database.db.variant.findFirstOrThrow({ where: { sku: SKU } });
      const { world } = at;
      // Who answers the merchant may be who dies: the check has begun then, for its task is what was killed.
      const start = startLatencyCheck(world.rt, { shopId: world.shopId, variantId, approved: 1 });
      const begun = await world.drive(start).catch((error: unknown) => {
        if (error instanceof NoAnswerError) return null;
        throw error;
      });
      if (begun?.ok === false) throw new Error(begun.message);
    },
    during({ availableBefore }) {
      const [available, reserved] = [at.world.available(SKU), at.world.reserved(SKU)];
      const isRight = available + reserved === availableBefore && reserved <= 1;
      return isRight ? [] : [`${available} are available and ${reserved} reserved of ${availableBefore}`];
    },
    async isSettled({ checksBefore }) {
      if ((await database.db.latencyCheck.count()) === checksBefore) return false;
      return (await latest())?.state === "ended" && at.world.reserved(SKU) === 0 && isInStep(at);
    },
    async faults({ availableBefore, checksBefore }) {
      const faults = await generalFaults(at);
      if (sellable(at) !== availableBefore) faults.push(`${sellable(at)} are there, and ${availableBefore} were`);
      const check = await latest();
      if ((await database.db.latencyCheck.count()) !== checksBefore + 1) faults.push("it was begun more than once");
      if (check?.returnedAt === null) faults.push(`its unit is not said to be back: ${check.problem}`);
      const said = await database.db.attempt.count({
        where: { kind: "latency-check", startedAt: { gte: check?.startedAt ?? at.world.time.now() } },
      });
      if (said !== 2) faults.push(`history says it in ${said} lines`);
      return faults;
    },
  };

  it.each(WAYS)("takes its unit and puts it back once, its worker %s at any await", async (way) => {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    expect(await everyAwait(at.world, watch, timing, { name: "latency check", way })).toEqual([]);
  });

  it("does so where Shopify's first replies are lost, its worker is killed at any await", async () => {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    const replyLost: Flow<Timed> = {
      ...timing,
      async begin(subject) {
        at.world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-after", times: 1 });
        await timing.begin(subject);
      },
    };
    const named = { name: "latency check, reply lost", way: "is killed" as const };
    expect(await everyAwait(at.world, watch, replyLost, named)).toEqual([]);
  });
});
