/** eBay's emulator as the contract suite wants it: in this process, on a clock of the test's. */
import { createHash } from "node:crypto";
import type { RawNotification } from "#connectors/contract/connector.ts";
import { createEbayConnector, type EbaySettings } from "#connectors/ebay/index.ts";
import { createEbayEmulator, type EbayEmulator } from "#test/emulators/ebay/emulator.ts";
import { answerCancellation, cancelBySeller } from "#test/emulators/ebay/orders.ts";
import type { Order } from "#test/emulators/ebay/state.ts";
import type { ContractAction, ContractFault, ContractWorld } from "./contract-world.ts";
import { at, createOddReplies } from "./odd-replies.ts";

export const EBAY_TEST_ORIGIN = "http://ebay.test";
const ENDPOINT = "https://lockstep.example/notifications/ebay/channel-1";
const ACCEPT_URL = "https://lockstep.example/connect/ebay/callback";
const CURRENCY = "USD";

const settings: EbaySettings = {
  clientId: "lockstep-client",
  clientSecret: "lockstep-client-secret-value",
  ruName: "Lockstep-RuName",
  apiOrigin: EBAY_TEST_ORIGIN,
  notificationVerificationToken: "verification-token-for-the-contract-suite",
  notificationAlertEmail: "alerts@lockstep.example",
};

/** The operation that an action cannot do without, by eBay's name. */
const OPERATIONS: Record<ContractAction, string> = {
  checkAccess: "getUser",
  readListings: "getInventoryItems",
  readQuantities: "bulkGetInventoryItem",
  writeQuantities: "bulkUpdatePriceQuantity",
  readOrders: "getOrders",
  readOrder: "getOrder",
  readShipments: "getShippingFulfillments",
  confirmShipment: "createShippingFulfillment",
  cancelOrder: "createCancellation",
  refresh: "token",
};

type Fetch = typeof globalThis.fetch;

export interface EbayWorld extends ContractWorld {
  emulator: EbayEmulator;
}

export async function setupEbay(wrap: (fetch: Fetch) => Fetch = (fetch) => fetch): Promise<EbayWorld> {
  let nowMs = Date.parse("2026-11-22T12:00:00.000Z");
  const clock = { now: () => new Date(nowMs), sleep: async () => {} };
  const arrived: RawNotification[] = [];
  const odd = createOddReplies();
  const spoiled = new Set<string>();

  const emulator = createEbayEmulator({
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    ruName: settings.ruName,
    acceptUrl: ACCEPT_URL,
    clock,
    listings: [],
    send: receive,
  });
  const { app, state, controls, faults } = emulator;

  const fetch = wrap(async (input, init) => {
    const reply = await app.request(new Request(input, init));
    // The kit's mark for a connection that was cut: a socket would have thrown.
    if (reply.headers.has("x-emulator-lost")) {
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      });
    }
    return odd.apply(await spoil(reply, spoiled));
  });

  /** The app's endpoint: it answers challenges through the connector, and keeps what is posted. */
  async function receive(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const raw: RawNotification = {
      method: request.method,
      endpoint: `${url.origin}${url.pathname}`,
      query: url.searchParams,
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
    };
    if (raw.method !== "GET") {
      arrived.push(raw);
      return new Response(null, { status: 204 });
    }
    const unused = { send: () => Promise.reject(new Error("a challenge needs no call")) };
    const answer = await connector.parseNotification(raw, { transport: unused, now: clock.now() });
    if (answer.kind !== "challenge") return new Response(null, { status: 400 });
    return new Response(answer.body, { status: answer.status, headers: { "content-type": answer.contentType } });
  }

  function order(orderId: string): Order {
    const found = state.orders.get(orderId);
    if (!found) throw new Error(`The emulator has no order ${orderId}.`);
    return found;
  }

  function done(change: { ok: true } | { ok: false; why: string }): void {
    if (!change.ok) throw new Error(change.why);
  }

  const connector = createEbayConnector(settings);
  const tokens = controls.grant();

  return {
    emulator,
    connector,
    restarted: () => createEbayConnector(settings),
    credentials: {
      ...tokens,
      expiresAt: new Date(nowMs + 7_200_000).toISOString(),
      refreshTokenExpiresAt: new Date(nowMs + 47_304_000_000).toISOString(),
    },
    // Tests last longer than a token: what a token's end does is another clause's matter.
    clock: {
      now: clock.now,
      advance(ms) {
        nowMs += ms;
        const token = state.accessTokens.get(tokens.accessToken);
        if (token) token.expiresAt = new Date(nowMs + 7_200_000).toISOString();
      },
    },
    fetch,
    market: {
      listingsForSeveralPages: 230,
      ordersForSeveralPages: 450,
      currency: CURRENCY,
      relaysEmail: true,
      addListing: async (listing) => controls.addListing({ ...listing, currency: CURRENCY }),
      removeListing: async (sku) => done(controls.removeListing(sku)),
      shown: async (sku) => controls.shown()[sku] ?? null,
      shownPrice: async (sku) => {
        const item = state.items.get(sku);
        return item ? (item.offer.priceMinor / 100).toFixed(2) : null;
      },
      async buy({ lines, pay, buyer }) {
        const bought = controls.buy({ lines, pay, ...(buyer === undefined ? {} : { username: buyer }) });
        if (!bought.ok) throw new Error(bought.why);
        return bought.order.orderId;
      },
      async pay(orderId) {
        const paid = order(orderId);
        done(controls.pay(orderId));
        return paid.orderId;
      },
      async cancel(orderId) {
        const open = order(orderId).cancellations.find((one) => one.state === "REQUESTED");
        if (open) answerCancellation(state, order(orderId), open, true, clock.now());
        else cancelBySeller(state, order(orderId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", clock.now());
      },
      isCancelled: async (orderId) => order(orderId).cancelledAt !== null,
      askToCancel: async (orderId) => done(controls.askToCancel(orderId)),
      parcels: async (orderId) =>
        order(orderId).shipments.map(({ trackingNumber, lines }) => ({
          trackingNumber,
          units: lines.reduce((sum, line) => sum + line.quantity, 0),
        })),
      async spoil(orderId) {
        spoiled.add(orderId);
        const { username, email, contact } = order(orderId).buyer;
        return [username, email, contact.fullName, contact.addressLine1, contact.phone];
      },
      delayOrders: async (ms) => controls.changeSettings({ orderVisibilityLagMs: ms }),
      oddities: {
        forgetUnit: (orderId) =>
          odd.edit(
            (one) => one.orderId === orderId,
            (one) => {
              const line = at(one, "lineItems", 0);
              line.quantity = Number(line.quantity) - 1;
            },
          ),
        unknownOrderState: (orderId) =>
          odd.edit(
            (one) => one.orderId === orderId,
            (one) => {
              one.orderFulfillmentStatus = "BEING_WEIGHED";
            },
          ),
        unknownListingState: (sku) =>
          odd.edit(
            (one) => one.sku === sku && one.listing !== undefined,
            (one) => {
              at(one, "listing").listingStatus = "ASLEEP";
            },
          ),
        spoilListing: (sku) =>
          odd.edit(
            (one) => one.sku === sku && one.listing !== undefined,
            (one) => {
              one.availableQuantity = "several";
            },
          ),
        containTax: "its orders name no tax that prices contain",
      },
      breakNext: async (action, fault) => faults.add({ operation: OPERATIONS[action], ...toFault(fault) }),
    },
    consent: {
      redirectUri: ACCEPT_URL,
      async grant(consentUrl) {
        const shown = await app.request(consentUrl);
        if (shown.status !== 200) throw new Error(`The consent page says: ${await shown.text()}`);
        const body = new URLSearchParams([...consentUrl.searchParams, ["answer", "agree"]]);
        const agreed = await app.request(`${EBAY_TEST_ORIGIN}/oauth2/authorize`, { method: "POST", body });
        const back = new URL(agreed.headers.get("location") ?? "");
        return { code: back.searchParams.get("code") ?? "", state: back.searchParams.get("state") };
      },
      revoke: async () => controls.expireTokens({ refresh: true }),
    },
    notifications: {
      endpoint: ENDPOINT,
      async challenge() {
        const query = new URLSearchParams({ challenge_code: "c0ffee" });
        const challengeResponse = createHash("sha256")
          .update(`c0ffee${settings.notificationVerificationToken}${ENDPOINT}`)
          .digest("hex");
        const raw = { method: "GET", endpoint: ENDPOINT, query, headers: new Headers(), body: new Uint8Array() };
        return { raw, answer: JSON.stringify({ challengeResponse }) };
      },
      async ofOrder(orderId) {
        await controls.settled();
        const found = arrived.find((raw) => new TextDecoder().decode(raw.body).includes(orderId));
        if (!found) throw new Error(`No notification of order ${orderId} has arrived.`);
        return found;
      },
      subscriptions: async () => state.subscriptions.size,
    },
    secrets: [settings.clientSecret, settings.notificationVerificationToken, tokens.accessToken, tokens.refreshToken],
    close: async () => {},
  };
}

function toFault(fault: ContractFault) {
  if (fault.kind === "reply-lost") return { kind: "drop-after" } as const;
  if (fault.kind === "request-lost") return { kind: "drop-before" } as const;
  return fault;
}

/** Orders in `spoiled` get a total that is not a number, with the buyer's name in it. */
async function spoil(reply: Response, spoiled: ReadonlySet<string>): Promise<Response> {
  if (spoiled.size === 0 || !reply.headers.get("content-type")?.includes("json")) return reply;
  const body = JSON.parse(await reply.clone().text(), function (this: unknown, key, value: unknown) {
    const holder = this as { orderId?: string; buyer?: { username?: string } };
    if (key !== "pricingSummary" || !spoiled.has(holder.orderId ?? "")) return value;
    return { ...(value as object), total: { value: `a lot, says ${holder.buyer?.username}`, currency: CURRENCY } };
  });
  return new Response(JSON.stringify(body), { status: reply.status, headers: reply.headers });
}
