/** Read model of the home page: is everything in step, and what needs the merchant. */

import { addMs } from "../clock.ts";
import type { Db } from "../db.server.ts";
import type { Channel, Run } from "../generated/prisma/client.ts";
import { parsePolicy } from "../inventory/policy.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { readAlerts } from "./alerts.ts";
import { type Headline, headline, VARIANTS_COUNTED_MAX } from "./headline.ts";
import { type Need, needsOf } from "./home-needs.ts";
import { type LatencyView, readLatency } from "./latency.ts";
import type { StatusGroup } from "./listing-facts.ts";
import type { ListingGroup } from "./listing-status.ts";
import { type PutOff, readPutOffs } from "./put-offs.ts";
import { type SetupStep, setupSteps } from "./setup-guide.ts";
import { readStatusCounts } from "./status-counts.ts";
import { readUnfinishedSweep, type SweepRow } from "./sweeps.ts";
import { sayWhyNotPushed, sayWhyNotRead } from "./sync-words.ts";
import { type Said, sayChannelState, sayRunKind, sayWhatWaits } from "./words.ts";

export type GroupCounts = Record<ListingGroup, number> & { total: number };

export interface HomeRun {
  id: number;
  label: string;
  channel: string | null;
  state: string;
  done: number;
  total: number | null;
  message: string | null;
}

export interface HomeChannel {
  id: number;
  name: string;
  state: string;
  said: Said;
  stateReason: string | null;
  /** What waits for the merchant before it is pushed. */
  waits: Said | null;
  /** What is put off because the marketplace does not answer, or says no. */
  putOffs: PutOff[];
  ordersReadAt: string | null;
  lastPushAt: string | null;
  ordersHeld: number;
  listings: GroupCounts;
  /** Why a sync can read nothing there, or leaves its quantities as they are; null: it does not. */
  notRead: string | null;
  notPushed: string | null;
}

/** The latest sync of a channel, under way or just over. */
export interface HomeSync {
  id: number;
  channel: string;
  state: "running" | "done" | "failed";
  done: number;
  total: number;
  message: string | null;
  /** When it ended, or began. */
  at: string;
}

export interface HomeView {
  /** False until the shop's products and stock were read for the first time. */
  mirrored: boolean;
  /** Counted up to one more than VARIANTS_COUNTED_MAX. */
  variants: number;
  listings: GroupCounts;
  /** When, if the listings were not counted just now. */
  countedAt: string | null;
  headline: Headline;
  needs: Need[];
  /** On their way into Shopify. */
  ordersUnderWay: number;
  setup: {
    steps: SetupStep[];
    isPutAway: boolean;
  };
  runs: HomeRun[];
  syncs: HomeSync[];
  /** A change of many listings that is not over. */
  sweep: SweepRow | null;
  channels: HomeChannel[];
  latency: LatencyView;
  /** Something is under way: look again soon. */
  live: boolean;
}

const ALERTS_MAX = 20;
const DAY_MS = 24 * 60 * 60 * 1000;
const RUNS_MAX = 100;
/** Who asked for it has seen what came of it by then; the history keeps it. */
const SYNC_SHOWN_MS = 60 * 60 * 1000;

export async function readHome(rt: Runtime, shopId: number, viewer: string | null = null): Promise<HomeView> {
  const { db } = rt;
  const dayAgo = new Date(rt.clock.now().getTime() - DAY_MS);
  const [
    shop,
    variants,
    channels,
    { groups, countedAt },
    alerts,
    runs,
    held,
    ordersUnderWay,
    ordersHeld,
    conflicts,
    putOffs,
    sweep,
  ] = await Promise.all([
    db.shop.findUniqueOrThrow({
      where: { id: shopId },
      select: { mirroredAt: true, policy: true, guidePutAwayAt: true },
    }),
    db.variant.count({ where: { shopId, removedAt: null }, take: VARIANTS_COUNTED_MAX + 1 }),
    db.channel.findMany({ where: { shopId, state: { not: "disconnected" } }, orderBy: { id: "asc" } }),
    readStatusCounts(rt, shopId),
    readAlerts(rt, shopId, { rowsMax: ALERTS_MAX }),
    readRuns(db, shopId, dayAgo),
    db.marketplaceOrder.groupBy({ by: ["channelId"], where: { shopId, stage: "held" }, _count: { _all: true } }),
    db.marketplaceOrder.count({ where: { shopId, stage: { in: ["claimed", "sent"] } } }),
    // Those that lost to an earlier sale, or are to be cancelled over there, are shown as that.
    db.marketplaceOrder.count({
      where: {
        shopId,
        stage: "held",
        NOT: { conflict: { is: { state: "open" } } },
        cancellations: { none: { direction: "to-marketplace" } },
      },
    }),
    db.conflict.count({ where: { shopId, state: "open" } }),
    readPutOffs(db, shopId),
    readUnfinishedSweep(rt, shopId, viewer),
  ]);

  const latency = await readLatency(db, channels, rt.clock.now());
  const nameOf = new Map(channels.map((channel) => [channel.id, channel.name]));
  const heldOn = new Map(held.map((row) => [row.channelId, row._count._all]));
  const active = groups.filter((group) => nameOf.has(group.channelId));
  const listings = countGroups(active);
  const toApprove = channels.filter(waitsForFirstPush);
  const needs = needsOf({
    alerts,
    groups: active,
    ordersHeld,
    conflicts,
    toApprove: toApprove.filter((channel) => channel.listingsReadAt !== null),
  });
  const hasUnmatched = ({ status }: StatusGroup): boolean =>
    status.code === "not-matched" || status.code === "duplicate-sku";
  const running = runs.filter((run) => run.state === "running");

  return {
    mirrored: shop.mirroredAt !== null,
    variants,
    listings,
    countedAt: countedAt?.toISOString() ?? null,
    headline: headline({ mirrored: shop.mirroredAt !== null, channels, listings, needs }),
    needs,
    latency,
    ordersUnderWay,
    setup: {
      steps: setupSteps({
        channels: channels.map((channel) => ({
          id: channel.id,
          name: channel.name,
          isRead: channel.listingsReadAt !== null,
          waitsForApproval: waitsForFirstPush(channel),
          isApproved: channel.pushApprovedAt !== null,
        })),
        unmatched: active.filter(hasUnmatched).reduce((total, group) => total + group.listings, 0),
        hasBuffer: [shop, ...channels].some(({ policy }) => parsePolicy(policy)?.buffer !== undefined),
      }),
      isPutAway: shop.guidePutAwayAt !== null,
    },
    runs: latestOfEach(runs)
      .filter((run) => run.state !== "done" && run.kind !== "sync")
      .map((run) => ({
        id: run.id,
        label: sayRunKind(run.kind),
        channel: run.channelId === null ? null : (nameOf.get(run.channelId) ?? null),
        state: run.state,
        done: run.done,
        total: run.total,
        message: run.message && plainWords(run.message),
      })),
    syncs: latestOfEach(runs).flatMap((run) => toSync(run, nameOf, addMs(rt.clock.now(), -SYNC_SHOWN_MS))),
    sweep,
    channels: channels.map((channel) => ({
      notRead: sayWhyNotRead(channel),
      notPushed: sayWhyNotPushed(channel),
      id: channel.id,
      name: channel.name,
      state: channel.state,
      said: sayChannelState(channel.state),
      stateReason: channel.stateReason && plainWords(channel.stateReason),
      waits: sayWhatWaits(channel),
      putOffs: putOffs.get(channel.id) ?? [],
      ordersReadAt: channel.ordersReadAt?.toISOString() ?? null,
      lastPushAt: lastPush(active.filter((group) => group.channelId === channel.id)),
      ordersHeld: heldOn.get(channel.id) ?? 0,
      listings: countGroups(active.filter((group) => group.channelId === channel.id)),
    })),
    live:
      running.length > 0 ||
      shop.mirroredAt === null ||
      listings.updating > 0 ||
      ordersUnderWay > 0 ||
      (sweep?.live ?? false),
  };
}

/** Those that run, and those that ended since; the latest first. */
async function readRuns(db: Db, shopId: number, since: Date): Promise<Run[]> {
  const [running, ended] = await Promise.all([
    db.run.findMany({ where: { shopId, state: "running" }, take: RUNS_MAX }),
    db.run.findMany({
      where: { shopId, finishedAt: { gte: since } },
      orderBy: { finishedAt: "desc" },
      take: RUNS_MAX,
    }),
  ]);
  const byId = new Map([...running, ...ended].map((run) => [run.id, run]));
  return [...byId.values()].sort((a, b) => b.id - a.id);
}

function toSync(run: Run, nameOf: ReadonlyMap<number, string>, since: Date): HomeSync[] {
  const channel = run.channelId === null ? undefined : nameOf.get(run.channelId);
  if (run.kind !== "sync" || channel === undefined || (run.finishedAt && run.finishedAt < since)) return [];
  const { id, done, message } = run;
  const state = run.state === "running" || run.state === "done" ? run.state : "failed";
  const at = (run.finishedAt ?? run.startedAt).toISOString();
  return [{ id, channel, state, done, total: run.total ?? 1, message: message && plainWords(message), at }];
}

/** Nothing was ever approved there; what the brake holds, or was undone, is told by an alert of its own. */
function waitsForFirstPush({ state, pushApprovedAt, brakeReason, undoneAt }: Channel): boolean {
  return state === "connected" && pushApprovedAt === null && brakeReason === null && undoneAt === null;
}

export function marketplaceName(rt: Pick<Runtime, "connectors">, connectorKey: string): string {
  return rt.connectors.get(connectorKey)?.manifest.name ?? connectorKey;
}

function lastPush(groups: readonly StatusGroup[]): string | null {
  const times = groups.flatMap(({ acceptedAt }) => acceptedAt?.getTime() ?? []);
  return times.length === 0 ? null : new Date(Math.max(...times)).toISOString();
}

/** Ended listings are not counted: there is nothing to keep in step. */
export function countGroups(groups: readonly StatusGroup[]): GroupCounts {
  const counts: GroupCounts = { "in-step": 0, updating: 0, "needs-you": 0, "left-alone": 0, total: 0 };
  for (const group of groups) {
    if (group.status.code === "ended") continue;
    counts[group.status.group] += group.listings;
    counts.total += group.listings;
  }
  return counts;
}

/** A run that failed is old news once a later one of its kind runs or went well. */
function latestOfEach<Run extends { kind: string; channelId: number | null }>(newestFirst: readonly Run[]): Run[] {
  const seen = new Set<string>();
  return newestFirst.filter((run) => {
    const key = `${run.kind}:${run.channelId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
