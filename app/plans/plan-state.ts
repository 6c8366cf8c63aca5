/** What an answer, or time, does to what is known of a shop's plan. Pure. */
import { addMs } from "../clock.ts";
import type { ShopPlan } from "../generated/prisma/client.ts";
import type { PlanAnswer } from "./answers.ts";
import { type PlanFacts, type PlanName, parsePlan, planHas } from "./entitlements.ts";

const DAY_MS = 24 * 60 * 60_000;
/** So long quantities go down yet, and orders come in, after the plan with stock sync has ended. */
export const WIND_DOWN_DAYS = 7;
/** Nobody has to look for it: cancellations are not told. */
const ASK_AGAIN_MS = DAY_MS;
/** After an answer that did not count. */
const ASK_SOONER_MS = 60 * 60_000;
/** While something is under way. */
const ASK_SOON_MS = 5 * 60_000;

export const WHEN_STOCK_ENDS = ["leave", "zero"] as const;
export type WhenStockEnds = (typeof WHEN_STOCK_ENDS)[number];

/** Of the row. */
export function factsOf({ plan, stockEndsAt, stockEndedAt }: ShopPlan): PlanFacts {
  return { plan: parsePlan(plan), stockEndsAt, stockEndedAt };
}

export function whenStockEndsOf({ whenStockEnds }: ShopPlan): WhenStockEnds {
  return whenStockEnds === "zero" ? "zero" : "leave";
}

export interface PlanChange {
  facts: PlanFacts;
  /** Null: nothing begins or ends with it. */
  event: "lowered" | "resumed" | null;
}

/** `isPushing`: whether any channel of the shop is pushed to; where none is, nothing winds down. */
export function takeAnswer(held: PlanFacts, answer: PlanAnswer, isPushing: boolean, now: Date): PlanChange {
  if (answer.kind === "unclear") return { facts: held, event: null };
  const plan: PlanName = answer.kind === "none" ? "free" : answer.plan;
  if (planHas(plan, "stock")) return { facts: { plan, stockEndsAt: null, stockEndedAt: null }, event: "resumed" };
  if (held.stockEndsAt) return { facts: { ...held, plan }, event: null };
  if (!isPushing) return { facts: { plan, stockEndsAt: null, stockEndedAt: null }, event: null };
  const stockEndsAt = addMs(now, WIND_DOWN_DAYS * DAY_MS);
  return { facts: { plan, stockEndsAt, stockEndedAt: null }, event: "lowered" };
}

export function isEnding({ stockEndsAt, stockEndedAt }: PlanFacts, now: Date): boolean {
  return stockEndsAt !== null && stockEndedAt === null && stockEndsAt <= now;
}

/** When Shopify is asked next, without anybody looking. `isZeroing`: listings are on their way to 0. */
export function nextAsk(
  { stockEndsAt, stockEndedAt }: PlanFacts,
  { unclear, isZeroing }: { unclear: boolean; isZeroing: boolean },
  now: Date,
): Date {
  if (isZeroing) return addMs(now, ASK_SOON_MS);
  const next = addMs(now, unclear ? ASK_SOONER_MS : ASK_AGAIN_MS);
  return stockEndsAt && !stockEndedAt && stockEndsAt < next ? stockEndsAt : next;
}

/** When the plan kept orders out, last; `to` null: it does. */
export interface OrderGap {
  from: Date;
  to: Date | null;
}

export function nextOrderGap(gap: OrderGap | null, had: boolean, has: boolean, now: Date): OrderGap | null {
  if (had && !has) return { from: now, to: null };
  return has && gap && gap.to === null ? { ...gap, to: now } : gap;
}

/** Whether an order was sold while none came in, so that somebody may have entered it by hand. */
export function isInGap(gap: OrderGap | null, soldAt: Date): boolean {
  return gap !== null && soldAt >= gap.from && (gap.to === null || soldAt <= gap.to);
}
