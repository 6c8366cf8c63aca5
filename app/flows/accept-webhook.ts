/** Shopify knocks, and the signature was good: what its headers say is checked, all of it is stored, and answered. */
import { z } from "zod";
import { instant, keyText, plainText } from "#connectors/contract/storable.ts";
import type { Runtime } from "../runtime.ts";
import { acceptDelivery } from "./accept-delivery.ts";

const headersSchema = z.object({
  "x-shopify-webhook-id": keyText,
  "x-shopify-topic": plainText(100).min(1),
  "x-shopify-shop-domain": keyText,
  // Only tells an old message from a new one: without it, it is as old as its arrival.
  "x-shopify-triggered-at": instant.nullable().catch(null),
});

export async function acceptWebhook(
  rt: Runtime,
  { headers, rawBody }: { headers: Headers; rawBody: string },
): Promise<{ status: 200 | 400; body?: string }> {
  const said = headersSchema.safeParse(
    Object.fromEntries(Object.keys(headersSchema.shape).map((name) => [name, headers.get(name)])),
  );
  if (!said.success) {
    const names = said.error.issues.map((issue) => String(issue.path[0]));
    return { status: 400, body: `Can't be read: ${[...new Set(names)].join(", ")}` };
  }
  await acceptDelivery(rt, {
    source: "shopify",
    remoteId: said.data["x-shopify-webhook-id"],
    topic: said.data["x-shopify-topic"],
    account: said.data["x-shopify-shop-domain"],
    triggeredAt: said.data["x-shopify-triggered-at"],
    rawBody,
  });
  return { status: 200 };
}
