/** Rule 12: what is gone in Shopify is at zero where zero can be taken back, else asked about; a draft is asked about. */
import { LEAVING, type Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import type { Difference } from "./difference.ts";
import { isZeroFinal, offeredThere, offeredUnits } from "./offered.ts";

/** A zero that was decided on may land so much later. */
const DECIDED_MS_MAX = 60_000;
/** That a location opened may be heard of so much later: its webhook waits, or is lost. Until then it was at zero rightly. */
const UNHEARD_MS_MAX = 60_000;

export class Leaving {
  /** Of listings that the merchant is asked about: the least they should have shown since. They are not raised again. */
  readonly #least = new Map<SimListing, number>();
  /** Until when there were none to offer. */
  readonly #noneUntilMs = new Map<SimListing, number>();
  readonly #closed = new Set<string>();
  /** When locations that were closed opened again. */
  readonly #openedMs: number[] = [];
  /** Rightly deleted there when there were none to offer: what comes later does not bring it back. */
  readonly #takenDown = new Set<SimListing>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
    for (const market of scene.markets) {
      if (isZeroFinal(market))
        market.onWrite(({ listingId, quantity, atMs }) => {
          const listing = market.listings.get(listingId);
          if (!listing || quantity !== 0) return;
          const untilMs = this.#noneUntilMs.get(listing) ?? Number.NEGATIVE_INFINITY;
          if (atMs - untilMs < DECIDED_MS_MAX) this.#takenDown.add(listing);
        });
    }
  }

  /** Called after each change that may move a number. */
  note(): void {
    for (const { id, isActive } of this.scene.store.locations.values()) {
      if (!isActive) this.#closed.add(id);
      else if (this.#closed.delete(id)) this.#openedMs.push(this.scene.nowMs);
    }
    for (const [market, listing] of this.#listings()) {
      const offered = this.#offered(market, listing);
      if (offered === 0) this.#noneUntilMs.set(listing, Number.POSITIVE_INFINITY);
      else if (this.#noneUntilMs.get(listing) === Number.POSITIVE_INFINITY)
        this.#noneUntilMs.set(listing, this.scene.nowMs);
      const word = this.#wordOf(market, listing);
      if (word === null) this.#least.delete(listing);
      // A zero that was decided while it was gone may be written a little later.
      else if (word === "gone") this.#least.set(listing, 0);
      else this.#least.set(listing, Math.min(offered, this.#least.get(listing) ?? shownSoon(market, listing)));
    }
  }

  async differences(edited: ReadonlySet<SimListing>): Promise<Difference[]> {
    const { scene } = this;
    this.note();
    const { db } = scene.world.database;
    const { shopId } = scene.world;
    const channels = await db.channel.findMany({ where: { shopId }, select: { id: true, connectorKey: true } });
    const open = await db.alert.findMany({ where: { shopId, resolvedAt: null }, select: { key: true } });
    const lowered = await this.#loweredUnseen();
    const zeroed = await this.#zeroedUnstocked();
    return this.#listings().flatMap(([market, listing]) => {
      if (listing.removed && this.#takenDown.has(listing)) return [];
      const channelId = channels.find((one) => one.connectorKey === market.nature.key)?.id;
      const word = this.#wordOf(market, listing);
      const offered = word === "gone" ? 0 : this.#offered(market, listing);
      const least = this.#least.get(listing) ?? offered;
      const its = `${market.nature.key} ${listing.sku}, ${scene.fateOf(listing.sku, market)} in Shopify,`;
      const shown = market.shown(listing);
      const wrong: string[] = [];
      // Of what is deleted, or stocked nowhere any more, no number is known: what it shows is left alone.
      const isUnknown = scene.fateOf(listing.sku, market) === "deleted" || !scene.isStocked(listing.sku, market);
      const isLeftAlone = word === "asked" && isUnknown;
      const wasUnheard = zeroed.some((one) => one.remoteId === listing.remoteId && this.#isOneJustOpen(one.startedAt));
      const isTooLow = shown < least && !lowered.has(listing.remoteId) && !wasUnheard;
      if (!isLeftAlone && (shown > offered || isTooLow))
        wrong.push(`${its} shows ${shown}, should show ${least === offered ? offered : `${least} to ${offered}`}`);
      if (word && !open.some(({ key }) => key === `${word}:${channelId}`)) wrong.push(`${its} is not said (${word})`);
      return wrong.map((what) => ({ rule: 12, what, isUntold: edited.has(listing) }));
    });
  }

  /** Units seemed sold there for a while, and a listing that is asked about is not raised again. */
  async #loweredUnseen(): Promise<Set<string>> {
    const { database, shopId } = this.scene.world;
    const rows = await database.db.$queryRaw<{ remoteId: string }[]>`
      SELECT DISTINCT l."remoteId" FROM "Attempt" a JOIN "Listing" l ON l.id = a."listingId"
      WHERE a."shopId" = ${shopId} AND a.kind = 'push' AND (a.explanation->>'unseenUnits')::int > 0`;
    return new Set(rows.map((row) => row.remoteId));
  }

  #isOneJustOpen(at: Date): boolean {
    return this.#openedMs.some((openedMs) => at.getTime() >= openedMs && at.getTime() - openedMs < UNHEARD_MS_MAX);
  }

  /** Zeros that were sent as it was stocked nowhere. */
  #zeroedUnstocked(): Promise<{ remoteId: string; startedAt: Date }[]> {
    const { database, shopId } = this.scene.world;
    return database.db.$queryRaw`
      SELECT l."remoteId", a."startedAt" FROM "Attempt" a JOIN "Listing" l ON l.id = a."listingId"
      WHERE a."shopId" = ${shopId} AND a.kind = 'push' AND a.quantity = 0 AND a.explanation->>'withdrawn' = 'unstocked'`;
  }

  #listings(): [SimMarketplace, SimListing][] {
    return this.scene.markets.flatMap((market) =>
      [...market.listings.values()].flatMap((one): [SimMarketplace, SimListing][] =>
        one.sku in LEAVING ? [[market, one]] : [],
      ),
    );
  }

  /** What the merchant is told of it: that it goes to zero, or a question; null: it is for sale. */
  #wordOf(market: SimMarketplace, { sku }: SimListing): "gone" | "asked" | null {
    const fate = this.scene.fateOf(sku, market);
    if (fate === "active" || fate === "unlisted") return null;
    return this.scene.isGone(sku, market) && !isZeroFinal(market) ? "gone" : "asked";
  }

  #offered(market: SimMarketplace, listing: SimListing): number {
    return offeredThere(market, offeredUnits(this.scene, market, listing), 0);
  }
}

/** What it shows, or will once the marketplace shows what it has taken. */
function shownSoon(market: SimMarketplace, listing: SimListing): number {
  return Math.min(market.shown(listing), ...listing.pending.map((write) => write.quantity));
}
