/** How the page of a SKU says what it shows. Pure. */
import { sayUnits } from "../plain-words.ts";
import type { ListingStatus } from "./listing-status.ts";
import { sayDuration } from "./shop-time.ts";

export interface StockFigures {
  /** Shopify's, over all active locations; null: Shopify does not say. */
  available: number | null;
  /** Units of marketplace orders that Shopify does not count yet. */
  pending: number;
  /** Units of unpaid marketplace orders that Shopify holds back: its available is without them. */
  reserved: number;
  /** Units missing on marketplaces until their orders are read. */
  missing: number;
}

/** What is left to sell; null: Shopify does not count it. */
export function leftToSell({ available, pending, missing }: StockFigures): number | null {
  return available === null ? null : Math.max(0, available - pending - missing);
}

/** "12 available − 2 booked, not yet counted by Shopify = 10 left to sell". */
export function sayStock(stock: StockFigures): string {
  const { available, pending, reserved, missing } = stock;
  if (available === null) return "Shopify does not count this item, so its listings are left as they are.";
  const parts = [`${available} available in Shopify`];
  if (pending > 0) parts.push(`− ${pending} booked, not yet counted by Shopify`);
  if (missing > 0) parts.push(`− ${missing} missing on a marketplace until all its orders are read`);
  const held =
    reserved === 0
      ? ""
      : ` Shopify holds ${sayUnits(reserved)} more back for marketplace orders that are not paid yet, and does not count ${reserved === 1 ? "it" : "them"} as available.`;
  return `${parts.join(" ")} = ${leftToSell(stock)} left to sell.${held}`;
}

export interface Standing {
  marketplace: string;
  status: Pick<ListingStatus, "code" | "group" | "why">;
  shows: number | null;
  shouldShow: number | null;
  /** Since when it has had the number that it last accepted. */
  acceptedAt: Date | null;
  /** Since when another number is wanted. */
  staleSince: Date | null;
  match: SkuMatch;
}

/** How the SKU on a listing goes together with the variant that the listing is matched to. */
export interface SkuMatch {
  listingSku: string | null;
  variantSku: string | null;
  /** Another variant that has the listing's SKU; null: none has. */
  other: string | null;
}

/** The listing's SKU is another variant's: what looks late may be a wrong match. */
export function isDoubtful({ listingSku, variantSku, other }: SkuMatch): boolean {
  return listingSku !== null && listingSku !== variantSku && other !== null;
}

/** Whether a wrong number is lag or a wrong match, and since when. */
export function sayStanding(standing: Standing, now: Date): string {
  const { marketplace, status, shows, shouldShow, acceptedAt, staleSince, match } = standing;
  if (isDoubtful(match))
    return `No lag: this listing is matched to another variant than its SKU says. Its SKU ${match.listingSku} is of ${match.other}. Open it, and choose the right one.`;
  const since = (at: Date | null): string => (at ? ` for ${sayDuration(now.getTime() - at.getTime())}` : "");
  if (status.code === "in-step" || status.code === "contained")
    return `${marketplace} has had the right number${since(acceptedAt)}.`;
  const isBehind = shouldShow !== null && shows !== shouldShow;
  if (isBehind && (status.group === "updating" || status.code === "problem"))
    return `${marketplace} has been behind${since(staleSince)}: it shows ${shows ?? "an unknown number"}, and should show ${shouldShow}. ${status.why}`;
  return status.why;
}
