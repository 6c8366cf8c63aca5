/** What a merchant does to an order that needs a hand: try again what did not work, decide a conflict. */

import { resolveAlert } from "../alerts/alerts.ts";
import { retryFailedCancellation } from "../cancellations/cancellations.ts";
import type { Actor } from "../changes/changes.ts";
import { findChannel } from "../channels/channels.ts";
import { settleConflict } from "../conflicts/conflicts.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { markStale } from "../listings/listings.ts";
import {
  findOrderOfShop,
  keepHold,
  type OrderWithLines,
  recordEntered,
  releaseHold,
  voidReservations,
} from "../orders/orders.ts";
import { recordHeldAgain } from "../orders/record-held-again.ts";
import type { Runtime } from "../runtime.ts";
import { retryFailedShipment } from "../shipments/shipments.ts";
import { findShop } from "../shops/shops.ts";
import { orderEnded, orderOpenAgain } from "./buyer-clock.ts";
import { giveUpOrder } from "./give-up-order.ts";
import { lookUpOrder } from "./look-up-order.ts";
import { alertOrder } from "./put-off-order.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import { storePlaced } from "./store-placed.ts";
import { wakeChannels } from "./wake-channels.ts";

interface OrderOfShop {
  shopId: number;
  orderId: number;
}

/** One transaction on an order of the shop. A refusal leaves all as it is. */
function decide(
  rt: Runtime,
  { shopId, orderId }: OrderOfShop,
  act: (tx: Tx, order: OrderWithLines, now: Date) => Promise<Reply>,
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const order = await findOrderOfShop(tx, shopId, orderId);
    return order ? act(tx, order, rt.clock.now()) : refuse("This order does not exist any more.");
  });
}

/**
 * `together`: with others, so that nobody looked at this one by itself. What the marketplace's side says must be looked at
 * before it is placed stays held then.
 */
export function retryOrder(
  rt: Runtime,
  { together = false, ...of }: OrderOfShop & { together?: boolean },
): Promise<Reply> {
  return decide(rt, of, async (tx, order) => {
    if (!(await releaseHold(tx, order.id, together ? "itself" : "merchant"))) return refuse(NOT_HELD);
    await rt.queue.send(tx, "place-orders", { shopId: order.shopId });
    return DONE;
  });
}

/**
 * Decides about a held order as about one that Shopify does not have: if it was ever sent, it is looked for first. Found, it
 * is placed, and held no more.
 */
async function decideAbsent(rt: Runtime, of: OrderOfShop, act: Parameters<typeof decide>[2]): Promise<Reply> {
  const order = await findOrderOfShop(rt.db, of.shopId, of.orderId);
  if (order?.stage === "held" && order.sentAt) {
    const [shop, channel] = await Promise.all([
      findShop(rt.db, { id: of.shopId }),
      findChannel(rt.db, order.channelId),
    ]);
    if (!shop || !channel) return refuse(NOT_HELD);
    const look = await lookUpOrder(rt, shop, channel, order);
    if (look.outcome === "unclear") return refuse(look.failure ? NOT_KNOWN : STILL_ON_ITS_WAY);
    if (look.outcome === "found") {
      await storePlaced(rt, channel, order, look.placed, "found when it was decided about");
      return refuse(
        `This order is in Shopify already, as ${look.placed.name}, so it is not on hold any more. Reload the page.`,
      );
    }
  }
  return decide(rt, of, (tx, now, at) => act(tx, { ...now, sentAt: order?.sentAt ?? null }, at));
}

/** The merchant gives up an order that can't be placed: the marketplace is told. */
export function cancelHeld(rt: Runtime, of: OrderOfShop): Promise<Reply> {
  return decideAbsent(rt, of, async (tx, order) => {
    if (!(await keepHold(tx, order))) return refuse(NOT_HELD);
    // It was looked for: there is nothing to cancel in Shopify.
    await giveUpOrder(rt, tx, { ...order, sentAt: null }, "given up");
    return DONE;
  });
}

/**
 * The merchant entered a held order in Shopify by hand: that one has its units now, and we don't follow it. Which one it is
 * they can say later (link-order).
 */
export function recordEnteredByHand(
  rt: Runtime,
  { actor = null, ...of }: OrderOfShop & { actor?: Actor },
): Promise<Reply> {
  return decideAbsent(rt, of, async (tx, order, now) => {
    const { id: orderId, shopId, channelId } = order;
    if (!(await recordEntered(tx, order))) return refuse(NOT_HELD);
    await orderEnded(rt, tx, order, now);
    const inventoryItemGids = await voidReservations(tx, orderId, now);
    await wakeChannels(rt, tx, await markStale(tx, shopId, { inventoryItemGids }, { decreasing: false, now }));
    await rt.queue.send(tx, "hold-stock", { shopId });
    await resolveAlert(tx, shopId, `order:${orderId}`, now);
    await recordAttempt(tx, {
      shopId,
      channelId,
      kind: "place-order",
      orderId,
      outcome: "done",
      message: `Order ${order.displayName} was entered in Shopify by hand`,
      actor,
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
  });
}

/** What the merchant said they had entered by hand they had not: it waits for them again, with its units set aside. */
export function putBackOnHold(rt: Runtime, { actor = null, ...of }: OrderOfShop & { actor?: Actor }): Promise<Reply> {
  return decide(rt, of, async (tx, order, now) => {
    const { id: orderId, shopId, displayName } = order;
    const channel = await findChannel(tx, order.channelId);
    if (!channel) return refuse(NOT_ENTERED);
    const recorded = await recordHeldAgain(tx, order, { reasonOf: reasonOfHeldAgain, now });
    if (recorded.outcome === "empty") return refuse(`${channel.name} shows nothing of this order that is to be sent.`);
    if (recorded.outcome === "freeing") return refuse(STILL_FREEING);
    if (recorded.outcome === "moved on") return refuse(NOT_ENTERED);
    await orderOpenAgain(rt, tx, order);
    const scope = { inventoryItemGids: recorded.itemsTaken };
    await wakeChannels(rt, tx, await markStale(tx, shopId, scope, { decreasing: true, now }));
    const title = `${channel.name} order ${displayName} needs you`;
    await alertOrder(tx, channel, order, { title, message: reasonOfHeldAgain(order.holdBecause), now });
    await recordAttempt(tx, {
      ...{ shopId, channelId: channel.id, kind: "place-order", orderId, outcome: "held", actor },
      message: `Order ${displayName} was not entered by hand after all: it is on hold again, its units set aside`,
      ...{ startedAt: now, finishedAt: now },
    });
    return DONE;
  });
}

/** It begins with what the marketplace's side says, if anything: Retry then lets that pass, too. */
function reasonOfHeldAgain(holdBecause: string | null): string {
  const what = "It was said to be entered in Shopify by hand, and put back on hold.";
  return `${holdBecause === null ? "" : `${holdBecause} `}${what} Choose Retry to place it in Shopify, give its number there, or cancel it.`;
}

export async function retryShipment(
  rt: Runtime,
  { shopId, shipmentId }: { shopId: number; shipmentId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    if (!(await retryFailedShipment(tx, shopId, shipmentId))) {
      return refuse("This shipment needs no retry any more. Reload the page.");
    }
    await rt.queue.send(tx, "relay-shipment", { shipmentId });
    return DONE;
  });
}

export async function retryCancellation(
  rt: Runtime,
  { shopId, cancellationId }: { shopId: number; cancellationId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    if (!(await retryFailedCancellation(tx, shopId, cancellationId))) {
      return refuse("This cancellation needs no retry any more. Reload the page.");
    }
    await rt.queue.send(tx, "relay-cancellation", { cancellationId });
    return DONE;
  });
}

/** The merchant takes an order that lost a conflict: it is placed, and stock goes below zero. */
export async function acceptBackorder(rt: Runtime, { shopId, orderId }: OrderOfShop): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    if (!(await settleConflict(tx, { shopId, orderId, decision: "backorder", now }))) return refuse(NOT_OPEN);
    await releaseHold(tx, orderId, "itself");
    await resolveAlert(tx, shopId, `order:${orderId}`, now);
    await rt.queue.send(tx, "place-orders", { shopId });
    return DONE;
  });
}

/** The merchant gives up an order that lost a conflict: the marketplace is told, and Shopify if it has it. */
export function cancelLoser(rt: Runtime, of: OrderOfShop): Promise<Reply> {
  return decide(rt, of, async (tx, order, now) => {
    const { id: orderId, shopId } = order;
    if (!(await settleConflict(tx, { shopId, orderId, decision: "cancel", now }))) return refuse(NOT_OPEN);
    await resolveAlert(tx, shopId, `order:${orderId}`, now);
    await giveUpOrder(rt, tx, order, "sold out");
    return DONE;
  });
}

const STILL_ON_ITS_WAY = "Shopify may still be making this order. Try again in a minute.";
const NOT_KNOWN =
  "Shopify did not say whether it has this order already, so nothing was changed. Try again in a minute.";
const NOT_HELD = "This order is not on hold any more, or is being cancelled. Reload the page.";
const NOT_ENTERED =
  "This order can't be put back on hold any more: it was linked, cancelled or put back meanwhile. Reload the page.";
const STILL_FREEING = "Shopify is still moving its reserved units back to available. Try again in a minute.";
const NOT_OPEN = "This conflict is decided already. Reload the page.";
