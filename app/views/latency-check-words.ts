/** How the page of the latency check says what it shows. Pure. */
import { sayLatency } from "./shop-time.ts";
import type { Said } from "./words.ts";

export type CheckStateName = "taking" | "watching" | "returning" | "ended";

/** Milliseconds after the change; null: not yet, or not before the check ended. */
export interface Steps {
  heardMs: number | null;
  pushedMs: number | null;
  acceptedMs: number | null;
  shownMs: number | null;
}

export const STEP_LABELS: Record<keyof Steps, string> = {
  heardMs: "Shopify told us",
  pushedMs: "Sent",
  acceptedMs: "Accepted",
  shownMs: "Shown",
};
export const STEP_NAMES = Object.keys(STEP_LABELS) as (keyof Steps)[];

export const LATENCY_WORDS = {
  title: "Latency check",
  subtitle: "Times one SKU from Shopify through every channel, with a real change.",
  choose: "Choose a SKU that sells on the channels you want to time, and has a few units.",
  steps:
    "Counted from the change in Shopify: when Shopify told us, when the new number was sent, when the marketplace accepted it, and when it showed on a read back. It is read back several times a second at first, then more rarely.",
  none: "No check was made yet.",
  back: "Then the unit is put back, also if Lockstep is interrupted. It mostly takes less than a minute, and 5 minutes at most. Orders are still imported.",
} as const;

/** Before the listings, each with its numbers. */
export function sayEffect(place: string, listings: number): string {
  return `One unit at ${place} is set aside in Shopify, so your shop can’t sell it meanwhile. ${listings === 1 ? "This listing shows" : "These listings show"} fewer for a moment, never more:`;
}

export function sayCheckState(state: CheckStateName, problem: string | null): Said {
  if (state === "taking") return { label: "Setting a unit aside", tone: "info" };
  if (state === "watching") return { label: "Timing", tone: "info" };
  if (state === "returning") return { label: "Putting it back", tone: "info" };
  return problem === null ? { label: "Timed", tone: "success" } : { label: "Not all timed", tone: "attention" };
}

/** Where a listing is in a check that goes on, or was when it ended. */
export function sayWhereItIs(steps: Steps, row: { isOver: boolean; isRefused: boolean; problem: string | null }): Said {
  const { heardMs, pushedMs, acceptedMs, shownMs } = steps;
  if (shownMs !== null) return { label: `Shown after ${sayLatency(shownMs)}`, tone: "success" };
  if (row.isRefused) return { label: "Refused", tone: "critical" };
  if (row.isOver)
    return { label: acceptedMs === null ? "Not accepted in time" : "Not seen in time", tone: "attention" };
  if (acceptedMs !== null) return { label: "Accepted, reading it back", tone: "info" };
  if (pushedMs !== null) return { label: row.problem === null ? "Sent" : "Trying again", tone: "info" };
  return { label: heardMs === null ? "Waiting for Shopify" : "About to be sent", tone: "neutral" };
}

export const sayStep = (ms: number | null): string => (ms === null ? "–" : sayLatency(ms));

/** Of a check that has ended: how it went, in a line. */
export function sayResult(rows: readonly Pick<Steps, "shownMs">[]): string {
  const shown = rows.flatMap((row) => row.shownMs ?? []);
  if (shown.length === 0) return "No listing showed the new number.";
  const isAll = shown.length === rows.length;
  const of = isAll ? "" : ` (${shown.length} of ${rows.length} listings)`;
  const slowest = sayLatency(Math.max(...shown));
  if (shown.length === 1) return `Shown after ${slowest}${of}.`;
  return `Shown ${isAll ? "everywhere " : ""}after ${slowest}, first after ${sayLatency(Math.min(...shown))}${of}.`;
}
