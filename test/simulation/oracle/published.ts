/**
 * How many units a listing may show, by the words that the merchant reads beside the fields: the buffer is kept back of what
 * there is to sell, with fewer than the threshold 0 is shown, never more than the cap is. The most specific level that says
 * something of a field decides it. Written anew: nothing of the app's own arithmetic is in it.
 */
import type { PolicyTerms } from "../terms.ts";

/** Parts of a percent that are told apart. */
const PARTS = 1_000;

/** `levels` from the most specific to the least; `sellable` may be negative, where more was sold than there is. */
export function published(levels: readonly (PolicyTerms | null)[], sellable: number): number {
  const said = <Field extends keyof PolicyTerms>(field: Field): PolicyTerms[Field] =>
    levels.find((level) => level?.[field] !== undefined)?.[field];
  if (sellable < Math.max(1, said("threshold") ?? 0)) return 0;
  const left = sellable - keptBack(said("buffer"), sellable);
  const cap = said("cap") ?? null;
  return Math.max(0, cap !== null && cap < left ? cap : left);
}

/** A buffer of ten percent of eleven units is two: one would be fewer than ten percent. */
function keptBack(buffer: PolicyTerms["buffer"], sellable: number): number {
  if (!buffer) return 0;
  if (buffer.kind === "units") return buffer.units;
  const whole = 100 * PARTS;
  const parts = Math.round(buffer.percent * PARTS) * sellable;
  return Math.floor((parts + whole - 1) / whole);
}
