/** eBay's calendar day, by which it counts calls and revisions, is that of San Jose. */

const clock = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

const HOUR_MS = 60 * 60 * 1000;

function pacific(at: Date): { day: string; hour: number; minute: number; second: number } {
  const part = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: `${part.get("year")}-${part.get("month")}-${part.get("day")}`,
    hour: Number(part.get("hour")),
    minute: Number(part.get("minute")),
    second: Number(part.get("second")),
  };
}

/** Milliseconds until the next Pacific midnight, right on the days of 23 and 25 hours too. */
export function untilNextPacificDay(now: Date): number {
  const today = pacific(now);
  const untilFullHour = HOUR_MS - (today.minute * 60 + today.second) * 1000 - now.getMilliseconds();
  // Every offset of this zone is whole hours, so midnight is at a full hour: walk to the first that is on another day.
  let waitMs = untilFullHour;
  while (pacific(new Date(now.getTime() + waitMs)).day === today.day) waitMs += HOUR_MS;
  return waitMs;
}
