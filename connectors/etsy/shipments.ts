/**
 * What was shipped, told to Etsy. "Each time you successfully submit tracking info, Etsy sends a notification email to the
 * buyer" (createReceiptShipment): so the receipt is looked at first, and what is there already is not sent again.
 */
import { z } from "zod";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { RemoteShipment, Shipment } from "../contract/remote-types.ts";
import { ownValue } from "../contract/storable.ts";
import { callEtsy, callerOf, TRACKING } from "./client.ts";
import { fetchReceipt, type RawReceipt } from "./orders.ts";
import { type EtsySession, shopAddress } from "./session.ts";

export async function readEtsyShipments(
  session: EtsySession,
  orderRemoteId: string,
): Promise<Result<RemoteShipment[]>> {
  const read = await fetchReceipt(session, orderRemoteId);
  if (!read.ok) return read;
  return succeed(read.value === null ? [] : toShipments(read.value));
}

/** A shipment at Etsy is of the whole receipt. */
function toShipments(receipt: RawReceipt): RemoteShipment[] {
  const lines = receipt.transactions.map((one) => ({
    remoteLineId: String(one.transaction_id),
    quantity: one.quantity,
  }));
  const shipments = receipt.shipments.map((one, index) => ({
    remoteId: String(one.receipt_shipping_id ?? `${receipt.receipt_id}-${index + 1}`),
    trackingNumber: one.tracking_code?.trim() || null,
    lines,
  }));
  if (shipments.length > 0 || !receipt.is_shipped) return shipments;
  // Marked as shipped without tracking, by us or at Etsy: there is no record of it but the mark.
  return [{ remoteId: `${receipt.receipt_id}-shipped`, trackingNumber: null, lines }];
}

export async function confirmEtsyShipment(
  session: EtsySession,
  shipment: Shipment,
): Promise<Result<{ remoteId: string | null }>> {
  const { orderRemoteId } = shipment;
  const trackingNumber = shipment.trackingNumber?.trim() || null;
  const before = await fetchReceipt(session, orderRemoteId);
  if (!before.ok) return before;
  if (before.value === null) {
    return fail({
      kind: "rejected",
      scope: "item",
      message: `Etsy does not know order ${orderRemoteId}.`,
      code: "not-found",
    });
  }
  if (before.value.status === "canceled") {
    return fail({
      kind: "rejected",
      scope: "item",
      message: `Order ${orderRemoteId} was cancelled at Etsy, so no shipment can be told for it.`,
      code: "cancelled",
    });
  }
  const known = toShipments(before.value);
  const same = known.find((one) => isSameNumber(one.trackingNumber, trackingNumber));
  // Without a number there is nothing to add to an order that is marked as shipped already.
  const done = same ?? (trackingNumber === null ? known[0] : undefined);
  if (done) return succeed({ remoteId: done.remoteId });

  const sent = await callEtsy(callerOf(session), {
    operation: TRACKING,
    concerns: "item",
    method: "POST",
    address: `${shopAddress(session)}/receipts/${encodeURIComponent(orderRemoteId)}/tracking`,
    body: {
      // "When tracking_code and carrier_name aren't sent, the receipt is marked as shipped only."
      json:
        trackingNumber === null ? {} : { tracking_code: trackingNumber, carrier_name: toCarrierName(shipment.carrier) },
    },
    effect: "write",
    reply: z.object({
      shipments: z
        .array(z.object({ receipt_shipping_id: z.number().int().nullish(), tracking_code: z.string().nullish() }))
        .default([]),
    }),
  });
  if (!sent.ok) return sent;
  const made = sent.value.shipments.find((one) => isSameNumber(one.tracking_code ?? null, trackingNumber));
  return succeed({ remoteId: made?.receipt_shipping_id ? String(made.receipt_shipping_id) : null });
}

/** Shopify and Etsy may write one number with and without spaces. */
function isSameNumber(one: string | null, other: string | null): boolean {
  const plain = (text: string | null) => text?.replace(/\s/g, "").toUpperCase() || null;
  return plain(one) === plain(other);
}

/**
 * Carriers as Shopify names them, to Etsy's names (developers.etsy.com/documentation/tutorials/fulfillment, "Tracking updates
 * for shipping carriers"). Small on purpose.
 */
const CARRIER_NAMES: Readonly<Record<string, string>> = {
  usps: "usps",
  ups: "ups",
  fedex: "fedex",
  dhl: "dhl",
  dhlexpress: "dhl",
  dhlecommerce: "dhl-global-mail",
  dhlpaket: "dhl-germany",
  deutschepost: "deutsch-post",
  royalmail: "royal-mail",
  parcelforce: "parcel-force",
  evri: "hermes",
  hermes: "hermes",
  yodel: "yodel",
  dpd: "dpd",
  dpduk: "dpd-uk",
  gls: "gls",
  laposte: "la-poste-colissimo",
  colissimo: "colissimo",
  chronopost: "chronopost-france",
  mondialrelay: "mondialrelay",
  anpost: "an-post",
  postnl: "postnl",
  bpost: "bpost",
  canadapost: "canada-post",
  australiapost: "australia-post",
  newzealandpost: "new-zealand-post",
  japanpost: "japan-post",
  swisspost: "swiss-post",
  posteitaliane: "poste-italiane",
  correos: "spain-correos-es",
  ontrac: "ontrac",
  sendle: "sendle",
};

/** "If the carrier is not supported, you may use `other` as the carrier name." */
export function toCarrierName(carrier: string | null): string {
  return ownValue(CARRIER_NAMES, carrier?.replace(/[^A-Za-z0-9]/g, "").toLowerCase() ?? "") ?? "other";
}
