/** All that the emulated Amazon knows, as plain data. Times are ISO 8601 strings, money is minor units. */
import { createHash } from "node:crypto";
import { demoMarketplace, demoSeller, type Seller } from "./seed.ts";
import { type AmazonEmulatorSettings, type AmazonEmulatorSettingsInput, settingsSchema } from "./settings.ts";

export interface Issue {
  code: string;
  message: string;
  severity: "ERROR" | "WARNING" | "INFO";
  attributeNames: string[];
}

/** What a PATCH or a feed's message asks of a listing. */
export interface Change {
  quantity?: number;
  priceMinor?: number;
  /** True for op "replace" of the availability: what it leaves out is wiped. */
  wipesHandlingTime?: boolean;
  /** True when the merchant's own channel is written: it becomes the listing's channel. */
  toMerchant?: boolean;
}

export interface Item {
  sku: string;
  asin: string;
  title: string;
  barcode: string | null;
  imageUrl: string;
  priceMinor: number;
  currency: string;
  /** DEFAULT: the merchant's stock. AMAZON_EU: Amazon's. */
  channel: "DEFAULT" | "AMAZON_EU";
  quantity: number;
  /** lead_time_to_ship_max_days: a `merge` leaves it, a `replace` wipes it. */
  handlingDays: number | null;
  issues: Issue[];
  createdAt: string;
  changedAt: string;
  /** ACCEPTED and not applied yet, oldest first. */
  waiting: { dueAt: string; change: Change }[];
}

export interface Contact {
  name: string;
  addressLine1: string;
  addressLine2?: string;
  city: string;
  stateOrRegion?: string;
  postalCode: string;
  countryCode: string;
  phone: string;
}

export interface OrderLine {
  orderItemId: string;
  sku: string;
  asin: string;
  title: string;
  quantity: number;
  unitMinor: number;
  cancelRequested: boolean;
  cancelledBy: "BUYER" | "MERCHANT" | "AMAZON" | null;
}

export interface Package {
  packageReferenceId: string;
  carrier: string;
  trackingNumber: string;
  shipTime: string;
  createdAt: string;
  lines: { orderItemId: string; quantity: number }[];
}

export interface Order {
  orderId: string;
  createdAt: string;
  updatedAt: string;
  paidAt: string | null;
  cancelledAt: string | null;
  fulfilledBy: "MERCHANT" | "AMAZON";
  currency: string;
  buyer: { username: string; email: string; contact: Contact };
  lines: OrderLine[];
  shippingMinor: number;
  taxMinor: number;
  /** Charged apart from all items, as a DELIVERY_TIP. */
  tipMinor: number;
  programs: string[];
  associatedOrders: { orderId: string; associationType: string }[];
  channelName: "AMAZON" | "NON_AMAZON";
  serviceLevel: string;
  /** For its first item, as the other wishes. */
  gift: { giftMessage?: string; giftWrapLevel?: string } | null;
  customizedUrl: string | null;
  /** Where it is picked up: what recipient says then. */
  store: Contact | null;
  packages: Package[];
  /** "Your order was dispatched": one to the buyer per new package. */
  mailsSent: number;
}

export interface AccessToken {
  token: string;
  /** `application`: from client credentials, for grantless operations. */
  kind: "seller" | "application";
  expiresAt: string;
}

/** A file at a presigned address: what a feed brings, or what a report or a feed's result is. */
export interface StoredDocument {
  documentId: string;
  contentType: string;
  content: string | null;
  madeAt: string;
}

export interface Feed {
  feedId: string;
  feedType: string;
  inputDocumentId: string;
  createdAt: string;
  startsAt: string;
  endsAt: string;
  status: "IN_QUEUE" | "IN_PROGRESS" | "DONE" | "FATAL" | "CANCELLED";
  resultDocumentId: string | null;
  /** SKUs of a listings feed. */
  skus: string[];
}

export interface Report {
  reportId: string;
  reportType: string;
  createdAt: string;
  doneAt: string;
  status: "IN_QUEUE" | "IN_PROGRESS" | "DONE" | "FATAL" | "CANCELLED";
  documentId: string | null;
}

export interface QueuedHint {
  messageId: string;
  body: string;
  visibleAt: string;
  receives: number;
  receipt: string | null;
}

export interface AmazonState {
  settings: AmazonEmulatorSettings;
  seller: Seller;
  marketplace: typeof demoMarketplace;
  application: { clientId: string; clientSecret: string; applicationId: string; redirectUri: string };
  queue: { url: string; arn: string; accessKeyId: string };
  items: Map<string, Item>;
  /** SKUs with changes that wait. */
  unsettled: Set<string>;
  /** Changes of these SKUs are ACCEPTED and then refused, with these words. */
  refusals: Map<string, string>;
  orders: Map<string, Order>;
  /** Oldest first; at least the current one. */
  orderVersions: Map<string, { at: string; order: Order }[]>;
  accessTokens: Map<string, AccessToken>;
  refreshTokens: Map<string, { token: string; expiresAt: string }>;
  codes: Map<string, { code: string; expiresAt: string; used: boolean }>;
  documents: Map<string, StoredDocument>;
  feeds: Map<string, Feed>;
  reports: Map<string, Report>;
  destinations: Map<string, { destinationId: string; name: string; arn: string }>;
  subscriptions: Map<string, { subscriptionId: string; topic: string; payloadVersion: string; destinationId: string }>;
  hints: QueuedHint[];
  /** Calls left by operation. */
  buckets: Map<string, { left: number; at: string }>;
  /** What a careful client never does, in words: a PATCH beside an open feed, a listing taken out of Amazon's warehouse. */
  mishaps: string[];
  /** Source of ids and tokens: the same seed gives the same ones. */
  ids: { seed: string; counters: Record<string, number> };
}

export interface StateInput {
  clientId: string;
  clientSecret: string;
  applicationId: string;
  /** Where consent leads back to. */
  redirectUri?: string;
  queueUrl?: string;
  queueArn?: string;
  accessKeyId?: string;
  seed?: string;
  seller?: Partial<Seller>;
  settings?: AmazonEmulatorSettingsInput;
}

export function createState(input: StateInput): AmazonState {
  return {
    settings: settingsSchema.parse(input.settings ?? {}),
    seller: { ...demoSeller, ...input.seller },
    marketplace: demoMarketplace,
    application: {
      clientId: input.clientId,
      clientSecret: input.clientSecret,
      applicationId: input.applicationId,
      redirectUri: input.redirectUri ?? "",
    },
    queue: {
      url: input.queueUrl ?? "https://sqs.eu-west-2.amazonaws.com/123456789012/lockstep",
      arn: input.queueArn ?? "arn:aws:sqs:eu-west-2:123456789012:lockstep",
      accessKeyId: input.accessKeyId ?? "",
    },
    items: new Map(),
    unsettled: new Set(),
    refusals: new Map(),
    orders: new Map(),
    orderVersions: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    documents: new Map(),
    feeds: new Map(),
    reports: new Map(),
    destinations: new Map(),
    subscriptions: new Map(),
    hints: [],
    buckets: new Map(),
    mishaps: [],
    ids: { seed: input.seed ?? "amazon", counters: {} },
  };
}

/** The next number of its kind, from 1. */
export function nextNumber(state: AmazonState, kind: string): number {
  const next = (state.ids.counters[kind] ?? 0) + 1;
  state.ids.counters[kind] = next;
  return next;
}

/** Hexadecimal noise, the same for the same seed. */
export function noise(state: AmazonState, kind: string): string {
  const text = `${state.ids.seed}:${kind}:${nextNumber(state, kind)}`;
  return createHash("sha256").update(text).digest("hex");
}

export function uuid(state: AmazonState, kind: string): string {
  const hex = noise(state, kind);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

/** The state as JSON, without secrets of the application. */
export function stateAsJson(state: AmazonState): Record<string, unknown> {
  const { application, orderVersions: _, ids: __, ...rest } = state;
  const { clientSecret: ___, ...shown } = application;
  return Object.fromEntries(
    Object.entries({ ...rest, application: shown }).map(([key, value]) => {
      if (value instanceof Set) return [key, [...value]];
      if (!(value instanceof Map)) return [key, value];
      return [key, key === "refusals" || key === "buckets" ? Object.fromEntries(value) : [...value.values()]];
    }),
  );
}
