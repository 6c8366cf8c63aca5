/** Vinted's emulator as the contract suite wants it: in this process, on a clock of the test's. */
import type { RawNotification } from "#connectors/contract/connector.ts";
import { createVintedConnector, type VintedSettings } from "#connectors/vinted/index.ts";
import { createVintedEmulator, type VintedEmulator } from "#test/emulators/vinted/emulator.ts";
import { decimal, itemBySku } from "#test/emulators/vinted/market.ts";
import type { VintedSettingsInput } from "#test/emulators/vinted/settings.ts";
import type { Order } from "#test/emulators/vinted/state.ts";
import type { ContractAction, ContractFault, ContractWorld } from "./contract-world.ts";
import { createOddReplies } from "./odd-replies.ts";

const ORIGIN = "http://vinted.test";
const ENDPOINT = "https://lockstep.example/notifications/vinted/channel-1";
const CURRENCY = "GBP";
const SIGNING_KEY = "signing-key-for-the-contract-suite";
const TOKEN = `access-key-1,${SIGNING_KEY}`;
export const VINTED_WEBHOOK_SECRET = "webhook-key-for-the-contract-suite";

/** The operation that an action cannot do without, by the emulator's name. */
const OPERATIONS: Record<ContractAction, string> = {
  checkAccess: "getItems",
  readListings: "getImportedItems",
  readQuantities: "getItemStatus",
  writeQuantities: "deleteItems",
  readOrders: "getOrders",
  readOrder: "getOrder",
  readShipments: "getShipment",
  confirmShipment: "getShipment",
  cancelOrder: "cancelOrder",
  refresh: "none",
};

type Fetch = typeof globalThis.fetch;

export interface VintedWorld extends ContractWorld {
  emulator: VintedEmulator;
  /** Reaches the emulator past `wrap`. */
  plainFetch: Fetch;
  /** Webhooks, as they came. */
  arrived: readonly RawNotification[];
}

export interface VintedWorldOptions {
  wrap?: (fetch: Fetch) => Fetch;
  settings?: VintedSettingsInput;
}

export async function setupVinted(options: VintedWorldOptions = {}): Promise<VintedWorld> {
  const { wrap = (fetch: Fetch) => fetch } = options;
  let nowMs = Date.parse("2026-11-22T12:00:00.000Z");
  const clock = { now: () => new Date(nowMs), sleep: async () => {} };
  const arrived: RawNotification[] = [];
  const odd = createOddReplies();
  const spoiled = new Set<string>();
  const prices = new Map<string, { title: string; price: string }>();
  const settings: VintedSettings = {
    // Keys of two webhooks: of another shop, and of ours.
    webhookSecret: `another-shops-key,${VINTED_WEBHOOK_SECRET}`,
    apiOrigin: ORIGIN,
  };

  const emulator = createVintedEmulator({
    token: TOKEN,
    webhookUrl: ENDPOINT,
    webhookSecret: VINTED_WEBHOOK_SECRET,
    clock,
    listings: [],
    // Paid when bought, where the buyer is to pay at all.
    settings: { readyAfterMs: 0, ...options.settings },
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

  const plainFetch: Fetch = async (input, init) => {
    const reply = await app.request(new Request(input, init));
    // The kit's mark for a connection that was cut: a socket would have thrown.
    if (reply.headers.has("x-emulator-lost")) {
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      });
    }
    return odd.apply(await spoil(reply, spoiled));
  };
  const fetch = wrap(plainFetch);

  function order(orderId: string): Order {
    controls.shown();
    const found = state.orders.get(orderId);
    if (!found) throw new Error(`The emulator has no order ${orderId}.`);
    return found;
  }

  function done(change: { ok: true } | { ok: false; why: string }): void {
    if (!change.ok) throw new Error(change.why);
  }

  return {
    emulator,
    plainFetch,
    arrived,
    connector: createVintedConnector(settings),
    restarted: () => createVintedConnector(settings),
    credentials: { token: TOKEN },
    clock: {
      now: clock.now,
      advance(ms) {
        nowMs += ms;
      },
    },
    fetch,
    market: {
      listingsForSeveralPages: 520,
      ordersForSeveralPages: 120,
      currency: CURRENCY,
      relaysEmail: false,
      hidesTitles: true,
      // A listing is one thing, however many the merchant has.
      async addListing({ sku, title, price }) {
        prices.set(sku, { title, price });
        controls.addItem({ sku, title, price, currency: CURRENCY });
      },
      removeListing: async (sku) => done(controls.removeItem(sku)),
      shown: async (sku) => controls.shown()[sku] ?? null,
      async shownPrice(sku) {
        const item = itemBySku(state, sku);
        return item ? decimal(item.priceMinor) : null;
      },
      async buy({ lines, pay, buyer }) {
        for (const { sku } of lines) {
          const known = prices.get(sku);
          // The merchant has listed the next one of its kind.
          if (known && controls.shown()[sku] !== 1) controls.addItem({ sku, currency: CURRENCY, ...known });
        }
        const skus = lines.map((line) => line.sku);
        const bought = controls.buy({ skus, pay, ...(buyer === undefined ? {} : { delivery: { name: buyer } }) });
        if (!bought.ok) throw new Error(bought.why);
        return bought.order.id;
      },
      async pay(orderId) {
        done(controls.pay(orderId));
        return orderId;
      },
      cancel: async (orderId) => done(controls.cancel(orderId)),
      isCancelled: async (orderId) => order(orderId).status === "CANCELED",
      ship: async (orderId) => done(controls.ship(orderId)),
      async parcels(orderId) {
        const { status, label, items } = order(orderId);
        const sent = status === "SHIPPED" || status === "DELIVERED";
        return sent ? [{ trackingNumber: label?.trackingCode ?? null, units: items.length }] : [];
      },
      async spoil(orderId) {
        spoiled.add(orderId);
        const { name, line1 } = order(orderId).delivery;
        return [name, line1];
      },
      delayOrders: async (ms) => controls.changeSettings({ orderVisibilityLagMs: ms }),
      oddities: {
        forgetUnit: "a line is one thing",
        unknownOrderState: (orderId) =>
          odd.edit(
            (one) => one.id === orderId && typeof one.status === "string",
            (one) => {
              one.status = "BEING_WEIGHED";
            },
          ),
        unknownListingState: (sku) =>
          odd.edit(
            (one) => one.item_reference === sku && typeof one.status === "string",
            (one) => {
              one.status = "ASLEEP";
            },
          ),
        spoilListing: (sku) =>
          odd.edit(
            (one) => one.item_reference === sku && typeof one.status === "string",
            (one) => {
              one.status = 7;
            },
          ),
        containTax: "its orders name no tax at all",
      },
      breakNext: async (action, fault) => faults.add({ operation: OPERATIONS[action], ...toFault(fault) }),
    },
    consent: null,
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
    secrets: [SIGNING_KEY, TOKEN, VINTED_WEBHOOK_SECRET],
    close: async () => {},
  };
}

function toFault(fault: ContractFault) {
  if (fault.kind === "reply-lost") return { kind: "drop-after" } as const;
  if (fault.kind === "request-lost") return { kind: "drop-before" } as const;
  return fault;
}

/** Orders in `spoiled` get an amount that is not a number, with the buyer's name in it. As text: parsing would round ids. */
async function spoil(reply: Response, spoiled: ReadonlySet<string>): Promise<Response> {
  if (spoiled.size === 0 || !reply.headers.get("content-type")?.includes("json")) return reply;
  let text = await reply.text();
  for (const id of spoiled) {
    const amount = new RegExp(`("id":${id},.*?"amount":)[\\d.]+(.*?"name":"([^"]*)")`);
    text = text.replace(
      amount,
      (_, before: string, after: string, name: string) => `${before}"a lot, says ${name}"${after}`,
    );
  }
  return new Response(text, { status: reply.status, headers: reply.headers });
}
