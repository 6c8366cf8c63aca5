/**
 * Orders that a marketplace wants shipped by a time that is near, and of which it was told no shipment yet: each is said
 * once, until it is shipped or cancelled.
 */
import { z } from "zod";
import { listAlertKeys, raiseAlert, resolveAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { listBeingCancelled } from "../cancellations/cancellations.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { SHIP_BY_HOURS_MAX, shipByStep } from "../orders/ship-by.ts";
import { lockToShip, lookAtAllShipBy, type OrderToShip, recordLooks } from "../orders/ship-by-looks.ts";
import { countUnitsRelayed, type Relayed } from "../shipments/shipments.ts";
import { findShop, lockShop, type Shop, setShipByHours } from "../shops/shops.ts";
import { clockParts, sayDay } from "../views/shop-time.ts";
import { ofShop } from "./of-shop.ts";
import type { Setting } from "./settings.ts";

const PREFIX = "ship-by:";
const keyOf = (orderId: number): AlertKey => `${PREFIX}${orderId}`;

/** Alerts that are looked at again at once when the setting changes. */
const OPEN_MAX = 5_000;

const NOTHING: Relayed = { units: 0, isWaiting: false };

export async function tellOfShipBy(tx: Tx, orderIds: readonly number[], now: Date): Promise<void> {
  if (orderIds.length === 0) return;
  const orders = await lockToShip(tx, orderIds);
  const relayed = await countUnitsRelayed(tx, orderIds);
  const cancelled = await listBeingCancelled(tx, orderIds);
  const shops = await byId(orders, "shopId", (id) => findShop(tx, { id }));
  const channels = await byId(orders, "channelId", (id) => findChannel(tx, id));
  const looks: { id: number; at: Date | null }[] = [];
  const over: OrderToShip[] = [];
  for (const order of orders) {
    const { id, shipBy, units } = order;
    const [shop, channel] = [shops.get(order.shopId), channels.get(order.channelId)];
    const sent = relayed.get(id) ?? NOTHING;
    const facts = { ...order, unitsLeft: units - sent.units, isBeingCancelled: cancelled.has(id) };
    // Where Lockstep is not any more, nobody would hear of it, nor would it hear that the order was shipped.
    const isHeard = shop?.uninstalledAt === null && channel && channel.state !== "disconnected";
    const step = isHeard ? shipByStep(facts, shop.shipByHours, now) : ({ kind: "over" } as const);
    looks.push({ id, at: step.kind === "wait" ? step.until : step.kind === "tell" ? step.again : null });
    if (step.kind !== "tell") over.push(order);
    else if (shop && channel && shipBy) {
      await say(tx, { order, shop, channel, shipBy, isLate: step.isLate, isWaiting: sent.isWaiting }, now);
    }
  }
  for (const shopId of shops.keys()) {
    const keys = over.filter((one) => one.shopId === shopId).map((one) => keyOf(one.id));
    await resolveAlerts(tx, shopId, keys, now);
  }
  await recordLooks(tx, looks);
}

async function byId<Name extends "shopId" | "channelId", Found>(
  orders: readonly OrderToShip[],
  name: Name,
  find: (id: number) => Promise<Found | null>,
): Promise<Map<number, Found>> {
  const found = new Map<number, Found>();
  for (const id of new Set(orders.map((order) => order[name]))) {
    const one = await find(id);
    if (one) found.set(id, one);
  }
  return found;
}

interface Subject {
  order: OrderToShip;
  shop: Shop;
  channel: Channel;
  shipBy: Date;
  isLate: boolean;
  /** Shopify shipped of it, which the marketplace does not know yet. */
  isWaiting: boolean;
}

async function say(tx: Tx, { order, shop, channel, shipBy, isLate, isWaiting }: Subject, now: Date): Promise<void> {
  const { hour, minute } = clockParts(shipBy, shop.timezone);
  const by = `${sayDay(shipBy, shop.timezone)}, ${hour}:${minute}`;
  const what = isWaiting
    ? `Shopify has shipped of it, but ${channel.name} could not be told yet. Look on the order’s page for what holds it up.`
    : order.stage === "placed"
      ? "Ship it in Shopify. Lockstep then tells the marketplace."
      : "It is not in Shopify yet. Look on the order’s page for what it waits for.";
  await raiseAlert(
    tx,
    {
      shopId: order.shopId,
      channelId: channel.id,
      key: keyOf(order.id),
      severity: isLate ? "critical" : "warning",
      title: isLate
        ? `${channel.name}: order ${order.displayName} should have been shipped by ${by}`
        : `${channel.name}: ship order ${order.displayName} by ${by}`,
      message: `The marketplace counts what leaves after that as late. ${what} This ends once all of it is shipped, or the order is cancelled.`,
      action: `/app/orders/${order.id}`,
    },
    now,
  );
}

/** Hours before; null: they don't want to hear. */
export const SHIP_BY: Setting<number | null, object> = {
  value: z.number().int().min(1).max(SHIP_BY_HOURS_MAX).nullable(),
  async open({ tx, shopId, now }, _, after) {
    const shop = await lockShop(tx, shopId);
    if (!shop) return "This shop does not use Lockstep any more.";
    return ofShop({
      before: shop.shipByHours,
      after,
      message:
        after === null
          ? "Nobody is told of orders that are to be shipped soon"
          : `You are told of an order ${after === 1 ? "an hour" : `${after} hours`} before it is to be shipped at the latest`,
      async write() {
        await setShipByHours(tx, shopId, after);
        const keys = await listAlertKeys(tx, { shopId, prefix: PREFIX, open: { rowsMax: OPEN_MAX } });
        const told = keys.map((key) => Number(key.slice(PREFIX.length)));
        await lookAtAllShipBy(tx, shopId, told, now);
      },
    });
  },
};
