/** Items and orders, and what people and the API do to them. Over the state, at a given time. */
import { addMs } from "#app/clock.ts";
import type { ItemSeed } from "./seed.ts";
import { type Buyer, type Item, nextNumber, nextUuid, type Order, type VintedState } from "./state.ts";

export type Change = { ok: true } | { ok: false; why: string };
export const DONE: Change = { ok: true };
export type Bought = { ok: true; order: Order } | { ok: false; why: string };

/** What the marketplace tells the webhook. */
export type Announce = (eventType: string, data: Record<string, unknown>) => void;

export function parseMinor(value: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(value.trim());
  if (!found) return null;
  return Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
}

export function decimal(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, "0")}`;
}

export function addItem(state: VintedState, seed: ItemSeed, now: Date): Item {
  const priceMinor = parseMinor(seed.price);
  if (priceMinor === null) throw new Error(`${seed.price} is not a price.`);
  const item: Item = {
    id: nextUuid(state, "item"),
    reference: seed.sku,
    status: "PUBLISHED",
    title: seed.title,
    priceMinor,
    currency: seed.currency,
    createdAt: now.toISOString(),
  };
  state.items.set(item.id, item);
  return item;
}

/** The item a buyer would find under a reference, else the latest of that name. */
export function itemBySku(state: VintedState, sku: string): Item | null {
  const named = [...state.items.values()].filter((one) => one.reference === sku && one.status !== "DELETED");
  return named.find((one) => one.status === "PUBLISHED") ?? named.at(-1) ?? null;
}

/** 1 on sale, 0 not, null: gone. */
export function shownUnits(item: Item): number | null {
  if (item.status === "DELETED") return null;
  return item.status === "PUBLISHED" ? 1 : 0;
}

/** Beyond 2^53 and odd, so that a reader who rounds takes one order for another. */
const FIRST_ORDER_ID = 9_007_199_254_740_993n;

export function buy(
  state: VintedState,
  purchase: { itemIds: readonly string[]; buyer: Buyer; bundleDiscountMinor?: number },
  announce: Announce,
  now: Date,
): Bought {
  const items = purchase.itemIds.flatMap((id) => state.items.get(id) ?? []);
  if (items.length === 0) return { ok: false, why: "Choose at least one item." };
  const sold = items.find((item) => item.status !== "PUBLISHED");
  if (sold || items.length !== new Set(purchase.itemIds).size) {
    return { ok: false, why: "This item is not for sale, or only once." };
  }
  for (const item of items) item.status = "SOLD";
  const number = nextNumber(state, "order");
  const order: Order = {
    id: String(FIRST_ORDER_ID + BigInt(number) * 2n),
    status: "CREATED",
    createdAt: now.toISOString(),
    buyer: purchase.buyer,
    items: items.map((item) => ({
      itemId: item.id,
      reference: item.reference,
      title: item.title,
      priceMinor: item.priceMinor,
    })),
    amountMinor: items.reduce((sum, item) => sum + item.priceMinor, 0) - (purchase.bundleDiscountMinor ?? 0),
    currency: items[0]?.currency ?? "GBP",
    trackingCode: `VNTD${String(number).padStart(9, "0")}GB`,
    explanation: null,
    relisted: false,
  };
  state.orders.set(order.id, order);
  remember(state, order, now);
  for (const item of items) announce("ITEM_SOLD", { item_id: item.id, item_reference: item.reference });
  announce("ORDER_CREATED", { order_id: order.id });
  return { ok: true, order };
}

/** After each change: what the list shows may be older. */
export function remember(state: VintedState, order: Order, now: Date): void {
  const versions = state.orderVersions.get(order.id) ?? [];
  versions.push({ at: now.toISOString(), order: structuredClone(order) });
  state.orderVersions.set(order.id, versions);
}

/** The order as the list shows it; null: not yet. */
export function visibleVersion(state: VintedState, order: Order, now: Date): Order | null {
  const until = addMs(now, -state.settings.orderVisibilityLagMs).toISOString();
  return state.orderVersions.get(order.id)?.findLast((one) => one.at <= until)?.order ?? null;
}

/** Later, as everything that was answered with 202. */
export function later(state: VintedState, what: string, now: Date, run: (at: Date) => void): void {
  const dueAt = addMs(now, state.settings.asyncDelayMs);
  state.work.push({ dueAt: dueAt.toISOString(), what, run: () => run(dueAt) });
}

/** "202 even for unknown ids; items still in progress cannot be deleted." */
export function requestDeletion(state: VintedState, id: string, announce: Announce, now: Date): boolean {
  const item = state.items.get(id);
  if (item?.status === "IN_PROGRESS") return false;
  later(state, `delete ${id}`, now, () => {
    // Sold in between: what is sold stays.
    if (item?.status === "PUBLISHED" || item?.status === "DRAFT") {
      item.status = "DELETED";
      announce("DELETE_ITEM_SUCCESS", { item_id: id });
    } else announce("DELETE_ITEM_FAILURE", { item_id: id });
  });
  return true;
}

export function requestCancellation(
  state: VintedState,
  order: Order,
  explanation: string,
  announce: Announce,
  now: Date,
): Change {
  if (order.status !== "CREATED") return { ok: false, why: `The order is ${order.status}.` };
  order.status = "CANCELLATION_REQUESTED";
  order.explanation = explanation;
  remember(state, order, now);
  later(state, `cancel ${order.id}`, now, (at) => {
    if (state.settings.failCancellations > 0) {
      state.settings.failCancellations -= 1;
      order.status = "CREATED";
      remember(state, order, at);
      announce("CANCEL_ORDER_FAILURE", { order_id: order.id });
    } else cancel(state, order, announce, at);
  });
  return DONE;
}

export function cancel(state: VintedState, order: Order, announce: Announce, now: Date): Change {
  if (order.status !== "CREATED" && order.status !== "CANCELLATION_REQUESTED") {
    return { ok: false, why: `The order is ${order.status}.` };
  }
  order.status = "CANCELLED";
  remember(state, order, now);
  announce("ORDER_CANCELLED", { order_id: order.id });
  return DONE;
}

/** The carrier takes the parcel; later it arrives. */
export function move(state: VintedState, order: Order, to: "SHIPPED" | "DELIVERED", now: Date): Change {
  const from = to === "SHIPPED" ? "CREATED" : "SHIPPED";
  if (order.status !== from) return { ok: false, why: `The order is ${order.status}.` };
  order.status = to;
  remember(state, order, now);
  return DONE;
}

/** The items of a cancelled order go on sale again as new items, once. */
export function requestRelist(state: VintedState, order: Order, announce: Announce, now: Date): Item[] | null {
  if (order.status !== "CANCELLED" || order.relisted) return null;
  order.relisted = true;
  return order.items.map(({ reference, title, priceMinor }) => {
    const item = addItem(state, { sku: reference, title, price: decimal(priceMinor), currency: order.currency }, now);
    item.status = "IN_PROGRESS";
    later(state, `publish ${item.id}`, now, () => {
      item.status = "PUBLISHED";
      announce("ITEM_PUBLISHED", { item_id: item.id, item_reference: reference });
    });
    return item;
  });
}
