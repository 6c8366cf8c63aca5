/** An order that can't go to Shopify now: held for the merchant, or put off, with a line in its timeline. */
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert } from "../alerts/alerts.ts";
import type { Channel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { type AttemptOutcome, recordAttempt } from "../history/history.ts";
import type { Refused } from "../orders/buyer-faults.ts";
import { lockOrderOfShop, type OrderWithLines, postponeOrder, recordHeld } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { refusalOf } from "../shopify/shop-refusals.ts";
import { decideRetry } from "../tasks/retry.ts";
import { type PutOff, tellOfRefusal } from "./tell-of-refusal.ts";

/** What concerns the whole shop is asked this often. */
const SHOP_ASKED_EVERY_MS = 60_000;

/** `refused`: what Shopify refused of its buyer, where that is why. */
export async function holdOrder(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  reason: string,
  refused: readonly Refused[] = [],
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    // Locked, so that nobody is forgotten between this look and what is stored.
    const latest = await lockOrderOfShop(tx, order.shopId, order.id);
    const isKept = refused.length > 0 && latest?.buyerSealed;
    const refusedSealed = isKept ? rt.secrets.seal(JSON.stringify(refused)) : null;
    if (!(await recordHeld(tx, order.id, reason, refusedSealed))) return;
    await noteOrder(rt, tx, channel, order, "held", reason);
    const title = `${channel.name} order ${order.displayName} needs you`;
    await alertOrder(tx, channel, order, { title, message: reason, now: rt.clock.now() });
  });
}

/** Returns until when the shop's other orders wait too, where the failure is about the shop. */
export async function putOffOrder(
  rt: Runtime,
  channel: Channel,
  order: OrderWithLines,
  failure: Failure,
): Promise<PutOff | null> {
  const now = rt.clock.now();
  const verdict = decideRetry(failure, order.placeAttempts + 1);
  if (verdict.action === "give-up") {
    await holdOrder(rt, channel, order, failure.message);
    return null;
  }
  const isForShop = refusalOf(failure) !== null;
  const delayMs = "delayMs" in verdict ? verdict.delayMs : 0;
  const until = addMs(now, isForShop ? Math.max(SHOP_ASKED_EVERY_MS, delayMs) : delayMs);
  await inTransaction(rt.db, async (tx) => {
    await postponeOrder(tx, order.id, until);
    // A refusal that goes on for hours is written down once, with its alert.
    if (isForShop) return tellOfRefusal(rt, tx, order.shopId, failure);
    const outcome = failure.kind === "outcome-unknown" ? "unclear" : failure.kind;
    await noteOrder(rt, tx, channel, order, outcome, `${failure.message}. It will be tried again.`);
  });
  return isForShop ? { until } : null;
}

export function alertOrder(
  tx: Tx,
  channel: Channel,
  { id, shopId }: OrderWithLines,
  { now, ...words }: { title: string; message: string; now: Date },
): Promise<void> {
  const facts = { key: `order:${id}`, severity: "critical", action: `/app/orders/${id}` } as const;
  return raiseAlert(tx, { shopId, channelId: channel.id, ...facts, ...words }, now);
}

export function noteOrder(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  { shopId, id: orderId }: OrderWithLines,
  outcome: AttemptOutcome,
  message: string,
): Promise<void> {
  const now = rt.clock.now();
  const at = { startedAt: now, finishedAt: now };
  return recordAttempt(tx, { shopId, channelId: channel.id, kind: "place-order", orderId, outcome, message, ...at });
}
