/** Slice: orders, of those that were said to be entered in Shopify by hand, and are not. */
import type { Tx } from "../db.server.ts";
import { type MarketplaceOrder, setUnitsAside } from "./orders.ts";

export type HeldAgain =
  | { outcome: "held"; itemsTaken: string[] }
  /** Linked, cancelled or put back meanwhile. */
  | { outcome: "moved on" }
  /** The marketplace shows nothing of it that is to be sent. */
  | { outcome: "empty" }
  /** Shopify still has units of it to move back to available: they would count twice. */
  | { outcome: "freeing" };

/** On hold once more, with what is left of it set aside again. `reasonOf`: why it is held, for the merchant. */
export async function recordHeldAgain(
  tx: Tx,
  { id, shopId }: Pick<MarketplaceOrder, "id" | "shopId">,
  { reasonOf, now }: { reasonOf(holdBecause: string | null): string; now: Date },
): Promise<HeldAgain> {
  // By a statement of its own, so that the next one sees what was decided while this one waited.
  const [order] = await tx.$queryRaw<Pick<MarketplaceOrder, "stage" | "remoteStatus" | "holdBecause">[]>`
    SELECT stage, "remoteStatus", "holdBecause" FROM "MarketplaceOrder" WHERE id = ${id} AND "shopId" = ${shopId} FOR NO KEY UPDATE`;
  if (order?.stage !== "entered" || order.remoteStatus === "cancelled") return { outcome: "moved on" };
  const lines = await tx.$queryRaw<
    { orderLineId: number; inventoryItemGid: string | null; units: number; isFreeing: boolean }[]
  >`
    SELECT l.id AS "orderLineId", v."inventoryItemGid", l.quantity - l."quantityCancelled" AS units, EXISTS (
      SELECT 1 FROM "Reservation" r JOIN "StockHold" h ON h."reservationId" = r.id
      WHERE r."orderLineId" = l.id AND h.state IN ('holding', 'held', 'releasing')) AS "isFreeing"
    FROM "OrderLine" l LEFT JOIN "Variant" v ON v.id = l."variantId" WHERE l."orderId" = ${id} ORDER BY l.id`;
  if (lines.some((line) => line.isFreeing)) return { outcome: "freeing" };
  if (lines.every((line) => line.units <= 0)) return { outcome: "empty" };
  const data = { stage: "held", holdReason: reasonOf(order.holdBecause), retryAt: null };
  await tx.marketplaceOrder.update({ where: { id }, data, select: { id: true } });
  const itemsTaken = new Set<string>();
  for (const { orderLineId, inventoryItemGid, units: quantity } of lines) {
    if (inventoryItemGid === null || quantity <= 0) continue;
    await setUnitsAside(tx, { shopId, orderLineId, inventoryItemGid, quantity, now });
    itemsTaken.add(inventoryItemGid);
  }
  return { outcome: "held", itemsTaken: [...itemsTaken] };
}
