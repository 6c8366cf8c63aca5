/** What happens to orders: bought, paid, shipped, cancelled. Pure over the state; no HTTP. */
import { addMs } from "#app/clock.ts";
import { notifyOrderChange } from "./hints.ts";
import { isBuyable } from "./listings.ts";
import {
  type AmazonState,
  type Contact,
  nextNumber,
  noise,
  type Order,
  type OrderLine,
  type Package,
} from "./state.ts";

export interface Purchase {
  lines: { sku: string; quantity: number }[];
  buyer: { username: string; contact: Contact };
  tipMinor?: number;
  programs?: string[];
  associatedOrders?: { orderId: string; associationType: string }[];
  channelName?: "AMAZON" | "NON_AMAZON";
  store?: Contact;
  serviceLevel?: string;
  gift?: { giftMessage?: string; giftWrapLevel?: string };
  customizedUrl?: string;
  /** False: Amazon is still checking the payment; the order is PENDING and holds the units. */
  pay: boolean;
}

export type Bought = { ok: true; order: Order } | { ok: false; why: string };

const FLAT_SHIPPING_MINOR = 399;
const VERSIONS_KEPT_MAX = 20;

export function buy(state: AmazonState, purchase: Purchase, now: Date): Bought {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of purchase.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  if (wanted.size === 0) return { ok: false, why: "Nothing was chosen." };
  const lines: OrderLine[] = [];
  const channels = new Set<string>();
  for (const [sku, quantity] of wanted) {
    const item = state.items.get(sku);
    const left = item && isBuyable(item) ? item.quantity : 0;
    if (!item || quantity > left) {
      return { ok: false, why: `Only ${left} of ${item?.title ?? sku} left, ${quantity} wanted.` };
    }
    channels.add(item.channel);
    lines.push({
      orderItemId: String(40_000_000_000_000 + nextNumber(state, "line")),
      sku,
      asin: item.asin,
      title: item.title,
      quantity,
      unitMinor: item.priceMinor,
      cancelRequested: false,
      cancelledBy: null,
    });
  }
  // Amazon makes an order of its own of what it ships itself.
  if (channels.size > 1) return { ok: false, why: "Buy what Amazon dispatches in an order of its own." };
  for (const line of lines) {
    const item = state.items.get(line.sku);
    if (item) item.quantity -= line.quantity;
  }
  const at = now.toISOString();
  const goods = lines.reduce((sum, line) => sum + line.unitMinor * line.quantity, 0);
  const order: Order = {
    orderId: newOrderId(state),
    createdAt: at,
    updatedAt: at,
    paidAt: purchase.pay ? at : null,
    cancelledAt: null,
    fulfilledBy: channels.has("DEFAULT") ? "MERCHANT" : "AMAZON",
    currency: state.marketplace.defaultCurrencyCode,
    buyer: { ...purchase.buyer, email: alias(state, purchase.buyer.username) },
    lines,
    shippingMinor: FLAT_SHIPPING_MINOR,
    taxMinor: Math.round((goods * state.settings.taxPercent) / 100),
    tipMinor: purchase.tipMinor ?? 0,
    programs: purchase.programs ?? [],
    associatedOrders: purchase.associatedOrders ?? [],
    channelName: purchase.channelName ?? "AMAZON",
    store: purchase.store ?? null,
    serviceLevel: purchase.serviceLevel ?? "STANDARD",
    gift: purchase.gift ?? null,
    customizedUrl: purchase.customizedUrl ?? null,
    packages: [],
    mailsSent: 0,
  };
  state.orders.set(order.orderId, order);
  touch(state, order, now);
  return { ok: true, order };
}

/** "In 3-7-7 format": the last block makes it unique, the others make it look like Amazon's. */
function newOrderId(state: AmazonState): string {
  const number = nextNumber(state, "order");
  const digits = String(Number.parseInt(noise(state, "orderId").slice(0, 10), 16)).padStart(10, "0");
  return `20${digits.slice(0, 1)}-${digits.slice(1, 8)}-${String(number).padStart(7, "0")}`;
}

function alias(state: AmazonState, username: string): string {
  const text = `${state.ids.seed}${username}`;
  const hash = [...text].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 4_294_967_291, 7);
  return `${hash.toString(36).padStart(13, "x")}@marketplace.amazon.co.uk`;
}

/** To be called after each change of an order. */
export function touch(state: AmazonState, order: Order, now: Date, reason?: string): void {
  order.updatedAt = now.toISOString();
  const versions = state.orderVersions.get(order.orderId) ?? [];
  versions.push({ at: order.updatedAt, order: structuredClone(order) });
  if (versions.length > VERSIONS_KEPT_MAX) versions.shift();
  state.orderVersions.set(order.orderId, versions);
  notifyOrderChange(state, order, reason ?? "Order Status Change", now);
}

/** The orders as a search sees them now. */
export function visibleOrders(state: AmazonState, now: Date): Order[] {
  if (state.settings.orderVisibilityLagMs === 0) return [...state.orders.values()];
  const seen = addMs(now, -state.settings.orderVisibilityLagMs).toISOString();
  return [...state.orderVersions.values()].flatMap(
    (versions) => versions.findLast((one) => one.at <= seen)?.order ?? [],
  );
}

export type Status = "PENDING" | "UNSHIPPED" | "PARTIALLY_SHIPPED" | "SHIPPED" | "CANCELLED";

export function orderStatus(order: Order): Status {
  if (order.cancelledAt !== null) return "CANCELLED";
  if (order.paidAt === null) return "PENDING";
  if (order.packages.length === 0) return "UNSHIPPED";
  return order.lines.every(
    (line) => line.cancelledBy !== null || unitsShipped(order, line.orderItemId) >= line.quantity,
  )
    ? "SHIPPED"
    : "PARTIALLY_SHIPPED";
}

export function unitsShipped(order: Order, orderItemId: string, exceptPackage?: string): number {
  return order.packages
    .filter((one) => one.packageReferenceId !== exceptPackage)
    .flatMap((one) => one.lines)
    .filter((line) => line.orderItemId === orderItemId)
    .reduce((sum, line) => sum + line.quantity, 0);
}

export function pay(state: AmazonState, order: Order, now: Date): boolean {
  if (orderStatus(order) !== "PENDING") return false;
  order.paidAt = now.toISOString();
  touch(state, order, now);
  return true;
}

/** A package reference that is there already is edited. */
export function ship(state: AmazonState, order: Order, input: Omit<Package, "createdAt">, now: Date): void {
  const known = order.packages.find((one) => one.packageReferenceId === input.packageReferenceId);
  if (known) Object.assign(known, input);
  else {
    order.packages.push({ ...input, createdAt: now.toISOString() });
    order.mailsSent += 1;
  }
  touch(state, order, now);
}

export function askToCancel(state: AmazonState, order: Order, now: Date): boolean {
  if (orderStatus(order) !== "UNSHIPPED") return false;
  for (const line of order.lines) line.cancelRequested = true;
  touch(state, order, now, "Buyer Requested Cancel");
  return true;
}

/** `itemIds` null: all lines. Lines that have been shipped or cancelled stay as they are. */
export function cancelLines(
  state: AmazonState,
  order: Order,
  itemIds: readonly string[] | null,
  by: "BUYER" | "MERCHANT" | "AMAZON",
  now: Date,
): void {
  for (const line of order.lines) {
    if (itemIds !== null && !itemIds.includes(line.orderItemId)) continue;
    if (line.cancelledBy !== null || unitsShipped(order, line.orderItemId) > 0) continue;
    line.cancelledBy = by;
    const item = state.items.get(line.sku);
    if (item && state.settings.cancellationRestocks) item.quantity += line.quantity;
    if (!state.settings.cancelledItemsKeepQuantity) line.quantity = 0;
  }
  if (order.lines.every((line) => line.cancelledBy !== null)) order.cancelledAt = now.toISOString();
  touch(state, order, now);
}

/** While the payment is checked a buyer takes units off: what is left is all that the order tells of. */
export function takeOff(state: AmazonState, order: Order, sku: string, units: number, now: Date): boolean {
  const line = order.lines.find((one) => one.sku === sku);
  if (!line || orderStatus(order) !== "PENDING" || units > line.quantity) return false;
  line.quantity -= units;
  if (line.quantity === 0) line.cancelledBy = "BUYER";
  const item = state.items.get(sku);
  if (item && state.settings.cancellationRestocks) item.quantity += units;
  touch(state, order, now);
  return true;
}

export function goodsMinor(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.unitMinor * line.quantity, 0);
}

export function totalMinor(order: Order): number {
  return goodsMinor(order) + order.shippingMinor + order.taxMinor + order.tipMinor;
}
