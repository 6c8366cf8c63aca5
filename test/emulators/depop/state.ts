/** All that the emulated Depop knows, as plain data. Times are ISO 8601 strings, money is minor units. */
import { demoSeller, type Seller } from "./seed.ts";
import { type DepopSettings, type DepopSettingsInput, settingsSchema } from "./settings.ts";

export type ProductStatus = "STATUS_ONSALE" | "STATUS_PURCHASED" | "STATUS_MARKED_AS_SOLD" | "STATUS_DELETED";

export interface Product {
  productId: number;
  sku: string | null;
  slug: string;
  status: ProductStatus;
  description: string;
  currency: string;
  priceMinor: number;
  discountMinor: number | null;
  quantity: number;
  soldQuantity: number;
  /** What is kept as it was sent, by the API's own names: address, brand_name, condition, auto offers ... */
  details: Record<string, unknown>;
  createdAt: string;
  updatedAt: string;
}

export interface Contact {
  name: string;
  address: string;
  address2?: string;
  city: string;
  postalCode: string;
  state?: string;
  countryCode: string;
  phone: string;
}

/** One unit. */
export interface OrderLine {
  purchaseItemId: number;
  productId: number;
  sku: string | null;
  slug: string;
  description: string;
  originalMinor: number;
  soldMinor: number;
  parcelId: string;
}

export interface Refund {
  itemsMinor: number;
  shippingMinor: number;
  by: "PARTNER" | "DEPOP";
  at: string;
}

export interface Parcel {
  parcelId: string;
  trackingNumber: string;
  carrier: string;
}

export interface Order {
  purchaseId: string;
  createdAt: string;
  /** Where nothing below says more. */
  status: "SHIPPING_PENDING" | "SHIPPED" | "COMPLETED" | "CANCELLED" | "REFUNDED";
  /** In place of `status`, on request: one that is not in the spec yet. */
  newStatus: string | null;
  currency: string;
  lines: OrderLine[];
  contact: Contact;
  shippingMinor: number;
  taxMinor: number;
  buyerFeeMinor: number;
  parcels: Parcel[];
  refund: Refund | null;
  /** What the seller wrote to the buyer. */
  messages: string[];
}

/** An order as it was from `at` on: the list may show an older version than the order itself. */
export interface OrderVersion {
  at: string;
  order: Order;
}

export interface AccessToken {
  token: string;
  scopes: string[];
  expiresAt: string;
}

export interface RefreshToken {
  token: string;
  scopes: string[];
  /** That of the first one of its line. */
  expiresAt: string;
  used: boolean;
}

export interface AuthorizationCode {
  code: string;
  scopes: string[];
  redirectUri: string;
  challenge: string;
  expiresAt: string;
  used: boolean;
}

export interface DepopState {
  settings: DepopSettings;
  seller: Seller;
  application: { clientId: string; clientSecret: string; webhookSecret: string };
  /** Where webhooks go: Depop's people set it for a partner. */
  webhookUrl: string | null;
  products: Map<number, Product>;
  orders: Map<string, Order>;
  orderVersions: Map<string, OrderVersion[]>;
  apiKeys: Set<string>;
  accessTokens: Map<string, AccessToken>;
  refreshTokens: Map<string, RefreshToken>;
  codes: Map<string, AuthorizationCode>;
  /** Times of the calls of the latest second, by bucket and token. */
  calls: Map<string, number[]>;
  /** Source of ids and tokens: the same seed gives the same ones. */
  ids: { seed: string; counters: Record<string, number> };
}

export interface StateInput {
  clientId?: string;
  clientSecret?: string;
  webhookSecret?: string;
  webhookUrl?: string;
  /** A key of the seller's, for those who connect without OAuth. */
  apiKey?: string;
  seed?: string;
  seller?: Partial<Seller>;
  settings?: DepopSettingsInput;
}

export function createState(input: StateInput): DepopState {
  return {
    settings: settingsSchema.parse(input.settings ?? {}),
    seller: { ...demoSeller, ...input.seller },
    application: {
      clientId: input.clientId ?? "lockstep-depop-client",
      clientSecret: input.clientSecret ?? "lockstep-depop-secret",
      webhookSecret: input.webhookSecret ?? "lockstep-depop-webhook-secret",
    },
    webhookUrl: input.webhookUrl ?? null,
    products: new Map(),
    orders: new Map(),
    orderVersions: new Map(),
    apiKeys: new Set([input.apiKey ?? "pak_0123456789abcdef0123456789abcdef01234567"]),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    calls: new Map(),
    ids: { seed: input.seed ?? "depop", counters: {} },
  };
}

/** The next number of its kind, from 1. */
export function nextNumber(state: DepopState, kind: string): number {
  const next = (state.ids.counters[kind] ?? 0) + 1;
  state.ids.counters[kind] = next;
  return next;
}

/** The state as JSON, without secrets of the application. */
export function stateAsJson(state: DepopState): Record<string, unknown> {
  return {
    settings: state.settings,
    seller: state.seller,
    webhookUrl: state.webhookUrl,
    products: [...state.products.values()],
    orders: [...state.orders.values()],
  };
}
