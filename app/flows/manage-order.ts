/** What a merchant does to an order that needs a hand: try again what did not work. */
import { retryFailedCancellation } from "../cancellations/cancellations.ts";
import { inTransaction } from "../db.server.ts";
import { findOrderOfShop, releaseHold } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { retryFailedShipment } from "../shipments/shipments.ts";
import { DONE, type Reply, refuse } from "./reply.ts";

export async function retryOrder(
  rt: Runtime,
  { shopId, orderId }: { shopId: number; orderId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const order = await findOrderOfShop(tx, shopId, orderId);
    if (!order) return refuse("This order does not exist any more.");
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
