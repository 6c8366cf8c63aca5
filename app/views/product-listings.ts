/** Read model of the block on a product's page: the listings of its variants, the most urgent first. */
import type { ListingRow, ProductListings, Tone } from "../../extensions/product-listings/src/reply.ts";
import type { Runtime } from "../runtime.ts";
import type { ListingGroup, Tone as StatusTone } from "./listing-status.ts";
import { type ListingRow as Listed, readListingRows } from "./listings.ts";

/** A block is about 300 px high. */
const ROWS_MAX = 5;
/** Listings of one product that are looked at; what is beyond is counted. */
const LISTINGS_MAX = 500;

const URGENCY: Record<ListingGroup, number> = { "needs-you": 0, updating: 1, "in-step": 2, "left-alone": 3 };

const TONES: Record<StatusTone, Tone> = {
  success: "success",
  info: "info",
  attention: "caution",
  warning: "warning",
  critical: "critical",
  neutral: "neutral",
};

/** Null: this shop has no such product. */
export async function readProductListings(
  rt: Runtime,
  shopId: number,
  productGid: string,
): Promise<ProductListings | null> {
  const variants = await rt.db.variant.findMany({ where: { shopId, productGid }, select: { id: true } });
  if (variants.length === 0) return null;
  const found = await rt.db.listing.findMany({
    where: { shopId, variantId: { in: variants.map((variant) => variant.id) }, removedAt: null },
    select: { id: true, acknowledgedAt: true },
    orderBy: { id: "asc" },
    take: LISTINGS_MAX,
  });
  const pushedAt = new Map(found.map(({ id, acknowledgedAt }) => [id, acknowledgedAt?.toISOString() ?? null]));
  const listed = await readListingRows(
    rt,
    shopId,
    found.map((listing) => listing.id),
  );
  listed.sort((a, b) => URGENCY[a.status.group] - URGENCY[b.status.group] || a.id - b.id);
  const inGroup = (group: ListingGroup): number => listed.filter((one) => one.status.group === group).length;
  return {
    rows: listed.slice(0, ROWS_MAX).map((one) => toRow(one, pushedAt.get(one.id) ?? null)),
    listings: listed.length,
    needYou: inGroup("needs-you"),
    updating: inGroup("updating"),
  };
}

function toRow({ id, channel, title, sku, shows, shouldShow, status, problem }: Listed, pushedAt: string | null): ListingRow {
  const { code } = status;
  const isPushed = code === "in-step" || code === "updating" || code === "problem";
  return {
    id,
    channel: channel.name,
    title,
    sku,
    shows,
    shouldShow,
    status: code,
    tone: TONES[status.tone],
    problem,
    pushedAt,
    mayPause: isPushed || code === "edited" || code === "approval",
    mayResume: code === "excluded",
    mayPush: isPushed,
  };
}
