/** Times in the shop's timezone. */
import { clockParts, sayDay, sayDuration } from "#app/views/shop-time.ts";
import { useShop } from "./shop-context.tsx";

interface Form {
  toTheSecond?: boolean;
  /** Words come before it. */
  inSentence?: boolean;
}

function formatTime(at: string, now: string, timezone: string, { toTheSecond, inSentence }: Form = {}): string {
  const then = clockParts(new Date(at), timezone);
  const day = sayDay(new Date(at), timezone);
  const today = inSentence ? "today" : "Today";
  return `${day === sayDay(new Date(now), timezone) ? today : `${day},`} ${then.hour}:${then.minute}${toTheSecond ? `:${then.second}` : ""}`;
}

/** The minute that it was where the shop is, as a link has it: yyyy-mm-ddThh:mm. */
export function minuteOf(at: string, timezone: string): string {
  const { year, month, day, hour, minute } = clockParts(new Date(at), timezone);
  return `${year}-${month}-${day}T${hour}:${minute}`;
}

export function formatAgo(at: string, now: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(now) - Date.parse(at)) / 1000));
  if (seconds < 10) return "just now";
  return `${sayDuration(seconds * 1000)} ago`;
}

export function Time({ at, ...form }: { at: string } & Form) {
  const { now, timezone } = useShop();
  return <time dateTime={at}>{formatTime(at, now, timezone, form)}</time>;
}

/** "2 min ago", with the exact time on hover; "not yet" for null. */
export function Ago({ at, never = "not yet" }: { at: string | null; never?: string }) {
  const { now, timezone } = useShop();
  if (at === null) return <>{never}</>;
  return (
    <time dateTime={at} title={formatTime(at, now, timezone)}>
      {formatAgo(at, now)}
    </time>
  );
}
