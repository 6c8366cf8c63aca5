/** Every Shopify topic: verify, store, 200. What it means is decided later, from what was stored. */
import type { ActionFunctionArgs } from "@remix-run/node";
import { acceptWebhook } from "#app/flows/accept-webhook.ts";
import { runtime } from "#app/runtime.server.ts";
import { isSignedWebhook, validateWebhook } from "#app/shopify.server.ts";

export const loader = (): Response => new Response(null, { status: 405, headers: { allow: "POST" } });

export async function action({ request }: ActionFunctionArgs): Promise<Response> {
  if (request.method !== "POST") return new Response(null, { status: 405, headers: { allow: "POST" } });
  if (!isSignedWebhook(request.headers)) return new Response(null, { status: 401 });
  const rawBody = await request.text();
  const checked = await validateWebhook(rawBody, request);
  if (!checked.valid) return new Response(null, { status: checked.reason === "invalid_hmac" ? 401 : 400 });
  const answer = await acceptWebhook(await runtime(), { headers: request.headers, rawBody });
  return new Response(answer.body ?? null, { status: answer.status });
}
