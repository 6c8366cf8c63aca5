/**
 * A merchant edits an order that is placed: fewer or more units of a line, a new line, another address. A line keeps the
 * units that were taken off in its `quantity`; `currentQuantity` has what is left.
 */
import type { Gid } from "./gids.ts";
import { claim, giveBackUnshipped, type OrderOutcome } from "./orders.ts";
import { type Address, currentQuantity, fulfillableQuantity, type LineItem, type Order, type Store } from "./store.ts";
import { orderEditPayload, orderPayload } from "./webhook-payloads.ts";
import { type MerchantAction, mustFind, type World } from "./world.ts";

export interface OrderEdit {
  /** What a line comes to afterwards, units that are shipped included. */
  lines?: { lineItemId: Gid; quantity: number }[];
  added?: { variantId: Gid; quantity: number }[];
  /** Units that are taken off go back to available. */
  restock: boolean;
}

export function editOrder(
  world: World,
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  { lines = [], added = [], restock }: OrderEdit,
): OrderOutcome<Order> {
  const order = mustFind(store.orders, orderId, "order");
  if (order.cancelledAt) return { ok: false, message: "A cancelled order can't be edited." };
  const changes: { line: LineItem; delta: number }[] = [];
  for (const { lineItemId, quantity } of lines) {
    const line = order.lineItems.find((one) => one.id === lineItemId);
    if (!line) return { ok: false, message: `${order.name} has no line ${lineItemId}.` };
    const delta = quantity - currentQuantity(line);
    if (quantity < 0 || -delta > fulfillableQuantity(order, line))
      return { ok: false, message: `${line.title}: what was shipped can't be taken off.` };
    if (delta !== 0) changes.push({ line, delta });
  }
  const newLines: LineItem[] = [];
  for (const { variantId, quantity } of added) {
    const line = quantity > 0 ? lineOfVariant(world, store, variantId, quantity) : null;
    if (!line) return { ok: false, message: `There is no variant ${variantId}.` };
    newLines.push(line);
  }
  if (changes.length + newLines.length === 0) return { ok: false, message: "Nothing was changed." };
  for (const { line, delta } of changes) {
    if (delta > 0) {
      line.quantity += delta;
      claim(action, store, line, delta);
      continue;
    }
    giveBackUnshipped(world, action, store, line, -delta, restock);
    line.editedOutQuantity -= delta;
  }
  for (const line of newLines) {
    order.lineItems.push(line);
    claim(action, store, line);
  }
  order.updatedAt = action.at;
  const all = [...changes, ...newLines.map((line) => ({ line, delta: line.quantity }))];
  action.emit("orders/edited", orderEditPayload(store, order, all, action.at));
  action.emit("orders/updated", orderPayload(store, order));
  return { ok: true, value: order };
}

/** As a shop sells it: at the variant's price, taxed. Null: there is no such variant. */
export function lineOfVariant(world: World, store: Store, variantId: Gid, quantity: number): LineItem | null {
  const variant = store.variants.get(variantId);
  const product = variant && store.products.get(variant.productId);
  if (!variant || !product) return null;
  return {
    id: world.gids.next("LineItem"),
    variantId,
    productId: product.id,
    title: product.title,
    variantTitle: variant.title === "Default Title" ? null : variant.title,
    sku: variant.sku,
    vendor: product.vendor,
    quantity,
    price: variant.price,
    requiresShipping: true,
    taxable: true,
    customAttributes: [],
    taxLines: [],
    claims: [],
    refundedQuantity: 0,
    editedOutQuantity: 0,
  };
}

/** Announced as an update alone. */
export function changeAddress(
  action: MerchantAction,
  store: Store,
  orderId: Gid,
  change: Partial<Address>,
): OrderOutcome<Order> {
  const order = mustFind(store.orders, orderId, "order");
  if (!order.shippingAddress) return { ok: false, message: `${order.name} has no shipping address.` };
  order.shippingAddress = { ...order.shippingAddress, ...change };
  order.updatedAt = action.at;
  action.emit("orders/updated", orderPayload(store, order));
  return { ok: true, value: order };
}
