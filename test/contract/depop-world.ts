/** Depop's emulator as the contract suite wants it: in this process, on a clock of the test's. */
import type { RawNotification } from "#connectors/contract/connector.ts";
import { createDepopConnector, type DepopSettings } from "#connectors/depop/index.ts";
import { createDepopEmulator, type DepopEmulator } from "#test/emulators/depop/emulator.ts";
import { priceOf } from "#test/emulators/depop/product-routes.ts";
import type { DepopSettingsInput } from "#test/emulators/depop/settings.ts";
import type { Order } from "#test/emulators/depop/state.ts";
import type { ContractAction, ContractFault, ContractWorld } from "./contract-world.ts";
import { createOddReplies } from "./odd-replies.ts";

export const DEPOP_TEST_ORIGIN = "http://depop.test";
const ENDPOINT = "https://lockstep.example/notifications/depop/channel-1";
const CALLBACK = "https://lockstep.example/connect/depop/callback";
const CURRENCY = "GBP";
const API_KEY = "pak_c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;
const HOUR_MS = 60 * 60 * 1_000;

export const depopTestSettings = {
  clientId: "lockstep-client",
  clientSecret: "lockstep-client-secret-value",
  webhookSecret: "webhook-secret-for-the-contract-suite",
  apiOrigin: DEPOP_TEST_ORIGIN,
} satisfies DepopSettings;

/** The operation that an action cannot do without, by the spec's name. */
const OPERATIONS: Record<ContractAction, string> = {
  checkAccess: "getSellerDetails",
  readListings: "getAllProducts",
  readQuantities: "getProductBySku",
  writeQuantities: "patchProduct",
  readOrders: "getAllOrders",
  readOrder: "getOrderByPurchaseId",
  readShipments: "getOrderByPurchaseId",
  confirmShipment: "markOrderAsShipped",
  cancelOrder: "refundOrder",
  refresh: "exchangeToken",
};

type Fetch = typeof globalThis.fetch;

export interface DepopWorld extends ContractWorld {
  emulator: DepopEmulator;
}

export interface DepopWorldOptions {
  wrap?: (fetch: Fetch) => Fetch;
  /** How the merchant connected. */
  connectedBy?: "oauth" | "api-key";
  settings?: DepopSettingsInput;
}

export async function setupDepop(options: DepopWorldOptions = {}): Promise<DepopWorld> {
  const { wrap = (fetch: Fetch) => fetch, connectedBy = "oauth" } = options;
  let nowMs = Date.parse("2026-11-22T12:00:00.000Z");
  const clock = { now: () => new Date(nowMs), sleep: async () => {} };
  const arrived: RawNotification[] = [];
  const odd = createOddReplies();
  const spoiled = new Set<string>();

  const emulator = createDepopEmulator({
    clientId: depopTestSettings.clientId,
    clientSecret: depopTestSettings.clientSecret,
    webhookSecret: depopTestSettings.webhookSecret,
    webhookUrl: ENDPOINT,
    apiKey: API_KEY,
    clock,
    listings: [],
    // On a clock that stands still, any second holds all calls.
    settings: { updatesPerSecondMax: null, callsPerSecondMax: null, ...options.settings },
    async send(request) {
      const url = new URL(request.url);
      arrived.push({
        method: request.method,
        endpoint: `${url.origin}${url.pathname}`,
        query: url.searchParams,
        headers: request.headers,
        body: new Uint8Array(await request.arrayBuffer()),
      });
      return new Response(null, { status: 200 });
    },
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

  function order(orderId: string): Order {
    const found = state.orders.get(orderId);
    if (!found) throw new Error(`The emulator has no order ${orderId}.`);
    return found;
  }

  function done(change: { ok: true } | { ok: false; why: string }): void {
    if (!change.ok) throw new Error(change.why);
  }

  const tokens = controls.grant();

  return {
    emulator,
    connector: createDepopConnector(depopTestSettings),
    restarted: () => createDepopConnector(depopTestSettings),
    credentials:
      connectedBy === "api-key"
        ? { apiKey: API_KEY }
        : {
            ...tokens,
            expiresAt: new Date(nowMs + HOUR_MS).toISOString(),
            refreshTokenExpiresAt: new Date(nowMs + YEAR_MS).toISOString(),
          },
    // Tests last longer than a token: what a token's end does is another clause's matter.
    clock: {
      now: clock.now,
      advance(ms) {
        nowMs += ms;
        const token = state.accessTokens.get(tokens.accessToken);
        if (token) token.expiresAt = new Date(nowMs + HOUR_MS).toISOString();
      },
    },
    fetch,
    market: {
      listingsForSeveralPages: 230,
      ordersForSeveralPages: 450,
      currency: CURRENCY,
      relaysEmail: false,
      paysAtOnce: true,
      hidesTracking: true,
      addListing: async ({ sku, title, quantity, price }) =>
        controls.addListing({ sku, title, quantity, price, currency: CURRENCY }),
      removeListing: async (sku) => done(controls.removeListing(sku)),
      shown: async (sku) => controls.shown()[sku] ?? null,
      async shownPrice(sku) {
        const minor = priceOf(state, sku);
        return minor === null ? null : (minor / 100).toFixed(2);
      },
      async buy({ lines, buyer }) {
        const bought = controls.buy({ lines, ...(buyer === undefined ? {} : { contact: { name: buyer } }) });
        if (!bought.ok) throw new Error(bought.why);
        return bought.order.purchaseId;
      },
      pay: async (orderId) => order(orderId).purchaseId,
      cancel: async (orderId) => done(controls.cancelByDepop(orderId)),
      isCancelled: async (orderId) => ["CANCELLED", "REFUNDED"].includes(order(orderId).status),
      parcels: async (orderId) =>
        order(orderId).parcels.map(({ parcelId, trackingNumber }) => ({
          trackingNumber,
          units: order(orderId).lines.filter((line) => line.parcelId === parcelId).length,
        })),
      async spoil(orderId) {
        spoiled.add(orderId);
        const { name, address, phone } = order(orderId).contact;
        return [name, address, phone];
      },
      delayOrders: async (ms) => controls.changeSettings({ orderVisibilityLagMs: ms }),
      oddities: {
        forgetUnit: "a line is one unit, with an id of its own",
        unknownOrderState: (orderId) =>
          odd.edit(
            (one) => one.purchase_id === orderId,
            (one) => {
              one.status = "BEING_WEIGHED";
            },
          ),
        unknownListingState: (sku) =>
          odd.edit(
            (one) => one.sku === sku && typeof one.status === "string",
            (one) => {
              one.status = "STATUS_ASLEEP";
            },
          ),
        spoilListing: (sku) =>
          odd.edit(
            (one) => one.sku === sku && typeof one.status === "string",
            (one) => {
              one.quantity = "several";
            },
          ),
        containTax: "its orders name no tax that prices contain",
      },
      breakNext: async (action, fault) => faults.add({ operation: OPERATIONS[action], ...toFault(fault) }),
    },
    consent:
      connectedBy === "api-key"
        ? null
        : {
            redirectUri: CALLBACK,
            async grant(consentUrl) {
              const shown = await app.request(consentUrl);
              if (shown.status !== 200) throw new Error(`The consent page says: ${await shown.text()}`);
              const body = new URLSearchParams([...consentUrl.searchParams, ["answer", "agree"]]);
              const agreed = await app.request(`${consentUrl.origin}${consentUrl.pathname}`, { method: "POST", body });
              const back = new URL(agreed.headers.get("location") ?? "");
              return { code: back.searchParams.get("code") ?? "", state: back.searchParams.get("state") };
            },
            revoke: async () => controls.expireTokens({ refresh: true }),
          },
    notifications: {
      endpoint: ENDPOINT,
      challenge: async () => null,
      async ofOrder(orderId) {
        await controls.settled();
        const found = arrived.find((raw) => new TextDecoder().decode(raw.body).includes(orderId));
        if (!found) throw new Error(`No webhook of order ${orderId} has arrived.`);
        return found;
      },
      subscriptions: async () => null,
    },
    secrets: [
      depopTestSettings.clientSecret,
      depopTestSettings.webhookSecret,
      tokens.accessToken,
      tokens.refreshToken,
      API_KEY,
    ],
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
    const holder = this as { purchase_id?: string; buyer_address?: { name?: string } };
    if (key !== "buyer_pays_amount" || !spoiled.has(holder.purchase_id ?? "")) return value;
    return `a lot, says ${holder.buyer_address?.name}`;
  });
  return new Response(JSON.stringify(body), { status: reply.status, headers: reply.headers });
}
