/**
 * An order's life in the shop: placed (by a buyer or by orderCreate), shipped, refunded, cancelled, and what each does to
 * stock. A unit that was decremented stands as committed at the location that gave it (on_hand unchanged) until it
 * ships (committed falls, on_hand falls) or is given back (committed falls, available rises).
 */
import type { Gid } from "./gids.ts";
import { changeLevel, levelToClaimFrom } from "./inventory.ts";
import {
  currentQuantity,
  type Fulfillment,
  fulfillableQuantity,
  fulfilledQuantity,
  type LineItem,
  levelKey,
  type Order,
  type Refund,
  type Store,
  type TrackingInfo,
} from "./store.ts";
import { fulfillmentPayload, orderPayload, refundPayload } from "./webhook-payloads.ts";
import { type MerchantAction, mustFind, type World } from "./world.ts";

export type InventoryBehaviour = "BYPASS" | "DECREMENT_IGNORING_POLICY" | "DECREMENT_OBEYING_POLICY";

export type NewOrder = Omit<
  Order,
  | "id"
  | "name"
  | "number"
  | "fulfillments"
  | "refunds"
  | "createdAt"
  | "updatedAt"
  | "cancelledAt"
  | "cancelReason"
  | "cancelPending"
  | "staffNote"
> & { name?: string | null };

/** The line that could not be claimed, or null. Several lines may want the same item: they are counted together. */
export function lineBeyondStock(
  store: Store,
  lines: readonly Pick<LineItem, "variantId" | "quantity">[],
): number | null {
  const wanted = new Map<Gid, number>();
  for (const [index, line] of lines.entries()) {
    const variant = line.variantId ? store.variants.get(line.variantId) : undefined;
    const item = variant ? store.inventoryItems.get(variant.inventoryItemId) : undefined;
    if (!variant || !item?.tracked || variant.inventoryPolicy === "CONTINUE") continue;
    const total = (wanted.get(item.id) ?? 0) + line.quantity;
    wanted.set(item.id, total);
    const level = levelToClaimFrom(store, item, total);
    if (!level || level.quantities.available < total) return index;
  }
  return null;
}

export function placeOrder(
  world: World,
  action: MerchantAction,
  store: Store,
  draft: NewOrder,
  behaviour: InventoryBehaviour,
): Order {
  store.lastOrderNumber += 1;
  const order: Order = {
    ...draft,
    id: world.gids.next("Order"),
    number: store.lastOrderNumber,
    name: draft.name ?? `${store.orderNumberFormatPrefix}${store.lastOrderNumber}${store.orderNumberFormatSuffix}`,
    fulfillments: [],
    refunds: [],
    createdAt: action.at,
    updatedAt: action.at,
    cancelledAt: null,
    cancelReason: null,
    cancelPending: false,
    staffNote: null,
  };
  if (behaviour !== "BYPASS") for (const line of order.lineItems) claim(action, store, line);
  store.orders.set(order.id, order);
  action.emit("orders/create", orderPayload(store, order));
  return order;
}

export function claim(action: MerchantAction, store: Store, line: LineItem, quantity = line.quantity): void {
  const variant = line.variantId ? store.variants.get(line.variantId) : undefined;
  const item = variant ? store.inventoryItems.get(variant.inventoryItemId) : undefined;
  const level = item ? levelToClaimFrom(store, item, quantity) : null;
  if (!level) return;
  changeLevel(action, level, { available: -quantity, committed: quantity });
  line.claims.push({ locationId: level.locationId, quantity });
}

/** Takes up to `quantity` off the line's claims, preferring one location. Gives what was taken, per location. */
function releaseClaims(
  line: LineItem,
  quantity: number,
  preferred: Gid | null,
): { locationId: Gid; quantity: number }[] {
  const taken: { locationId: Gid; quantity: number }[] = [];
  let left = quantity;
  const sorted = [...line.claims].sort(
    (a, b) => Number(b.locationId === preferred) - Number(a.locationId === preferred),
  );
  for (const one of sorted) {
    const part = Math.min(left, one.quantity);
    if (part === 0) continue;
    one.quantity -= part;
    left -= part;
    taken.push({ locationId: one.locationId, quantity: part });
  }
  line.claims = line.claims.filter((one) => one.quantity > 0);
  return taken;
}

function levelOfLine(store: Store, line: LineItem, locationId: Gid) {
  const variant = line.variantId ? store.variants.get(line.variantId) : undefined;
  return variant ? store.levels.get(levelKey(variant.inventoryItemId, locationId)) : undefined;
}

function isTracked(store: Store, line: LineItem): boolean {
  const variant = line.variantId ? store.variants.get(line.variantId) : undefined;
  return variant ? (store.inventoryItems.get(variant.inventoryItemId)?.tracked ?? false) : false;
}

export function defaultLocation(store: Store): Gid {
  const location = [...store.locations.values()].find((one) => one.isActive && one.shipsInventory);
  if (!location) throw new Error(`${store.domain} has no active location`);
  return location.id;
}

export interface FulfillRequest {
  /** Absent: everything that is still open. */
  lines?: { lineItemId: Gid; quantity: number }[];
  tracking?: TrackingInfo[];
  locationId?: Gid;
}

export type OrderOutcome<T> = { ok: true; value: T } | { ok: false; message: string };

export function fulfillOrder(
  world: World,
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  request: FulfillRequest,
): OrderOutcome<Fulfillment> {
  const order = mustFind(store.orders, orderId, "order");
  const open = order.lineItems.map((line) => ({ line, quantity: fulfillableQuantity(order, line) }));
  const wanted = (request.lines ?? open.map(({ line, quantity }) => ({ lineItemId: line.id, quantity }))).filter(
    (one) => one.quantity > 0,
  );
  if (wanted.length === 0) return { ok: false, message: "There is nothing left to fulfil." };
  const locationId = request.locationId ?? defaultLocation(store);
  const chosen: { line: LineItem; quantity: number }[] = [];
  for (const { lineItemId, quantity } of wanted) {
    const found = open.find((one) => one.line.id === lineItemId);
    if (!found) return { ok: false, message: `${order.name} has no line ${lineItemId}.` };
    if (found.quantity < quantity) {
      return {
        ok: false,
        message: `Only ${found.quantity} of ${found.line.title} can still be fulfilled, not ${quantity}.`,
      };
    }
    chosen.push({ line: found.line, quantity });
  }
  for (const { line, quantity } of chosen) {
    for (const part of releaseClaims(line, quantity, locationId)) {
      const level = levelOfLine(store, line, part.locationId);
      if (level) changeLevel(action, level, { committed: -part.quantity });
    }
  }
  const fulfillment: Fulfillment = {
    id: world.gids.next("Fulfillment"),
    orderId: order.id,
    name: `${order.name}.${order.fulfillments.length + 1}`,
    status: "SUCCESS",
    locationId,
    lines: chosen.map(({ line, quantity }) => ({
      id: world.gids.next("FulfillmentLineItem"),
      lineItemId: line.id,
      quantity,
    })),
    trackingInfo: request.tracking ?? [],
    createdAt: action.at,
    updatedAt: action.at,
  };
  order.fulfillments.push(fulfillment);
  order.updatedAt = action.at;
  action.emit("fulfillments/create", fulfillmentPayload(store, order, fulfillment));
  action.emit("orders/updated", orderPayload(store, order));
  return { ok: true, value: fulfillment };
}

export function updateTracking(
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  fulfillmentId: Gid,
  tracking: TrackingInfo[],
): OrderOutcome<Fulfillment> {
  const order = mustFind(store.orders, orderId, "order");
  const fulfillment = order.fulfillments.find((one) => one.id === fulfillmentId);
  if (!fulfillment) return { ok: false, message: `${order.name} has no fulfilment ${fulfillmentId}.` };
  fulfillment.trackingInfo = tracking;
  touchFulfillment(action, store, order, fulfillment);
  return { ok: true, value: fulfillment };
}

/** The parcel was not sent after all: its units are open again and committed where they were shipped from. */
export function cancelFulfillment(
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  fulfillmentId: Gid,
): OrderOutcome<Fulfillment> {
  const order = mustFind(store.orders, orderId, "order");
  const fulfillment = order.fulfillments.find((one) => one.id === fulfillmentId && one.status === "SUCCESS");
  if (!fulfillment) return { ok: false, message: `${order.name} has no live fulfilment ${fulfillmentId}.` };
  fulfillment.status = "CANCELLED";
  for (const { lineItemId, quantity } of fulfillment.lines) {
    const line = order.lineItems.find((one) => one.id === lineItemId);
    const level = line ? levelOfLine(store, line, fulfillment.locationId) : undefined;
    if (!line || !level || !isTracked(store, line)) continue;
    changeLevel(action, level, { committed: quantity });
    line.claims.push({ locationId: fulfillment.locationId, quantity });
  }
  touchFulfillment(action, store, order, fulfillment);
  return { ok: true, value: fulfillment };
}

function touchFulfillment(action: MerchantAction, store: Store, order: Order, fulfillment: Fulfillment): void {
  fulfillment.updatedAt = action.at;
  order.updatedAt = action.at;
  action.emit("fulfillments/update", fulfillmentPayload(store, order, fulfillment));
  action.emit("orders/updated", orderPayload(store, order));
}

export interface RefundRequest {
  /** None: the buyer gets `amount` back and keeps everything. */
  lines: { lineItemId: Gid; quantity: number }[];
  restock: boolean;
  note?: string | null;
  /** Absent: what the lines cost. */
  amount?: string | null;
}

export function refundLines(
  world: World,
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  request: RefundRequest,
): OrderOutcome<Refund> {
  const order = mustFind(store.orders, orderId, "order");
  const chosen: { line: LineItem; quantity: number }[] = [];
  for (const { lineItemId, quantity } of request.lines) {
    const line = order.lineItems.find((one) => one.id === lineItemId);
    if (!line) return { ok: false, message: `${order.name} has no line ${lineItemId}.` };
    if (quantity < 1 || quantity > currentQuantity(line)) {
      return { ok: false, message: `${quantity} of ${line.title} can't be refunded.` };
    }
    chosen.push({ line, quantity });
  }
  if (chosen.length === 0 && !(Number(request.amount) > 0))
    return { ok: false, message: "A refund needs a line, or an amount." };
  const refund = recordRefund(world, action, store, order, chosen, request);
  const everything = order.lineItems.every((line) => currentQuantity(line) === 0);
  order.financialStatus = everything ? "REFUNDED" : "PARTIALLY_REFUNDED";
  order.updatedAt = action.at;
  action.emit("refunds/create", refundPayload(store, order, refund));
  action.emit("orders/updated", orderPayload(store, order));
  return { ok: true, value: refund };
}

/** Unshipped units go first: they were never sent, so restocking them is a `cancel`; shipped ones come as a `return`. */
function recordRefund(
  world: World,
  action: MerchantAction,
  store: Store,
  order: Order,
  chosen: readonly { line: LineItem; quantity: number }[],
  { restock, note = null, amount, removesAll = false }: Omit<RefundRequest, "lines"> & { removesAll?: boolean },
): Refund {
  const cost = chosen.reduce((sum, { line, quantity }) => sum + Number(line.price) * quantity, 0);
  const refund: Refund = {
    id: world.gids.next("Refund"),
    orderId: order.id,
    createdAt: action.at,
    note,
    lines: [],
    amount: Number(amount ?? cost).toFixed(2),
  };
  const isRemoved = restock || removesAll || world.settings.refundWithoutRestock === "removes";
  for (const { line, quantity } of chosen) {
    const unshipped = Math.min(quantity, fulfillableQuantity(order, line));
    const shipped = quantity - unshipped;
    line.refundedQuantity += quantity;
    if (unshipped > 0) {
      const locationId = isRemoved ? giveBackUnshipped(world, action, store, line, unshipped, restock) : null;
      refund.lines.push({
        id: world.gids.next("RefundLineItem"),
        lineItemId: line.id,
        quantity: unshipped,
        restockType: restock ? "cancel" : "no_restock",
        locationId: restock ? locationId : null,
        isRemoved,
      });
    }
    if (shipped > 0) {
      const locationId = order.fulfillments.at(-1)?.locationId ?? defaultLocation(store);
      const level = levelOfLine(store, line, locationId);
      if (restock && level && isTracked(store, line)) changeLevel(action, level, { available: shipped });
      refund.lines.push({
        id: world.gids.next("RefundLineItem"),
        lineItemId: line.id,
        quantity: shipped,
        restockType: restock ? "return" : "no_restock",
        locationId: restock ? locationId : null,
        isRemoved: false,
      });
    }
  }
  order.refunds.push(refund);
  return refund;
}

/** Claimed units leave committed, and with restock come back to available. Gives the location concerned. */
export function giveBackUnshipped(
  world: World,
  action: MerchantAction,
  store: Store,
  line: LineItem,
  quantity: number,
  restock: boolean,
): Gid {
  const released = releaseClaims(line, quantity, null);
  for (const part of released) {
    const level = levelOfLine(store, line, part.locationId);
    if (level) changeLevel(action, level, { committed: -part.quantity, available: restock ? part.quantity : 0 });
  }
  const unclaimed = quantity - released.reduce((sum, one) => sum + one.quantity, 0);
  const locationId = released[0]?.locationId ?? defaultLocation(store);
  if (restock && unclaimed > 0 && world.settings.restocksBypassedOrders && isTracked(store, line)) {
    const level = levelOfLine(store, line, locationId);
    if (level) changeLevel(action, level, { available: unclaimed });
  }
  return locationId;
}

export interface CancelRequest {
  reason: string;
  restock: boolean;
  staffNote?: string | null;
}

/** Why an order can't be cancelled, or null. */
export function cancelObstacle(order: Order): string | null {
  if (order.cancelledAt || order.cancelPending) return "This order has already been cancelled.";
  const shipped = order.lineItems.some((line) => fulfilledQuantity(order, line) > 0);
  return shipped ? "Cannot cancel an order that has fulfilments." : null;
}

export function cancelOrder(
  world: World,
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  request: CancelRequest,
): OrderOutcome<Order> {
  const order = mustFind(store.orders, orderId, "order");
  order.cancelPending = false;
  const obstacle = cancelObstacle(order);
  if (obstacle) return { ok: false, message: obstacle };
  const open = order.lineItems
    .map((line) => ({ line, quantity: currentQuantity(line) }))
    .filter((one) => one.quantity > 0);
  const wasPaid = order.financialStatus === "PAID" || order.financialStatus === "PARTIALLY_REFUNDED";
  const refund = recordRefund(world, action, store, order, open, {
    restock: request.restock,
    note: request.staffNote ?? null,
    removesAll: true,
  });
  order.cancelledAt = action.at;
  order.cancelReason = request.reason;
  order.staffNote = request.staffNote ?? null;
  order.financialStatus = wasPaid ? "REFUNDED" : "VOIDED";
  order.updatedAt = action.at;
  if (wasPaid) action.emit("refunds/create", refundPayload(store, order, refund));
  action.emit("orders/cancelled", orderPayload(store, order));
  action.emit("orders/updated", orderPayload(store, order));
  return { ok: true, value: order };
}
