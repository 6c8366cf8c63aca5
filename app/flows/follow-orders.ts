/**
 * What became of our orders in Shopify: shipments and cancellations to relay. Webhooks name an order; without webhooks,
 * all orders changed since the last look are read.
 */
import { raiseAlert } from "../alerts/alerts.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { isOver, type OrderStage } from "../orders/order-stage.ts";
import { findOrderByShopifyGid, listOrderGids, type OrderWithLines } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import {
  isOtherTracking,
  listShipmentsByGid,
  recordShipment,
  type Shipment,
  withdrawShipment,
} from "../shipments/shipments.ts";
import { listUpdatedOrders, type OrderProgress, readOrderProgress } from "../shopify/orders.ts";
import { findShop, recordProgressChecked, type Shop } from "../shops/shops.ts";
import { orderEnded } from "./buyer-clock.ts";
import { closeTasks } from "./close-tasks.ts";
import { orThrow } from "./or-throw.ts";
import { requestCancellation } from "./request-cancellation.ts";

/** Shopify's search lags behind its orders. */
const OVERLAP_MS = 10 * 60_000;

export async function followOrders(
  rt: Runtime,
  { shopId, orderGid }: { shopId: number; orderGid?: string | undefined },
): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  if (orderGid) return followOrder(rt, shop, orderGid);
  const startedAt = rt.clock.now();
  const since = addMs(shop.progressCheckedAt ?? shop.installedAt, -OVERLAP_MS);
  const updated = orThrow(await listUpdatedOrders(rt.admin(shop.domain), since));
  for (const progress of await withNews(rt, shop, updated)) await follow(rt, shop, progress);
  await inTransaction(rt.db, (tx) => recordProgressChecked(tx, shopId, startedAt));
}

/** Most orders of a shop are not ours to follow: Shopify is asked only about those that are. */
export async function followOrder(rt: Runtime, shop: Shop, orderGid: string): Promise<void> {
  if (shop.uninstalledAt || !(await findOrderByShopifyGid(rt.db, shop.id, orderGid))) return;
  const progress = orThrow(await readOrderProgress(rt.admin(shop.domain), orderGid));
  if (progress && (progress.cancelledAt || progress.fulfillments.length > 0)) await follow(rt, shop, progress);
}

/** Only the id is left of it. What was to be sent for it must not go unsent unsaid. */
export async function tellOfDeletedOrder(rt: Runtime, shop: Shop, orderGid: string): Promise<void> {
  const order = await findOrderByShopifyGid(rt.db, shop.id, orderGid);
  if (!order || isOver(order.stage as OrderStage)) return;
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      channelId: order.channelId,
      key: `deleted-order:${order.id}`,
      endsByHand: true,
      severity: "critical",
      title: `${order.shopifyOrderName ?? "An order"} was deleted in Shopify`,
      message: `It is still open on the marketplace as order ${order.displayName}. Enter it in Shopify again and confirm its shipment on the marketplace by hand, or cancel it there. Then choose Done.`,
      action: `/app/orders/${order.id}`,
    },
    rt.clock.now(),
  );
}

/** Most of what changed lately has been followed already, when its webhook came. */
async function withNews(rt: Runtime, shop: Shop, updated: readonly OrderProgress[]): Promise<OrderProgress[]> {
  const ours = await listOrderGids(
    rt.db,
    shop.id,
    updated.map((one) => one.id),
  );
  const candidates = updated.filter((one) => ours.has(one.id));
  const gids = candidates.flatMap((one) => one.fulfillments.map((fulfilment) => fulfilment.id));
  const known = await listShipmentsByGid(rt.db, shop.id, gids);
  return candidates.filter(
    ({ cancelledAt, fulfillments }) =>
      cancelledAt || fulfillments.some((fulfilment) => isNews(fulfilment, known.get(fulfilment.id))),
  );
}

type Fulfilment = OrderProgress["fulfillments"][number];

function isNews(fulfilment: Fulfilment, known: Shipment | undefined): boolean {
  if (fulfilment.status === "CANCELLED") return known !== undefined && known.state !== "withdrawn";
  if (fulfilment.status !== "SUCCESS") return false;
  return !known || isOtherTracking(known, trackingOf(fulfilment)) || otherNumbersOf(fulfilment).length > 0;
}

/** Of several parcels in one fulfilment the marketplace is told the first. */
function otherNumbersOf({ trackingInfo: [, ...others] }: Fulfilment): string[] {
  return others.flatMap(({ company, number }) => (number ? [[company, number].filter(Boolean).join(" ")] : []));
}

function trackingOf({ trackingInfo: [tracking] }: Fulfilment) {
  return { carrier: tracking?.company ?? null, trackingNumber: tracking?.number ?? null };
}

async function follow(rt: Runtime, shop: Shop, progress: OrderProgress): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const order = await findOrderByShopifyGid(tx, shop.id, progress.id);
    if (!order) return;
    for (const fulfilment of progress.fulfillments) await followFulfilment(rt, tx, order, fulfilment);
    if (progress.cancelledAt) await followCancellation(rt, tx, order);
  });
}

async function followFulfilment(rt: Runtime, tx: Tx, order: OrderWithLines, fulfilment: Fulfilment): Promise<void> {
  const { shopId } = order;
  if (fulfilment.status === "CANCELLED") {
    if ((await withdrawShipment(tx, shopId, fulfilment.id)) === "too-late") {
      const what = "was cancelled in Shopify after it had been sent to the marketplace";
      await shipmentAlert(rt, tx, order, `${fulfilment.id}:cancelled`, what);
    }
    return;
  }
  if (fulfilment.status !== "SUCCESS") return;
  const lines = fulfilment.fulfillmentLineItems.nodes.flatMap(({ quantity, lineItem }) => {
    const line = order.lines.find((one) => one.shopifyLineGid === lineItem.id);
    return line && quantity ? [{ remoteLineId: line.remoteLineId, quantity }] : [];
  });
  if (lines.length === 0) return;
  const shippedAt = new Date(fulfilment.createdAt);
  const { shipment, isNew, changedAfterRelay } = await recordShipment(tx, {
    shopId,
    orderId: order.id,
    fulfilmentGid: fulfilment.id,
    lines,
    ...trackingOf(fulfilment),
    trackingUrl: fulfilment.trackingInfo[0]?.url ?? null,
    shippedAt,
  });
  if (isNew) await orderEnded(rt, tx, order, shippedAt);
  if (isNew) await rt.queue.send(tx, "relay-shipment", { shipmentId: shipment.id });
  const others = otherNumbersOf(fulfilment);
  if (others.length > 0) {
    const what = `went in ${others.length + 1} parcels, and the marketplace is told of the first alone. The others: ${others.join(", ")}`;
    await shipmentAlert(rt, tx, order, `${fulfilment.id}:${others.join()}`, what);
  }
  if (changedAfterRelay) {
    const { trackingNumber } = trackingOf(fulfilment);
    const what = `got other tracking in Shopify (${trackingNumber ?? "no number"}) after it had been sent to the marketplace`;
    await shipmentAlert(rt, tx, order, `${fulfilment.id}:${trackingNumber}`, what);
  }
}

async function followCancellation(
  rt: Runtime,
  tx: Tx,
  { id: orderId, shopId, remoteStatus }: OrderWithLines,
): Promise<void> {
  const now = rt.clock.now();
  await closeTasks(tx, { shopId, orderId, direction: "to-shopify", now });
  if (remoteStatus === "cancelled") return;
  const facts = { direction: "to-marketplace", reason: "cancelled in Shopify", restock: false } as const;
  await requestCancellation(rt, tx, { shopId, orderId, ...facts, now });
}

async function shipmentAlert(rt: Runtime, tx: Tx, order: OrderWithLines, change: string, what: string): Promise<void> {
  await raiseAlert(
    tx,
    {
      shopId: order.shopId,
      channelId: order.channelId,
      key: `shipment-changed:${change}`,
      endsByHand: true,
      severity: "warning",
      title: `A shipment of order ${order.displayName} changed`,
      message: `It ${what}. Correct it on the marketplace by hand, then choose Done.`,
      action: `/app/orders/${order.id}`,
    },
    rt.clock.now(),
  );
}
