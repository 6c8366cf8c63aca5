/**
 * Whether a webhook is Shopify's. By hand: its library's `authenticate.webhook` would refresh the shop's token over the network,
 * without a lock, before it answers; and its check alone takes as long as all else that is done with a webhook.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

export const SIGNATURE_HEADER = "x-shopify-hmac-sha256";

/** SHA-256 in base64. What comes without one is no webhook, and its body need not be read. */
export function isSignature(text: string | null): text is string {
  return /^[A-Za-z0-9+/]{43}=$/.test(text ?? "");
}

/** Whether the raw body was signed with one of the app's secrets: HMAC-SHA-256. */
export function isGenuine(rawBody: string, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature, "base64");
  return secrets.some((secret) => {
    const right = createHmac("sha256", secret).update(rawBody, "utf8").digest();
    return given.length === right.length && timingSafeEqual(given, right);
  });
}
