/**
 * When a push must wait for the merchant: a wrong import, a wiped location or a bad policy empties a channel in seconds,
 * and rank and sales do not come back as fast. Pure.
 */
export interface BulkChange {
  /** Listings that would go to zero. */
  zeroed: number;
  /** Those that went there in the last minutes. */
  zeroedBefore: number;
  /** Listings whose number would change at all. */
  changed: number;
  /** Listings that show something now. */
  showing: number;
  all: number;
}

/** Small channels change as a whole every day. */
export const ZEROED_MIN = 10;
const ZEROED_SHARE = 0.3;
export const CHANGED_MIN = 50;
const CHANGED_SHARE = 0.7;

/** Why it must wait, in words; null: go on. */
export function brakeReason({ zeroed, zeroedBefore, changed, showing, all }: BulkChange): string | null {
  const together = zeroed + zeroedBefore;
  const wereShowing = Math.max(showing, zeroed) + zeroedBefore;
  if (zeroed > 0 && together >= ZEROED_MIN && together > wereShowing * ZEROED_SHARE) {
    const already = zeroedBefore > 0 ? `, ${zeroedBefore} of them already` : "";
    return `${together} of ${wereShowing} listings would show 0${already}`;
  }
  if (changed >= CHANGED_MIN && changed > all * CHANGED_SHARE) {
    return `${changed} of ${all} listings would change at once`;
  }
  return null;
}
