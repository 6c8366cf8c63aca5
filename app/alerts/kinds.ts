/** Every kind of alert, by what its key begins with, and the group in which a merchant says who hears of it. Pure. */

/** The most pressing first. */
export const SEVERITIES = ["critical", "warning", "info"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** For sorting: the most pressing first, equals as they are. */
export function byPressing(one: { severity: string }, other: { severity: string }): number {
  const place = ({ severity }: { severity: string }): number => SEVERITIES.findIndex((name) => name === severity);
  return place(one) - place(other);
}

/** In the order in which a merchant reads them. */
export const ALERT_GROUPS = {
  channels: "Channels",
  delays: "Late updates",
  orders: "Orders",
  stock: "Low stock",
  listings: "Listings",
  shop: "Shopify and this app",
} as const;

export type AlertGroup = keyof typeof ALERT_GROUPS;

export const ALERT_GROUP_NAMES = Object.keys(ALERT_GROUPS) as AlertGroup[];

/** What is in each group, for whoever chooses. */
export const ALERT_GROUP_HELP: Record<AlertGroup, string> = {
  channels: "A channel is disconnected, must be reconnected, waits for your approval, or does not answer",
  delays: "A quantity waits longer for its marketplace than you allow",
  orders:
    "An order is held, sold too late, to be shipped soon, differs from Shopify's, or could not be shipped or cancelled",
  stock: "A SKU falls to the number that you set, is still held back, or has a unit to be put back",
  listings: "A listing needs a decision, can't be read, or is not kept in step",
  shop: "Shopify can't be read, or withdrew a permission; a customer asked for their data; it is time for a latency check",
};

/** Null: it is told in the app alone. */
const GROUP_OF_KIND = {
  reconnect: "channels",
  moved: "channels",
  brake: "channels",
  undone: "channels",
  push: "channels",
  increases: "channels",
  orders: "channels",
  listings: "channels",
  "on-sale": "channels",
  hints: "channels",
  delayed: "delays",
  order: "orders",
  entered: "orders",
  refunded: "orders",
  cancellation: "orders",
  shipment: "orders",
  "ship-by": "orders",
  "shipment-changed": "orders",
  "order-address": "orders",
  "order-address-changed": "orders",
  "order-address-moved": "orders",
  "order-difference": "orders",
  "unreadable-order": "orders",
  "unstored-order": "orders",
  "own-sale": "orders",
  "stock-hold": "orders",
  contained: "stock",
  "low-stock": "stock",
  "check-unit": "stock",
  asked: "listings",
  gone: "listings",
  "not-kept": "listings",
  "sold-not-kept": "listings",
  "unreadable-listing": "listings",
  revisions: "listings",
  "unread-stock": "listings",
  plan: "shop",
  "latency-check": "shop",
  mirror: "shop",
  "mirror-rows": "shop",
  "bulk-refused": "shop",
  scopes: "shop",
  "shopify-access": "shop",
  "shopify-rate": "shop",
  "shopify-customers": "shop",
  "customer-tags": "shop",
  "unreadable-delivery": "shop",
  "delivery-given-up": "shop",
  delivery: "shop",
  "data-request": "shop",
  /** Of mail that does not leave no mail can tell. */
  mail: null,
} as const satisfies Record<string, AlertGroup | null>;

export type AlertKind = keyof typeof GROUP_OF_KIND;

/** What an alert is known by: its kind, and what of that kind it is about. */
export type AlertKey = AlertKind | `${AlertKind}:${string}`;

/** Null: nobody gets mail about it. */
export function groupOf(key: string): AlertGroup | null {
  const kind = key.split(":", 1)[0] ?? "";
  return Object.hasOwn(GROUP_OF_KIND, kind) ? GROUP_OF_KIND[kind as AlertKind] : "shop";
}
