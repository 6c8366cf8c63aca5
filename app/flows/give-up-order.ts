/** An order for which there is nothing left is cancelled on the marketplace, and in Shopify if it is, or may be, there already. */
import { recordCancellation } from "../cancellations/cancellations.ts";
import type { Tx } from "../db.server.ts";
import type { OrderWithLines } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";

export async function giveUpOrder(rt: Runtime, tx: Tx, order: OrderWithLines): Promise<void> {
  const { shopId, id: orderId } = order;
  const facts = { shopId, orderId, reason: "sold out", now: rt.clock.now() };
  const ids = [await recordCancellation(tx, { ...facts, direction: "to-marketplace", restock: false })];
  if (order.stage === "sent" || order.stage === "placed")
    ids.push(await recordCancellation(tx, { ...facts, direction: "to-shopify", restock: true }));
  for (const cancellationId of ids) {
    if (cancellationId !== null) await rt.queue.send(tx, "relay-cancellation", { cancellationId });
  }
}
