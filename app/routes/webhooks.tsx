/** Every Shopify topic: verify, store, 200. What it means is decided later, from what was stored. */
import type { ActionFunctionArgs } from "@remix-run/node";
import { WebhookType } from "@shopify/shopify-api";
import { acceptDelivery } from "#app/flows/accept-delivery.ts";
import { runtime } from "#app/runtime.server.ts";
import { validateWebhook } from "#app/shopify.server.ts";

export const loader = (): Response => new Response(null, { status: 405, headers: { allow: "POST" } });

export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  const rawBody = await request.text();
  const checked = await validateWebhook(rawBody, request);
  if (!checked.valid) return new Response(null, { status: checked.reason === "invalid_hmac" ? 401 : 400 });
  if (checked.webhookType !== WebhookType.Webhooks) return new Response(null, { status: 400 });

  await acceptDelivery(await runtime(), {
    source: "shopify",
    remoteId: checked.webhookId,
    // The library writes topics as in the Admin schema; stored as Shopify's own header has them.
    topic: request.headers.get("x-shopify-topic") ?? checked.topic,
    account: checked.domain,
    triggeredAt: checked.triggeredAt ? new Date(checked.triggeredAt) : null,
    rawBody,
  });
  return new Response(null, { status: 200 });
}
