/** Slice: orders, of those that the merchant entered in Shopify by hand: which one it is there. */
import type { Tx } from "../db.server.ts";
import { type PlacedOrder, setUnitsAside } from "./orders.ts";

/** What of a line's units the order in Shopify took off the stock that the line is reserved from. */
export interface LineTaken {
  orderLineId: number;
  inventoryItemGid: string;
  units: number;
}

export type Recorded =
  | { outcome: "linked"; freedItems: string[]; takenItems: string[] }
  /** It is another marketplace order's, by its name. */
  | { outcome: "of another"; displayName: string }
  /** It was decided otherwise, or changed, while the merchant looked. */
  | { outcome: "moved on" };

interface Link {
  id: number;
  shopId: number;
  /** As it was when Shopify was asked whether it has the order. */
  sentAt: Date | null;
  /** As the merchant saw it. */
  stage: string;
  placed: PlacedOrder;
  taken: readonly LineTaken[];
  now: Date;
}

/**
 * The order is this one in Shopify from now on. What that one took counts here until Shopify is seen to count it, as of an
 * order that Lockstep made; what it did not take is free.
 */
export async function recordLinked(tx: Tx, link: Link): Promise<Recorded> {
  const { id, shopId, sentAt, stage, placed, now } = link;
  // One at a time: two orders may be said to be the same one there.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`linked-order:${shopId}:${placed.gid}`}, 0))`;
  // By a statement of its own, so that the next one sees what was decided while this one waited.
  await tx.$queryRaw`SELECT id FROM "MarketplaceOrder" WHERE id = ${id} FOR NO KEY UPDATE`;
  const other = await tx.marketplaceOrder.findFirst({
    where: { shopId, shopifyOrderGid: placed.gid, id: { not: id } },
    select: { displayName: true },
  });
  if (other) return { outcome: "of another", displayName: other.displayName };
  const { count } = await tx.marketplaceOrder.updateMany({
    where: {
      ...{ id, stage, sentAt, shopifyOrderGid: null, remoteStatus: { not: "cancelled" } },
      ...{ cancellations: { none: {} }, conflict: { isNot: { state: "open" } } },
    },
    data: {
      ...{ stage: "placed", holdReason: null, retryAt: null, placedAt: now, linkedAt: now },
      ...{ shopifyOrderGid: placed.gid, shopifyOrderName: placed.name, shopifyCreatedAt: placed.createdAt },
      customerGid: placed.customerGid,
    },
  });
  if (count === 0) return { outcome: "moved on" };
  const gids = JSON.stringify(Object.fromEntries(placed.lineGids));
  await tx.$executeRaw`
    UPDATE "OrderLine" l SET "shopifyLineGid" = g.value FROM jsonb_each_text(${gids}::jsonb) g
    WHERE l."orderId" = ${id} AND l."remoteLineId" = g.key`;
  return { outcome: "linked", ...(await takeUnits(tx, link)) };
}

async function takeUnits(
  tx: Tx,
  { id, shopId, taken, now }: Link,
): Promise<{ freedItems: string[]; takenItems: string[] }> {
  const lines = await tx.orderLine.findMany({ where: { orderId: id }, include: { reservation: true } });
  const freed = new Set<string>();
  const more = new Set<string>();
  for (const { id: orderLineId, reservation } of lines) {
    const its = taken.find((one) => one.orderLineId === orderLineId);
    const units = its?.units ?? 0;
    if (reservation?.state === "pending") {
      if (reservation.quantity <= units) continue;
      const data = units > 0 ? { quantity: units } : { state: "voided", settledAt: now };
      await tx.reservation.update({ where: { id: reservation.id }, data });
      freed.add(reservation.inventoryItemGid);
    } else if (its && units > 0 && reservation?.state !== "posted") {
      // It was given up when the order was said to be entered, before Shopify was seen to count it.
      const { inventoryItemGid } = its;
      await setUnitsAside(tx, { shopId, orderLineId, inventoryItemGid, quantity: units, now });
      more.add(inventoryItemGid);
    }
  }
  return { freedItems: [...freed], takenItems: [...more] };
}
