/**
 * Webhooks, which are hints: "make sure you're using the orders endpoint to reconcile the orders you have received via
 * webhooks, as these will have a best effort delivery".
 *
 * Depop registers the endpoint of a partner by hand and gives the secret then. `X-Depop-Signature` is hex HMAC-SHA256 of
 * the secret over the X-Depop-Timestamp header, a dot and the raw body ("Validate webhooks" guide, seen by third parties).
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { Notification, RawNotification } from "../contract/connector.ts";
import { keyText } from "../contract/storable.ts";
import { parseJson } from "./client.ts";

/** `data` is an order, {purchase_id, refunded_by}, or a like; what we need is in all shapes the same. */
const envelopeSchema = z.object({
  id: keyText,
  event_type: keyText,
  data: z
    .object({
      purchase_id: keyText.optional().catch(undefined),
      seller_id: z.number().int().optional().catch(undefined),
    })
    .default({}),
});

export function parseDepopNotification(raw: RawNotification, secret: string | undefined): Notification {
  if (raw.method !== "POST") return { kind: "refused", status: 400, why: `Depop does not send ${raw.method}` };
  if (secret === undefined) {
    return { kind: "refused", status: 401, why: "This installation has no secret for Depop's webhooks" };
  }
  const timestamp = raw.headers.get("x-depop-timestamp");
  const signature = raw.headers.get("x-depop-signature");
  if (timestamp === null || signature === null) {
    return { kind: "refused", status: 401, why: "The X-Depop-Timestamp or X-Depop-Signature header is missing" };
  }
  // The age is not looked at: a hint that comes late or twice does no harm, and one that is refused is lost.
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(raw.body).digest();
  const given = Buffer.from(signature.trim(), "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    return { kind: "refused", status: 401, why: "The signature does not fit the body" };
  }
  const envelope = envelopeSchema.safeParse(parseJson(Buffer.from(raw.body).toString("utf8")));
  if (!envelope.success) return { kind: "refused", status: 400, why: "The body is signed but is not a notification" };
  const { id, event_type, data } = envelope.data;
  return {
    kind: "hint",
    id,
    topic: event_type,
    // Only v1:order.new names the seller.
    remoteAccountId: data.seller_id === undefined ? null : String(data.seller_id),
    orderRemoteId: data.purchase_id ?? null,
    deletedBuyerRemoteId: null,
  };
}
