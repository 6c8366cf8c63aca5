/**
 * What Shopify's answers say of a shop's plan. Pure. Only a clear answer counts: a plan that we know, or that there is none.
 * All else (frozen, pending, a handle that nobody knows) leaves the shop what it had.
 */
import { z } from "zod";
import { addMs } from "../clock.ts";
import { PLAN_LABELS, PLANS, type PlanName } from "./entitlements.ts";

/** How a plan goes on, as far as Shopify says. */
export interface PlanTerms {
  /** Null: there is no trial, or it is over. */
  trialEndsAt: Date | null;
  /** What is paid for ends then, and the next time begins; null: it is a trial yet, or Shopify does not say. */
  cycleEndsAt: Date | null;
  /** The merchant cancelled it: it ends with that time, or with the trial. */
  isEnding: boolean;
  /** It becomes this one then; null: it stays, or becomes one that nobody knows here. */
  nextPlan: PlanName | null;
}

export const NO_TERMS: PlanTerms = { trialEndsAt: null, cycleEndsAt: null, isEnding: false, nextPlan: null };

export type PlanAnswer =
  | { kind: "plan"; plan: PlanName; terms: PlanTerms }
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
  createdAt: Date;
  /** From when it was created. 0: there is no trial. */
  trialDays: number;
  currentPeriodEnd: Date | null;
}

const DAY_MS = 24 * 60 * 60_000;

/** It has ended, or never began. */
const OVER = new Set(["CANCELLED", "DECLINED", "EXPIRED"]);

const WHY = {
  FROZEN: "Shopify has frozen the subscription, because an invoice of the store is not paid",
  PENDING: "The subscription waits to be approved in Shopify",
} as Record<string, string>;

/**
 * `handles`: of plans that are called otherwise in the Partner Dashboard than here. The Admin API does not say whether a
 * subscription was cancelled for the end of its time, or changes then.
 */
export function readAdminAnswer(
  subscriptions: readonly AdminSubscription[],
  handles: PlanHandles,
  now: Date,
): PlanAnswer {
  const active = subscriptions.filter(({ status }) => status === "ACTIVE");
  const [other] = subscriptions.filter(({ status }) => status !== "ACTIVE" && !OVER.has(status));
  if (active.length > 0) {
    const given = active.flatMap((one) => one.planHandles);
    return highest(given, handles, (handle) => {
      const its = active.find((one) => one.planHandles.includes(handle));
      return its ? adminTerms(its, now) : NO_TERMS;
    });
  }
  if (!other) return { kind: "none" };
  return { kind: "unclear", why: WHY[other.status] ?? `Shopify calls the subscription ${other.status.toLowerCase()}` };
}

/** While it is a trial the first time that is paid for has not begun, whatever its end is said to be. */
function adminTerms({ createdAt, trialDays, currentPeriodEnd }: AdminSubscription, now: Date): PlanTerms {
  const trialEndsAt = addMs(createdAt, trialDays * DAY_MS);
  return trialDays > 0 && trialEndsAt > now
    ? { ...NO_TERMS, trialEndsAt }
    : { ...NO_TERMS, cycleEndsAt: currentPeriodEnd };
}

const items = z.array(z.object({ handle: z.string().nullish() }));
/** What is only to be shown takes no plan away where it can't be read. */
const moment = z
  .string()
  .transform((text) => new Date(text))
  .pipe(z.date())
  .nullable()
  .catch(null);
const partnerReply = z.object({
  data: z.object({
    activeSubscription: z
      .object({
        items,
        trialEndsAt: moment,
        cancelAtEndOfCycle: z.boolean().catch(false),
        currentBillingCycle: z.object({ endTime: moment }).nullish().catch(null),
        pendingUpdate: z.object({ items }).nullish().catch(null),
      })
      .nullable(),
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
  const { trialEndsAt, cancelAtEndOfCycle, currentBillingCycle, pendingUpdate } = activeSubscription;
  const next = pendingUpdate ? highest(handlesOf(pendingUpdate.items), handles, () => NO_TERMS) : null;
  const terms = {
    trialEndsAt,
    cycleEndsAt: currentBillingCycle?.endTime ?? null,
    isEnding: cancelAtEndOfCycle,
    nextPlan: next?.kind === "plan" ? next.plan : null,
  };
  return highest(handlesOf(activeSubscription.items), handles, () => terms);
}

function handlesOf(given: z.infer<typeof items>): (string | null)[] {
  return given.map((item) => item.handle ?? null);
}

function hasErrors(errors: unknown): boolean {
  return errors !== undefined && errors !== null && !(Array.isArray(errors) && errors.length === 0);
}

/** A subscription has one plan, and usage meters beside it: of several, the one with the most. */
function highest(
  given: readonly (string | null)[],
  handles: PlanHandles,
  termsOf: (handle: string) => PlanTerms,
): PlanAnswer {
  const known = given.flatMap((handle) => {
    const plan = handle === null ? undefined : planOf(handle, handles);
    return handle !== null && plan ? [{ plan, handle }] : [];
  });
  const [first] = known.sort((a, b) => PLANS.indexOf(b.plan) - PLANS.indexOf(a.plan));
  if (first) return { kind: "plan", plan: first.plan, terms: termsOf(first.handle) };
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
