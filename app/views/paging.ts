/** Pages of lists: each goes on beside a row, so that what it costs does not grow with what is before it. */
export const PAGE_SIZE = 50;

/** Where a page begins or ends: beside a row, which is named by its id. */
export type Beside = { after: number } | { before: number } | null;

export interface BesidePage<Row> {
  rows: Row[];
  /** Ids to go on from; null: there is nothing there. */
  next: number | null;
  previous: number | null;
}

export function readBeside(query: URLSearchParams, digitsMax = DIGITS_MAX): Beside {
  const [after, before] = [readId(query.get("after"), digitsMax), readId(query.get("before"), digitsMax)];
  return after !== null ? { after } : before !== null ? { before } : null;
}

export function isBackwards(beside: Beside): boolean {
  return beside !== null && "before" in beside;
}

export function besideId(beside: NonNullable<Beside>): number {
  return "after" in beside ? beside.after : beside.before;
}

/**
 * In a list by time, newest first, where ids decide within a moment: what is beyond a row on its older or newer side, as
 * conditions on the time ("from" and, of another moment, "past") and on the id.
 */
export function beyondInTime<Id>({ at, id }: { at: Date; id: Id }, isNewer: boolean) {
  return isNewer
    ? { from: { gte: at }, past: { gt: at }, id: { gt: id } }
    : { from: { lte: at }, past: { lt: at }, id: { lt: id } };
}

/** Of rows from `beside` on, one more than a page where there are more; backwards where the page is before it. */
export function besidePage<Row extends { id: number | bigint }>(
  found: readonly Row[],
  beside: Beside,
): BesidePage<Row> {
  const more = found.length > PAGE_SIZE;
  const backwards = isBackwards(beside);
  const rows = found.slice(0, PAGE_SIZE);
  if (backwards) rows.reverse();
  const [first, last] = [rows[0], rows.at(-1)];
  return {
    rows,
    next: last && (backwards || more) ? Number(last.id) : null,
    previous: first && beside !== null && (!backwards || more) ? Number(first.id) : null,
  };
}

/** Ids of most tables have no more; those of attempts may. */
const DIGITS_MAX = 9;
/** The largest that a number still holds to the unit. */
export const LONG_ID_DIGITS = 15;

/** A positive whole number from the query, or null. */
export function readId(value: string | null | undefined, digitsMax = DIGITS_MAX): number | null {
  return value && value.length <= digitsMax && /^\d+$/.test(value) && Number(value) > 0 ? Number(value) : null;
}

const SEARCH_MAX = 100;

/** What was typed to search for, or "". Control characters are in no title, and the database refuses one of them. */
export function readSearch(query: URLSearchParams): string {
  const typed = (query.get("search") ?? "").replace(/\p{Cc}/gu, " ").trim();
  // By characters: half of one is none.
  return [...typed].slice(0, SEARCH_MAX).join("").trim();
}
