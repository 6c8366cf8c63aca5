/** What an answer, or time, does to what is known of a shop's plan. Pure. */
import { addMs } from "../clock.ts";
import type { ShopPlan } from "../generated/prisma/client.ts";
import { NO_TERMS, type PlanAnswer, type PlanTerms } from "./answers.ts";
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

/** Of the row. */
export function termsOf({ trialEndsAt, cycleEndsAt, isEnding, nextPlan }: ShopPlan): PlanTerms {
  return { trialEndsAt, cycleEndsAt, isEnding, nextPlan: parsePlan(nextPlan) };
}

/** Null: the answer does not count, and what was said before holds. */
export function termsBy(answer: PlanAnswer): PlanTerms | null {
  if (answer.kind === "unclear") return null;
  return answer.kind === "plan" ? answer.terms : NO_TERMS;
}

/** When the plan ends as it is: the trial first, and then what is paid for. Null: Shopify does not say. */
export function endOf({ trialEndsAt, cycleEndsAt }: PlanTerms): Date | null {
  return trialEndsAt ?? cycleEndsAt;
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
  { unclear, isZeroing, terms }: { unclear: boolean; isZeroing: boolean; terms: PlanTerms },
  now: Date,
): Date {
  if (isZeroing) return addMs(now, ASK_SOON_MS);
  const next = addMs(now, unclear ? ASK_SOONER_MS : ASK_AGAIN_MS);
  const isAnother = terms.isEnding || terms.nextPlan !== null || terms.trialEndsAt !== null;
  const planEndsAt = isAnother ? endOf(terms) : null;
  const own = [stockEndedAt ? null : stockEndsAt, planEndsAt && planEndsAt > now ? planEndsAt : null];
  return own.reduce<Date>((first, one) => (one && one < first ? one : first), next);
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
