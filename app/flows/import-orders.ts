/**
 * Order in, first half. Reads a channel's orders: the one a notification names, then all that changed since the stored
 * cursor. Each order is stored with its reservations, and every other listing of its variants made stale, in one
 * transaction; only then is the cursor moved.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteOrder, RemoteOrderLine, Unreadable } from "#connectors/contract/remote-types.ts";
import { hasOpenAlert, raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { listBySku } from "../catalogue/catalogue.ts";
import { type Channel, findChannel, postponeOrders, recordOrdersRead } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { isHeld, type Lease, underLease } from "../leases/leases.ts";
import { listSoldOn, markStale } from "../listings/listings.ts";
import { clearSeenUnits, explainUnseenByOrder, readWaiting } from "../listings/push-state.ts";
import { listKnownUpdates } from "../orders/orders.ts";
import { type ResolvedLine, recordOrder } from "../orders/record-order.ts";
import type { Runtime } from "../runtime.ts";
import { decideRetry } from "../tasks/retry.ts";
import type { TaskPayload } from "../tasks/task-map.ts";
import { buyerKeptMsOf } from "./buyer-clock.ts";
import { closeConflict } from "./close-conflict.ts";
import { closeTasks } from "./close-tasks.ts";
import { noticeEdits } from "./notice-edits.ts";
import { openChannel } from "./open-channel.ts";
import { endPutOff, isPutOff, putOffWork } from "./put-off-work.ts";
import { requestCancellation } from "./request-cancellation.ts";
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
  const opened = await openChannel(rt, channel, { urgent: true });
  if (opened.ok) return { channel, ...opened.value };
  await putOffOrders(rt, channel, opened.failure);
  return null;
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
    // Another may have read more meanwhile, which is not to be taken back.
    const isOurs = isHeld(lease);
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

/** One that can't be stored keeps no other back. `tries`: how often it could not be before. */
async function storeOrders(
  rt: Runtime,
  channel: Channel,
  orders: readonly RemoteOrder[],
  tries: number,
): Promise<void> {
  if (orders.length === 0) return;
  const known = await listKnownUpdates(
    rt.db,
    channel.id,
    orders.map((order) => order.remoteId),
  );
  for (const order of orders) {
    // Older than the channel: not ours to import. Known and unchanged: nothing to store.
    if (order.soldAt < channel.importOrdersSince && !known.has(order.remoteId)) continue;
    // A cancellation need not move a marketplace's time of change.
    const held = known.get(order.remoteId);
    if (held?.updatedAt.getTime() === order.updatedAt.getTime() && held.status === order.status) continue;
    try {
      await inTransaction(rt.db, (tx) => storeOrder(rt, tx, channel, order, held !== undefined));
    } catch (error) {
      await showUnstored(rt, channel, order, tries, error);
      continue;
    }
    if (tries > 0) await resolveAlert(rt.db, channel.shopId, unstoredKey(channel.id, order.remoteId), rt.clock.now());
  }
}

const unstoredKey = (channelId: number, remoteId: string): string => `unstored-order:${channelId}:${remoteId}`;

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

async function storeOrder(rt: Runtime, tx: Tx, channel: Channel, order: RemoteOrder, isKnown: boolean): Promise<void> {
  const { shopId, id: channelId, connectorKey } = channel;
  const now = rt.clock.now();
  const lines = await resolveLines(tx, channel, order.lines);
  const buyerKeptMs = buyerKeptMsOf(rt, connectorKey);
  const facts = { connectorKey, order, lines, isKnown, secrets: rt.secrets, buyerKeptMs, now };
  const stored = await recordOrder(tx, { shopId, channelId, ...facts });
  if (!stored) return;

  const isSeen = stored.isNew && (await explainUnseenByOrder(tx, salesOf(order, lines), toleranceOf(rt, channel)));
  // Units that were held back as sold are there again where the order was cancelled before we saw it.
  const back = isSeen ? lines.flatMap((line) => line.inventoryItemGid ?? []) : [];
  const scope = { inventoryItemGids: [...new Set([...stored.inventoryItemGids, ...back])] };
  await wakeChannels(rt, tx, await markStale(tx, shopId, scope, { decreasing: order.status !== "cancelled", now }));
  if (stored.stage === "waiting" ? stored.isNew : stored.stage === "cancelled" && stored.stageBefore === "waiting")
    await rt.queue.send(tx, "hold-stock", { shopId });
  if (stored.stage === "claimed" && stored.stageBefore !== "claimed")
    await rt.queue.send(tx, "place-orders", { shopId });
  if (stored.stage === "cancelled" && stored.stageBefore !== "cancelled") {
    await closeConflict(tx, { shopId, orderId: stored.id, now });
  }
  if (order.status === "cancelled") {
    await closeTasks(tx, { shopId, orderId: stored.id, direction: "to-marketplace", now });
    if (stored.stage === "entered") await askToCancelByHand(tx, channel, stored.id, order, now);
  }
  if (stored.cancelInShopify) {
    const facts = { direction: "to-shopify", reason: "cancelled on the marketplace", restock: true } as const;
    await requestCancellation(rt, tx, { shopId, orderId: stored.id, ...facts, now });
  }
  if (stored.compareWith) await rt.queue.send(tx, "follow-orders", { shopId, orderGid: stored.compareWith });
  if (stored.isNew || stored.stage !== stored.stageBefore) {
    await recordAttempt(tx, {
      shopId,
      channelId,
      kind: "import-order",
      orderId: stored.id,
      variantId: lines.length === 1 ? (lines[0]?.variantId ?? null) : null,
      outcome: "done",
      message: `${channel.name} order ${order.displayName}: ${order.status === "pending" ? "not paid yet, its units are held" : order.status}`,
      startedAt: now,
      finishedAt: now,
    });
  }
}

/** Of an order that the merchant entered in Shopify by hand we know no more than that. */
async function askToCancelByHand(
  tx: Tx,
  channel: Channel,
  orderId: number,
  order: RemoteOrder,
  now: Date,
): Promise<void> {
  await raiseAlert(
    tx,
    {
      shopId: channel.shopId,
      channelId: channel.id,
      key: `entered:${orderId}`,
      endsByHand: true,
      severity: "critical",
      title: `${channel.name} order ${order.displayName} was cancelled`,
      message: "You entered it in Shopify by hand: cancel it there too, then choose Done.",
      action: `/app/orders/${orderId}`,
    },
    now,
  );
}

function toleranceOf(rt: Runtime, channel: Channel): number {
  return rt.connectors.get(channel.connectorKey)?.manifest.capabilities.saleTimeToleranceMs ?? 0;
}

function salesOf(order: RemoteOrder, lines: readonly ResolvedLine[]) {
  return lines.flatMap(({ remoteLineId, listingId }) => {
    const line = order.lines.find((one) => one.remoteLineId === remoteLineId);
    return listingId !== null && line ? [{ listingId, soldAt: order.soldAt, units: line.quantity }] : [];
  });
}

/** Which listing and variant each line was sold on: the listing it names, else the one of its SKU, best one that is matched. */
async function resolveLines(tx: Tx, channel: Channel, lines: readonly RemoteOrderLine[]): Promise<ResolvedLine[]> {
  const listings = await listSoldOn(tx, channel.id, {
    remoteIds: lines.flatMap((line) => line.listingRemoteId ?? []),
    skus: lines.flatMap((line) => line.sku ?? []),
  });
  const sold = lines.map((line) => ({
    ...line,
    listing:
      listings.find((one) => one.remoteId === line.listingRemoteId) ??
      listings.find((one) => one.sku !== null && one.sku === line.sku && one.variantId !== null) ??
      listings.find((one) => one.sku !== null && one.sku === line.sku),
  }));
  const unmatched = sold.filter((line) => !line.listing?.variantId).flatMap((line) => line.sku ?? []);
  const variants = unmatched.length === 0 ? [] : await listBySku(tx, channel.shopId, unmatched);
  return sold.map(({ listing, ...line }) => {
    // A listing that was never imported, or is not matched: the SKU alone decides, if one variant carries it.
    const bySku = variants.filter((one) => one.sku === line.sku);
    const [only, ...others] = bySku;
    const variant = listing?.variantId
      ? { id: listing.variantId, inventoryItemGid: listing.inventoryItemGid }
      : others.length === 0
        ? only
        : undefined;
    return {
      remoteLineId: line.remoteLineId,
      listingId: listing?.id ?? null,
      variantId: variant?.id ?? null,
      inventoryItemGid: variant?.inventoryItemGid ?? null,
    };
  });
}

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
