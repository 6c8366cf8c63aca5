/**
 * One shop and one invented marketplace, with little in it and few ticks, so that a minute of standing still goes by fast;
 * and what must hold of them whatever happened to a worker. What is true is taken from Shopify's and the marketplace's own
 * state.
 */
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { Capabilities } from "#connectors/contract/connector.ts";
import { createMarketWorld } from "#test/flows/market-world.ts";
import type { SimListing, SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { type SimOrder, unitsOf } from "#test/simulation/sim-orders.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import type { Watch } from "./every-await.ts";

export const SKU = "MUG-MOSS";
/** Never used up. */
const STOCK = 5_000;
const TICK_MS = 10_000;

export interface AwaitWorld {
  world: World;
  market: SimMarketplace;
  channelId: number;
  listing: SimListing;
}

/** Empties the database first. The first push is approved; the marketplace is polled seldom, and tells of nothing by itself. */
export async function createAwaitWorld(
  database: TestDatabase,
  watch: Watch,
  capabilities: Partial<Capabilities> = {},
): Promise<AwaitWorld> {
  const made = await createMarketWorld({
    database,
    sku: SKU,
    quantity: STOCK,
    store: {
      handle: "awaits",
      name: "Awaits",
      locations: [{ name: "Here" }],
      products: [{ title: "Mug", variants: [{ sku: SKU, price: "10.00", stock: { Here: STOCK } }] }],
    },
    capabilities: { orderPollEveryMs: 10 * 60_000, ...capabilities },
    workers: 2,
    tickMs: TICK_MS,
    onAwait: watch.onAwait,
  });
  const { world, market, channelId } = made;
  await world.drive(approveFirstPush(world.rt, { shopId: world.shopId, channelId }));
  const listing = market.listings.values().next().value;
  if (!listing) throw new Error("the marketplace has no listing");
  await world.run(2 * TICK_MS);
  return { ...made, listing };
}

let buyers = 0;

/** Another buyer each time. */
export function buy({ market, listing }: AwaitWorld, units: number, { pay = true } = {}): SimOrder {
  buyers += 1;
  const order = market.buy(listing, units, { pay, buyer: `buyer-${buyers}`, visibleAfterMs: 0 });
  if (!order) throw new Error("nothing is left to buy");
  return order;
}

/** Orders placed together cost little each. */
const PLACED_TOGETHER = 25;

/** Paid orders of so many units that Shopify has: one at a time, from a stock of them. */
export function placedOrders(at: AwaitWorld, units: number): () => Promise<SimOrder> {
  const ready: SimOrder[] = [];
  const { db } = at.world.database;
  async function isPlaced(): Promise<boolean> {
    if (at.market.shown(at.listing) !== sellable(at)) return false;
    const remoteIds = ready.map(({ id }) => id);
    const placed = await db.marketplaceOrder.count({ where: { remoteId: { in: remoteIds }, stage: "placed" } });
    return placed === ready.length && (await db.reservation.count({ where: { state: "pending" } })) === 0;
  }
  return async () => {
    if (ready.length === 0) {
      while (ready.length < PLACED_TOGETHER) ready.push(buy(at, units));
      at.world.queue.add("import-orders", { channelId: at.channelId }, 0);
      while (!(await isPlaced())) await at.world.run(TICK_MS);
      await at.world.run(TICK_MS);
    }
    const order = ready.shift();
    if (!order) throw new Error("no order was placed");
    return order;
  };
}

/** As a notification would. */
export function hint({ world, channelId }: AwaitWorld, { id }: SimOrder): void {
  world.queue.add("import-orders", { channelId, orderRemoteId: id }, 0);
}

export function shopifyOrdersOf({ world }: AwaitWorld, { id }: SimOrder) {
  const orders = world.shopify.store(world.shopDomain).orders.values();
  return [...orders].filter((one) => one.sourceIdentifier?.endsWith(`/${id}`));
}

/** What the app has of an order. */
export function rowOf({ world }: AwaitWorld, { id }: SimOrder) {
  const include = { lines: { include: { reservation: true } }, cancellations: true, shipments: true } as const;
  return world.database.db.marketplaceOrder.findFirst({ where: { remoteId: id }, include });
}

/** What Shopify has, less what is sold there and Shopify does not have yet. */
export function sellable(at: AwaitWorld, unplaced: readonly SimOrder[] = []): number {
  const owed = unplaced.reduce((sum, order) => sum + unitsOf(order), 0);
  return at.world.available(SKU) - owed;
}

/** The marketplace shows what is there, and no push is under way. */
export async function isInStep(at: AwaitWorld): Promise<boolean> {
  if (at.market.shown(at.listing) !== sellable(at)) return false;
  return (await at.world.database.db.attempt.count({ where: { outcome: "sending" } })) === 0;
}

/** What must hold whenever all has settled. `owed`: orders of which Shopify does not count the units. */
export async function generalFaults(at: AwaitWorld, owed: readonly SimOrder[] = []): Promise<string[]> {
  const { world, market, listing } = at;
  const { db } = world.database;
  const faults: string[] = [];
  const expect = (isSo: boolean, what: string): void => void (isSo || faults.push(what));

  const shown = market.shown(listing);
  expect(shown === sellable(at, owed), `${shown} are shown, and ${sellable(at, owed)} are there`);
  const [stock] = await db.$queryRaw<{ mirrored: number; explained: number; pending: number }[]>`
    SELECT (SELECT COALESCE(SUM(available), 0)::int FROM "Level") AS mirrored,
      (SELECT COALESCE(SUM(delta), 0)::int FROM "LedgerEntry") AS explained,
      (SELECT COALESCE(SUM(quantity), 0)::int FROM "Reservation" WHERE state = 'pending') AS pending`;
  const levels = [...world.shopify.store(world.shopDomain).levels.values()];
  const available = levels.reduce((sum, level) => sum + level.quantities.available, 0);
  expect(stock?.mirrored === available, `the mirror has ${stock?.mirrored}, Shopify ${available}`);
  expect(stock?.explained === available, `the ledger explains ${stock?.explained} of ${available}`);
  const units = world.available(SKU) - sellable(at, owed);
  expect(stock?.pending === units, `${stock?.pending} units are reserved, and ${units} are owed`);

  for (const { outcome, message } of await db.attempt.findMany({ where: { outcome: "sending" } }))
    faults.push(`history says “${outcome}” for ever: ${message}`);
  for (const { title, message } of await db.alert.findMany({ where: { resolvedAt: null } }))
    faults.push(`the merchant is told: ${title} (${message})`);
  return faults;
}

/** The id of the last line of history: what has a higher one came later. */
export async function lastAttemptId({ world }: AwaitWorld): Promise<bigint> {
  const { _max } = await world.database.db.attempt.aggregate({ _max: { id: true } });
  return _max.id ?? 0n;
}

/** Runs that nobody has ended, in words. */
export async function runsLeft({ world }: AwaitWorld): Promise<string[]> {
  const runs = await world.database.db.run.findMany({ where: { state: "running" } });
  return runs.map(({ kind, message }) => `a run of ${kind} goes on for ever: ${message}`);
}

/** What history says of an order, oldest first: kind, outcome and message. */
export async function historyOf({ world }: AwaitWorld, { id }: SimOrder): Promise<string[]> {
  const rows = await world.database.db.$queryRaw<{ kind: string; outcome: string; message: string }[]>`
    SELECT kind, outcome, message FROM "Attempt"
    WHERE "orderId" = (SELECT id FROM "MarketplaceOrder" WHERE "remoteId" = ${id}) ORDER BY id`;
  return rows.map(({ kind, outcome, message }) => `${kind} ${outcome}: ${message}`);
}
