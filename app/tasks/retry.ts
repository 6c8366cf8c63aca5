/**
 * The one retry policy. Pure: what to do about a failure, when, and what has to wait for it.
 */
import type { Failure } from "#connectors/contract/failures.ts";

export type Verdict =
  /** The same again after `delayMs`. */
  | { action: "retry"; delayMs: number }
  /** Read back after `delayMs`, then decide. */
  | { action: "read-back"; delayMs: number }
  /** The merchant must reconnect; nothing more is sent to this account. */
  | { action: "reconnect" }
  /** Not again until something changes; shown with the reason. */
  | { action: "give-up" };

const FIRST_RETRY_MS = 1_000;
/** The longest that anything waits after an outage has ended; an outage of an hour is asked about some twenty times. */
const RETRY_MS_MAX = 5 * 60_000;
/** Whoever says "too many calls" without a time is not asked again within a moment. */
const THROTTLED_MS_MIN = 5_000;

/** `attempts`: failures in a row so far, this one included. Exponential, capped; unavailability is never given up. */
export function decideRetry(failure: Failure, attempts: number): Verdict {
  switch (failure.kind) {
    case "throttled":
      return { action: "retry", delayMs: failure.retryAfterMs ?? Math.max(THROTTLED_MS_MIN, backoffMs(attempts)) };
    case "unavailable":
      return { action: "retry", delayMs: backoffMs(attempts) };
    case "outcome-unknown":
      return { action: "read-back", delayMs: backoffMs(attempts) };
    case "unauthorized":
      return { action: "reconnect" };
    case "rejected":
      return { action: "give-up" };
  }
}

export function backoffMs(attempts: number): number {
  return Math.min(RETRY_MS_MAX, FIRST_RETRY_MS * 2 ** Math.max(0, Math.min(attempts - 1, 20)));
}

/**
 * What has to wait: the row alone, all variations of its listing over there, or the channel. What became of a write is
 * asked about row by row, whatever the reason was that it is not known.
 */
export function whatWaits(failure: Failure): "row" | "group" | "channel" {
  if (failure.kind === "unauthorized") return "channel";
  if (failure.kind === "outcome-unknown" || failure.scope === "item") return "row";
  if (failure.scope === "group") return failure.kind === "rejected" ? "row" : "group";
  return "channel";
}
