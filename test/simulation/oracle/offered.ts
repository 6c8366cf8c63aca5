/** What a listing should show by what is really there, as the merchant decided last. */
import type { Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import type { ContainmentTerms } from "../terms.ts";
import { published } from "./published.ts";

/** Of one listing by itself. */
export function offeredUnits(scene: Scene, market: SimMarketplace, listing: SimListing): number {
  const { terms } = scene;
  const levels = [terms.policyOf(listing).now, terms.policyOf(market).now, terms.shop];
  const sku = terms.skuOf(listing).now;
  return heldUnits(market, published(levels, scene.free(sku, market)), terms.containmentOf(sku).now);
}

/**
 * What a SKU may show that the merchant holds: no more than they said. Where zero can't be taken back, and they did not ask
 * for it there, nothing that is for sale goes to zero by that: one unit stays, and each listing that stands for one.
 */
export function heldUnits(market: SimMarketplace, units: number, held: ContainmentTerms | null): number {
  if (!held) return units;
  if (held.takesDown || !isZeroFinal(market)) return Math.min(units, held.units);
  const isOneOff = market.connector.manifest.capabilities.quantities === false;
  return isOneOff ? units : Math.min(units, Math.max(1, held.units));
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
