/**
 * When a push must wait for the merchant: a wrong import, a wiped location or a bad policy empties a channel in seconds,
 * and rank and sales do not come back as fast. Pure. What the merchant approved, and what sales explain, is not counted.
 */
import { type EffectivePolicy, publishedQuantity } from "../inventory/policy.ts";

/** A share, of a channel of 8 listings as of one of 80,000; but one or two sell out on any day. */
export const ZEROED_MIN = 3;
const ZEROED_SHARE = 0.3;
/** Numbers that move and stay above zero: a delivery that was counted does that to a small channel as a whole. */
export const CHANGED_MIN = 20;
const CHANGED_SHARE = 0.7;

export interface Zeroed {
  /** Listings that would go to zero. */
  zeroed: number;
  /** Those that went there in the last minutes. */
  zeroedBefore: number;
}

/** How many showing listings have to be counted to know: with as many, it is a small share of them. */
export function showingToCount({ zeroed, zeroedBefore }: Zeroed): number {
  return Math.floor((zeroed + zeroedBefore) / ZEROED_SHARE) + 1;
}

/** `showing`: listings that show something now. Why it must wait, in words; null: go on. */
export function brakeForZeroed({ zeroed, zeroedBefore }: Zeroed, showing: number): string | null {
  const together = zeroed + zeroedBefore;
  const wereShowing = Math.max(showing, zeroed) + zeroedBefore;
  if (zeroed === 0 || together < ZEROED_MIN || together <= wereShowing * ZEROED_SHARE) return null;
  const already = zeroedBefore > 0 ? `, ${zeroedBefore} of them already` : "";
  return `${together} of ${wereShowing} listings would show 0${already}`;
}

/** How many listings have to be counted to know. */
export function listingsToCount(changed: number): number {
  return Math.floor(changed / CHANGED_SHARE) + 1;
}

/** `changed`: listings whose number would change at all, of `all`. */
export function brakeForChanged(changed: number, all: number): string | null {
  if (changed < CHANGED_MIN || changed <= all * CHANGED_SHARE) return null;
  return `${changed} of ${all} listings would change at once`;
}

/** Whether the units sold in the last minutes account for all that a listing showed, now that it is to show 0. */
export function isSoldOut({
  shown,
  sellable,
  soldUnits,
  policy,
}: {
  shown: number;
  /** What is left of its variant. */
  sellable: number;
  soldUnits: number;
  policy: EffectivePolicy;
}): boolean {
  return soldUnits > 0 && publishedQuantity(policy, sellable + soldUnits) >= shown;
}
