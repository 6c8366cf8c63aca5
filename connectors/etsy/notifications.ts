/**
 * Etsy's webhooks are Standard Webhooks (standardwebhooks.com): `webhook-signature` over id, timestamp and raw body. There is
 * one set of endpoints per app, registered in Etsy's portal, so channels are told apart by the shop's id in the body.
 */
import { timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import type { Notification, RawNotification } from "../contract/connector.ts";
import { keyText, URL_MAX } from "../contract/storable.ts";
import { parseJson } from "./client.ts";

/** Standard Webhooks' own tolerance; each of Etsy's eight attempts is signed anew. */
const TOLERANCE_MS = 5 * 60 * 1000;

/** event_type is documented as "order.paid" and arrives as "ORDER_PAID". */
const bodySchema = z.object({
  event_type: keyText,
  // Without an address the hint still says: read orders now.
  resource_url: z.string().max(URL_MAX).catch(""),
  shop_id: z.union([z.string().regex(/^\d{1,20}$/), z.number().int().positive()]).transform(String),
});

/** With no secret every notification is refused: the poll brings what they would. */
export function createSignatureCheck(
  webhookSecret: string | undefined,
): (raw: RawNotification, now: Date) => string | null {
  if (webhookSecret === undefined) return () => "This installation has no secret for Etsy's webhooks";
  const webhook = new Webhook(webhookSecret);
  /** Null when the signature is good, else why not. */
  return (raw, now) => {
    const id = raw.headers.get("webhook-id");
    const timestamp = raw.headers.get("webhook-timestamp");
    const signatures = raw.headers.get("webhook-signature");
    if (id === null || timestamp === null || signatures === null) return "The webhook-* headers are missing";
    if (!/^\d{1,12}$/.test(timestamp)) return "The webhook-timestamp header cannot be read";
    const sentAt = new Date(Number(timestamp) * 1000);
    // The package's own check asks the machine's clock; this is the session's.
    if (Math.abs(now.getTime() - sentAt.getTime()) > TOLERANCE_MS) return "The webhook-timestamp is too far from now";
    // Every byte as it came: a TextDecoder would leave out a byte order mark, which is signed too.
    const expected = Buffer.from(webhook.sign(id, sentAt, Buffer.from(raw.body).toString("utf8")));
    const isGood = signatures.split(" ").some((one) => {
      const given = Buffer.from(one);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
    return isGood ? null : "The signature does not fit the body";
  };
}

export function parseEtsyNotification(
  raw: RawNotification,
  check: (raw: RawNotification, now: Date) => string | null,
  now: Date,
): Notification {
  if (raw.method !== "POST") return { kind: "refused", status: 400, why: `Etsy does not send ${raw.method}` };
  const problem = check(raw, now);
  if (problem !== null) return { kind: "refused", status: 401, why: problem };
  const body = bodySchema.safeParse(parseJson(Buffer.from(raw.body).toString("utf8")));
  const id = keyText.safeParse(raw.headers.get("webhook-id"));
  if (!body.success || !id.success) {
    return { kind: "refused", status: 400, why: "The body is signed but is not a notification" };
  }
  const { event_type, resource_url, shop_id } = body.data;
  return {
    kind: "hint",
    id: id.data,
    topic: event_type.toLowerCase().replaceAll("_", "."),
    remoteAccountId: shop_id,
    // Only the number is taken from the address, never the address: it is read through our own origin.
    orderRemoteId: /\/receipts\/(\d{1,15})(?:[/?#]|$)/.exec(resource_url)?.[1] ?? null,
    deletedBuyerRemoteId: null,
  };
}
