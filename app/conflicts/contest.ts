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
  /**
   * Units that Shopify has over all active locations, and those that accepted backorders owe it; null when it does not say,
   * or does not count the item.
   */
  available: number | null;
  /** Of orders that can still lose: not shipped, not cancelled, not settled as a conflict. The earliest sale first. */
  claims: OrderClaim[];
  /** Units of orders that lost are about to be counted, or to come back: `available` is no base for a decision. */
  isMoving: boolean;
}

export async function readContest(db: Db | Tx, shopId: number, inventoryItemGid: string): Promise<Contest> {
  const rows = await db.$queryRaw<(OrderClaim & { available: number | null; isMoving: boolean })[]>`
    WITH taken AS (
      SELECT o.id, c.name || ' order ' || o."displayName" AS name, o."soldAt", o.stage, SUM(r.quantity)::int AS units,
        bool_and(r.state = 'posted') AS "isCounted", k.id IS NOT NULL AS "isInConflict", COALESCE(k.state = 'settled', false) AS settled,
        COALESCE(k.state = 'settled' AND k.decision = 'backorder', false) AS backorder,
        o."remoteStatus" = 'cancelled' OR o.stage = 'cancelled' OR EXISTS (SELECT 1 FROM "Cancellation" x WHERE x."orderId" = o.id) AS cancelled,
        EXISTS (SELECT 1 FROM "Cancellation" x WHERE x."orderId" = o.id AND x.direction = 'to-shopify' AND x.restock
          AND x.state IN ('waiting', 'sending')) AS "comesBack",
        EXISTS (SELECT 1 FROM "Shipment" s WHERE s."orderId" = o.id AND s.state <> 'withdrawn') AS shipped
      FROM "Reservation" r JOIN "OrderLine" l ON l.id = r."orderLineId" JOIN "MarketplaceOrder" o ON o.id = l."orderId"
        JOIN "Channel" c ON c.id = o."channelId" LEFT JOIN "Conflict" k ON k."orderId" = o.id
      WHERE r."shopId" = ${shopId} AND r."inventoryItemGid" = ${inventoryItemGid} AND r.state IN ('pending', 'posted')
      GROUP BY o.id, c.id, k.id
    )
    SELECT t.id AS "orderId", t.name, t."soldAt", t.stage, t.units, t."isCounted", t."isInConflict",
      (SELECT SUM(lv.available)::int FROM "Level" lv
        JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
        JOIN "Variant" v ON v."shopId" = lv."shopId" AND v."inventoryItemGid" = lv."inventoryItemGid" AND v.tracked
        WHERE lv."shopId" = ${shopId} AND lv."inventoryItemGid" = ${inventoryItemGid})
      + (SELECT COALESCE(SUM(b.units), 0)::int FROM taken b
        WHERE b.backorder AND b."isCounted" AND b.stage = 'placed' AND NOT b.shipped AND NOT b.cancelled) AS available,
      EXISTS (SELECT 1 FROM taken m
        WHERE m."comesBack" OR (m.backorder AND NOT m."isCounted" AND NOT m.cancelled AND m.stage IN ('sent', 'placed'))) AS "isMoving"
    FROM taken t WHERE NOT t.cancelled AND NOT t.shipped AND NOT t.settled ORDER BY t."soldAt", t.id`;
  // Without claims nobody asks what there is.
  return {
    available: rows[0]?.available ?? null,
    claims: rows.map(({ available: _, isMoving: __, ...claim }) => claim),
    isMoving: rows[0]?.isMoving ?? false,
  };
}
