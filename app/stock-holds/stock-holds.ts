/**
 * Slice: stock-holds. Owns StockHold: units of an order that is not paid yet, moved from available to reserved in Shopify,
 * so that the shop itself can't sell them; and moved back once the order's own units are taken, or it is cancelled.
 */
import type { Db, Tx } from "../db.server.ts";
import { Prisma, type StockHold } from "../generated/prisma/client.ts";
import { IS_AT_CLOSED_SQL, NEEDS_NONE_SQL, ORDER_OF_RESERVATION_SQL } from "./conditions.ts";

export type { StockHold };

/** What is to be moved, with the order it is for. */
export type HoldToMove = StockHold & {
  orderId: number;
  channelId: number;
  displayName: string;
  /** Units that are to stay held. */
  needed: number;
};

const ORDER_OF_RESERVATION = Prisma.raw(ORDER_OF_RESERVATION_SQL);

/**
 * Pending units of unpaid orders that no hold is known for, or that Shopify refused to hold and may be asked for again, at
 * the location with the most, if it has enough.
 */
const HOLDABLE = (now: Date) => Prisma.sql`
  FROM "Reservation" r CROSS JOIN LATERAL (${ORDER_OF_RESERVATION}) o
    JOIN LATERAL (
      SELECT 1 FROM "Variant" v WHERE v.id = o."variantId" AND v."inventoryItemGid" = r."inventoryItemGid" AND v.tracked OFFSET 0) v ON TRUE
    JOIN LATERAL (
      SELECT lv."locationGid" FROM "Level" lv JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
      WHERE lv."shopId" = r."shopId" AND lv."inventoryItemGid" = r."inventoryItemGid" AND lv.available >= r.quantity
      ORDER BY lv.available DESC, lv."locationGid" LIMIT 1
    ) best ON TRUE
  WHERE o.stage = 'waiting' AND r.state = 'pending' AND r.quantity > 0
    AND (SELECT h.id FROM "StockHold" h WHERE h."reservationId" = r.id
      AND (h.state <> 'refused' OR h."retryAt" IS NULL OR h."retryAt" > ${now})) IS NULL`;

const NEEDS_NONE = Prisma.raw(NEEDS_NONE_SQL);
const IS_AT_CLOSED = Prisma.raw(IS_AT_CLOSED_SQL);

/** The reservation and the order of each hold, looked up one by one: few are open. */
const FOR_WHOM = Prisma.sql`
  CROSS JOIN LATERAL (SELECT * FROM "Reservation" r WHERE r.id = h."reservationId" OFFSET 0) r CROSS JOIN LATERAL (${ORDER_OF_RESERVATION}) o`;

/** Its line was taken back while the units were on the move: nobody counts them, and they were held all the same. */
const IS_FOR_NOTHING = Prisma.sql`r.state = 'voided'`;

/** What is held for an order that needs none, or that wants fewer units than it did, or where nothing is sold from now. */
const TO_MOVE = (now: Date) => Prisma.sql`
  FROM "StockHold" h ${FOR_WHOM}
  WHERE h.state IN ('holding', 'held', 'releasing') AND (h.state IN ('holding', 'releasing') OR (h.state = 'held' AND (${NEEDS_NONE} OR ${IS_FOR_NOTHING} OR r.quantity < h.quantity OR ${IS_AT_CLOSED})))
    AND (h."retryAt" IS NULL OR h."retryAt" <= ${now})`;

/** Writes down what will be held, before Shopify is asked. */
export async function openHolds(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "StockHold" ("shopId", "reservationId", "inventoryItemGid", "locationGid", quantity, state, "askedAt")
    SELECT r."shopId", r.id, r."inventoryItemGid", best."locationGid", r.quantity, 'holding', ${now}
    ${HOLDABLE(now)} AND r."shopId" = ${shopId} ORDER BY r.id
    ON CONFLICT ("reservationId") DO UPDATE SET state = 'holding', "locationGid" = excluded."locationGid", quantity = excluded.quantity,
      "askedAt" = excluded."askedAt", "retryAt" = NULL, attempt = "StockHold".attempt + 1
    WHERE "StockHold".state = 'refused'`;
}

export function listHoldsToMove(db: Db | Tx, shopId: number, now: Date): Promise<HoldToMove[]> {
  return db.$queryRaw<HoldToMove[]>`
    SELECT h.*, o.id AS "orderId", o."channelId", o."displayName", CASE WHEN ${NEEDS_NONE} OR ${IS_FOR_NOTHING} OR ${IS_AT_CLOSED} THEN 0 ELSE r.quantity END AS needed
    ${TO_MOVE(now)} AND h."shopId" = ${shopId} ORDER BY h.id`;
}

/** A row where any units are held, or may be. */
export const anyHeld = (): Prisma.Sql => Prisma.sql`
  SELECT 1 WHERE EXISTS (SELECT 1 FROM "StockHold" WHERE state IN ('holding', 'held', 'releasing'))`;

/** Shops where units are to be held or freed. Of those, there are some where units are pending or held. */
export function shopsWithHoldsToMove(now: Date): Prisma.Sql {
  return Prisma.sql`SELECT r."shopId" ${HOLDABLE(now)} UNION SELECT h."shopId" ${TO_MOVE(now)}`;
}

/** Reservations that Shopify holds units for where nothing is sold from any more, of orders that still need them. */
export async function listHeldAtClosed(db: Db | Tx, shopId: number): Promise<number[]> {
  const rows = await db.$queryRaw<{ reservationId: number }[]>`
    SELECT h."reservationId" FROM "StockHold" h ${FOR_WHOM}
    WHERE h."shopId" = ${shopId} AND h.state IN ('held', 'releasing') AND r.state = 'posted'
      AND NOT (${NEEDS_NONE}) AND ${IS_AT_CLOSED}`;
  return rows.map((row) => row.reservationId);
}

/** Whether what is available of an item now counts units twice, or may: nobody may lose on such a count. */
export async function areUnitsMoving(db: Db | Tx, shopId: number, inventoryItemGid: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "StockHold" h ${FOR_WHOM}
    WHERE h."shopId" = ${shopId} AND h."inventoryItemGid" = ${inventoryItemGid} AND h.state IN ('holding', 'held', 'releasing')
      AND NOT (${IS_AT_CLOSED}) AND (h.state IN ('holding', 'releasing')
        OR (h.state = 'held' AND (r.state <> 'posted' OR r.quantity < h.quantity OR o.stage = 'sent' OR ${NEEDS_NONE})))
    LIMIT 1`;
  return rows.length > 0;
}

export async function recordUnitsHeld(tx: Tx, id: number, heldAt: Date): Promise<void> {
  await tx.stockHold.update({ where: { id }, data: { state: "held", heldAt, retryAt: null, problem: null } });
}

/** Written before Shopify is asked to move all but `keeping` back. */
export async function recordReleasing(tx: Tx, id: number, keeping: number, now: Date): Promise<void> {
  await tx.stockHold.update({ where: { id }, data: { state: "releasing", keeping, askedAt: now, attempt: 0 } });
}

/** `problem`: why they could not be moved back by us. True: the order needs units all the same, and others may be held. */
export async function recordUnitsReleased(
  tx: Tx,
  { id, keeping }: Pick<StockHold, "id" | "keeping">,
  problem: string | null,
): Promise<boolean> {
  const rest = keeping > 0 ? { state: "held", quantity: keeping } : { state: "released" };
  await tx.stockHold.update({ where: { id }, data: { ...rest, retryAt: null, problem } });
  if (keeping > 0) return false;
  const ended = await tx.$executeRaw`
      DELETE FROM "StockHold" h USING "Reservation" r, "OrderLine" l, "MarketplaceOrder" o
      WHERE h.id = ${id} AND r.id = h."reservationId" AND l.id = r."orderLineId" AND o.id = l."orderId"
        AND r.quantity > 0 AND NOT (${NEEDS_NONE})`;
  return ended > 0;
}

/** They count as pending here alone. `retryAt`: when they may be asked for again; null: never. */
export async function recordHoldRefused(
  tx: Tx,
  id: number,
  { problem, retryAt }: { problem: string; retryAt: Date | null },
): Promise<void> {
  await tx.stockHold.update({ where: { id }, data: { state: "refused", retryAt, problem } });
}

/** `failedForCertain`: Shopify did nothing, and wants another key for the next try. */
export async function postponeHold(
  tx: Tx,
  id: number,
  { retryAt, problem, failedForCertain }: { retryAt: Date; problem: string; failedForCertain: boolean },
): Promise<void> {
  const anew = failedForCertain ? { attempt: { increment: 1 }, askedAt: retryAt } : {};
  await tx.stockHold.update({ where: { id }, data: { retryAt, problem, ...anew } });
}
