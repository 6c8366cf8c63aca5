/** Read model of the page of one SKU: its stock and what is booked of it, every listing, and what happened. */
import { addMs } from "../clock.ts";
import type { Variant } from "../generated/prisma/client.ts";
import { explainQuantity } from "../inventory/quantity.ts";
import type { Runtime } from "../runtime.ts";
import { readFactsOf } from "./listing-facts.ts";
import { type ListingRow, nameVariant, readRows, type VariantName } from "./listings.ts";
import { explainListings, limitsOf } from "./quantity-facts.ts";
import type { Minute } from "./shop-time.ts";
import { readSkuMinute, type SkuMinute } from "./sku-minute.ts";
import { readSkuTimeline } from "./sku-timeline.ts";
import { isDoubtful, leftToSell, type StockFigures, sayStanding, sayStock } from "./sku-words.ts";
import type { TimelineEntry } from "./timeline.ts";

export interface SkuView {
  variant: VariantName & { barcode: string | null };
  /** Shopify does not have it any more. */
  removed: boolean;
  stock: StockFigures & { left: number | null; arithmetic: string; locations: LocationStock[] };
  /** As the merchant holds it on every channel; null: they do not. */
  contained: SkuContainment | null;
  /** Marketplaces of its listings where 0 can't be taken back. */
  zeroIsFinalAt: string[];
  listings: SkuListing[];
  /** There are more than are shown. */
  moreListings: boolean;
  /** Listings that carry this SKU and are matched to another variant, or to none. */
  elsewhere: { id: number; title: string; channel: string; variant: string | null }[];
  /** How it stood at the minute that was asked for; null: none was. */
  minute: SkuMinute | null;
  timeline: TimelineEntry[];
  live: boolean;
}

export interface SkuContainment {
  units: number;
  takesDown: boolean;
  remindDays: number;
  since: string;
}

export interface LocationStock {
  gid: string;
  name: string;
  active: boolean;
  available: number | null;
}

export interface SkuListing extends ListingRow {
  accepted: { quantity: number; at: string } | null;
  seen: { quantity: number; at: string } | null;
  /** The arithmetic behind what it should show; null: nothing may be published. */
  arithmetic: string | null;
  /** Lag or a wrong match, and since when. */
  standing: string;
  /** Its SKU says another variant than the one it is matched to. */
  doubtful: boolean;
}

const LISTINGS_MAX = 100;
const ELSEWHERE_MAX = 20;

/** Of what came after the minute that is asked for: enough to see how it went on. */
const AFTERWARDS_MS = 10 * 60_000;

export async function readSku(
  rt: Runtime,
  shop: { id: number; timezone: string },
  variantId: number,
  minute: Minute | null = null,
): Promise<SkuView | null> {
  const { db } = rt;
  const shopId = shop.id;
  const now = rt.clock.now();
  const variant = await db.variant.findFirst({ where: { id: variantId, shopId } });
  if (!variant) return null;
  const [stock, { listings, more, zeroIsFinalAt }, elsewhere, contained] = await Promise.all([
    readStock(rt, variant),
    readSkuListings(rt, variant, now),
    readElsewhere(rt, variant),
    db.containment.findUnique({ where: { variantId } }),
  ]);
  const timeline = await readSkuTimeline(db, {
    shopId,
    variantId,
    inventoryItemGid: variant.inventoryItemGid,
    listings: listings.map(({ id, title, channel }) => ({
      id,
      title,
      channelId: channel.id,
      channel: channel.name,
      marketplace: channel.marketplace,
    })),
    before: minute ? addMs(minute.to, AFTERWARDS_MS) : addMs(now, 1),
  });
  return {
    variant: { ...nameVariant(variant), barcode: variant.barcode },
    removed: variant.removedAt !== null,
    stock: { ...stock, left: leftToSell(stock), arithmetic: sayStock(stock) },
    contained: contained && {
      units: contained.units,
      takesDown: contained.takesDown,
      remindDays: contained.remindDays,
      since: contained.since.toISOString(),
    },
    zeroIsFinalAt,
    listings,
    moreListings: more,
    elsewhere,
    minute: minute && (await readSkuMinute(rt, shop, variant, listings, minute)),
    timeline,
    live: listings.some((listing) => listing.status.group === "updating"),
  };
}

async function readStock(
  { db }: Runtime,
  { id, shopId, inventoryItemGid, tracked, removedAt }: Variant,
): Promise<StockFigures & { locations: LocationStock[] }> {
  const ofItem = { shopId, inventoryItemGid };
  const [levels, places, pending, reserved, missing] = await Promise.all([
    db.level.findMany({ where: ofItem }),
    db.location.findMany({ where: { shopId }, orderBy: [{ active: "desc" }, { name: "asc" }] }),
    db.reservation.aggregate({ where: { ...ofItem, state: "pending" }, _sum: { quantity: true } }),
    db.stockHold.aggregate({ where: { ...ofItem, state: "held" }, _sum: { quantity: true } }),
    db.listing.aggregate({ where: { variantId: id, unseenUnits: { gt: 0 } }, _sum: { unseenUnits: true } }),
  ]);
  const availableAt = new Map(levels.map((level) => [level.locationGid, level.available]));
  const locations = places
    .filter((place) => availableAt.has(place.gid))
    .map(({ gid, name, active }) => ({ gid, name, active, available: availableAt.get(gid) ?? null }));
  const counted = locations.filter((place) => place.active && place.available !== null);
  const isCounted = tracked && removedAt === null && counted.length > 0;
  return {
    available: isCounted ? counted.reduce((sum, place) => sum + (place.available ?? 0), 0) : null,
    pending: pending._sum.quantity ?? 0,
    reserved: reserved._sum.quantity ?? 0,
    missing: missing._sum.unseenUnits ?? 0,
    locations,
  };
}

async function readSkuListings(
  rt: Runtime,
  variant: Variant,
  now: Date,
): Promise<{ listings: SkuListing[]; more: boolean; zeroIsFinalAt: string[] }> {
  const { db } = rt;
  const { shopId } = variant;
  const found = await db.listing.findMany({
    where: { shopId, variantId: variant.id, removedAt: null },
    include: { channel: { select: { connectorKey: true } } },
    orderBy: [{ channelId: "asc" }, { id: "asc" }],
    take: LISTINGS_MAX + 1,
  });
  const shown = found.slice(0, LISTINGS_MAX);
  const ids = shown.map((listing) => listing.id);
  const [facts, explanations, others] = await Promise.all([
    readFactsOf(db, shopId, ids),
    explainListings(db, ids, limitsOf(rt)),
    db.variant.findMany({
      where: {
        shopId,
        removedAt: null,
        id: { not: variant.id },
        sku: { in: shown.flatMap((listing) => listing.sku ?? []) },
      },
      take: LISTINGS_MAX,
    }),
  ]);
  const otherOf = new Map(others.map((other) => [other.sku, nameVariant(other).name]));
  const factsOf = new Map(facts.map((one) => [one.id, one]));
  const rows = await readRows(
    rt,
    shopId,
    ids.flatMap((id) => factsOf.get(id) ?? []),
  );
  const listingOf = new Map(shown.map((listing) => [listing.id, listing]));
  const limits = limitsOf(rt);
  const isFinal = ({ id }: ListingRow) => limits(listingOf.get(id)?.channel.connectorKey ?? "").zeroIsFinal;
  return {
    more: found.length > LISTINGS_MAX,
    zeroIsFinalAt: [...new Set(rows.filter(isFinal).map((row) => row.channel.marketplace))],
    listings: rows.flatMap((row) => {
      const listing = listingOf.get(row.id);
      if (!listing) return [];
      const match = {
        listingSku: listing.sku,
        variantSku: variant.sku,
        other: otherOf.get(listing.sku) ?? null,
      };
      const explanation = explanations.get(row.id);
      const standing = {
        marketplace: row.channel.marketplace,
        status: row.status,
        shows: row.shows,
        shouldShow: row.shouldShow,
        acceptedAt: listing.acknowledgedAt,
        staleSince: listing.staleSince,
        match,
      };
      return [
        {
          ...row,
          accepted: at(listing.acknowledgedQuantity, listing.acknowledgedAt),
          seen: at(listing.observedQuantity, listing.observedAt),
          arithmetic: explanation ? explainQuantity(explanation) : null,
          standing: sayStanding(standing, now),
          doubtful: isDoubtful(match),
        },
      ];
    }),
  };
}

function at(quantity: number | null, time: Date | null): { quantity: number; at: string } | null {
  return quantity === null || time === null ? null : { quantity, at: time.toISOString() };
}

async function readElsewhere(rt: Runtime, { id, shopId, sku }: Variant): Promise<SkuView["elsewhere"]> {
  if (!sku) return [];
  const channels = await rt.db.channel.findMany({ where: { shopId }, select: { id: true } });
  const found = await rt.db.listing.findMany({
    where: {
      channelId: { in: channels.map((channel) => channel.id) },
      sku,
      removedAt: null,
      remoteState: { not: "ended" },
      OR: [{ variantId: null }, { variantId: { not: id } }],
    },
    include: { channel: { select: { name: true } }, variant: true },
    orderBy: { id: "asc" },
    take: ELSEWHERE_MAX,
  });
  return found.map((listing) => ({
    id: listing.id,
    title: listing.title,
    channel: listing.channel.name,
    variant: listing.variant && nameVariant(listing.variant).name,
  }));
}
