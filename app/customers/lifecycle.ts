/** Where a customer stands: by when they bought, and by the merchant's two numbers of days. Pure. */
import { z } from "zod";
import { addMs } from "../clock.ts";

export const LIFECYCLE_STAGES = ["new", "active", "at-risk", "lapsed", "won-back"] as const;
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

export function isLifecycleStage(text: string): text is LifecycleStage {
  return LIFECYCLE_STAGES.some((stage) => stage === text);
}

export interface LifecycleRules {
  /** So many days after the last purchase somebody is at risk. */
  atRiskDays: number;
  /** So many days after it they have lapsed; who buys again after so long is won back. */
  lapsedDays: number;
}

export const DEFAULT_RULES: LifecycleRules = { atRiskDays: 90, lapsedDays: 180 };

const DAYS_MAX = 3_650;
const days = z.number().int().min(1).max(DAYS_MAX);

export const lifecycleRulesSchema = z
  .object({ atRiskDays: days, lapsedDays: days })
  .refine((rules) => rules.lapsedDays > rules.atRiskDays, {
    path: ["lapsedDays"],
    message: "More days than until they are at risk.",
  });

/** As a shop keeps them; the default where it keeps none. */
export function rulesOf(stored: unknown): LifecycleRules {
  return lifecycleRulesSchema.catch(DEFAULT_RULES).parse(stored);
}

/** Purchases that were paid and not cancelled. */
export interface Purchases {
  /** On marketplaces. */
  orders: number;
  lastAt: Date | null;
  /** The one before the last. */
  previousAt: Date | null;
  /** In the shop itself, as far as Shopify has said. */
  shopOrders: number;
  shopLastAt: Date | null;
}

export interface Standing {
  stage: LifecycleStage;
  /** When it becomes another if nothing is bought; null: it stays. */
  until: Date | null;
}

const DAY_MS = 24 * 60 * 60_000;

/** Null: nothing was bought on a marketplace, so it is no customer of a channel. */
export function standingOf(purchases: Purchases, rules: LifecycleRules, now: Date): Standing | null {
  if (purchases.orders === 0 || !purchases.lastAt) return null;
  const { lastAt, previousAt, isOnly } = lastTwo(purchases, purchases.lastAt);
  const atRiskAt = addMs(lastAt, rules.atRiskDays * DAY_MS);
  const lapsesAt = addMs(lastAt, rules.lapsedDays * DAY_MS);
  if (now >= lapsesAt) return { stage: "lapsed", until: null };
  if (now >= atRiskAt) return { stage: "at-risk", until: lapsesAt };
  const isBack = previousAt !== null && lastAt >= addMs(previousAt, rules.lapsedDays * DAY_MS);
  return { stage: isBack ? "won-back" : isOnly ? "new" : "active", until: atRiskAt };
}

/** `previousAt` null: there was none before, or when it was is not known. */
function lastTwo({ orders, previousAt, shopOrders, shopLastAt }: Purchases, marketLastAt: Date) {
  const isOnly = orders + shopOrders === 1;
  if (shopLastAt === null) return { lastAt: marketLastAt, previousAt: shopOrders > 0 ? null : previousAt, isOnly };
  if (shopLastAt <= marketLastAt) {
    const before = previousAt === null || shopLastAt > previousAt ? shopLastAt : previousAt;
    return { lastAt: marketLastAt, previousAt: before, isOnly };
  }
  // Of the shop's orders only the last is known by its time: another may have come after what was bought elsewhere.
  return { lastAt: shopLastAt, previousAt: shopOrders === 1 ? marketLastAt : null, isOnly };
}
