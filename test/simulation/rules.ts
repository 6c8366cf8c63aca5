/**
 * The rules of the design's section 4, checked: some at each call as it leaves and at each sale, the others once things
 * have settled. What is true is taken from Shopify's and the marketplaces' own state; the app's tables are asked only for
 * what the app knew.
 */
import { findUnexplainedLevels } from "#app/inventory/levels.ts";
import { effectivePolicy, parsePolicy, publishedQuantity } from "#app/inventory/policy.ts";
import { ORDER_TAG } from "#app/orders/order-draft.ts";
import { explainListings, limitsOf } from "#app/views/quantity-facts.ts";
import type { Limit } from "#connectors/contract/connector.ts";
import { BULK, LEAVING, LEAVING_STOCK, type Scene, STAPLES, STRAY, TWINS, UNTRACKED } from "./scene.ts";
import type { CallSeen, SimListing, SimMarketplace } from "./sim-marketplace.ts";

/** Calls that fail within this time before the app learned something may still be holding up its push. */
const FAULT_SHADOW_MS = 60_000;
/** A limit over longer than this is not waited for. */
const BUDGET_MS_MAX = 60_000;
/** As the merchant is promised: such a share of a channel's listings, but for a sale or two, does not go to zero unseen. */
const ZEROED_MIN = 3;
const ZEROED_SHARE = 0.3;
const ZEROED_TOGETHER_MS = 10 * 60_000;
/** One listing read more often than this goes in circles. */
const READS_MAX = 80;
const READS_TOGETHER_MS = 30_000;
/** An order is decided upon within this time of a sale of the shop itself, or looks for such a sale. */
const TO_LOOK_MS = 15_000;
/** Whoever loses was without within this time before. */
const TO_DECIDE_MS = 15_000;

/** Something that is not as it should be after settling. */
export interface Difference {
  rule: number;
  what: string;
  /** No word of it was sent, so that it may last until all is compared, every half hour. */
  isUntold: boolean;
}

/** What the app knew of a listing when it sent a number, now and just before now. */
interface Known {
  remoteId: string;
  observed: number | null;
  staleSince: Date | null;
  ordersReadAt: Date | null;
  isApproved: boolean;
  acceptsAtOnce: boolean;
  isTracked: boolean | null;
  leaseFence: number | null;
  fence: number | null;
  available: number;
  availableBefore: number;
  pending: number;
  /** Units of orders on their way into Shopify that no reservation stands for. */
  unreserved: number;
  pendingBefore: number;
  unseen: number;
  channelPolicy: unknown;
}

export class Rules {
  readonly #edited = new Set<SimListing>();
  readonly #underWay = new Map<string, number>();
  readonly #readAtMs = new Map<string, number[]>();
  readonly #writtenAtMs = new Map<string, number>();
  readonly #zeroedAtMs = new Map<SimMarketplace, Map<string, number>>();
  readonly #approvedToZero = new Map<SimMarketplace, Set<string>>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    for (const market of scene.markets) {
      market.onWrite(({ sku, before, quantity }) => scene.log(`${market.nature.key} ${sku} ${before}->${quantity}`));
      market.onSending((call) => this.#sending(market, call));
    }
  }

  edited(listing: SimListing): void {
    this.#edited.add(listing);
  }

  /** What a dead worker had sent is not under way any more, as far as the living can know. */
  workerDied(): void {
    this.#underWay.clear();
  }

  /** The merchant has seen what is out of stock at this moment, and nothing else. */
  approved(market: SimMarketplace): void {
    const skus = new Set([...market.listings.values()].map((listing) => listing.sku));
    const isOut = (sku: string) =>
      sku in LEAVING
        ? this.scene.isGone(sku)
        : sku !== TWINS && sku !== STRAY && sku !== UNTRACKED && this.scene.world.available(sku) <= 0;
    this.#approvedToZero.set(market, new Set([...skus].filter(isOut)));
    this.#zeroedAtMs.delete(market);
  }

  async #sending(market: SimMarketplace, call: CallSeen): Promise<() => void> {
    const { scene } = this;
    const { nowMs } = scene;
    if (call.operation === "readQuantities") for (const id of call.remoteIds) this.#noteRead(market, id, nowMs);
    if (call.writes.length === 0) return () => undefined;
    const { acceptance } = market.connector.manifest.capabilities;
    const pausedMs = scene.pausedSinceMs.get(market);
    // What a worker was about to send as it stood still leaves when it goes on.
    if (pausedMs !== undefined && pausedMs < nowMs && scene.worker.failedMs < pausedMs)
      scene.violate(7, `${market.nature.key}: ${call.writes.length} numbers were sent while it was paused`);
    const known = await this.#whatTheAppKnows(call.writes.map((write) => write.remoteId));
    for (const { remoteId, quantity } of call.writes) {
      const name = `${market.nature.key} ${remoteId} (${market.listings.get(remoteId)?.sku}) → ${quantity}`;
      if ((this.#underWay.get(remoteId) ?? 0) > 0)
        scene.violate(2, `${name} was sent while another write was under way`);
      if ((this.#readAtMs.get(remoteId)?.at(-1) ?? 0) <= (this.#writtenAtMs.get(remoteId) ?? 0)) {
        scene.violate(2, `${name} was sent without a look at what is shown`);
      }
      const sku = market.listings.get(remoteId)?.sku ?? "";
      if (sku === TWINS || sku === STRAY)
        scene.violate(7, `${name} was sent, though nobody can say what it stands for`);
      if (sku === UNTRACKED) scene.violate(7, `${name} was sent, though Shopify does not count this item`);
      const row = known.get(remoteId);
      if (row) {
        this.#checkNumber(market, name, quantity, { ...row, acceptsAtOnce: acceptance === "immediate" });
        // Of what buyers buy, sales explain most.
        if (
          quantity === 0 &&
          (row.observed ?? 0) > 0 &&
          BULK.includes(sku) &&
          !this.#approvedToZero.get(market)?.has(sku)
        )
          this.#checkBrake(market, remoteId);
      }
      this.#underWay.set(remoteId, (this.#underWay.get(remoteId) ?? 0) + 1);
      this.#writtenAtMs.set(remoteId, nowMs);
    }
    return () => {
      for (const { remoteId } of call.writes) {
        this.#underWay.set(remoteId, Math.max(0, (this.#underWay.get(remoteId) ?? 0) - 1));
      }
    };
  }

  #noteRead(market: SimMarketplace, remoteId: string, nowMs: number): void {
    const reads = [...(this.#readAtMs.get(remoteId) ?? []), nowMs].filter((at) => at > nowMs - READS_TOGETHER_MS);
    this.#readAtMs.set(remoteId, reads);
    if (reads.length !== READS_MAX) return;
    const sku = market.listings.get(remoteId)?.sku;
    this.scene.violate(5, `${market.nature.key} ${remoteId} (${sku}) was read ${READS_MAX} times in a row: a loop`);
  }

  /** Rules 2 and 7, at the moment a number is sent. */
  #checkNumber(market: SimMarketplace, name: string, quantity: number, known: Known): void {
    const { scene } = this;
    if (!known.isApproved) scene.violate(7, `${name} was sent without the merchant's approval`);
    if (known.isTracked !== true) return;
    const sellable = known.available - known.pending - known.unseen;
    const before = known.availableBefore - known.pendingBefore - known.unseen;
    const allowed = this.#published(market, Math.max(sellable, before), known.channelPolicy);
    if (quantity > allowed) {
      scene.violate(
        2,
        `${name} was sent, ${allowed} is the most that was known to be left (${known.available} available, ${known.pending} pending, ${known.unseen} unseen)`,
      );
    }
    if (known.unreserved > 0)
      scene.violate(
        2,
        `${name} was sent, and nothing holds back ${known.unreserved} sold units that Shopify does not have`,
      );
    if (known.fence !== null && known.leaseFence !== null && known.fence < known.leaseFence) {
      scene.violate(2, `${name} was sent by a worker that had lost its turn`);
    }
    const { staleSince, ordersReadAt, observed } = known;
    const isIncrease = observed !== null && quantity > observed;
    if (
      isIncrease &&
      staleSince &&
      staleSince.getTime() < scene.nowMs &&
      (!ordersReadAt || ordersReadAt < staleSince)
    ) {
      scene.violate(2, `${name} raises it without an order read newer than the change that caused it`);
    }
    if (known.acceptsAtOnce && quantity === observed)
      scene.violate(5, `${name} was sent, though it shows that already`);
  }

  #published(market: SimMarketplace, sellable: number, channelPolicy: unknown): number {
    const whole = publishedQuantity(effectivePolicy(parsePolicy(channelPolicy)), sellable);
    return market.connector.manifest.capabilities.quantities === false ? Math.min(1, whole) : whole;
  }

  #checkBrake(market: SimMarketplace, remoteId: string): void {
    const { nowMs } = this.scene;
    const recent = this.#zeroedAtMs.get(market) ?? new Map<string, number>();
    this.#zeroedAtMs.set(market, recent);
    for (const [id, atMs] of recent) if (atMs <= nowMs - ZEROED_TOGETHER_MS) recent.delete(id);
    recent.set(remoteId, nowMs);
    const all = [...market.listings.values()].filter((one) => !one.removed).length;
    if (recent.size >= ZEROED_MIN && recent.size > all * ZEROED_SHARE) {
      this.scene.violate(7, `${market.nature.key}: ${recent.size} listings were set to 0 and nobody had approved it`);
    }
  }

  /**
   * By listing. A change of this very moment may have come between the decision and the sending; so "before" is what was
   * known up to this moment.
   */
  async #whatTheAppKnows(remoteIds: readonly string[]): Promise<Map<string, Known>> {
    const { time, database } = this.scene.world;
    const now = time.now();
    const rows = await time.busy(
      Promise.resolve(database.db.$queryRaw<Known[]>`
        SELECT l."remoteId", l."observedQuantity" AS observed, l."staleSince", c."ordersReadAt",
          c."pushApprovedAt" IS NOT NULL AS "isApproved", v.tracked AS "isTracked",
          (SELECT e.fence FROM "Lease" e WHERE e.name = 'push:' || c.id) AS "leaseFence",
          (SELECT MAX(a.fence) FROM "Attempt" a WHERE a."listingId" = l.id AND a.kind = 'push' AND a.outcome = 'sending') AS fence,
          (SELECT COALESCE(SUM(lv.available), 0)::int FROM "Level" lv WHERE lv."inventoryItemGid" = v."inventoryItemGid") AS available,
          (SELECT COALESCE(SUM(e.delta), 0)::int FROM "LedgerEntry" e
            WHERE e."inventoryItemGid" = v."inventoryItemGid" AND e."recordedAt" < ${now}) AS "availableBefore",
          (SELECT COALESCE(SUM(r.quantity), 0)::int FROM "Reservation" r
            WHERE r."inventoryItemGid" = v."inventoryItemGid" AND r.state = 'pending') AS pending,
          (SELECT COALESCE(SUM(r.quantity), 0)::int FROM "Reservation" r WHERE r."inventoryItemGid" = v."inventoryItemGid"
            AND r."createdAt" < ${now} AND (r.state = 'pending' OR r."settledAt" >= ${now})) AS "pendingBefore",
          (SELECT COALESCE(SUM(ol.quantity - ol."quantityCancelled"), 0)::int FROM "OrderLine" ol
            JOIN "MarketplaceOrder" mo ON mo.id = ol."orderId" LEFT JOIN "Reservation" r ON r."orderLineId" = ol.id
            WHERE ol."variantId" = v.id AND mo.stage IN ('waiting', 'claimed', 'held') AND r.id IS NULL) AS unreserved,
          (SELECT COALESCE(SUM(o."unseenUnits"), 0)::int FROM "Listing" o
            WHERE o."variantId" = v.id AND (o.id = l.id OR o."observedAt" < ${now})) AS unseen,
          c.policy AS "channelPolicy"
        FROM "Listing" l JOIN "Channel" c ON c.id = l."channelId" LEFT JOIN "Variant" v ON v.id = l."variantId"
        WHERE l."remoteId" = ANY(${[...remoteIds]}::text[])`),
    );
    return new Map(rows.map((row) => [row.remoteId, row]));
  }

  /** What a marketplace refuses of one listing does not stop the others: nothing else went wrong there since. */
  async checkScope(market: SimMarketplace, refused: { remoteId: string; sinceMs: number }): Promise<void> {
    const { scene } = this;
    const { time, database } = scene.world;
    const refusedAtMs = market.refusedAtMs.get(refused.remoteId) ?? Number.NEGATIVE_INFINITY;
    const fromMs = refused.sinceMs - FAULT_SHADOW_MS;
    if (refusedAtMs < refused.sinceMs || market.faultTimesMs.some((fault) => fault > fromMs)) return;
    const where = { connectorKey: market.nature.key };
    const { id } = await time.busy(database.db.channel.findFirstOrThrow({ where, select: { id: true } }));
    if ((await time.busy(database.db.setback.count({ where: { name: `push:${id}` } }))) > 0)
      scene.violate(2, `${market.nature.key} is put off as a whole, and only ${refused.remoteId} was refused`);
  }

  /** A buyer bought what was not there. */
  oversold(market: SimMarketplace, listing: SimListing): void {
    this.scene.counts.oversold += 1;
    this.scene.log(`OVERSOLD ${listing.sku} on ${market.nature.key}`);
    void this.#judge(market, listing, this.scene.nowMs);
  }

  /**
   * Rule 4: could the earliest possible word have prevented this sale? The app knew from the moment at which it first
   * wanted this listing at zero; from there on it had the channel's own delays: the push under way, a read, a write, and
   * what its budget made it wait. Calls that failed meanwhile excuse it.
   */
  async #judge(market: SimMarketplace, listing: SimListing, atMs: number): Promise<void> {
    const { scene } = this;
    const { database, time, rt } = scene.world;
    const { nature, connector } = market;
    const row = await time.busy(
      database.db.listing.findFirst({ where: { remoteId: listing.remoteId }, include: { channel: true } }),
    );
    if (!row) {
      // Listed by hand a moment ago: the app has not read it yet.
      scene.counts.unpreventable += 1;
      return;
    }
    const known = (await time.busy(explainListings(database.db, [row.id], limitsOf(rt)))).get(row.id);
    const knownMs = row.staleSince?.getTime() ?? atMs;
    // A day's budget is no excuse.
    const windowsMs = nature.limits.map((limit) => limit.windowMs).filter((windowMs) => windowMs <= BUDGET_MS_MAX);
    const budgetMs = Math.max(0, ...windowsMs);
    const callsMs = 6 * nature.latencyMs.max + nature.visibleAfterMs + 1_000;
    const excused =
      (known?.quantity ?? 0) > 0 ||
      atMs - knownMs <= callsMs + budgetMs ||
      scene.worker.failedMs > knownMs - FAULT_SHADOW_MS ||
      market.faultTimesMs.some((fault) => fault > knownMs - FAULT_SHADOW_MS && fault <= atMs) ||
      // It alone was refused: that excuses no other listing.
      (market.refusedAtMs.get(listing.remoteId) ?? Number.NEGATIVE_INFINITY) > knownMs - FAULT_SHADOW_MS ||
      row.channel.state !== "connected" ||
      row.channel.brakeReason !== null;
    if (excused) scene.counts.unpreventable += 1;
    else
      scene.violate(4, `${connector.manifest.key} sold ${row.sku} ${atMs - knownMs} ms after the app knew it was gone`);
  }

  /** Rule 5: never more calls in a window than the marketplace publishes. */
  checkBudgets(): void {
    for (const market of this.scene.markets) {
      for (const limit of market.nature.limits) {
        const over = callsOver(limit, market.callTimesMs);
        if (over) {
          this.scene.violate(
            5,
            `${market.nature.key}: ${over.calls} calls within ${limit.windowMs} ms (${limit.name})`,
          );
        }
      }
    }
  }

  /** Rules 1, 3, 6, 9 and 10: what is not as it should be now. */
  async differences(): Promise<Difference[]> {
    return [
      ...(await this.#orders()),
      ...(await this.#listings()),
      ...(await this.#leaving()),
      ...(await this.#gone()),
      ...(await this.#stock()),
      ...(await this.#catalogue()),
      ...(await this.#nextDoor()),
    ];
  }

  async #nextDoor(): Promise<Difference[]> {
    const { neighbour, world, markets } = this.scene;
    const keys = markets.map((market) => market.nature.key);
    return (await neighbour.differences(world, keys)).map((one) => ({ ...one, isUntold: false }));
  }

  /** Rule 10: what was deleted there and can't be brought back is not shown as if it were on sale. */
  async #gone(): Promise<Difference[]> {
    const rows = await this.scene.world.database.db.listing.findMany({ where: { removedAt: null, problem: null } });
    return this.scene.markets.flatMap((market) =>
      [...market.listings.values()]
        .filter(
          (one) => one.removed && rows.some((row) => row.remoteId === one.remoteId && row.acknowledgedQuantity !== 0),
        )
        .map((one) => ({
          rule: 10,
          what: `${market.nature.key} ${one.remoteId} is gone, and the app says nothing of it`,
          isUntold: true,
        })),
    );
  }

  /** Rules 1, 8 and 10: each marketplace order is one Shopify order, or a visible hold. */
  async #orders(): Promise<Difference[]> {
    const { scene } = this;
    const { db } = scene.world.database;
    const differences: Difference[] = [];
    const add = (rule: number, what: string, isUntold = false) => differences.push({ rule, what, isUntold });
    const held = await db.marketplaceOrder.findMany({
      select: { id: true, remoteId: true, stage: true, holdReason: true },
    });
    const alerts = new Set(
      (await db.alert.findMany({ where: { resolvedAt: null }, select: { key: true } })).map((alert) => alert.key),
    );
    const unreadable = new Set(
      (await db.alert.findMany({ where: { key: { startsWith: "unreadable-order:" } }, select: { key: true } })).map(
        (alert) => alert.key.split(":").at(-1),
      ),
    );
    const inConflict = new Set((await db.conflict.findMany({ select: { orderId: true } })).map((one) => one.orderId));
    // Which order these were about nobody needs to know: they are rare.
    const isUntold = this.#unsent(["fulfillments/create", "fulfillments/update", "orders/cancelled"]).length > 0;
    for (const market of scene.markets) {
      for (const order of market.orders.values()) {
        const made = scene.shopifyOrdersOf(order);
        const row = held.find((one) => one.remoteId === order.id);
        if (order.soldAtMs < scene.connectedMs) {
          if (row || made.length > 0) add(1, `${order.id} was sold before the channel was connected, and imported`);
          continue;
        }
        if (order.isGarbled) {
          if (row || made.length > 0) add(1, `${order.id} can't be read, and was imported`);
          else if (!unreadable.has(order.id)) add(10, `${order.id} can't be read, and the merchant was not told`);
          continue;
        }
        if (made.length > 1) add(1, `${order.id} became ${made.length} Shopify orders`);
        if (!row) add(1, `${order.id} was never imported`);
        else if (order.units === 0) {
          if (order.cancelledAtMs === null && (made.length > 0 || row.stage !== "empty"))
            add(1, `nothing is left of ${order.id}, and it is ${row.stage} with ${made.length} Shopify orders`);
        } else if (made.length === 0 && row.stage !== "held" && row.stage !== "cancelled") {
          add(1, `${order.id} is ${row.stage}, and no Shopify order`);
        } else if (row.stage === "held" && !(row.holdReason && alerts.has(`order:${row.id}`))) {
          add(10, `${order.id} is held, and the merchant is not told why`);
        } else if (row.stage === "held" && order.sku !== TWINS && order.sku !== STRAY && !inConflict.has(row.id)) {
          add(1, `${order.id} is held, and nothing was wrong with it: ${row.holdReason}`);
        }
        if (order.cancelledAtMs !== null && made.some((one) => !one.cancelledAt && one.fulfillments.length === 0)) {
          add(1, `${order.id} was cancelled there and not in Shopify`);
        }
        const shipped = made.flatMap((one) => one.fulfillments).filter((one) => one.status === "SUCCESS").length;
        if (order.parcels.length !== shipped) {
          add(1, `${order.id} has ${order.parcels.length} parcels, ${shipped} were shipped`, isUntold);
        }
      }
    }
    return [...differences, ...(await this.#ownSales(alerts)), ...(await this.#lostForNothing())];
  }

  /** Nobody loses for whom there was a unit all the time. */
  async #lostForNothing(): Promise<Difference[]> {
    const { scene } = this;
    const lost = await scene.world.database.db.conflict.findMany({
      where: { shopId: scene.world.shopId },
      include: { order: { select: { remoteId: true, lines: { select: { sku: true } } } } },
    });
    return lost.flatMap(({ createdAt, explanation, order: { remoteId, lines } }) => {
      if (!lines.every(({ sku }) => sku !== null && STAPLES.includes(sku))) return [];
      if (scene.shortages.wasShort(remoteId, createdAt.getTime() - TO_DECIDE_MS)) return [];
      return [{ rule: 10, what: `${remoteId} lost, and there was a unit for it: ${explanation}`, isUntold: false }];
    });
  }

  /** Where an order of one unit lost, nothing was left: who bought it later, from the shop itself, lost as well. */
  async #ownSales(alerts: ReadonlySet<string>): Promise<Difference[]> {
    const { store, world } = this.scene;
    const lost = await world.database.db.conflict.findMany({
      include: {
        order: { select: { soldAt: true, remoteId: true, lines: { select: { sku: true, quantity: true } } } },
      },
    });
    const own = [...store.orders.values()].filter(
      (one) => !one.tags.includes(ORDER_TAG) && !one.cancelledAt && one.fulfillments.length === 0,
    );
    return lost.flatMap(({ createdAt, order: { soldAt, remoteId, lines } }) => {
      const [line, ...others] = lines;
      if (!line || line.quantity > 1 || others.length > 0) return [];
      const later = own.find((one) => {
        const at = Date.parse(one.createdAt);
        const isKnown = at > soldAt.getTime() && at < createdAt.getTime() - TO_LOOK_MS;
        return isKnown && one.lineItems.some(({ sku }) => sku === line.sku) && !alerts.has(`own-sale:${one.id}`);
      });
      if (!later) return [];
      const what = `${remoteId} lost, ${later.name} of the shop itself was later, and nobody is told`;
      return [{ rule: 10, what, isUntold: false }];
    });
  }

  /** Rule 3: every listing shows what it should. The arithmetic is the simulation's own, from what is really there. */
  async #listings(): Promise<Difference[]> {
    const { scene } = this;
    const differences: Difference[] = [];
    const channels = await scene.world.database.db.channel.findMany();
    const rows = await scene.world.database.db.listing.findMany();
    const unsent = this.#skusOfUnsentLevels();
    for (const market of scene.markets) {
      const policy = effectivePolicy(
        parsePolicy(channels.find((one) => one.connectorKey === market.nature.key)?.policy ?? null),
      );
      const isOneOffMarket = market.connector.manifest.capabilities.quantities === false;
      for (const sku of [...STAPLES, ...BULK]) {
        const listings = [...market.listings.values()].filter((one) => one.sku === sku && !one.removed);
        if (listings.length === 0) continue;
        const whole = publishedQuantity(policy, scene.real(sku));
        const shown = listings.map((one) => market.shown(one)).sort((a, b) => b - a);
        const wanted = listings.map((_, index) => (isOneOffMarket ? (whole > index ? 1 : 0) : whole));
        if (shown.join() === wanted.join()) continue;
        const facts = rows
          .filter((row) => listings.some((one) => one.remoteId === row.remoteId))
          .map(({ version, acknowledgedVersion, acknowledgedQuantity, unseenUnits, retryAt, problem, removedAt }) => ({
            ...{ version, acknowledgedVersion, acknowledgedQuantity, unseenUnits, retryAt, problem, removedAt },
          }));
        differences.push({
          rule: 3,
          what: `${market.nature.key} ${sku} shows ${shown.join(" and ")}, should show ${wanted.join(" and ")}; the app has ${JSON.stringify(facts)}`,
          isUntold: unsent.has(sku) || listings.some((one) => this.#edited.has(one)),
        });
      }
    }
    return differences;
  }

  /** Rule 12: what is gone in Shopify is at zero where zero can be taken back, else asked about; a draft is asked about. */
  async #leaving(): Promise<Difference[]> {
    const { scene } = this;
    const { db } = scene.world.database;
    const channels = await db.channel.findMany();
    const open = await db.alert.findMany({ where: { resolvedAt: null }, select: { key: true } });
    const isSaid = (key: string) => open.some((alert) => alert.key === key);
    return scene.markets.flatMap((market) => {
      const channel = channels.find((one) => one.connectorKey === market.nature.key);
      const { quantities, atZero } = market.connector.manifest.capabilities;
      const policy = effectivePolicy(parsePolicy(channel?.policy ?? null));
      const whole = publishedQuantity(policy, LEAVING_STOCK);
      const onSale = quantities === false ? Math.min(1, whole) : whole;
      const isFinal = atZero === "deleted" || atZero === "marked-sold";
      return [...market.listings.values()].flatMap((listing) => {
        if (!(listing.sku in LEAVING)) return [];
        const fate = scene.fateOf(listing.sku);
        const isZeroed = scene.isGone(listing.sku) && !isFinal;
        const wanted = isZeroed ? 0 : onSale;
        const key = isZeroed ? "gone" : fate === "active" || fate === "unlisted" ? null : "asked";
        const its = `${market.nature.key} ${listing.sku}, ${fate} in Shopify,`;
        const wrong: string[] = [];
        if (market.shown(listing) !== wanted)
          wrong.push(`${its} shows ${market.shown(listing)}, should show ${wanted}`);
        if (key && !isSaid(`${key}:${channel?.id}`)) wrong.push(`${its} is not said (${key})`);
        return wrong.map((what) => ({ rule: 12, what, isUntold: this.#edited.has(listing) }));
      });
    });
  }

  /** Rule 6: ledger = mirror = Shopify = what was counted less what the orders took. */
  async #stock(): Promise<Difference[]> {
    const { scene } = this;
    const { db } = scene.world.database;
    const differences: Difference[] = [];
    const add = (what: string, isUntold = false) => differences.push({ rule: 6, what, isUntold });
    for (const level of await findUnexplainedLevels(db, scene.world.shopId)) {
      add(`the ledger of ${level.inventoryItemGid} says ${level.entered}, the mirror ${level.available}`);
    }
    const unsent = this.#skusOfUnsentLevels();
    for (const level of await db.level.findMany({ where: { available: { not: null } } })) {
      const real = [...scene.store.levels.values()].find(
        (one) => one.itemId === level.inventoryItemGid && one.locationId === level.locationGid,
      );
      const item = scene.store.inventoryItems.get(level.inventoryItemGid);
      const sku = item && scene.store.variants.get(item.variantId)?.sku;
      if (item?.tracked && real?.quantities.available !== level.available) {
        const what = `the mirror of ${sku} says ${level.available}, Shopify ${real?.quantities.available}`;
        add(what, typeof sku === "string" && unsent.has(sku));
      }
    }
    const backwards = await db.$queryRaw<{ id: bigint }[]>`
      SELECT id FROM (
        SELECT id, "occurredAt", cause, MAX("occurredAt") OVER (PARTITION BY "inventoryItemGid", "locationGid" ORDER BY id) AS latest
        FROM "LedgerEntry") e
      WHERE e."occurredAt" < e.latest AND cause <> 'disconnect'`;
    if (backwards.length > 0) add(`${backwards.length} older levels were put over newer ones`);
    for (const sku of [...STAPLES, ...BULK]) {
      const [has, expected] = [scene.counted(sku), scene.book.expected(sku)];
      if (has !== expected) add(`Shopify has ${has} of ${sku}, and its orders leave ${expected}`);
      // All is paid; what an order holds that waits for the merchant is held for it in Shopify too.
      const [reserved, waiting] = [scene.world.reserved(sku), scene.pendingUnits(sku)];
      if (reserved > waiting) add(`${reserved} of ${sku} are reserved in Shopify, and orders wait for ${waiting}`);
    }
    const stuck = await db.reservation.count({ where: { state: "pending", line: { order: { stage: "placed" } } } });
    if (stuck > 0) add(`${stuck} reservations of placed orders are still pending`);
    return differences;
  }

  /** Rule 6: what the shop sells is known, as Shopify has it, and nothing else is. */
  async #catalogue(): Promise<Difference[]> {
    const { store, world } = this.scene;
    const rows = await world.database.db.variant.findMany({ where: { shopId: world.shopId, removedAt: null } });
    const known = new Map(rows.map((row) => [row.gid, `${row.sku} ${row.barcode} ${row.tracked}`]));
    const real = new Map(
      [...store.variants.values()].map((one) => {
        const isTracked = store.inventoryItems.get(one.inventoryItemId)?.tracked;
        return [one.id, `${one.sku || null} ${one.barcode || null} ${isTracked}`];
      }),
    );
    return [...new Set([...known.keys(), ...real.keys()])]
      .filter((gid) => known.get(gid) !== real.get(gid))
      .map((gid) => ({
        rule: 6,
        what: `the app knows ${known.get(gid) ?? "nothing"}, Shopify has ${real.get(gid) ?? "nothing"} (${gid})`,
        isUntold: false,
      }));
  }

  /** Webhooks that were never sent. */
  #unsent(topics: readonly string[]) {
    const { all } = this.scene.world.shopify.deliveries;
    return all.filter((one) => one.state === "dropped" && topics.includes(one.topic));
  }

  #skusOfUnsentLevels(): Set<string> {
    const { store } = this.scene;
    const bodies = this.#unsent(["inventory_levels/update"]).map((one) => one.body);
    const skus = [...store.variants.values()]
      .filter(({ inventoryItemId }) => bodies.some((body) => body.includes(inventoryItemId.split("/").at(-1) ?? "-")))
      .map((variant) => variant.sku ?? "");
    return new Set(skus);
  }
}

/** The fullest window, if it holds more than the limit allows. */
export function callsOver(
  limit: Limit,
  calls: readonly { operation: string; atMs: number }[],
): { calls: number } | null {
  const times = calls
    .filter((call) => limit.operations === "*" || limit.operations.includes(call.operation))
    .map((call) => call.atMs)
    .sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, at] of times.entries()) {
    while ((times[first] ?? at) <= at - limit.windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most > limit.callsMax ? { calls: most } : null;
}
