/**
 * What is left of a published limit, and for whom. Pure: the same arithmetic whatever stores the row.
 *
 * A `window` limit is counted in slots, the oldest as a whole for as long as a part of it is in the window: never a call
 * too many in any span, whenever it begins. A `bucket` refills evenly. Calls are counted when they leave, and arrive a
 * little later, some later than others: both shapes keep that much distance.
 *
 * The last part of each is kept for urgent calls. Of a long window that several channels share, half is promised to them
 * in equal parts; the other half is for whoever comes first.
 */
import type { Limit } from "#connectors/contract/connector.ts";

/** A row of the table, or a fresh one. Times in ms since 1970. */
export interface Allowance {
  /** Window: calls by slot number and channel. */
  slots: Record<string, Record<string, number>>;
  /** Bucket: what was left at `at`. */
  tokens: number;
  atMs: number;
}

export interface Taker {
  channel: string;
  /** Lowers a quantity before it is oversold, or brings an order: may use what is kept. */
  urgent: boolean;
  /** All channels that this limit is promised to; null: not known. */
  sharers: readonly string[] | null;
}

type Taken =
  | { granted: true; left: Allowance }
  | { granted: false; retryAfterMs: number }
  /** It depends on who else it is promised to. */
  | { granted: null };

const SLOTS = 20;
/** How much later than another a call may arrive. */
export const JITTER_MS = 250;
const KEPT_FOR_URGENT = 0.2;
const PROMISED = 0.5;
/** A shorter window is full and empty again before anybody starves. */
const LONG_WINDOW_MS = 60_000;

export function freshAllowance(limit: Limit, nowMs: number): Allowance {
  return { slots: {}, tokens: capacityOf(limit), atMs: nowMs };
}

/** Whether its calls are promised to channels in parts. */
export function isShared(limit: Limit): boolean {
  return limit.scope === "app" && limit.shape !== "bucket" && limit.windowMs >= LONG_WINDOW_MS;
}

/** What a bucket holds. */
function capacityOf(limit: Limit): number {
  return limit.callsMax > 5 ? limit.callsMax - 1 : limit.callsMax;
}

/** Takes one call, or says when one may be left. */
export function takeCall(limit: Limit, held: Allowance, nowMs: number, taker: Taker): Taken {
  return limit.shape === "bucket"
    ? takeFromBucket(limit, held, nowMs, taker)
    : takeFromWindow(limit, held, nowMs, taker);
}

/** Calls that only urgent ones may use. */
function keptFrom(calls: number, isUrgent: boolean): number {
  return isUrgent ? 0 : Math.floor(calls * KEPT_FOR_URGENT);
}

function takeFromBucket(limit: Limit, held: Allowance, nowMs: number, taker: Taker): Taken {
  const msPerCall = limit.windowMs / limit.callsMax;
  const refilled = Math.max(0, nowMs - held.atMs) / msPerCall;
  const tokens = Math.min(capacityOf(limit), held.tokens + refilled);
  const needed = 1 + keptFrom(capacityOf(limit), taker.urgent);
  if (tokens < needed) return { granted: false, retryAfterMs: Math.ceil((needed - tokens) * msPerCall) };
  return { granted: true, left: { slots: {}, tokens: tokens - 1, atMs: Math.max(nowMs, held.atMs) } };
}

function takeFromWindow(limit: Limit, held: Allowance, nowMs: number, taker: Taker): Taken {
  const slotMs = limit.windowMs / SLOTS;
  const spanMs = limit.windowMs + JITTER_MS;
  const slots: Allowance["slots"] = {};
  const used = new Map<string, number>();
  let oldestEndMs = Number.POSITIVE_INFINITY;
  for (const [slot, calls] of Object.entries(held.slots)) {
    const endMs = (Number(slot) + 1) * slotMs;
    if (endMs + spanMs <= nowMs) continue;
    slots[slot] = calls;
    oldestEndMs = Math.min(oldestEndMs, endMs);
    for (const [channel, count] of Object.entries(calls)) used.set(channel, (used.get(channel) ?? 0) + count);
  }
  const may = mayTake(limit, used, taker);
  if (may === null) return { granted: null };
  if (!may) {
    return { granted: false, retryAfterMs: Math.max(1, Math.ceil(oldestEndMs + spanMs - nowMs)) };
  }
  const slot = String(Math.floor(nowMs / slotMs));
  const calls = slots[slot] ?? {};
  slots[slot] = { ...calls, [taker.channel]: (calls[taker.channel] ?? 0) + 1 };
  return { granted: true, left: { slots, tokens: 0, atMs: nowMs } };
}

/**
 * What is used and what is still promised never exceed the limit together: a call within one's own promise moves a unit
 * from the one to the other, and any other call must fit beside both. So a promise can always be kept. Who is promised what
 * matters only once more than what is promised to nobody is used.
 */
function mayTake(limit: Limit, used: ReadonlyMap<string, number>, { sharers, ...taker }: Taker): boolean | null {
  const max = limit.callsMax - keptFrom(limit.callsMax, taker.urgent);
  const total = [...used.values()].reduce((sum, calls) => sum + calls, 0);
  if (total >= max) return false;
  if (!isShared(limit) || total + limit.callsMax * PROMISED < max) return true;
  if (sharers === null) return null;
  const promised = Math.floor((limit.callsMax * PROMISED) / sharers.length);
  const usedBy = (channel: string) => used.get(channel) ?? 0;
  const isPromised = sharers.includes(taker.channel);
  if (isPromised && usedBy(taker.channel) < promised - keptFrom(promised, taker.urgent)) return true;
  const owed = sharers
    .filter((channel) => channel !== taker.channel)
    .reduce((sum, channel) => sum + Math.max(0, promised - usedBy(channel)), 0);
  return total + owed < max;
}
