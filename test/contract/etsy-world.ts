/** Etsy's emulator as the contract suite wants it: in this process, on a clock of the test's. */
import type { RawNotification } from "#connectors/contract/connector.ts";
import { createEtsyConnector, type EtsySettings } from "#connectors/etsy/index.ts";
import { createEtsyEmulator, type EtsyEmulator } from "#test/emulators/etsy/emulator.ts";
import type { EtsySettingsInput } from "#test/emulators/etsy/settings.ts";
import type { Receipt } from "#test/emulators/etsy/state.ts";
import type { ContractAction, ContractFault, ContractWorld } from "./contract-world.ts";
import { at, createOddReplies } from "./odd-replies.ts";

export const ETSY_TEST_ORIGIN = "http://etsy.test";
export const ETSY_ENDPOINT = "https://lockstep.example/notifications/etsy";
const ACCEPT_URL = "https://lockstep.example/connect/etsy/callback";
const HOUR_MS = 3_600_000;

export const etsyTestSettings = {
  keystring: "lockstepkeystring00000000",
  sharedSecret: "lockstep-shared-secret-value",
  webhookSecret: `whsec_${Buffer.from("a-webhook-signing-secret-of-the-suite").toString("base64")}`,
  apiOrigin: ETSY_TEST_ORIGIN,
} satisfies EtsySettings;

/** The operation that an action cannot do without, by Etsy's name. */
const OPERATIONS: Record<ContractAction, string> = {
  checkAccess: "getMe",
  readListings: "getListingsByShop",
  readQuantities: "getListingInventory",
  writeQuantities: "updateListingInventory",
  readOrders: "getShopReceipts",
  readOrder: "getShopReceipt",
  readShipments: "getShopReceipt",
  confirmShipment: "createReceiptShipment",
  cancelOrder: "none",
  refresh: "token",
};

type Fetch = typeof globalThis.fetch;

export interface EtsyWorld extends ContractWorld {
  emulator: EtsyEmulator;
  /** What has arrived at the app's endpoint. */
  arrived: RawNotification[];
  /** Called before each call reaches the marketplace, and after it was answered. */
  beforeCall: (request: Request) => void;
  onReply: () => void;
}

export interface EtsyWorldOptions {
  wrap?: (fetch: Fetch) => Fetch;
  settings?: EtsySettingsInput;
}

export async function setupEtsy({ wrap = (fetch) => fetch, settings }: EtsyWorldOptions = {}): Promise<EtsyWorld> {
  let nowMs = Date.parse("2026-11-22T12:00:00.000Z");
  const clock = { now: () => new Date(nowMs), sleep: async () => {} };
  const arrived: RawNotification[] = [];
  const odd = createOddReplies();
  const spoiled = new Set<number>();

  const emulator = createEtsyEmulator({
    ...etsyTestSettings,
    acceptUrl: ACCEPT_URL,
    webhookEndpoint: ETSY_ENDPOINT,
    clock,
    listings: [],
    // Time stands still in most clauses; call limits have tests of their own.
    settings: { callsPerSecondMax: 1_000_000, callsPerDayMax: 1_000_000, ...settings },
    send: receive,
  });
  const { app, state, controls, faults } = emulator;

  const fetch = wrap(async (input, init) => {
    const request = new Request(input, init);
    world.beforeCall(request);
    const reply = await app.request(request);
    world.onReply();
    // The kit's mark for a connection that was cut: a socket would have thrown.
    if (reply.headers.has("x-emulator-lost")) {
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      });
    }
    return odd.apply(await spoil(reply, spoiled));
  });

  async function receive(request: Request): Promise<Response> {
    const url = new URL(request.url);
    arrived.push({
      method: request.method,
      endpoint: `${url.origin}${url.pathname}`,
      query: url.searchParams,
      headers: request.headers,
      body: new Uint8Array(await request.arrayBuffer()),
    });
    return new Response(null, { status: 204 });
  }

  function receipt(orderId: string): Receipt {
    const found = state.receipts.get(Number(orderId));
    if (!found) throw new Error(`The emulator has no receipt ${orderId}.`);
    return found;
  }

  function done(change: { ok: true } | { ok: false; why: string }): void {
    if (!change.ok) throw new Error(change.why);
  }

  const tokens = controls.grant();

  const world: EtsyWorld = {
    emulator,
    arrived,
    beforeCall: () => {},
    onReply: () => {},
    connector: createEtsyConnector(etsyTestSettings),
    restarted: () => createEtsyConnector(etsyTestSettings),
    credentials: {
      ...tokens,
      expiresAt: new Date(nowMs + HOUR_MS).toISOString(),
      refreshTokenExpiresAt: new Date(nowMs + 90 * 24 * HOUR_MS).toISOString(),
      userId: String(state.seller.userId),
      shopId: String(state.seller.shopId),
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
      ordersForSeveralPages: 250,
      currency: state.seller.currency,
      relaysEmail: false,
      addListing: async (listing) => controls.addListing(listing),
      removeListing: async (sku) => done(controls.removeListing(sku)),
      shown: async (sku) => controls.shown()[sku] ?? null,
      async shownPrice(sku) {
        const products = [...state.listings.values()].flatMap((one) => one.products);
        const found = products.find((one) => one.sku === sku);
        return found ? (found.offering.priceMinor / 100).toFixed(2) : null;
      },
      async buy({ lines, pay, buyer }) {
        const bought = controls.buy({ lines, pay, ...(buyer === undefined ? {} : { username: buyer }) });
        if (!bought.ok) throw new Error(bought.why);
        return String(bought.receipt.receiptId);
      },
      async pay(orderId) {
        done(controls.pay(orderId));
        return orderId;
      },
      cancel: async (orderId) => done(controls.cancel(orderId)),
      isCancelled: async (orderId) => receipt(orderId).cancelledAt !== null,
      parcels: async (orderId) =>
        receipt(orderId).shipments.map(({ trackingCode }) => ({
          trackingNumber: trackingCode,
          units: receipt(orderId).lines.reduce((sum, line) => sum + line.quantity, 0),
        })),
      async spoil(orderId) {
        spoiled.add(Number(orderId));
        const { username, email, contact } = receipt(orderId).buyer;
        return [username, email, contact.name, contact.firstLine];
      },
      delayOrders: async (ms) => controls.changeSettings({ orderVisibilityLagMs: ms }),
      oddities: {
        forgetUnit: (orderId) =>
          odd.edit(
            (one) => String(one.receipt_id) === orderId && Array.isArray(one.transactions),
            (one) => {
              const line = at(one, "transactions", 0);
              line.quantity = Number(line.quantity) - 1;
            },
          ),
        unknownOrderState: (orderId) =>
          odd.edit(
            (one) => String(one.receipt_id) === orderId && Array.isArray(one.transactions),
            (one) => {
              one.status = "Being weighed";
            },
          ),
        unknownListingState: (sku) =>
          odd.edit(hasSku(sku), (one) => {
            one.state = "asleep";
          }),
        spoilListing: (sku) =>
          odd.edit(hasSku(sku), (one) => {
            one.listing_id = "several";
          }),
        containTax: "etsy-money.test.ts has receipts with VAT in their prices",
      },
      breakNext: async (action, fault) => faults.add({ operation: OPERATIONS[action], ...toFault(fault) }),
    },
    consent: {
      redirectUri: ACCEPT_URL,
      async grant(consentUrl) {
        const shown = await app.request(consentUrl);
        if (shown.status !== 200) throw new Error(`The consent page says: ${await shown.text()}`);
        const body = new URLSearchParams([...consentUrl.searchParams, ["answer", "grant"]]);
        const granted = await app.request(`${ETSY_TEST_ORIGIN}/oauth/connect`, { method: "POST", body });
        const back = new URL(granted.headers.get("location") ?? "");
        return { code: back.searchParams.get("code") ?? "", state: back.searchParams.get("state") };
      },
      revoke: async () => controls.expireTokens({ refresh: true }),
    },
    notifications: {
      endpoint: ETSY_ENDPOINT,
      challenge: async () => null,
      async ofOrder(orderId) {
        await controls.settled();
        const found = arrived.find((raw) => new TextDecoder().decode(raw.body).includes(orderId));
        if (!found) throw new Error(`No notification of order ${orderId} has arrived.`);
        return found;
      },
      subscriptions: async () => null,
    },
    secrets: [etsyTestSettings.sharedSecret, etsyTestSettings.webhookSecret, tokens.accessToken, tokens.refreshToken],
    close: async () => {},
  };
  return world;
}

function toFault(fault: ContractFault) {
  if (fault.kind === "reply-lost") return { kind: "drop-after" } as const;
  if (fault.kind === "request-lost") return { kind: "drop-before" } as const;
  return fault;
}

/** Receipts in `spoiled` get a total that is not money, with the buyer's name in it. */
async function spoil(reply: Response, spoiled: ReadonlySet<number>): Promise<Response> {
  if (spoiled.size === 0 || !reply.headers.get("content-type")?.includes("json")) return reply;
  const body = JSON.parse(await reply.clone().text(), function (this: unknown, key, value: unknown) {
    const holder = this as { receipt_id?: number; name?: string };
    if (key !== "grandtotal" || !spoiled.has(holder.receipt_id ?? 0)) return value;
    return { amount: `a lot, says ${holder.name}`, divisor: 100, currency_code: "GBP" };
  });
  return new Response(JSON.stringify(body), { status: reply.status, headers: reply.headers });
}

/** A listing as Etsy sends it, with a product of this SKU. */
function hasSku(sku: string): (one: Record<string, unknown>) => boolean {
  return (one) => {
    if (typeof one.listing_id !== "number" || one.state === undefined) return false;
    const { products = [] } = (one.inventory ?? {}) as { products?: { sku?: string }[] };
    return products.some((product) => product.sku === sku);
  };
}
