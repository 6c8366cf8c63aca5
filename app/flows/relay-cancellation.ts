/**
 * A cancellation on one side is carried to the other. Both directions look before they act, so that an order is cancelled
 * once: `sending` is written before the call, which leaves soon after or not at all, and whoever comes next looks when
 * nothing of it can land any more. What a marketplace can't do becomes a task for the merchant.
 */
import type { Failure, Result } from "#connectors/contract/failures.ts";
import { succeed } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import {
  type Cancellation,
  findCancellation,
  recordCancellationAsked,
  recordCancellationDone,
  recordCancellationProblem,
  recordCancellationRefused,
  recordCancellationSending,
} from "../cancellations/cancellations.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { markStale } from "../listings/listings.ts";
import {
  findOrder,
  findOrderByRemoteId,
  type OrderWithLines,
  recordCancelled,
  voidReservations,
} from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import type { Admin } from "../shopify/admin.ts";
import { cancelOrder, readOrderProgress } from "../shopify/orders.ts";
import { findShop } from "../shops/shops.ts";
import { decideRetry } from "../tasks/retry.ts";
import { closeConflict } from "./close-conflict.ts";
import { byAnyClock, createDeparture } from "./leave-soon.ts";
import { lookUpOrder } from "./look-up-order.ts";
import { openChannel } from "./open-channel.ts";
import { storePlaced } from "./store-placed.ts";
import { resolveRefusals, tellOfRefusal } from "./tell-of-refusal.ts";
import { wakeChannels } from "./wake-channels.ts";

const LOOK_AGAIN_MS = 5_000;
const LATE_MS = 60_000;
/** How long a marketplace may take over a cancellation that it has taken, before the merchant is told. */
const ASKED_MS_MAX = 60 * 60_000;
/** How often, and how long, Shopify's job is watched. */
const LOOK_MS = 1_000;
const LOOKS_MAX = 10;

interface Subject {
  lease: Lease;
  cancellation: Cancellation;
  order: OrderWithLines;
  channel: Channel;
}

export async function relayCancellation(rt: Runtime, { cancellationId }: { cancellationId: number }): Promise<void> {
  const name = `cancel:${cancellationId}`;
  await underLease(rt, { name, holder: rt.workerId }, async (lease) => {
    const cancellation = await findCancellation(rt.db, cancellationId);
    const order = cancellation && (await findOrder(rt.db, cancellation.orderId));
    const channel = order && (await findChannel(rt.db, order.channelId));
    if (!cancellation || !order || !channel) return;
    if (!IN_WORK.has(cancellation.state)) return;
    const subject = { lease, cancellation, order, channel };
    const outcome = await (cancellation.direction === "to-shopify"
      ? cancelInShopify(rt, subject)
      : cancelOnMarketplace(rt, subject));
    if (outcome === "not ours") return;
    if (outcome === "later") return later(rt, subject, "The order is still on its way into Shopify", LOOK_AGAIN_MS);
    if (outcome === "under way") return later(rt, subject, "Shopify is still cancelling it", LATE_MS);
    if (outcome === "asked") return waitForMarketplace(rt, subject);
    if (outcome === "task") return askMerchant(rt, subject, `${channel.name} does not let apps cancel orders`);
    if (outcome.ok) return done(rt, subject, outcome.value);
    await afterFailure(rt, subject, outcome.failure);
  });
}

const IN_WORK = new Set(["waiting", "sending", "asked"]);

/** `not ours`: another worker has it now, or it was settled meanwhile. */
type Outcome = Result<string> | "later" | "under way" | "asked" | "task" | "not ours";

async function cancelInShopify(rt: Runtime, subject: Subject): Promise<Outcome> {
  const { cancellation, order, channel } = subject;
  if (order.stage === "sent" || order.stage === "claimed") return "later";
  const shop = await findShop(rt.db, { id: order.shopId });
  if (!shop) return succeed("the shop is gone");
  if (order.stage === "held") {
    const look = await lookUpOrder(rt, shop, channel, order);
    if (look.outcome === "found") await storePlaced(rt, channel, order, look.placed, "found when it was cancelled");
    if (look.outcome !== "absent") return "later";
  }
  if (!order.shopifyOrderGid) return succeed("it had not reached Shopify");
  const admin = rt.admin(shop.domain);
  const progress = await readOrderProgress(admin, order.shopifyOrderGid);
  if (!progress.ok) return progress;
  if (!progress.value || progress.value.cancelledAt) return succeed("Shopify had it cancelled already");
  if (!(await mayAct(rt, subject, addMs(rt.clock.now(), LATE_MS)))) return "not ours";
  const cancelled = await cancelOrder(admin, {
    gid: order.shopifyOrderGid,
    restock: cancellation.restock,
    reason: "CUSTOMER",
    note: `Cancelled on the marketplace (${order.displayName})`,
  });
  if (!cancelled.ok) return cancelled;
  return (await seenCancelled(rt, admin, order.shopifyOrderGid))
    ? succeed("cancelled in Shopify, its units are back in stock")
    : "under way";
}

/** Written before the call. */
function mayAct(rt: Runtime, { lease, cancellation }: Subject, retryAt: Date): Promise<boolean> {
  return storeUnder(rt.db, lease, (tx) => recordCancellationSending(tx, cancellation.id, retryAt));
}

/** Shopify answers before it cancels: until its job has ended, the units are neither the order's nor in stock. */
async function seenCancelled(rt: Runtime, admin: Admin, orderGid: string): Promise<boolean> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    await rt.clock.sleep(LOOK_MS);
    const progress = await readOrderProgress(admin, orderGid);
    if (progress.ok && (!progress.value || progress.value.cancelledAt)) return true;
  }
  return false;
}

async function cancelOnMarketplace(rt: Runtime, subject: Subject): Promise<Outcome> {
  const { cancellation, order, channel } = subject;
  const departure = createDeparture(rt.clock);
  const opened = await openChannel(rt, channel, { urgent: true, mayWrite: departure.mayWrite });
  if (!opened.ok) return opened;
  const { remote, connector } = opened.value;
  const there = await remote.readOrder(order.remoteId);
  if (!there.ok) return there;
  if (!there.value || there.value.status === "cancelled") return succeed("the marketplace had it cancelled already");
  if (there.value.lines.every((line) => line.quantityCancelled >= line.quantity))
    return succeed("the marketplace had given all of it back already");
  // It is not asked twice: what it will not do it says, or it takes too long.
  if (cancellation.state === "asked") return "asked";
  if (connector.manifest.capabilities.cancellation === "none") return "task";
  if (!(await mayAct(rt, subject, addMs(departure.begin(), byAnyClock(LATE_MS))))) return "not ours";
  const cancelled = await remote.cancelOrder({
    orderRemoteId: order.remoteId,
    reason: there.value.cancellationRequested ? "buyer-request" : "out-of-stock",
    lines: null,
  });
  if (!cancelled.ok) return cancelled;
  return cancelled.value.state === "cancelled" ? succeed("cancelled on the marketplace") : "asked";
}

/** Taken is not done: it is over when the order is cancelled there, or when the marketplace had time enough. */
async function waitForMarketplace(rt: Runtime, subject: Subject): Promise<void> {
  const { lease, cancellation, order, channel } = subject;
  const now = rt.clock.now();
  const askedAt = cancellation.askedAt ?? now;
  if (now.getTime() - askedAt.getTime() >= ASKED_MS_MAX)
    return askMerchant(rt, subject, `${channel.name} was asked to an hour ago, and has not done it`);
  await storeUnder(rt.db, lease, async (tx) => {
    const isAsked = await recordCancellationAsked(tx, cancellation.id, { askedAt, retryAt: addMs(now, LATE_MS) });
    if (!isAsked || cancellation.askedAt) return;
    await recordAttempt(tx, {
      shopId: order.shopId,
      channelId: channel.id,
      kind: "relay-cancellation",
      orderId: order.id,
      outcome: "accepted",
      message: `Order ${order.displayName}: ${channel.name} was asked to cancel it`,
      startedAt: now,
      finishedAt: now,
    });
  });
}

/** The marketplace says that it will not do what it was asked: a notification is all that tells. */
export async function refuseCancellation(
  rt: Runtime,
  { channelId, orderRemoteId, why }: { channelId: number; orderRemoteId: string; why: string },
): Promise<void> {
  const channel = await findChannel(rt.db, channelId);
  const order = await findOrderByRemoteId(rt.db, channelId, orderRemoteId);
  if (!channel || !order) return;
  await inTransaction(rt.db, async (tx) => {
    const cancellation = await recordCancellationRefused(tx, order.id, why);
    if (cancellation) await raiseTask(rt, tx, { cancellation, order, channel }, why);
  });
}

async function done(rt: Runtime, { lease, cancellation, order, channel }: Subject, how: string): Promise<void> {
  await storeUnder(rt.db, lease, async (tx) => {
    const now = rt.clock.now();
    await recordCancellationDone(tx, cancellation.id, now, how);
    await recordCancelled(tx, order.id);
    await closeConflict(tx, { shopId: order.shopId, orderId: order.id, now });
    if (!order.shopifyOrderGid) {
      const inventoryItemGids = await voidReservations(tx, order.id, now);
      await wakeChannels(rt, tx, await markStale(tx, order.shopId, { inventoryItemGids }, { decreasing: false, now }));
    }
    await resolveAlert(tx, order.shopId, `cancellation:${cancellation.id}`, now);
    if (cancellation.direction === "to-shopify" && cancellation.problem) await resolveRefusals(rt, tx, order.shopId);
    await recordAttempt(tx, {
      shopId: order.shopId,
      channelId: channel.id,
      kind: "relay-cancellation",
      orderId: order.id,
      outcome: "done",
      message: `Order ${order.displayName}: ${how}`,
      startedAt: now,
      finishedAt: now,
    });
  });
}

async function afterFailure(rt: Runtime, subject: Subject, failure: Failure): Promise<void> {
  if (subject.cancellation.direction === "to-shopify") await tellOfRefusal(rt, rt.db, subject.order.shopId, failure);
  const verdict = decideRetry(failure, subject.cancellation.attempts + 1);
  if (verdict.action === "retry") return later(rt, subject, failure.message, verdict.delayMs);
  // What was sent may still land: Shopify refuses the second, a marketplace may take it for another request.
  const lateMs = subject.cancellation.direction === "to-marketplace" ? byAnyClock(LATE_MS) : 0;
  if (verdict.action === "read-back") return later(rt, subject, failure.message, Math.max(verdict.delayMs, lateMs));
  if (verdict.action === "reconnect") return later(rt, subject, failure.message, 5 * 60_000);
  await askMerchant(rt, subject, failure.message);
}

/** The look before every act makes a second try harmless. */
async function later(rt: Runtime, { lease, cancellation }: Subject, problem: string, delayMs: number): Promise<void> {
  await storeUnder(rt.db, lease, (tx) =>
    recordCancellationProblem(tx, cancellation.id, {
      state: "waiting",
      problem,
      retryAt: addMs(rt.clock.now(), delayMs),
    }),
  );
}

async function askMerchant(rt: Runtime, subject: Subject, why: string): Promise<void> {
  await storeUnder(rt.db, subject.lease, async (tx) => {
    await recordCancellationProblem(tx, subject.cancellation.id, { state: "task", problem: why, retryAt: null });
    await raiseTask(rt, tx, subject, why);
  });
}

async function raiseTask(
  rt: Runtime,
  tx: Tx,
  { cancellation, order, channel }: Omit<Subject, "lease">,
  why: string,
): Promise<void> {
  const where = cancellation.direction === "to-shopify" ? "Shopify" : channel.name;
  const message = `Order ${order.displayName} was ${cancellation.reason}, and it is not cancelled in ${where}: ${why}. Cancel it there by hand.`;
  const now = rt.clock.now();
  await raiseAlert(
    tx,
    {
      shopId: order.shopId,
      channelId: channel.id,
      key: `cancellation:${cancellation.id}`,
      severity: "critical",
      title: `Cancel order ${order.displayName} in ${where}`,
      message,
      action: `/app/orders/${order.id}`,
    },
    now,
  );
  await recordAttempt(tx, {
    shopId: order.shopId,
    channelId: channel.id,
    kind: "relay-cancellation",
    orderId: order.id,
    outcome: "held",
    message,
    startedAt: now,
    finishedAt: now,
  });
}
