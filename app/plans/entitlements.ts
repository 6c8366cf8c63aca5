/**
 * What a shop's plan lets it do. Pure, and the one answer to "may this shop do that": asked by every action that a plan may
 * not have, and by every screen that shows it.
 */

/** From the least to the most: a plan has all that the ones before it have. */
export const PLANS = ["free", "starter", "pro", "agency", "enterprise"] as const;
export type PlanName = (typeof PLANS)[number];

export const PLAN_LABELS: Record<PlanName, string> = {
  free: "Free",
  starter: "Starter",
  pro: "Pro",
  agency: "Agency",
  enterprise: "Enterprise",
};

interface FeatureFacts {
  /** The first plan that has it. */
  from: PlanName;
  /** As a heading says it. */
  label: string;
  /** "Buffers are part of the Pro plan." */
  verb: "is" | "are";
  /** What it does, after its name: "Stock sync: quantities ...". */
  does: string;
  /** What becomes of it below that plan, for the merchant. */
  below: string;
}

export const FEATURES = {
  stock: {
    from: "starter",
    label: "Stock sync",
    does: "quantities on every marketplace follow Shopify",
    verb: "is",
    below: "Below it no quantity on a marketplace is changed.",
  },
  price: {
    from: "starter",
    label: "Price sync",
    does: "comes with a later version; Lockstep changes no prices yet",
    verb: "is",
    below: "Lockstep does not change prices on marketplaces yet, on any plan.",
  },
  orders: {
    from: "starter",
    label: "Order import",
    does: "each marketplace order becomes a Shopify order, and is told when it ships",
    verb: "is",
    below: "Orders that are in Lockstep already are carried through. New ones stay on their marketplace.",
  },
  customers: {
    from: "starter",
    label: "Customer matching",
    does: "a buyer is one person across Shopify and all marketplaces",
    verb: "is",
    below: "What was matched is kept, and is here again with the plan.",
  },
  conflicts: {
    from: "starter",
    label: "Conflict rules",
    does: "what becomes of an order that was sold too late",
    verb: "are",
    below: "What is chosen stays chosen. An order that was sold too late is never lost: it is under Orders.",
  },
  buffers: {
    from: "pro",
    label: "Buffers, thresholds and caps",
    does: "units that a channel or a listing keeps back",
    verb: "are",
    below: "Those that are set stay as they are and go on working.",
  },
  routing: {
    from: "agency",
    label: "Choosing locations for each channel",
    does: "whose stock each marketplace may sell",
    verb: "is",
    below: "What is chosen stays as it is and goes on working.",
  },
} as const satisfies Record<string, FeatureFacts>;

export type Feature = keyof typeof FEATURES;
export const FEATURE_NAMES = Object.keys(FEATURES) as Feature[];

/** The brake's reason on channels that stand still because the plan has no stock sync. */
export const PLAN_ENDED = "Your plan has no stock sync";

/** What is known of a shop's plan. */
export interface PlanFacts {
  /** As last confirmed; null: never, and no answer is no reason to take anything away. */
  plan: PlanName | null;
  /** Stock sync is not in the plan any more, and winds down until then; null: it does not. */
  stockEndsAt: Date | null;
  /** When it had wound down. */
  stockEndedAt: Date | null;
}

export interface Entitlements {
  /** Null: no plan limits this shop. */
  plan: PlanName | null;
  /** The plan has no stock sync, but what it needs goes on until it has wound down. */
  isWindingDown: boolean;
}

/** `isBilled`: whether plans are sold here at all. */
export function entitlements(facts: PlanFacts | null, isBilled: boolean): Entitlements {
  if (!isBilled || !facts) return { plan: null, isWindingDown: false };
  const { plan, stockEndsAt, stockEndedAt } = facts;
  return { plan, isWindingDown: stockEndsAt !== null && stockEndedAt === null };
}

export function planHas(plan: PlanName, feature: Feature): boolean {
  return PLANS.indexOf(plan) >= PLANS.indexOf(FEATURES[feature].from);
}

/** While stock sync winds down all goes on that came with it: what is lowered is lowered by orders, and orders have buyers. */
export function mayUse({ plan, isWindingDown }: Entitlements, feature: Feature): boolean {
  if (plan === null || planHas(plan, feature)) return true;
  return isWindingDown && FEATURES[feature].from === FEATURES.stock.from;
}

/** Numbers may go up, and a further channel may begin. */
export function mayRaise({ plan }: Entitlements): boolean {
  return plan === null || planHas(plan, "stock");
}

/** What a screen says of what the plan does not have. */
export interface Gate {
  feature: Feature;
  title: string;
  text: string;
}

/** Null: the shop may use it. */
export function gateOf(its: Entitlements, feature: Feature): Gate | null {
  return mayUse(its, feature) ? null : gateFor(feature);
}

export function gateFor(feature: Feature): Gate {
  const { label, verb, from, below } = FEATURES[feature];
  return { feature, title: `${label} ${verb} part of the ${PLAN_LABELS[from]} plan`, text: below };
}

/** What an action says that the plan does not have. */
export function sayRefused(feature: Feature): string {
  const { label, verb, from } = FEATURES[feature];
  return `${label} ${verb} part of the ${PLAN_LABELS[from]} plan, so nothing was changed. Choose a plan under Plan.`;
}

export function parsePlan(text: string | null): PlanName | null {
  return PLANS.find((plan) => plan === text) ?? null;
}
