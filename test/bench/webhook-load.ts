/** Shopify's messages about levels, signed and sent at a given pace, whether or not the answers keep up. */
import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";

export interface WebhookLoad {
  url: string;
  secret: string;
  shopDomain: string;
  /** Each message is about the next of so many items, whose ids count from 1, at location 1. */
  items: number;
  messages: number;
  /** 0: all at once. */
  perSecond: number;
}

export interface Sent {
  /** From when each was to be sent until it was answered. */
  tookMs: number[];
  /** Answers that were not 200. */
  refused: number;
  /** What each item's last message said, by its number. */
  last: Map<number, number>;
}

let numbered = 0;

export async function sendWebhooks(load: WebhookLoad): Promise<Sent> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const startedAt = performance.now();
  const sent: Sent = { tookMs: [], refused: 0, last: new Map() };
  const answers: Promise<void>[] = [];
  for (let n = 0; n < load.messages; n += 1) {
    const dueAt = startedAt + (load.perSecond > 0 ? (n * 1_000) / load.perSecond : 0);
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
    numbered += 1;
    const item = 1 + (n % load.items);
    const available = numbered % 1_000;
    sent.last.set(item, available);
    const message = {
      inventory_item_id: item,
      location_id: 1,
      available,
      // Shopify's times are whole seconds: each message about an item has one of its own.
      updated_at: new Date(Date.UTC(2027, 0, 1) + numbered * 1_000).toISOString(),
    };
    answers.push(
      post(load, agent, JSON.stringify(message), numbered).then((status) => {
        sent.tookMs.push(performance.now() - dueAt);
        if (status !== 200) sent.refused += 1;
      }),
    );
  }
  await Promise.all(answers);
  agent.destroy();
  return sent;
}

function post({ url, secret, shopDomain }: WebhookLoad, agent: Agent, body: string, number: number): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
    "x-shopify-topic": "inventory_levels/update",
    "x-shopify-shop-domain": shopDomain,
    "x-shopify-api-version": "2026-10",
    "x-shopify-webhook-id": `bench-${process.pid}-${number}`,
    "x-shopify-event-id": `bench-${process.pid}-${number}`,
    "x-shopify-triggered-at": new Date().toISOString(),
  };
  return new Promise((done) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode ?? 0));
    });
    sent.on("error", () => done(0));
    sent.end(body);
  });
}
