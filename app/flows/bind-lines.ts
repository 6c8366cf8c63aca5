/** Gives lines that had no variant the one their listing has been matched to since. */
import { inTransaction } from "../db.server.ts";
import { markStale } from "../listings/listings.ts";
import { bindLine, findOrder, type OrderWithLines } from "../orders/orders.ts";
import { unitsOf } from "../orders/picture.ts";
import type { Runtime } from "../runtime.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Returns the order as it is then. */
export async function bindLooseLines(rt: Runtime, order: OrderWithLines): Promise<OrderWithLines | null> {
  const loose = order.lines.filter((line) => line.variantId === null);
  if (loose.length === 0) return order;
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    for (const line of loose) {
      const listing = await tx.listing.findFirst({
        where: {
          channelId: order.channelId,
          variant: { removedAt: null },
          OR: [{ id: line.listingId ?? -1 }, ...(line.sku ? [{ sku: line.sku }] : [])],
        },
        include: { variant: true },
        orderBy: { id: "asc" },
      });
      const bySku = line.sku
        ? await tx.variant.findMany({ where: { shopId: order.shopId, sku: line.sku, removedAt: null }, take: 2 })
        : [];
      const variant = listing?.variant ?? (bySku.length === 1 ? bySku[0] : undefined);
      const quantity = unitsOf(line);
      if (!variant || quantity <= 0) continue;
      await bindLine(tx, {
        id: line.id,
        shopId: order.shopId,
        variantId: variant.id,
        listingId: listing?.id ?? null,
        inventoryItemGid: variant.inventoryItemGid,
        quantity,
        now,
      });
      const scope = { variantIds: [variant.id] };
      await wakeChannels(rt, tx, await markStale(tx, order.shopId, scope, { decreasing: true, now }));
    }
  });
  return findOrder(rt.db, order.id);
}
