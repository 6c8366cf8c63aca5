/** Read model of what is wrong with a SKU, by what was typed. By index: what it costs follows what carries the SKU. */

import type { Listing } from "../generated/prisma/client.ts";
import { explainQuantity, zeroCause } from "../inventory/quantity.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { readFactsOf } from "./listing-facts.ts";
import { nameVariant, readRows, type VariantName } from "./listings.ts";
import { explainListings, limitsOf } from "./quantity-facts.ts";
import { type Trouble, troubleOfListing, troublesOfSku } from "./trouble.ts";

export interface TroubleFound {
  variants: VariantName[];
  /** Of the SKU as a whole. */
  troubles: Trouble[];
  listings: { id: number; title: string; channel: string; trouble: Trouble }[];
  /** More carry it than were looked at. */
  more: boolean;
}

const VARIANTS_MAX = 20;
const LISTINGS_MAX = 50;

export async function findTrouble(rt: Runtime, shopId: number, sku: string): Promise<TroubleFound> {
  const { db } = rt;
  const now = rt.clock.now();
  const spelled = [...new Set([sku, sku.toUpperCase(), sku.toLowerCase()])];
  const [carriers, channels] = await Promise.all([
    db.variant.findMany({ where: { shopId, sku: { in: spelled } }, orderBy: { id: "asc" }, take: VARIANTS_MAX }),
    db.channel.findMany({ where: { shopId }, orderBy: { id: "asc" } }),
  ]);
  const variants = carriers.filter((one) => one.removedAt === null);
  const [carrying, matched] = await Promise.all([
    readCarrying(
      rt,
      channels.map((channel) => channel.id),
      spelled,
    ),
    db.listing.findMany({
      where: { variantId: { in: carriers.map((one) => one.id) }, removedAt: null },
      orderBy: { id: "asc" },
      take: LISTINGS_MAX + 1,
    }),
  ]);
  const found = [...new Map([...carrying, ...matched].map((listing) => [listing.id, listing])).values()];
  const looked = found.slice(0, LISTINGS_MAX);
  const ids = looked.map((listing) => listing.id);
  const [facts, explanations, unitsOf] = await Promise.all([
    readFactsOf(db, shopId, ids),
    explainListings(db, ids, limitsOf(rt)),
    readUnits(
      rt,
      shopId,
      looked.flatMap((listing) => listing.variantId ?? []),
    ),
  ]);
  const rows = await readRows(rt, shopId, facts);
  const listings = rows
    .sort((a, b) => a.channel.id - b.channel.id || a.id - b.id)
    .flatMap((row) => {
      const listing = looked.find((one) => one.id === row.id);
      const channel = channels.find((one) => one.id === row.channel.id);
      if (!listing || !channel) return [];
      const explanation = explanations.get(row.id);
      const later = [listing.retryAt, channel.pushRetryAt].flatMap((at) => (at && at > now ? at.toISOString() : []));
      const trouble = troubleOfListing({
        listingId: row.id,
        variantId: listing.variantId,
        status: row.status,
        channel: {
          ...row.channel,
          brakeReason: channel.brakeReason,
          isUndone: channel.undoneAt !== null,
          warnings: channel.warnings.map(plainWords),
        },
        shows: row.shows,
        shouldShow: row.shouldShow,
        zero: explanation ? zeroCause(explanation) : null,
        arithmetic: explanation ? explainQuantity(explanation) : null,
        problem: row.problem,
        putOffUntil: later.sort().at(-1) ?? null,
        unitsElsewhere: Math.max(0, (unitsOf.get(listing.variantId ?? 0) ?? 0) - (explanation?.available ?? 0)),
      });
      return [{ id: row.id, title: row.title, channel: row.channel.name, trouble }];
    });
  const onSale = listings.filter(({ trouble }) => trouble.code !== "ended");
  const connected = channels.filter((channel) => channel.state !== "disconnected");
  const withOne = new Set(onSale.map((listing) => listing.channel));
  return {
    variants: variants.map(nameVariant),
    troubles: troublesOfSku({
      variants: variants.length,
      isDeleted: variants.length < carriers.length,
      listings: onSale.length,
      channels: connected.length,
      channelsWithout: connected.map((channel) => channel.name).filter((name) => !withOne.has(name)),
    }),
    listings,
    more: found.length > LISTINGS_MAX,
  };
}

/** Listings that carry one of these SKUs: of each channel and spelling one look into the index. */
async function readCarrying(rt: Runtime, channelIds: readonly number[], skus: readonly string[]): Promise<Listing[]> {
  const rows = await rt.db.$queryRaw<{ id: number }[]>`
    SELECT found.id FROM unnest(${[...channelIds]}::int[]) AS channel(id) CROSS JOIN unnest(${[...skus]}::text[]) AS spelled(sku)
    CROSS JOIN LATERAL (SELECT l.id FROM "Listing" l WHERE l."channelId" = channel.id AND l.sku = spelled.sku
      AND l."removedAt" IS NULL LIMIT ${LISTINGS_MAX + 1}) found ORDER BY found.id LIMIT ${LISTINGS_MAX + 1}`;
  return rt.db.listing.findMany({ where: { id: { in: rows.map((row) => row.id) } }, orderBy: { id: "asc" } });
}

/** What Shopify has of each at all of its open locations. */
async function readUnits(rt: Runtime, shopId: number, variantIds: readonly number[]): Promise<Map<number, number>> {
  if (variantIds.length === 0) return new Map();
  const rows = await rt.db.$queryRaw<{ id: number; units: number }[]>`
    SELECT v.id, COALESCE(SUM(lv.available), 0)::int AS units FROM "Variant" v
    JOIN "Level" lv ON lv."shopId" = v."shopId" AND lv."inventoryItemGid" = v."inventoryItemGid"
    JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
    WHERE v."shopId" = ${shopId} AND v.id = ANY(${[...variantIds]}::int[]) AND v.tracked GROUP BY v.id`;
  return new Map(rows.map((row) => [row.id, row.units]));
}
