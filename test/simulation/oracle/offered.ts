/** What a listing should show by what is really there, as the merchant decided last. */
import type { Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { published } from "./published.ts";

/** Of one listing by itself. */
export function offeredUnits(scene: Scene, market: SimMarketplace, listing: SimListing): number {
  const { terms } = scene;
  const levels = [terms.policyOf(listing).now, terms.policyOf(market).now, terms.shop];
  return published(levels, scene.free(terms.skuOf(listing).now, market));
}

/**
 * What the marketplace can show of that. Where a listing stands for one unit, the first ones of a variant show one each, as
 * many as there are units; `place`: how many come before it.
 */
export function offeredThere(market: SimMarketplace, units: number, place: number): number {
  const { quantities, quantityMax } = market.connector.manifest.capabilities;
  if (quantities === false) return units > place ? 1 : 0;
  return Math.min(units, quantityMax ?? units);
}

/** Zero can't be taken back there: whether a listing goes to zero with its product the merchant is asked. */
export function isZeroFinal(market: SimMarketplace): boolean {
  const { atZero } = market.connector.manifest.capabilities;
  return atZero === "deleted" || atZero === "marked-sold";
}
