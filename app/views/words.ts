/** How codes of the database are said to the merchant. Pure; a code we do not know is shown as it is. */

import type { Severity } from "../alerts/kinds.ts";
import { isLifecycleStage, LIFECYCLE_STAGES, type LifecycleStage } from "../customers/lifecycle.ts";
import type { ZeroCause } from "../inventory/quantity.ts";
import { PLAN_ENDED } from "../plans/entitlements.ts";
import type { Tone } from "./listing-status.ts";

export interface Said {
  label: string;
  tone: Tone;
}

type Words = Record<string, Said>;

/** How pressing an alert is: on Home, under Alerts and on the alert's own page. */
export const SEVERITY_WORDS: Record<Severity, Said> = {
  critical: { label: "Urgent", tone: "critical" },
  warning: { label: "To do", tone: "attention" },
  info: { label: "To know", tone: "info" },
};

const CHANNEL_STATES: Words = {
  connected: { label: "Connected", tone: "success" },
  paused: { label: "Paused", tone: "attention" },
  reconnect: { label: "Reconnect", tone: "critical" },
  disconnected: { label: "Disconnected", tone: "neutral" },
};

const ORDER_STAGES: Words = {
  waiting: { label: "Waiting for payment", tone: "attention" },
  claimed: { label: "Being placed", tone: "info" },
  sent: { label: "Being placed", tone: "info" },
  placed: { label: "In Shopify", tone: "success" },
  held: { label: "On hold", tone: "critical" },
  entered: { label: "Entered by hand", tone: "neutral" },
  empty: { label: "Nothing left to send", tone: "neutral" },
  cancelled: { label: "Cancelled", tone: "neutral" },
};

const SHIPMENT_STATES: Words = {
  waiting: { label: "Waiting", tone: "info" },
  sending: { label: "Sending", tone: "info" },
  unseen: { label: "Not known", tone: "critical" },
  relayed: { label: "Marketplace told", tone: "success" },
  failed: { label: "Failed", tone: "critical" },
  withdrawn: { label: "Withdrawn", tone: "neutral" },
};

const CANCELLATION_STATES: Words = {
  waiting: { label: "Waiting", tone: "info" },
  sending: { label: "Sending", tone: "info" },
  asked: { label: "Asked, not done yet", tone: "info" },
  done: { label: "Done", tone: "success" },
  failed: { label: "Failed", tone: "critical" },
  task: { label: "For you to do", tone: "warning" },
};

const CONFLICT_DECISIONS: Words = {
  hold: { label: "Conflict: there was enough after all", tone: "neutral" },
  cancel: { label: "Conflict: given up", tone: "neutral" },
  backorder: { label: "Conflict: accepted as a backorder", tone: "neutral" },
};

const RESERVATION_STATES: Words = {
  pending: { label: "Held back here", tone: "attention" },
  reserved: { label: "Reserved in Shopify until it is paid", tone: "info" },
  posted: { label: "Counted by Shopify", tone: "success" },
  voided: { label: "Released", tone: "neutral" },
};

const LIFECYCLE: Record<LifecycleStage, Said> = {
  new: { label: "New", tone: "info" },
  active: { label: "Active", tone: "success" },
  "at-risk": { label: "At risk", tone: "warning" },
  lapsed: { label: "Lapsed", tone: "neutral" },
  "won-back": { label: "Won back", tone: "success" },
};

export const LIFECYCLE_FILTERS = LIFECYCLE_STAGES.map((value) => ({ value, label: LIFECYCLE[value].label }));

/** Null: nothing was bought on a marketplace. */
export function sayLifecycle(stage: string | null): Said {
  if (stage === null) return { label: "No purchase", tone: "neutral" };
  return isLifecycleStage(stage) ? LIFECYCLE[stage] : { label: stage, tone: "neutral" };
}

export const ATTEMPT_KINDS: Record<string, string> = {
  push: "Push quantity",
  "import-order": "Import order",
  "hold-stock": "Hold units in Shopify",
  "place-order": "Place order in Shopify",
  "relay-shipment": "Relay shipment",
  "relay-cancellation": "Relay cancellation",
  "import-listings": "Import listings",
  mirror: "Read Shopify",
  reconcile: "Reconcile",
  approval: "Approval",
  settings: "Settings",
  "latency-check": "Latency check",
};

export const ATTEMPT_OUTCOMES: Record<string, Said> = {
  sending: { label: "Under way", tone: "info" },
  accepted: { label: "Accepted", tone: "success" },
  verified: { label: "Verified", tone: "success" },
  done: { label: "Done", tone: "success" },
  unchanged: { label: "Nothing to change", tone: "neutral" },
  superseded: { label: "Superseded", tone: "neutral" },
  held: { label: "On hold", tone: "critical" },
  rejected: { label: "Refused", tone: "critical" },
  unauthorized: { label: "Access lost", tone: "critical" },
  throttled: { label: "Asked to wait", tone: "attention" },
  unavailable: { label: "No answer", tone: "attention" },
  unclear: { label: "Outcome unclear", tone: "warning" },
};

const RUN_KINDS: Record<string, string> = {
  "mirror-shop": "Reading your products and stock",
  "import-listings": "Reading listings",
  sync: "Sync",
  "reconcile-levels": "Comparing stock with Shopify",
  "reconcile-listings": "Comparing listings",
};

function say(words: Words, code: string): Said {
  return words[code] ?? { label: code, tone: "neutral" };
}

/** What of a connected channel's pushing waits for the merchant; null: nothing. */
export function sayWhatWaits(channel: {
  state: string;
  pushApprovedAt: Date | null;
  brakeReason: string | null;
  undoneAt: Date | null;
  planHold: string | null;
}): Said | null {
  if (channel.state !== "connected") return null;
  if (channel.undoneAt) return { label: "Held back: you undid a change", tone: "attention" };
  if (channel.planHold) return { label: "Not raised, by your plan", tone: "attention" };
  if (channel.pushApprovedAt) return null;
  if (channel.brakeReason === PLAN_ENDED) return { label: "Stands still since your plan ended", tone: "attention" };
  return {
    label: channel.brakeReason ? "A large change waits for you" : "First push waits for you",
    tone: "attention",
  };
}

export const sayChannelState = (code: string): Said => say(CHANNEL_STATES, code);
export const sayOrderStage = (code: string): Said => say(ORDER_STAGES, code);
export const sayShipmentState = (code: string): Said => say(SHIPMENT_STATES, code);
export const sayCancellationState = (code: string): Said => say(CANCELLATION_STATES, code);
export const sayConflict = (conflict: { state: string; decision: string }): Said =>
  conflict.state === "open"
    ? { label: "Conflict: you decide", tone: "critical" }
    : say(CONFLICT_DECISIONS, conflict.decision);
export const sayReservationState = (code: string): Said => say(RESERVATION_STATES, code);
export const sayOutcome = (code: string): Said => say(ATTEMPT_OUTCOMES, code);
export const sayAttemptKind = (code: string): string => ATTEMPT_KINDS[code] ?? code;
export const sayRunKind = (code: string): string => RUN_KINDS[code] ?? code;

/** Why listings show 0: "3 have no stock in Shopify". */
const ZERO_CAUSES: Record<ZeroCause, { one: string; many: string }> = {
  "no-stock": { one: "has no stock in Shopify", many: "have no stock in Shopify" },
  sold: {
    one: "is sold out by orders on their way into Shopify",
    many: "are sold out by orders on their way into Shopify",
  },
  threshold: { one: "has stock, but less than the threshold", many: "have stock, but less than the threshold" },
  buffer: {
    one: "has stock, and the buffer keeps all of it back",
    many: "have stock, and the buffer keeps all of it back",
  },
  cap: { one: "has stock, and the cap is 0", many: "have stock, and the cap is 0" },
  "one-off": {
    one: "is one of several listings of the same item, and others stand for what is left",
    many: "are listings of items that other listings stand for already",
  },
  contained: { one: "has stock, and you hold its SKU", many: "have stock, and you hold their SKUs" },
  held: { one: "is held at what it showed before", many: "are held at what they showed before" },
};

export function sayZeroCauses(causes: Partial<Record<ZeroCause, number>>): string[] {
  return (Object.keys(ZERO_CAUSES) as ZeroCause[]).flatMap((cause) => {
    const listings = causes[cause] ?? 0;
    if (listings === 0) return [];
    return `${listings} ${listings === 1 ? ZERO_CAUSES[cause].one : ZERO_CAUSES[cause].many}.`;
  });
}

/** What happens over there at quantity 0. */
export const AT_ZERO: Record<string, string> = {
  "stays-listed": "At 0 the listing stays, shown as out of stock.",
  inactive: "At 0 the listing is switched off until there is stock again.",
  "marked-sold": "At 0 the listing is marked as sold.",
  deleted: "At 0 the listing is deleted over there.",
};

/** What a merchant must know of an account whose other stores sell the same stock; nothing where there are none. */
export function saySharedStock(name: string, stores: readonly string[]): string[] {
  if (stores.length === 0) return [];
  const list = stores.join(", ");
  return [
    `This account also sells on ${list}, out of the same quantities. Lockstep does not read the orders from there: enter them in Shopify by hand. Units that go missing on ${name} without an order wait for you under Listings, and are not put back by themselves.`,
  ];
}
