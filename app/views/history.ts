/** Read model of the history: every attempt. */
import type { Attempt } from "../generated/prisma/client.ts";
import type { Runtime } from "../runtime.ts";
import { sayWho } from "./changes.ts";
import { HISTORY_OUTCOMES, type HistoryOutcome, isHistoryOutcome } from "./history-filters.ts";
import { type AttemptsWanted, type HistoryPlace, readAttemptPage } from "./history-page.ts";
import {
  type Beside,
  besideId,
  besidePage,
  isBackwards,
  LONG_ID_DIGITS,
  PAGE_SIZE,
  readBeside,
  readId,
  readSearch,
} from "./paging.ts";
import { startOfDay } from "./shop-time.ts";
import { type TimelineEntry, toTimelineEntry } from "./timeline.ts";
import { ATTEMPT_KINDS } from "./words.ts";

export interface HistoryFilters {
  /** Days in the shop's timezone, yyyy-mm-dd; inclusive. */
  from: string | null;
  to: string | null;
  channelId: number | null;
  kind: string | null;
  outcome: HistoryOutcome | null;
  search: string;
  beside: Beside;
  /** Who looks: Shopify's id of the user. */
  viewer: string | null;
}

export interface HistoryRow extends TimelineEntry {
  /** Whose doing it was; null: Lockstep's own. */
  who: string | null;
  channel: string | null;
  listing: { id: number; title: string; sku: string | null } | null;
  order: { id: number; name: string } | null;
  /** What can be tried again from here: the latest attempt of its kind failed. */
  retry: { kind: "listing" | "order"; id: number } | null;
}

export interface HistoryView {
  rows: HistoryRow[];
  /** Ids to go on from; null: there is nothing there. */
  next: number | null;
  previous: number | null;
}

const FAILED = new Set<string>(HISTORY_OUTCOMES.failed.outcomes);

export async function readHistory(
  rt: Runtime,
  shop: { id: number; timezone: string },
  filters: HistoryFilters,
): Promise<HistoryView> {
  const { beside } = filters;
  const backwards = isBackwards(beside);
  const start =
    beside && (await rt.db.attempt.findFirst({ where: { shopId: shop.id, id: besideId(beside) }, select: PLACE }));
  // What it was beside is gone: from the beginning.
  if (beside && !start) return readHistory(rt, shop, { ...filters, beside: null });
  const found = await readAttemptPage(rt.db, wantedOf(shop, filters), {
    start,
    isNewer: backwards,
    limit: PAGE_SIZE + 1,
  });
  if (beside && found.length === 0) return readHistory(rt, shop, { ...filters, beside: null });
  const { rows, next, previous } = besidePage(found, beside);
  return { next, previous, rows: await toRows(rt, shop.id, rows, filters.viewer) };
}

const PLACE = { id: true, startedAt: true } as const;
/** Those after one of them, however deep in the past; `last`: where to go on, null where there is no more. */
export async function readHistoryAfter(
  rt: Runtime,
  shop: { id: number; timezone: string },
  filters: HistoryFilters,
  { after, limit }: { after: HistoryPlace | null; limit: number },
): Promise<{ rows: HistoryRow[]; last: HistoryPlace | null }> {
  const found = await readAttemptPage(rt.db, wantedOf(shop, filters), { start: after, isNewer: false, limit });
  const end = found.at(-1);
  return {
    rows: await toRows(rt, shop.id, found, filters.viewer),
    last: end && found.length === limit ? { startedAt: end.startedAt, id: end.id } : null,
  };
}

/** The filters out of an address. */
export function readHistoryFilters(query: URLSearchParams, viewer: string | null): HistoryFilters {
  const kind = query.get("kind") ?? "";
  const outcome = query.get("outcome") ?? "";
  return {
    from: readDay(query.get("from")),
    to: readDay(query.get("to")),
    channelId: readId(query.get("channel")),
    kind: Object.hasOwn(ATTEMPT_KINDS, kind) ? kind : null,
    outcome: isHistoryOutcome(outcome) ? outcome : null,
    search: readSearch(query),
    beside: readBeside(query, LONG_ID_DIGITS),
    viewer,
  };
}

function wantedOf(
  { id: shopId, timezone }: { id: number; timezone: string },
  { from, to, channelId, kind, outcome, search }: HistoryFilters,
): AttemptsWanted {
  return {
    ...{ shopId, channelId, kind, outcome, search },
    from: from === null ? null : startOfDay(from, timezone),
    to: to === null ? null : startOfDay(dayAfter(to), timezone),
  };
}

async function toRows(
  { db }: Runtime,
  shopId: number,
  rows: readonly Attempt[],
  viewer: string | null,
): Promise<HistoryRow[]> {
  const [channels, listings, orders] = await Promise.all([
    db.channel.findMany({ where: { shopId }, select: { id: true, name: true } }),
    db.listing.findMany({
      where: { shopId, id: { in: rows.flatMap((row) => row.listingId ?? []) } },
      select: { id: true, title: true, sku: true, problem: true },
    }),
    db.marketplaceOrder.findMany({
      where: { shopId, id: { in: rows.flatMap((row) => row.orderId ?? []) } },
      select: { id: true, displayName: true, stage: true },
    }),
  ]);
  const channelOf = new Map(channels.map((one) => [one.id, one.name]));
  const listingOf = new Map(listings.map((one) => [one.id, one]));
  const orderOf = new Map(orders.map((one) => [one.id, one]));
  return rows.map((attempt) => {
    const listing = attempt.listingId === null ? undefined : listingOf.get(attempt.listingId);
    const order = attempt.orderId === null ? undefined : orderOf.get(attempt.orderId);
    const failed = FAILED.has(attempt.outcome);
    return {
      ...toTimelineEntry(attempt),
      who: attempt.actor === null ? null : sayWho(attempt.actor, viewer),
      channel: attempt.channelId === null ? null : (channelOf.get(attempt.channelId) ?? null),
      listing: listing ? { id: listing.id, title: listing.title, sku: listing.sku } : null,
      order: order ? { id: order.id, name: order.displayName } : null,
      retry:
        failed && attempt.kind === "push" && listing?.problem
          ? { kind: "listing", id: listing.id }
          : failed && attempt.kind === "place-order" && order?.stage === "held"
            ? { kind: "order", id: order.id }
            : null,
    };
  });
}

/** Years whose days and their neighbours every part of us can count with. */
const DAY = /^(19|20)\d{2}-\d{2}-\d{2}$/;

/** A calendar day out of a form, or null. */
export function readDay(value: string | null): string | null {
  return value && DAY.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) ? value : null;
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
