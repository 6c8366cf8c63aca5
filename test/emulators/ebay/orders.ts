/** What happens to orders: bought, paid, shipped, refunded, cancelled. Pure over the state; no HTTP. */
import { addMs } from "#app/clock.ts";
import { restock, sell, shownQuantity } from "./listings.ts";
import {
  type Cancellation,
  type Contact,
  type EbayState,
  nextNumber,
  type Order,
  type OrderKind,
  type OrderLine,
  type Shipment,
} from "./state.ts";

export interface Purchase {
  lines: { sku: string; quantity: number }[];
  buyer: { username: string; contact: Contact };
  /** False: committed to buy, checkout not completed. Holds the units all the same. */
  pay: boolean;
  note?: string;
  shippingMinor?: number;
  kind?: OrderKind;
  discountMinor?: number;
  vatMinor?: number;
}

export type Bought = { ok: true; order: Order } | { ok: false; why: string };

const FLAT_SHIPPING_MINOR = 495;
/** Sales tax that eBay collects from and remits for US buyers; one rate is enough here. */
const US_SALES_TAX_PERCENT = 8;
const VERSIONS_KEPT_MAX = 20;

/** The units leave the listing at once, paid or not; nobody can buy more than the listing shows. */
export function buy(state: EbayState, purchase: Purchase, now: Date): Bought {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of purchase.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  if (wanted.size === 0) return { ok: false, why: "Nothing was chosen." };
  for (const [sku, quantity] of wanted) {
    const item = state.items.get(sku);
    const shown = item ? shownQuantity(item) : 0;
    if (quantity > shown) return { ok: false, why: `Only ${shown} of ${item?.title ?? sku} left, ${quantity} wanted.` };
  }

  const number = nextNumber(state, "order");
  const lines = [...wanted].map(([sku, quantity]) =>
    soldLine(state, sku, quantity, purchase.buyer.contact.countryCode),
  );
  const at = now.toISOString();
  const order: Order = {
    orderId: orderId(state, number),
    formerOrderId: null,
    salesRecord: String(100 + number),
    createdAt: at,
    modifiedAt: at,
    paidAt: purchase.pay ? at : null,
    buyer: {
      username: purchase.buyer.username,
      userId: `u_${hash(`${state.ids.seed}:${purchase.buyer.username}`).toString(36)}`,
      email: relayAddress(state, purchase.buyer.username, number),
      contact: purchase.buyer.contact,
    },
    note: purchase.note ?? null,
    currency: state.items.get([...wanted.keys()][0] ?? "")?.offer.currency ?? "USD",
    kind: purchase.kind ?? null,
    lines,
    shippingMinor: purchase.shippingMinor ?? FLAT_SHIPPING_MINOR,
    discountMinor: purchase.discountMinor ?? 0,
    vatMinor: purchase.vatMinor ?? 0,
    shipments: [],
    refunds: [],
    cancellations: [],
    cancelledAt: null,
  };
  state.orders.set(order.orderId, order);
  keepVersion(state, order);
  return { ok: true, order };
}

function soldLine(state: EbayState, sku: string, quantity: number, countryCode: string): OrderLine {
  const item = state.items.get(sku);
  const listingId = item?.offer.listingId;
  if (!item || !listingId) throw new Error(`${sku} was checked to be for sale.`);
  const total = item.offer.priceMinor * quantity;
  const line: OrderLine = {
    lineItemId: String(10_000_000_000_000 + nextNumber(state, "line")),
    sku,
    title: item.groupKey ? (state.groups.get(item.groupKey)?.title ?? item.title) : item.title,
    quantity,
    unitMinor: item.offer.priceMinor,
    listingId,
    variationId: item.offer.variationId,
    aspects: item.aspects,
    marketplaceId: item.offer.marketplaceId,
    taxMinor: countryCode === "US" ? Math.round((total * US_SALES_TAX_PERCENT) / 100) : 0,
  };
  sell(state, item, quantity);
  return line;
}

/** "07-31415-00001": the last block makes it unique, the others make it look like eBay's. */
function orderId(state: EbayState, number: number): string {
  const noise = hash(`${state.ids.seed}:order:${number}`);
  return `${digits(noise % 100, 2)}-${digits(noise % 100_000, 5)}-${digits(number, 5)}`;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, "0");
}

/** eBay hides the buyer's address behind an alias that differs from order to order. */
function relayAddress(state: EbayState, username: string, number: number): string {
  return `${hash(`${state.ids.seed}:${username}:${number}`).toString(16).padStart(8, "0")}@members.ebay.com`;
}

/** FNV-1a, 32 bits: stable noise for ids, not for secrets. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

/** To be called after each change of an order: what getOrders shows may lag behind. */
function touch(state: EbayState, order: Order, now: Date): void {
  order.modifiedAt = now.toISOString();
  keepVersion(state, order);
}

function keepVersion(state: EbayState, order: Order): void {
  const versions = state.orderVersions.get(order.orderId) ?? [];
  versions.push({ at: order.modifiedAt, order: structuredClone(order) });
  if (versions.length > VERSIONS_KEPT_MAX) versions.shift();
  state.orderVersions.set(order.orderId, versions);
}

/** Refunds that have left the seller's account since: the order has changed then. Not documented (settings). */
export function settleRefunds(state: EbayState, now: Date): void {
  if (!state.settings.refundSettlingModifies) return;
  for (const order of state.orders.values()) {
    const left = order.refunds.filter((one) => one.settlesAt > order.modifiedAt && one.settlesAt <= now.toISOString());
    for (const { settlesAt } of left) touch(state, order, new Date(settlesAt));
  }
}

/** The orders as a search sees them now. */
export function visibleOrders(state: EbayState, now: Date): Order[] {
  settleRefunds(state, now);
  if (state.settings.orderVisibilityLagMs === 0) return [...state.orders.values()];
  const seen = addMs(now, -state.settings.orderVisibilityLagMs).toISOString();
  return [...state.orderVersions.values()].flatMap(
    (versions) => versions.findLast((one) => one.at <= seen)?.order ?? [],
  );
}

export function pay(state: EbayState, order: Order, now: Date): boolean {
  if (order.paidAt !== null || order.cancelledAt !== null) return false;
  order.paidAt = now.toISOString();
  if (state.settings.unpaidOrderIdChanges) {
    state.orders.delete(order.orderId);
    state.orderVersions.delete(order.orderId);
    order.formerOrderId = order.orderId;
    order.orderId = orderId(state, nextNumber(state, "order"));
    state.orders.set(order.orderId, order);
  }
  touch(state, order, now);
  return true;
}

export function unitsShipped(order: Order, lineItemId: string): number {
  return order.shipments
    .flatMap((one) => one.lines)
    .filter((line) => line.lineItemId === lineItemId)
    .reduce((sum, line) => sum + line.quantity, 0);
}

export function fulfilment(order: Order): "NOT_STARTED" | "IN_PROGRESS" | "FULFILLED" {
  if (order.shipments.length === 0) return "NOT_STARTED";
  const complete = order.lines.every((line) => unitsShipped(order, line.lineItemId) >= line.quantity);
  return complete ? "FULFILLED" : "IN_PROGRESS";
}

/** Spec: with tracking, the fulfilment's id is the tracking number; without, "an arbitrary number such as 999". */
export function ship(state: EbayState, order: Order, input: Omit<Shipment, "fulfillmentId">, now: Date): Shipment {
  const shipment = { fulfillmentId: input.trackingNumber ?? String(998 + nextNumber(state, "untracked")), ...input };
  order.shipments.push(shipment);
  touch(state, order, now);
  return shipment;
}

export function itemsMinor(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.unitMinor * line.quantity, 0);
}

/** Without the taxes that eBay collects and remits. */
export function orderTotalMinor(order: Order): number {
  return itemsMinor(order) - order.discountMinor + order.shippingMinor;
}

export function refundedMinor(order: Order, lineItemId?: string): number {
  return order.refunds
    .filter((one) => lineItemId === undefined || one.lineItemId === lineItemId)
    .reduce((sum, one) => sum + one.minor, 0);
}

export function refund(
  state: EbayState,
  order: Order,
  parts: { lineItemId: string | null; minor: number }[],
  now: Date,
): string {
  const refundId = String(5_000_000_000 + nextNumber(state, "refund"));
  const settlesAt = addMs(now, state.settings.refundSettlesAfterMs).toISOString();
  for (const part of parts) order.refunds.push({ refundId, ...part, issuedAt: now.toISOString(), settlesAt });
  touch(state, order, now);
  return refundId;
}

/** Why an order cannot be cancelled, or null when it can. Post-Order: whole orders, not shipped, once. */
export function cancellationRefusal(order: Order): string | null {
  if (order.cancelledAt !== null) return "ALREADY_CANCELED";
  if (order.shipments.length > 0) return "ALREADY_SHIPPED";
  if (order.cancellations.some((one) => one.state === "REQUESTED")) return "CANCEL_REQUEST_OPEN";
  if (order.refunds.length > 0) return "ALREADY_REFUNDED";
  return null;
}

export function askToCancel(state: EbayState, order: Order, reason: string, now: Date): Cancellation | null {
  if (cancellationRefusal(order) !== null) return null;
  const cancellation = openCancellation(state, order, "BUYER", reason, now);
  touch(state, order, now);
  return cancellation;
}

export function cancelBySeller(state: EbayState, order: Order, reason: string, now: Date): Cancellation {
  const cancellation = openCancellation(state, order, "SELLER", reason, now);
  complete(state, order, cancellation, now);
  return cancellation;
}

export function answerCancellation(
  state: EbayState,
  order: Order,
  one: Cancellation,
  approve: boolean,
  now: Date,
): void {
  if (approve) {
    complete(state, order, one, now);
    return;
  }
  one.state = "REJECTED";
  one.closedAt = now.toISOString();
  touch(state, order, now);
}

function openCancellation(
  state: EbayState,
  order: Order,
  by: Cancellation["by"],
  reason: string,
  now: Date,
): Cancellation {
  const cancellation: Cancellation = {
    cancelId: String(5_100_000_000 + nextNumber(state, "cancellation")),
    by,
    reason,
    requestedAt: now.toISOString(),
    state: "REQUESTED",
    closedAt: null,
  };
  order.cancellations.push(cancellation);
  return cancellation;
}

function complete(state: EbayState, order: Order, cancellation: Cancellation, now: Date): void {
  cancellation.state = "COMPLETED";
  cancellation.closedAt = now.toISOString();
  order.cancelledAt = now.toISOString();
  if (state.settings.cancellationRestocks) {
    for (const line of order.lines) {
      const item = state.items.get(line.sku);
      if (item) restock(item, line.quantity);
    }
  }
  if (order.paidAt !== null) refund(state, order, [{ lineItemId: null, minor: orderTotalMinor(order) }], now);
  else touch(state, order, now);
}

/** By the id it has now or had while unpaid: Post-Order takes both. */
export function orderByAnyId(state: EbayState, id: string): Order | null {
  return state.orders.get(id) ?? [...state.orders.values()].find((one) => one.formerOrderId === id) ?? null;
}
