/**
 * Order in, first half. Reads a channel's orders: the one a notification names, then all that changed since the stored
 * cursor. Each order is stored with its reservations, and every other listing of its variants made stale, in one
 * transaction; only then is the cursor moved.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteOrder, Unreadable } from "#connectors/contract/remote-types.ts";
import { hasOpenAlert, raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel, postponeOrders, recordOrdersRead } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { isHeld, type Lease, underLease } from "../leases/leases.ts";
import { readWaiting } from "../listings/claim.ts";
import { markStale } from "../listings/listings.ts";
import { clearSeenUnits } from "../listings/push-state.ts";
import { listKnownPictures, recordUnchanged } from "../orders/orders.ts";
import { fingerprintOf } from "../orders/picture.ts";
import { toImport } from "../orders/to-import.ts";
import type { Runtime } from "../runtime.ts";
import { decideRetry } from "../tasks/retry.ts";
import type { TaskPayload } from "../tasks/task-map.ts";
import { noticeEdits } from "./notice-edits.ts";
import { openChannel } from "./open-channel.ts";
import { holdWhatWasMissed, refusalByPlan } from "./plan-gate.ts";
import { endPutOff, isPutOff, putOffWork } from "./put-off-work.ts";
import { storeOrder, toleranceOf } from "./store-order.ts";
import { wakeChannels } from "./wake-channels.ts";

/** An endless stream of pages must let go of the lease now and then. */
const PAGES_PER_TURN_MAX = 200;

/** The poll would bring a hinted order too, only later. */
const HINT_TRIES_MAX = 5;

export async function importOrders(
  rt: Runtime,
  { channelId, orderRemoteId, tries = 0 }: TaskPayload<"import-orders">,
): Promise<void> {
  // The order that was hinted at goes first and needs no lease: storing it is idempotent.
  if (orderRemoteId) {
    const opened = await openForOrders(rt, channelId);
    if (!opened) return;
    const { channel, remote } = opened;
    const order = await remote.readOrder(orderRemoteId);
    if (order.ok && order.value) {
      await storeOrders(rt, channel, [order.value], tries);
      if (await isPolledEnough(rt, channel)) return;
    } else {
      const failure: Failure = order.ok
        ? { kind: "unavailable", scope: "item", message: "not shown yet" }
        : order.failure;
      await tryHintAgain(rt, { channelId, orderRemoteId, tries: tries + 1 }, failure);
      // Whoever came again for this one alone leaves the poll to its clock.
      if (tries > 0) return;
    }
  }

  const name = `orders:${channelId}`;
  await underLease(rt, { name, holder: rt.workerId }, (lease) => readPages(rt, channelId, lease));
}

/** Null when nothing may be read there now. */
async function openForOrders(rt: Runtime, channelId: number) {
  const channel = await findChannel(rt.db, channelId);
  if (!channel || (channel.state !== "connected" && channel.state !== "paused")) return null;
  const now = rt.clock.now();
  // Whoever asks, a hint or a push, waits with the rest: what is asked of an account that does not answer is one question.
  if (channel.ordersRetryAt && channel.ordersRetryAt > now && (await isPutOff(rt.db, channelId, "orders", now)))
    return null;
  if (!(await mayImport(rt, channel, now))) return null;
  const opened = await openChannel(rt, channel, { urgent: true });
  if (opened.ok) return { channel, ...opened.value };
  await putOffOrders(rt, channel, opened.failure);
  return null;
}

/** Looked at again then, or as soon as the plan has order import. */
const NOT_IN_PLAN_MS = 10 * 60_000;

async function mayImport(rt: Runtime, channel: Channel, now: Date): Promise<boolean> {
  if ((await refusalByPlan(rt, rt.db, channel.shopId, "orders")) === null) return true;
  await postponeOrders(rt.db, channel.id, addMs(now, NOT_IN_PLAN_MS));
  return false;
}

/** A hint says which order to read: all others are read on their clock, or sooner where a push waits for them. */
async function isPolledEnough(rt: Runtime, { id, connectorKey, ordersReadAt }: Channel): Promise<boolean> {
  const everyMs = rt.connectors.get(connectorKey)?.manifest.capabilities.orderPollEveryMs ?? 0;
  const now = rt.clock.now();
  if (ordersReadAt === null || ordersReadAt <= addMs(now, -everyMs)) return false;
  const { hasUnseen, hasIncreases } = await readWaiting(rt.db, id, now);
  return !hasUnseen && !hasIncreases;
}

async function tryHintAgain(
  rt: Runtime,
  hint: TaskPayload<"import-orders"> & { tries: number },
  failure: Failure,
): Promise<void> {
  const verdict = decideRetry(failure, hint.tries);
  const again = hint.tries < HINT_TRIES_MAX && verdict.action === "retry" ? verdict : null;
  rt.logger.info({ ...hint, why: failure.message, again: again !== null }, "hinted order not read");
  if (again) await inTransaction(rt.db, (tx) => rt.queue.send(tx, "import-orders", hint, { delayMs: again.delayMs }));
}

async function readPages(rt: Runtime, channelId: number, lease: Lease): Promise<void> {
  const startedAt = rt.clock.now();
  for (let pages = 0; pages < PAGES_PER_TURN_MAX; pages += 1) {
    const opened = await openForOrders(rt, channelId);
    if (!opened) return;
    const { channel, remote } = opened;
    const page = await remote.readOrders({ cursor: channel.ordersCursor, since: channel.importOrdersSince });
    if (!page.ok) return putOffOrders(rt, channel, page.failure);

    await storeOrders(rt, channel, page.value.orders, 0);
    await showUnreadable(rt, channel, page.value.unreadable);
    const { nextCursor, completeThrough, more } = page.value;
    const read = { cursor: nextCursor, completeThrough, readAt: more ? null : startedAt };
    const { hasUnseen, hasIncreases } = await readWaiting(rt.db, channelId, rt.clock.now());
    // Another may have read more meanwhile, which is not to be taken back; or the merchant wants older ones read, too.
    const isOurs = Prisma.sql`${isHeld(lease)} AND "ordersCursor" IS NOT DISTINCT FROM ${channel.ordersCursor}`;
    if (!hasUnseen && !hasIncreases && !channel.ordersRetryAt) {
      if ((await recordOrdersRead(rt.db, channelId, read, isOurs)) && more) continue;
      return;
    }
    const isStored = await inTransaction(rt.db, async (tx) => {
      if (!(await recordOrdersRead(tx, channelId, read, isOurs))) return false;
      if (channel.ordersRetryAt) await endPutOff(tx, channel, "orders", startedAt);
      // An order that could not be read or stored may be what took them.
      if (completeThrough && hasUnseen && !(await isOrderMissing(tx, channel))) {
        const time = { toleranceMs: toleranceOf(rt, channel), now: startedAt };
        const cleared = await clearSeenUnits(tx, channelId, { completeThrough, ...time });
        const { variantIds, unexplained, leftThrough } = cleared;
        if (!more && leftThrough) await readAgainFor(rt, tx, channel, leftThrough, { completeThrough, startedAt });
        await noticeEdits(tx, channel, unexplained, time);
        const scope = { variantIds };
        await wakeChannels(rt, tx, await markStale(tx, channel.shopId, scope, { decreasing: false, now: startedAt }));
      }
      // Increases on this channel waited for just this.
      if (!more && hasIncreases) await wakeChannels(rt, tx, [channelId]);
      return true;
    });
    if (!isStored || !more) return;
  }
}

/** Whether an order of this channel is known to be there, and is not among ours. */
async function isOrderMissing(tx: Tx, { id, shopId }: Channel): Promise<boolean> {
  return hasOpenAlert(tx, shopId, [`unstored-order:${id}:`, `unreadable-order:${id}:`]);
}

/** What seems sold holds units back until orders are complete through then: they are read as soon as they are. */
async function readAgainFor(
  rt: Runtime,
  tx: Tx,
  { id, connectorKey }: Channel,
  leftThrough: Date,
  { completeThrough, startedAt }: { completeThrough: Date; startedAt: Date },
): Promise<void> {
  const lagMs = startedAt.getTime() - completeThrough.getTime();
  const everyMs = rt.connectors.get(connectorKey)?.manifest.capabilities.orderPollEveryMs ?? 0;
  const at = addMs(leftThrough, lagMs + 1);
  if (at < addMs(startedAt, everyMs)) await postponeOrders(tx, id, at);
}

/** What becomes of an order that is shown, by the channel and by the shop's plan; null: it is left where it is. */
export async function importRule(
  rt: Runtime,
  channel: Channel,
): Promise<(order: RemoteOrder, isKnown: boolean) => RemoteOrder | null> {
  const holdIfMissed = await holdWhatWasMissed(rt, channel.shopId);
  return (order, isKnown) => toImport(channel, holdIfMissed(order), isKnown);
}

/** One that can't be stored keeps no other back. `tries`: how often it could not be before. */
async function storeOrders(
  rt: Runtime,
  channel: Channel,
  orders: readonly RemoteOrder[],
  tries: number,
): Promise<void> {
  if (orders.length === 0) return;
  const known = await listKnownPictures(
    rt.db,
    channel.id,
    orders.map((order) => order.remoteId),
  );
  const unchanged: RemoteOrder[] = [];
  const importable = await importRule(rt, channel);
  for (const shown of orders) {
    const held = known.get(shown.remoteId);
    const order = importable(shown, held !== undefined);
    if (!order) continue;
    const fingerprint = fingerprintOf(rt.secrets.hash, order);
    if (held?.fingerprint === fingerprint) {
      if (held.updatedAt < order.updatedAt) unchanged.push(order);
    } else {
      try {
        const picture = { order, fingerprint, isKnown: held !== undefined };
        await inTransaction(rt.db, (tx) => storeOrder(rt, tx, channel, picture));
      } catch (error) {
        await showUnstored(rt, channel, order, tries, error);
        continue;
      }
    }
    // Another worker may have stored it since it could not be.
    if (tries > 0) await resolveAlert(rt.db, channel.shopId, unstoredKey(channel.id, order.remoteId), rt.clock.now());
  }
  await recordUnchanged(rt.db, channel.id, unchanged);
}

const unstoredKey = (channelId: number, remoteId: string): AlertKey => `unstored-order:${channelId}:${remoteId}`;

/**
 * The database refused this order. Where it is the database itself that is in trouble, the alert can't be stored either:
 * that is thrown, and the page is read again.
 */
async function showUnstored(
  rt: Runtime,
  channel: Channel,
  { remoteId: orderRemoteId, displayName }: RemoteOrder,
  tries: number,
  error: unknown,
): Promise<void> {
  const { id: channelId, shopId } = channel;
  rt.logger.error({ channelId, orderRemoteId, err: error }, "order can't be stored");
  await inTransaction(rt.db, async (tx) => {
    await raiseAlert(
      tx,
      {
        shopId,
        channelId,
        key: unstoredKey(channelId, orderRemoteId),
        endsByHand: true,
        severity: "critical",
        title: `${channel.name} order ${displayName} could not be stored`,
        message:
          "Lockstep tries again for some minutes. If it is not among the orders then, enter it in Shopify by hand, tell Lockstep's support, then choose Done.",
        action: `/app/channels/${channelId}`,
      },
      rt.clock.now(),
    );
    const again = { channelId, orderRemoteId, tries: tries + 1 };
    if (tries < HINT_TRIES_MAX) await rt.queue.send(tx, "import-orders", again, { delayMs: UNSTORED_MS * 2 ** tries });
  });
}

const UNSTORED_MS = 10_000;

async function showUnreadable(rt: Runtime, channel: Channel, unreadable: readonly Unreadable[]): Promise<void> {
  for (const { remoteId, why } of unreadable) {
    rt.logger.error({ channelId: channel.id, remoteId, why }, "order can't be read");
    await raiseAlert(
      rt.db,
      {
        shopId: channel.shopId,
        channelId: channel.id,
        key: `unreadable-order:${channel.id}:${remoteId ?? why}`,
        endsByHand: true,
        severity: "critical",
        title: `${channel.name} order ${remoteId ?? "without a number"} can't be read`,
        message: `It was not imported: ${why}. Enter it in Shopify by hand, send this message to Lockstep's support, then choose Done.`,
        action: `/app/channels/${channel.id}`,
      },
      rt.clock.now(),
    );
  }
}

/** What is asked of the account waits, each time for longer; what comes meanwhile is read then. */
function putOffOrders(rt: Runtime, channel: Channel, failure: Failure): Promise<void> {
  return putOffWork(rt, channel, "orders", failure, (tx, until) => postponeOrders(tx, channel.id, until));
}
