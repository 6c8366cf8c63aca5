/** The status of a listing: what the merchant is told, and what to do about it. Pure; every screen and count goes by this one table. */
import { WITHDRAWALS, WITHDRAWN_WORDS, type Withdrawal, type WithdrawalOutcome } from "../inventory/withdrawal.ts";

export type ListingStatusCode =
  | "in-step"
  | "contained"
  | "updating"
  | "held-back"
  | "put-off"
  | "approval"
  | "plan-ended"
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
  /** Nothing is written to the channel, because the shop's plan has no stock sync any more. */
  planEnded: boolean;
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
  "plan-ended": "Stock sync ended",
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

/** More than one status: all that ask something of the merchant, and those that Home counts together. */
export const STATUS_FILTERS = {
  "needs-you": "Needs you",
  "any-updating": "Being updated, for any reason",
  "any-in-step": "In step, of any kind",
} as const;
export type StatusFilter = ListingStatusCode | keyof typeof STATUS_FILTERS;

const GROUP_OF = { "needs-you": "needs-you", "any-updating": "updating", "any-in-step": "in-step" } as const;

export function isOfFilter(filter: StatusFilter, { code, group }: Pick<ListingStatus, "code" | "group">): boolean {
  return isListingStatusCode(filter) ? code === filter : group === GROUP_OF[filter];
}

/** Which rules' listings are shown; null: of all that are not ended. */
export function isWantedBy(filter: StatusFilter | null, of: Pick<ListingStatus, "code" | "group">): boolean {
  return filter === null ? of.code !== "ended" : isOfFilter(filter, of);
}

export function isStatusFilter(value: string): value is StatusFilter {
  return isListingStatusCode(value) || Object.hasOwn(STATUS_FILTERS, value);
}

export type FactConditions = { [Fact in keyof ListingFacts]?: ListingFacts[Fact] | readonly ListingFacts[Fact][] };

export interface StatusRule {
  code: ListingStatusCode;
  tone: Tone;
  group: ListingGroup;
  /** It holds where each of these facts is what it says, or one of what it says. */
  when: FactConditions;
  /** `gone`: a sentence on its product, with a space after it, or "". */
  why: string | ((gone: string, facts: ListingFacts) => string);
  todo: string | null | ((facts: ListingFacts) => string);
}

const WITHDRAWN: FactConditions = { withdrawn: WITHDRAWALS, onWithdrawn: ["zero", "ask", "keep"] };
/** How the listing is kept in step again. */
const RETURNS: Record<Withdrawal, string> = {
  deleted: "Choose another variant, or end the listing on the marketplace.",
  archived: "Make the product active in Shopify to sell it again.",
  unstocked: "Stock it at a location that this channel sells from to sell it again.",
  draft: "Make the product active in Shopify to sell it again.",
  untracked: "Turn on “Track quantity” in Shopify to keep it in step.",
};
const returns = ({ withdrawn }: ListingFacts): string => (withdrawn === "none" ? "" : RETURNS[withdrawn]);
const sayExcluded = ({ excludedByRule }: ListingFacts): string =>
  `${excludedByRule ? "A rule excludes it" : "You excluded it"}: its quantity is never changed.`;
const NOT_COUNTED = "Shopify does not track this variant's quantity, so the listing is left as it is.";

/** The first that holds is the status. The database decides by the same table (app/views/listing-facts.ts). */
export const STATUS_RULES: readonly StatusRule[] = [
  {
    ...{ code: "ended", tone: "neutral", group: "left-alone", when: { ended: true } },
    why: "The marketplace no longer shows this listing.",
    todo: null,
  },
  {
    ...{ code: "excluded", tone: "neutral", group: "left-alone" },
    when: { ...WITHDRAWN, excluded: true, withdrawn: WITHDRAWALS.filter((one) => one !== "untracked") },
    why: (gone, facts) => `${sayExcluded(facts)} ${gone.trimEnd()}`,
    todo: "Include it to decide what becomes of it, or end it on the marketplace.",
  },
  {
    ...{ code: "excluded", tone: "neutral", group: "left-alone", when: { excluded: true } },
    why: (_gone, facts) => sayExcluded(facts),
    todo: "Include it to keep it in step.",
  },
  {
    ...{ code: "left-alone", tone: "neutral", group: "left-alone", when: { unmanaged: true } },
    why: "Its quantity is not ours to change.",
    todo: null,
  },
  {
    ...{ code: "duplicate-sku", tone: "warning", group: "needs-you", when: { matched: false, keyAmbiguous: true } },
    why: "Several Shopify variants have this SKU or barcode, so we can't tell which one it is.",
    todo: "Choose the variant, or give each variant its own SKU in Shopify.",
  },
  {
    ...{ code: "not-matched", tone: "warning", group: "needs-you", when: { matched: false } },
    why: (_gone, { hasSku }) =>
      hasSku
        ? "No Shopify variant has this SKU or barcode."
        : "This listing has no SKU, and no Shopify variant has its barcode.",
    todo: "Choose the variant, or exclude the listing.",
  },
  {
    ...{ code: "asked", tone: "attention", group: "needs-you" },
    when: { ...WITHDRAWN, onWithdrawn: "ask", channelState: ["connected", "paused", "reconnect"] },
    why: (gone) => `${gone.trimEnd().replace(/\.$/, "")}. Until you decide, the number does not go up.`,
    todo: "Take the listing to 0, or leave it on sale.",
  },
  // What stops its whole channel is said first, and what went wrong.
  {
    ...{ code: "untracked", tone: "neutral", group: "left-alone" },
    when: {
      withdrawn: "untracked",
      onWithdrawn: "keep",
      hasProblem: false,
      channelState: "connected",
      pushApproved: true,
    },
    why: NOT_COUNTED,
    todo: RETURNS.untracked,
  },
  {
    ...{ code: "kept", tone: "neutral", group: "left-alone" },
    when: {
      ...{ withdrawn: ["deleted", "unstocked"], onWithdrawn: "keep", hasProblem: false },
      ...{ channelState: "connected", pushApproved: true },
    },
    why: (gone) => `${gone}You chose to leave the listing as it is: it is not kept in step.`,
    todo: returns,
  },
  ...[{ withdrawn: "none" } as const, { onWithdrawn: "none" } as const].map(
    (decided): StatusRule => ({
      ...{ code: "not-matched", tone: "warning", group: "needs-you", when: { variantRemoved: true, ...decided } },
      why: "Its Shopify variant was deleted.",
      todo: "Choose another variant, or exclude the listing.",
    }),
  ),
  {
    ...{ code: "untracked", tone: "neutral", group: "left-alone" },
    when: { tracked: false, onWithdrawn: ["none", "ask", "keep"] },
    why: NOT_COUNTED,
    todo: RETURNS.untracked,
  },
  {
    ...{ code: "paused", tone: "critical", group: "needs-you", when: { channelState: "reconnect" } },
    why: (gone) => `${gone}The marketplace no longer lets us in.`,
    todo: "Reconnect the channel.",
  },
  {
    ...{ code: "paused", tone: "neutral", group: "left-alone", when: { channelState: "disconnected" } },
    why: (gone) => `${gone}The channel is disconnected.`,
    todo: "Connect the channel again to keep it in step.",
  },
  {
    ...{ code: "paused", tone: "attention", group: "left-alone", when: { channelState: "paused" } },
    why: (gone) => `${gone}The channel is paused: nothing is changed there.`,
    todo: "Resume the channel.",
  },
  {
    ...{ code: "put-off", tone: "warning", group: "updating", when: { hasProblem: true, putOff: true } },
    why: "The last update did not go through. It is tried again by itself.",
    todo: null,
  },
  {
    ...{ code: "problem", tone: "critical", group: "needs-you", when: { hasProblem: true } },
    why: (gone) => `${gone}The last update did not work.`,
    todo: "See what the marketplace said, then retry.",
  },
  {
    ...{ code: "plan-ended", tone: "critical", group: "needs-you", when: { pushApproved: false, planEnded: true } },
    why: (gone) => `${gone}Stock sync ended with your plan: its quantity is not changed any more, whatever is sold.`,
    todo: "Choose a plan with stock sync on the Plan page, or take the listing down on the marketplace.",
  },
  {
    ...{ code: "approval", tone: "attention", group: "needs-you", when: { pushApproved: false, planEnded: false } },
    why: (gone) => `${gone}Nothing is written to this channel before you have looked and approved.`,
    todo: "Look at the preview and approve it.",
  },
  {
    ...{ code: "edited", tone: "attention", group: "needs-you", when: { edited: true } },
    why: "Somebody edited its quantity on the marketplace: it shows fewer than it should.",
    todo: "Set it right, or keep it.",
  },
  {
    ...{ code: "updating", tone: "info", group: "updating", when: { unclear: true } },
    why: "The marketplace did not answer clearly; we read it back before writing again.",
    todo: null,
  },
  {
    ...{ code: "held-back", tone: "info", group: "updating", when: { heldBack: true } },
    why: "Some units are missing on a marketplace. Until all orders there are read, they are offered nowhere: they may be sold.",
    todo: null,
  },
  {
    ...{ code: "updating", tone: "info", group: "updating", when: { stale: true } },
    why: (gone) => `${gone}A new quantity is on its way.`,
    todo: null,
  },
  {
    ...{ code: "gone", tone: "neutral", group: "in-step", when: { ...WITHDRAWN, onWithdrawn: "zero" } },
    why: (gone) => `${gone}The listing shows 0.`,
    todo: returns,
  },
  {
    ...{ code: "contained", tone: "attention", group: "in-step", when: { contained: true } },
    why: (gone) => `${gone}You hold this SKU: no channel shows more of it than you said.`,
    todo: "Release it on the page of the SKU.",
  },
  {
    ...{ code: "in-step", tone: "success", group: "in-step", when: {} },
    why: (gone) => `${gone}The marketplace accepted the quantity it should show.`,
    todo: null,
  },
];

export function listingStatus(facts: ListingFacts): ListingStatus {
  const rule = STATUS_RULES.find(({ when }) => isSo(when, facts));
  if (!rule) throw new Error("the last rule holds for all listings");
  const { code, tone, group, why, todo } = rule;
  const { withdrawn, onWithdrawn } = facts;
  const gone = withdrawn === "none" || onWithdrawn === "none" ? "" : `Its product is ${WITHDRAWN_WORDS[withdrawn]}. `;
  return {
    ...{ code, label: LISTING_LABELS[code], tone, group },
    why: typeof why === "string" ? why : why(gone, facts),
    todo: typeof todo === "function" ? todo(facts) : todo,
  };
}

function isSo(when: FactConditions, facts: ListingFacts): boolean {
  return Object.entries(when).every(([fact, wanted]) => {
    const is = facts[fact as keyof ListingFacts];
    return Array.isArray(wanted) ? wanted.includes(is) : wanted === is;
  });
}
