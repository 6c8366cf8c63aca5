/**
 * Slice: latencies. Owns Latency: from a change of stock to the marketplace's acceptance of the number that it led to, added
 * up by channel, hour and day in the transaction that stores the acceptance. A screen reads a few rows of sums, and never the
 * attempts.
 *
 * A change begins by the clock of whoever it happened at: Shopify's `updated_at` of the level, which is a whole second and so
 * up to one too early, or the time of the order. Where several changes led to one number, the first counts. Settings, repairs
 * and what a paused channel missed are no changes of stock, and are not measured.
 */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { histogramOf } from "./histogram.ts";

/** One number that a marketplace accepted after a change of stock. */
export interface AcceptedChange {
  changedAt: Date;
  /** What the listing showed before; null: not known. */
  before: number | null;
  quantity: number;
}

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

/** One statement for all that was accepted at once. Callers are under the lease of the channel's push: nobody else adds. */
export async function recordLatencies(
  tx: Tx,
  channelId: number,
  accepted: readonly AcceptedChange[],
  now: Date,
): Promise<void> {
  if (accepted.length === 0) return;
  const took = accepted.map((one) => ({ ...one, ms: Math.max(0, now.getTime() - one.changedAt.getTime()) }));
  const lowered = took.filter(({ before, quantity }) => before !== null && quantity < before);
  const sums = {
    counts: histogramOf(took.map((one) => one.ms)),
    decreases: lowered.length,
    decreasesMs: lowered.reduce((sum, one) => sum + one.ms, 0),
    takenDown: lowered.filter((one) => one.quantity === 0).length,
  };
  const rows = [
    { span: "hour", startsAt: startOf(now, HOUR_MS), ...sums },
    { span: "day", startsAt: startOf(now, DAY_MS), ...sums },
  ];
  await tx.$executeRaw`
    INSERT INTO "Latency" AS l ("channelId", span, "startsAt", counts, decreases, "decreasesMs", "takenDown")
    SELECT ${channelId}, r.* FROM ${tableOf(rows, `span text, "startsAt" timestamptz, counts int[], decreases int, "decreasesMs" bigint, "takenDown" int`)} r
    ON CONFLICT ("channelId", span, "startsAt") DO UPDATE SET
      counts = ARRAY(SELECT a.n + b.n FROM unnest(l.counts) WITH ORDINALITY a(n, at)
        JOIN unnest(EXCLUDED.counts) WITH ORDINALITY b(n, at) USING (at) ORDER BY at),
      decreases = l.decreases + EXCLUDED.decreases, "decreasesMs" = l."decreasesMs" + EXCLUDED."decreasesMs",
      "takenDown" = l."takenDown" + EXCLUDED."takenDown"`;
}

function startOf(at: Date, spanMs: number): Date {
  return new Date(Math.floor(at.getTime() / spanMs) * spanMs);
}

/** Longer than they are looked at. */
const HOURS_KEPT_MS = 2 * DAY_MS;
const DAYS_KEPT_MS = 35 * DAY_MS;

export function forgetOldLatencies(db: Db, { now, rowsMax }: { now: Date; rowsMax: number }): Promise<number> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  const old = (span: string, ms: number) => Prisma.sql`
    (SELECT "channelId", span, "startsAt" FROM "Latency" WHERE span = ${span} AND "startsAt" < ${before(ms)}
      ORDER BY span, "startsAt" LIMIT ${rowsMax})`;
  return db.$executeRaw`
    DELETE FROM "Latency" WHERE ("channelId", span, "startsAt") IN (${old("hour", HOURS_KEPT_MS)} UNION ALL ${old("day", DAYS_KEPT_MS)})`;
}
