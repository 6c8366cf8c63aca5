/**
 * The state of one shop, as plain records. Nothing here knows HTTP, GraphQL or webhooks: those read and write these
 * records through the actions (inventory.ts, orders.ts, ...), which stamp times and announce what happened.
 */
import type { Gid } from "./gids.ts";

/** Units by state. on_hand is no state of its own but the sum of all but incoming (facts/shopify.md). */
export const STORED_QUANTITY_NAMES = [
  "available",
  "committed",
  "reserved",
  "damaged",
  "safety_stock",
  "quality_control",
  "incoming",
] as const;
export type StoredQuantityName = (typeof STORED_QUANTITY_NAMES)[number];
export type Quantities = Record<StoredQuantityName, number>;

export interface Location {
  id: Gid;
  name: string;
  isActive: boolean;
  shipsInventory: boolean;
  fulfillsOnlineOrders: boolean;
  city: string;
  countryCode: string;
}

export type ProductStatus = "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";

export interface Product {
  id: Gid;
  title: string;
  handle: string;
  vendor: string;
  productType: string;
  tags: string[];
  status: ProductStatus;
  createdAt: string;
  updatedAt: string;
}

export interface Collection {
  id: Gid;
  title: string;
  handle: string;
  updatedAt: string;
  productIds: Set<Gid>;
}

export interface Variant {
  id: Gid;
  productId: Gid;
  inventoryItemId: Gid;
  title: string;
  sku: string | null;
  barcode: string | null;
  /** In the shop's currency, as a decimal string. */
  price: string;
  inventoryPolicy: "DENY" | "CONTINUE";
  position: number;
  createdAt: string;
  updatedAt: string;
}

export interface InventoryItem {
  id: Gid;
  variantId: Gid;
  tracked: boolean;
  /** Bundle parents refuse every quantity mutation with NON_MUTABLE_INVENTORY_ITEM. */
  mutable: boolean;
  updatedAt: string;
}

export interface Level {
  id: Gid;
  itemId: Gid;
  locationId: Gid;
  quantities: Quantities;
  /** Units by the document that they are kept for: of all quantities but available. */
  byDocument: Map<string, number>;
  updatedAt: string;
}

export interface Address {
  firstName: string | null;
  lastName: string | null;
  company: string | null;
  address1: string | null;
  address2: string | null;
  city: string | null;
  province: string | null;
  zip: string | null;
  countryCode: string | null;
  phone: string | null;
}

export interface Customer {
  id: Gid;
  email: string | null;
  phone: string | null;
  firstName: string | null;
  lastName: string | null;
  tags: string[];
  note: string | null;
  addresses: Address[];
  /** Shopify works it out for shops with enough customers; left out: it did not. */
  rfmGroup?: string;
  createdAt: string;
  updatedAt: string;
}

export interface Attribute {
  key: string;
  value: string;
}

/** Units of one line that stand as committed at a location. */
export interface Claim {
  locationId: Gid;
  quantity: number;
}

export interface LineItem {
  id: Gid;
  variantId: Gid | null;
  productId: Gid | null;
  title: string;
  variantTitle: string | null;
  sku: string | null;
  vendor: string | null;
  quantity: number;
  /** Per unit. */
  price: string;
  requiresShipping: boolean;
  taxable: boolean;
  customAttributes: Attribute[];
  taxLines: unknown[];
  /** What this line took from available and has neither shipped nor given back. Empty under BYPASS. */
  claims: Claim[];
  refundedQuantity: number;
  /** Units that an edit took off the order. `quantity` counts them still, as it does refunded ones. */
  editedOutQuantity: number;
}

export interface FulfillmentLine {
  id: Gid;
  lineItemId: Gid;
  quantity: number;
}

export interface TrackingInfo {
  company: string | null;
  number: string | null;
  url: string | null;
}

export interface Fulfillment {
  id: Gid;
  orderId: Gid;
  name: string;
  status: "SUCCESS" | "CANCELLED";
  locationId: Gid;
  lines: FulfillmentLine[];
  trackingInfo: TrackingInfo[];
  createdAt: string;
  updatedAt: string;
}

export interface RefundLine {
  id: Gid;
  lineItemId: Gid;
  quantity: number;
  restockType: "no_restock" | "cancel" | "return";
  locationId: Gid | null;
  /** They will not be shipped. */
  isRemoved: boolean;
}

export interface Refund {
  id: Gid;
  orderId: Gid;
  createdAt: string;
  note: string | null;
  lines: RefundLine[];
  /** What the buyer got back. */
  amount: string;
}

export interface Metafield {
  namespace: string;
  key: string;
  type: string;
  value: string;
}

export type FinancialStatus =
  | "AUTHORIZED"
  | "EXPIRED"
  | "PAID"
  | "PARTIALLY_PAID"
  | "PARTIALLY_REFUNDED"
  | "PENDING"
  | "REFUNDED"
  | "VOIDED";

export interface Order {
  id: Gid;
  name: string;
  number: number;
  customerId: Gid | null;
  email: string | null;
  phone: string | null;
  currency: string;
  presentmentCurrency: string;
  financialStatus: FinancialStatus;
  taxesIncluded: boolean;
  test: boolean;
  note: string | null;
  tags: string[];
  sourceName: string | null;
  sourceIdentifier: string | null;
  sourceUrl: string | null;
  customAttributes: Attribute[];
  lineItems: LineItem[];
  /** A fixed amount off the lines; it takes no more than they come to. */
  discountCode: { code: string; amount: string } | null;
  shippingLines: { title: string; code: string | null; price: string }[];
  taxLines: unknown[];
  transactions: unknown[];
  shippingAddress: Address | null;
  billingAddress: Address | null;
  metafields: Metafield[];
  fulfillments: Fulfillment[];
  refunds: Refund[];
  createdAt: string;
  processedAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  cancelReason: string | null;
  /** Set by orderCancel until its job ends. */
  cancelPending: boolean;
  staffNote: string | null;
}

export interface MetafieldDefinition {
  id: Gid;
  namespace: string;
  key: string;
  name: string;
  type: string;
  ownerType: string;
  uniqueValues: boolean;
}

export interface Job {
  id: Gid;
  done: boolean;
}

export interface BulkOperation {
  id: Gid;
  status: "CREATED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELED";
  errorCode: string | null;
  query: string;
  createdAt: string;
  completedAt: string | null;
  objectCount: number;
  /** Names the result at /bulk-results/{token}.jsonl. */
  token: string;
  jsonl: string;
}

export interface RememberedMutation {
  fingerprint: string;
  at: string;
  failed: boolean;
  payload: unknown;
}

export interface Installation {
  installedAt: string;
  scopes: string;
}

/** What the store pays an app for. */
export interface Subscription {
  id: Gid;
  status: "ACTIVE" | "ACCEPTED" | "CANCELLED" | "DECLINED" | "EXPIRED" | "FROZEN" | "PENDING";
  test: boolean;
  /** Shopify does not say it of every subscription. */
  planHandle: string | null;
  createdAt: string;
  /** From then; nothing is charged in them. */
  trialDays: number;
  /** Null: it is not active. */
  currentPeriodEnd: string | null;
}

export interface Store {
  id: Gid;
  /** "lockstep-demo.myshopify.com" */
  domain: string;
  /** "lockstep-demo" */
  handle: string;
  name: string;
  email: string;
  currency: string;
  timezone: string;
  countryCode: string;
  installation: Installation | null;
  /** To this app; ended ones are not among them, as a rule. */
  subscriptions: Subscription[];
  locations: Map<Gid, Location>;
  products: Map<Gid, Product>;
  collections: Map<Gid, Collection>;
  variants: Map<Gid, Variant>;
  inventoryItems: Map<Gid, InventoryItem>;
  /** By `levelKey`. */
  levels: Map<string, Level>;
  customers: Map<Gid, Customer>;
  orders: Map<Gid, Order>;
  metafieldDefinitions: Map<Gid, MetafieldDefinition>;
  jobs: Map<Gid, Job>;
  bulkOperations: Map<Gid, BulkOperation>;
  /** By mutation and idempotency key. */
  rememberedMutations: Map<string, RememberedMutation>;
  /**
   * Orders that orderCreate refused for their customer, or without saying for what of them, by sourceIdentifier: the Admin
   * API shows it nowhere.
   */
  refusedForDetails: Set<string>;
  lastOrderNumber: number;
  /** Around a number in the name of an order that is new: "#", or "EN" and "-A". */
  orderNumberFormatPrefix: string;
  orderNumberFormatSuffix: string;
}

export function levelKey(itemId: Gid, locationId: Gid): string {
  return `${itemId} ${locationId}`;
}

export function onHand(quantities: Quantities): number {
  const { incoming: _incoming, ...present } = quantities;
  return Object.values(present).reduce((sum, one) => sum + one, 0);
}

/** Of a level, by any name Shopify knows. Null for an unknown name. */
export function quantityNamed(quantities: Quantities, name: string): number | null {
  if (name === "on_hand") return onHand(quantities);
  const stored = STORED_QUANTITY_NAMES.find((one) => one === name);
  return stored ? quantities[stored] : null;
}

export function levelsOf(store: Store, itemId: Gid): Level[] {
  return [...store.levels.values()].filter((level) => level.itemId === itemId);
}

export function variantsOf(store: Store, productId: Gid): Variant[] {
  return [...store.variants.values()]
    .filter((variant) => variant.productId === productId)
    .sort((a, b) => a.position - b.position);
}

export function fulfilledQuantity(order: Order, line: LineItem): number {
  return order.fulfillments
    .filter((fulfillment) => fulfillment.status === "SUCCESS")
    .flatMap((fulfillment) => fulfillment.lines)
    .filter((one) => one.lineItemId === line.id)
    .reduce((sum, one) => sum + one.quantity, 0);
}

/** Units that were refunded or edited out before they shipped: they will never ship. */
export function removedQuantity(order: Order, line: LineItem): number {
  return order.refunds
    .flatMap((refund) => refund.lines)
    .filter((one) => one.lineItemId === line.id && one.isRemoved)
    .reduce((sum, one) => sum + one.quantity, line.editedOutQuantity);
}

/** What the order comes to now of a line, shipped or not. */
export function currentQuantity(line: LineItem): number {
  return line.quantity - line.refundedQuantity - line.editedOutQuantity;
}

/** Units still to ship. */
export function fulfillableQuantity(order: Order, line: LineItem): number {
  if (order.cancelledAt) return 0;
  return Math.max(0, line.quantity - fulfilledQuantity(order, line) - removedQuantity(order, line));
}

export type FulfillmentStatus = "FULFILLED" | "PARTIALLY_FULFILLED" | "UNFULFILLED";

export function fulfillmentStatus(order: Order): FulfillmentStatus {
  const shipped = order.lineItems.reduce((sum, line) => sum + fulfilledQuantity(order, line), 0);
  if (shipped === 0) return "UNFULFILLED";
  return order.lineItems.every((line) => fulfillableQuantity(order, line) === 0) ? "FULFILLED" : "PARTIALLY_FULFILLED";
}

/** As Shopify adds it up: lines less the discount, shipping, and the taxes that the prices do not contain. */
export function orderTotal(
  order: Pick<Order, "lineItems" | "shippingLines" | "discountCode" | "taxLines" | "taxesIncluded">,
): string {
  const cents = (amount: string) => Math.round(Number(amount) * 100);
  const goods = order.lineItems.reduce((sum, line) => sum + cents(line.price) * line.quantity, 0);
  const discount = Math.min(goods, cents(order.discountCode?.amount ?? "0"));
  const shipping = order.shippingLines.reduce((sum, line) => sum + cents(line.price), 0);
  const taxes = [...order.taxLines, ...order.lineItems.flatMap((line) => line.taxLines)] as TaxLine[];
  const onTop = order.taxesIncluded ? [] : taxes;
  const tax = onTop.reduce((sum, line) => sum + cents(line.priceSet?.shopMoney.amount ?? "0"), 0);
  return ((goods - discount + shipping + tax) / 100).toFixed(2);
}

interface TaxLine {
  priceSet?: { shopMoney: { amount: string } } | null;
}

export function displayName(customer: Customer): string {
  const name = [customer.firstName, customer.lastName].filter((part) => part !== null && part !== "").join(" ");
  return name || customer.email || customer.phone || "No name";
}
