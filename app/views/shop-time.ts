/** Days and minutes as they are where the shop is, and the moments that they stand for. Pure. */

/** The first moment of a calendar day, yyyy-mm-dd, in a timezone. */
export function startOfDay(day: string, timezone: string): Date {
  return momentOf(`${day}T00:00:00`, timezone);
}

/** A day as a form has it: yyyy-mm-dd, with its first moment. Null: that is no day. */
export function readDay(value: string | null, timezone: string): { text: string; from: Date } | null {
  const minute = readMinute(`${value}T00:00`, timezone);
  return value === null || minute === null ? null : { text: value, from: minute.from };
}

/** Years whose days and their neighbours every part of us can count with. */
const MINUTE = /^((?:19|20)\d{2}-\d{2}-\d{2}T\d{2}:\d{2})(?::\d{2})?$/;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface Minute {
  /** yyyy-mm-ddThh:mm, as a form and a link have it. */
  text: string;
  from: Date;
  /** The first moment after it. */
  to: Date;
}

/** A minute out of a link, or null. Of one that comes twice, as the clocks go back, it is the first. */
export function readMinute(value: string | null, timezone: string): Minute | null {
  const text = MINUTE.exec(value ?? "")?.[1];
  // Of a day that there is not, the month's next is no answer.
  const asUtc = text ? Date.parse(`${text}Z`) : Number.NaN;
  if (!text || Number.isNaN(asUtc) || !new Date(asUtc).toISOString().startsWith(text)) return null;
  const from = momentOf(`${text}:00`, timezone);
  return { text, from, to: new Date(from.getTime() + MINUTE_MS) };
}

/** `local`: yyyy-mm-ddThh:mm:ss on the clocks of that timezone. */
export function momentOf(local: string, timezone: string): Date {
  const utc = Date.parse(`${local}Z`);
  // The offset is asked for twice, because it may change between that time in UTC and the same time there.
  const first = utc - offsetMs(new Date(utc), timezone);
  return new Date(utc - offsetMs(new Date(first), timezone));
}

/** What the shop's clocks show, to the second: "14:23:05". */
export function clockTime(at: Date, timezone: string): string {
  const { hour, minute, second } = clockParts(at, timezone);
  return `${hour}:${minute}:${second}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The day there: "29 Nov 2026". Written out by hand, so that Node and every browser agree to the letter. */
export function sayDay(at: Date, timezone: string): string {
  const { year, month, day } = clockParts(at, timezone);
  return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`;
}

function offsetMs(at: Date, timezone: string): number {
  const parts = clockParts(at, timezone);
  const local = Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`);
  return local - Math.floor(at.getTime() / 1000) * 1000;
}

/** What the clocks show there, by the names of Intl: year, month, day, hour (of 24), minute, second; with leading zeros. */
export function clockParts(at: Date, timezone: string): Record<string, string> {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
}

/** "4 s", "3 min", "2 h", "5 days": how long something has been so. */
export function sayDuration(ms: number): string {
  if (ms < 1.5 * MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (ms < 1.5 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 1.5 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return `${Math.round(ms / DAY_MS)} days`;
}

/** The same of what takes less than ten seconds as a rule: "0.8 s". */
export function sayLatency(ms: number): string {
  return ms < 9_950 ? `${(ms / 1_000).toFixed(1)} s` : sayDuration(ms);
}
