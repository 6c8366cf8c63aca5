/**
 * Sends webhooks as Etsy does: signed by the Standard Webhooks specification, tried again when the receiver does not answer
 * 2xx. On request it loses, doubles, delays and holds them.
 */
import { createHmac } from "node:crypto";
import type { Clock } from "#app/clock.ts";
import { type Delivery, type EtsyState, nextNumber } from "./state.ts";

export type Send = (request: Request) => Promise<Response>;

/** What goes wrong with the webhooks to come. */
export interface Disorder {
  /** This many are never sent. */
  lose: number;
  /** This many are sent twice. */
  double: number;
  /** Each waits this long first. */
  delayMs: number;
  /** Kept back until `release`. */
  hold: boolean;
}

export interface Webhooks {
  disorder: Disorder;
  /** "ORDER_PAID" and so on. Returns at once; delivery goes on beside. */
  emit(eventType: string, receiptId: number): void;
  release(order: "oldest-first" | "newest-first"): Promise<void>;
  /** Sends a past one again, with the same id. */
  repeat(id: string): Promise<boolean>;
  settled(): Promise<void>;
}

/** webhook-signature: "v1," and base64 of HMAC-SHA256 over "id.timestamp.body"; the key is the secret without "whsec_", decoded. */
export function signature(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

export function createWebhooks(state: EtsyState, clock: Clock, send: Send): Webhooks {
  const held: Delivery[] = [];
  const onTheirWay = new Set<Promise<void>>();
  const disorder: Disorder = { lose: 0, double: 0, delayMs: 0, hold: false };

  async function attempt(delivery: Delivery, endpoint: string): Promise<boolean> {
    const now = clock.now();
    const timestamp = Math.floor(now.getTime() / 1000);
    const status = await send(
      new Request(endpoint, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "webhook-id": delivery.id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": signature(state.webhooks.secret, delivery.id, timestamp, delivery.body),
        },
        body: delivery.body,
      }),
    ).then(
      (response) => response.status,
      () => null,
    );
    delivery.attempts.push({ at: now.toISOString(), status });
    return status !== null && status >= 200 && status < 300;
  }

  async function deliver(delivery: Delivery): Promise<void> {
    const { endpoint } = state.webhooks;
    if (endpoint === null) {
      delivery.outcome = "no-endpoint";
      return;
    }
    delivery.outcome = "pending";
    for (const waitMs of [0, ...state.settings.webhookRetryDelaysMs]) {
      if (waitMs > 0) await clock.sleep(waitMs);
      if (await attempt(delivery, endpoint)) {
        delivery.outcome = "delivered";
        return;
      }
    }
    delivery.outcome = "given-up";
  }

  function start(work: () => Promise<void>): Promise<void> {
    const running = work().finally(() => onTheirWay.delete(running));
    onTheirWay.add(running);
    return running;
  }

  return {
    disorder,
    emit(eventType, receiptId) {
      const { shopId } = state.seller;
      const body = JSON.stringify({
        event_type: eventType,
        resource_url: `https://openapi.etsy.com/v3/application/shops/${shopId}/receipts/${receiptId}`,
        shop_id: String(shopId),
      });
      const id = `msg_${state.ids.seed}${String(nextNumber(state, "webhook")).padStart(8, "0")}`;
      const delivery: Delivery = { id, eventType, body, attempts: [], outcome: "pending" };
      state.deliveries.push(delivery);
      if (disorder.lose > 0) {
        disorder.lose -= 1;
        delivery.outcome = "lost";
      } else if (disorder.hold) {
        delivery.outcome = "held";
        held.push(delivery);
      } else {
        const isTwice = disorder.double > 0;
        if (isTwice) disorder.double -= 1;
        const { delayMs } = disorder;
        void start(async () => {
          if (delayMs > 0) await clock.sleep(delayMs);
          await deliver(delivery);
          if (isTwice && state.webhooks.endpoint) await attempt(delivery, state.webhooks.endpoint);
        });
      }
    },
    async release(order) {
      const waiting = held.splice(0);
      if (order === "newest-first") waiting.reverse();
      for (const delivery of waiting) await start(() => deliver(delivery));
    },
    async repeat(id) {
      const delivery = state.deliveries.find((one) => one.id === id);
      const { endpoint } = state.webhooks;
      if (!delivery || endpoint === null) return false;
      await start(async () => void (await attempt(delivery, endpoint)));
      return true;
    },
    async settled() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
  };
}
