/** Days as they are where the shop is, and the moments that they stand for. Pure. */

/** The first moment of a calendar day, yyyy-mm-dd, in a timezone. */
export function startOfDay(day: string, timezone: string): Date {
  return momentOf(`${day}T00:00:00`, timezone);
}

/** `local`: yyyy-mm-ddThh:mm:ss on the clocks of that timezone. */
function momentOf(local: string, timezone: string): Date {
  const utc = Date.parse(`${local}Z`);
  // The offset is asked for twice, because it may change between that time in UTC and the same time there.
  const first = utc - offsetMs(new Date(utc), timezone);
  return new Date(utc - offsetMs(new Date(first), timezone));
}

function offsetMs(at: Date, timezone: string): number {
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
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
  const local = Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`);
  return local - Math.floor(at.getTime() / 1000) * 1000;
}
