/**
 * What a reading of a listing means. Pure.
 */

/** Units sold on a listing surely after its acknowledgement, and surely after its unclear write was sent. */
export interface SoldSince {
  sinceAcknowledged: number;
  sinceUnclear: number;
}

/** What we know of a listing before it is read. */
export interface Known {
  /** What the marketplace last accepted from us, or showed us; null before the first reading. */
  acknowledgedQuantity: number | null;
  /** A write that may or may not have landed yet, and units of imported orders sold surely after it was sent. */
  unclear: {
    quantity: number;
    /** Of writes that it replaced, which were accepted too and have not shown yet. */
    before: readonly number[];
    accepted: boolean;
    mayStillLand: boolean;
    soldSince: number;
  } | null;
  /** Units of imported orders sold on this listing surely after the acknowledgement. */
  soldSince: number;
}

export interface Interpretation {
  /** The baseline from now on. */
  acknowledgedQuantity: number | null;
  /** Units sold over there that no order explains yet. */
  unseenAdded: number;
  /**
   * `landed`: the unclear write is what is shown. `waiting`: it was accepted, and may still come; what is missing meanwhile
   * is a guess, made anew at each reading. `none`: settled.
   */
  unclear: "landed" | "waiting" | "none";
}

/**
 * Compares a reading with what we know. While a write's outcome is unknown, either baseline may be the true one; the
 * higher is assumed, so that the difference counts as units sold: too low for a moment is safe, too high is an oversell.
 * A write that was accepted and may still come is waited for; one that it replaced may show first, and that is no sale.
 */
export function interpretObservation(known: Known, shown: number | null, saleLowersQuantity: boolean): Interpretation {
  const { acknowledgedQuantity, unclear } = known;
  if (shown === null) return { acknowledgedQuantity, unseenAdded: 0, unclear: unclear ? "waiting" : "none" };
  // The number itself, or what orders that we know have left of it.
  const isThat = (quantity: number) => shown === quantity || shown === quantity - (unclear?.soldSince ?? 0);
  if (unclear && isThat(unclear.quantity)) return { acknowledgedQuantity: shown, unseenAdded: 0, unclear: "landed" };
  const waits = unclear?.accepted === true && unclear.mayStillLand;
  if (waits && unclear.before.some(isThat)) return { acknowledgedQuantity: shown, unseenAdded: 0, unclear: "waiting" };
  if (waits && shown === before(known)) return { acknowledgedQuantity, unseenAdded: 0, unclear: "waiting" };
  // Where no number is known, none is missing.
  const left = unclear ? unclear.quantity - unclear.soldSince : 0;
  const missing = Math.max(before(known) ?? 0, left) - shown;
  const unseenAdded = saleLowersQuantity ? Math.max(0, missing) : 0;
  return waits
    ? { acknowledgedQuantity, unseenAdded, unclear: "waiting" }
    : { acknowledgedQuantity: shown, unseenAdded, unclear: "none" };
}

/** What the listing shows while the unclear write has not landed. */
function before({ acknowledgedQuantity, soldSince }: Known): number | null {
  return acknowledgedQuantity === null ? null : acknowledgedQuantity - soldSince;
}
