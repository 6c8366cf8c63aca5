/** Stores one picture of an order, and sets going what follows from it: holding, placing, cancelling, telling. */
import type { RemoteOrder, RemoteOrderLine } from "#connectors/contract/remote-types.ts";
import { raiseAlert, resolveAlert, resolveOtherAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { listBySku } from "../catalogue/catalogue.ts";
import type { Channel } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { listSoldOn, markStale, type SoldUnits } from "../listings/listings.ts";
import { explainUnseenByOrder } from "../listings/push-state.ts";
import { isOver } from "../orders/order-stage.ts";
import { type RecordedOrder, type ResolvedLine, recordOrder } from "../orders/record-order.ts";
import type { Runtime } from "../runtime.ts";
import { buyerKeptMsOf } from "./buyer-clock.ts";
import { closeConflict } from "./close-conflict.ts";
import { closeTasks } from "./close-tasks.ts";
import { followBuyer } from "./follow-buyer.ts";
import { noteSoldNotKept } from "./note-not-kept.ts";
import { requestCancellation } from "./request-cancellation.ts";
import { wakeChannels } from "./wake-channels.ts";

/** One picture of an order, as a channel's reading shows it. */
export interface Picture {
  order: RemoteOrder;
  fingerprint: string;
  isKnown: boolean;
}

export async function storeOrder(rt: Runtime, tx: Tx, channel: Channel, picture: Picture): Promise<void> {
  const { shopId, id: channelId, connectorKey } = channel;
  const { order } = picture;
  const now = rt.clock.now();
  const lines = await resolveLines(tx, channel, order.lines);
  const buyerKeptMs = buyerKeptMsOf(rt, connectorKey);
  const facts = { connectorKey, ...picture, lines, secrets: rt.secrets, buyerKeptMs, now };
  const stored = await recordOrder(tx, { shopId, channelId, ...facts });
  if (!stored) return;
  if (stored.isNew) await noteSoldNotKept(rt, tx, channel, order, lines);

  const isSeen = stored.isNew && (await explainUnseenByOrder(tx, salesOf(order, lines), toleranceOf(rt, channel)));
  // Units that were held back as sold are there again where the order was cancelled before we saw it.
  const back = isSeen ? lines.flatMap((line) => line.inventoryItemGid ?? []) : [];
  const scope = { inventoryItemGids: [...new Set([...stored.inventoryItemGids, ...back])] };
  const sold = stored.isNew ? unitsOf(order, lines) : [];
  // An order that is new may have changed since it was placed, which takes nothing more.
  const changedAt = stored.isNew && stored.takesMore ? order.soldAt : order.updatedAt;
  const change = { decreasing: stored.takesMore, now, sold, changedAt };
  await wakeChannels(rt, tx, await markStale(tx, shopId, scope, change));
  // Where a listing stands for one thing, it can be put on sale again only now: it may have been tried before.
  const listingIds = stored.unitsTakenBack > 0 ? lines.flatMap((line) => line.listingId ?? []) : [];
  await wakeChannels(rt, tx, await markStale(tx, shopId, { listingIds }, { decreasing: false, now }));
  await goOn(rt, tx, channel, order, stored);
  await tellWhatChanged(rt, tx, channel, order, stored, lines);
  await followBuyer(rt, tx, channel, stored);
}

/** Who has to do with the order next. */
async function goOn(rt: Runtime, tx: Tx, channel: Channel, order: RemoteOrder, stored: RecordedOrder): Promise<void> {
  const { shopId } = channel;
  const now = rt.clock.now();
  const { id: orderId, stage, stageBefore } = stored;
  const ended = (stage === "cancelled" || stage === "empty") && stage !== stageBefore;
  // Units that Shopify holds for it: there are some to hold, or to give back.
  const mayBeHeld = stageBefore !== null && (ended || stored.unitsTakenBack > 0);
  if ((stage === "waiting" && stored.isNew) || mayBeHeld) await rt.queue.send(tx, "hold-stock", { shopId });
  if (stage === "claimed" && stageBefore !== "claimed") await rt.queue.send(tx, "place-orders", { shopId });
  if (ended) await closeConflict(tx, { shopId, orderId, now });
  if (order.status === "cancelled") {
    await closeTasks(tx, { shopId, orderId, direction: "to-marketplace", now });
    if (stage === "entered") await askToCancelByHand(tx, channel, orderId, order, now);
  }
  if (stored.cancelInShopify) {
    const facts = { direction: "to-shopify", reason: "cancelled on the marketplace", restock: true } as const;
    await requestCancellation(rt, tx, { shopId, orderId, ...facts, now });
  }
  if (stored.compareWith) await rt.queue.send(tx, "follow-orders", { shopId, orderGid: stored.compareWith });
}

async function tellWhatChanged(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  order: RemoteOrder,
  stored: RecordedOrder,
  lines: readonly ResolvedLine[],
): Promise<void> {
  const now = rt.clock.now();
  const { shopId, id: channelId } = channel;
  const what = whatChanged(order, stored);
  if (what !== null) {
    await recordAttempt(tx, {
      shopId,
      channelId,
      kind: "import-order",
      orderId: stored.id,
      variantId: lines.length === 1 ? (lines[0]?.variantId ?? null) : null,
      outcome: "done",
      message: `${channel.name} order ${order.displayName}: ${what}`,
      startedAt: now,
      finishedAt: now,
    });
  }
  if (stored.givenAnew !== null) await tellOfGivenAnew(tx, channel, order, stored, now);
  if (stored.refundToTell !== null) await askToRefund(tx, channel, order, stored, stored.refundToTell, now);
}

/** The marketplace changed what the merchant has corrected: the correction stays until they take it back. */
async function tellOfGivenAnew(
  tx: Tx,
  { shopId, id: channelId, name }: Channel,
  { displayName }: RemoteOrder,
  { id: orderId, givenAnew, stage }: RecordedOrder,
  now: Date,
): Promise<void> {
  const key = `order-address-moved:${orderId}` as const;
  const isBack = givenAnew === "back";
  await recordAttempt(tx, {
    ...{ shopId, channelId, kind: "import-order", orderId, outcome: "done", startedAt: now, finishedAt: now },
    message: isBack
      ? `${name} order ${displayName}: the buyer's address is there again what it was when it was corrected here`
      : `${name} order ${displayName}: the buyer's address was changed there after it was corrected here; the correction stays`,
  });
  if (isBack || isOver(stage)) return resolveAlert(tx, shopId, key, now);
  const facts = { shopId, channelId, key, action: `/app/orders/${orderId}`, endsByHand: true, reopens: true } as const;
  const inShopify = stage === "placed" || stage === "sent" ? " Shopify has your correction: change it there, too." : "";
  await raiseAlert(
    tx,
    {
      ...{ ...facts, severity: "warning" },
      title: `${name} changed the address of order ${displayName}`,
      message: `You had corrected it, and your correction stays. If the new one is right, open the order and choose the address of ${name}.${inShopify} Else choose Done.`,
    },
    now,
  );
}

/** In words that go on from the order's name; null: nothing to tell. */
function whatChanged(order: RemoteOrder, stored: RecordedOrder): string | null {
  const units = stored.unitsTakenBack === 1 ? "1 unit was" : `${stored.unitsTakenBack} units were`;
  if (stored.isNew || stored.stage !== stored.stageBefore) {
    if (stored.stage === "empty") return "nothing of it is left to send, so it does not go to Shopify";
    return order.status === "pending" ? "not paid yet, its units are held" : order.status;
  }
  return stored.unitsTakenBack > 0 && order.status !== "cancelled" ? `${units} taken back on the marketplace` : null;
}

/** Money that the marketplace gave back for an order that Shopify has: its books are the merchant's. */
async function askToRefund(
  tx: Tx,
  channel: Channel,
  order: RemoteOrder,
  { id: orderId, shopifyOrderName }: RecordedOrder,
  amount: string,
  now: Date,
): Promise<void> {
  const { shopId } = channel;
  const where = shopifyOrderName ?? "the order";
  const money = `${amount} ${order.refunded.currency}`;
  const prefix = `refunded:${orderId}:` as const;
  const key: AlertKey = `${prefix}${order.refunded.amount}`;
  // It tells the whole amount: whoever followed both this one and an earlier one would refund too much.
  await resolveOtherAlerts(tx, { shopId, prefix, keys: [key] }, now);
  await raiseAlert(
    tx,
    {
      shopId,
      channelId: channel.id,
      key,
      endsByHand: true,
      severity: "warning",
      title: `${channel.name} gave back ${money} of order ${order.displayName}`,
      message: `That is all that it gave back for no item since the order came to Shopify. Refund in Shopify what ${where} lacks of it, without mailing the buyer, so that your books agree; then choose Done.`,
      action: `/app/orders/${orderId}`,
    },
    now,
  );
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

export function toleranceOf(rt: Runtime, channel: Channel): number {
  return rt.connectors.get(channel.connectorKey)?.manifest.capabilities.saleTimeToleranceMs ?? 0;
}

function salesOf(order: RemoteOrder, lines: readonly ResolvedLine[]) {
  return soldLines(order, lines).flatMap(({ listingId, ...sold }) =>
    listingId === null ? [] : [{ ...sold, listingId }],
  );
}

function unitsOf(order: RemoteOrder, lines: readonly ResolvedLine[]): SoldUnits[] {
  return soldLines(order, lines).flatMap(({ variantId, ...sold }) =>
    variantId === null ? [] : [{ ...sold, variantId }],
  );
}

function soldLines(order: RemoteOrder, lines: readonly ResolvedLine[]) {
  return lines.flatMap(({ remoteLineId, listingId, variantId }) => {
    const line = order.lines.find((one) => one.remoteLineId === remoteLineId);
    return line ? [{ listingId, variantId, soldAt: order.soldAt, units: line.quantity }] : [];
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
