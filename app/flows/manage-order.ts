/** What a merchant does to an order that needs a hand: try again what did not work, decide a conflict. */

import { resolveAlert } from "../alerts/alerts.ts";
import { retryFailedCancellation } from "../cancellations/cancellations.ts";
import { settleConflict } from "../conflicts/conflicts.ts";
import { inTransaction } from "../db.server.ts";
import { findOrderOfShop, releaseHold } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { retryFailedShipment } from "../shipments/shipments.ts";
import { giveUpOrder } from "./give-up-order.ts";
import { DONE, type Reply, refuse } from "./reply.ts";

export async function retryOrder(
  rt: Runtime,
  { shopId, orderId }: { shopId: number; orderId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const order = await findOrderOfShop(tx, shopId, orderId);
    if (!order) return refuse(GONE);
    if (!(await releaseHold(tx, orderId))) return refuse("This order is not on hold any more. Reload the page.");
    await rt.queue.send(tx, "place-orders", { shopId });
    return DONE;
  });
}

export async function retryShipment(
  rt: Runtime,
  { shopId, shipmentId }: { shopId: number; shipmentId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    if (!(await retryFailedShipment(tx, shopId, shipmentId))) {
      return refuse("This shipment needs no retry any more. Reload the page.");
    }
    await rt.queue.send(tx, "relay-shipment", { shipmentId });
    return DONE;
  });
}

export async function retryCancellation(
  rt: Runtime,
  { shopId, cancellationId }: { shopId: number; cancellationId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    if (!(await retryFailedCancellation(tx, shopId, cancellationId))) {
      return refuse("This cancellation needs no retry any more. Reload the page.");
    }
    await rt.queue.send(tx, "relay-cancellation", { cancellationId });
    return DONE;
  });
}

/** The merchant takes an order that lost a conflict: it is placed, and stock goes below zero. */
export async function acceptBackorder(
  rt: Runtime,
  { shopId, orderId }: { shopId: number; orderId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    if (!(await settleConflict(tx, { shopId, orderId, decision: "backorder", now }))) return refuse(NOT_OPEN);
    await releaseHold(tx, orderId);
    await resolveAlert(tx, shopId, `order:${orderId}`, now);
    await rt.queue.send(tx, "place-orders", { shopId });
    return DONE;
  });
}

/** The merchant gives up an order that lost a conflict: the marketplace is told, and Shopify if it has it. */
export async function cancelLoser(
  rt: Runtime,
  { shopId, orderId }: { shopId: number; orderId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const order = await findOrderOfShop(tx, shopId, orderId);
    if (!order) return refuse(GONE);
    if (!(await settleConflict(tx, { shopId, orderId, decision: "cancel", now }))) return refuse(NOT_OPEN);
    await resolveAlert(tx, shopId, `order:${orderId}`, now);
    await giveUpOrder(rt, tx, order);
    return DONE;
  });
}

const GONE = "This order does not exist any more.";
const NOT_OPEN = "This conflict is decided already. Reload the page.";
