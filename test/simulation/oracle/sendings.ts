/** Rules 2, 5 and 7 at each call to a marketplace, at the moment at which it leaves. */
import { LEAVING, type Scene, STRAY, TWINS, UNTRACKED } from "../scene.ts";
import type { CallSeen, SimMarketplace } from "../sim-marketplace.ts";
import { type Known, mostKnown, readKnown } from "./known.ts";
import { offeredUnits } from "./offered.ts";

/** As the merchant is promised: such a share of a channel's listings, but for a sale or two, does not go to zero unseen. */
const ZEROED_MIN = 3;
const ZEROED_SHARE = 0.3;
const ZEROED_TOGETHER_MS = 10 * 60_000;
/** One listing read more often than this goes in circles. */
const READS_MAX = 80;
const READS_TOGETHER_MS = 30_000;

/** What was worked out as the merchant decided leaves so soon, or not at all. */
const LEAVES_WITHIN_MS = 2_000;

export class Sendings {
  readonly #underWay = new Map<string, number>();
  readonly #readAtMs = new Map<string, number[]>();
  readonly #writtenAtMs = new Map<string, number>();
  readonly #zeroedAtMs = new Map<SimMarketplace, Map<string, number>>();
  /** By remoteId. */
  readonly #approvedToZero = new Map<SimMarketplace, Set<string>>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** What a dead worker had sent is not under way any more, as far as the living can know. */
  workerDied(): void {
    this.#underWay.clear();
  }

  /** The merchant has seen `toZero` (by remoteId) and what is out of stock at this moment, and nothing else. */
  approved(market: SimMarketplace, toZero: readonly string[]): void {
    this.#approvedToZero.set(market, new Set([...toZero, ...this.#toZero(market)]));
    this.#zeroedAtMs.delete(market);
  }

  /** What goes to zero by what the merchant decided just now was shown to them. */
  decided(): void {
    for (const market of this.scene.markets) {
      const approved = this.#approvedToZero.get(market) ?? new Set();
      this.#approvedToZero.set(market, new Set([...approved, ...this.#toZero(market)]));
    }
  }

  #toZero(market: SimMarketplace): string[] {
    const { scene } = this;
    return [...market.listings.values()]
      .filter((one) => (one.sku in LEAVING && scene.isGone(one.sku, market)) || offeredUnits(scene, market, one) === 0)
      .map((one) => one.remoteId);
  }

  /** Gives what is to be called when the call has ended. */
  async check(market: SimMarketplace, call: CallSeen): Promise<() => void> {
    const { scene } = this;
    const { nowMs } = scene;
    if (call.operation === "readQuantities") for (const id of call.remoteIds) this.#noteRead(market, id, nowMs);
    if (call.writes.length === 0) return () => undefined;
    const pausedMs = scene.pausedSinceMs.get(market);
    // What a worker was about to send as it stood still leaves when it goes on.
    if (pausedMs !== undefined && pausedMs < nowMs && scene.workerFailedMs < pausedMs)
      scene.violate(7, `${market.nature.key}: ${call.writes.length} numbers were sent while it was paused`);
    const known = await readKnown(
      scene,
      call.writes.map((write) => write.remoteId),
    );
    for (const { remoteId, quantity } of call.writes) {
      const name = `${market.nature.key} ${remoteId} (${market.listings.get(remoteId)?.sku}) → ${quantity}`;
      if ((this.#underWay.get(remoteId) ?? 0) > 0)
        scene.violate(2, `${name} was sent while another write was under way`);
      if ((this.#readAtMs.get(remoteId)?.at(-1) ?? 0) <= (this.#writtenAtMs.get(remoteId) ?? 0)) {
        scene.violate(2, `${name} was sent without a look at what is shown`);
      }
      const sku = market.listings.get(remoteId)?.sku ?? "";
      const isKnown = market.listings.get(remoteId)?.soldAs !== null;
      if (!isKnown && (sku === TWINS || sku === STRAY))
        scene.violate(7, `${name} was sent, though nobody can say what it stands for`);
      if (sku === UNTRACKED) scene.violate(7, `${name} was sent, though Shopify does not count this item`);
      const row = known.get(remoteId);
      const listing = market.listings.get(remoteId);
      const excluded = listing && scene.terms.excludedOf(listing);
      if (excluded?.may.every((is) => is) && nowMs - excluded.settledMs > LEAVES_WITHIN_MS)
        scene.violate(7, `${name} was sent, though the merchant keeps its number themselves`);
      if (listing && row?.sku && !scene.terms.skuOf(listing).may.includes(row.sku))
        scene.violate(12, `${name} was sent for ${row.sku}, and it stands for ${scene.terms.skuOf(listing).now}`);
      if (row) {
        this.#checkNumber(market, name, quantity, row);
        // Of what buyers buy, sales explain most.
        if (
          quantity === 0 &&
          (row.observed ?? 0) > 0 &&
          scene.bulk.includes(sku) &&
          !this.#approvedToZero.get(market)?.has(remoteId)
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
    const most = mostKnown(scene, market, known);
    if (quantity > most.units)
      scene.violate(2, `${name} was sent, ${most.units} is the most that was known to be left (${most.why})`);
    if (known.unreserved > 0)
      scene.violate(
        2,
        `${name} was sent, and nothing holds back ${known.unreserved} sold units that Shopify does not have`,
      );
    if (known.fence !== null && known.leaseFence !== null && known.fence < known.leaseFence) {
      scene.violate(2, `${name} was sent by a worker that had lost its turn`);
    }
    const { staleSince, observed, isAsDecided } = known;
    const isIncrease = observed !== null && quantity > observed && isAsDecided;
    const causedMs = staleSince ? Math.min(staleSince.getTime(), scene.nowMs) - scene.clocksApartMs : null;
    if (isIncrease && causedMs !== null && causedMs < scene.nowMs && this.scene.orderReads.lastMs(market) < causedMs)
      scene.violate(2, `${name} raises it without an order read newer than the change that caused it`);
    const { acceptance } = market.connector.manifest.capabilities;
    if (acceptance === "immediate" && quantity === observed)
      scene.violate(5, `${name} was sent, though it shows that already`);
  }

  isMuch(market: SimMarketplace, zeroed: number): boolean {
    const all = [...market.listings.values()].filter((one) => !one.removed).length;
    return zeroed >= ZEROED_MIN && zeroed > all * ZEROED_SHARE;
  }

  #checkBrake(market: SimMarketplace, remoteId: string): void {
    const { nowMs } = this.scene;
    const recent = this.#zeroedAtMs.get(market) ?? new Map<string, number>();
    this.#zeroedAtMs.set(market, recent);
    for (const [id, atMs] of recent) if (atMs <= nowMs - ZEROED_TOGETHER_MS) recent.delete(id);
    recent.set(remoteId, nowMs);
    if (this.isMuch(market, recent.size)) {
      this.scene.violate(7, `${market.nature.key}: ${recent.size} listings were set to 0 and nobody had approved it`);
    }
  }
}
