/** Read model of the latency check: what it would do to a SKU, the one that is under way, and the last ones. */
import type { CheckPlan } from "../latency-checks/check-plan.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { sayWho } from "./changes.ts";
import { readCheckPlan } from "./latency-check-facts.ts";
import { type CheckStateName, type Steps, sayCheckState, sayResult, sayWhereItIs } from "./latency-check-words.ts";
import { nameVariant, type VariantName } from "./listings.ts";
import type { Said } from "./words.ts";

export interface CheckRow {
  listingId: number;
  channel: string;
  title: string;
  from: number;
  to: number;
  steps: Steps;
  said: Said;
  problem: string | null;
}

export interface CheckView {
  id: number;
  variant: VariantName;
  who: string;
  startedAt: string;
  said: Said;
  isOver: boolean;
  /** Null while it goes on. */
  result: string | null;
  /** Lockstep noticed the change by looking itself: no notice of Shopify's came. */
  foundByLooking: boolean;
  returnedAt: string | null;
  problem: string | null;
  rows: CheckRow[];
}

export interface LatencyCheckView {
  /** The SKU that was chosen, and what timing it would do; null: none was. */
  chosen: { variant: VariantName; plan: CheckPlan } | null;
  running: CheckView | null;
  past: CheckView[];
  reminds: boolean;
  live: boolean;
}

/** Those shown beside the one under way. */
const CHECKS_MAX = 10;

/** `viewer`: who looks. */
export async function readLatencyChecks(
  rt: Runtime,
  shopId: number,
  { variantId, viewer }: { variantId: number | null; viewer: string | null },
): Promise<LatencyCheckView> {
  const { db } = rt;
  const shop = await db.shop.findUniqueOrThrow({ where: { id: shopId }, select: { remindsOfLatency: true } });
  const found = await db.latencyCheck.findMany({
    where: { shopId },
    include: {
      variant: true,
      listings: {
        include: { listing: { select: { title: true } }, channel: { select: { name: true } } },
        orderBy: [{ channelId: "asc" }, { listingId: "asc" }],
      },
    },
    orderBy: { id: "desc" },
    take: CHECKS_MAX + 1,
  });
  const checks = found.map((check) => toView(check, viewer));
  const running = checks.find((check) => !check.isOver) ?? null;
  return {
    chosen: variantId === null ? null : await readChosen(rt, shopId, variantId),
    running,
    past: checks.filter((check) => check.isOver).slice(0, CHECKS_MAX),
    reminds: shop.remindsOfLatency,
    live: running !== null,
  };
}

async function readChosen(rt: Runtime, shopId: number, variantId: number): Promise<LatencyCheckView["chosen"]> {
  const variant = await rt.db.variant.findFirst({ where: { id: variantId, shopId } });
  const found = variant && (await readCheckPlan(rt, rt.db, shopId, variantId));
  return found ? { variant: nameVariant(variant), plan: found.plan } : null;
}

type Found = Parameters<typeof nameVariant>[0];
interface Stored {
  id: number;
  variant: Found;
  actor: string | null;
  state: string;
  startedAt: Date;
  changedAt: Date | null;
  heardAt: Date | null;
  heardByNotice: boolean;
  returnedAt: Date | null;
  problem: string | null;
  listings: {
    listingId: number;
    quantityBefore: number;
    quantityExpected: number;
    pushedAt: Date | null;
    acceptedAt: Date | null;
    shownAt: Date | null;
    isRefused: boolean;
    problem: string | null;
    listing: { title: string };
    channel: { name: string };
  }[];
}

const STATES: readonly CheckStateName[] = ["taking", "watching", "returning", "ended"];

function toView(check: Stored, viewer: string | null): CheckView {
  const state = STATES.find((one) => one === check.state) ?? "ended";
  const isOver = state === "ended";
  const since = (at: Date | null): number | null =>
    at === null || check.changedAt === null ? null : Math.max(0, at.getTime() - check.changedAt.getTime());
  const rows = check.listings.map((row) => {
    const steps = {
      heardMs: since(check.heardAt),
      pushedMs: since(row.pushedAt),
      acceptedMs: since(row.acceptedAt),
      shownMs: since(row.shownAt),
    };
    const problem = row.problem && plainWords(row.problem);
    const { listingId, quantityBefore: from, quantityExpected: to, isRefused } = row;
    const said = sayWhereItIs(steps, { isOver, isRefused, problem });
    return { listingId, channel: row.channel.name, title: row.listing.title, from, to, steps, said, problem };
  });
  return {
    id: check.id,
    variant: nameVariant(check.variant),
    who: sayWho(check.actor, viewer),
    startedAt: check.startedAt.toISOString(),
    said: sayCheckState(state, check.problem ?? (rows.some((row) => row.steps.shownMs === null) ? "" : null)),
    isOver,
    result: isOver && check.changedAt !== null ? sayResult(rows.map((row) => row.steps)) : null,
    foundByLooking: check.heardAt !== null && !check.heardByNotice,
    returnedAt: check.returnedAt?.toISOString() ?? null,
    problem: check.problem && plainWords(check.problem),
    rows,
  };
}
