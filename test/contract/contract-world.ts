/**
 * What a connector's contract test must provide: the connector, an emulated marketplace behind `fetch`, a clock that both
 * obey, and a driver that acts on the marketplace as buyers and the merchant do, and looks at it past the connector.
 */
import type { Connector, Credentials, OpenChannel, RawNotification } from "#connectors/contract/connector.ts";
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteListing } from "#connectors/contract/remote-types.ts";
import { type Budgets, createTransport, type Transport } from "#connectors/transport/transport.ts";

export interface ContractWorld {
  connector: Connector;
  /** Of a merchant who has connected already. */
  credentials: Credentials;
  /** The same connector made anew, as after a restart of the process. */
  restarted(): Connector;
  clock: { now(): Date; advance(ms: number): void };
  /** Reaches the emulator. Rejects, as fetch does, where a reply is lost. */
  fetch: typeof globalThis.fetch;
  market: Market;
  /** Null for keys that a merchant types in. */
  consent: Consent | null;
  /** Null where the marketplace calls no endpoint. */
  notifications: NotificationDriver | null;
  /** Where hints lie in a queue: how long one that was received and not acknowledged stays away. */
  hintQueue?: { comesAgainAfterMs: number };
  /** What must never stand in a failure: client secrets, tokens, verification tokens. */
  secrets: readonly string[];
  close(): Promise<void>;
}

export interface Market {
  /** Enough to need more than one page each. */
  listingsForSeveralPages: number;
  ordersForSeveralPages: number;
  currency: string;
  /** True when a buyer's e-mail is the marketplace's alias. */
  relaysEmail: boolean;
  /** Every order is paid when it is made: there is no unpaid one to read. */
  paysAtOnce?: boolean;
  /** The marketplace's list has no titles: a listing's SKU stands for it. */
  hidesTitles?: boolean;
  /** The marketplace says that a parcel went, and never with which number. */
  hidesTracking?: boolean;

  addListing(listing: { sku: string; title: string; quantity: number; price: string; barcode?: string }): Promise<void>;
  /** The listing is gone for good. */
  removeListing(sku: string): Promise<void>;
  /** What a buyer would see now; null: the listing is gone. */
  shown(sku: string): Promise<number | null>;
  /** The price a buyer would pay, as a decimal string. */
  shownPrice(sku: string): Promise<string | null>;
  /** Returns the order's id as the connector shows it. */
  buy(purchase: { lines: { sku: string; quantity: number }[]; pay: boolean; buyer?: string }): Promise<string>;
  /** Returns the order's id after payment. */
  pay(orderId: string): Promise<string>;
  /** The order ends as cancelled, by whatever way this marketplace has. */
  cancel(orderId: string): Promise<void>;
  isCancelled(orderId: string): Promise<boolean>;
  /** Buyer's request, waiting for an answer. Absent where there is no such thing. */
  askToCancel?(orderId: string): Promise<void>;
  /** Present where the marketplace ships by its own label, and takes no number of ours: the carrier has the parcel now. */
  ship?(orderId: string): Promise<void>;
  parcels(orderId: string): Promise<{ trackingNumber: string | null; units: number }[]>;
  /** From now on this order is sent with a field that no reader can take. Returns text of the buyer's that must not leak. */
  spoil(orderId: string): Promise<string[]>;
  /** From now on orders and changes show in order reads this much later, never later than the manifest says. */
  delayOrders?(ms: number): Promise<void>;
  oddities: Oddities;
  /** The next call that this action makes goes wrong. */
  breakNext(action: ContractAction, fault: ContractFault): Promise<void>;
}

/** What real marketplaces do, whatever their specs say. Each brings it about, or is one line that says why there is none. */
export interface Oddities {
  /** A unit of the order's only line is taken back, and the order does not tell of it any more. */
  forgetUnit: ((orderId: string) => void) | string;
  /** The order is in a state that no reader knows. */
  unknownOrderState: ((orderId: string) => void) | string;
  /** The listing is. */
  unknownListingState: ((sku: string) => void) | string;
  /** The listing is sent with a field that no reader can take. */
  spoilListing: ((sku: string) => void) | string;
  /** From now on prices contain tax, in percent. */
  containTax: ((percent: number) => void) | string;
}

export type ContractAction =
  | "checkAccess"
  | "readListings"
  | "readQuantities"
  | "writeQuantities"
  | "readOrders"
  | "readOrder"
  | "readShipments"
  | "confirmShipment"
  | "cancelOrder"
  | "refresh";

export type ContractFault =
  | { kind: "status"; status: 401 | 429 | 500 | 503; retryAfterS?: number }
  /** It happened over there; then 503. */
  | { kind: "status-after"; status: 503 }
  /** It happened over there; the reply was lost. */
  | { kind: "reply-lost" }
  /** It never arrived, but the caller cannot know. */
  | { kind: "request-lost" };

export interface Consent {
  redirectUri: string;
  /** A merchant who says yes on the consent page: the code that comes back, the state, and all else that came with them. */
  grant(consentUrl: URL): Promise<{ code: string; state: string | null; callback?: URLSearchParams }>;
  /** The merchant withdraws: the refresh token is worth nothing any more. */
  revoke(): Promise<void>;
}

export interface NotificationDriver {
  endpoint: string;
  /** How the marketplace tests an endpoint, and the body it wants back; null where it does not. */
  challenge(): Promise<{ raw: RawNotification; answer: string } | null>;
  /** A notification of this order, signed as the marketplace signs. */
  ofOrder(orderId: string): Promise<RawNotification>;
  /** How many subscriptions the marketplace holds for us; null where one cannot see it. */
  subscriptions(): Promise<number | null>;
}

/** No budget of ours: the contract is about the marketplace's own answers. */
const unlimited: Budgets = {
  take: async () => ({ granted: true }),
  exhausted: async () => {},
};

export interface ObservedTransport extends Transport {
  failures: Failure[];
  operations: string[];
}

/** The world's own account, over a transport that nobody looks at. */
export function openAccount(world: ContractWorld): OpenChannel {
  const { connector, credentials, clock } = world;
  return connector.open({ credentials, transport: transportFor(world), now: () => clock.now() });
}

/** All that it lists, page by page. */
export async function readAllListings(channel: OpenChannel): Promise<RemoteListing[]> {
  const all: RemoteListing[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<OpenChannel["readListings"]>> = await channel.readListings(cursor);
    if (!page.ok) throw new Error(page.failure.message);
    all.push(...page.value.listings);
    cursor = page.value.nextCursor;
    if (cursor === null) return all;
  }
}

export function transportFor(world: ContractWorld, connector = world.connector): ObservedTransport {
  const failures: Failure[] = [];
  const operations: string[] = [];
  const transport = createTransport({
    fetch: world.fetch,
    budgets: unlimited,
    limits: connector.manifest.limits,
    concurrencyMax: 6,
    timeoutMs: connector.manifest.requestTimeoutMs,
    toFailure: (reply, call) => connector.toFailure(reply, call),
    onCall: ({ operation }) => operations.push(operation),
    nowMs: () => world.clock.now().getTime(),
  });
  return {
    failures,
    operations,
    async send(call) {
      const result = await transport.send(call);
      if (!result.ok) failures.push(result.failure);
      return result;
    },
  };
}
