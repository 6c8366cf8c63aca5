/**
 * What became of our orders in Shopify: shipments and cancellations to relay, and whatever else differs from the marketplace
 * to tell of. Webhooks name an order; without webhooks, all orders changed since the last look are read.
 */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { findOrderByShopifyGid, listOrdersByGid, type OrderWithLines } from "../orders/orders.ts";
import { listOpenUnseenSince } from "../orders/seen-in-shopify.ts";
import type { Runtime } from "../runtime.ts";
import {
  isOtherTracking,
  listShipmentsByGid,
  recordShipment,
  type Shipment,
  type ShipmentLine,
  withdrawShipment,
} from "../shipments/shipments.ts";
import { listUpdatedOrders, type OrderProgress, readOrderProgress } from "../shopify/orders.ts";
import { findShop, recordProgressChecked, type Shop } from "../shops/shops.ts";
import { orderEnded } from "./buyer-clock.ts";
import { closeTasks } from "./close-tasks.ts";
import { orThrow, RemoteFailureError } from "./or-throw.ts";
import { endShopPutOff, putOffShopWork } from "./put-off-shop-work.ts";
import { requestCancellation } from "./request-cancellation.ts";
import {
  followAddresses,
  hasDifferences,
  listToldOrders,
  mayHaveOtherAddress,
  tellDifferences,
  tellOfMissingOrder,
} from "./tell-differences.ts";

/** Shopify's search lags behind its orders. */
const OVERLAP_MS = 10 * 60_000;
/** An order that is deleted is in no list of what changed: what is to be shipped is looked at now and then. */
const LOOK_EVERY_MS = 24 * 60 * 60_000;
const LOOKS_MAX = 50;

export async function followOrders(
  rt: Runtime,
  { shopId, orderGid }: { shopId: number; orderGid?: string | undefined },
): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  if (orderGid) return followOrder(rt, shop, orderGid);
  try {
    await followAll(rt, shop);
  } catch (error) {
    if (!(error instanceof RemoteFailureError)) throw error;
    await putOffShopWork(rt, { shopId, work: "follow", why: error.failure.message });
  }
}

async function followAll(rt: Runtime, shop: Shop): Promise<void> {
  const startedAt = rt.clock.now();
  const since = addMs(shop.progressCheckedAt ?? shop.installedAt, -OVERLAP_MS);
  const updated = orThrow(await listUpdatedOrders(rt.admin(shop.domain), since));
  const { news, addresses } = await withNews(rt, shop, updated);
  for (const progress of news) await follow(rt, shop, progress);
  const unseen = await listOpenUnseenSince(rt.db, shop.id, addMs(startedAt, -LOOK_EVERY_MS), LOOKS_MAX);
  const looks = [...new Set([...addresses, ...unseen])];
  for (let at = 0; at < looks.length; at += LOOKS_MAX) await followAddresses(rt, shop, looks.slice(at, at + LOOKS_MAX));
  await inTransaction(rt.db, async (tx) => {
    await recordProgressChecked(tx, shop.id, startedAt);
    await endShopPutOff(tx, shop.id, "follow");
  });
}

/** Most orders of a shop are not ours to follow: Shopify is asked only about those that are. */
export async function followOrder(rt: Runtime, shop: Shop, orderGid: string): Promise<void> {
  const order = shop.uninstalledAt ? null : await findOrderByShopifyGid(rt.db, shop.id, orderGid);
  if (!order) return;
  const progress = orThrow(await readOrderProgress(rt.admin(shop.domain), orderGid));
  if (!progress) return tellOfMissingOrder(rt, shop, orderGid, "not shown");
  await follow(rt, shop, progress);
  if (mayHaveOtherAddress(order, progress)) await followAddresses(rt, shop, [orderGid]);
}

/** Most of what changed lately has been followed already, when its webhook came. `addresses`: whose may be another now. */
async function withNews(
  rt: Runtime,
  shop: Shop,
  updated: readonly OrderProgress[],
): Promise<{ news: OrderProgress[]; addresses: string[] }> {
  const gids = updated.map((one) => one.id);
  const ours = new Map((await listOrdersByGid(rt.db, shop.id, gids)).map((order) => [order.shopifyOrderGid, order]));
  const pairs = updated.flatMap((progress) => {
    const order = ours.get(progress.id);
    return order ? [{ progress, order }] : [];
  });
  if (pairs.length === 0) return { news: [], addresses: [] };
  const fulfilments = pairs.flatMap(({ progress }) => progress.fulfillments.map((fulfilment) => fulfilment.id));
  const known = await listShipmentsByGid(rt.db, shop.id, fulfilments);
  const told = await listToldOrders(rt, shop);
  const news = pairs.filter(
    ({ progress, order }) =>
      progress.cancelledAt ||
      told.has(order.id) ||
      hasDifferences(order, progress) ||
      progress.fulfillments.some((fulfilment) => isNews(fulfilment, known.get(fulfilment.id))),
  );
  return {
    news: news.map((one) => one.progress),
    addresses: pairs.flatMap(({ order, progress }) => (mayHaveOtherAddress(order, progress) ? [progress.id] : [])),
  };
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
    const left = new Map(order.lines.map((line) => [line.remoteLineId, line.quantity]));
    for (const fulfilment of progress.fulfillments) await followFulfilment(rt, tx, order, fulfilment, left);
    if (progress.cancelledAt) await followCancellation(rt, tx, order);
    await tellDifferences(rt, tx, shop.id, progress);
  });
}

/** `left`: units of each line that the marketplace sold and no earlier parcel has. It refuses a shipment of more. */
async function followFulfilment(
  rt: Runtime,
  tx: Tx,
  order: OrderWithLines,
  fulfilment: Fulfilment,
  left: Map<string, number>,
): Promise<void> {
  const { shopId } = order;
  if (fulfilment.status === "CANCELLED") {
    const withdrawn = await withdrawShipment(tx, shopId, fulfilment.id);
    // That it was refused is no matter any more.
    if (typeof withdrawn === "object") await resolveAlert(tx, shopId, `shipment:${withdrawn.id}`, rt.clock.now());
    else if (withdrawn === "too-late") {
      const what = "was cancelled in Shopify after it had been sent to the marketplace";
      await shipmentAlert(rt, tx, order, `${fulfilment.id}:cancelled`, what);
    }
    return;
  }
  if (fulfilment.status !== "SUCCESS") return;
  const lines = fulfilment.fulfillmentLineItems.nodes.flatMap(({ quantity, lineItem }) =>
    shippedOf(
      order.lines.filter((one) => one.shopifyLineGid === lineItem.id),
      quantity,
      left,
    ),
  );
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
    // Whoever entered the order by hand may have told the marketplace of its parcels, too.
    mayBeTold: order.linkedAt !== null && shippedAt < order.linkedAt,
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

/** One line there may be several of ours, where the merchant entered the order by hand. */
function shippedOf(
  [line, ...others]: OrderWithLines["lines"],
  quantity: number | null,
  left: Map<string, number>,
): ShipmentLine[] {
  const units = line ? Math.min(quantity ?? 0, left.get(line.remoteLineId) ?? 0) : 0;
  if (!line) return [];
  left.set(line.remoteLineId, (left.get(line.remoteLineId) ?? 0) - units);
  const rest = shippedOf(others, (quantity ?? 0) - units, left);
  return units > 0 ? [{ remoteLineId: line.remoteLineId, quantity: units }, ...rest] : rest;
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
