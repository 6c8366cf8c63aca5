/**
 * Works on one stored delivery: finds out what it is about and does the least that makes us right again. A delivery is
 * settled in the transaction that applies it; one that can't be read is kept, and shown.
 */
import { ownValue } from "#connectors/contract/storable.ts";
import { findByItem } from "../catalogue/catalogue.ts";
import { markCollectionDue } from "../collections/collections.ts";
import { inTransaction } from "../db.server.ts";
import { type Delivery, findDelivery, settleDeliveries } from "../deliveries/deliveries.ts";
import { isRunning } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import {
  collectionPayload,
  customerRedactPayload,
  dataRequestPayload,
  deletedItemPayload,
  inventoryItemPayload,
  inventoryLevelKeyPayload,
  ofOrderPayload,
  orderEditPayload,
  orderPayload,
  parseWebhookJson,
  productPayload,
} from "../shopify/webhook-payload.ts";
import type { Shop } from "../shops/shops.ts";
import { applyHint } from "./apply-hint.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { applyLevelUpdates } from "./apply-level-updates.ts";
import { checkAccess } from "./check-access.ts";
import { taskFor } from "./delivery-task.ts";
import { followOrder } from "./follow-orders.ts";
import { endPutOffAlert, isShown, keepForLater, shopOf } from "./keep-delivery.ts";
import { orThrow } from "./or-throw.ts";
import { followProductIntoCollections } from "./read-collections.ts";
import { endOwnSaleAlert } from "./record-losses.ts";
import { redactCustomer, redactShop } from "./redact.ts";
import { refreshShop } from "./refresh-locations.ts";
import { refreshProduct, refreshVariants } from "./refresh-product.ts";
import { removeShop } from "./remove-shop.ts";
import { reportDataRequest } from "./report-data-request.ts";
import { tellOfMissingOrder } from "./tell-differences.ts";

/** What became of it; anything done in the database was done in `tx` or before, and may be done again. */
type Applied = { state: "applied" | "ignored"; note?: string };
type Topic = (rt: Runtime, shop: Shop, payload: unknown, delivery: Delivery) => Promise<Applied>;

const APPLIED: Applied = { state: "applied" };

/** Work that reaches out first and stores after, or nothing but stores. */
const shopifyTopics: Record<string, Topic> = {
  // The level starts to exist, or ends; of its quantity the message need not speak.
  "inventory_levels/connect": readLevelsOf,
  "inventory_levels/disconnect": readLevelsOf,
  // What it says of tracking may be old by now: where that is news, Shopify is asked.
  async "inventory_items/update"(rt, shop, payload) {
    const item = inventoryItemPayload.parse(payload);
    if (item.tracked === undefined) return { state: "ignored", note: "says nothing about tracking" };
    const variant = await findByItem(rt.db, shop.id, item.id);
    if (variant && variant.tracked !== item.tracked) await refreshVariants(rt, shop, [variant.gid]);
    return APPLIED;
  },
  async "inventory_items/delete"(rt, shop, payload) {
    const variant = await findByItem(rt.db, shop.id, deletedItemPayload.parse(payload).id);
    if (variant && !variant.removedAt) await refreshVariants(rt, shop, [variant.gid]);
    return APPLIED;
  },
  "products/create": readProductOf,
  "products/update": readProductOf,
  "products/delete": (rt, shop, payload) =>
    refreshProduct(rt, shop, productPayload.parse(payload).id).then(() => APPLIED),
  "collections/update": markDue,
  "collections/delete": markDue,
  "locations/create": (rt, shop) => refreshShop(rt, shop).then(() => APPLIED),
  "locations/update": (rt, shop) => refreshShop(rt, shop).then(() => APPLIED),
  "locations/activate": (rt, shop) => refreshShop(rt, shop).then(() => APPLIED),
  "locations/deactivate": (rt, shop) => refreshShop(rt, shop).then(() => APPLIED),
  "locations/delete": (rt, shop) => refreshShop(rt, shop).then(() => APPLIED),
  "orders/updated": (rt, shop, payload) => applyToOrder(rt, shop, orderPayload.parse(payload).id),
  "orders/cancelled": (rt, shop, payload) => applyToEndedOrder(rt, shop, orderPayload.parse(payload).id),
  "orders/delete": async (rt, shop, payload) => {
    await tellOfMissingOrder(rt, shop, orderPayload.parse(payload).id, "deleted");
    return APPLIED;
  },
  "orders/edited": (rt, shop, payload) => applyToOrder(rt, shop, orderEditPayload.parse(payload).order_edit.order_id),
  "refunds/create": (rt, shop, payload) => applyToOrder(rt, shop, ofOrderPayload.parse(payload).order_id),
  "fulfillments/create": (rt, shop, payload) => applyToEndedOrder(rt, shop, ofOrderPayload.parse(payload).order_id),
  "fulfillments/update": (rt, shop, payload) => applyToOrder(rt, shop, ofOrderPayload.parse(payload).order_id),
  async "bulk_operations/finish"(rt, shop) {
    // Only a mirror under way waits for it; anything more would read the store in circles.
    if (!(await isRunning(rt.db, shop.id, "mirror-shop"))) return { state: "ignored", note: "nothing waits for it" };
    await inTransaction(rt.db, (tx) => rt.queue.send(tx, "mirror-shop", { shopId: shop.id }));
    return APPLIED;
  },
  "app/uninstalled": unlessOld((rt, shop) => removeShop(rt, shop)),
  async "app/scopes_update"(rt, shop) {
    orThrow(await checkAccess(rt, shop));
    return APPLIED;
  },
  "shop/update": (rt, shop) => refreshShop(rt, shop).then(() => APPLIED),
  "customers/data_request": (rt, shop, payload, delivery) =>
    reportDataRequest(rt, shop, { ...dataRequestPayload.parse(payload), requestId: delivery.remoteId }).then(
      () => APPLIED,
    ),
  "customers/redact": (rt, shop, payload) =>
    redactCustomer(rt, shop, customerRedactPayload.parse(payload)).then(() => APPLIED),
  "shop/redact": unlessOld((rt, shop) => redactShop(rt, shop)),
};

/** Shopify repeats for hours, and so may we: what ended an earlier installation does nothing to the one there is now. */
function unlessOld(end: (rt: Runtime, shop: Shop) => Promise<void>): Topic {
  return async (rt, shop, _payload, { triggeredAt, receivedAt }) => {
    if ((triggeredAt ?? receivedAt) < shop.installedAt) return { state: "ignored", note: "installed again since" };
    await end(rt, shop);
    return APPLIED;
  };
}

async function readProductOf(rt: Runtime, shop: Shop, payload: unknown): Promise<Applied> {
  const { id } = productPayload.parse(payload);
  await refreshProduct(rt, shop, id);
  await followProductIntoCollections(rt, shop, id);
  return APPLIED;
}

async function markDue(rt: Runtime, shop: Shop, payload: unknown): Promise<Applied> {
  const { id } = collectionPayload.parse(payload);
  const isWatched = await inTransaction(rt.db, async (tx) => {
    const isDue = await markCollectionDue(tx, { shopId: shop.id, gid: id, now: rt.clock.now() });
    if (isDue) await rt.queue.send(tx, "read-collections", { shopId: shop.id });
    return isDue;
  });
  return isWatched ? APPLIED : { state: "ignored", note: "no rule names it" };
}

async function readLevelsOf(rt: Runtime, shop: Shop, payload: unknown, delivery: Delivery): Promise<Applied> {
  const level = inventoryLevelKeyPayload.parse(payload);
  await readLevelsAgain(rt, shop, [level.inventory_item_id], delivery.id.toString());
  return APPLIED;
}

export async function applyDelivery(rt: Runtime, { deliveryId }: { deliveryId: string }): Promise<void> {
  const delivery = await findDelivery(rt.db, BigInt(deliveryId));
  if (delivery?.state !== "stored" || delivery.payloadSealed === null) return;
  const task = taskFor(delivery);
  if (task.name === "apply-level-updates") return applyLevelUpdates(rt, task.payload);
  const { payloadSealed } = delivery;
  const settle = async (applied: Applied): Promise<void> => {
    const now = rt.clock.now();
    await settleDeliveries(rt.db, [delivery.id], { ...applied, now });
    if (isShown(delivery)) await endPutOffAlert(rt, delivery);
  };

  try {
    const body = rt.secrets.open(payloadSealed);
    if (delivery.source !== "shopify") {
      await settle(await applyHint(rt, delivery, body));
      return;
    }
    const topic = ownValue(shopifyTopics, delivery.topic);
    const shop = await shopOf(rt, delivery);
    if (!topic) return await settle({ state: "ignored", note: `nothing to do for ${delivery.topic}` });
    if (!shop) return await settle({ state: "ignored", note: `${delivery.account} is not installed` });
    await settle(await topic(rt, shop, parseWebhookJson(body), delivery));
  } catch (error) {
    await keepForLater(rt, delivery, error);
  }
}

/** Here, not as a task: a delivery that was settled before its order was followed would be lost with the worker. */
async function applyToOrder(rt: Runtime, shop: Shop, orderGid: string): Promise<Applied> {
  await followOrder(rt, shop, orderGid);
  return APPLIED;
}

async function applyToEndedOrder(rt: Runtime, shop: Shop, orderGid: string): Promise<Applied> {
  await endOwnSaleAlert(rt, shop, orderGid);
  return applyToOrder(rt, shop, orderGid);
}
