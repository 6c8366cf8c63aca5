/**
 * Units that a listing lost to sales whose orders we have not seen. Pure. Each observation that found some is kept by
 * itself, with the time in which the sale must have been: after the acknowledgement it was compared with, before the
 * reading began.
 */
import { z } from "zod";
import { addMs } from "../clock.ts";

export interface UnseenUnits {
  units: number;
  from: Date;
  to: Date;
  /** What the listing showed then. */
  shown?: number;
  /** Made while an accepted write may still come to show: the next reading makes it anew. */
  guess?: boolean;
  /** Made while a write's outcome was not known: perhaps that write never landed, and nothing is missing. */
  doubtful?: boolean;
}

const stored = z.array(
  z.object({
    units: z.number().int(),
    from: z.coerce.date(),
    to: z.coerce.date(),
    shown: z.number().int().optional(),
    guess: z.boolean().optional(),
    doubtful: z.boolean().optional(),
  }),
);

export function parseUnseen(column: unknown): UnseenUnits[] {
  return stored.parse(column);
}

export function sumUnseen(unseen: readonly UnseenUnits[]): number {
  return unseen.reduce((sum, one) => sum + one.units, 0);
}

/**
 * An order for this listing arrived: its units are seen now, if the sale surely was within one of the observations. Where
 * that is unclear they stay subtracted until the orders are complete.
 */
export function explainByOrder(
  unseen: readonly UnseenUnits[],
  sale: { soldAt: Date; units: number },
  toleranceMs: number,
): UnseenUnits[] {
  let left = sale.units;
  return unseen.flatMap((one) => {
    const within = sale.soldAt > addMs(one.from, toleranceMs) && sale.soldAt < addMs(one.to, -toleranceMs);
    if (!within) return [one];
    const explained = Math.min(left, one.units);
    left -= explained;
    return one.units > explained ? [{ ...one, units: one.units - explained }] : [];
  });
}

/** Orders are complete up to there: what was unseen before is a reservation by now, or was an edit by hand. */
export function explainByCompleteness(
  unseen: readonly UnseenUnits[],
  completeThrough: Date,
  toleranceMs: number,
): UnseenUnits[] {
  return unseen.filter((one) => addMs(one.to, toleranceMs) >= completeThrough);
}
