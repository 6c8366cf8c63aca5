/** All that the emulated eBay knows, as plain data. Times are ISO 8601 strings, money is minor units. */

import { demoSeller, type Seller } from "./seed.ts";
import { type EbaySettings, type EbaySettingsInput, settingsSchema } from "./settings.ts";

/** An inventory item and its one fixed-price offer: eBay keeps two records, a seller thinks of one. */
export interface Item {
  sku: string;
  title: string;
  barcode: string | null;
  imageUrl: string;
  aspects: Record<string, string>;
  groupKey: string | null;
  /** Total ship-to-home quantity. The listing shows the lesser of this and the offer's. */
  shipToHome: number;
  outsideInventoryApi: boolean;
  offer: Offer;
}

export interface Offer {
  offerId: string;
  availableQuantity: number;
  priceMinor: number;
  currency: string;
  marketplaceId: string;
  /** Null: the offer is unpublished, no listing exists. Variations share one. */
  listingId: string | null;
  /** Null for a listing without variations. */
  variationId: string | null;
  soldQuantity: number;
}

export interface Group {
  key: string;
  title: string;
  skus: string[];
}

export interface Contact {
  fullName: string;
  addressLine1: string;
  addressLine2?: string;
  city: string;
  stateOrProvince?: string;
  postalCode: string;
  countryCode: string;
  phone: string;
}

export interface OrderLine {
  lineItemId: string;
  sku: string;
  title: string;
  quantity: number;
  unitMinor: number;
  listingId: string;
  variationId: string | null;
  aspects: Record<string, string>;
  marketplaceId: string;
  taxMinor: number;
}

export interface Shipment {
  fulfillmentId: string;
  lines: { lineItemId: string; quantity: number }[];
  carrier: string | null;
  trackingNumber: string | null;
  shippedAt: string;
}

/**
 * What an order is besides a parcel to its buyer, by the spec's Program and FulfillmentInstructionsType. Click & Collect has
 * no mark there: only its address differs.
 */
export const ORDER_KINDS = [
  "authenticity-guarantee",
  "click-and-collect",
  "fulfilled-by-ebay",
  "digital",
  "gift-card",
  "in-store-pickup",
] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

export interface Refund {
  refundId: string;
  /** Null: the whole order. */
  lineItemId: string | null;
  minor: number;
  issuedAt: string;
  settlesAt: string;
}

export interface Cancellation {
  cancelId: string;
  by: "BUYER" | "SELLER";
  reason: string;
  requestedAt: string;
  state: "REQUESTED" | "COMPLETED" | "REJECTED";
  closedAt: string | null;
}

export interface Order {
  orderId: string;
  /** The id it had while unpaid, when settings.unpaidOrderIdChanges. */
  formerOrderId: string | null;
  salesRecord: string;
  createdAt: string;
  modifiedAt: string;
  paidAt: string | null;
  buyer: { username: string; userId: string; email: string; contact: Contact };
  note: string | null;
  currency: string;
  kind: OrderKind | null;
  lines: OrderLine[];
  shippingMinor: number;
  /** Taken off the items' prices as a whole. */
  discountMinor: number;
  /** Named in `tax`, and part of the prices. */
  vatMinor: number;
  shipments: Shipment[];
  refunds: Refund[];
  cancellations: Cancellation[];
  cancelledAt: string | null;
}

/** An order as it was from `at` on: getOrders may show an older version than getOrder. */
export interface OrderVersion {
  at: string;
  order: Order;
}

export interface AccessToken {
  token: string;
  kind: "user" | "application";
  scopes: string[];
  expiresAt: string;
}

export interface RefreshToken {
  token: string;
  scopes: string[];
  expiresAt: string;
}

export interface AuthorizationCode {
  code: string;
  scopes: string[];
  expiresAt: string;
  used: boolean;
}

export interface Destination {
  destinationId: string;
  name: string;
  status: "ENABLED" | "DISABLED" | "MARKED_DOWN";
  endpoint: string;
  verificationToken: string;
}

export interface Subscription {
  subscriptionId: string;
  topicId: string;
  destinationId: string;
  status: "ENABLED" | "DISABLED";
  schemaVersion: string;
  createdAt: string;
}

/** A notification on its way, and what became of it. */
export interface Delivery {
  notificationId: string;
  topicId: string;
  endpoint: string;
  eventAt: string;
  data: unknown;
  attempts: { at: string; status: number | null }[];
  outcome: "pending" | "held" | "delivered" | "lost" | "given-up";
}

export interface EbayState {
  settings: EbaySettings;
  seller: Seller;
  application: { clientId: string; clientSecret: string; ruName: string; acceptUrl: string; declineUrl: string };
  items: Map<string, Item>;
  groups: Map<string, Group>;
  /** Which SKU an offer belongs to. */
  skuByOfferId: Map<string, string>;
  orders: Map<string, Order>;
  /** Oldest first; at least the current one. */
  orderVersions: Map<string, OrderVersion[]>;
  accessTokens: Map<string, AccessToken>;
  refreshTokens: Map<string, RefreshToken>;
  codes: Map<string, AuthorizationCode>;
  alertEmail: string | null;
  destinations: Map<string, Destination>;
  subscriptions: Map<string, Subscription>;
  deliveries: Delivery[];
  /** Revisions by listing on its latest day. */
  revisions: Map<string, { day: string; count: number }>;
  /** Calls by API on its latest day. */
  usage: Map<string, { day: string; count: number }>;
  /** Source of ids and tokens: the same seed gives the same ones. */
  ids: { seed: string; counters: Record<string, number> };
}

export interface StateInput {
  clientId: string;
  clientSecret: string;
  ruName: string;
  acceptUrl?: string;
  declineUrl?: string;
  seed?: string;
  seller?: Partial<Seller>;
  settings?: EbaySettingsInput;
}

export function createState(input: StateInput): EbayState {
  return {
    settings: settingsSchema.parse(input.settings ?? {}),
    seller: { ...demoSeller, ...input.seller },
    application: {
      clientId: input.clientId,
      clientSecret: input.clientSecret,
      ruName: input.ruName,
      acceptUrl: input.acceptUrl ?? "",
      declineUrl: input.declineUrl ?? "",
    },
    items: new Map(),
    groups: new Map(),
    skuByOfferId: new Map(),
    orders: new Map(),
    orderVersions: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    alertEmail: null,
    destinations: new Map(),
    subscriptions: new Map(),
    deliveries: [],
    revisions: new Map(),
    usage: new Map(),
    ids: { seed: input.seed ?? "ebay", counters: {} },
  };
}

/** The next number of its kind, from 1. */
export function nextNumber(state: EbayState, kind: string): number {
  const next = (state.ids.counters[kind] ?? 0) + 1;
  state.ids.counters[kind] = next;
  return next;
}

/** The state as JSON, without secrets of the application. */
export function stateAsJson(state: EbayState): Record<string, unknown> {
  const { application, orderVersions: _, skuByOfferId: __, ids: ___, ...rest } = state;
  const { clientSecret: ____, ...shown } = application;
  const plain = Object.entries({ ...rest, application: shown }).map(([key, value]) => [
    key,
    value instanceof Map ? [...value.values()] : value,
  ]);
  return {
    ...Object.fromEntries(plain),
    revisions: Object.fromEntries(state.revisions),
    usage: Object.fromEntries(state.usage),
  };
}
