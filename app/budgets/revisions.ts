/**
 * What is left of the changes that a marketplace allows per listing group and calendar day of its own. Pure. The last part
 * of them is kept for decreases: what shows too few can wait until tomorrow, what shows too many can't.
 */
import { dayIn, nextDayIn } from "#connectors/contract/calendar-day.ts";

/** As the manifest gives it. */
export interface RevisionLimit {
  revisionsMax: number;
  timeZone: string;
}

/** What a row holds. */
export interface RevisionsUsed {
  day: string;
  used: number;
}

const KEPT_FOR_DECREASES = 0.2;

/** Takes one revision, or null when there is none for this kind of change until the day ends. */
export function takeRevision(
  limit: RevisionLimit,
  held: RevisionsUsed | null,
  isDecrease: boolean,
  now: Date,
): RevisionsUsed | null {
  const day = dayIn(limit.timeZone, now);
  const used = held?.day === day ? held.used : 0;
  const max = isDecrease
    ? limit.revisionsMax
    : limit.revisionsMax - Math.floor(limit.revisionsMax * KEPT_FOR_DECREASES);
  return used < max ? { day, used: used + 1 } : null;
}

export function revisionsEndAt(limit: RevisionLimit, now: Date): Date {
  return nextDayIn(limit.timeZone, now);
}
