/** An order is in Shopify, made a moment ago or found there: it is written down with its lines and its customer. */
import { resolveAlert } from "../alerts/alerts.ts";
import type { Channel } from "../channels/channels.ts";
import { rememberCustomer } from "../customers/customers.ts";
import { identifyBuyer } from "../customers/identities.ts";
import { inTransaction } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { findOrder, type OrderWithLines, openBuyer, type PlacedOrder, recordPlaced } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";

export async function storePlaced(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  placed: PlacedOrder,
  how: string,
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const { shopId } = order;
    await recordPlaced(tx, order.id, placed, now);
    // As it is now: they may have been forgotten while Shopify was asked.
    const latest = await findOrder(tx, order.id);
    const buyer = latest && openBuyer(rt.secrets, latest);
    if (placed.customerGid && buyer) {
      await rememberCustomer(tx, {
        shopId,
        connectorKey: channel.connectorKey,
        identities: identifyBuyer(buyer),
        secrets: rt.secrets,
        customerGid: placed.customerGid,
        now,
      });
    }
    await resolveAlert(tx, shopId, `order:${order.id}`, now);
    if (order.retryAt) await resolveAlert(tx, shopId, "shopify-access", now);
    await recordAttempt(tx, {
      shopId,
      channelId: channel.id,
      kind: "place-order",
      orderId: order.id,
      outcome: "done",
      message: `Shopify order ${placed.name} ${how}`,
      startedAt: now,
      finishedAt: now,
    });
    // It may have been shipped or cancelled over there before we knew its number.
    await rt.queue.send(tx, "follow-orders", { shopId, orderGid: placed.gid });
    // Units held in Shopify while it was unpaid are missing twice until they are freed.
    const wasHeld = order.lines.some((line) => line.reservation?.state === "posted");
    if (wasHeld) await rt.queue.send(tx, "hold-stock", { shopId });
  });
}
