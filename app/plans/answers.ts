/**
 * What Shopify's answers say of a shop's plan. Pure. Only a clear answer counts: a plan that we know, or that there is none.
 * All else (frozen, pending, a handle that nobody knows) leaves the shop what it had.
 */
import { z } from "zod";
import { PLAN_LABELS, PLANS, type PlanName } from "./entitlements.ts";

export type PlanAnswer =
  | { kind: "plan"; plan: PlanName }
  | { kind: "none" }
  /** `why`: for the merchant. */
  | { kind: "unclear"; why: string };

/** Where plans come from. Null in the runtime: from nowhere, and every shop may do everything. */
export type PlanHandles = ReadonlyMap<string, PlanName>;

/** A subscription as the Admin API shows it. */
export interface AdminSubscription {
  status: string;
  /** Of each of its prices by the month or year; null: Shopify does not say. */
  planHandles: readonly (string | null)[];
}

/** It has ended, or never began. */
const OVER = new Set(["CANCELLED", "DECLINED", "EXPIRED"]);

const WHY = {
  FROZEN: "Shopify has frozen the subscription, because an invoice of the store is not paid",
  PENDING: "The subscription waits to be approved in Shopify",
} as Record<string, string>;

/** `handles`: of plans that are called otherwise in the Partner Dashboard than here. */
export function readAdminAnswer(subscriptions: readonly AdminSubscription[], handles: PlanHandles): PlanAnswer {
  const active = subscriptions.filter(({ status }) => status === "ACTIVE");
  const [other] = subscriptions.filter(({ status }) => status !== "ACTIVE" && !OVER.has(status));
  if (active.length > 0)
    return highest(
      active.flatMap((one) => one.planHandles),
      handles,
    );
  if (!other) return { kind: "none" };
  return { kind: "unclear", why: WHY[other.status] ?? `Shopify calls the subscription ${other.status.toLowerCase()}` };
}

const partnerReply = z.object({
  data: z.object({
    activeSubscription: z.object({ items: z.array(z.object({ handle: z.string().nullish() })) }).nullable(),
  }),
  errors: z.unknown().optional(),
});

/** Null comes where there is no contract, but also where a field failed: then errors come with it. */
export function readPartnerAnswer(reply: unknown, handles: PlanHandles): PlanAnswer {
  const parsed = partnerReply.safeParse(reply);
  if (!parsed.success || hasErrors(parsed.data.errors))
    return { kind: "unclear", why: "Shopify did not say what the store pays for" };
  const { activeSubscription } = parsed.data.data;
  if (!activeSubscription) return { kind: "none" };
  return highest(
    activeSubscription.items.map((item) => item.handle ?? null),
    handles,
  );
}

function hasErrors(errors: unknown): boolean {
  return errors !== undefined && errors !== null && !(Array.isArray(errors) && errors.length === 0);
}

/** A subscription has one plan, and usage meters beside it: of several, the one with the most. */
function highest(given: readonly (string | null)[], handles: PlanHandles): PlanAnswer {
  const known = given.flatMap((handle) => (handle === null ? [] : (planOf(handle, handles) ?? [])));
  const [first] = known.sort((a, b) => PLANS.indexOf(b) - PLANS.indexOf(a));
  if (first) return { kind: "plan", plan: first };
  const named = given.find((handle) => handle !== null);
  return {
    kind: "unclear",
    why: named
      ? `Shopify names a plan that Lockstep does not know (“${named.slice(0, 60)}”)`
      : "Shopify does not say which plan the subscription is for",
  };
}

function planOf(handle: string, handles: PlanHandles): PlanName | undefined {
  return handles.get(handle) ?? PLANS.find((plan) => plan === handle.toLowerCase());
}

/** Of "pro-yearly=pro, friends=agency". */
export function parseHandles(text: string): PlanHandles {
  const pairs = text.split(",").map((pair) => pair.split("=").map((part) => part.trim()));
  return new Map(
    pairs.flatMap(([handle, name]) => {
      const plan = PLANS.find((one) => one === name);
      return handle && plan ? [[handle, plan] as const] : [];
    }),
  );
}

export function sayAnswer(answer: PlanAnswer): string {
  if (answer.kind === "unclear") return answer.why;
  return `The plan is ${PLAN_LABELS[answer.kind === "none" ? "free" : answer.plan]}`;
}
