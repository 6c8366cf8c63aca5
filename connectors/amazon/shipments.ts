/** What was shipped, told to Amazon one package a call. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { type Result, succeed } from "../contract/failures.ts";
import type { RemoteShipment, Shipment } from "../contract/remote-types.ts";
import { ownValue } from "../contract/storable.ts";
import { callAmazon } from "./client.ts";
import { requireOrder } from "./orders.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

export async function readAmazonShipments(
  session: AmazonSession,
  orderRemoteId: string,
): Promise<Result<RemoteShipment[]>> {
  const order = await requireOrder(session, orderRemoteId);
  if (!order.ok) return order;
  return succeed(
    order.value.packages.map((one) => ({
      remoteId: one.packageReferenceId,
      trackingNumber: one.trackingNumber,
      lines: one.packageItems.map((item) => ({ remoteLineId: item.orderItemId, quantity: item.quantity })),
    })),
  );
}

export async function confirmAmazonShipment(
  session: AmazonSession,
  shipment: Shipment,
): Promise<Result<{ remoteId: string | null }>> {
  const packageReferenceId = packageReference(shipment);
  const now = session.now();
  const sent = await callAmazon(session.transport, {
    operation: "confirmShipment",
    concerns: "item",
    method: "POST",
    address: `${session.origins.api}/orders/v0/orders/${encodeURIComponent(shipment.orderRemoteId)}/shipmentConfirmation`,
    token: tokenOf(session),
    body: {
      marketplaceId: session.marketplace.id,
      packageDetail: {
        packageReferenceId,
        ...toCarrier(shipment.carrier),
        // The spec requires the field; European stores take untracked parcels with it empty (models issue 4329).
        trackingNumber: shipment.trackingNumber?.trim() ?? "",
        // A ship date in the future is refused: a clock that runs ahead must not cost the shipment.
        shipDate: new Date(Math.min(shipment.shippedAt.getTime(), now.getTime())).toISOString(),
        orderItems: shipment.lines.map((line) => ({ orderItemId: line.remoteLineId, quantity: line.quantity })),
      },
    },
    effect: "write",
    reply: z.unknown(),
  });
  return sent.ok ? succeed({ remoteId: packageReferenceId }) : sent;
}

/**
 * "A seller-supplied identifier that uniquely identifies a package within the scope of an order. Only positive numeric values
 * are supported", and one that is used again edits its package. Made from what is in the parcel: so the same parcel told
 * twice, after a lost reply say, is one package over there, and another parcel is another.
 */
export function packageReference(shipment: Shipment): string {
  const lines = shipment.lines
    .map((line) => `${line.remoteLineId}x${line.quantity}`)
    .sort()
    .join(",");
  const content = [shipment.trackingNumber ?? "", shipment.shippedAt.toISOString(), lines].join("|");
  return String((createHash("sha256").update(content).digest().readUInt32BE(0) % 999_999_999) + 1);
}

/**
 * Carriers as Shopify names them, to Amazon's codes (the CarrierCode list of the fulfilment feed). Small on purpose: one
 * that is not here goes as "Other" with its name, which is what Amazon asks for then.
 */
const CARRIER_CODES: Readonly<Record<string, string>> = {
  usps: "USPS",
  ups: "UPS",
  fedex: "FedEx",
  dhl: "DHL",
  dhlexpress: "DHL",
  dhlecommerce: "DHL eCommerce",
  dhlpaket: "DHL",
  deutschepost: "Deutsche Post",
  royalmail: "Royal Mail",
  parcelforce: "Parcelforce",
  evri: "Evri",
  hermes: "Hermes",
  yodel: "Yodel",
  dpd: "DPD",
  dpduk: "DPD",
  dpdlocal: "DPD",
  gls: "GLS",
  laposte: "La Poste",
  colissimo: "Colissimo",
  chronopost: "Chronopost",
  canadapost: "Canada Post",
  australiapost: "Australia Post",
  ontrac: "OnTrac",
  amazonshipping: "Amazon Shipping",
};

export function toCarrier(carrier: string | null): { carrierCode: string; carrierName?: string } {
  const name = carrier?.trim() ?? "";
  const code = ownValue(CARRIER_CODES, name.replace(/[^A-Za-z0-9]/g, "").toLowerCase());
  if (code !== undefined) return { carrierCode: code };
  // "Required when carrierCode is Other".
  return { carrierCode: "Other", carrierName: name === "" ? "Other" : name };
}
