/**
 * One seed: a shop, its channels, buyers and staff, and everything that goes wrong; the rules of the design's section 4
 * checked all along and after settling. A run is a function of its seed.
 */
import { createHash } from "node:crypto";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { findUnexplainedLevels } from "#app/inventory/levels.ts";
import { effectivePolicy, parsePolicy, publishedQuantity } from "#app/inventory/policy.ts";
import { explainListings, isOneOff } from "#app/views/quantity-facts.ts";
import type { StoreSeed } from "#test/emulators/shopify/demo-store.ts";
import type { Random } from "#test/support/world/random.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";
import { naturesOf } from "./natures.ts";
import {
  createSimMarketplace,
  NO_FAULTS,
  type SimListing,
  type SimMarketplace,
  type SimOrder,
} from "./sim-marketplace.ts";

export interface Violation {
  rule: number;
  atMs: number;
  what: string;
}

export interface SeedResult {
  seed: number;
  events: number;
  violations: Violation[];
  traceHash: string;
  trace: string[];
  oversold: number;
  /** Of these, what the earliest possible word could not have prevented. */
  unpreventable: number;
  /** Buyers turned away while there was stock for them. */
  turnedAway: number;
  virtualMs: number;
}

const LOCATION = "Warehouse";
const SKUS = ["A", "B", "C", "D"];
const UNTRACKED = "U";
const EVENT_GAP_MS = { min: 50, max: 1_500 };
const SETTLE_MS = 3 * 60_000;
/** What no word brings is found when the listings are read again, every half hour; then it is mended. */
const RECONCILE_MS = 40 * 60_000;
const SLOW_TICK_MS = 5 * 60_000;
const TICK_MS = 5_000;

export async function simulate(
  database: TestDatabase,
  { seed, events, withFaults = true }: { seed: number; events: number; withFaults?: boolean },
): Promise<SeedResult> {
  await database.empty();
  const trace: string[] = [];
  const violations: Violation[] = [];
  let markets: SimMarketplace[] = [];
  const defects: string[] = [];
  let tickMs = TICK_MS;
  const world = await createWorld({
    database,
    seed,
    store: storeOf(seed),
    listings: [],
    workers: 2,
    tickMs: () => tickMs,
    latencyMs: 30,
    markets({ time, random }) {
      markets = naturesOf(seed).map((nature) => createSimMarketplace(nature, time, random.fork()));
      return markets.map((market) => ({ connector: market.connector, fetch: market.fetch }));
    },
    onTaskError: (task, error) => {
      if (!(error instanceof Error) || error.name !== "RemoteFailureError") {
        defects.push(`${task}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
      }
    },
  });
  const run = new Run(world, markets, world.random.fork(), trace, violations);
  try {
    await run.install();
    await run.live(events, withFaults);
    await run.settle(() => {
      tickMs = SLOW_TICK_MS;
    });
    for (const defect of defects) violations.push({ rule: 8, atMs: 0, what: `a task failed on a defect: ${defect}` });
  } finally {
    world.close();
  }
  return {
    seed,
    events,
    violations,
    traceHash: createHash("sha256").update(trace.join("\n")).digest("hex").slice(0, 16),
    trace,
    ...run.counts,
    virtualMs: world.time.nowMs() - run.startedMs,
  };
}

function storeOf(seed: number): StoreSeed {
  return {
    handle: `sim-${seed}`,
    name: "Simulation",
    locations: [{ name: LOCATION }],
    products: [
      ...SKUS.map((sku, index) => ({
        title: sku,
        variants: [{ sku, price: "10.00", stock: { [LOCATION]: 3 + 4 * index } }],
      })),
      { title: UNTRACKED, variants: [{ sku: UNTRACKED, price: "10.00", tracked: false, stock: { [LOCATION]: 0 } }] },
    ],
  };
}

/** Calls that fail within this time before the app learned something may still be holding up its push. */
const FAULT_SHADOW_MS = 60_000;

class Run {
  readonly counts = { oversold: 0, unpreventable: 0, turnedAway: 0 };
  startedMs = 0;
  #faultsUntilMs = 0;
  #killedMs = Number.NEGATIVE_INFINITY;
  private readonly world: World;
  private readonly markets: SimMarketplace[];
  private readonly random: Random;
  private readonly trace: string[];
  private readonly violations: Violation[];

  constructor(world: World, markets: SimMarketplace[], random: Random, trace: string[], violations: Violation[]) {
    this.world = world;
    this.markets = markets;
    this.random = random;
    this.trace = trace;
    this.violations = violations;
  }

  #log(text: string): void {
    this.trace.push(`${this.world.time.nowMs() - this.startedMs} ${text}`);
  }

  #violate(rule: number, what: string): void {
    this.#log(`VIOLATION ${rule} ${what}`);
    this.violations.push({ rule, atMs: this.world.time.nowMs() - this.startedMs, what });
  }

  /** Mirrored, connected, listings read, first push approved and done. */
  async install(): Promise<void> {
    const { world, markets } = this;
    this.startedMs = world.time.nowMs();
    for (const market of markets) {
      for (const sku of [...SKUS, UNTRACKED]) market.addListing(sku, 1);
      // Two listings of one variant, as merchants do.
      market.addListing("B", 1);
      market.onWrite((write) => {
        this.#log(`${market.nature.key} ${write.sku} ${write.before}->${write.quantity}`);
        if (write.sku === UNTRACKED) this.#violate(7, `an untracked item was written on ${market.nature.key}`);
      });
    }
    await world.until(
      "mirrored",
      async () => (await world.rt.db.shop.count({ where: { mirroredAt: { not: null } } })) === 1,
    );
    const { connectWithKeys } = await import("#app/flows/connect-channel.ts");
    for (const market of markets) {
      const connected = await world.drive(
        connectWithKeys(world.rt, { shopId: world.shopId, connectorKey: market.nature.key, keys: { token: "t" } }),
      );
      if (!connected.ok) throw new Error(connected.message);
    }
    const read = async () => (await world.rt.db.channel.count({ where: { listingsReadAt: null } })) === 0;
    await world.until("listings read", read);
    for (const { id: channelId } of await world.rt.db.channel.findMany()) {
      await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    }
    await world.run(30_000);
  }

  async live(events: number, withFaults: boolean): Promise<void> {
    for (let event = 0; event < events; event += 1) {
      await this.world.run(this.random.between(EVENT_GAP_MS.min, EVENT_GAP_MS.max));
      this.#act(withFaults);
    }
  }

  #act(withFaults: boolean): void {
    const { random, world } = this;
    this.#endFaults();
    const dice = random.next();
    if (dice < 0.42) this.#buy();
    else if (dice < 0.52) this.#storefront();
    else if (dice < 0.66) this.#restock();
    else if (dice < 0.72) this.#payOrCancel();
    else if (dice < 0.78) this.#ship();
    else if (dice < 0.81) this.#cancelInShopify();
    else if (withFaults) this.#fault();
    else world.time.nowMs();
  }

  #listingsOf(market: SimMarketplace): SimListing[] {
    return [...market.listings.values()].filter((one) => !one.removed && one.sku !== UNTRACKED);
  }

  /** Units that are really there: Shopify's available, less orders that have not reached it. */
  #real(sku: string): number {
    const pending = this.markets.flatMap((market) => [...market.orders.values()]).filter((order) => order.sku === sku);
    const unplaced = pending.filter(
      (order) => order.cancelledAtMs === null && this.#shopifyOrdersOf(order).length === 0,
    );
    return this.world.available(sku) - unplaced.reduce((sum, order) => sum + order.units, 0);
  }

  #shopifyOrdersOf(order: SimOrder) {
    const store = this.world.shopify.store(this.world.shopDomain);
    return [...store.orders.values()].filter((one) => one.sourceIdentifier?.endsWith(`/${order.id}`));
  }

  #buy(): void {
    const { random } = this;
    const market = random.pick(this.markets);
    if (this.#listingsOf(market).length === 0) return;
    const listing = random.pick(this.#listingsOf(market));
    const real = this.#real(listing.sku);
    const lagMs = market.connector.manifest.capabilities.orderVisibilityLagMs;
    const order = market.buy(listing, 1, {
      pay: random.chance(0.85),
      buyer: `buyer-${random.between(1, 5)}`,
      visibleAfterMs: random.chance(0.3) ? random.between(0, lagMs * 0.9) : 0,
    });
    if (!order) {
      if (real > 0) this.counts.turnedAway += 1;
      return;
    }
    this.#log(`${market.nature.key} sells ${listing.sku} (${order.id}), ${real - 1} left`);
    if (real <= 0) {
      this.counts.oversold += 1;
      this.#log(`OVERSOLD ${listing.sku} on ${market.nature.key}`);
      void this.#judge(market, listing, this.world.time.nowMs());
    }
    // Most marketplaces tell at once; hints get lost.
    if (random.chance(0.7)) void this.#hint(market, order);
  }

  /**
   * Rule 4: could the earliest possible word have prevented this sale? The app knew from the moment at which it first
   * wanted this listing at zero; from there on it had the channel's own delays: the push under way, a read, a write, and
   * what its budget made it wait. Calls that failed meanwhile excuse it.
   */
  async #judge(market: SimMarketplace, listing: SimListing, atMs: number): Promise<void> {
    const { database, time, rt } = this.world;
    const { nature, connector } = market;
    const row = await time.busy(
      database.db.listing.findFirst({ where: { remoteId: listing.remoteId }, include: { channel: true } }),
    );
    if (!row) {
      // Listed by hand a moment ago: the app has not read it yet.
      this.counts.unpreventable += 1;
      return;
    }
    const known = (await time.busy(explainListings(database.db, [row.id], isOneOff(rt)))).get(row.id);
    const knownMs = row.staleSince?.getTime() ?? atMs;
    const budgetMs = Math.max(0, ...nature.limits.map((limit) => limit.windowMs));
    const callsMs = 6 * nature.latencyMs.max + nature.visibleAfterMs + 1_000;
    const excused =
      (known?.quantity ?? 0) > 0 ||
      atMs - knownMs <= callsMs + budgetMs ||
      this.#killedMs > knownMs - FAULT_SHADOW_MS ||
      market.faultTimesMs.some((fault) => fault > knownMs - FAULT_SHADOW_MS && fault <= atMs) ||
      row.channel.state !== "connected";
    if (excused) {
      this.counts.unpreventable += 1;
      return;
    }
    this.#violate(4, `${connector.manifest.key} sold ${row.sku} ${atMs - knownMs} ms after the app knew it was gone`);
  }

  async #hint(market: SimMarketplace, order: SimOrder): Promise<void> {
    const { world } = this;
    await world.time.sleep(Math.max(50, order.visibleAtMs - world.time.nowMs()));
    const channel = await world.time.busy(
      world.database.db.channel.findFirstOrThrow({ where: { connectorKey: market.nature.key }, select: { id: true } }),
    );
    world.queue.add("import-orders", { channelId: channel.id, orderRemoteId: order.id }, 0);
  }

  #storefront(): void {
    const sku = this.random.pick(SKUS);
    const variant = [...this.world.shopify.store(this.world.shopDomain).variants.values()].find(
      (one) => one.sku === sku,
    );
    if (!variant) return;
    const real = this.#real(sku);
    const bought = this.world.shopify.controls.storefrontOrder(this.world.shopDomain, {
      email: "someone@buyer.example",
      lines: [{ variantId: variant.id, quantity: 1 }],
    });
    if (!bought.ok) return;
    this.#log(`Shopify sells ${sku}, ${real - 1} left`);
    // Shopify itself sold what a marketplace had sold: nobody but Shopify could have known.
    if (real <= 0) {
      this.counts.oversold += 1;
      this.counts.unpreventable += 1;
    }
  }

  #restock(): void {
    const sku = this.random.pick(SKUS);
    const units = this.random.between(1, 5);
    const next =
      Math.max(0, this.world.available(sku)) + units - (this.random.chance(0.25) ? this.random.between(0, 4) : 0);
    this.#log(`stock of ${sku} set to ${Math.max(0, next)}`);
    this.world.setStock(sku, Math.max(0, next));
    for (const market of this.markets) this.#listAgain(market, sku);
  }

  /** Where a listing is deleted at zero, only the merchant brings it back, as a new one. */
  #listAgain(market: SimMarketplace, sku: string): void {
    if (market.connector.manifest.capabilities.atZero !== "deleted" || this.world.available(sku) <= 0) return;
    if ([...market.listings.values()].some((one) => one.sku === sku && !one.removed)) return;
    market.addListing(sku, 1);
    this.#log(`${sku} is listed again on ${market.nature.key}`);
  }

  #payOrCancel(): void {
    const open = this.markets.flatMap((market) =>
      [...market.orders.values()]
        .filter((one) => one.cancelledAtMs === null && one.parcels.length === 0)
        .map((order) => ({ market, order })),
    );
    if (open.length === 0) return;
    const { market, order } = this.random.pick(open);
    if (order.paidAtMs === null && this.random.chance(0.7)) {
      market.pay(order);
      this.#log(`${order.id} is paid`);
    } else if (this.random.chance(0.3)) {
      market.cancel(order);
      this.#log(`${order.id} is cancelled there`);
    }
  }

  #ship(): void {
    const open = [...this.world.shopify.store(this.world.shopDomain).orders.values()].filter(
      (order) =>
        order.fulfillments.length === 0 && !order.cancelledAt && !order.cancelPending && order.sourceIdentifier,
    );
    if (open.length === 0) return;
    const order = this.random.pick(open);
    this.#log(`${order.name} ships`);
    this.world.shopify.controls.fulfill(this.world.shopDomain, order.id, {
      tracking: [{ company: "Royal Mail", number: `T${order.number}`, url: null }],
    });
  }

  #cancelInShopify(): void {
    const open = [...this.world.shopify.store(this.world.shopDomain).orders.values()].filter(
      (order) => order.fulfillments.length === 0 && !order.cancelledAt && !order.cancelPending,
    );
    if (open.length === 0) return;
    const order = this.random.pick(open);
    this.#log(`${order.name} is cancelled in Shopify`);
    this.world.shopify.controls.cancel(this.world.shopDomain, order.id, { reason: "CUSTOMER", restock: true });
  }

  #fault(): void {
    const { random, world } = this;
    const market = random.pick(this.markets);
    const kind = random.between(0, 9);
    const untilMs = world.time.nowMs() + random.between(2_000, 30_000);
    switch (kind) {
      case 0:
      case 1:
        market.faults = { ...NO_FAULTS, unavailable: 0.5, replyLost: 0.3 };
        this.#faultsUntilMs = untilMs;
        this.#log(`${market.nature.key} is unwell`);
        return;
      case 2:
        market.faults = { ...NO_FAULTS, throttled: 0.6 };
        this.#faultsUntilMs = untilMs;
        this.#log(`${market.nature.key} throttles`);
        return;
      case 3:
        market.faults = { ...NO_FAULTS, requestLost: 0.5, slow: 0.3 };
        this.#faultsUntilMs = untilMs;
        this.#log(`${market.nature.key} loses requests`);
        return;
      case 4: {
        if (this.#listingsOf(market).length === 0) return;
        const listing = random.pick(this.#listingsOf(market));
        const quantity = random.between(0, 3);
        // Only downwards: a hand that raises a listing oversells by itself.
        if (quantity < market.shown(listing)) listing.quantity = quantity;
        this.#log(`${market.nature.key} ${listing.sku} is edited by hand`);
        return;
      }
      case 5:
      case 6: {
        const topic = random.pick(["inventory_levels/update", "fulfillments/create", "orders/cancelled"]);
        const how = random.pick(["drop", "duplicate", "delay"] as const);
        const times = random.between(1, 3);
        world.shopify.deliveries.disturb(
          how === "drop"
            ? { kind: how, topic, times }
            : { kind: how, topic, times, delayMs: random.between(500, 20_000) },
        );
        this.#log(`webhooks ${topic}: ${how}`);
        return;
      }
      case 7:
        world.shopify.faults.add({
          operation: random.pick(["CreateOrder", "LevelsOfItems", "*"]),
          kind: random.pick(["status", "status-after", "drop-before", "drop-after"] as const),
          status: 503,
          times: random.between(1, 3),
        });
        this.#log("Shopify is unwell");
        return;
      default: {
        const index = random.between(0, world.workers.length - 1);
        world.replaceWorker(index);
        this.#killedMs = world.time.nowMs();
        this.#log(`worker ${index} is killed`);
        return;
      }
    }
  }

  #endFaults(): void {
    if (this.world.time.nowMs() < this.#faultsUntilMs) return;
    for (const market of this.markets) market.faults = { ...NO_FAULTS };
  }

  /** All faults stop. What should be, must come to be by itself. */
  async settle(slowDown: () => void): Promise<void> {
    const { world } = this;
    for (const market of this.markets) market.faults = { ...NO_FAULTS };
    world.shopify.faults.clear();
    world.shopify.deliveries.clearDisturbances();
    for (const market of this.markets) for (const order of market.orders.values()) market.pay(order);
    this.#log("settling");
    await world.run(SETTLE_MS);
    await this.#approveBraked();
    slowDown();
    // The slowest of the marketplaces may show an order this late; what hung on it is decided after.
    const lagMs = Math.max(
      ...this.markets.map(({ connector }) => connector.manifest.capabilities.orderVisibilityLagMs),
    );
    await world.run(lagMs + RECONCILE_MS);
    await this.#checkOrders();
    await this.#checkListings();
    await this.#checkLedger();
    this.#log(`oversold ${this.counts.oversold}, turned away ${this.counts.turnedAway}`);
  }

  /** The brake waits for the merchant, and says so; this one has looked, and approves. */
  async #approveBraked(): Promise<void> {
    const { world } = this;
    const { db } = world.database;
    for (const channel of await db.channel.findMany({ where: { brakeReason: { not: null } } })) {
      this.#log(`${channel.connectorKey} is approved: ${channel.brakeReason}`);
      const alerts = await db.alert.count({ where: { key: `brake:${channel.id}`, resolvedAt: null } });
      if (alerts !== 1) this.#violate(10, `the brake of ${channel.connectorKey} is not shown`);
      await approveFirstPush(world.rt, { shopId: world.shopId, channelId: channel.id });
    }
  }

  /** Rules 1 and 8: each marketplace order is one Shopify order, or a visible hold. */
  async #checkOrders(): Promise<void> {
    const held = await this.world.database.db.marketplaceOrder.findMany({
      select: { remoteId: true, stage: true, holdReason: true },
    });
    for (const market of this.markets) {
      for (const order of market.orders.values()) {
        const made = this.#shopifyOrdersOf(order);
        const row = held.find((one) => one.remoteId === order.id);
        if (made.length > 1) this.#violate(1, `${order.id} became ${made.length} Shopify orders`);
        if (!row) this.#violate(1, `${order.id} was never imported`);
        else if (made.length === 0 && row.stage !== "held" && row.stage !== "cancelled") {
          this.#violate(1, `${order.id} is ${row.stage}, and no Shopify order`);
        } else if (row.stage === "held" && !row.holdReason) this.#violate(10, `${order.id} is held without a reason`);
        if (order.cancelledAtMs !== null && made.some((one) => !one.cancelledAt && one.fulfillments.length === 0)) {
          this.#violate(1, `${order.id} was cancelled there and not in Shopify`);
        }
        const shipped = made.flatMap((one) => one.fulfillments).filter((one) => one.status === "SUCCESS").length;
        if (order.parcels.length !== shipped) {
          this.#violate(1, `${order.id} has ${order.parcels.length} parcels, ${shipped} were shipped`);
        }
      }
    }
  }

  /** Rule 3: every listing shows what it should. The arithmetic is the simulation's own, from Shopify's real stock. */
  async #checkListings(): Promise<void> {
    const { db } = this.world.database;
    const channels = await db.channel.findMany();
    for (const market of this.markets) {
      const channel = channels.find((one) => one.connectorKey === market.nature.key);
      const policy = effectivePolicy(parsePolicy(channel?.policy ?? null));
      const oneOff = market.connector.manifest.capabilities.quantities === false;
      const places = new Map<string, number>();
      for (const listing of market.listings.values()) {
        if (listing.sku === UNTRACKED) continue;
        if (listing.removed) {
          await this.#checkGone(market, listing);
          continue;
        }
        const place = places.get(listing.sku) ?? 0;
        places.set(listing.sku, place + 1);
        const row = await db.listing.findFirst({ where: { remoteId: listing.remoteId } });
        const pending = await db.reservation.aggregate({
          where: { state: "pending", line: { sku: listing.sku } },
          _sum: { quantity: true },
        });
        const sellable = this.world.available(listing.sku) - (pending._sum.quantity ?? 0);
        const whole = publishedQuantity(policy, sellable);
        const wanted = oneOff ? (whole > place ? 1 : 0) : whole;
        const shown = market.shown(listing);
        if (shown !== wanted) {
          this.#violate(
            3,
            `${market.nature.key} ${listing.remoteId} (${listing.sku}) shows ${shown}, should show ${wanted}: ${JSON.stringify({ available: this.world.available(listing.sku), pending: pending._sum.quantity, version: row?.version, acked: row?.acknowledgedVersion, ack: row?.acknowledgedQuantity, unseen: row?.unseenUnits, retryAt: row?.retryAt, problem: row?.problem, state: channel?.state, removed: row?.removedAt })}`,
          );
        }
      }
    }
  }

  /** Rule 10: what can't be brought back is not taken for being on sale. */
  async #checkGone(market: SimMarketplace, listing: SimListing): Promise<void> {
    const row = await this.world.database.db.listing.findFirst({ where: { remoteId: listing.remoteId } });
    if (row && !row.removedAt && !row.problem && row.acknowledgedQuantity !== 0) {
      this.#violate(10, `${market.nature.key} ${listing.remoteId} is gone, and shown as in order`);
    }
  }

  /** Rule 6: ledger = mirror = Shopify. */
  async #checkLedger(): Promise<void> {
    const { db } = this.world.database;
    const unexplained = await findUnexplainedLevels(db, this.world.shopId);
    for (const level of unexplained) {
      this.#violate(6, `the ledger of ${level.inventoryItemGid} says ${level.entered}, the mirror ${level.available}`);
    }
    const store = this.world.shopify.store(this.world.shopDomain);
    for (const level of await db.level.findMany({ where: { available: { not: null } } })) {
      const real = [...store.levels.values()].find(
        (one) => one.itemId === level.inventoryItemGid && one.locationId === level.locationGid,
      );
      const tracked = store.inventoryItems.get(level.inventoryItemGid)?.tracked;
      if (tracked && real?.quantities.available !== level.available) {
        this.#violate(
          6,
          `the mirror of ${level.inventoryItemGid} says ${level.available}, Shopify ${real?.quantities.available}`,
        );
      }
    }
    const stuck = await db.reservation.count({ where: { state: "pending", line: { order: { stage: "placed" } } } });
    if (stuck > 0) this.#violate(6, `${stuck} reservations of placed orders are still pending`);
  }
}
