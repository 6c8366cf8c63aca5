/** Read model of the block on a product's page: the listings of its variants, the most urgent first. */
import type { ListingRow, ProductListings, Tone } from "../../extensions/product-listings/src/reply.ts";
import type { Runtime } from "../runtime.ts";
import { readFactsOf } from "./listing-facts.ts";
import {
  type ListingGroup,
  type ListingStatusCode,
  listingStatus,
  type Tone as StatusTone,
  URGENCY,
} from "./listing-status.ts";
import { type ListingRow as Listed, readRows } from "./listings.ts";

/** A block is about 300 px high. */
const ROWS_MAX = 5;
/** Listings of one product that are looked at; what is beyond is counted. */
const LISTINGS_MAX = 500;

/** Its quantity is ours to send now. */
const PUSHED = new Set<ListingStatusCode>(["in-step", "contained", "updating", "problem", "put-off", "held-back"]);

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
  const facts = await readFactsOf(
    rt.db,
    shopId,
    found.map((listing) => listing.id),
  );
  const standing = facts.map((its) => ({ its, group: listingStatus(its).group }));
  standing.sort((a, b) => URGENCY[a.group] - URGENCY[b.group] || a.its.id - b.its.id);
  const inGroup = (group: ListingGroup): number => standing.filter((one) => one.group === group).length;
  const most = standing.slice(0, ROWS_MAX).map(({ its }) => its);
  const pushedAt = new Map(found.map(({ id, acknowledgedAt }) => [id, acknowledgedAt?.toISOString() ?? null]));
  return {
    rows: (await readRows(rt, shopId, most)).map((one) => toRow(one, pushedAt.get(one.id) ?? null)),
    listings: standing.length,
    needYou: inGroup("needs-you"),
    updating: inGroup("updating"),
  };
}

function toRow(
  { id, channel, title, sku, shows, shouldShow, status, problem }: Listed,
  pushedAt: string | null,
): ListingRow {
  const { code } = status;
  const isPushed = PUSHED.has(code);
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
