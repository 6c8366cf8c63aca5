/** The door of each action that a plan may not have. */

import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { addMs } from "../clock.ts";
import type { Db, Tx } from "../db.server.ts";
import { type Entitlements, entitlements, type Feature, mayRaise, mayUse, sayRefused } from "../plans/entitlements.ts";
import { factsOf, isInGap } from "../plans/plan-state.ts";
import { findPlan, gapOf } from "../plans/plans.ts";
import type { Runtime } from "../runtime.ts";

/** What was said longer ago is asked anew, by the way. */
const STALE_AFTER_MS = 10 * 60_000;

/** What the shop may do, by what was last confirmed: nobody waits for Shopify. */
export async function readEntitlements(rt: Runtime, db: Db | Tx, shopId: number): Promise<Entitlements> {
  if (!rt.billing) return entitlements(null, false);
  const plan = await findPlan(db, shopId);
  const { askedAt = null } = plan ?? {};
  if (askedAt === null || askedAt <= addMs(rt.clock.now(), -STALE_AFTER_MS)) rt.queue.nudge("check-plan", { shopId });
  return entitlements(plan && factsOf(plan), true);
}

/** Why the shop may not do it, for the merchant; null: it may. */
export async function refusalByPlan(
  rt: Runtime,
  db: Db | Tx,
  shopId: number,
  feature: Feature,
): Promise<string | null> {
  return mayUse(await readEntitlements(rt, db, shopId), feature) ? null : sayRefused(feature);
}

/** Whether numbers may go up there, for whoever lets them. */
export async function mayNumbersRise(rt: Runtime, db: Db | Tx, shopId: number): Promise<boolean> {
  return mayRaise(await readEntitlements(rt, db, shopId));
}

/**
 * Orders that were sold while the plan had no order import wait for the merchant, who may have entered them by hand: an order
 * that is in Shopify twice takes its stock twice, and is sent twice.
 */
export async function holdWhatWasMissed(rt: Runtime, shopId: number): Promise<(order: RemoteOrder) => RemoteOrder> {
  const plan = await findPlan(rt.db, shopId);
  const gap = plan && gapOf(plan);
  return (order) =>
    order.holdBecause === null && isInGap(gap, order.soldAt) ? { ...order, holdBecause: MISSED } : order;
}

const MISSED = "It was sold while your plan had no order import, so it may be in Shopify already, entered by hand.";

/** A merchant looks: what they may do is looked at with them, in the background. */
export async function lookAtPlan(rt: Runtime, { shopId, isNews }: { shopId: number; isNews: boolean }): Promise<void> {
  if (!rt.billing) return;
  if (isNews) rt.queue.nudge("check-plan", { shopId });
  else await readEntitlements(rt, rt.db, shopId);
}
