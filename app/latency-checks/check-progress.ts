/** How far the change of a latency check came, and whether its unit is put back now. Pure. */

/** After this the unit is put back, whatever is still waited for. */
export const WATCH_MS_MAX = 5 * 60_000;

export interface TimedRow {
  quantityExpected: number;
  pushedAt: Date | null;
  acceptedAt: Date | null;
}

/** What was sent for a listing, as history tells it. */
export interface PushSeen {
  outcome: string;
  message: string;
  quantity: number;
  startedAt: Date;
  finishedAt: Date | null;
}

export interface Progress {
  pushedAt: Date | null;
  acceptedAt: Date | null;
  isRefused: boolean;
  problem: string | null;
}

const ACCEPTED: readonly string[] = ["accepted", "verified"];
const FAILED: readonly string[] = ["rejected", "throttled", "unauthorized", "unavailable", "unclear"];

/**
 * `pushes`: the earliest first. `isGivenUp`: its last update is not tried again by itself. `putOff`: why its channel takes
 * nothing now; null: nothing is in the way.
 */
export function progressOf(
  row: TimedRow,
  pushes: readonly PushSeen[],
  { isGivenUp, putOff }: { isGivenUp: boolean; putOff: string | null },
): Progress {
  // Fewer too: something may have been sold on top of it.
  const own = pushes.filter((push) => push.quantity <= row.quantityExpected);
  const accepted = own.find((push) => ACCEPTED.includes(push.outcome));
  const pushedAt = row.pushedAt ?? own[0]?.startedAt ?? null;
  const acceptedAt = row.acceptedAt ?? accepted?.finishedAt ?? null;
  if (acceptedAt !== null) return { pushedAt, acceptedAt, isRefused: false, problem: null };
  const last = own.at(-1);
  const isRefused = last?.outcome === "rejected" && isGivenUp;
  const problem = last && FAILED.includes(last.outcome) ? last.message : putOff;
  return { pushedAt, acceptedAt, isRefused, problem };
}

export interface TimedSoFar {
  acceptedAt: Date | null;
  shownAt: Date | null;
  isRefused: boolean;
}

export type CheckStep =
  | { kind: "watch" }
  /** `problem`: null where all was timed. */
  | { kind: "put-back"; problem: string | null };

/** Whether the unit is put back now. `left`: units there are to sell without it; null: not known any more. */
export function checkStep(
  check: { startedAt: Date; heardAt: Date | null; left: number | null; listings: readonly TimedSoFar[] },
  now: Date,
): CheckStep {
  const { startedAt, heardAt, left, listings } = check;
  const isDone = listings.every((one) => one.shownAt !== null || one.isRefused);
  if (isDone && (heardAt !== null || listings.every((one) => one.isRefused)))
    return { kind: "put-back", problem: null };
  if (left !== null && left <= 0)
    return { kind: "put-back", problem: "It sold meanwhile, so the unit was put back early." };
  if (now.getTime() - startedAt.getTime() < WATCH_MS_MAX) return { kind: "watch" };
  return { kind: "put-back", problem: heardAt === null ? NOT_HEARD : NOT_ALL };
}

const MINUTES = WATCH_MS_MAX / 60_000;
const NOT_HEARD = `Shopify’s notice of the change did not come within ${MINUTES} minutes.`;
const NOT_ALL = `Not every marketplace showed the new number within ${MINUTES} minutes.`;

const LOOK_MS_MIN = 250;
const LOOK_MS_MAX = 30_000;

/** Until a listing is read back once more: each look costs the marketplace a call. */
export function untilLookMs(looks: number): number {
  return Math.min(LOOK_MS_MAX, LOOK_MS_MIN * 2 ** looks);
}
