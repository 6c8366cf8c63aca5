/**
 * Shipments. Vinted makes the label and follows the parcel itself: there is nothing to upload. Confirming looks that there
 * is an order to be shipped and leaves the rest to the label; what is on its way is read from Vinted.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { RemoteShipment, Shipment } from "../contract/remote-types.ts";
import { optionalText } from "../contract/storable.ts";
import { callVinted, isMissing, type VintedSession } from "./client.ts";
import { type RawOrder, toOrder } from "./order-json.ts";
import { fetchOrder } from "./orders.ts";

/** "" where the order has things that were not made through the API. */
const shipmentSchema = z.object({ tracking_code: optionalText.catch(null) });

export async function readVintedShipments(
  session: VintedSession,
  orderRemoteId: string,
): Promise<Result<RemoteShipment[]>> {
  const readAt = session.now();
  const order = await fetchOrder(session, orderRemoteId);
  if (!order.ok) return order;
  if (order.value === null) return refuse(`Vinted does not know order ${orderRemoteId}.`);
  // A label has a number before anything is on its way.
  if (order.value.status.fulfilment !== "complete") return succeed([]);
  const trackingNumber = await readTrackingNumber(session, order.value);
  if (!trackingNumber.ok) return trackingNumber;
  const { lines } = toOrder(order.value, readAt);
  return succeed([
    {
      remoteId: trackingNumber.value ?? order.value.id,
      trackingNumber: trackingNumber.value,
      lines: lines.map(({ remoteLineId, quantity }) => ({ remoteLineId, quantity })),
    },
  ]);
}

/** Null where there is no label yet (404), or none for us to see. */
async function readTrackingNumber(session: VintedSession, order: RawOrder): Promise<Result<string | null>> {
  const read = await callVinted(session, {
    operation: "getShipment",
    concerns: "item",
    method: "GET",
    path: `/api/v1/orders/${order.id}/shipment`,
    effect: "read",
    reply: shipmentSchema,
  });
  if (!read.ok) return isMissing(read.failure) ? succeed(null) : read;
  return succeed(read.value.tracking_code);
}

/** Succeeds with Vinted's own number, if there is one: the merchant's is of no use to Vinted. */
export async function confirmVintedShipment(
  session: VintedSession,
  shipment: Shipment,
): Promise<Result<{ remoteId: string | null }>> {
  const order = await fetchOrder(session, shipment.orderRemoteId);
  if (!order.ok) return order;
  if (order.value === null) return refuse(`Vinted does not know order ${shipment.orderRemoteId}.`);
  if (order.value.status.status === "cancelled") {
    return refuse(`Order ${shipment.orderRemoteId} is cancelled at Vinted: do not send it.`);
  }
  const trackingNumber = await readTrackingNumber(session, order.value);
  return trackingNumber.ok ? succeed({ remoteId: trackingNumber.value }) : trackingNumber;
}

function refuse(message: string): { ok: false; failure: Failure } {
  return fail({ kind: "rejected", scope: "item", message });
}
