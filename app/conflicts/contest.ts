/** Slice: conflicts, who wants units of an item, and what there is: read in one statement. */
import type { Db, Tx } from "../db.server.ts";

export interface OrderClaim {
  orderId: number;
  /** With the channel's. */
  name: string;
  soldAt: Date;
  units: number;
  stage: string;
  /** Shopify's available has them taken off already. */
  isCounted: boolean;
  /** It lost before, and waits for the merchant. */
  isInConflict: boolean;
}

export interface Contest {
  /** Units that Shopify has over all active locations; null when it does not say, or does not count the item. */
  available: number | null;
  /** Of orders that can still lose: not shipped, not cancelled, not settled as a conflict. The earliest sale first. */
  claims: OrderClaim[];
}

export async function readContest(db: Db | Tx, shopId: number, inventoryItemGid: string): Promise<Contest> {
  const rows = await db.$queryRaw<(OrderClaim & { available: number | null })[]>`
    SELECT o.id AS "orderId", c.name || ' order ' || o."displayName" AS name, o."soldAt", o.stage,
      SUM(r.quantity)::int AS units, bool_and(r.state = 'posted') AS "isCounted",
      EXISTS (SELECT 1 FROM "Conflict" k WHERE k."orderId" = o.id) AS "isInConflict",
      (SELECT SUM(lv.available)::int FROM "Level" lv
        JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
        JOIN "Variant" v ON v."shopId" = lv."shopId" AND v."inventoryItemGid" = lv."inventoryItemGid" AND v.tracked
        WHERE lv."shopId" = ${shopId} AND lv."inventoryItemGid" = ${inventoryItemGid}) AS available
    FROM "Reservation" r JOIN "OrderLine" l ON l.id = r."orderLineId" JOIN "MarketplaceOrder" o ON o.id = l."orderId"
      JOIN "Channel" c ON c.id = o."channelId"
    WHERE r."shopId" = ${shopId} AND r."inventoryItemGid" = ${inventoryItemGid} AND r.state IN ('pending', 'posted')
      AND o."remoteStatus" <> 'cancelled' AND o.stage <> 'cancelled'
      AND NOT EXISTS (SELECT 1 FROM "Shipment" s WHERE s."orderId" = o.id AND s.state <> 'withdrawn')
      AND NOT EXISTS (SELECT 1 FROM "Cancellation" c WHERE c."orderId" = o.id)
      AND NOT EXISTS (SELECT 1 FROM "Conflict" k WHERE k."orderId" = o.id AND k.state = 'settled')
    GROUP BY o.id, c.id ORDER BY o."soldAt", o.id`;
  // Without claims nobody asks what there is.
  return { available: rows[0]?.available ?? null, claims: rows.map(({ available: _, ...claim }) => claim) };
}
