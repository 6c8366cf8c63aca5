/**
 * Webhooks, which are hints. Each webhook has a signing key of its own; all of an installation's keys are one setting, with
 * commas between them.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Notification, RawNotification } from "../contract/connector.ts";
import { cutText, keyText, mendedText } from "../contract/storable.ts";
import { parseExactJson } from "./exact-json.ts";
import { idSchema } from "./order-json.ts";
import { webhookSignedAt } from "./signature.ts";

const envelopeSchema = z.object({
  event_type: keyText,
  event_data: z
    .object({
      order_id: idSchema.optional().catch(undefined),
      error: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

const ERROR_MAX = 200;

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
  const signedAt = webhookSignedAt(header, raw.body, secrets);
  if (signedAt === null) return { kind: "refused", status: 401, why: "The signature does not fit the body" };
  const envelope = envelopeSchema.safeParse(parseExactJson(Buffer.from(raw.body).toString("utf8")));
  if (!envelope.success) return { kind: "refused", status: 400, why: "The body is signed but is not a notification" };
  const { event_type: topic, event_data: data } = envelope.data;
  return {
    kind: "hint",
    // Vinted gives a delivery no id, and an item keeps its own when it is relisted: sold again, the same body comes again.
    // Only the time of its signature is another.
    id: createHash("sha256").update(`${signedAt}.`).update(raw.body).digest("hex"),
    topic,
    remoteAccountId: null,
    orderRemoteId: data?.order_id ?? null,
    deletedBuyerRemoteId: null,
    // No status and no call tells of it: this event is all there is.
    ...(topic === "CANCEL_ORDER_FAILURE" ? { cancellationRefused: whyRefused(data?.error) } : {}),
  };
}

function whyRefused(error: string | undefined): string {
  const said = mendedText(error, ERROR_MAX);
  return said === null ? "Vinted could not cancel it" : `Vinted could not cancel it: ${cutText(said, ERROR_MAX)}`;
}
