/**
 * The convergence trial: 40 sales of one SKU in quick succession, a marketplace whose calls take 2 to 60 ms and may fail,
 * and the question whether its listing ends at what Shopify really has. A design that sends an absolute quantity per sale,
 * with retries, ends wrong here more often than not.
 *
 * Seeds run in blocks: one shop per block, in which each seed restocks and sells anew with dice of its own. To read in the
 * catalogue for each would take longer than the trial.
 */
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { createRandom, type Random } from "#test/support/world/random.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";
import {
  createSimMarketplace,
  NO_FAULTS,
  type SimListing,
  type SimMarketplace,
  type SimNature,
} from "./sim-marketplace.ts";

export interface ConvergencePlan {
  seeds: readonly number[];
  /** Of 1: calls of the app to the marketplace that fail. */
  failing: number;
}

export interface Trial {
  seed: number;
  /** What the listing shows in the end, and what Shopify has. */
  shown: number;
  has: number;
  writes: number;
}

const LATE_WRITE_MS = 5_000;
const ORDERS_EVERY_MS = 15_000;
const NATURE: SimNature = {
  key: "trial",
  capabilities: { orderVisibilityLagMs: 1_000, orderPollEveryMs: ORDERS_EVERY_MS, lateWriteMaxMs: LATE_WRITE_MS },
  latencyMs: { min: 2, max: 60 },
  visibleAfterMs: 0,
  limits: [],
  clockSkewMs: 0,
};
const SKU = "ONE";
const LOCATION = "Warehouse";
const STOCK = 60;
const SALES = 40;
const GAP_MS = { min: 1, max: 40 };
const TICK_MS = 5_000;
/**
 * The latest moment at which a lost write may land, and the look after it; where that looks like units sold there, until the
 * orders of that time are read; and the last retries.
 */
const SETTLE_MS = LATE_WRITE_MS + TICK_MS + ORDERS_EVERY_MS + TICK_MS + 5_000;

export async function tryConvergence(database: TestDatabase, { seeds, failing }: ConvergencePlan): Promise<Trial[]> {
  await database.empty();
  const dice: { random: Random } = { random: createRandom(seeds[0] ?? 1) };
  const found: SimMarketplace[] = [];
  const world = await createWorld({
    database,
    seed: seeds[0] ?? 1,
    store: {
      handle: "trial",
      name: "Convergence",
      locations: [{ name: LOCATION }],
      products: [{ title: SKU, variants: [{ sku: SKU, price: "10.00", stock: { [LOCATION]: STOCK } }] }],
    },
    listings: [],
    workers: 2,
    tickMs: TICK_MS,
    markets({ time }) {
      const market = createSimMarketplace(NATURE, time, drawnFrom(dice));
      found.push(market);
      return [{ connector: market.connector, fetch: market.fetch }];
    },
  });
  try {
    const [market] = found;
    if (!market) throw new Error("there is no marketplace");
    const listing = market.addListing(SKU, 1);
    await connect(world);
    const trials: Trial[] = [];
    for (const seed of seeds) {
      dice.random = createRandom(seed).fork();
      trials.push({ seed, ...(await sellOut(world, market, listing, dice.random, failing)) });
    }
    return trials;
  } finally {
    world.close();
  }
}

/** The stream that `dice` holds at the moment. */
function drawnFrom(dice: { random: Random }): Random {
  return {
    next: () => dice.random.next(),
    between: (min, max) => dice.random.between(min, max),
    chance: (probability) => dice.random.chance(probability),
    pick: (from) => dice.random.pick(from),
    fork: () => dice.random.fork(),
  };
}

async function connect(world: World): Promise<void> {
  const { db } = world.database;
  await world.until("mirrored", async () => (await db.shop.count({ where: { mirroredAt: { not: null } } })) === 1);
  const channelId = await world.connectKeys({ connectorKey: NATURE.key, keys: { token: "t" } });
  await world.until("listings read", async () => (await db.channel.count({ where: { listingsReadAt: null } })) === 0);
  await world.drive(approveFirstPush(world.rt, { shopId: world.shopId, channelId }));
}

async function sellOut(
  world: World,
  market: SimMarketplace,
  listing: SimListing,
  random: Random,
  failing: number,
): Promise<Omit<Trial, "seed">> {
  market.faults = { ...NO_FAULTS };
  world.setStock(SKU, STOCK);
  await world.until("the restock is shown", () => market.shown(listing) === STOCK);
  let writes = 0;
  market.onWrite(() => {
    writes += 1;
  });
  market.faults = failingCalls(failing);
  for (let sale = 0; sale < SALES; sale += 1) {
    await world.run(random.between(GAP_MS.min, GAP_MS.max));
    world.setStock(SKU, world.available(SKU) - 1);
  }
  // The calls go on failing: retries must come through them.
  await world.run(SETTLE_MS);
  return { shown: market.shown(listing), has: world.available(SKU), writes };
}

/** Every kind of failure alike: refused, unwell, done without a reply, lost and perhaps late. */
function failingCalls(share: number): SimMarketplace["faults"] {
  return { ...NO_FAULTS, throttled: share / 4, unavailable: share / 4, replyLost: share / 4, requestLost: share / 4 };
}
