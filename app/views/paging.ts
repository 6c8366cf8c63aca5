/** Pages by number: enough for lists that a person reads. */
export const PAGE_SIZE = 50;

export interface Paging {
  page: number;
  hasNext: boolean;
  /** The page before it; of a page beyond the last, the first. */
  previous: number;
}

/** For a query that asked for one row more than a page. */
export function paged<Row>(rows: readonly Row[], page: number): { rows: Row[]; paging: Paging } {
  const previous = rows.length === 0 ? 1 : page - 1;
  return { rows: rows.slice(0, PAGE_SIZE), paging: { page, hasNext: rows.length > PAGE_SIZE, previous } };
}

export function readPage(query: URLSearchParams): number {
  const page = Number(query.get("page"));
  return Number.isInteger(page) && page > 0 && page < 100_000 ? page : 1;
}

/** `take` and `skip` for a page, with the one row more that tells whether there is a next. */
export function pageWindow(page: number): { take: number; skip: number } {
  return { take: PAGE_SIZE + 1, skip: (page - 1) * PAGE_SIZE };
}

/** A positive whole number from the query, or null. */
export function readId(value: string | null | undefined): number | null {
  return value && /^\d{1,9}$/.test(value) && Number(value) > 0 ? Number(value) : null;
}

const SEARCH_MAX = 100;

/** What was typed to search for, or "". Control characters are in no title, and the database refuses one of them. */
export function readSearch(query: URLSearchParams): string {
  const typed = (query.get("search") ?? "").replace(/\p{Cc}/gu, " ").trim();
  // By characters: half of one is none.
  return [...typed].slice(0, SEARCH_MAX).join("").trim();
}
