/**
 * Webhooks on their way to the app: signed, retried and, on request, disordered.
 *
 * facts/shopify.md: 5 s in all, a reply outside 2xx is retried 8 times over 4 h with the ORIGINAL payload, no order is
 * guaranteed and neither is delivery. X-Shopify-Webhook-Id names a delivery and stays through its retries;
 * X-Shopify-Event-Id is shared by all that one merchant action caused.
 */
import { createHmac } from "node:crypto";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { stringifyWithNumerals } from "./numeral-json.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { WebhookSubscriptions } from "./webhook-subscriptions.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** Eight waits that add up to four hours. */
export const RETRY_DELAYS_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  5 * MINUTE_MS,
  15 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  7_640 * SECOND_MS,
] as const;
export const DELIVERY_TIMEOUT_MS = 5 * SECOND_MS;
const DELIVERIES_KEPT_MAX = 20_000;

export const disturbanceSchema = z.object({
  /**
   * `drop`: never sent. `duplicate`: sent twice, the second time `delayMs` later, under the same webhook id unless
   * `newId`. `delay`: sent `delayMs` late. `reorder`: the next `times` are held and then sent last first.
   * `bad-signature`: sent with a wrong HMAC.
   */
  kind: z.enum(["drop", "duplicate", "delay", "reorder", "bad-signature"]),
  /** "inventory_levels/update"; absent: any topic. */
  topic: z.string().optional(),
  times: z.number().int().positive().default(1),
  delayMs: z.number().nonnegative().default(0),
  newId: z.boolean().default(false),
});
export type Disturbance = z.infer<typeof disturbanceSchema>;

export interface WebhookAttempt {
  at: string;
  /** Null: no reply in time, or the connection failed. */
  status: number | null;
  error: string | null;
}

export interface WebhookDelivery {
  webhookId: string;
  eventId: string;
  shop: string;
  topic: string;
  url: string;
  body: string;
  triggeredAt: string;
  state: "waiting" | "delivered" | "gave-up" | "dropped";
  attempts: WebhookAttempt[];
  disturbedBy: Disturbance["kind"] | null;
}

export interface WebhookAnnouncement {
  shop: string;
  topic: string;
  payload: object;
  eventId: string;
  triggeredAt: Date;
}

export interface WebhookDeliveryOptions {
  /** Sends one request; the simulation gives its own. Default: fetch. */
  send: (request: Request) => Promise<Response>;
  /** Each first attempt waits a random time between these. */
  latencyMinMs: number;
  latencyMaxMs: number;
  timeoutMs: number;
  retryDelaysMs: readonly number[];
}

export const DEFAULT_DELIVERY_OPTIONS: WebhookDeliveryOptions = {
  send: (request) => fetch(request),
  latencyMinMs: 0,
  latencyMaxMs: 0,
  timeoutMs: DELIVERY_TIMEOUT_MS,
  retryDelaysMs: RETRY_DELAYS_MS,
};

export interface WebhookDeliveries {
  readonly all: readonly WebhookDelivery[];
  enqueue(announcement: WebhookAnnouncement): void;
  disturb(disturbance: z.input<typeof disturbanceSchema>): void;
  clearDisturbances(): void;
  /** Deliveries wait while stopped and go out at start, in order. */
  start(): void;
  stop(): void;
  /** Resolves when no delivery is on its way (those that wait for a retry are). */
  idle(): Promise<void>;
}

export function signWebhook(body: string, secret: string): string {
  return createHmac("sha256", secret).update(body, "utf8").digest("base64");
}

interface Outgoing {
  delivery: WebhookDelivery;
  delayMs: number;
}

export function createWebhookDeliveries(context: {
  clock: Clock;
  random: SeededRandom;
  secret: string;
  apiVersion: string;
  subscriptions: WebhookSubscriptions;
  options: WebhookDeliveryOptions;
}): WebhookDeliveries {
  const { clock, random, options } = context;
  const all: WebhookDelivery[] = [];
  let disturbances: Disturbance[] = [];
  let held: WebhookDelivery[] = [];
  let stopped: Outgoing[] | null = null;
  let underWay = 0;
  const idleWaiters: (() => void)[] = [];

  function takeDisturbance(topic: string): Disturbance | null {
    const found = disturbances.find((one) => one.topic === undefined || one.topic === topic);
    if (!found) return null;
    found.times -= 1;
    if (found.times === 0) disturbances = disturbances.filter((one) => one !== found);
    return found;
  }

  function dispatch(delivery: WebhookDelivery, delayMs: number): void {
    if (stopped) {
      stopped.push({ delivery, delayMs });
      return;
    }
    underWay += 1;
    void carry(delivery, delayMs).finally(() => {
      underWay -= 1;
      if (underWay > 0) return;
      for (const resolve of idleWaiters.splice(0)) resolve();
    });
  }

  async function carry(delivery: WebhookDelivery, delayMs: number): Promise<void> {
    const waitMs = delayMs + random.between(options.latencyMinMs, options.latencyMaxMs);
    if (waitMs > 0) await clock.sleep(waitMs);
    const delaysMs = [...options.retryDelaysMs];
    for (;;) {
      if (stopped) {
        stopped.push({ delivery, delayMs: 0 });
        return;
      }
      const attempt = await attemptOnce(delivery);
      delivery.attempts.push(attempt);
      if (attempt.status !== null && attempt.status >= 200 && attempt.status < 300) {
        delivery.state = "delivered";
        return;
      }
      const delayMs = delaysMs.shift();
      if (delayMs === undefined) {
        delivery.state = "gave-up";
        return;
      }
      await clock.sleep(delayMs);
    }
  }

  async function attemptOnce(delivery: WebhookDelivery): Promise<WebhookAttempt> {
    const at = clock.now().toISOString();
    const abort = new AbortController();
    const secret = delivery.disturbedBy === "bad-signature" ? `not ${context.secret}` : context.secret;
    const request = new Request(delivery.url, {
      method: "POST",
      body: delivery.body,
      signal: abort.signal,
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        "user-agent": "Shopify-Captain-Hook",
        "x-shopify-topic": delivery.topic,
        "x-shopify-hmac-sha256": signWebhook(delivery.body, secret),
        "x-shopify-shop-domain": delivery.shop,
        "x-shopify-api-version": context.apiVersion,
        "x-shopify-webhook-id": delivery.webhookId,
        "x-shopify-event-id": delivery.eventId,
        "x-shopify-triggered-at": delivery.triggeredAt,
      },
    });
    const reply = options
      .send(request)
      .then(async (response): Promise<WebhookAttempt> => {
        await response.body?.cancel();
        return { at, status: response.status, error: null };
      })
      .catch((error: unknown): WebhookAttempt => ({ at, status: null, error: String(error) }));
    const tooLate = clock
      .sleep(options.timeoutMs)
      .then((): WebhookAttempt => ({ at, status: null, error: `no reply within ${options.timeoutMs} ms` }));
    const first = await Promise.race([reply, tooLate]);
    if (first.error !== null) abort.abort();
    return first;
  }

  /** All held ones, last first, one after the other. */
  async function sendReversed(deliveries: WebhookDelivery[]): Promise<void> {
    underWay += 1;
    for (const delivery of deliveries.reverse()) await carry(delivery, 0);
    underWay -= 1;
    if (underWay === 0) for (const resolve of idleWaiters.splice(0)) resolve();
  }

  function record(announcement: WebhookAnnouncement, url: string, disturbance: Disturbance | null): WebhookDelivery {
    const delivery: WebhookDelivery = {
      webhookId: random.uuid(),
      eventId: announcement.eventId,
      shop: announcement.shop,
      topic: announcement.topic,
      url,
      body: stringifyWithNumerals(announcement.payload),
      triggeredAt: announcement.triggeredAt.toISOString(),
      state: disturbance?.kind === "drop" ? "dropped" : "waiting",
      attempts: [],
      disturbedBy: disturbance?.kind ?? null,
    };
    all.push(delivery);
    if (all.length > DELIVERIES_KEPT_MAX) all.shift();
    return delivery;
  }

  return {
    all,
    enqueue(announcement) {
      for (const url of context.subscriptions.urlsFor(announcement.topic)) {
        const disturbance = takeDisturbance(announcement.topic);
        const delivery = record(announcement, url, disturbance);
        switch (disturbance?.kind) {
          case "drop":
            break;
          case "delay":
            dispatch(delivery, disturbance.delayMs);
            break;
          case "duplicate": {
            dispatch(delivery, 0);
            const again = record(announcement, url, disturbance);
            if (!disturbance.newId) again.webhookId = delivery.webhookId;
            dispatch(again, disturbance.delayMs);
            break;
          }
          case "reorder":
            held.push(delivery);
            if (disturbance.times === 0) void sendReversed(held.splice(0));
            break;
          default:
            dispatch(delivery, 0);
        }
      }
    },
    disturb(disturbance) {
      disturbances.push(disturbanceSchema.parse(disturbance));
    },
    clearDisturbances() {
      disturbances = [];
      const late = held;
      held = [];
      for (const delivery of late) dispatch(delivery, 0);
    },
    start() {
      const waiting = stopped ?? [];
      stopped = null;
      for (const { delivery, delayMs } of waiting) dispatch(delivery, delayMs);
    },
    stop() {
      stopped ??= [];
    },
    async idle() {
      if (underWay === 0) return;
      await new Promise<void>((resolve) => idleWaiters.push(resolve));
    },
  };
}
