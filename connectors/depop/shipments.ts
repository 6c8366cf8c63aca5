/** What was shipped, told to Depop parcel by parcel. */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { RemoteShipment, Shipment } from "../contract/remote-types.ts";
import { callDepop, type DepopSession, segment } from "./client.ts";
import { isShipped, type RawOrder } from "./order-json.ts";
import { fetchOrder } from "./orders.ts";

/** Depop tells that an order is shipped and never with which number, so `trackingNumber` is always null. */
export async function readDepopShipments(
  session: DepopSession,
  orderRemoteId: string,
): Promise<Result<RemoteShipment[]>> {
  const read = await fetchOrder(session, orderRemoteId);
  if (!read.ok) return read;
  if (read.value === null) return refuse(`Depop does not know order ${orderRemoteId}.`);
  if (!isShipped(read.value)) return succeed([]);
  return succeed(
    [...parcelsOf(read.value)].map(([parcelId, lineIds]) => ({
      remoteId: parcelId,
      trackingNumber: null,
      lines: lineIds.map((remoteLineId) => ({ remoteLineId, quantity: 1 })),
    })),
  );
}

/** Line ids by parcel. */
function parcelsOf(order: RawOrder): Map<string, string[]> {
  const parcels = new Map<string, string[]>();
  for (const line of order.line_items) {
    parcels.set(line.parcel_id, [...(parcels.get(line.parcel_id) ?? []), String(line.purchase_item_id)]);
  }
  return parcels;
}

/** The spec's words for the carrier are free ("Royal Mail"); this is ours where the merchant gave none. */
const OTHER_CARRIER = "Other";

export async function confirmDepopShipment(
  session: DepopSession,
  shipment: Shipment,
): Promise<Result<{ remoteId: string | null }>> {
  const read = await fetchOrder(session, shipment.orderRemoteId);
  if (!read.ok) return read;
  const order = read.value;
  if (order === null) return refuse(`Depop does not know order ${shipment.orderRemoteId}.`);
  const chosen = chooseParcels(order, shipment);
  if (typeof chosen === "string") return refuse(chosen);
  // Told already, by us with a reply that was lost or by the merchant: telling again would write to the buyer again.
  if (isShipped(order)) return succeed({ remoteId: chosen[0] ?? null });
  if (order.status !== "SHIPPING_PENDING") {
    return refuse(`Depop says that order ${shipment.orderRemoteId} is ${order.status}, so nothing is to be shipped.`);
  }
  const trackingNumber = shipment.trackingNumber?.replace(/\s/g, "") ?? "";
  if (trackingNumber === "") {
    return refuse(
      "Depop takes a shipment only with a tracking number. Add one to the shipment in Shopify, or mark the order as shipped at Depop.",
    );
  }
  const carrier = shipment.carrier?.trim() || OTHER_CARRIER;
  for (const parcelId of chosen) {
    const sent = await callDepop(session, {
      operation: "markOrderAsShipped",
      concerns: "item",
      method: "POST",
      path: `/api/v1/orders/${segment(order.purchase_id)}/parcels/${segment(parcelId)}/mark-as-shipped/`,
      body: { tracking_number: trackingNumber, carrier },
      effect: "write",
      reply: z.unknown(),
    });
    if (!sent.ok) return sent;
  }
  return succeed({ remoteId: chosen[0] ?? null });
}

/** The parcels that the shipment's lines fill, or why they fill none. */
function chooseParcels(order: RawOrder, shipment: Shipment): string[] | string {
  const sent = new Set(shipment.lines.filter((line) => line.quantity > 0).map((line) => line.remoteLineId));
  const chosen: string[] = [];
  for (const [parcelId, lineIds] of parcelsOf(order)) {
    const count = lineIds.filter((id) => sent.has(id)).length;
    if (count === 0) continue;
    if (count < lineIds.length) {
      return "Depop takes a parcel as a whole, and this shipment leaves some of it out. Ship all of it, then it is told to Depop.";
    }
    chosen.push(parcelId);
  }
  return chosen.length > 0 ? chosen : "None of the lines of this shipment is in the Depop order.";
}

function refuse(message: string): { ok: false; failure: Failure } {
  return fail({ kind: "rejected", scope: "item", message });
}
