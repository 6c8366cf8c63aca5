/** Rules 2, 5 and 7 at each call to a marketplace, at the moment at which it leaves. */
import { effectivePolicy, parsePolicy, publishedQuantity } from "#app/inventory/policy.ts";
import { BULK, LEAVING, type Scene, STRAY, TWINS, UNTRACKED } from "../scene.ts";
import type { CallSeen, SimMarketplace } from "../sim-marketplace.ts";

/** As the merchant is promised: such a share of a channel's listings, but for a sale or two, does not go to zero unseen. */
const ZEROED_MIN = 3;
const ZEROED_SHARE = 0.3;
const ZEROED_TOGETHER_MS = 10 * 60_000;
/** One listing read more often than this goes in circles. */
const READS_MAX = 80;
const READS_TOGETHER_MS = 30_000;

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

export class Sendings {
  readonly #underWay = new Map<string, number>();
  readonly #readAtMs = new Map<string, number[]>();
  readonly #writtenAtMs = new Map<string, number>();
  readonly #zeroedAtMs = new Map<SimMarketplace, Map<string, number>>();
  readonly #approvedToZero = new Map<SimMarketplace, Set<string>>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
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

  /** Gives what is to be called when the call has ended. */
  async check(market: SimMarketplace, call: CallSeen): Promise<() => void> {
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
}
