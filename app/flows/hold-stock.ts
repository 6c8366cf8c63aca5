/**
 * An order that is not paid yet holds its units in Shopify too: they are moved from available to reserved, so that the shop
 * itself can't sell them. They are moved back once Shopify has taken them for the order itself, never before, or when the
 * order is cancelled. Each move has a key by which Shopify does it once: it is asked for again until its outcome is known.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert, wasClosedByHand } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { addMs } from "../clock.ts";
import type { Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { markStale } from "../listings/listings.ts";
import { reopenReservations, voidHeldReservation } from "../orders/orders.ts";
import { sayUnits } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { moveUnits, TOO_FEW } from "../shopify/levels.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import {
  type HoldToMove,
  listHeldAtClosed,
  listHoldsToMove,
  openHolds,
  postponeHold,
  recordHoldRefused,
  recordReleasing,
  recordUnitsHeld,
  recordUnitsReleased,
} from "../stock-holds/stock-holds.ts";
import { backoffMs, decideRetry } from "../tasks/retry.ts";
import { settleReservationsOf } from "./settle-reservations.ts";
import { resolveRefusals, tellOfRefusal } from "./tell-of-refusal.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Shopify keeps a key for a day. Later the same move would be done again. */
const KEY_KEPT_MS = 20 * 60 * 60_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 5 * 60_000;

export async function holdStock(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  await underLease(rt, { name: `hold:${shopId}`, holder: rt.workerId }, async (lease) => {
    const isOpened = await storeUnder(rt.db, lease, async (tx) => {
      await forgetHeldAtClosed(rt, tx, shopId);
      await openHolds(tx, shopId, rt.clock.now());
    });
    if (!isOpened) return;
    for (const hold of await listHoldsToMove(rt.db, shopId, rt.clock.now())) {
      await (hold.state === "holding" ? holdUnits(rt, shop, hold, lease) : releaseUnits(rt, shop, hold, lease));
    }
    // What Shopify holds back now is not held back here as well.
    await settleReservationsOf(rt, shop);
  });
}

/** Units held where nothing is sold from any more are held back here again, until others are held for the order. */
export async function forgetHeldAtClosed(rt: Runtime, tx: Tx, shopId: number): Promise<void> {
  await holdHereAgain(rt, tx, shopId, await listHeldAtClosed(tx, shopId));
}

async function holdHereAgain(rt: Runtime, tx: Tx, shopId: number, reservationIds: readonly number[]): Promise<void> {
  const inventoryItemGids = await reopenReservations(tx, reservationIds);
  if (inventoryItemGids.length === 0) return;
  const now = rt.clock.now();
  await wakeChannels(rt, tx, await markStale(tx, shopId, { inventoryItemGids }, { decreasing: true, now }));
}

async function holdUnits(rt: Runtime, shop: Shop, hold: HoldToMove, lease: Lease): Promise<void> {
  if (hold.askedAt < addMs(rt.clock.now(), -KEY_KEPT_MS)) return lose(rt, hold, lease);
  const moved = await move(rt, shop, hold, "reserved");
  await storeUnder(rt.db, lease, async (tx) => {
    if (moved.ok && moved.value !== "failed-before") {
      await recordUnitsHeld(tx, hold.id, moved.value.movedAt);
      if (hold.problem) await resolveRefusals(rt, tx, hold.shopId);
      return note(rt, tx, hold, "done", `${units(hold)} held in Shopify until it is paid`);
    }
    if (moved.ok || moved.failure.kind !== "rejected") return postpone(rt, tx, hold, moved.ok ? null : moved.failure);
    const { message: problem } = moved.failure;
    await recordHoldRefused(tx, hold.id, { problem, retryAt: refusedUntil(rt, hold) });
    if (hold.problem === problem) return;
    const why = `Shopify would not reserve ${units(hold)}: ${problem}. Marketplaces do not sell them, but your own shop may. It is tried again by itself.`;
    await note(rt, tx, hold, "rejected", why);
  });
}

async function releaseUnits(rt: Runtime, shop: Shop, hold: HoldToMove, lease: Lease): Promise<void> {
  const now = rt.clock.now();
  if (hold.state === "held") {
    const keeping = hold.needed;
    if (!(await storeUnder(rt.db, lease, (tx) => recordReleasing(tx, hold.id, keeping, now)))) return;
    hold = { ...hold, state: "releasing", keeping, attempt: 0, askedAt: now };
  }
  if (hold.askedAt < addMs(now, -KEY_KEPT_MS)) return lose(rt, hold, lease);
  const moved = await move(rt, shop, hold, "available");
  await storeUnder(rt.db, lease, async (tx) => {
    if (!moved.ok && moved.failure.kind === "rejected") return afterRefusedRelease(rt, tx, hold, moved.failure);
    if (!moved.ok || moved.value === "failed-before") return postpone(rt, tx, hold, moved.ok ? null : moved.failure);
    await recordReleased(rt, tx, hold, null);
    await resolveAlert(tx, hold.shopId, alertKey(hold), now);
    if (hold.problem) await resolveRefusals(rt, tx, hold.shopId);
    await note(rt, tx, hold, "done", `${units(hold)} no longer held in Shopify`);
  });
}

async function recordReleased(rt: Runtime, tx: Tx, hold: HoldToMove, problem: string | null): Promise<void> {
  // Its location may have opened again meanwhile, and the units been counted as held.
  if (await recordUnitsReleased(tx, hold, problem)) await holdHereAgain(rt, tx, hold.shopId, [hold.reservationId]);
  await voidHeldReservation(tx, hold.reservationId, rt.clock.now());
}

/** It may be taken later: the item may be stocked there again. Until the merchant has seen to it by hand. */
async function afterRefusedRelease(
  rt: Runtime,
  tx: Tx,
  hold: HoldToMove,
  { code, message: refused }: Extract<Failure, { kind: "rejected" }>,
): Promise<void> {
  const areGone = code === TOO_FEW;
  if (areGone || (await wasClosedByHand(tx, hold.shopId, alertKey(hold)))) {
    await recordReleased(rt, tx, hold, refused);
    if (areGone)
      await askToLook(rt, tx, hold, "rejected", `Shopify would not move ${units(hold)} back to available: ${refused}.`);
    return;
  }
  await postponeHold(tx, hold.id, { retryAt: refusedUntil(rt, hold), problem: refused, failedForCertain: true });
  if (hold.problem === refused) return;
  await askToLook(
    rt,
    tx,
    hold,
    "rejected",
    `Shopify would not move ${units(hold)} back to available: ${refused}. It is tried again by itself.`,
  );
}

const refusedUntil = (rt: Runtime, hold: HoldToMove): Date => addMs(rt.clock.now(), backoffMs(hold.attempt + 1));

function move(rt: Runtime, shop: Shop, hold: HoldToMove, to: "reserved" | "available") {
  return moveUnits(rt.admin(shop.domain), {
    to,
    ...hold,
    quantity: unitsMoved(hold),
    ledgerUri: `lockstep://orders/${hold.orderId}/holds/${hold.id}`,
    // A part that is moved back and the rest later are two moves.
    idempotencyKey: `stock-hold:${hold.id}:${hold.keeping > 0 ? `${to}-all-but-${hold.keeping}` : to}:${hold.attempt}`,
  });
}

/** Asked again with the same key, unless Shopify says that the try with it failed; the longer that lasts, the rarer. */
async function postpone(rt: Runtime, tx: Tx, hold: HoldToMove, failure: Failure | null): Promise<void> {
  const verdict = failure && decideRetry(failure, 1);
  const lastsMs = rt.clock.now().getTime() - hold.askedAt.getTime();
  if (failure) await tellOfRefusal(rt, tx, hold.shopId, failure);
  const delayMs =
    verdict && "delayMs" in verdict
      ? Math.max(RETRY_MS_MIN, verdict.delayMs, Math.min(RETRY_MS_MAX, lastsMs / 4))
      : NO_ACCESS_MS;
  await postponeHold(tx, hold.id, {
    retryAt: addMs(rt.clock.now(), failure ? delayMs : RETRY_MS_MIN),
    problem: failure?.message ?? "An earlier try failed",
    failedForCertain: failure === null,
  });
}

const NO_ACCESS_MS = 60_000;

/** Whether it was done is not known, and can't be asked for again without doing it twice. */
async function lose(rt: Runtime, hold: HoldToMove, lease: Lease): Promise<void> {
  const where = hold.state === "holding" ? "reserved" : "moved back to available";
  const what = `For a day Shopify did not say whether ${units(hold)} were ${where}.`;
  await storeUnder(rt.db, lease, async (tx) => {
    if (hold.state === "holding") await recordHoldRefused(tx, hold.id, { problem: what, retryAt: null });
    else await recordReleased(rt, tx, hold, what);
    await askToLook(rt, tx, hold, "unclear", what);
  });
}

async function askToLook(
  rt: Runtime,
  tx: Tx,
  hold: HoldToMove,
  outcome: "rejected" | "unclear",
  what: string,
): Promise<void> {
  const message = `${what} Look at the product's inventory in Shopify: what is still reserved there for this order can be moved back to available. Then choose Done.`;
  await note(rt, tx, hold, outcome, message);
  await raiseAlert(
    tx,
    {
      shopId: hold.shopId,
      channelId: hold.channelId,
      key: alertKey(hold),
      endsByHand: true,
      severity: "warning",
      title: `Check the reserved units of order ${hold.displayName}`,
      message,
      action: `/app/orders/${hold.orderId}`,
    },
    rt.clock.now(),
  );
}

const alertKey = ({ id }: HoldToMove): AlertKey => `stock-hold:${id}`;

const unitsMoved = (hold: HoldToMove): number =>
  hold.state === "releasing" ? hold.quantity - hold.keeping : hold.quantity;

const units = (hold: HoldToMove): string => sayUnits(unitsMoved(hold));

function note(
  rt: Runtime,
  tx: Tx,
  { shopId, channelId, orderId, displayName }: HoldToMove,
  outcome: "done" | "rejected" | "unclear",
  message: string,
): Promise<void> {
  const now = rt.clock.now();
  return recordAttempt(tx, {
    shopId,
    channelId,
    kind: "hold-stock",
    orderId,
    outcome,
    message: `Order ${displayName}: ${message}`,
    startedAt: now,
    finishedAt: now,
  });
}
