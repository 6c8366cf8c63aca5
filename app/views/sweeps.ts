/** Read models of changes of many listings: how far each has come, what it would do, what it did. */
import { countMoves, type EffectShown, sayMoves } from "../changes/effect.ts";
import { addMs } from "../clock.ts";
import type { Sweep } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import {
  isOfSettings,
  isSweepState,
  OPEN_STATES,
  type SweepState,
  sayDone,
  sayWanted,
  sweepDeed,
  undoUntil,
  weighedEffect,
} from "../sweeps/deeds.ts";
import { sayWho } from "./changes.ts";
import type { Said } from "./words.ts";

export interface SweepRow {
  id: number;
  /** What is wanted: "Exclude". */
  title: string;
  about: string;
  state: SweepState;
  said: Said;
  who: string;
  at: string;
  /** What it did, so far or in the end; null: nothing yet. */
  did: string | null;
  /** How many listings were looked at, of how many: so far, or until it was stopped; null: all were, or none yet. */
  progress: { done: number; total: number } | null;
  /** A worker goes through them now. */
  live: boolean;
}

export interface SweepView extends SweepRow {
  /** Listings that would change, and that are so already, as far as was worked out. */
  found: number;
  alike: number;
  effect: EffectShown;
  /** What it did to numbers; null: nothing. */
  moves: string | null;
  problem: string | null;
  finishedAt: string | null;
  /** Until when it can be taken back; null: it can't. */
  undoUntil: string | null;
  /** What takes it back, and what it takes back. */
  undoneBy: number | null;
  undoes: number | null;
  /** The rest can be done. */
  canGoOn: boolean;
  /** It alters a setting, so it may move numbers, and is written down as a change. */
  isOfSettings: boolean;
  /** Of one that matches: how many were found a clear match, without those and among those that are left out. */
  matches: { clear: number; unclear: number; leftOut: number } | null;
}

const SAID: Record<SweepState, Said> = {
  weighing: { label: "Being worked out", tone: "info" },
  asking: { label: "Waits for you", tone: "attention" },
  running: { label: "Under way", tone: "info" },
  done: { label: "Done", tone: "success" },
  stopped: { label: "Stopped", tone: "warning" },
  dropped: { label: "Not done", tone: "neutral" },
};

export async function readSweep(
  rt: Pick<Runtime, "db" | "clock">,
  shopId: number,
  id: number,
  viewer: string | null,
): Promise<SweepView | null> {
  const sweep = await rt.db.sweep.findFirst({ where: { id, shopId } });
  if (!sweep) return null;
  const where = { shopId, undoesId: id, approvedAt: { not: null } };
  const undone = await rt.db.sweep.findFirst({ where, orderBy: { id: "desc" }, select: { id: true } });
  const row = toRow(sweep, viewer);
  const deed = sweepDeed.parse(sweep.deed);
  const until = undone ? null : undoUntil(sweep, deed.act, rt.clock.now());
  const { doneZeroed: zeroed, doneLowered: lowered, doneRaised: raised } = sweep;
  return {
    ...row,
    found: sweep.found,
    alike: sweep.alike,
    effect: weighedEffect(sweep),
    moves: countMoves({ zeroed, lowered, raised }) > 0 ? sayMoves({ zeroed, lowered, raised }) : null,
    problem: sweep.problem,
    finishedAt: sweep.finishedAt?.toISOString() ?? null,
    undoUntil: until?.toISOString() ?? null,
    undoneBy: undone?.id ?? null,
    undoes: sweep.undoesId,
    canGoOn: row.state === "stopped" && !undone,
    isOfSettings: isOfSettings(deed.act),
    matches: deed.act === "match" ? countMatches(sweep) : null,
  };
}

/** Once it was approved, its total is what it was to match; where it asks, what it found is the rest. */
function countMatches({ state, approvedAt, looked, found, total, unclear, leftOut }: Sweep) {
  const inIt = approvedAt === null || state === "asking" ? looked + found : total;
  return { clear: inIt + leftOut, unclear, leftOut };
}

const SHOWN_MAX = 50;

/** The latest ones. */
export async function readSweeps(
  { db }: Pick<Runtime, "db">,
  shopId: number,
  viewer: string | null,
): Promise<{ rows: SweepRow[]; live: boolean }> {
  const sweeps = await db.sweep.findMany({ where: { shopId }, orderBy: { id: "desc" }, take: SHOWN_MAX });
  const rows = sweeps.map((sweep) => toRow(sweep, viewer));
  return { rows, live: rows.some((row) => row.live) };
}

/** The one that is under way, or waits for the merchant. */
export async function readOpenSweep(
  { db }: Pick<Runtime, "db">,
  shopId: number,
  viewer: string | null,
): Promise<SweepRow | null> {
  const sweep = await db.sweep.findFirst({ where: { shopId, state: { in: [...OPEN_STATES] } } });
  return sweep && toRow(sweep, viewer);
}

/** Whoever stopped one has decided by then: its own page keeps the rest. */
const STOPPED_SHOWN_MS = 24 * 60 * 60 * 1000;

/** The one that is open; or else the last one, where it was stopped in the middle and nothing was done about it since. */
export async function readUnfinishedSweep(
  rt: Pick<Runtime, "db" | "clock">,
  shopId: number,
  viewer: string | null,
): Promise<SweepRow | null> {
  const [open, last] = await Promise.all([
    readOpenSweep(rt, shopId, viewer),
    rt.db.sweep.findFirst({ where: { shopId, state: { not: DROPPED } }, orderBy: { id: "desc" } }),
  ]);
  if (open || last?.state !== STOPPED) return open;
  const isOfToday = last.finishedAt !== null && last.finishedAt > addMs(rt.clock.now(), -STOPPED_SHOWN_MS);
  return isOfToday ? toRow(last, viewer) : null;
}

const DROPPED: SweepState = "dropped";
const STOPPED: SweepState = "stopped";

function toRow(sweep: Sweep, viewer: string | null): SweepRow {
  const state = isSweepState(sweep.state) ? sweep.state : "done";
  const deed = sweepDeed.parse(sweep.deed);
  const done = state === "weighing" ? sweep.weighed : sweep.looked;
  const live = state === "weighing" || state === "running";
  const isHalfDone = state === "stopped" || (state === "asking" && sweep.approvedAt !== null);
  return {
    id: sweep.id,
    title: sayWanted(deed),
    about: sweep.about,
    state,
    said: SAID[state],
    who: sayWho(sweep.actor, viewer),
    at: sweep.startedAt.toISOString(),
    did: sweep.approvedAt === null ? null : sayDone(deed, sweep),
    progress: live || isHalfDone ? { done, total: Math.max(done, sweep.total) } : null,
    live,
  };
}
