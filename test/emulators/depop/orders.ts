/** Orders and what happens to them. Pure over the state. */
import { createHash } from "node:crypto";
import { type Change, currentMinor, DONE, productBySku, sell } from "./products.ts";
import { type Contact, type DepopState, nextNumber, type Order, type OrderLine } from "./state.ts";

export type Bought = { ok: true; order: Order } | { ok: false; why: string };

export interface Purchase {
  lines: readonly { sku?: string; productId?: number; quantity: number }[];
  contact: Contact;
}

export function buy(state: DepopState, purchase: Purchase, now: Date): Bought {
  const wanted = purchase.lines.map((line) => ({
    quantity: line.quantity,
    product:
      line.productId === undefined ? productBySku(state, line.sku ?? "") : (state.products.get(line.productId) ?? null),
  }));
  if (wanted.length === 0) return { ok: false, why: "Choose at least one item." };
  for (const { product, quantity } of wanted) {
    if (product?.status !== "STATUS_ONSALE") return { ok: false, why: "This item is not for sale." };
    if (product.quantity < quantity) return { ok: false, why: `Only ${product.quantity} of this item are left.` };
  }
  const number = nextNumber(state, "order");
  // "Multiple line items can share in the same parcel. This is currently true for all buyer orders with multiple items."
  const parcelId = uuid(`${state.ids.seed}:parcel:${number}`);
  const lines: OrderLine[] = wanted.flatMap(({ product, quantity }) => {
    if (!product) return [];
    sell(product, quantity, now);
    return Array.from({ length: quantity }, () => ({
      purchaseItemId: 2_385_550 + nextNumber(state, "line"),
      productId: product.productId,
      sku: product.sku,
      slug: product.slug,
      description: product.description,
      originalMinor: product.priceMinor,
      soldMinor: currentMinor(product),
      parcelId,
    }));
  });
  const itemsMinor = lines.reduce((sum, line) => sum + line.soldMinor, 0);
  const order: Order = {
    purchaseId: String(434_632_929_000 + number),
    createdAt: now.toISOString(),
    status: "SHIPPING_PENDING",
    newStatus: null,
    currency: state.products.get(lines[0]?.productId ?? 0)?.currency ?? "GBP",
    lines,
    contact: purchase.contact,
    shippingMinor: state.settings.shippingMinor,
    taxMinor: Math.round((itemsMinor * state.settings.taxPercent) / 100),
    buyerFeeMinor: state.settings.buyerFeeMinor,
    parcels: [],
    refund: null,
    messages: [],
  };
  state.orders.set(order.purchaseId, order);
  remember(state, order, now);
  return { ok: true, order };
}

export function uuid(text: string): string {
  return createHash("md5")
    .update(text)
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function itemsMinor(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.soldMinor, 0);
}

export function totalMinor(order: Order): number {
  return itemsMinor(order) + order.shippingMinor + order.taxMinor + order.buyerFeeMinor;
}

/** After each change: what the list shows may be older. */
export function remember(state: DepopState, order: Order, now: Date): void {
  const versions = state.orderVersions.get(order.purchaseId) ?? [];
  versions.push({ at: now.toISOString(), order: structuredClone(order) });
  state.orderVersions.set(order.purchaseId, versions);
}

/** The order as the list shows it; null: not yet. */
export function visibleVersion(state: DepopState, order: Order, now: Date): Order | null {
  const until = new Date(now.getTime() - state.settings.orderVisibilityLagMs).toISOString();
  return state.orderVersions.get(order.purchaseId)?.findLast((one) => one.at <= until)?.order ?? null;
}

export function markShipped(
  state: DepopState,
  order: Order,
  parcelId: string,
  tracking: { trackingNumber: string; carrier: string },
  now: Date,
): Change {
  if (!order.lines.some((line) => line.parcelId === parcelId)) return { ok: false, why: "There is no such parcel." };
  if (order.status !== "SHIPPING_PENDING") return { ok: false, why: `The order is ${order.status}.` };
  order.parcels.push({ parcelId, ...tracking });
  const all = new Set(order.lines.map((line) => line.parcelId));
  if (order.parcels.length === all.size) order.status = "SHIPPED";
  remember(state, order, now);
  return DONE;
}

export function refund(
  state: DepopState,
  order: Order,
  amounts: { itemsMinor: number; shippingMinor: number },
  by: "PARTNER" | "DEPOP",
  now: Date,
): void {
  order.refund = { ...amounts, by, at: now.toISOString() };
  order.status = "REFUNDED";
  remember(state, order, now);
}

/** Depop cancels an order by itself, when it was not shipped in time, say. */
export function cancelByDepop(state: DepopState, order: Order, now: Date): Change {
  if (order.status !== "SHIPPING_PENDING") return { ok: false, why: `The order is ${order.status}.` };
  order.status = "CANCELLED";
  order.refund = {
    itemsMinor: itemsMinor(order),
    shippingMinor: order.shippingMinor,
    by: "DEPOP",
    at: now.toISOString(),
  };
  remember(state, order, now);
  return DONE;
}

export function complete(state: DepopState, order: Order, now: Date): Change {
  if (order.status !== "SHIPPED") return { ok: false, why: `The order is ${order.status}.` };
  order.status = "COMPLETED";
  remember(state, order, now);
  return DONE;
}
