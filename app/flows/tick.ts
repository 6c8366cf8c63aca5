/**
 * Finds everything that is due and nudges it: polls, retries, reconciliations, and whatever lost its nudge. Each answer
 * comes from the tables, so that all that webhooks and tasks bring also comes right without them.
 */
import type { Manifest } from "#connectors/contract/connector.ts";
import { channelsSaidToBeLate, shopsToTell } from "../alerts/telling.ts";
import { dueCancellations } from "../cancellations/cancellations.ts";
import {
  channelsOf,
  channelsToCount,
  channelsWithListingsDue,
  channelsWithOrdersDue,
} from "../channels/due-channels.ts";
import { addMs } from "../clock.ts";
import { shopsWithCollectionsDue } from "../collections/collections.ts";
import { dueReminders } from "../containments/containments.ts";
import { dueStages } from "../customers/figures.ts";
import { shopsWithTagsDue } from "../customers/taggings.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { dueDeliveries, listDeliveries } from "../deliveries/deliveries.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { shopsToWatch } from "../inventory/stock-watch.ts";
import { dueChecks } from "../latency-checks/latency-checks.ts";
import { underLease } from "../leases/leases.ts";
import { lateChannels, staleChannels } from "../listings/claim.ts";
import { markStale } from "../listings/listings.ts";
import { dueLooks, takeLooks } from "../listings/push-state.ts";
import { dueMails } from "../mail/outbox.ts";
import { shopsWithSummaryDue } from "../notifications/notifications.ts";
import { anyPending, shopsWithPlaceable, shopsWithUnsettled } from "../orders/orders.ts";
import { ordersToShipSoon } from "../orders/ship-by-looks.ts";
import { shopsWithoutPlan, shopsWithPlan, shopsWithPlanDue } from "../plans/plans.ts";
import { channelsRunning, shopsRunning } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { listShopPutOffs } from "../setbacks/setbacks.ts";
import { type ShopWork, shopSetbackName } from "../setbacks/words.ts";
import { dueShipments } from "../shipments/shipments.ts";
import {
  installedOf,
  shopsToRemindOfLatency,
  shopsUnmirrored,
  shopsWithLevelsUncheckedSince,
  shopsWithOrdersUncheckedSince,
} from "../shops/shops.ts";
import { anyHeld, shopsWithHoldsToMove } from "../stock-holds/stock-holds.ts";
import { shopsSweeping } from "../sweeps/sweeps.ts";
import { listDue } from "../tasks/due.ts";
import { remindOfContained } from "./contain-variant.ts";
import { taskFor } from "./delivery-task.ts";
import { forgetOld } from "./forget-old.ts";
import { moveStages } from "./move-stages.ts";
import { remindOfLatency } from "./remind-of-latency.ts";
import { tellOfLate } from "./tell-of-late.ts";
import { tellOfShipBy } from "./tell-of-ship-by.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Webhooks bring changes at once; this finds what they did not bring. */
const LEVELS_EVERY_MS = 30 * 60_000;
const SHOPIFY_ORDERS_EVERY_MS = 5 * 60_000;
const LISTINGS_EVERY_MS = 30 * 60_000;
/** An unfinished first mirror is looked at again this often. */
const MIRROR_RETRY_MS = 10_000;
const HINTS_EVERY_MS = 5_000;
const FORGET_EVERY_MS = 60_000;
const LATE_EVERY_MS = 15_000;
/** Shops that were there before plans were sold here: they are found as they open the app, or then. */
const UNASKED_EVERY_MS = 60 * 60_000;

export async function tick(rt: Runtime): Promise<void> {
  await underLease(rt, { name: "tick", holder: rt.workerId }, async () => {
    const now = rt.clock.now();
    const due = await findDue(rt, now);
    if (Object.values(due).some((ids) => ids.length > 0)) await inTransaction(rt.db, (tx) => nudge(rt, tx, due, now));
    if (isEvery(now, FORGET_EVERY_MS)) await forgetOld(rt);
    if (due.stages.length > 0) await moveStages(rt, due.stages);
  });
}

/** Mostly nothing, by one statement. */
async function findDue(rt: Runtime, now: Date) {
  const { pending, held, ...due } = await listDue(rt.db, {
    deliveries: dueDeliveries(now),
    mirroring: installedOf(shopsRunning("mirror-shop")),
    unmirrored: shopsUnmirrored(),
    levels: shopsWithLevelsUncheckedSince(addMs(now, -LEVELS_EVERY_MS)),
    shopifyOrders: shopsWithOrdersUncheckedSince(addMs(now, -SHOPIFY_ORDERS_EVERY_MS)),
    ...channelQuestions(rt, now),
    looks: dueLooks(now),
    staleChannels: staleChannels(now),
    placing: shopsWithPlaceable(now),
    shipments: dueShipments(now),
    cancellations: dueCancellations(now),
    reminders: dueReminders(now),
    checks: dueChecks(now),
    latencyReminders: shopsToRemindOfLatency(now),
    toShip: ordersToShipSoon(now),
    syncing: channelsRunning("sync"),
    stages: dueStages(now),
    toWatch: shopsToWatch(),
    collections: installedOf(shopsWithCollectionsDue(now)),
    sweeping: installedOf(shopsSweeping()),
    toTag: installedOf(shopsWithTagsDue(now)),
    ...lateQuestions(now),
    ...mailQuestions(rt, now),
    ...planQuestions(rt, now),
    pending: anyPending(),
    held: anyHeld(),
  });
  // These join so many tables that to plan them takes longer than all the rest.
  const reserved = { holding: shopsWithHoldsToMove(now), unsettled: shopsWithUnsettled() };
  const isAnyReserved = pending.length > 0 || held.length > 0;
  return { ...due, ...(isAnyReserved ? await listDue(rt.db, reserved) : { holding: [], unsettled: [] }) };
}

type Due = Awaited<ReturnType<typeof findDue>>;

async function nudge(rt: Runtime, tx: Tx, due: Due, now: Date): Promise<void> {
  const putOff = await listShopPutOffs(tx, now);
  await nudgeDeliveries(rt, tx, due.deliveries);
  await nudgeShops(rt, tx, due, putOff, now);
  for (const channelId of due.orders) await rt.queue.send(tx, "import-orders", { channelId });
  for (const channelId of due.listings) await rt.queue.send(tx, "reconcile-listings", { channelId });
  for (const channelId of due.syncing) await rt.queue.send(tx, "sync-channel", { channelId });
  for (const channelId of due.onSale) await rt.queue.send(tx, "count-on-sale", { channelId });
  for (const channelId of due.hinted) await rt.queue.send(tx, "receive-hints", { channelId });
  await nudgeLooks(rt, tx, due.looks, now);
  await wakeChannels(rt, tx, due.staleChannels);
  for (const shopId of due.holding) await rt.queue.send(tx, "hold-stock", { shopId });
  for (const shopId of due.placing) await rt.queue.send(tx, "place-orders", { shopId });
  const toSettle = due.unsettled.filter((shopId) => !putOff.has(shopSetbackName("settle", shopId)));
  for (const shopId of toSettle) await rt.queue.send(tx, "settle-reservations", { shopId });
  for (const shipmentId of due.shipments) await rt.queue.send(tx, "relay-shipment", { shipmentId });
  for (const cancellationId of due.cancellations) await rt.queue.send(tx, "relay-cancellation", { cancellationId });
  await remindOfContained(tx, due.reminders, now);
  for (const checkId of due.checks) await rt.queue.send(tx, "check-latency", { checkId });
  await remindOfLatency(tx, due.latencyReminders, now);
  await tellOfShipBy(tx, due.toShip, now);
  for (const shopId of due.sweeping) await rt.queue.send(tx, "sweep-listings", { shopId });
  for (const shopId of due.toWatch) await rt.queue.send(tx, "watch-stock", { shopId });
  for (const shopId of [...due.plans, ...due.unasked]) await rt.queue.send(tx, "check-plan", { shopId });
  await tellOfLate(tx, { late: due.late, said: due.saidToBeLate }, now);
  for (const shopId of new Set([...due.toTell, ...due.summaries]))
    await rt.queue.send(tx, "tell-of-alerts", { shopId });
  for (const mailId of due.mails) await rt.queue.send(tx, "send-mail", { mailId });
}

const NONE = Prisma.sql`SELECT 0 WHERE false`;

/** What waits for less is on its way. */
function lateQuestions(now: Date) {
  const isTime = isEvery(now, LATE_EVERY_MS);
  return { late: isTime ? lateChannels(now) : NONE, saidToBeLate: isTime ? channelsSaidToBeLate() : NONE };
}

/** Without a mail server nothing is gathered: what is open when there is one is told then. */
function mailQuestions({ mailer }: Runtime, now: Date) {
  return {
    toTell: mailer ? shopsToTell(now) : NONE,
    summaries: mailer ? shopsWithSummaryDue(now) : NONE,
    mails: mailer ? dueMails(now) : NONE,
  };
}

/** Where no plans are sold, what was held back for one is set free. */
function planQuestions({ billing }: Runtime, now: Date) {
  if (!billing) return { plans: installedOf(shopsWithPlan()), unasked: NONE };
  return {
    plans: installedOf(shopsWithPlanDue(now)),
    unasked: isEvery(now, UNASKED_EVERY_MS) ? shopsWithoutPlan() : NONE,
  };
}

async function nudgeDeliveries(rt: Runtime, tx: Tx, ids: readonly number[]): Promise<void> {
  const tasks = (await listDeliveries(tx, ids.map(BigInt))).map(taskFor);
  const byKey = new Map(tasks.map((task) => [JSON.stringify(task), task]));
  for (const { name, payload } of byKey.values()) await rt.queue.send(tx, name, payload);
}

/** Which channels are due, by what their marketplaces want: none of one that is not set up here any more is read. */
function channelQuestions(rt: Runtime, now: Date) {
  const manifests = [...rt.connectors.values()].map((connector) => connector.manifest);
  const keysWhere = (holds: (manifest: Manifest) => boolean) => manifests.filter(holds).map(({ key }) => key);
  const pollEveryMs = new Map(manifests.map(({ key, capabilities }) => [key, capabilities.orderPollEveryMs]));
  const isHintTime = isEvery(now, HINTS_EVERY_MS);
  return {
    orders: channelsWithOrdersDue(pollEveryMs, now),
    listings: channelsWithListingsDue(LISTINGS_EVERY_MS, now),
    onSale: channelsToCount(
      keysWhere((manifest) => manifest.onSaleHelp !== undefined),
      now,
    ),
    hinted: channelsOf(keysWhere((manifest) => isHintTime && manifest.capabilities.hintQueue)),
  };
}

async function nudgeShops(rt: Runtime, tx: Tx, due: Due, putOff: ReadonlySet<string>, now: Date): Promise<void> {
  const isPutOff = (work: ShopWork, shopId: number): boolean => putOff.has(shopSetbackName(work, shopId));
  const unfinished = new Set([...due.mirroring, ...due.unmirrored]);
  const toGoOn = [...unfinished].filter((shopId) => isTimeToMirror(rt, shopId, now));
  const toCheck = due.levels.filter((shopId) => !unfinished.has(shopId));
  for (const shopId of [...toGoOn, ...toCheck]) {
    if (!isPutOff("mirror", shopId)) await rt.queue.send(tx, "mirror-shop", { shopId });
  }
  for (const shopId of due.shopifyOrders) {
    if (!isPutOff("follow", shopId)) await rt.queue.send(tx, "follow-orders", { shopId });
  }
  for (const shopId of due.collections) {
    if (!isPutOff("collections", shopId)) await rt.queue.send(tx, "read-collections", { shopId });
  }
  for (const shopId of due.toTag) {
    if (!isPutOff("tags", shopId)) await rt.queue.send(tx, "tag-customers", { shopId });
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

/** What a lost request may have done by now: look, and let the push decide. */
async function nudgeLooks(rt: Runtime, tx: Tx, listingIds: readonly number[], now: Date): Promise<void> {
  if (listingIds.length === 0) return;
  for (const { id, shopId } of await takeLooks(tx, listingIds)) {
    await wakeChannels(rt, tx, await markStale(tx, shopId, { listingIds: [id] }, { decreasing: true, now }));
  }
}

function isOlder(at: Date | null, now: Date, ms: number): boolean {
  return at === null || at <= addMs(now, -ms);
}

/** True in one tick of each span, for things without a time of their own. */
function isEvery(now: Date, ms: number): boolean {
  return now.getTime() % ms < TICK_SPAN_MS;
}

const TICK_SPAN_MS = 1_100;
