/** What was shipped, told to eBay one package a call. */
import { z } from "zod";
import { type Result, succeed } from "../contract/failures.ts";
import type { RemoteShipment, Shipment } from "../contract/remote-types.ts";
import { keyText, ownValue } from "../contract/storable.ts";
import { callEbay } from "./client.ts";
import { bearer, type EbaySession } from "./session.ts";

const fulfillmentsSchema = z.object({
  fulfillments: z
    .array(
      z.object({
        fulfillmentId: keyText,
        shipmentTrackingNumber: z.string().optional(),
        lineItems: z
          .array(z.object({ lineItemId: z.string().min(1), quantity: z.number().int().positive().default(1) }))
          .default([]),
      }),
    )
    .default([]),
});

function fulfillmentAddress(session: EbaySession, orderRemoteId: string): string {
  const order = encodeURIComponent(orderRemoteId);
  return `${session.origins.api}/sell/fulfillment/v1/order/${order}/shipping_fulfillment`;
}

export async function readEbayShipments(
  session: EbaySession,
  orderRemoteId: string,
): Promise<Result<RemoteShipment[]>> {
  const read = await callEbay(session.transport, {
    operation: "getShippingFulfillments",
    concerns: "item",
    method: "GET",
    address: fulfillmentAddress(session, orderRemoteId),
    headers: bearer(session),
    effect: "read",
    reply: fulfillmentsSchema,
  });
  if (!read.ok) return read;
  return succeed(
    read.value.value.fulfillments.map((one) => ({
      remoteId: one.fulfillmentId,
      trackingNumber: one.shipmentTrackingNumber ?? null,
      lines: one.lineItems.map((line) => ({ remoteLineId: line.lineItemId, quantity: line.quantity })),
    })),
  );
}

export async function confirmEbayShipment(
  session: EbaySession,
  shipment: Shipment,
): Promise<Result<{ remoteId: string | null }>> {
  const trackingNumber = toTrackingNumber(shipment.trackingNumber);
  const now = session.now();
  const sent = await callEbay(session.transport, {
    operation: "createShippingFulfillment",
    concerns: "item",
    method: "POST",
    address: fulfillmentAddress(session, shipment.orderRemoteId),
    headers: bearer(session),
    body: {
      lineItems: shipment.lines.map((line) => ({ lineItemId: line.remoteLineId, quantity: line.quantity })),
      // "Invalid shipped date" (32500): a clock that runs ahead must not cost the shipment.
      shippedDate: new Date(Math.min(shipment.shippedAt.getTime(), now.getTime())).toISOString(),
      // "If you include one, you must also include the other."
      ...(trackingNumber === null ? {} : { trackingNumber, shippingCarrierCode: toCarrierCode(shipment.carrier) }),
    },
    effect: "write",
    reply: z.unknown(),
  });
  if (!sent.ok) return sent;
  const location = sent.value.headers.get("location");
  const remoteId = location?.split("?")[0]?.split("/").filter(Boolean).at(-1) ?? null;
  return succeed({ remoteId: remoteId === null ? null : decoded(remoteId) });
}

/** As it stands where it can't be decoded: the shipment has been told, whatever its name. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** "Only alphanumeric characters are supported ... Spaces, hyphens, and all other special characters are not." */
export function toTrackingNumber(trackingNumber: string | null): string | null {
  const cleaned = trackingNumber?.replace(/[^A-Za-z0-9]/g, "") ?? "";
  return cleaned === "" ? null : cleaned;
}

/**
 * Carriers as Shopify names them, to eBay's codes (ShippingCarrierCodeType, whose live list is Trading's GeteBayDetails).
 * Small on purpose: eBay takes a carrier it does not know as it stands, and only cannot follow the parcel then.
 */
const CARRIER_CODES: Readonly<Record<string, string>> = {
  usps: "USPS",
  ups: "UPS",
  fedex: "FedEx",
  dhl: "DHL",
  dhlexpress: "DHL",
  dhlecommerce: "DHLeCommerce",
  dhlpaket: "DHL",
  deutschepost: "DeutschePost",
  royalmail: "RoyalMail",
  parcelforce: "Parcelforce",
  evri: "Evri",
  hermes: "Hermes",
  hermesgermany: "Hermes",
  yodel: "Yodel",
  dpd: "DPD",
  dpduk: "DPD",
  dpdlocal: "DPD",
  gls: "GLS",
  laposte: "LaPoste",
  colissimo: "Colissimo",
  chronopost: "Chronopost",
  canadapost: "CanadaPost",
  australiapost: "AustraliaPost",
  ontrac: "ONTRAC",
};

/** eBay's own word for a carrier it has no code for. */
const OTHER_CARRIER = "Other";

export function toCarrierCode(carrier: string | null): string {
  const plain = carrier?.replace(/[^A-Za-z0-9]/g, "") ?? "";
  if (plain === "") return OTHER_CARRIER;
  return ownValue(CARRIER_CODES, plain.toLowerCase()) ?? plain;
}
