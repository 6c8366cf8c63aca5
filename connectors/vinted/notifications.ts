/**
 * Webhooks, which are hints. Each webhook of the portal has a signing key of its own; all of an installation's keys are one
 * setting, with commas between them.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Notification, RawNotification } from "../contract/connector.ts";
import { keyText } from "../contract/storable.ts";
import { parseExactJson } from "./exact-json.ts";
import { idSchema } from "./order-json.ts";
import { isWebhookSigned } from "./signature.ts";

/** Seen as {webhook_id, event_type, event_data}. A delivery's id is not among what was seen: taken where it is there. */
const envelopeSchema = z.object({
  id: keyText.optional().catch(undefined),
  event_type: keyText,
  event_data: z
    .object({
      order_id: idSchema.optional().catch(undefined),
      id: idSchema.optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

export function parseVintedNotification(raw: RawNotification, secrets: readonly string[]): Notification {
  if (raw.method !== "POST") return { kind: "refused", status: 400, why: `Vinted does not send ${raw.method}` };
  if (secrets.length === 0) {
    return { kind: "refused", status: 401, why: "This installation has no signing key for Vinted's webhooks" };
  }
  const header = raw.headers.get("x-vpi-webhook-hmac-sha256");
  if (header === null) {
    return { kind: "refused", status: 401, why: "The X-Vpi-Webhook-Hmac-Sha256 header is missing" };
  }
  // The age is not looked at: a hint that comes late or twice does no harm, and one that is refused is lost.
  if (!isWebhookSigned(header, raw.body, secrets)) {
    return { kind: "refused", status: 401, why: "The signature does not fit the body" };
  }
  const envelope = envelopeSchema.safeParse(parseExactJson(Buffer.from(raw.body).toString("utf8")));
  if (!envelope.success) return { kind: "refused", status: 400, why: "The body is signed but is not a notification" };
  const { id, event_type, event_data } = envelope.data;
  const ofOrder = /ORDER|SHIPMENT/.test(event_type);
  return {
    kind: "hint",
    // What comes again comes with the same body, though signed anew.
    id: id ?? createHash("sha256").update(raw.body).digest("hex"),
    topic: event_type,
    remoteAccountId: null,
    orderRemoteId: event_data?.order_id ?? (ofOrder ? event_data?.id : undefined) ?? null,
    deletedBuyerRemoteId: null,
  };
}
