/** What listings should show right now, and why: the numbers a push would use, for screens. */
import type { Db } from "../db.server.ts";
import { effectivePolicy, parsePolicy } from "../inventory/policy.ts";
import { decideQuantity, type Explanation } from "../inventory/quantity.ts";

export interface ListingToExplain {
  id: number;
  policy: unknown;
  channel: { policy: unknown; locationGids: string[] };
  variant: { id: number; inventoryItemGid: string; tracked: boolean } | null;
}

/** By listing id; unmatched listings are left out. */
export async function explainListings(
  db: Db,
  shopId: number,
  listings: readonly ListingToExplain[],
): Promise<Map<number, Explanation>> {
  const variants = listings.flatMap((listing) => (listing.variant ? [listing.variant] : []));
  if (variants.length === 0) return new Map();
  const items = [...new Set(variants.map((variant) => variant.inventoryItemGid))];
  const [shop, locations, levels, reservations, unseen] = await Promise.all([
    db.shop.findUnique({ where: { id: shopId }, select: { policy: true } }),
    db.location.findMany({ where: { shopId, active: true }, select: { gid: true } }),
    db.level.findMany({ where: { shopId, inventoryItemGid: { in: items } } }),
    db.reservation.groupBy({
      by: ["inventoryItemGid"],
      where: { shopId, inventoryItemGid: { in: items }, state: "pending" },
      _sum: { quantity: true },
    }),
    db.listing.groupBy({
      by: ["variantId"],
      where: { shopId, variantId: { in: variants.map((variant) => variant.id) }, removedAt: null },
      _sum: { unseenUnits: true },
    }),
  ]);
  const active = new Set(locations.map((location) => location.gid));
  const pendingOf = new Map(reservations.map((row) => [row.inventoryItemGid, row._sum.quantity ?? 0]));
  const unseenOf = new Map(unseen.map((row) => [row.variantId, row._sum.unseenUnits ?? 0]));

  return new Map(
    listings.flatMap((listing) => {
      const { variant, channel } = listing;
      if (!variant) return [];
      const drawsOn = (gid: string): boolean =>
        active.has(gid) && (channel.locationGids.length === 0 || channel.locationGids.includes(gid));
      const known = levels.filter(
        (level) =>
          level.inventoryItemGid === variant.inventoryItemGid && drawsOn(level.locationGid) && level.available !== null,
      );
      const counted = variant.tracked && known.length > 0;
      const explanation = decideQuantity({
        available: counted ? known.reduce((sum, level) => sum + (level.available ?? 0), 0) : null,
        pendingUnits: pendingOf.get(variant.inventoryItemGid) ?? 0,
        unseenUnits: unseenOf.get(variant.id) ?? 0,
        policy: effectivePolicy(parsePolicy(shop?.policy), parsePolicy(channel.policy), parsePolicy(listing.policy)),
      });
      return [[listing.id, explanation] as const];
    }),
  );
}
