/**
 * Sends notifications as eBay does: one POST per subscription and event, signed, tried again when the receiver does
 * not answer 2xx. On request it loses, doubles, delays and reorders them.
 */
import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import type { Clock } from "#app/clock.ts";
import { type Delivery, type Destination, type EbayState, nextNumber } from "./state.ts";

export type Send = (request: Request) => Promise<Response>;

/** What goes wrong with the notifications to come. */
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

export interface Notifier {
  readonly keyId: string;
  /** As getPublicKey sends it: PEM on one line, as eBay's own SDKs expect it. */
  readonly publicKey: string;
  disorder: Disorder;
  /** For each enabled subscription to the topic. Returns at once; delivery goes on beside. */
  emit(topicId: string, data: unknown): void;
  /** One notification to one destination, whatever the subscription's state (testSubscription). */
  sendTest(topicId: string, destination: Destination, data: unknown): void;
  /** Sends what was held, oldest or newest first. */
  release(order: "oldest-first" | "newest-first"): Promise<void>;
  /** Sends a past notification again, with the same id. */
  repeat(notificationId: string): Promise<boolean>;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
  /** GET endpoint?challenge_code=...: whether the endpoint proves to know the verification token. */
  challenge(endpoint: string, verificationToken: string): Promise<boolean>;
}

export function createNotifier(state: EbayState, clock: Clock, send: Send): Notifier {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const keyId = createHash("md5")
    .update(state.ids.seed)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const held: Delivery[] = [];
  const onTheirWay = new Set<Promise<void>>();
  const disorder: Disorder = { lose: 0, double: 0, delayMs: 0, hold: false };

  /** Header X-EBAY-SIGNATURE: base64 of {alg, kid, signature, digest}; ECDSA with SHA-1 over the body as sent. */
  function signatureHeader(body: string): string {
    const signature = createSign("SHA1").update(body).sign(privateKey, "base64");
    return Buffer.from(JSON.stringify({ alg: "ecdsa", kid: keyId, signature, digest: "SHA1" })).toString("base64");
  }

  function payload(delivery: Delivery, attempt: number): string {
    return JSON.stringify({
      metadata: { topic: delivery.topicId, schemaVersion: "1.0", deprecated: false },
      notification: {
        notificationId: delivery.notificationId,
        eventDate: delivery.eventAt,
        publishDate: clock.now().toISOString(),
        publishAttemptCount: attempt,
        data: delivery.data,
      },
    });
  }

  async function attempt(delivery: Delivery, number: number): Promise<boolean> {
    const body = payload(delivery, number);
    const at = clock.now().toISOString();
    const status = await send(
      new Request(delivery.endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", "x-ebay-signature": signatureHeader(body) },
        body,
      }),
    ).then(
      (response) => response.status,
      () => null,
    );
    delivery.attempts.push({ at, status });
    return status !== null && status >= 200 && status < 300;
  }

  async function deliver(delivery: Delivery): Promise<void> {
    delivery.outcome = "pending";
    const waits = [0, ...state.settings.notificationRetryDelaysMs];
    for (const [index, waitMs] of waits.entries()) {
      if (waitMs > 0) await clock.sleep(waitMs);
      if (await attempt(delivery, index + 1)) {
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

  function create(topicId: string, endpoint: string, data: unknown): Delivery {
    const number = nextNumber(state, "notification");
    const id = createHash("md5").update(`${state.ids.seed}:${number}`).digest("hex");
    const delivery: Delivery = {
      notificationId: `${id}_${number}`,
      topicId,
      endpoint,
      eventAt: clock.now().toISOString(),
      data,
      attempts: [],
      outcome: "pending",
    };
    state.deliveries.push(delivery);
    return delivery;
  }

  function dispatch(delivery: Delivery): void {
    if (disorder.lose > 0) {
      disorder.lose -= 1;
      delivery.outcome = "lost";
    } else if (disorder.hold) {
      delivery.outcome = "held";
      held.push(delivery);
    } else {
      const twice = disorder.double > 0;
      if (twice) disorder.double -= 1;
      const { delayMs } = disorder;
      void start(async () => {
        if (delayMs > 0) await clock.sleep(delayMs);
        await deliver(delivery);
        if (twice) await attempt(delivery, delivery.attempts.length + 1);
      });
    }
  }

  return {
    keyId,
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString().replaceAll("\n", ""),
    disorder,
    emit(topicId, data) {
      for (const subscription of state.subscriptions.values()) {
        const destination = state.destinations.get(subscription.destinationId);
        if (subscription.topicId !== topicId || subscription.status !== "ENABLED") continue;
        if (destination?.status === "ENABLED") dispatch(create(topicId, destination.endpoint, data));
      }
    },
    sendTest(topicId, destination, data) {
      const delivery = create(topicId, destination.endpoint, data);
      void start(() => deliver(delivery));
    },
    async release(order) {
      const waiting = held.splice(0);
      if (order === "newest-first") waiting.reverse();
      for (const delivery of waiting) await start(() => deliver(delivery));
    },
    async repeat(notificationId) {
      const delivery = state.deliveries.find((one) => one.notificationId === notificationId);
      if (!delivery) return false;
      await start(async () => void (await attempt(delivery, delivery.attempts.length + 1)));
      return true;
    },
    async settled() {
      while (onTheirWay.size > 0) await Promise.all(onTheirWay);
    },
    async challenge(endpoint, verificationToken) {
      const code = createHash("md5")
        .update(`${state.ids.seed}:challenge:${nextNumber(state, "challenge")}`)
        .digest("hex");
      const url = new URL(endpoint);
      url.searchParams.set("challenge_code", code);
      const expected = createHash("sha256").update(code).update(verificationToken).update(endpoint).digest("hex");
      try {
        const response = await send(new Request(url));
        if (response.status !== 200) return false;
        if (!(response.headers.get("content-type") ?? "").startsWith("application/json")) return false;
        const answer: unknown = await response.json();
        return (
          typeof answer === "object" &&
          answer !== null &&
          "challengeResponse" in answer &&
          answer.challengeResponse === expected
        );
      } catch {
        return false;
      }
    },
  };
}
