/** All that the emulated Etsy knows, as plain data. Times are ISO 8601 strings, money is minor units. */
import { createHash } from "node:crypto";
import { demoSeller, type Seller } from "./seed.ts";
import { type EtsySettings, type EtsySettingsInput, settingsSchema } from "./settings.ts";

export type ListingState = "active" | "inactive" | "sold_out" | "draft" | "expired";

export interface PropertyValue {
  propertyId: number;
  propertyName: string | null;
  scaleId: number | null;
  valueIds: number[];
  values: string[];
}

export interface Product {
  productId: number;
  sku: string;
  values: PropertyValue[];
  offering: {
    offeringId: number;
    quantity: number;
    priceMinor: number;
    isEnabled: boolean;
    readinessStateId: number | null;
  };
}

export interface Listing {
  listingId: number;
  groupKey: string | null;
  title: string;
  state: ListingState;
  isDigital: boolean;
  products: Product[];
  priceOnProperty: number[];
  quantityOnProperty: number[];
  skuOnProperty: number[];
  readinessStateOnProperty: number[];
  createdAt: string;
  updatedAt: string;
  /** Times the listing fee was charged since the shop opened. */
  renewals: number;
}

export interface Contact {
  name: string;
  firstLine: string;
  secondLine?: string;
  city: string;
  state?: string;
  zip: string;
  countryIso: string;
}

export interface Line {
  transactionId: number;
  listingId: number;
  productId: number;
  sku: string;
  title: string;
  quantity: number;
  unitMinor: number;
  values: PropertyValue[];
  isDigital: boolean;
  personalization: string | null;
}

export interface Shipment {
  shippingId: number;
  carrier: string;
  trackingCode: string;
  at: string;
}

export interface Receipt {
  receiptId: number;
  createdAt: string;
  updatedAt: string;
  paidAt: string | null;
  shippedAt: string | null;
  cancelledAt: string | null;
  refundedMinor: number;
  buyer: { userId: number; username: string; email: string; contact: Contact };
  note: string | null;
  lines: Line[];
  shippingMinor: number;
  discountMinor: number;
  taxMinor: number;
  giftWrapMinor: number;
  giftMessage: string;
  shippingUpgrade: string | null;
  shipments: Shipment[];
  /** Mails that told the buyer of a shipment. */
  trackingMails: number;
}

export interface Delivery {
  id: string;
  eventType: string;
  body: string;
  attempts: { at: string; status: number | null }[];
  outcome: "pending" | "held" | "lost" | "delivered" | "given-up" | "no-endpoint";
}

export interface EtsyState {
  settings: EtsySettings;
  seller: Seller;
  application: { keystring: string; sharedSecret: string; redirectUris: string[] };
  webhooks: { secret: string; endpoint: string | null };
  listings: Map<number, Listing>;
  receipts: Map<number, Receipt>;
  /** What each receipt looked like after each change, for reads that lag. */
  receiptVersions: Map<number, { at: string; receipt: Receipt }[]>;
  accessTokens: Map<string, { token: string; scopes: string[]; expiresAt: string }>;
  refreshTokens: Map<string, { token: string; scopes: string[]; expiresAt: string; isSpent: boolean }>;
  codes: Map<
    string,
    { code: string; scopes: string[]; challenge: string; redirectUri: string; expiresAt: string; isUsed: boolean }
  >;
  deliveries: Delivery[];
  /** When the latest calls were made, newest last. */
  calls: number[];
  /** Source of ids and tokens: the same seed gives the same ones. */
  ids: { seed: string; counters: Record<string, number> };
}

export interface StateInput {
  keystring: string;
  sharedSecret: string;
  /** "whsec_" and base64. */
  webhookSecret: string;
  webhookEndpoint?: string;
  /** Where consent may lead back to. */
  acceptUrl?: string;
  seed?: string;
  seller?: Partial<Seller>;
  settings?: EtsySettingsInput;
}

export function createState(input: StateInput): EtsyState {
  return {
    settings: settingsSchema.parse(input.settings ?? {}),
    seller: { ...demoSeller, ...input.seller },
    application: {
      keystring: input.keystring,
      sharedSecret: input.sharedSecret,
      redirectUris: input.acceptUrl === undefined ? [] : [input.acceptUrl],
    },
    webhooks: { secret: input.webhookSecret, endpoint: input.webhookEndpoint ?? null },
    listings: new Map(),
    receipts: new Map(),
    receiptVersions: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    deliveries: [],
    calls: [],
    ids: { seed: input.seed ?? "etsy", counters: {} },
  };
}

/** The next number of its kind, from 1. */
export function nextNumber(state: EtsyState, kind: string): number {
  const next = (state.ids.counters[kind] ?? 0) + 1;
  state.ids.counters[kind] = next;
  return next;
}

/** A secret of its kind, never the same twice. */
export function nextSecret(state: EtsyState, kind: string): string {
  return createHash("sha256")
    .update(`${state.ids.seed}:${kind}:${nextNumber(state, kind)}`)
    .digest("base64url");
}

/** Stable for a name: a buyer keeps the id. */
export function numberOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32BE(0) % 900_000_000;
}

/** The state as JSON, without secrets of the application. */
export function stateAsJson(state: EtsyState): Record<string, unknown> {
  const { settings, seller, application, webhooks, listings, receipts, accessTokens, refreshTokens, deliveries } =
    state;
  return {
    settings,
    seller,
    application: { keystring: application.keystring, redirectUris: application.redirectUris },
    webhooks: { endpoint: webhooks.endpoint },
    listings: [...listings.values()],
    receipts: [...receipts.values()],
    accessTokens: [...accessTokens.values()],
    refreshTokens: [...refreshTokens.values()],
    deliveries,
    renewals: [...listings.values()].reduce((sum, one) => sum + one.renewals, 0),
    trackingMails: [...receipts.values()].reduce((sum, one) => sum + one.trackingMails, 0),
  };
}
