/** What a sync can't do at a channel now, in a merchant's words. Pure: asked before it begins, and said of what it did. */
import { CHANNEL_WORK, type ChannelWork } from "../setbacks/words.ts";
import { clockParts, sayDay } from "./shop-time.ts";

export interface SyncedChannel {
  name: string;
  state: string;
  pushApprovedAt: Date | null;
  brakeReason: string | null;
}

/** Why nothing of it can be read; null: it can be. */
export function sayWhyNotRead({ name, state }: Pick<SyncedChannel, "name" | "state">): string | null {
  if (state === "reconnect") return `${name} no longer lets Lockstep in: connect it again first.`;
  return state === "connected" || state === "paused" ? null : `${name} is not connected.`;
}

/** Why its quantities are left as they are until the merchant acts; null: they are not. */
export function sayWhyNotPushed({ state, pushApprovedAt, brakeReason }: SyncedChannel): string | null {
  if (state === "paused") return "Quantities stay as they are until you resume the channel.";
  if (pushApprovedAt !== null) return null;
  return brakeReason === null
    ? "Quantities stay as they are until you approve the first push."
    : "Quantities stay as they are until you approve the large change that waits.";
}

/** What the marketplace does not answer for now. */
export function sayNotSynced(
  work: ChannelWork,
  { until, why, now, timezone }: { until: Date; why: string; now: Date; timezone: string },
): string {
  const { hour, minute } = clockParts(until, timezone);
  const day = sayDay(until, timezone);
  const when = day === sayDay(now, timezone) ? `${hour}:${minute}` : `${day}, ${hour}:${minute}`;
  return `${CHANNEL_WORK[work]}: put off until ${when}, because ${why}.`;
}
