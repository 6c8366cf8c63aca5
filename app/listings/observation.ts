/**
 * What a reading of a listing means. Pure.
 */
export interface Observed {
  /** What the marketplace shows now; null when it does not say. */
  quantity: number | null;
}

export interface Known {
  /** What it last accepted from us, or showed us; null before the first push. */
  acknowledgedQuantity: number | null;
  /** A write whose outcome is unknown. */
  unclearQuantity: number | null;
  /** Units of imported orders sold on this listing since the acknowledgement. */
  soldSince: number;
}

export interface Interpretation {
  /** The baseline from now on. */
  acknowledgedQuantity: number | null;
  /** Units sold over there that no order explains yet. */
  unseenAdded: number;
  /** The marketplace shows more than we know of: someone edited it. */
  raisedByHand: boolean;
}

/**
 * Compares a reading with what we know. When a write's outcome is unknown, either baseline may be the true one; the
 * higher is assumed, so that the difference counts as units sold: too low for a moment is safe, too high is an oversell.
 */
export function interpretObservation(known: Known, observed: Observed, saleLowersQuantity: boolean): Interpretation {
  const shown = observed.quantity;
  if (shown === null) return { acknowledgedQuantity: known.acknowledgedQuantity, unseenAdded: 0, raisedByHand: false };
  const baselines = [known.acknowledgedQuantity, known.unclearQuantity].filter((one) => one !== null);
  if (baselines.length === 0) return { acknowledgedQuantity: shown, unseenAdded: 0, raisedByHand: false };
  const landed = known.unclearQuantity !== null && shown === known.unclearQuantity;
  const baseline = landed ? shown : Math.max(...baselines);
  const sold = landed ? 0 : known.soldSince;
  const unseenAdded = saleLowersQuantity ? Math.max(0, baseline - shown - sold) : 0;
  return { acknowledgedQuantity: shown, unseenAdded, raisedByHand: shown > baseline };
}
