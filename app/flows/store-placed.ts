/** An order is in Shopify, made a moment ago or found there: it is written down with its lines and its customer. */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import type { Channel } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { openBuyer } from "../orders/corrected-buyer.ts";
import type { LeftOut } from "../orders/draft-mending.ts";
import { findOrder, type OrderWithLines, type PlacedOrder, recordPlaced } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { followPlacedBuyer } from "./follow-buyer.ts";

export async function storePlaced(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  placed: PlacedOrder,
  how: string,
  leftOut: readonly LeftOut[] = [],
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const { shopId } = order;
    // Another worker may have found it meanwhile, and more may have become of it since.
    if (!(await recordPlaced(tx, order.id, placed, now))) return;
    // As it is now: they may have been forgotten while Shopify was asked.
    const latest = await findOrder(tx, order.id);
    const buyer = latest && openBuyer(rt.secrets, latest);
    await resolveAlert(tx, shopId, `order:${order.id}`, now);
    await askToCheck(tx, channel, order, placed, { leftOut, isCorrected: isCorrectedSince(order, latest), now });
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
    if (placed.customerGid && buyer) await followPlacedBuyer(rt, tx, channel, { ...latest, buyer }, placed.customerGid);
  });
}

export const addressAlertKey = (orderId: number): AlertKey => `order-address:${orderId}`;

/** What was sent to Shopify had another buyer than counts now. `order` as it was sent, or looked for. */
function isCorrectedSince(order: OrderWithLines, latest: OrderWithLines | null): boolean {
  if (!latest) return false;
  const { sentAt, correctionSealed } = order;
  if (latest.redactedAt === null && correctionSealed !== latest.correctionSealed) return true;
  return sentAt !== null && latest.correctedAt !== null && sentAt < latest.correctedAt;
}

/** Of what Shopify would not take, what a parcel may need. */
async function askToCheck(
  tx: Tx,
  channel: Channel,
  { id, shopId, displayName }: OrderWithLines,
  placed: PlacedOrder,
  { leftOut, isCorrected, now }: { leftOut: readonly LeftOut[]; isCorrected: boolean; now: Date },
): Promise<void> {
  const missing = leftOut.filter((one) => one.isForParcel).map((one) => one.what.toLowerCase());
  if (missing.length === 0 && !isCorrected) return;
  await raiseAlert(
    tx,
    {
      shopId,
      channelId: channel.id,
      key: addressAlertKey(id),
      endsByHand: true,
      severity: "warning",
      title: `Check the address of ${placed.name} before you ship it`,
      message: isCorrected
        ? `Shopify made it from order ${displayName} before the address was corrected or put back here. Compare it there with what you know of the buyer, then choose Done.`
        : `Shopify could not take all of what ${channel.name} says for order ${displayName} (${missing.join(", ")}). The order's note in Shopify has it: complete the address there, then choose Done.`,
      action: `/app/orders/${id}`,
    },
    now,
  );
}
