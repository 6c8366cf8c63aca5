/**
 * The access to the shop is renewed: Shopify takes each refresh token once and gives another for it. It is used once, by
 * one worker, and the new one is stored, wherever that worker dies or stands still. One that dies between Shopify's reply and
 * its storing takes the new token with it: then the merchant opens the app, which gives it another.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { addMs } from "#app/clock.ts";
import { isGood, RENEW_WHEN_LEFT_MS } from "#app/token-life.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { type AwaitWorld, createAwaitWorld, generalFaults } from "./await-world.ts";
import { everyAwait, type Flow, SUITE_MS_MAX, Watch, type Way } from "./every-await.ts";

/** How long a new token is good: longer than a worker stands still. */
const GOOD_MS = 4 * 60_000;
/** Longer than a reading of Shopify's orders is good for. */
const OLD_MS = 6 * 60_000;
const STEP_MS = 20_000;
/** Awaits between Shopify's giving of a new token and its storing: that of the reply, and that of the statement. */
const LOST_AT = 2;

interface Renewal {
  begunAtMs: number;
  /** How often Shopify has given a new token for an old one. */
  renewed: number;
  refused: number;
}

describe("the access to the shop", { timeout: SUITE_MS_MAX }, () => {
  let database: TestDatabase;
  let at: AwaitWorld;
  let renewed = 0;
  let refused = 0;
  /** Renewals of which the old token was used once more. */
  let usedTwice = 0;
  /** How often the merchant had to open the app. */
  let opened = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => at.world.close());

  async function begin(): Promise<Watch> {
    const watch = new Watch();
    at = await createAwaitWorld(database, watch);
    const { shopify, workers } = at.world;
    shopify.world.settings.accessTokenMs = RENEW_WHEN_LEFT_MS + GOOD_MS;
    const { refresh } = shopify.tokens;
    shopify.tokens.refresh = (token) => {
      const outcome = refresh(token);
      if (outcome.ok) renewed += 1;
      else refused += 1;
      return outcome;
    };
    // The first one lasts for an hour, as each process knows.
    await database.db.session.updateMany({ data: { expires: at.world.time.now() } });
    for (const index of workers.keys()) at.world.replaceWorker(index);
    opened = 0;
    usedTwice = 0;
    return watch;
  }

  const held = () => database.db.session.findFirstOrThrow();

  /** What the app holds was used up. */
  async function isLost(): Promise<boolean> {
    const refreshToken = at.world.rt.secrets.open((await held()).refreshToken ?? "");
    return at.world.shopify.tokens.all.find((one) => one.refreshToken === refreshToken)?.refreshState !== "fresh";
  }

  async function openApp(): Promise<void> {
    const { world } = at;
    opened += 1;
    await world.install(world.shopDomain);
    const expires = addMs(world.time.now(), RENEW_WHEN_LEFT_MS + GOOD_MS);
    await database.db.session.updateMany({ data: { expires } });
  }

  const renewal: Flow<Renewal> = {
    tasks: ["follow-orders"],
    async prepare() {
      const { world } = at;
      while (isGood((await held()).expires, world.time.now())) await world.run(STEP_MS);
      return { begunAtMs: world.time.nowMs(), renewed, refused };
    },
    async begin() {
      const { world } = at;
      // As the clock does: what a dead worker was to read is found by the tick.
      const progressCheckedAt = addMs(world.time.now(), -OLD_MS);
      await database.db.shop.update({ where: { id: world.shopId }, data: { progressCheckedAt } });
      world.queue.add("follow-orders", { shopId: world.shopId }, 0);
    },
    async isSettled({ begunAtMs }) {
      if (await isLost()) await openApp();
      const { progressCheckedAt } = await database.db.shop.findFirstOrThrow();
      return progressCheckedAt !== null && progressCheckedAt.getTime() >= begunAtMs;
    },
    async faults(before) {
      const faults = await generalFaults(at);
      const times = renewed - before.renewed;
      if (times !== 1) faults.push(`it was renewed ${times} times`);
      if (refused !== before.refused) usedTwice += 1;
      if (await isLost()) faults.push("it is lost");
      return faults;
    },
  };

  it.each<{ way: Way; lostBy: number; usedTwiceBy: number }>([
    { way: "is killed", lostBy: LOST_AT, usedTwiceBy: 0 },
    // Whoever takes over can't know of the new token, and is refused.
    { way: "stands still", lostBy: 0, usedTwiceBy: LOST_AT },
  ])("is renewed once, its worker $way at any await", async ({ way, lostBy, usedTwiceBy }) => {
    const watch = await begin();
    expect(await everyAwait(at.world, watch, renewal, { name: "renewal of the access", way })).toEqual([]);
    expect({ opened, usedTwice }).toEqual({ opened: lostBy, usedTwice: usedTwiceBy });
  });
});
