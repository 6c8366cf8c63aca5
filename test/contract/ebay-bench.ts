/** eBay's connector over prepared answers: for odd replies, from the documentation, that its emulator cannot show. */
import type { ChannelSession } from "#connectors/contract/connector.ts";
import { ebayFailure } from "#connectors/ebay/client.ts";
import { createEbayConnector } from "#connectors/ebay/index.ts";
import { createTransport } from "#connectors/transport/transport.ts";

export const NOW = new Date("2026-11-22T12:00:00.000Z");
export const HOUR_MS = 3_600_000;
export const TOKEN = "a-verification-token-of-40-characters-xx";

export const connector = createEbayConnector({
  clientId: "client",
  clientSecret: "client-secret",
  ruName: "ru-name",
  notificationVerificationToken: TOKEN,
});

export type Answer = { status: number; body?: unknown; text?: string; headers?: Record<string, string> };

export interface Sent {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** A marketplace of prepared answers, and what was asked of it. */
export function answering(answer: (sent: Sent) => Answer, now = () => NOW) {
  const sent: Sent[] = [];
  const transport = createTransport({
    fetch: async (input, init) => {
      const one: Sent = {
        method: init?.method ?? "GET",
        url: new URL(String(input)),
        headers: new Headers(init?.headers),
        body: String(init?.body ?? ""),
      };
      sent.push(one);
      const { status, body, text, headers } = answer(one);
      return new Response(text ?? (body === undefined ? null : JSON.stringify(body)), { status, headers });
    },
    budgets: { take: async () => ({ granted: true }), exhausted: async () => {} },
    limits: [],
    concurrencyMax: 4,
    timeoutMs: 1_000,
    toFailure: ebayFailure,
    nowMs: () => 0,
  });
  const session: ChannelSession = {
    credentials: { accessToken: "access-token", refreshToken: "refresh-token" },
    transport,
    now,
  };
  return { channel: connector.open(session), transport, sent };
}

/** What every paid order that is not sent yet has, as getOrder answers. */
export const PAID_ORDER = {
  orderId: "07-31415-00001",
  creationDate: "2026-11-22T10:00:00.000Z",
  lastModifiedDate: "2026-11-22T10:05:00.000Z",
  orderFulfillmentStatus: "NOT_STARTED",
  orderPaymentStatus: "PAID",
};

export const ref = (remoteId: string, sku = "MUG") => ({ remoteId, sku, groupId: "110" });
