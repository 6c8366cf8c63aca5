/**
 * Read model of how fast changes of stock reach the marketplaces. It reads sums of hours and days (app/latencies), and of each
 * channel the one change that waits longest: as much in a shop of half a million listings as in one of ten.
 */
import type { Db } from "../db.server.ts";
import { type Latency, Prisma } from "../generated/prisma/client.ts";
import { addHistograms, countOf, type Histogram, percentileMs } from "../latencies/histogram.ts";
import { PUSHABLE_SQL } from "../listings/pushable.ts";

export interface LatencyFigures {
  changes: number;
  /** Half of them took so long or less, in ms; null: there were none. */
  halfMs: number | null;
  /** 95 of 100 did. */
  mostMs: number | null;
}

export type LatencySpan = "day" | "month";

export interface ChannelLatency extends Record<LatencySpan, LatencyFigures> {
  channelId: number;
  name: string;
  /** Of the oldest change of stock that is not pushed yet. */
  oldestChangeAt: string | null;
}

export interface LatencyPoint extends LatencyFigures {
  startsAt: string;
}

export interface LatencyView {
  /** Those with a change of stock in the last 30 days, or one that waits. */
  channels: ChannelLatency[];
  /** By hour over 24 hours, by day over 30 days, of all channels; each hour and day is there. */
  points: Record<LatencySpan, LatencyPoint[]>;
  /** Of the last 30 days. */
  month: {
    /** Listings that were taken to 0 while they still showed something. */
    takenDown: number;
    /** Numbers that were lowered, and for how long they showed too many together, in ms; and with a poll every ten minutes. */
    decreases: number;
    staleMs: number;
    polledMs: number;
  };
}

export async function readLatency(
  db: Db,
  channels: readonly { id: number; name: string }[],
  now: Date,
): Promise<LatencyView> {
  const ids = channels.map((channel) => channel.id);
  const of = { channelId: { in: ids } };
  const hours = { ...of, span: "hour", startsAt: { gte: firstStart(now, HOUR_MS, HOURS) } };
  const days = { ...of, span: "day", startsAt: { gte: firstStart(now, DAY_MS, DAYS) } };
  const [rows, oldest] = await Promise.all([
    db.latency.findMany({ where: { OR: [hours, days] }, orderBy: { startsAt: "asc" } }),
    readOldestChanges(db, ids),
  ]);
  return latencyView({ channels, rows, oldest, now });
}

/** When the oldest change of stock happened that is not pushed yet, by channel; channels where none waits are left out. */
async function readOldestChanges(db: Db, channelIds: readonly number[]): Promise<Map<number, Date>> {
  const rows = await db.$queryRaw<{ channelId: number; changedAt: Date }[]>`
    SELECT oldest.* FROM unnest(${[...channelIds]}::int[]) AS c(id) CROSS JOIN LATERAL (
      SELECT l."channelId", l."changedAt" FROM "Listing" l
      WHERE l."channelId" = c.id AND ${Prisma.raw(PUSHABLE_SQL)} AND l."changedAt" IS NOT NULL
      ORDER BY l."channelId", l."changedAt" LIMIT 1) oldest`;
  return new Map(rows.map((row) => [row.channelId, row.changedAt]));
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** The hour and the day that run now are among them. */
const HOURS = 24;
const DAYS = 30;

function firstStart(now: Date, spanMs: number, spans: number): Date {
  return new Date((Math.floor(now.getTime() / spanMs) - (spans - 1)) * spanMs);
}

/** A change waits for half of a poll's ten minutes, on average. */
const POLL_WAIT_MS = 5 * 60_000;

/** Pure. */
export function latencyView({
  channels,
  rows,
  oldest,
  now,
}: {
  channels: readonly { id: number; name: string }[];
  rows: readonly Latency[];
  oldest: ReadonlyMap<number, Date>;
  now: Date;
}): LatencyView {
  const hours = rows.filter((row) => row.span === "hour");
  const days = rows.filter((row) => row.span === "day");
  const decreases = days.reduce((sum, row) => sum + row.decreases, 0);
  return {
    channels: channels
      .map(({ id, name }) => ({
        channelId: id,
        name,
        day: figuresOf(hours.filter((row) => row.channelId === id)),
        month: figuresOf(days.filter((row) => row.channelId === id)),
        oldestChangeAt: oldest.get(id)?.toISOString() ?? null,
      }))
      .filter(({ day, month, oldestChangeAt }) => day.changes + month.changes > 0 || oldestChangeAt !== null),
    points: {
      day: pointsOf(hours, now, HOUR_MS, HOURS),
      month: pointsOf(days, now, DAY_MS, DAYS),
    },
    month: {
      takenDown: days.reduce((sum, row) => sum + row.takenDown, 0),
      decreases,
      staleMs: days.reduce((sum, row) => sum + Number(row.decreasesMs), 0),
      polledMs: decreases * POLL_WAIT_MS,
    },
  };
}

function figuresOf(rows: readonly { counts: Histogram }[]): LatencyFigures {
  const counts = addHistograms(rows.map((row) => row.counts));
  return { changes: countOf(counts), halfMs: percentileMs(counts, 0.5), mostMs: percentileMs(counts, 0.95) };
}

function pointsOf(rows: readonly Latency[], now: Date, spanMs: number, spans: number): LatencyPoint[] {
  const first = firstStart(now, spanMs, spans).getTime();
  return Array.from({ length: spans }, (_, at) => {
    const startsAt = new Date(first + at * spanMs);
    const own = rows.filter((row) => row.startsAt.getTime() === startsAt.getTime());
    return { startsAt: startsAt.toISOString(), ...figuresOf(own) };
  });
}
