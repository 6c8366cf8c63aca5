/**
 * A call to a marketplace that is written down as `sending` before it is made leaves soon after, or not at all. So whoever
 * finds it written down knows when nothing of it can land any more.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import { addMs, type Clock } from "../clock.ts";

/** Whoever waits until nothing can land any more goes by another clock than who sent it: two machines' are so far apart at most. */
const CLOCKS_APART_MS = 5_000;
/** What can land for `lateMs` has landed or never will, whichever machine waits for that. */
export const byAnyClock = (lateMs: number): number => lateMs + CLOCKS_APART_MS;

/** The call waits so long for its turn and its share of the limits. */
const LEAVES_WITHIN_MS = 10_000;

const TOO_LATE: Failure = {
  kind: "throttled",
  scope: "account",
  retryAfterMs: 0,
  message: "It was held up here for so long that another try may be under way, so it was not sent",
};

export interface Departure {
  /** For `openChannel`: asked as a write is about to leave. */
  mayWrite: () => Promise<Failure | null>;
  /** From now on, the call leaves by the time that this gives. */
  begin: () => Date;
}

export function createDeparture(clock: Clock): Departure {
  let leaveBy: Date | null = null;
  return {
    mayWrite: async () => (leaveBy && clock.now() > leaveBy ? TOO_LATE : null),
    begin() {
      leaveBy = addMs(clock.now(), LEAVES_WITHIN_MS);
      return leaveBy;
    },
  };
}
