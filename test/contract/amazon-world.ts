/** Amazon's emulator as the contract suite wants it: in this process, on a clock of the test's. */
import { gunzipSync } from "node:zlib";
import { type AmazonSettings, createAmazonConnector } from "#connectors/amazon/index.ts";
import { type AmazonEmulator, createAmazonEmulator } from "#test/emulators/amazon/emulator.ts";
import type { Done } from "#test/emulators/amazon/listings.ts";
import { decimal } from "#test/emulators/amazon/money.ts";
import type { AmazonEmulatorSettingsInput } from "#test/emulators/amazon/settings.ts";
import type { Order } from "#test/emulators/amazon/state.ts";
import type { ContractAction, ContractFault, ContractWorld } from "./contract-world.ts";
import { at, createOddReplies } from "./odd-replies.ts";

export const AMAZON_TEST_ORIGIN = "http://amazon.test";
const REDIRECT_URI = "https://lockstep.example/connect/amazon/callback";
const SECONDS = 1_000;

export const amazonTestSettings = {
  clientId: "amzn1.application-oa2-client.lockstep",
  clientSecret: "amzn1.oa2-cs.v1.lockstep-client-secret",
  applicationId: "amzn1.sp.solution.lockstep",
  marketplaceId: "A1F83G8C2ARO7P",
  apiOrigin: AMAZON_TEST_ORIGIN,
  lwaOrigin: AMAZON_TEST_ORIGIN,
  sqs: {
    endpoint: AMAZON_TEST_ORIGIN,
    queueUrl: `${AMAZON_TEST_ORIGIN}/123456789012/lockstep`,
    queueArn: "arn:aws:sqs:eu-west-2:123456789012:lockstep",
    region: "eu-west-2",
    accessKeyId: "AKIALOCKSTEP",
    secretAccessKey: "lockstep-secret-access-key",
  },
} satisfies AmazonSettings;

/** The operation that an action cannot do without, by Amazon's name. */
const OPERATIONS: Record<ContractAction, string> = {
  checkAccess: "getMarketplaceParticipations",
  readListings: "getReports",
  readQuantities: "searchListingsItems",
  writeQuantities: "patchListingsItem",
  readOrders: "searchOrders",
  readOrder: "getOrder",
  readShipments: "getOrder",
  confirmShipment: "confirmShipment",
  cancelOrder: "createFeed",
  refresh: "token",
};

type Fetch = typeof globalThis.fetch;

export interface AmazonWorld extends ContractWorld {
  emulator: AmazonEmulator;
}

export interface AmazonWorldOptions {
  wrap?: (fetch: Fetch) => Fetch;
  connector?: Partial<AmazonSettings>;
  emulator?: AmazonEmulatorSettingsInput;
}

/** Amazon's own slowness in all: reports, feeds and changes take their time. */
const SLOW: AmazonEmulatorSettingsInput = {
  listingLagMs: 40 * SECONDS,
  reportMs: 50 * SECONDS,
  feedQueueMs: 60 * SECONDS,
  feedProcessMs: 30 * SECONDS,
  // The contract is about the marketplace's own answers; the details are about its limits.
  rateLimits: false,
};

export async function setupAmazon(options: AmazonWorldOptions = {}): Promise<AmazonWorld> {
  let nowMs = Date.parse("2026-11-22T12:00:00.000Z");
  const clock = { now: () => new Date(nowMs), sleep: async () => {} };
  const settings: AmazonSettings = { ...amazonTestSettings, ...options.connector };
  const odd = createOddReplies();
  const spoiled = new Set<string>();

  const emulator = createAmazonEmulator({
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    applicationId: settings.applicationId,
    redirectUri: REDIRECT_URI,
    queueUrl: amazonTestSettings.sqs.queueUrl,
    queueArn: amazonTestSettings.sqs.queueArn,
    accessKeyId: amazonTestSettings.sqs.accessKeyId,
    clock,
    listings: [],
    settings: { ...SLOW, ...options.emulator },
  });
  const { app, state, controls, faults } = emulator;

  const direct: Fetch = async (input, init) => {
    const reply = await app.request(new Request(input, init));
    // The kit's mark for a connection that was cut: a socket would have thrown.
    if (reply.headers.has("x-emulator-lost")) {
      throw new TypeError("fetch failed", {
        cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      });
    }
    return odd.apply(await spoil(await unpack(reply), spoiled));
  };
  const fetch = options.wrap ? options.wrap(direct) : direct;

  function order(orderId: string): Order {
    const found = state.orders.get(orderId);
    if (!found) throw new Error(`The emulator has no order ${orderId}.`);
    return found;
  }

  function done(change: Done): void {
    if (!change.ok) throw new Error(change.why);
  }

  const tokens = controls.grant();

  return {
    emulator,
    connector: createAmazonConnector(settings),
    restarted: () => createAmazonConnector(settings),
    credentials: { ...tokens, expiresAt: new Date(nowMs + 3_600_000).toISOString() },
    // Tests last longer than a token: what a token's end does is another clause's matter.
    clock: {
      now: clock.now,
      advance(ms) {
        nowMs += ms;
        const token = state.accessTokens.get(tokens.accessToken);
        if (token) token.expiresAt = new Date(nowMs + 3_600_000).toISOString();
      },
    },
    fetch,
    market: {
      listingsForSeveralPages: 1_100,
      ordersForSeveralPages: 250,
      currency: "GBP",
      relaysEmail: true,
      addListing: async (listing) => controls.addListing(listing),
      removeListing: async (sku) => done(controls.removeListing(sku)),
      shown: async (sku) => controls.shown()[sku] ?? null,
      shownPrice: async (sku) => {
        controls.shown();
        const item = state.items.get(sku);
        return item ? decimal(item.priceMinor) : null;
      },
      async buy({ lines, pay, buyer }) {
        const bought = controls.buy({ lines, pay, ...(buyer === undefined ? {} : { username: buyer }) });
        if (!bought.ok) throw new Error(bought.why);
        return bought.order.orderId;
      },
      async pay(orderId) {
        done(controls.pay(orderId));
        return orderId;
      },
      cancel: async (orderId) => done(controls.cancel(orderId)),
      async isCancelled(orderId) {
        controls.shown();
        return order(orderId).cancelledAt !== null;
      },
      askToCancel: async (orderId) => done(controls.askToCancel(orderId)),
      parcels: async (orderId) =>
        order(orderId).packages.map(({ trackingNumber, lines }) => ({
          trackingNumber,
          units: lines.reduce((sum, line) => sum + line.quantity, 0),
        })),
      async spoil(orderId) {
        spoiled.add(orderId);
        const { email, contact } = order(orderId).buyer;
        return [email, contact.name, contact.addressLine1, contact.phone];
      },
      delayOrders: async (ms) => controls.changeSettings({ orderVisibilityLagMs: ms }),
      oddities: {
        forgetUnit: (orderId) =>
          odd.edit(
            (one) => one.orderId === orderId,
            (one) => {
              const item = at(one, "orderItems", 0);
              item.quantityOrdered = Number(item.quantityOrdered) - 1;
            },
          ),
        unknownOrderState: (orderId) =>
          odd.edit(
            (one) => one.orderId === orderId,
            (one) => {
              at(one, "fulfillment").fulfillmentStatus = "BEING_WEIGHED";
            },
          ),
        unknownListingState: "its list is a report of text, whose rows amazon-listings.test.ts makes odd",
        spoilListing: "as above",
        containTax: (percent) => controls.changeSettings({ taxIncludedPercent: percent }),
      },
      breakNext: async (action, fault) => faults.add({ operation: OPERATIONS[action], ...toFault(fault) }),
    },
    consent: {
      redirectUri: REDIRECT_URI,
      async grant(consentUrl) {
        const shown = await app.request(consentUrl);
        if (shown.status !== 200) throw new Error(`The consent page says: ${await shown.text()}`);
        const body = new URLSearchParams([...consentUrl.searchParams, ["answer", "confirm"]]);
        const agreed = await app.request(`${AMAZON_TEST_ORIGIN}/apps/authorize/consent`, { method: "POST", body });
        const callback = new URL(agreed.headers.get("location") ?? "").searchParams;
        return { code: callback.get("spapi_oauth_code") ?? "", state: callback.get("state"), callback };
      },
      revoke: async () => controls.expireTokens({ refresh: true }),
    },
    notifications: null,
    hintQueue: { comesAgainAfterMs: 60 * SECONDS },
    secrets: [settings.clientSecret, amazonTestSettings.sqs.secretAccessKey, tokens.accessToken, tokens.refreshToken],
    close: async () => {},
  };
}

function toFault(fault: ContractFault) {
  if (fault.kind === "reply-lost") return { kind: "drop-after" } as const;
  if (fault.kind === "request-lost") return { kind: "drop-before" } as const;
  return fault;
}

/** What fetch does with a body that its header calls gzip. */
async function unpack(reply: Response): Promise<Response> {
  if (reply.headers.get("content-encoding") !== "gzip") return reply;
  const body = gunzipSync(new Uint8Array(await reply.arrayBuffer()));
  const headers = new Headers(reply.headers);
  headers.delete("content-encoding");
  return new Response(new Uint8Array(body), { status: reply.status, headers });
}

/** Orders in `spoiled` get a total that is not a number, with the buyer's name in it. */
async function spoil(reply: Response, spoiled: ReadonlySet<string>): Promise<Response> {
  if (spoiled.size === 0 || !reply.headers.get("content-type")?.startsWith("application/json")) return reply;
  const body = JSON.parse(await reply.clone().text(), function (this: unknown, key, value: unknown) {
    const holder = this as { orderId?: string; buyer?: { buyerName?: string } };
    if (key !== "proceeds" || !spoiled.has(holder.orderId ?? "")) return value;
    return { grandTotal: { amount: `a lot, says ${holder.buyer?.buyerName}`, currencyCode: "GBP" } };
  });
  return new Response(JSON.stringify(body), { status: reply.status, headers: reply.headers });
}
