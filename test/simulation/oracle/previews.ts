/** Rule 14: what the merchant is shown before they approve is what then goes out. */
import type { Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { offeredThere, offeredUnits } from "./offered.ts";

/** A row of a preview: what it says of a listing. Null: its number is left alone. */
export interface PreviewedRow {
  listingId: number;
  observed: number | null;
  quantity: number | null;
}

/** What the merchant is shown of a change: how many listings go where, and the first of them. */
export interface PreviewedEffect {
  zeroed: number;
  lowered: number;
  raised: number;
  first: readonly { listingId: number; from: number | null; to: number }[];
}

/** What all listings showed at a moment. */
export type Shown = ReadonlyMap<SimListing, number>;

export class Previews {
  readonly #previewed = new Map<SimMarketplace, readonly PreviewedRow[]>();
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Nothing else changes until it is approved and pushed: each row says what is shown, and what should be. */
  async preview(market: SimMarketplace, rows: readonly PreviewedRow[]): Promise<void> {
    const { scene } = this;
    this.#previewed.set(market, rows);
    const listings = await this.byId();
    for (const row of rows) {
      const listing = listings.get(row.listingId);
      if (!listing) continue;
      const name = `the preview of ${market.nature.key} says of ${listing.remoteId} (${listing.sku})`;
      const shown = market.shown(listing);
      if (row.observed !== shown) scene.violate(14, `${name} that it shows ${row.observed}, and it shows ${shown}`);
      const sku = scene.terms.skuOf(listing).now;
      const others = [...market.listings.values()].filter((one) => scene.terms.skuOf(one).now === sku);
      // Of several that stand for one unit each, which comes first is the app's choice.
      if (row.quantity === null || (others.length > 1 && market.connector.manifest.capabilities.quantities === false))
        continue;
      const offered = offeredThere(market, offeredUnits(scene, market, listing), 0);
      if (row.quantity !== offered)
        scene.violate(14, `${name} ${row.quantity}, and ${offered} is what there is to show`);
    }
  }

  /** After it was approved and pushed. */
  async comparePushed(): Promise<void> {
    const listings = await this.byId();
    for (const [market, rows] of this.#previewed)
      for (const { listingId, observed, quantity } of rows) {
        const listing = listings.get(listingId);
        const expected = quantity ?? observed;
        if (!listing || market.shown(listing) === expected) continue;
        const what = `${market.nature.key} ${listing.remoteId} (${listing.sku}) shows ${market.shown(listing)}, and the preview said ${expected}`;
        this.scene.violate(14, what);
      }
    this.#previewed.clear();
  }

  /** A change of a setting in quiet times: as many listings moved as the merchant was told, and those named as they were named. */
  async compareEffect(what: string, effect: PreviewedEffect, before: Shown): Promise<void> {
    const moved = { zeroed: 0, lowered: 0, raised: 0 };
    for (const [listing, was] of before) {
      const now = this.#shown(listing);
      if (now === was) continue;
      if (now === 0) moved.zeroed += 1;
      else if (now < was) moved.lowered += 1;
      else moved.raised += 1;
    }
    const say = (of: typeof moved) => `${of.zeroed} to zero, ${of.lowered} down, ${of.raised} up`;
    if (say(moved) !== say(effect))
      this.scene.violate(14, `${what}: the merchant was told ${say(effect)}, and it came to ${say(moved)}`);
    const listings = await this.byId();
    for (const { listingId, from, to } of effect.first) {
      const listing = listings.get(listingId);
      const [was, now] = [listing && before.get(listing), listing && this.#shown(listing)];
      if (was === from && now === to) continue;
      this.scene.violate(
        14,
        `${what}: ${listing?.remoteId} was to go from ${from} to ${to}, and went from ${was} to ${now}`,
      );
    }
  }

  /** What is shown now. */
  look(): Shown {
    const all = this.scene.markets.flatMap((market) => [...market.listings.values()]);
    return new Map(all.map((listing) => [listing, this.#shown(listing)]));
  }

  #shown(listing: SimListing): number {
    const market = this.scene.markets.find((one) => one.listings.get(listing.remoteId) === listing);
    return market?.shown(listing) ?? 0;
  }

  /** By the app's own id. */
  async byId(): Promise<Map<number, SimListing>> {
    const { database, shopId } = this.scene.world;
    const rows = await database.db.listing.findMany({ where: { shopId }, select: { id: true, remoteId: true } });
    return new Map(
      rows.flatMap(({ id, remoteId }) =>
        this.scene.markets.flatMap((market): [number, SimListing][] => {
          const listing = market.listings.get(remoteId);
          return listing ? [[id, listing]] : [];
        }),
      ),
    );
  }
}
