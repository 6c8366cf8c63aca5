/**
 * Times one SKU through its channels: a unit is moved from available to reserved in Shopify, as for an unpaid order, its way
 * to each marketplace is watched, and it is moved back. Every number only goes down meanwhile. What is about to be done is
 * written before Shopify is asked, each move has a key by which Shopify does it once, and the tick takes up whatever a worker
 * left: a unit that was taken is put back.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert, wasClosedByHand } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { lockVariantOfShop } from "../catalogue/catalogue.ts";
import type { Actor } from "../changes/changes.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { watchVariants } from "../inventory/stock-watch.ts";
import { UNITS_TAKEN } from "../latency-checks/check-plan.ts";
import {
  type CheckWithListings,
  findCheck,
  openCheck,
  postponeMove,
  recordAsked,
  recordEnded,
  recordTaken,
} from "../latency-checks/latency-checks.ts";
import { type Lease, storeUnder, underLease } from "../leases/leases.ts";
import type { Runtime } from "../runtime.ts";
import { moveUnits, TOO_FEW } from "../shopify/levels.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { backoffMs, decideRetry } from "../tasks/retry.ts";
import { readCheckPlan } from "../views/latency-check-facts.ts";
import { refusalByPlan } from "./plan-gate.ts";
import { endLatencyReminder } from "./remind-of-latency.ts";
import { type Reply, refuse } from "./reply.ts";
import { tellOfRefusal } from "./tell-of-refusal.ts";
import { watchCheck } from "./watch-latency-check.ts";

/** Shopify keeps a key for a day. Later the same move would be done again. */
const KEY_KEPT_MS = 20 * 60 * 60_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 5 * 60_000;
const NO_ACCESS_MS = 60_000;
/** Mostly all is over by then. What is not is looked at by the tick, and keeps no worker. */
const TURN_MS_MAX = 15_000;
const LOOK_EVERY_MS = 250;

/** `approved`: listings whose number goes down, as the merchant was shown. */
export function startLatencyCheck(
  rt: Runtime,
  { shopId, variantId, approved, actor = null }: { shopId: number; variantId: number; approved: number; actor?: Actor },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const byPlan = await refusalByPlan(rt, tx, shopId, "stock");
    if (byPlan !== null) return refuse(byPlan);
    // Whoever holds it at this moment waits, or comes first.
    const variant = await lockVariantOfShop(tx, shopId, variantId);
    const found = variant && (await readCheckPlan(rt, tx, shopId, variantId));
    if (!found) return refuse("This SKU is not known any more. Choose another.");
    const { plan, inventoryItemGid, name } = found;
    if (!plan.ok) return refuse(plan.why);
    if (plan.timed.length > approved)
      return refuse("More listings would change now than you were shown. Look again, then start it.");
    const now = rt.clock.now();
    const of = { shopId, variantId, inventoryItemGid, locationGid: plan.place.gid, actor };
    const checkId = await openCheck(tx, of, plan.timed, now);
    if (checkId === null) return refuse("Another check is under way. Wait until it has ended.");
    await rt.queue.send(tx, "check-latency", { checkId });
    await recordAttempt(tx, {
      ...{ shopId, variantId, actor, kind: "latency-check", outcome: "done" },
      message: `${name}: a latency check was begun on ${listings(plan.timed.length)}. One unit at ${plan.place.name} is away until it ends.`,
      ...{ startedAt: now, finishedAt: now },
    });
    return { ok: true };
  });
}

const listings = (count: number): string => (count === 1 ? "1 listing" : `${count} listings`);

export async function checkLatency(rt: Runtime, { checkId }: { checkId: number }): Promise<void> {
  await underLease(rt, { name: `latency-check:${checkId}`, holder: rt.workerId }, async (lease) => {
    const endsAt = addMs(rt.clock.now(), TURN_MS_MAX);
    while (rt.clock.now() < endsAt) {
      const check = await findCheck(rt.db, checkId);
      const shop = check && (await findShop(rt.db, { id: check.shopId }));
      if (!shop || shop.uninstalledAt) return;
      if (check.state === "taking" && !(await takeUnit(rt, shop, check, lease))) return;
      if (check.state === "watching") {
        const step = await watchCheck(rt, check, lease);
        if (step === "lease lost") return;
        if (step === "watch") await rt.clock.sleep(LOOK_EVERY_MS);
      }
      if (check.state === "returning") await returnUnit(rt, shop, check, lease);
      if (check.state === "returning" || check.state === "ended") return;
    }
  });
}

/** True: it was taken, and is to be watched. */
async function takeUnit(rt: Runtime, shop: Shop, check: CheckWithListings, lease: Lease): Promise<boolean> {
  const now = rt.clock.now();
  if (check.askedAt < addMs(now, -KEY_KEPT_MS)) {
    await loseUnit(rt, check, lease);
    return false;
  }
  if (!(await storeUnder(rt.db, lease, (tx) => recordAsked(tx, check.id, addMs(now, RETRY_MS_MIN))))) return false;
  const moved = await moveUnit(rt, shop, check, "reserved");
  return storeUnder(rt.db, lease, async (tx) => {
    if (moved.ok && moved.value !== "failed-before") {
      const { movedAt } = moved.value;
      // A later answer may be about the first try: then Shopify's own second is all that is known.
      const changedAt = check.asks === 0 ? now : movedAt;
      await recordTaken(tx, check.id, { changedAt, movedAt, lookAt: rt.clock.now() });
      return true;
    }
    if (moved.ok || moved.failure.kind !== "rejected") {
      await postponeUnit(rt, tx, check, moved.ok ? null : moved.failure);
      return false;
    }
    const problem = `Shopify would not take the unit aside: ${moved.failure.message}. Nothing was changed.`;
    await endCheck(rt, tx, check, { returnedAt: null, problem, outcome: "rejected" });
    return false;
  });
}

async function returnUnit(rt: Runtime, shop: Shop, check: CheckWithListings, lease: Lease): Promise<void> {
  if (check.askedAt < addMs(rt.clock.now(), -KEY_KEPT_MS)) return loseUnit(rt, check, lease);
  const moved = await moveUnit(rt, shop, check, "available");
  await storeUnder(rt.db, lease, async (tx) => {
    const now = rt.clock.now();
    if (!moved.ok && moved.failure.kind === "rejected") return afterRefusedReturn(rt, tx, check, moved.failure);
    if (!moved.ok || moved.value === "failed-before")
      return postponeUnit(rt, tx, check, moved.ok ? null : moved.failure);
    await resolveAlert(tx, check.shopId, alertKey(check), now);
    await endCheck(rt, tx, check, { returnedAt: now, problem: check.problem, outcome: "done" });
  });
}

function moveUnit(rt: Runtime, shop: Shop, check: CheckWithListings, to: "reserved" | "available") {
  return moveUnits(rt.admin(shop.domain), {
    to,
    inventoryItemGid: check.inventoryItemGid,
    locationGid: check.locationGid,
    quantity: UNITS_TAKEN,
    ledgerUri: `lockstep://latency-checks/${check.id}`,
    idempotencyKey: `latency-check:${check.id}:${to}:${check.attempt}`,
  });
}

async function endCheck(
  rt: Runtime,
  tx: Tx,
  check: CheckWithListings,
  end: { returnedAt: Date | null; problem: string | null; outcome: "done" | "rejected" | "unclear" },
): Promise<void> {
  const { id, shopId, variantId } = check;
  const now = rt.clock.now();
  await recordEnded(tx, id, end, now);
  await endLatencyReminder(tx, shopId, now);
  // While the unit was away, its stock was not looked at as it is.
  await watchVariants(tx, shopId, [variantId]);
  const back = end.returnedAt ? "Its unit is back." : "";
  await recordAttempt(tx, {
    ...{ shopId, variantId, kind: "latency-check", outcome: end.outcome },
    message: `${await nameOf(tx, variantId)}: the latency check has ended. ${[back, end.problem ?? ""].join(" ").trim()}`,
    ...{ startedAt: check.startedAt, finishedAt: now },
  });
}

async function nameOf(tx: Tx, variantId: number): Promise<string> {
  const { sku, productTitle } = await tx.variant.findUniqueOrThrow({ where: { id: variantId } });
  return sku ?? productTitle;
}

/** Asked again with the same key, unless Shopify says that the try with it failed; the longer that lasts, the rarer. */
async function postponeUnit(rt: Runtime, tx: Tx, check: CheckWithListings, failure: Failure | null): Promise<void> {
  const now = rt.clock.now();
  if (failure) await tellOfRefusal(rt, tx, check.shopId, failure);
  const verdict = failure && decideRetry(failure, 1);
  const lastsMs = now.getTime() - check.askedAt.getTime();
  const delayMs =
    verdict && "delayMs" in verdict
      ? Math.max(RETRY_MS_MIN, verdict.delayMs, Math.min(RETRY_MS_MAX, lastsMs / 4))
      : NO_ACCESS_MS;
  const lookAt = addMs(now, failure ? delayMs : RETRY_MS_MIN);
  await postponeMove(tx, check.id, { lookAt, failedForCertain: failure === null });
}

/** It may be taken later, until the merchant has seen to it by hand. Where nothing is reserved any more, somebody has. */
async function afterRefusedReturn(
  rt: Runtime,
  tx: Tx,
  check: CheckWithListings,
  { code, message }: Extract<Failure, { kind: "rejected" }>,
): Promise<void> {
  const refused = `Shopify would not move its unit back to available: ${message}.`;
  const end = { returnedAt: null, problem: refused, outcome: "rejected" } as const;
  if (await wasClosedByHand(tx, check.shopId, alertKey(check))) return endCheck(rt, tx, check, end);
  await askToLook(rt, tx, check, code === TOO_FEW ? refused : `${refused} It is tried again by itself.`);
  if (code === TOO_FEW) return endCheck(rt, tx, check, end);
  const lookAt = addMs(rt.clock.now(), backoffMs(check.attempt + 1));
  await postponeMove(tx, check.id, { lookAt, failedForCertain: true });
}

/** Whether it was done is not known, and can't be asked for again without doing it twice. */
async function loseUnit(rt: Runtime, check: CheckWithListings, lease: Lease): Promise<void> {
  const where = check.state === "taking" ? "taken aside" : "moved back to available";
  const problem = `For a day Shopify did not say whether the unit of this check was ${where}.`;
  await storeUnder(rt.db, lease, async (tx) => {
    await askToLook(rt, tx, check, problem);
    await endCheck(rt, tx, check, { returnedAt: null, problem, outcome: "unclear" });
  });
}

async function askToLook(rt: Runtime, tx: Tx, check: CheckWithListings, what: string): Promise<void> {
  const { shopId, variantId } = check;
  await raiseAlert(
    tx,
    {
      shopId,
      key: alertKey(check),
      endsByHand: true,
      severity: "warning",
      title: `Check a reserved unit of ${await nameOf(tx, variantId)}`,
      message: `${what} A latency check had put it aside. Look at the product’s inventory in Shopify: if one unit is still reserved for it there, move it back to available. Then choose Done.`,
      action: `/app/skus/${variantId}`,
    },
    rt.clock.now(),
  );
}

const alertKey = ({ id }: CheckWithListings): AlertKey => `check-unit:${id}`;
