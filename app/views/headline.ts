/** Whether everything is in step, in one line. Pure. */
import { listed } from "../plain-words.ts";
import type { GroupCounts } from "./home.ts";
import type { Tone } from "./listing-status.ts";

/** Of more variants, it is said that there are more. */
export const VARIANTS_COUNTED_MAX = 1_000;

export interface HeadlineFacts {
  mirrored: boolean;
  channels: readonly { name: string; state: string }[];
  listings: GroupCounts;
  /** Things that need the merchant: rows under the headline. */
  needs: readonly { severity: "critical" | "warning" | "info" }[];
}

export interface Headline {
  tone: Tone;
  /** A word for the badge beside it. */
  badge: string;
  title: string;
  detail: string;
}

export function headline({ mirrored, channels, listings, needs }: HeadlineFacts): Headline {
  const named = (state: string): string[] => channels.filter((one) => one.state === state).map((one) => one.name);
  const lost = named("reconnect");
  const paused = named("paused");
  const detail = sayShare(listings);
  if (lost.length > 0)
    return {
      tone: "critical",
      badge: "Stopped",
      title: `${listed(lost)} ${lost.length === 1 ? "has" : "have"} stopped: connect ${lost.length === 1 ? "it" : "them"} again`,
      detail,
    };
  if (!mirrored)
    return {
      tone: "info",
      badge: "Starting",
      title: "Reading your products and stock",
      detail: "Connect a marketplace meanwhile; nothing is changed there before you approve it.",
    };
  if (channels.length === 0)
    return {
      tone: "neutral",
      badge: "Not connected",
      title: "No marketplace is connected yet",
      detail: "Connect one, and its listings follow your stock in Shopify.",
    };
  const actions = needs.filter((one) => one.severity !== "info");
  if (actions.length > 0) {
    const isUrgent = actions.some((one) => one.severity === "critical");
    return {
      tone: isUrgent ? "critical" : "warning",
      badge: "Needs you",
      title: actions.length === 1 ? "One thing needs you" : `${actions.length} things need you`,
      detail,
    };
  }
  if (listings.updating > 0)
    return {
      tone: "info",
      badge: "Updating",
      title: `${listings.updating === 1 ? "One listing is" : `${listings.updating} listings are`} being updated`,
      detail,
    };
  if (paused.length > 0)
    return {
      tone: "attention",
      badge: "Paused",
      title: `In step, but for ${listed(paused)}: you paused ${paused.length === 1 ? "it" : "them"}`,
      detail,
    };
  if (counted(listings) === 0)
    return { tone: "neutral", badge: "Nothing yet", title: "There is nothing to keep in step yet", detail };
  return { tone: "success", badge: "In step", title: "Everything is in step", detail };
}

/** Listings that are kept in step, or are to be. */
export function counted(listings: GroupCounts): number {
  return listings.total - listings["left-alone"];
}

function sayShare(listings: GroupCounts): string {
  const of = counted(listings);
  if (of === 0) return "No listing is kept in step yet.";
  if (of === listings["in-step"])
    return of === 1 ? "The listing shows what it should." : `All ${of} listings show what they should.`;
  return `${listings["in-step"]} of ${of} listings show what they should.`;
}
