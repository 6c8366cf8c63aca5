/** Slice: conflicts, who wants units of an item, and what there is: read in one statement. */
import type { Db, Tx } from "../db.server.ts";

export interface OrderClaim {
  orderId: number;
  /** With the channel's. */
  name: string;
  soldAt: Date;
  units: number;
  stage: string;
  /** Of these, units that Shopify's available has taken off already: of an order that is not paid for it may hold some lines only. */
  unitsCounted: number;
  /** It lost before, and waits for the merchant. */
  isInConflict: boolean;
  /** It lost, and was accepted as a backorder: it gets its units when there are some, by its time of sale, and can't lose. */
  isAccepted: boolean;
}

export interface Contest {
  /**
   * Units that Shopify has over all active locations, with what it still holds for orders that are cancelled or were given up;
   * null when it does not say, or does not count the item.
   */
  available: number | null;
  /** Of orders that still want units: not shipped, not cancelled, not settled otherwise. The earliest sale first. */
  claims: OrderClaim[];
  /** Units of orders that were cancelled are about to come back: `available` is no base for a decision. */
  isMoving: boolean;
}

export async function readContest(db: Db | Tx, shopId: number, inventoryItemGid: string): Promise<Contest> {
  const rows = await db.$queryRaw<(OrderClaim & { available: number | null; isMoving: boolean })[]>`
    WITH taken AS (
      SELECT o.id, c.name || ' order ' || o."displayName" AS name, o."soldAt", o.stage, SUM(r.quantity)::int AS units,
        COALESCE(SUM(r.quantity) FILTER (WHERE r.state = 'posted'), 0)::int AS "unitsCounted", COALESCE(k.state = 'open', false) AS "isInConflict",
        COALESCE(k.state = 'settled', false) AS settled, COALESCE(k.state = 'settled' AND k.decision = 'backorder', false) AS "isAccepted",
        o."remoteStatus" = 'cancelled' OR o.stage IN ('cancelled', 'empty')
          OR (SELECT 1 FROM "Cancellation" x WHERE x."orderId" = o.id LIMIT 1) IS NOT NULL AS cancelled,
        (SELECT 1 FROM "Shipment" s WHERE s."orderId" = o.id AND s.state <> 'withdrawn' LIMIT 1) IS NOT NULL AS shipped
      FROM "Reservation" r JOIN "OrderLine" l ON l.id = r."orderLineId" JOIN "MarketplaceOrder" o ON o.id = l."orderId"
        JOIN "Channel" c ON c.id = o."channelId" LEFT JOIN "Conflict" k ON k."orderId" = o.id
      WHERE r."shopId" = ${shopId} AND r."inventoryItemGid" = ${inventoryItemGid} AND r.state IN ('pending', 'posted') AND NOT r."isShipped"
      GROUP BY o.id, c.id, k.id
    )
    SELECT t.id AS "orderId", t.name, t."soldAt", t.stage, t.units, t."unitsCounted", t."isInConflict", t."isAccepted",
      (SELECT SUM(lv.available)::int + (
          SELECT COALESCE(SUM(h.quantity), 0)::int FROM "StockHold" h
            JOIN "Location" loc ON loc."shopId" = h."shopId" AND loc.gid = h."locationGid" AND loc.active
            JOIN "Reservation" r ON r.id = h."reservationId" JOIN "OrderLine" l ON l.id = r."orderLineId"
          WHERE h."shopId" = ${shopId} AND h."inventoryItemGid" = ${inventoryItemGid} AND h.state = 'held'
            AND l."orderId" IN (SELECT id FROM taken WHERE cancelled AND NOT shipped))
        FROM "Level" lv
        JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
        JOIN "Variant" v ON v."shopId" = lv."shopId" AND v."inventoryItemGid" = lv."inventoryItemGid" AND v.tracked
        WHERE lv."shopId" = ${shopId} AND lv."inventoryItemGid" = ${inventoryItemGid}) AS available,
      EXISTS (
        SELECT 1 FROM "Cancellation" x JOIN "OrderLine" l ON l."orderId" = x."orderId" JOIN "Reservation" r ON r."orderLineId" = l.id
        WHERE x."shopId" = ${shopId} AND x.direction = 'to-shopify' AND x.restock AND x.state IN ('waiting', 'sending')
          AND r."inventoryItemGid" = ${inventoryItemGid} AND r.state IN ('pending', 'posted')) AS "isMoving"
    FROM taken t WHERE NOT t.cancelled AND NOT t.shipped AND (NOT t.settled OR t."isAccepted") ORDER BY t."soldAt", t.id`;
  // Without claims nobody asks what there is.
  return {
    available: rows[0]?.available ?? null,
    claims: rows.map(({ available: _, isMoving: __, ...claim }) => claim),
    isMoving: rows[0]?.isMoving ?? false,
  };
}
