/**
 * Sends signed webhooks to fixed endpoints, and on request loses, doubles, delays and reorders them. The marketplace says
 * how it signs; what is sent again is signed again with its first time, so that a late one is still the same delivery.
 */
import type { Clock } from "#app/clock.ts";

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

/** A webhook on its way, and what became of it. */
export interface Delivery {
  id: string;
  topic: string;
  endpoint: string;
  body: string;
  attempts: { at: string; status: number | null }[];
  outcome: "pending" | "held" | "delivered" | "lost" | "given-up";
}

export interface WebhookSender {
  disorder: Disorder;
  readonly deliveries: Delivery[];
  /** Returns at once; delivery goes on beside. */
  emit(input: { id: string; topic: string; endpoint: string; body: string }): void;
  /** Sends what was held. */
  release(order: "oldest-first" | "newest-first"): Promise<void>;
  /** Sends a past one again, with the same id. */
  repeat(id: string): Promise<boolean>;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

const DELIVERIES_KEPT_MAX = 2_000;

export function createWebhookSender(options: {
  clock: Clock;
  send: Send;
  /** Waits before the second and later attempts. */
  retryDelaysMs: () => readonly number[];
  sign: (body: string, endpoint: string, at: Date) => Record<string, string>;
}): WebhookSender {
  const { clock, send } = options;
  const deliveries: Delivery[] = [];
  const held: Delivery[] = [];
  const onTheirWay = new Set<Promise<void>>();
  const disorder: Disorder = { lose: 0, double: 0, delayMs: 0, hold: false };

  async function attempt(delivery: Delivery): Promise<boolean> {
    const at = clock.now();
    const signature = options.sign(delivery.body, delivery.endpoint, at);
    const request = new Request(delivery.endpoint, {
      method: "POST",
      headers: { "content-type": "application/json", ...signature },
      body: delivery.body,
    });
    const status = await send(request).then(
      (response) => response.status,
      () => null,
    );
    delivery.attempts.push({ at: at.toISOString(), status });
    return status !== null && status >= 200 && status < 300;
  }

  async function deliver(delivery: Delivery): Promise<void> {
    delivery.outcome = "pending";
    for (const waitMs of [0, ...options.retryDelaysMs()]) {
      if (waitMs > 0) await clock.sleep(waitMs);
      if (await attempt(delivery)) {
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
    deliveries,
    emit(input) {
      const delivery: Delivery = { ...input, attempts: [], outcome: "pending" };
      deliveries.push(delivery);
      if (deliveries.length > DELIVERIES_KEPT_MAX) deliveries.shift();
      if (disorder.lose > 0) {
        disorder.lose -= 1;
        delivery.outcome = "lost";
        return;
      }
      if (disorder.hold) {
        delivery.outcome = "held";
        held.push(delivery);
        return;
      }
      const twice = disorder.double > 0;
      if (twice) disorder.double -= 1;
      const { delayMs } = disorder;
      void start(async () => {
        if (delayMs > 0) await clock.sleep(delayMs);
        await deliver(delivery);
        if (twice) await attempt(delivery);
      });
    },
    async release(order) {
      const waiting = held.splice(0);
      if (order === "newest-first") waiting.reverse();
      for (const delivery of waiting) await start(() => deliver(delivery));
    },
    async repeat(id) {
      const delivery = deliveries.find((one) => one.id === id);
      if (!delivery) return false;
      await start(async () => void (await attempt(delivery)));
      return true;
    },
    async settled() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
  };
}
