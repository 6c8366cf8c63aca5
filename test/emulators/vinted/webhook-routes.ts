/** /api/v1/webhooks: the key of each is in the reply to making it, and nowhere else. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { WebhookSender } from "#test/emulators/depop/webhook-sender.ts";
import { emptyReply, type Gateway, readBody, reply } from "./gateway.ts";
import { EVENT_TYPES, nextUuid, type VintedState, type Webhook } from "./state.ts";

/** The spec does not state the number. */
const WEBHOOKS_MAX = 10;
const RESULTS_MAX = 100;

export function mountWebhookRoutes(gateway: Gateway, state: VintedState, sender: WebhookSender): void {
  const body = z.object({
    event_types: z.array(z.enum(EVENT_TYPES)).min(1),
    url: z
      .url({ protocol: /^https?$/ })
      .min(9)
      .max(255),
  });
  const find = (id: string | undefined): Webhook | undefined => state.webhooks.find((one) => one.id === id);

  gateway.route("GET", "/api/v1/webhooks", "getWebhooks", (c) => reply(c, 200, state.webhooks.map(webhookJson)));

  gateway.route("POST", "/api/v1/webhooks", "createWebhook", (c, text) => {
    const asked = readBody(c, text, body);
    if (!asked.ok) return asked.reply;
    if (!asked.value.url.startsWith("https:")) return reply(c, 422, { error: "ONLY_HTTPS_URLS_ALLOWED" });
    if (state.webhooks.length >= WEBHOOKS_MAX) return reply(c, 422, { error: "MAX_WEBHOOKS_EXCEEDED" });
    const id = nextUuid(state, "webhook");
    const signingKey = createHash("sha256").update(`${state.ids.seed}:${id}`).digest("hex");
    const webhook: Webhook = { id, url: asked.value.url, eventTypes: asked.value.event_types, signingKey };
    state.webhooks.push(webhook);
    return reply(c, 201, { webhook: webhookJson(webhook), signing_key: signingKey });
  });

  gateway.route("PUT", "/api/v1/webhooks/:id", "updateWebhook", (c, text) => {
    const asked = readBody(c, text, body);
    if (!asked.ok) return asked.reply;
    const webhook = find(c.req.param("id"));
    if (!webhook) return emptyReply(c, 404);
    if (!asked.value.url.startsWith("https:")) return reply(c, 422, { error: "ONLY_HTTPS_URLS_ALLOWED" });
    Object.assign(webhook, { url: asked.value.url, eventTypes: asked.value.event_types });
    return emptyReply(c, 200);
  });

  gateway.route("DELETE", "/api/v1/webhooks/:id", "deleteWebhook", (c) => {
    const webhook = find(c.req.param("id"));
    if (!webhook) return emptyReply(c, 404);
    state.webhooks = state.webhooks.filter((one) => one !== webhook);
    return emptyReply(c, 200);
  });

  gateway.route("GET", "/api/v1/webhooks/:id/delivery-results", "getWebhookDeliveryResults", (c) => {
    const webhook = find(c.req.param("id"));
    const results = sender.deliveries
      .filter((one) => one.endpoint === webhook?.url)
      .flatMap((one) =>
        one.attempts.map(({ at, status }) => ({
          created_at: at,
          event_type: one.topic,
          success: status !== null && status >= 200 && status < 300,
          ...(status === null ? { error_msg: "no answer" } : { http_status_code: status }),
        })),
      );
    return reply(c, 200, results.slice(-RESULTS_MAX));
  });
}

function webhookJson({ id, url, eventTypes }: Webhook): Record<string, unknown> {
  return { id, event_types: eventTypes, url };
}
