/**
 * Where a sweep over the list of orders stands, and what of it has to be read. Nothing is called here.
 *
 * The list has no filter but the id, so what changed is found by comparing statuses. A sweep begins before the oldest order
 * that is still open: all up to there are over and were shown. Ids of orders are 64-bit, and text everywhere.
 */
import { z } from "zod";
import type { OrderPage } from "../contract/remote-types.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { isOpenStatus, type OrderRow } from "./order-json.ts";

/** How far behind its beginning the next sweep takes orders for new ones: one that shows late is not passed by. */
const OVERLAP_MS = 10 * 60 * 1000;

/** An order that is not shipped by then is not followed any more. */
const FOLLOWED_MAX_MS = 90 * 24 * 60 * 60 * 1000;

/** Orders kept in the cursor: with more open ones a change may be missed, and nothing is called complete. */
const KNOWN_MAX = 2_000;

/** Of an order that was listed and could not be read: no order has it, so it is read again. */
const NOT_READ = "";

const rowSchema = z.object({ id: z.string(), status: z.string() });

export const positionSchema = z.object({
  /** Orders made before are not the app's. */
  since: z.iso.datetime(),
  /** When the sweep under way began; null between sweeps. */
  startedAt: z.iso.datetime().nullable(),
  /** The order to begin a sweep after, and the one for the next sweep as far as this one has come. */
  base: z.string().nullable(),
  nextBase: z.string().nullable(),
  /** The next base can't move any further. */
  baseEnded: z.boolean(),
  /** All orders up to this one have been shown, and the same for the next sweep. */
  settled: z.string().nullable(),
  nextSettled: z.string().nullable(),
  /** Within a sweep: the order to go on after. */
  after: z.string().nullable(),
  listDone: z.boolean(),
  /** Listed and still to be read in this sweep. */
  left: z.array(rowSchema),
  /** The status each order had when it was last shown: of those that are open, and of the latest. */
  known: z.record(z.string(), z.string()),
  /** How often an order could not be read. */
  tries: z.record(z.string(), z.number()),
  letGo: z.boolean(),
});
export type Position = z.infer<typeof positionSchema>;

export function firstPosition(since: Date): Position {
  return {
    since: since.toISOString(),
    startedAt: null,
    base: null,
    nextBase: null,
    baseEnded: false,
    settled: null,
    nextSettled: null,
    after: null,
    listDone: false,
    left: [],
    known: {},
    tries: {},
    letGo: false,
  };
}

/** The sweep under way, or a new one. */
export function startedSweep(held: Position, now: Date): Position {
  if (held.startedAt !== null) return held;
  const { base, settled } = held;
  return {
    ...held,
    startedAt: now.toISOString(),
    after: base,
    nextBase: base,
    baseEnded: false,
    nextSettled: settled,
    listDone: false,
  };
}

const isAfter = (id: string, other: string | null): boolean => other === null || BigInt(id) > BigInt(other);

/** With a page of the list taken in. `rows`: upwards; none: it has come to its end. */
export function sweptRows(position: Position, rows: readonly OrderRow[]): Position {
  const last = rows.at(-1);
  if (last === undefined) return { ...position, listDone: true };
  const { since, startedAt, settled, known } = position;
  const startedMs = Date.parse(startedAt ?? since);
  const next = { ...position, after: last.id, left: [...position.left] };
  for (const { id, created_at: createdAt, status } of rows) {
    const ageMs = createdAt === null ? null : startedMs - createdAt.getTime();
    const isOurs = createdAt === null || createdAt >= new Date(since);
    const shownAs = known[id];
    const isRead = isOurs && (shownAs === undefined ? isAfter(id, settled) : shownAs !== status);
    if (isRead) next.left.push({ id, status });
    const isFollowed = isOurs && isOpenStatus(status) && (ageMs ?? 0) <= FOLLOWED_MAX_MS;
    const isOld = ageMs === null || ageMs > OVERLAP_MS;
    if (isRead || isFollowed || !isOld) next.baseEnded = true;
    if (!next.baseEnded) next.nextBase = id;
    if (isOld) next.nextSettled = id;
  }
  return next;
}

/** One that was read, by the status it had then. */
export function shown(position: Position, id: string, status: string): Position {
  const { [id]: _, ...tries } = position.tries;
  return { ...position, known: { ...position.known, [id]: status }, tries };
}

/** One that could not be read now: it is read again in the next sweep. Its tries so far: `position.tries[id]`. */
export function notRead(position: Position, id: string): Position {
  const tries = { ...position.tries, [id]: (position.tries[id] ?? 0) + 1 };
  return { ...position, known: { ...position.known, [id]: NOT_READ }, tries };
}

/** Ends the sweep when nothing of it is left. */
export function pageOf(position: Position, parts: Pick<OrderPage, "orders" | "unreadable">): OrderPage {
  const { startedAt, nextBase, nextSettled, tries } = position;
  if (startedAt === null || !position.listDone || position.left.length > 0) {
    return { ...parts, nextCursor: JSON.stringify(position), more: true, completeThrough: null };
  }
  const kept = Object.entries(position.known)
    .filter(([id, status]) => isAfter(id, nextBase) && (isOpenStatus(status) || isAfter(id, nextSettled)))
    .sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  const letGo = kept.length > KNOWN_MAX || (position.letGo && kept.length === KNOWN_MAX);
  const next: Position = {
    ...position,
    startedAt: null,
    base: nextBase,
    settled: nextSettled,
    after: null,
    known: Object.fromEntries(kept.slice(-KNOWN_MAX)),
    letGo,
  };
  const isComplete = !letGo && Object.keys(tries).length === 0;
  const through = new Date(Date.parse(startedAt) - ORDER_VISIBILITY_LAG_MS);
  return { ...parts, nextCursor: JSON.stringify(next), more: false, completeThrough: isComplete ? through : null };
}
