/**
 * Every Shopify topic, at the door: verify, store, 200. What it means is decided later, from what was stored. The server has
 * this door beside its pages: a burst is answered at the speed of the database.
 */
import { env } from "./env.server.ts";
import { acceptWebhook } from "./flows/accept-webhook.ts";
import { runtime } from "./runtime.server.ts";
import { isGenuine, isSignature, SIGNATURE_HEADER } from "./shopify/webhook-signature.ts";

export async function receiveWebhook(request: Request): Promise<Response> {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  const signature = request.headers.get(SIGNATURE_HEADER);
  if (!isSignature(signature)) return new Response(null, { status: 401 });
  const rawBody = await request.text();
  const { SHOPIFY_API_SECRET, SHOPIFY_API_SECRET_OLD } = env();
  // While the secret is being changed, Shopify signs with the old one for some time yet.
  const secrets = SHOPIFY_API_SECRET_OLD ? [SHOPIFY_API_SECRET, SHOPIFY_API_SECRET_OLD] : [SHOPIFY_API_SECRET];
  if (!isGenuine(rawBody, signature, secrets)) return new Response(null, { status: 401 });
  const answer = await acceptWebhook(await runtime(), { headers: request.headers, rawBody });
  return new Response(answer.body ?? null, { status: answer.status });
}
