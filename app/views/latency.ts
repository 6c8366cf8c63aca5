/**
 * Read model of how fast changes of stock reach the marketplaces. It reads sums of hours and days (app/latencies), and of each
 * channel the one change that waits longest: as much in a shop of half a million listings as in one of ten.
 */
import type { Db } from "../db.server.ts";
import { addHistograms, countOf, type Histogram, percentileMs } from "../latencies/histogram.ts";
import { LATENCY_DAYS, LATENCY_HOURS, type Latency, listLatencies } from "../latencies/latencies.ts";
import { listOldestChanges } from "../listings/claim.ts";

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
  const [rows, oldest] = await Promise.all([listLatencies(db, ids, now), listOldestChanges(db, ids)]);
  return latencyView({ channels, rows, oldest, now });
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
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
    channels: channels.map(({ id, name }) => ({
      channelId: id,
      name,
      day: figuresOf(hours.filter((row) => row.channelId === id)),
      month: figuresOf(days.filter((row) => row.channelId === id)),
      oldestChangeAt: oldest.get(id)?.toISOString() ?? null,
    })),
    points: {
      day: pointsOf(hours, now, HOUR_MS, LATENCY_HOURS),
      month: pointsOf(days, now, DAY_MS, LATENCY_DAYS),
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
  const last = Math.floor(now.getTime() / spanMs) * spanMs;
  return Array.from({ length: spans }, (_, at) => {
    const startsAt = new Date(last - (spans - 1 - at) * spanMs);
    const own = rows.filter((row) => row.startsAt.getTime() === startsAt.getTime());
    return { startsAt: startsAt.toISOString(), ...figuresOf(own) };
  });
}
