/** When a mail leaves: by the clocks of the shop, over midnight and when they change. Pure. */
import { addMs } from "../clock.ts";
import type { MailTimes } from "../notifications/settings.ts";
import { clockParts, momentOf } from "../views/shop-time.ts";

/** What happens together is told together. */
export const GATHER_MS = 30_000;
/** However much happens, nobody gets more than so many mails an hour. */
export const APART_MS = 10 * 60_000;

const HOUR_MS = 60 * 60_000;

/** The next moment, not before `after`, at which the clocks there show `time` ("08:00"). */
export function nextTime(time: string, timezone: string, after: Date): Date {
  // A day may have 23 or 25 hours: today's, tomorrow's or, at the date line, the day after's.
  for (let hours = 0; hours <= 72; hours += 12) {
    const { year, month, day } = clockParts(addMs(after, hours * HOUR_MS), timezone);
    const moment = momentOf(`${year}-${month}-${day}T${time}:00`, timezone);
    if (moment >= after) return moment;
  }
  return addMs(after, 24 * HOUR_MS);
}

/** `at` itself, or when the quiet hours end that it is in. From one time to the same are none. */
export function afterQuiet(quiet: MailTimes["quiet"], timezone: string, at: Date): Date {
  if (!quiet || quiet.from === quiet.to) return at;
  const { hour, minute } = clockParts(at, timezone);
  const now = `${hour}:${minute}`;
  const { from, to } = quiet;
  const isQuiet = from < to ? now >= from && now < to : now >= from || now < to;
  return isQuiet ? nextTime(to, timezone, at) : at;
}

/** When a mail about something that happened now leaves; `last`: when the one before did. */
export function atOnce(times: MailTimes, timezone: string, now: Date, last: Date | null): Date {
  const apartMs = last ? addMs(last, APART_MS).getTime() : 0;
  return afterQuiet(times.quiet, timezone, new Date(Math.max(addMs(now, GATHER_MS).getTime(), apartMs)));
}

/**
 * The earliest moment from `at` on for a mail that is ready. Whoever asks for a mail a day at a quiet time gets it then, and
 * a test mail at once.
 */
export function leavesNotBefore(kind: string, quiet: MailTimes["quiet"], timezone: string, at: Date): Date {
  return kind === "digest" || kind === "test" ? at : afterQuiet(quiet, timezone, at);
}

/** Who asks for a mail a day at a quiet time gets it then: they said so last. */
export function nextDigest(times: MailTimes, timezone: string, now: Date): Date {
  return nextTime(times.digestAt, timezone, now);
}
