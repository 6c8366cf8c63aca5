/** Items and orders, and what people and the API do to them. Over the state, at a given time. */
import { addMs, type Clock } from "#app/clock.ts";
import type { ItemSeed } from "./seed.ts";
import {
  type Address,
  catchUp,
  type EventType,
  type Item,
  nextNumber,
  nextUuid,
  type Order,
  type OrderStatus,
  type VintedState,
} from "./state.ts";

export type Change = { ok: true } | { ok: false; why: string };
export const DONE: Change = { ok: true };
export type Bought = { ok: true; order: Order } | { ok: false; why: string };

/** Where things happen: the state, what the marketplace tells its webhooks, and the time. */
export interface Place {
  state: VintedState;
  announce: (eventType: EventType, data: Record<string, unknown>) => void;
  clock: Clock;
}

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
    marketplaceItemId: nextMarketplaceItemId(state),
    origin: seed.origin ?? (seed.sku === null ? "imported" : "made"),
    reference: seed.sku,
    status: "ACTIVE",
    errors: [],
    title: seed.title,
    priceMinor,
    currency: seed.currency,
    createdAt: now.toISOString(),
  };
  state.items.set(item.id, item);
  return item;
}

const nextMarketplaceItemId = (state: VintedState): number => 5_400_000_000 + nextNumber(state, "marketplace-item");

/** A buyer can have it. An error on the way to deleting or changing it leaves it where it was. */
export function isOnSale(item: Item): boolean {
  return ["ACTIVE", "DELETE_INTERNAL_ERROR", "UPDATE_INTERNAL_ERROR", "UPDATE_VALIDATION_ERROR"].includes(item.status);
}

/** The item a buyer would find under a reference, else the latest of that name. */
export function itemBySku(state: VintedState, sku: string): Item | null {
  const named = [...state.items.values()].filter((one) => one.reference === sku && one.status !== "DELETED");
  return named.find(isOnSale) ?? named.at(-1) ?? null;
}

/** 1 on sale, 0 not, null: gone. */
export function shownUnits(item: Item): number | null {
  if (item.status === "DELETED") return null;
  return isOnSale(item) ? 1 : 0;
}

const idAndReference = ({ id, reference }: Item) => ({ item_id: id, item_reference: reference ?? "" });

/** Beyond 2^53 and odd, so that a reader who rounds takes one order for another. */
const FIRST_ORDER_ID = 9_007_199_254_740_993n;

export function buy(
  { state, announce, clock }: Place,
  purchase: { itemIds: readonly string[]; delivery: Address; billing: Address; bundleDiscountMinor?: number },
): Bought {
  const now = clock.now();
  const items = purchase.itemIds.flatMap((id) => state.items.get(id) ?? []);
  if (items.length === 0) return { ok: false, why: "Choose at least one item." };
  if (!items.every(isOnSale) || items.length !== new Set(purchase.itemIds).size) {
    return { ok: false, why: "This item is not for sale, or only once." };
  }
  for (const item of items) item.status = "SOLD";
  const order: Order = {
    id: String(FIRST_ORDER_ID + BigInt(nextNumber(state, "order")) * 2n),
    status: "CREATED",
    createdAt: now.toISOString(),
    delivery: purchase.delivery,
    billing: purchase.billing,
    items: items.map(({ id, origin, reference, title, priceMinor }) => {
      return { itemId: id, origin, reference, title, priceMinor };
    }),
    amountMinor: items.reduce((sum, item) => sum + item.priceMinor, 0) - (purchase.bundleDiscountMinor ?? 0),
    currency: items[0]?.currency ?? "GBP",
    label: null,
    explanation: null,
  };
  state.orders.set(order.id, order);
  remember(state, order, now);
  const managed = items.filter((item) => item.origin !== "site");
  for (const item of managed) announce("ITEM_SOLD", idAndReference(item));
  announce("ORDER_CREATED", { order_id: order.id, items: managed.map(idAndReference) });
  return { ok: true, order };
}

/** Vinted is sure of the payment, and makes its label. */
export function makeReady(place: Place, order: Order): Change {
  if (order.status !== "CREATED") return { ok: false, why: `The order is ${order.status}.` };
  setStatus(place, order, "READY_TO_BE_SHIPPED");
  later(place, `label of ${order.id}`, () => {
    if (order.status === "READY_TO_BE_SHIPPED") makeLabel(place, order);
  });
  return DONE;
}

export function makeReadyLater(place: Place, order: Order): void {
  const { readyAfterMs } = place.state.settings;
  if (readyAfterMs === 0) makeReady(place, order);
  else later(place, `payment of ${order.id}`, () => void makeReady(place, order), readyAfterMs);
}

function makeLabel({ state, announce }: Place, order: Order): void {
  if (order.label) return;
  order.label = { trackingCode: `VNTD${String(nextNumber(state, "label")).padStart(9, "0")}GB` };
  announce("SHIPMENT_LABEL_CREATED", { order_id: order.id });
}

/** After each change: what the list shows may be older. */
function remember(state: VintedState, order: Order, now: Date): void {
  const versions = state.orderVersions.get(order.id) ?? [];
  versions.push({ at: now.toISOString(), order: structuredClone(order) });
  state.orderVersions.set(order.id, versions);
}

/** The order as the list shows it; null: not yet. */
export function visibleVersion(state: VintedState, order: Order, now: Date): Order | null {
  const until = addMs(now, -state.settings.orderVisibilityLagMs).toISOString();
  return state.orderVersions.get(order.id)?.findLast((one) => one.at <= until)?.order ?? null;
}

/** Later, as everything that was taken and not done. On a real clock it comes by itself; else with the next call. */
function later({ state, clock }: Place, what: string, run: () => void, delayMs = state.settings.asyncDelayMs): void {
  state.work.push({ dueAt: addMs(clock.now(), delayMs).toISOString(), what, run });
  void clock.sleep(delayMs).then(() => catchUp(state, clock.now()));
}

/** Vinted gives no reason. Unknown ids are taken, and nothing comes of them. */
export function requestDeletion(place: Place, id: string): boolean {
  const { state, announce } = place;
  const item = state.items.get(id);
  if (!item || item.origin === "site") return true;
  if (["IN_PROGRESS", "SOLD", "DELETED"].includes(item.status)) return false;
  later(place, `delete ${id}`, () => {
    // Sold in between: what is sold stays.
    if (item.status === "SOLD" || item.status === "DELETED" || state.settings.failDeletions > 0) {
      if (item.status !== "SOLD" && item.status !== "DELETED") {
        state.settings.failDeletions -= 1;
        item.status = "DELETE_INTERNAL_ERROR";
      }
      announce("DELETE_ITEM_FAILURE", idAndReference(item));
      return;
    }
    item.status = "DELETED";
    announce("DELETE_ITEM_SUCCESS", idAndReference(item));
  });
  return true;
}

/** By the seller, on the site. */
export function removeByHand({ announce }: Place, item: Item): Change {
  item.status = "DELETED";
  announce("ITEM_DELETED", idAndReference(item));
  return DONE;
}

/** Always taken; the order shows nothing of it until it is done. */
export function requestCancellation(place: Place, order: Order, explanation: string): void {
  const { settings } = place.state;
  order.explanation = explanation;
  if (settings.forgetCancellations > 0) {
    settings.forgetCancellations -= 1;
    return;
  }
  later(place, `cancel ${order.id}`, () => {
    if (settings.failCancellations > 0) settings.failCancellations -= 1;
    else if (cancel(place, order).ok) return;
    place.announce("CANCEL_ORDER_FAILURE", { order_id: order.id, error: `Order is ${order.status}` });
  });
}

export function cancel(place: Place, order: Order): Change {
  if (order.status !== "CREATED" && order.status !== "READY_TO_BE_SHIPPED") {
    return { ok: false, why: `The order is ${order.status}.` };
  }
  for (const { itemId } of order.items) {
    const item = place.state.items.get(itemId);
    if (item?.status === "SOLD") item.status = "SALE_CANCELLED";
  }
  setStatus(place, order, "CANCELED");
  place.announce("ORDER_CANCELLED", {
    order_id: order.id,
    cancellation_status_code: 540,
    cancellation_status_description: "Transaction cancelled",
  });
  return DONE;
}

const BEFORE: Readonly<Record<string, OrderStatus>> = {
  SHIPPED: "READY_TO_BE_SHIPPED",
  DELIVERED: "SHIPPED",
  COMPLETED: "DELIVERED",
};

/** The carrier takes the parcel; it arrives; the buyer says that all is well. */
export function move(place: Place, order: Order, to: "SHIPPED" | "DELIVERED" | "COMPLETED"): Change {
  if (order.status !== BEFORE[to]) return { ok: false, why: `The order is ${order.status}.` };
  if (to === "SHIPPED") makeLabel(place, order);
  setStatus(place, order, to);
  return DONE;
}

/** Whatever it was before. */
export function setStatus({ state, clock }: Place, order: Order, status: OrderStatus): void {
  order.status = status;
  remember(state, order, clock.now());
}

/** All items of a cancelled order whose sale it was go on sale again: the same items, at another address. */
export function requestRelist(place: Place, order: Order): "accepted" | "ORDER_NOT_CANCELLED" {
  if (order.status !== "CANCELED") return "ORDER_NOT_CANCELLED";
  for (const { itemId } of order.items) {
    const item = place.state.items.get(itemId);
    if (item?.status !== "SALE_CANCELLED") continue;
    if (place.state.settings.relistShows) item.status = "IN_PROGRESS";
    later(place, `relist ${item.id}`, () => {
      if (item.status !== "IN_PROGRESS" && item.status !== "SALE_CANCELLED") return;
      item.status = "ACTIVE";
      item.marketplaceItemId = nextMarketplaceItemId(place.state);
      if (item.origin === "site") return;
      const marketplace_item_id = item.marketplaceItemId;
      place.announce("ITEM_REUPLOADED", { ...idAndReference(item), marketplace_item_id });
    });
  }
  return "accepted";
}
