/** What was tried, as a list to read: for one listing, one order, or all. */
import type { Db } from "../db.server.ts";
import type { Attempt, Prisma } from "../generated/prisma/client.ts";
import { type Explanation, explainQuantity } from "../inventory/quantity.ts";
import { plainWords } from "../plain-words.ts";
import { type Said, sayAttemptKind, sayOutcome } from "./words.ts";

export interface TimelineEntry {
  key: string;
  at: string;
  kind: string;
  said: Said | null;
  message: string;
  /** "12 → 9", where a quantity was concerned. */
  change: string | null;
  /** The arithmetic behind the quantity, where the message does not say it. */
  arithmetic: string | null;
  /** What it happened to, where that differs from entry to entry. */
  about?: { label: string; url: string } | null;
}

export const ENTRIES_MAX = 60;

export function toTimelineEntry(attempt: Attempt): TimelineEntry {
  const arithmetic = isExplanation(attempt.explanation) ? explainQuantity(attempt.explanation) : null;
  return {
    key: `attempt-${attempt.id}`,
    at: attempt.startedAt.toISOString(),
    kind: sayAttemptKind(attempt.kind),
    said: sayOutcome(attempt.outcome),
    message: plainWords(attempt.message),
    change: attempt.quantity === null ? null : `${attempt.quantityBefore ?? "?"} → ${attempt.quantity}`,
    arithmetic: arithmetic !== null && attempt.message.includes(arithmetic) ? null : arithmetic,
  };
}

export async function readAttempts(
  db: Db,
  where: Prisma.AttemptWhereInput & { shopId: number },
): Promise<TimelineEntry[]> {
  const attempts = await db.attempt.findMany({
    where,
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: ENTRIES_MAX,
  });
  return attempts.map(toTimelineEntry);
}

const LEDGER_CAUSES: Record<string, string> = {
  webhook: "Shopify told us",
  mirror: "Read from Shopify",
  reconcile: "Compared with Shopify",
  "fresh-read": "Read from Shopify",
  opening: "All that was before",
  disconnect: "The location stopped stocking it",
};

const signed = (delta: number): string => (delta === 0 ? "0" : `${delta > 0 ? "+" : "−"}${Math.abs(delta)}`);

/** Changes of the stock behind a listing; `before`: no later ones. */
export async function readLedger(
  db: Db,
  shopId: number,
  inventoryItemGid: string,
  before?: Date,
): Promise<TimelineEntry[]> {
  const [entries, locations] = await Promise.all([
    db.ledgerEntry.findMany({
      where: { shopId, inventoryItemGid, ...(before ? { occurredAt: { lt: before } } : {}) },
      orderBy: [{ occurredAt: "desc" }, { id: "desc" }],
      take: ENTRIES_MAX,
    }),
    db.location.findMany({ where: { shopId } }),
  ]);
  const nameOf = new Map(locations.map((location) => [location.gid, location.name]));
  return entries.map((entry) => {
    const before = entry.availableAfter === null ? null : entry.availableAfter - entry.delta;
    return {
      key: `ledger-${entry.id}`,
      at: entry.occurredAt.toISOString(),
      kind: "Stock in Shopify",
      said: null,
      message: `${LEDGER_CAUSES[entry.cause] ?? entry.cause}: ${signed(entry.delta)} at ${nameOf.get(entry.locationGid) ?? "a location"}`,
      change: entry.availableAfter === null ? null : `${before} → ${entry.availableAfter}`,
      arithmetic: null,
    };
  });
}

/** Newest first. */
export function mergeTimelines(...timelines: TimelineEntry[][]): TimelineEntry[] {
  return timelines
    .flat()
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
    .slice(0, ENTRIES_MAX);
}

export function isExplanation(value: unknown): value is Explanation {
  return (
    typeof value === "object" && value !== null && "available" in value && "policy" in value && "sellable" in value
  );
}
