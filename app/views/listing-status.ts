/**
 * The status of a listing: what the merchant is told, and what to do about it. Pure; every screen and every count uses
 * this one function, and the facts it needs can be grouped by the database (app/views/listing-facts.ts).
 */
import { WITHDRAWN_WORDS, type Withdrawal, type WithdrawalOutcome } from "../inventory/withdrawal.ts";

export type ListingStatusCode =
  | "in-step"
  | "contained"
  | "updating"
  | "held-back"
  | "put-off"
  | "approval"
  | "not-matched"
  | "duplicate-sku"
  | "untracked"
  | "excluded"
  | "left-alone"
  | "paused"
  | "edited"
  | "asked"
  | "gone"
  | "kept"
  | "problem"
  | "ended";

/** What decides a status. Yes or no only, so that a thousand listings of a kind are one group. */
export interface ListingFacts {
  channelState: "connected" | "paused" | "reconnect" | "disconnected";
  /** The merchant approved the channel's first push. */
  pushApproved: boolean;
  /** Not on the marketplace any more. */
  ended: boolean;
  excluded: boolean;
  /** By a rule, and not by the merchant's own word. */
  excludedByRule: boolean;
  /** The marketplace's side says that its quantity must not be written. */
  unmanaged: boolean;
  matched: boolean;
  hasSku: boolean;
  /** Unmatched, and more than one Shopify variant has its SKU (or, where none has, its barcode). */
  keyAmbiguous: boolean;
  /** The matched variant was deleted in Shopify. */
  variantRemoved: boolean;
  /** Shopify counts the matched variant. */
  tracked: boolean;
  /** Why Shopify does not sell the matched variant, or does not count it; and what becomes of the listing. */
  withdrawn: Withdrawal | "none";
  onWithdrawn: WithdrawalOutcome | "none";
  hasProblem: boolean;
  /** The problem is of today: it is tried again by itself. */
  putOff: boolean;
  /** Units of its variant are missing on a marketplace, and are offered nowhere until all orders of that time are read. */
  heldBack: boolean;
  /** It was edited by hand to fewer than it should show, and the merchant is asked. */
  edited: boolean;
  /** The merchant holds its variant on every channel. */
  contained: boolean;
  /** A write's outcome is not known yet. */
  unclear: boolean;
  /** What we want differs from what the marketplace last accepted. */
  stale: boolean;
}

export type Tone = "success" | "info" | "attention" | "warning" | "critical" | "neutral";

/** Where a listing counts on the home page. */
export type ListingGroup = "in-step" | "updating" | "needs-you" | "left-alone";

/** What asks for the merchant first. */
export const URGENCY: Record<ListingGroup, number> = { "needs-you": 0, updating: 1, "in-step": 2, "left-alone": 3 };

export interface ListingStatus {
  code: ListingStatusCode;
  label: string;
  tone: Tone;
  group: ListingGroup;
  why: string;
  /** What the merchant can do; null when there is nothing to do. */
  todo: string | null;
}

export const LISTING_LABELS: Record<ListingStatusCode, string> = {
  problem: "Problem",
  "not-matched": "Not matched",
  "duplicate-sku": "Duplicate SKU",
  approval: "Waiting for approval",
  asked: "Your decision",
  edited: "Edited there",
  updating: "Updating",
  "held-back": "Held back",
  "put-off": "Put off",
  contained: "Held by you",
  "in-step": "In step",
  paused: "Paused",
  gone: "Gone in Shopify",
  kept: "Kept by you",
  untracked: "Not tracked",
  excluded: "Excluded",
  "left-alone": "Left alone",
  ended: "Ended",
};

const BY_LABEL = Object.keys(LISTING_LABELS);

/** The one that asks for the merchant most; null: there is none. */
export function worstStatus(statuses: readonly ListingStatus[]): ListingStatus | null {
  const order = ({ group, code }: ListingStatus): number => URGENCY[group] * BY_LABEL.length + BY_LABEL.indexOf(code);
  return statuses.reduce<ListingStatus | null>(
    (worst, one) => (worst && order(worst) <= order(one) ? worst : one),
    null,
  );
}

export function isListingStatusCode(value: string): value is ListingStatusCode {
  return Object.hasOwn(LISTING_LABELS, value);
}

export function listingStatus(facts: ListingFacts): ListingStatus {
  if (facts.ended) {
    return say("ended", "neutral", "left-alone", "The marketplace no longer shows this listing.", null);
  }
  const { withdrawn, onWithdrawn } = facts;
  const isWithdrawn = withdrawn !== "none" && onWithdrawn !== "none";
  if (facts.excluded) {
    const gone = isWithdrawn && withdrawn !== "untracked";
    return say(
      "excluded",
      "neutral",
      "left-alone",
      `${facts.excludedByRule ? "A rule excludes it" : "You excluded it"}: its quantity is never changed.${gone ? ` Its product is ${WITHDRAWN_WORDS[withdrawn]}.` : ""}`,
      gone
        ? "Include it to decide what becomes of it, or end it on the marketplace."
        : "Include it to keep it in step.",
    );
  }
  if (facts.unmanaged) {
    return say("left-alone", "neutral", "left-alone", "Its quantity is not ours to change.", null);
  }
  if (!facts.matched && facts.keyAmbiguous) {
    const why = "Several Shopify variants have this SKU or barcode, so we can't tell which one it is.";
    return say(
      "duplicate-sku",
      "warning",
      "needs-you",
      why,
      "Choose the variant, or give each variant its own SKU in Shopify.",
    );
  }
  if (!facts.matched) {
    const why = facts.hasSku
      ? "No Shopify variant has this SKU or barcode."
      : "This listing has no SKU, and no Shopify variant has its barcode.";
    return say("not-matched", "warning", "needs-you", why, "Choose the variant, or exclude the listing.");
  }
  const decided = isWithdrawn ? withdrawnStatus(facts, withdrawn, onWithdrawn) : null;
  if (decided) return decided;
  if (facts.variantRemoved && !isWithdrawn) {
    return say(
      "not-matched",
      "warning",
      "needs-you",
      "Its Shopify variant was deleted.",
      "Choose another variant, or exclude the listing.",
    );
  }
  if (!facts.tracked && onWithdrawn !== "zero") {
    const why = "Shopify does not track this variant's quantity, so the listing is left as it is.";
    return say("untracked", "neutral", "left-alone", why, "Turn on “Track quantity” in Shopify to keep it in step.");
  }
  const gone = isWithdrawn ? `Its product is ${WITHDRAWN_WORDS[withdrawn]}. ` : "";
  if (facts.channelState === "reconnect") {
    const why = `${gone}The marketplace no longer lets us in.`;
    return say("paused", "critical", "needs-you", why, "Reconnect the channel.");
  }
  if (facts.channelState === "disconnected") {
    return say(
      "paused",
      "neutral",
      "left-alone",
      `${gone}The channel is disconnected.`,
      "Connect the channel again to keep it in step.",
    );
  }
  if (facts.channelState === "paused") {
    return say(
      "paused",
      "attention",
      "left-alone",
      `${gone}The channel is paused: nothing is changed there.`,
      "Resume the channel.",
    );
  }
  if (facts.hasProblem && facts.putOff) {
    return say(
      "put-off",
      "warning",
      "updating",
      "The last update did not go through. It is tried again by itself.",
      null,
    );
  }
  if (facts.hasProblem) {
    return say(
      "problem",
      "critical",
      "needs-you",
      `${gone}The last update did not work.`,
      "See what the marketplace said, then retry.",
    );
  }
  if (!facts.pushApproved) {
    const why = `${gone}Nothing is written to this channel before you have looked and approved.`;
    return say("approval", "attention", "needs-you", why, "Look at the preview and approve it.");
  }
  if (facts.edited) {
    const why = "Somebody edited its quantity on the marketplace: it shows fewer than it should.";
    return say("edited", "attention", "needs-you", why, "Set it right, or keep it.");
  }
  if (facts.unclear) {
    return say(
      "updating",
      "info",
      "updating",
      "The marketplace did not answer clearly; we read it back before writing again.",
      null,
    );
  }
  if (facts.heldBack) {
    return say(
      "held-back",
      "info",
      "updating",
      "Some units are missing on a marketplace. Until all orders there are read, they are offered nowhere: they may be sold.",
      null,
    );
  }
  if (facts.stale) {
    return say("updating", "info", "updating", `${gone}A new quantity is on its way.`, null);
  }
  if (isWithdrawn && onWithdrawn === "zero")
    return say("gone", "neutral", "in-step", `${gone}The listing shows 0.`, RETURNS[withdrawn]);
  if (facts.contained) {
    const why = `${gone}You hold this SKU: no channel shows more of it than you said.`;
    return say("contained", "attention", "in-step", why, "Release it on the page of the SKU.");
  }
  return say("in-step", "success", "in-step", `${gone}The marketplace accepted the quantity it should show.`, null);
}

/** What is not kept in step for it; null: its number is, and the status is as of any. */
function withdrawnStatus(facts: ListingFacts, withdrawn: Withdrawal, outcome: WithdrawalOutcome): ListingStatus | null {
  const its = `Its product is ${WITHDRAWN_WORDS[withdrawn]}`;
  if (outcome === "ask" && facts.channelState !== "disconnected") {
    const todo = "Take the listing to 0, or leave it on sale.";
    return say("asked", "attention", "needs-you", `${its}. Until you decide, the number does not go up.`, todo);
  }
  if (outcome === "zero" || withdrawn === "archived" || withdrawn === "draft" || facts.hasProblem) return null;
  // What stops its whole channel is said first.
  if (facts.channelState !== "connected" || !facts.pushApproved) return null;
  if (withdrawn === "untracked") {
    const why = "Shopify does not track this variant's quantity, so the listing is left as it is.";
    return say("untracked", "neutral", "left-alone", why, "Turn on “Track quantity” in Shopify to keep it in step.");
  }
  const why = `${its}. You chose to leave the listing as it is: it is not kept in step.`;
  return say("kept", "neutral", "left-alone", why, RETURNS[withdrawn]);
}

/** How the listing is kept in step again. */
const RETURNS: Record<Withdrawal, string> = {
  deleted: "Choose another variant, or end the listing on the marketplace.",
  archived: "Make the product active in Shopify to sell it again.",
  unstocked: "Stock it at a location that this channel sells from to sell it again.",
  draft: "Make the product active in Shopify to sell it again.",
  untracked: "Turn on “Track quantity” in Shopify to keep it in step.",
};

function say(
  code: ListingStatusCode,
  tone: Tone,
  group: ListingGroup,
  why: string,
  todo: string | null,
): ListingStatus {
  return { code, label: LISTING_LABELS[code], tone, group, why, todo };
}
