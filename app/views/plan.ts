/** Read model of the plan page, and of what every screen says that the plan does not have. */
import { NO_TERMS, type PlanTerms } from "../plans/answers.ts";
import {
  type Entitlements,
  entitlements,
  FEATURE_NAMES,
  FEATURES,
  type Feature,
  type Gate,
  gateOf,
  PLAN_LABELS,
  PLANS,
  type PlanName,
  planHas,
} from "../plans/entitlements.ts";
import {
  endOf,
  factsOf,
  takeAnswer,
  termsOf,
  type WhenStockEnds,
  WIND_DOWN_DAYS,
  whenStockEndsOf,
} from "../plans/plan-state.ts";
import type { Runtime } from "../runtime.ts";

export interface PlanView {
  /** Null: Shopify has not said yet. */
  plan: { name: PlanName; label: string } | null;
  confirmedAt: string | null;
  askedAt: string | null;
  /** Why the latest answer did not count. */
  unclear: string | null;
  goesOn: PlanGoesOn;
  /** Stock sync ends, or ended, then. */
  stockEndsAt: string | null;
  hasStockEnded: boolean;
  /** When it would end if the plan was cancelled now. */
  wouldEndAt: string;
  whenStockEnds: WhenStockEnds;
  windDownDays: number;
  plans: { name: PlanName; label: string; before: string | null; features: { label: string; does: string }[] }[];
  /** Shopify's page, for the top window. */
  pricingUrl: string;
}

/** How the plan goes on, as Shopify last said. What is over is not among it. */
export interface PlanGoesOn {
  trialEndsAt: string | null;
  /** Until then it is paid for. */
  paidUntil: string | null;
  /** What comes after this plan; null: the same again. `at` null: Shopify does not say when. */
  next: { label: string; at: string | null; hasStock: boolean; isCancelled: boolean } | null;
}

/** Null: no plans are sold here. */
export async function readPlan(
  rt: Pick<Runtime, "db" | "billing" | "clock">,
  shop: { id: number; domain: string },
): Promise<PlanView | null> {
  if (!rt.billing) return null;
  const row = await rt.db.shopPlan.findUnique({ where: { shopId: shop.id } });
  const plan = row && factsOf(row).plan;
  const none = { plan: null, stockEndsAt: null, stockEndedAt: null };
  const { facts } = takeAnswer(none, { kind: "none" }, true, rt.clock.now());
  return {
    plan: plan && { name: plan, label: PLAN_LABELS[plan] },
    confirmedAt: row?.confirmedAt?.toISOString() ?? null,
    askedAt: row?.askedAt?.toISOString() ?? null,
    unclear: row?.unclear ?? null,
    goesOn: goesOn(row ? termsOf(row) : NO_TERMS, rt.clock.now()),
    stockEndsAt: row?.stockEndsAt?.toISOString() ?? null,
    hasStockEnded: (row?.stockEndedAt ?? null) !== null,
    wouldEndAt: (facts.stockEndsAt ?? rt.clock.now()).toISOString(),
    whenStockEnds: row ? whenStockEndsOf(row) : "leave",
    windDownDays: WIND_DOWN_DAYS,
    plans: PLANS.map((name, index) => ({
      name,
      label: PLAN_LABELS[name],
      before: index > 0 ? PLAN_LABELS[PLANS[index - 1] ?? "free"] : null,
      features: FEATURE_NAMES.filter((feature) => FEATURES[feature].from === name).map((feature) => {
        const { label, does } = FEATURES[feature];
        return { label, does };
      }),
    })),
    pricingUrl: rt.billing.pricingUrl(shop.domain),
  };
}

function goesOn(terms: PlanTerms, now: Date): PlanGoesOn {
  const ahead = (at: Date | null): string | null => (at && at > now ? at.toISOString() : null);
  const plan = terms.isEnding ? "free" : terms.nextPlan;
  return {
    trialEndsAt: ahead(terms.trialEndsAt),
    paidUntil: ahead(terms.cycleEndsAt),
    next: plan && {
      label: PLAN_LABELS[plan],
      at: ahead(endOf(terms)),
      hasStock: planHas(plan, "stock"),
      isCancelled: terms.isEnding,
    },
  };
}

export async function readEntitlementsOf(rt: Pick<Runtime, "db" | "billing">, shopId: number): Promise<Entitlements> {
  if (!rt.billing) return entitlements(null, false);
  const row = await rt.db.shopPlan.findUnique({ where: { shopId } });
  return entitlements(row && factsOf(row), true);
}

/** What the shop may not use, in words for each. */
export async function readGates(rt: Pick<Runtime, "db" | "billing">, shopId: number): Promise<Gate[]> {
  const its = await readEntitlementsOf(rt, shopId);
  return FEATURE_NAMES.flatMap((feature: Feature) => gateOf(its, feature) ?? []);
}
