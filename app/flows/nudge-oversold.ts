/** Where Shopify has less than nothing of an item, somebody bought it too late: who, is looked at. */
import type { Db, Tx } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";

export async function nudgeOversold(rt: Runtime, tx: Db | Tx, shopId: number, items: readonly string[]): Promise<void> {
  for (const inventoryItemGid of items) await rt.queue.send(tx, "settle-oversold", { shopId, inventoryItemGid });
}
