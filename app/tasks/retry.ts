/**
 * The one retry policy. Pure: what to do about a failure, and when.
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
const RETRY_MS_MAX = 15 * 60_000;
/** A throttled call is not a failed attempt, so it waits what it was told, or this. */
const THROTTLED_MS = 5_000;

/** `attempts`: failures in a row so far, this one included. Exponential, capped; unavailability is never given up. */
export function decideRetry(failure: Failure, attempts: number): Verdict {
  switch (failure.kind) {
    case "throttled":
      return { action: "retry", delayMs: failure.retryAfterMs ?? THROTTLED_MS };
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
