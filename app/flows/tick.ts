/**
 * Finds everything that is due and nudges it: polls, retries, reconciliations, and whatever lost its nudge. Each answer
 * comes from the tables, so that all that webhooks and tasks bring also comes right without them.
 */
import { dueCancellations } from "../cancellations/cancellations.ts";
import { type Channel, listActiveChannels } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { dueDeliveries } from "../deliveries/deliveries.ts";
import { underLease } from "../leases/leases.ts";
import { markStale } from "../listings/listings.ts";
import { dueLooks, staleChannels, takeLooks } from "../listings/push-state.ts";
import { shopsWithPlaceable, shopsWithUnsettled } from "../orders/orders.ts";
import { shopsRunning } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { listShopPutOffs } from "../setbacks/setbacks.ts";
import { type ShopWork, shopSetbackName } from "../setbacks/words.ts";
import { dueShipments } from "../shipments/shipments.ts";
import { listInstalledShops } from "../shops/shops.ts";
import { shopsWithHoldsToMove } from "../stock-holds/stock-holds.ts";
import { listDue } from "../tasks/due.ts";
import { forgetOld } from "./forget-old.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Webhooks bring changes at once; this finds what they did not bring. */
const LEVELS_EVERY_MS = 30 * 60_000;
const SHOPIFY_ORDERS_EVERY_MS = 5 * 60_000;
const LISTINGS_EVERY_MS = 30 * 60_000;
/** An unfinished first mirror is looked at again this often. */
const MIRROR_RETRY_MS = 10_000;
const HINTS_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 60_000;

export async function tick(rt: Runtime): Promise<void> {
  await underLease(rt, { name: "tick", holder: rt.workerId }, async () => {
    const now = rt.clock.now();
    await inTransaction(rt.db, async (tx) => {
      const due = await listDue(tx, {
        deliveries: dueDeliveries(now),
        mirroring: shopsRunning("mirror-shop"),
        looks: dueLooks(now),
        staleChannels: staleChannels(now),
        holding: shopsWithHoldsToMove(now),
        placing: shopsWithPlaceable(now),
        unsettled: shopsWithUnsettled(),
        shipments: dueShipments(now),
        cancellations: dueCancellations(now),
      });
      const putOff = await listShopPutOffs(tx, now);
      for (const id of due.deliveries) await rt.queue.send(tx, "apply-delivery", { deliveryId: id.toString() });
      await nudgeShops(rt, tx, new Set(due.mirroring), putOff, now);
      await nudgeChannels(rt, tx, now);
      await nudgeLooks(rt, tx, due.looks, now);
      await wakeChannels(rt, tx, due.staleChannels);
      for (const shopId of due.holding) await rt.queue.send(tx, "hold-stock", { shopId });
      for (const shopId of due.placing) await rt.queue.send(tx, "place-orders", { shopId });
      const toSettle = due.unsettled.filter((shopId) => !putOff.has(shopSetbackName("settle", shopId)));
      for (const shopId of toSettle) await rt.queue.send(tx, "settle-reservations", { shopId });
      for (const shipmentId of due.shipments) await rt.queue.send(tx, "relay-shipment", { shipmentId });
      for (const cancellationId of due.cancellations) await rt.queue.send(tx, "relay-cancellation", { cancellationId });
    });
    if (isEvery(now, FORGET_EVERY_MS)) await forgetOld(rt);
  });
}

async function nudgeShops(
  rt: Runtime,
  tx: Tx,
  mirroring: ReadonlySet<number>,
  putOff: ReadonlySet<string>,
  now: Date,
): Promise<void> {
  for (const shop of await listInstalledShops(tx)) {
    const isPutOff = (work: ShopWork): boolean => putOff.has(shopSetbackName(work, shop.id));
    const isUnfinished = mirroring.has(shop.id) || !shop.mirroredAt;
    const isDue = isUnfinished ? isTimeToMirror(rt, shop.id, now) : isOlder(shop.levelsCheckedAt, now, LEVELS_EVERY_MS);
    if (isDue && !isPutOff("mirror")) {
      await rt.queue.send(tx, "mirror-shop", { shopId: shop.id });
    }
    const isToFollow = shop.mirroredAt && isOlder(shop.progressCheckedAt, now, SHOPIFY_ORDERS_EVERY_MS);
    if (isToFollow && !isPutOff("follow")) {
      await rt.queue.send(tx, "follow-orders", { shopId: shop.id });
    }
  }
}

/** When this process last took up an unfinished mirror, by shop. Ticks come at any time: none may be the one that counts. */
const mirrorsNudgedAt = new WeakMap<Runtime, Map<number, Date>>();

function isTimeToMirror(rt: Runtime, shopId: number, now: Date): boolean {
  const nudgedAt = mirrorsNudgedAt.get(rt) ?? new Map<number, Date>();
  mirrorsNudgedAt.set(rt, nudgedAt);
  if (!isOlder(nudgedAt.get(shopId) ?? null, now, MIRROR_RETRY_MS)) return false;
  nudgedAt.set(shopId, now);
  return true;
}

async function nudgeChannels(rt: Runtime, tx: Tx, now: Date): Promise<void> {
  for (const channel of await listActiveChannels(tx)) {
    if (ordersAreDue(rt, channel, now)) await rt.queue.send(tx, "import-orders", { channelId: channel.id });
    // A reading that was put off is due by its own time, however new the one before it is.
    const wanted = channel.listingsRetryAt !== null || isOlder(channel.listingsReadAt, now, LISTINGS_EVERY_MS);
    if (wanted && isDue(channel.listingsRetryAt, now)) {
      await rt.queue.send(tx, "reconcile-listings", { channelId: channel.id });
    }
    // After the first reading of the listings: before it none would be among ours.
    if (manifestOf(rt, channel)?.onSaleHelp && channel.listingsReadAt && isDue(channel.onSaleDueAt, now)) {
      await rt.queue.send(tx, "count-on-sale", { channelId: channel.id });
    }
    if (capabilitiesOf(rt, channel)?.hintQueue && isEvery(now, HINTS_EVERY_MS)) {
      await rt.queue.send(tx, "receive-hints", { channelId: channel.id });
    }
  }
}

/** What a lost request may have done by now: look, and let the push decide. */
async function nudgeLooks(rt: Runtime, tx: Tx, listingIds: readonly number[], now: Date): Promise<void> {
  if (listingIds.length === 0) return;
  for (const { id, shopId } of await takeLooks(tx, listingIds)) {
    await wakeChannels(rt, tx, await markStale(tx, shopId, { listingIds: [id] }, { decreasing: true, now }));
  }
}

/** Undefined: this marketplace is not set up here any more. */
function manifestOf(rt: Runtime, channel: Channel) {
  return rt.connectors.get(channel.connectorKey)?.manifest;
}

function capabilitiesOf(rt: Runtime, channel: Channel) {
  return manifestOf(rt, channel)?.capabilities;
}

function ordersAreDue(rt: Runtime, channel: Channel, now: Date): boolean {
  const everyMs = capabilitiesOf(rt, channel)?.orderPollEveryMs;
  if (everyMs === undefined || !isDue(channel.ordersRetryAt, now)) return false;
  return channel.ordersRetryAt !== null || isOlder(channel.ordersReadAt, now, everyMs);
}

function isOlder(at: Date | null, now: Date, ms: number): boolean {
  return at === null || at <= addMs(now, -ms);
}

function isDue(at: Date | null, now: Date): boolean {
  return at === null || at <= now;
}

/** True in one tick of each span, for things without a time of their own. */
function isEvery(now: Date, ms: number): boolean {
  return now.getTime() % ms < TICK_SPAN_MS;
}

const TICK_SPAN_MS = 1_100;
