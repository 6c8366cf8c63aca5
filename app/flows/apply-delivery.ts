/**
 * Works on one stored delivery: finds out what it is about and does the least that makes us right again. A delivery is
 * settled in the transaction that applies it; one that can't be read is kept, and shown.
 */
import { z } from "zod";
import { mendedText, ownValue } from "#connectors/contract/storable.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { findByItem } from "../catalogue/catalogue.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import {
  type Delivery,
  findDelivery,
  giveUpDelivery,
  postponeDelivery,
  settleDelivery,
} from "../deliveries/deliveries.ts";
import { plainWords } from "../plain-words.ts";
import { isRunning } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import {
  customerRedactPayload,
  dataRequestPayload,
  deletedItemPayload,
  inventoryItemPayload,
  inventoryLevelKeyPayload,
  inventoryLevelPayload,
  ofOrderPayload,
  orderEditPayload,
  orderPayload,
  parseWebhookJson,
  productPayload,
} from "../shopify/webhook-payload.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { backoffMs } from "../tasks/retry.ts";
import { applyHint } from "./apply-hint.ts";
import { applyInventoryChange, readLevelsAgain } from "./apply-inventory-change.ts";
import { checkAccess } from "./check-access.ts";
import { followOrder } from "./follow-orders.ts";
import { orThrow } from "./or-throw.ts";
import { endOwnSaleAlert } from "./record-losses.ts";
import { redactCustomer, redactShop } from "./redact.ts";
import { refreshLocations, refreshProduct, refreshVariants } from "./refresh-product.ts";
import { removeShop } from "./remove-shop.ts";
import { reportDataRequest } from "./report-data-request.ts";
import { tellOfMissingOrder } from "./tell-differences.ts";

/** What became of it; anything done in the database was done in `tx` or before, and may be done again. */
type Applied = { state: "applied" | "ignored"; note?: string };
type Topic = (rt: Runtime, shop: Shop, payload: unknown, delivery: Delivery) => Promise<Applied>;

const APPLIED: Applied = { state: "applied" };

/** Work that reaches out first and stores after, or nothing but stores. */
const shopifyTopics: Record<string, Topic> = {
  async "inventory_levels/update"(rt, shop, payload, delivery) {
    const level = inventoryLevelPayload.parse(payload);
    const reading = {
      inventoryItemGid: level.inventory_item_id,
      locationGid: level.location_id,
      available: level.available,
      remoteUpdatedAt: level.updated_at,
    };
    await applyInventoryChange(rt, shop, { readings: [reading], cause: "webhook", reference: delivery.id.toString() });
    return APPLIED;
  },
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
  "products/create": (rt, shop, payload) =>
    refreshProduct(rt, shop, productPayload.parse(payload).id).then(() => APPLIED),
  "products/update": (rt, shop, payload) =>
    refreshProduct(rt, shop, productPayload.parse(payload).id).then(() => APPLIED),
  "products/delete": (rt, shop, payload) =>
    refreshProduct(rt, shop, productPayload.parse(payload).id).then(() => APPLIED),
  "locations/create": (rt, shop) => refreshLocations(rt, shop).then(() => APPLIED),
  "locations/update": (rt, shop) => refreshLocations(rt, shop).then(() => APPLIED),
  "locations/activate": (rt, shop) => refreshLocations(rt, shop).then(() => APPLIED),
  "locations/deactivate": (rt, shop) => refreshLocations(rt, shop).then(() => APPLIED),
  "locations/delete": (rt, shop) => refreshLocations(rt, shop).then(() => APPLIED),
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
  "shop/update": (rt, shop) => refreshLocations(rt, shop).then(() => APPLIED),
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

async function readLevelsOf(rt: Runtime, shop: Shop, payload: unknown, delivery: Delivery): Promise<Applied> {
  const level = inventoryLevelKeyPayload.parse(payload);
  await readLevelsAgain(rt, shop, [level.inventory_item_id], delivery.id.toString());
  return APPLIED;
}

export async function applyDelivery(rt: Runtime, { deliveryId }: { deliveryId: string }): Promise<void> {
  const delivery = await findDelivery(rt.db, BigInt(deliveryId));
  if (delivery?.state !== "stored" || delivery.payloadSealed === null) return;
  const { payloadSealed } = delivery;
  const settle = async (applied: Applied): Promise<void> => {
    const now = rt.clock.now();
    await settleDelivery(rt.db, delivery.id, { ...applied, now });
    const shop = delivery.attempts >= SHOWN_AFTER_ATTEMPTS ? await shopOf(rt, delivery) : null;
    if (shop) await resolveAlert(rt.db, shop.id, `delivery:${delivery.topic}`, now);
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

function shopOf(rt: Runtime, { account }: Delivery): Promise<Shop | null> {
  return account ? findShop(rt.db, { domain: account }) : Promise.resolve(null);
}

/** Nothing is lost: it is tried again, ever more rarely, and shown once that has gone on for a while. */
async function keepForLater(rt: Runtime, delivery: Delivery, error: unknown): Promise<void> {
  const now = rt.clock.now();
  const isUnreadable = error instanceof z.ZodError || error instanceof SyntaxError;
  const why = reasonOf(error);
  const isTooOld = delivery.attempts >= TRIES_MIN && delivery.receivedAt < addMs(now, -TRIED_MS_MAX);
  const shop = await shopOf(rt, delivery);
  if (isUnreadable && delivery.attempts + 1 >= UNREADABLE_TRIES_MAX) {
    return giveUp(rt, delivery, shop, {
      why,
      key: "unreadable-delivery",
      whatBecame: "can't be read",
      what: "It was left out.",
      keepsBody: true,
    });
  }
  if (isTooOld) {
    const words = { whatBecame: "was given up", what: "It was tried for three days.", keepsBody: false };
    return giveUp(rt, delivery, shop, { why, key: "delivery-given-up", ...words });
  }
  rt.logger.warn({ deliveryId: delivery.id.toString(), topic: delivery.topic, why }, "delivery put off");
  await inTransaction(rt.db, (tx) =>
    postponeDelivery(tx, delivery.id, why, addMs(now, backoffMs(delivery.attempts + 1))),
  );
  if (shop && delivery.attempts >= SHOWN_AFTER_ATTEMPTS) {
    await raiseAlert(
      rt.db,
      {
        shopId: shop.id,
        key: `delivery:${delivery.topic}`,
        severity: "warning",
        title: `A message from Shopify could not be applied (${delivery.topic})`,
        message: `It is kept and tried again. ${error instanceof z.ZodError ? "It can't be read" : plainWords(why)}. Stock and orders are compared with Shopify on a clock meanwhile.`,
        action: "/app/history",
      },
      now,
    );
  }
}

const SHOWN_AFTER_ATTEMPTS = 5;
/** Stored as a note. An error's words may quote what was sent: JSON's would, so they are left out. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return "can't be read: not JSON";
  if (error instanceof z.ZodError) return mendedText(`can't be read: ${z.prettifyError(error)}`) ?? "can't be read";
  return mendedText(error instanceof Error ? error.message : String(error)) ?? "no reason";
}

/** What can't be read today can't be read tomorrow. */
const UNREADABLE_TRIES_MAX = 3;
/** After so many days, and so many tries, nothing would make it right: what it said is not kept for ever. */
const TRIED_MS_MAX = 3 * 24 * 60 * 60_000;
const TRIES_MIN = 20;

async function giveUp(
  rt: Runtime,
  delivery: Delivery,
  shop: Shop | null,
  said: { why: string; key: string; whatBecame: string; what: string; keepsBody: boolean },
): Promise<void> {
  const now = rt.clock.now();
  const { topic } = delivery;
  rt.logger.error({ deliveryId: delivery.id.toString(), topic, why: said.why }, `delivery ${said.whatBecame}`);
  await inTransaction(rt.db, async (tx) => {
    await giveUpDelivery(tx, delivery.id, { note: said.why, keepsBody: said.keepsBody, now });
    if (!shop) return;
    await resolveAlert(tx, shop.id, `delivery:${topic}`, now);
    await raiseAlert(
      tx,
      {
        shopId: shop.id,
        // One a day says as much as a thousand.
        key: `${said.key}:${topic}:${now.toISOString().slice(0, 10)}`,
        endsByHand: true,
        severity: "warning",
        title: `A message from Shopify ${said.whatBecame} (${topic})`,
        message: `${said.what} Stock and orders are compared with Shopify on a clock all the same. Tell Lockstep's support which message it was, then choose Done.`,
        action: "/app/history",
      },
      now,
    );
  });
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
