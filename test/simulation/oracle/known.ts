/**
 * What the app could know of a listing at a moment, read from its tables as they are; what it makes of that is worked out
 * here anew.
 */
import type { Scene } from "../scene.ts";
import type { SimMarketplace } from "../sim-marketplace.ts";
import { heldUnits } from "./offered.ts";
import { published } from "./published.ts";

/** Now, and just before now. */
export interface Known {
  remoteId: string;
  /** What the app takes it for. */
  sku: string | null;
  observed: number | null;
  staleSince: Date | null;
  /** Nothing has touched the listing since the number that is being sent was decided on, nor did the push itself find something. */
  isAsDecided: boolean;
  isApproved: boolean;
  isTracked: boolean | null;
  leaseFence: number | null;
  fence: number | null;
  /** What the app holds of the item at each location that is active, as far as it knows. */
  levels: { gid: string; available: number; availableBefore: number }[];
  pending: number;
  /** Units of orders on their way into Shopify that no reservation stands for, or a smaller one. */
  unreserved: number;
  pendingBefore: number;
  unseen: number;
}

/**
 * By listing. A change of this very moment may have come between the decision and the sending; so "before" is what was
 * known up to this moment.
 */
export async function readKnown(scene: Scene, remoteIds: readonly string[]): Promise<Map<string, Known>> {
  const { time, database } = scene.world;
  // By the clock that is the most behind.
  const now = new Date(time.nowMs() - scene.clocksApartMs / 2);
  const rows = await time.busy(
    Promise.resolve(database.db.$queryRaw<Known[]>`
      SELECT l."remoteId", v.sku, l."observedQuantity" AS observed, l."staleSince",
        c."pushApprovedAt" IS NOT NULL AS "isApproved", v.tracked AS "isTracked",
        (SELECT e.fence FROM "Lease" e WHERE e.name = 'push:' || c.id) AS "leaseFence",
        (SELECT MAX(a.fence) FROM "Attempt" a WHERE a."listingId" = l.id AND a.kind = 'push' AND a.outcome = 'sending') AS fence,
        -- Written by one transaction, which did not begin with what makes it stale.
        EXISTS (SELECT 1 FROM "Attempt" a WHERE a."listingId" = l.id AND a.outcome = 'sending' AND a.xmin = l.xmin
          AND l."staleSince" <> a."startedAt") AS "isAsDecided",
        COALESCE((SELECT jsonb_agg(jsonb_build_object('gid', lv."locationGid", 'available', COALESCE(lv.available, 0), 'availableBefore',
            (SELECT COALESCE(SUM(e.delta), 0)::int FROM "LedgerEntry" e WHERE e."inventoryItemGid" = lv."inventoryItemGid"
              AND e."locationGid" = lv."locationGid" AND e."recordedAt" < ${now})))
          FROM "Level" lv JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
          WHERE lv."shopId" = v."shopId" AND lv."inventoryItemGid" = v."inventoryItemGid"), '[]') AS levels,
        (SELECT COALESCE(SUM(r.quantity), 0)::int FROM "Reservation" r
          WHERE r."inventoryItemGid" = v."inventoryItemGid" AND r.state = 'pending') AS pending,
        (SELECT COALESCE(SUM(r.quantity), 0)::int FROM "Reservation" r WHERE r."inventoryItemGid" = v."inventoryItemGid"
          AND r."createdAt" < ${now} AND (r.state = 'pending' OR r."settledAt" >= ${now})) AS "pendingBefore",
        (SELECT COALESCE(SUM(GREATEST(0, ol.quantity - ol."quantityCancelled" - COALESCE(r.quantity, 0))), 0)::int FROM "OrderLine" ol
          JOIN "MarketplaceOrder" mo ON mo.id = ol."orderId" LEFT JOIN "Reservation" r ON r."orderLineId" = ol.id
          WHERE ol."variantId" = v.id AND mo.stage IN ('waiting', 'claimed', 'held')) AS unreserved,
        (SELECT COALESCE(SUM(o."unseenUnits"), 0)::int FROM "Listing" o
          WHERE o."variantId" = v.id AND (o.id = l.id OR o."observedAt" < ${now})) AS unseen
      FROM "Listing" l JOIN "Channel" c ON c.id = l."channelId" LEFT JOIN "Variant" v ON v.id = l."variantId"
      WHERE l."remoteId" = ANY(${[...remoteIds]}::text[])`),
  );
  return new Map(rows.map((row) => [row.remoteId, row]));
}

/** The most that the listing may show by what was known, and how that comes. */
export function mostKnown(scene: Scene, market: SimMarketplace, known: Known): { units: number; why: string } {
  const listing = market.listings.get(known.remoteId);
  if (!listing) return { units: 0, why: "it is not there" };
  const isOneOff = market.connector.manifest.capabilities.quantities === false;
  const sums = scene.terms.locationsOf(market).may.map((chosen) => {
    const levels = known.levels.filter(({ gid }) => chosen.length === 0 || chosen.includes(gid));
    const sum = (of: "available" | "availableBefore") => levels.reduce((units, level) => units + level[of], 0);
    return { now: sum("available"), before: sum("availableBefore") };
  });
  const sellable = Math.max(
    ...sums.flatMap(({ now, before }) => [
      now - known.pending - known.unseen,
      before - known.pendingBefore - known.unseen,
    ]),
  );
  const free = Math.max(...scene.terms.policiesOf(market, listing).map((levels) => published(levels, sellable)));
  const holds = scene.terms.containmentOf(known.sku ?? listing.sku).may;
  const units = Math.max(...holds.map((held) => heldUnits(market, free, held)));
  const available = sums.map((sum) => sum.now).join(" or ");
  return {
    units: isOneOff ? Math.min(1, units) : units,
    why: `${available} available, ${known.pending} pending, ${known.unseen} unseen`,
  };
}
