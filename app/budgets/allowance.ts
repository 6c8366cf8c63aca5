/**
 * What is left of a published limit. Pure: the same arithmetic whatever stores the row.
 *
 * A `window` limit is counted in slots, the oldest as a whole for as long as a part of it is in the window: never a call
 * too many in any span, whenever it begins. A `bucket` refills evenly. Calls are counted when they leave, and arrive a
 * little later, some later than others: both shapes keep that much distance.
 */
import type { Limit } from "#connectors/contract/connector.ts";

/** A row of the table, or a fresh one. Times in ms since 1970. */
export interface Allowance {
  /** Window: calls by slot number. */
  slots: Record<string, number>;
  /** Bucket: what was left at `at`. */
  tokens: number;
  atMs: number;
}

const SLOTS = 20;
/** How much later than another a call may arrive. */
const JITTER_MS = 250;

export function freshAllowance(limit: Limit, nowMs: number): Allowance {
  return { slots: {}, tokens: capacityOf(limit), atMs: nowMs };
}

function capacityOf(limit: Limit): number {
  return limit.shape === "bucket" && limit.callsMax > 5 ? limit.callsMax - 1 : limit.callsMax;
}

/** Takes one call, or says when one will be left. */
export function takeCall(
  limit: Limit,
  held: Allowance,
  nowMs: number,
): { granted: true; left: Allowance } | { granted: false; retryAfterMs: number } {
  return limit.shape === "bucket" ? takeFromBucket(limit, held, nowMs) : takeFromWindow(limit, held, nowMs);
}

function takeFromBucket(limit: Limit, held: Allowance, nowMs: number) {
  const msPerCall = limit.windowMs / limit.callsMax;
  const refilled = Math.max(0, nowMs - held.atMs) / msPerCall;
  const tokens = Math.min(capacityOf(limit), held.tokens + refilled);
  if (tokens < 1) return { granted: false as const, retryAfterMs: Math.ceil((1 - tokens) * msPerCall) };
  return { granted: true as const, left: { slots: {}, tokens: tokens - 1, atMs: Math.max(nowMs, held.atMs) } };
}

function takeFromWindow(limit: Limit, held: Allowance, nowMs: number) {
  const slotMs = limit.windowMs / SLOTS;
  const spanMs = limit.windowMs + JITTER_MS;
  const slots: Record<string, number> = {};
  let used = 0;
  let oldestEndMs = Number.POSITIVE_INFINITY;
  for (const [slot, calls] of Object.entries(held.slots)) {
    const endMs = (Number(slot) + 1) * slotMs;
    if (endMs + spanMs <= nowMs) continue;
    slots[slot] = calls;
    used += calls;
    oldestEndMs = Math.min(oldestEndMs, endMs);
  }
  if (used >= limit.callsMax) {
    return { granted: false as const, retryAfterMs: Math.max(1, Math.ceil(oldestEndMs + spanMs - nowMs)) };
  }
  const slot = String(Math.floor(nowMs / slotMs));
  slots[slot] = (slots[slot] ?? 0) + 1;
  return { granted: true as const, left: { slots, tokens: 0, atMs: nowMs } };
}
