/**
 * Which of all causes it is that a SKU does not show somewhere what its merchant expects, and where they mend it. Pure: from
 * what is known to one cause. What a listing's status says is said by it; here is what lies behind a number that is right.
 */
import type { ZeroCause } from "../inventory/quantity.ts";
import { PLAN_ENDED } from "../plans/entitlements.ts";
import type { ListingStatus, ListingStatusCode, Tone } from "./listing-status.ts";

export type TroubleCode =
  | ListingStatusCode
  | "not-in-shopify"
  | "not-listed"
  | "brake"
  | "undone"
  | "no-stock"
  | "no-stock-here"
  | "on-its-way"
  | "kept-back"
  | "setting-off";

export interface Trouble {
  code: TroubleCode;
  label: string;
  tone: Tone;
  why: string;
  /** Where it is mended; null: there is nothing to do. */
  button: { label: string; url: string } | null;
  /** When it is tried again. */
  until?: string;
}

export interface TroubleChannel {
  id: number;
  name: string;
  marketplace: string;
  /** Much would change at once, and waits for the merchant. */
  brakeReason: string | null;
  /** The merchant took an approved change back. */
  isUndone: boolean;
  /** What is set wrong in the account over there. */
  warnings: readonly string[];
}

/** A listing with the SKU, or matched to its variant. */
export interface ListedFacts {
  listingId: number;
  variantId: number | null;
  status: Pick<ListingStatus, "code" | "label" | "tone" | "why">;
  channel: TroubleChannel;
  shows: number | null;
  shouldShow: number | null;
  /** Why it should show 0. */
  zero: ZeroCause | null;
  /** The arithmetic of what it should show. */
  arithmetic: string | null;
  /** The marketplace's or our own words on what went wrong. */
  problem: string | null;
  /** When the marketplace is asked again; null: it may be now. */
  putOffUntil: string | null;
  /** Units at open locations that the channel does not sell from. */
  unitsElsewhere: number;
}

export function troubleOfListing(facts: ListedFacts): Trouble {
  const { status, channel, problem, zero } = facts;
  const { code } = status;
  const here = (label: string) => ({ label, url: `/app/listings/${facts.listingId}` });
  const atChannel = (label: string) => ({ label, url: `/app/channels/${channel.id}` });
  const asItSays = (button: Trouble["button"]): Trouble => ({ ...status, button });
  switch (code) {
    case "ended":
      return asItSays(null);
    case "excluded":
      return asItSays(here("Include it"));
    case "left-alone":
      return { ...status, why: problem ?? status.why, button: here("Open the listing") };
    case "not-matched":
    case "duplicate-sku":
      return asItSays(here("Choose the variant"));
    case "asked":
    case "edited":
      return asItSays(here("Decide"));
    case "paused":
      return asItSays(atChannel("Open the channel"));
    case "updating":
      return facts.putOffUntil === null ? asItSays(here("Open the listing")) : putOff(facts, here("Open the listing"));
    case "put-off":
      return putOff(facts, here("See what was said"));
    case "problem":
      return problemOf(facts, here("See what was said"), atChannel("Open the channel"));
    case "plan-ended":
      return asItSays({ label: "Look at the plan", url: "/app/plan" });
    case "approval":
      if (channel.brakeReason === null) return asItSays(atChannel("Look and approve"));
      if (channel.brakeReason === PLAN_ENDED)
        return {
          ...{ code: "brake", label: "Stands still", tone: "critical" },
          why: `Nothing is changed on ${channel.name} since your plan had no stock sync. With a plan that has it, approve the preview there.`,
          button: atChannel("Open the channel"),
        };
      return {
        ...{ code: "brake", label: "Waits for you", tone: "critical" },
        why: `Much would change on ${channel.name} at once: ${channel.brakeReason}. Nothing is changed there until you approve it.`,
        button: atChannel("Look and approve"),
      };
    case "untracked":
    case "kept":
    case "gone":
    case "held-back":
      return asItSays(here("Open the listing"));
    case "contained":
    case "in-step":
      return zero === null && !channel.isUndone ? asItShows(facts) : fewer(facts);
  }
}

function putOff({ channel, problem, putOffUntil }: ListedFacts, button: Trouble["button"]): Trouble {
  return {
    ...{ code: "put-off", label: "Put off", tone: "warning" },
    why: `${channel.marketplace} could not be asked, or put the last update off${problem ? `: ${problem.replace(/\.$/, "")}` : ""}. It is tried again by itself.`,
    button,
    ...(putOffUntil === null ? {} : { until: putOffUntil }),
  };
}

function problemOf(
  { status, channel, problem }: ListedFacts,
  seeIt: Trouble["button"],
  openChannel: Trouble["button"],
): Trouble {
  const [warning] = channel.warnings;
  if (warning !== undefined)
    return { code: "setting-off", label: "A setting there", tone: "critical", why: warning, button: openChannel };
  return { ...status, why: problem ? `${status.why} ${problem}` : status.why, button: seeIt };
}

function asItShows(facts: ListedFacts): Trouble {
  const { status, shows, channel, arithmetic } = facts;
  if (status.code === "contained") return heldByMerchant(facts);
  const because = arithmetic === null ? "" : `: ${arithmetic}`;
  return { ...status, why: `${channel.marketplace} shows ${shows ?? "?"}, and that is right${because}.`, button: null };
}

function heldByMerchant({ variantId, arithmetic }: ListedFacts): Trouble {
  return {
    ...{ code: "contained", label: "Held by you", tone: "attention" },
    why: `You hold this SKU on every channel${arithmetic === null ? "" : `: ${arithmetic}`}.`,
    button: { label: "Release it", url: `/app/skus/${variantId}` },
  };
}

/** It shows what it should, and the merchant may have expected more. */
function fewer(facts: ListedFacts): Trouble {
  const { zero, channel, variantId, unitsElsewhere, listingId, arithmetic } = facts;
  const sku = { label: "See its stock", url: `/app/skus/${variantId}` };
  switch (zero) {
    case "contained":
      return heldByMerchant(facts);
    case "no-stock":
      if (unitsElsewhere > 0)
        return {
          ...{ code: "no-stock-here", label: "No stock here", tone: "attention" },
          why: `Shopify has ${unitsElsewhere}, at locations that ${channel.name} does not sell from.`,
          button: { label: "Choose locations", url: `/app/channels/${channel.id}` },
        };
      return {
        ...{ code: "no-stock", label: "No stock", tone: "attention" },
        why: "Shopify has none of it at any location that counts.",
        button: sku,
      };
    case "sold":
      return {
        ...{ code: "on-its-way", label: "Sold out", tone: "attention" },
        why: "All that Shopify has is sold, by orders on their way there.",
        button: sku,
      };
    case "threshold":
    case "buffer":
    case "cap":
    case "one-off":
      return {
        ...{ code: "kept-back", label: "Kept back", tone: "attention" },
        why: `There is stock, and it is kept back: ${arithmetic ?? ""}.`,
        button: { label: "Open the listing", url: `/app/listings/${listingId}` },
      };
    case "held":
    case null:
      if (!channel.isUndone) return asItShows(facts);
      return {
        ...{ code: "undone", label: "You undid a change", tone: "attention" },
        why: `You took back a change of ${channel.name}: until you approve again, no listing there shows more than before it.`,
        button: { label: "Open the channel", url: `/app/channels/${channel.id}` },
      };
  }
}

/** What there is of a SKU at all. */
export interface SkuFacts {
  /** Variants that carry it: in Shopify now, or deleted there. */
  variants: number;
  isDeleted: boolean;
  /** Listings that carry it or stand for one of them, ended ones left out. */
  listings: number;
  /** Connected channels on which there is none. */
  channelsWithout: readonly string[];
  channels: number;
}

/** What is wrong with the SKU as a whole, the first thing first; empty: nothing, and its listings say the rest. */
export function troublesOfSku(facts: SkuFacts): Trouble[] {
  const { variants, isDeleted, listings, channelsWithout, channels } = facts;
  const search = { label: "Look among your SKUs", url: "/app/skus" };
  const found: Trouble[] = [];
  if (variants === 0)
    found.push({
      ...{ code: "not-in-shopify", label: "Not in Shopify", tone: "warning" },
      why: isDeleted
        ? "What had this SKU was deleted in Shopify."
        : "No variant in Shopify has this SKU, as it is spelled here.",
      button: search,
    });
  if (variants > 1)
    found.push({
      ...{ code: "duplicate-sku", label: "Duplicate SKU", tone: "warning" },
      why: `${variants} variants in Shopify have this SKU: give each its own, or match their listings by hand.`,
      button: search,
    });
  if (channels === 0)
    found.push({
      ...{ code: "not-listed", label: "No channel", tone: "attention" },
      why: "No marketplace is connected yet.",
      button: { label: "Connect one", url: "/app/channels" },
    });
  else if (listings === 0)
    found.push({
      ...{ code: "not-listed", label: "Not listed", tone: "attention" },
      why: "No listing on any channel carries it or is matched to it. If there is one, it may have another SKU there.",
      button: { label: "Look at what is not matched", url: "/app/listings?status=not-matched" },
    });
  else if (channelsWithout.length > 0)
    found.push({
      ...{ code: "not-listed", label: "Not listed", tone: "neutral" },
      why: `It is not listed on ${channelsWithout.join(", ")}, or has another SKU there.`,
      button: { label: "Look at what is not matched", url: "/app/listings?status=not-matched" },
    });
  return found;
}
