/** eBay's calendar day. Call quotas reset at midnight Pacific; revisions are counted "per calendar day", taken as the same. */

const pacific = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/Los_Angeles",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** "2026-11-22" */
export function ebayDay(at: Date): string {
  return pacific.format(at);
}

const QUARTER_HOUR_MS = 15 * 60 * 1_000;

/** The next midnight Pacific: days there have 23, 24 or 25 hours, and zones shift by whole quarters at most. */
export function nextEbayDay(at: Date): Date {
  const today = ebayDay(at);
  let next = Math.ceil((at.getTime() + 1) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  while (ebayDay(new Date(next)) === today) next += QUARTER_HOUR_MS;
  return new Date(next);
}
