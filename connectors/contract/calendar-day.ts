/** A marketplace's calendar day, by which it counts some of what it allows. */

const QUARTER_MS = 15 * 60 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-22", in an IANA time zone. */
export function dayIn(timeZone: string, at: Date): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
    formats.set(timeZone, format);
  }
  return format.format(at);
}

/** The next midnight there, right on the days of 23 and 25 hours too: zones shift by whole quarters of an hour at most. */
export function nextDayIn(timeZone: string, now: Date): Date {
  const today = dayIn(timeZone, now);
  let nextMs = Math.ceil((now.getTime() + 1) / QUARTER_MS) * QUARTER_MS;
  while (dayIn(timeZone, new Date(nextMs)) === today) nextMs += QUARTER_MS;
  return new Date(nextMs);
}
