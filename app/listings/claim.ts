/**
 * Slice: listings, what a push takes next. Few of many are stale, and each of these questions is asked again and again: of
 * the tables they read what is due, and the first of it, however much waits.
 */
import type { Db, Tx } from "../db.server.ts";
import { type Listing, Prisma } from "../generated/prisma/client.ts";
import { PUSHABLE_SQL } from "./pushable.ts";

export const PUSHABLE = Prisma.raw(PUSHABLE_SQL);
export const STALE = Prisma.sql`${PUSHABLE} AND l.version > l."acknowledgedVersion"`;

/** When it may be tried; the index "Listing_stale" has what is stale by channel and by this. */
const TRIED_FROM = Prisma.sql`COALESCE(l."retryAt", '-infinity'::timestamptz)`;
const DUE = (now: Date) => Prisma.sql`${TRIED_FROM} <= ${now}`;
/** PostgreSQL can't know that few are stale: without an order that the index has it would hope to meet one soon elsewhere. */
const FROM_THE_INDEX = Prisma.sql`ORDER BY l."channelId", ${TRIED_FROM}`;

const STALE_SINCE = Prisma.sql`COALESCE(l."staleSince", '-infinity'::timestamptz)`;
/** An increase waits for an order read newer than its cause: a sale we have not seen would be undone by it. */
const READY = Prisma.sql`${STALE_SINCE} <= (SELECT "ordersReadAt" FROM open)`;

/** Units left per sale of late: the fewer, the sooner it is oversold. The index "Listing_next" has what was never put off by this. */
const UNITS_PER_SALE = Prisma.sql`(COALESCE(l."observedQuantity", 0)::double precision / (1 + l."soldLately"))`;
const BY_RISK = Prisma.sql`${UNITS_PER_SALE}, ${STALE_SINCE}, l.id`;

/** A channel that anything may be written to now. */
const OPEN_TO_PUSHES = (now: Date) => Prisma.sql`c.state = 'connected' AND c."pushApprovedAt" IS NOT NULL
  AND (c."pushRetryAt" IS NULL OR c."pushRetryAt" <= ${now}) AND s."mirroredAt" IS NOT NULL AND s."uninstalledAt" IS NULL`;

/**
 * Ids of what a push may send now, with the first `limit` of them among these: of what may have to go down, and of increases,
 * the first of those never put off and the longest due of the others.
 */
function firstReady(channelId: number, now: Date, limit: number): Prisma.Sql {
  const part = (which: Prisma.Sql, order: Prisma.Sql) => Prisma.sql`(
    SELECT l.id FROM "Listing" l WHERE l."channelId" = (SELECT id FROM open) AND ${STALE} AND ${which} ORDER BY ${order} LIMIT ${limit})`;
  const fresh = Prisma.sql`l."retryAt" IS NULL`;
  const again = Prisma.sql`${TRIED_FROM} > '-infinity' AND ${DUE(now)}`;
  const parts = [
    part(Prisma.sql`${fresh} AND l.decreasing`, BY_RISK),
    part(Prisma.sql`${again} AND l.decreasing`, TRIED_FROM),
    part(Prisma.sql`${fresh} AND NOT l.decreasing AND ${READY}`, BY_RISK),
    part(Prisma.sql`${again} AND NOT l.decreasing AND ${READY}`, TRIED_FROM),
  ];
  return Prisma.sql`
    WITH open AS MATERIALIZED (
      SELECT c.id, COALESCE(c."ordersReadAt", 'epoch') AS "ordersReadAt" FROM "Channel" c JOIN "Shop" s ON s.id = c."shopId"
      WHERE c.id = ${channelId} AND ${OPEN_TO_PUSHES(now)})
    ${Prisma.join(parts, " UNION ALL ")}`;
}

/**
 * Stale listings that a push may send now, in order of the risk that they oversell: those that may have to go down first;
 * among them the fewest units left per sale of the last day. None while nothing may be written to the channel.
 */
export function claimStale(
  db: Db | Tx,
  { channelId, now, limit }: { channelId: number; now: Date; limit: number },
): Promise<Listing[]> {
  return db.$queryRaw<Listing[]>`
    SELECT l.* FROM (${firstReady(channelId, now, limit)}) ready JOIN "Listing" l ON l.id = ready.id
    ORDER BY l.decreasing DESC, ${BY_RISK} LIMIT ${limit}`;
}

/** What a push of a channel may find to do: what a claim finds; that, or increases that wait; or an approval to end too. */
export type PushWork = "ready" | "due" | "any";

/** A condition for the push's lease, so that the many that find nothing end with one statement. */
export function hasPushWork(channelId: number, work: PushWork, now: Date): Prisma.Sql {
  if (work === "ready") return Prisma.sql`EXISTS (${firstReady(channelId, now, 1)})`;
  const due = Prisma.sql`EXISTS (
    SELECT 1 FROM "Channel" c JOIN "Shop" s ON s.id = c."shopId"
    WHERE c.id = ${channelId} AND ${OPEN_TO_PUSHES(now)} AND ${isAnyDue(Prisma.sql`c.id`, now)})`;
  if (work === "due") return due;
  return Prisma.sql`(${due} OR EXISTS (SELECT 1 FROM "Channel" c WHERE c.id = ${channelId} AND c."bulkApproved"))`;
}

function isAnyDue(channelId: Prisma.Sql, now: Date): Prisma.Sql {
  return Prisma.sql`(
    SELECT true FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${STALE} AND ${DUE(now)} ${FROM_THE_INDEX} LIMIT 1) IS NOT NULL`;
}

/** Whether increases wait for an order read. */
export async function doIncreasesWait(db: Db | Tx, channelId: number, now: Date): Promise<boolean> {
  const rows = await db.$queryRaw<{ wait: boolean }[]>`SELECT ${hasPushWork(channelId, "due", now)} AS wait`;
  return rows[0]?.wait ?? false;
}

/** Whether anything at all is stale on a channel. */
export async function isAnyStale(db: Db | Tx, channelId: number): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${STALE} ${FROM_THE_INDEX} LIMIT 1`;
  return rows.length > 0;
}

/** What on this channel becomes right only when all its orders are read: units not seen yet, and increases. */
export async function readWaiting(
  db: Db | Tx,
  channelId: number,
  now: Date,
): Promise<{ hasUnseen: boolean; hasIncreases: boolean }> {
  const [row] = await db.$queryRaw<{ hasUnseen: boolean; hasIncreases: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM "Listing" l WHERE l."channelId" = ${channelId} AND l."unseenUnits" > 0) AS "hasUnseen",
      (SELECT true FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${STALE} AND NOT l.decreasing AND ${DUE(now)}
        ${FROM_THE_INDEX} LIMIT 1) IS NOT NULL AS "hasIncreases"`;
  return row ?? { hasUnseen: false, hasIncreases: false };
}

/**
 * Channels on which something is stale and due. From one channel with anything stale to the next, along the index: neither
 * the channels that are in step are looked at, nor how much is stale on the others.
 */
export function staleChannels(now: Date): Prisma.Sql {
  const first = (where: Prisma.Sql) => Prisma.sql`(
    SELECT l."channelId" AS id, ${TRIED_FROM} AS "dueAt" FROM "Listing" l WHERE ${STALE} AND ${where} ${FROM_THE_INDEX} LIMIT 1)`;
  return Prisma.sql`
    WITH RECURSIVE waiting AS (
      ${first(Prisma.sql`true`)} UNION ALL
      SELECT next.* FROM waiting w CROSS JOIN LATERAL ${first(Prisma.sql`l."channelId" > w.id`)} next)
    SELECT c.id FROM waiting w JOIN "Channel" c ON c.id = w.id JOIN "Shop" s ON s.id = c."shopId"
    WHERE w."dueAt" <= ${now} AND ${OPEN_TO_PUSHES(now)}`;
}

/**
 * A change of stock that no push has reached yet; what was accepted and is still to be verified is on its way. The index
 * "Listing_changed" has the oldest of each channel first.
 */
const CHANGED = Prisma.sql`${STALE} AND l."changedAt" IS NOT NULL`;

/**
 * Channels where a change of stock waits for longer than the merchant allows, though it may be pushed. From one channel with
 * any to the next, along the index: neither the others are looked at, nor how much waits.
 */
export function lateChannels(now: Date): Prisma.Sql {
  const first = (where: Prisma.Sql) => Prisma.sql`(
    SELECT l."channelId" AS id, l."changedAt" AS since FROM "Listing" l WHERE ${CHANGED} AND ${where}
    ORDER BY l."channelId", l."changedAt" LIMIT 1)`;
  const allowed = Prisma.sql`${now}::timestamptz - make_interval(mins => c."lateAfterMinutes")`;
  return Prisma.sql`
    WITH RECURSIVE waiting AS (
      ${first(Prisma.sql`true`)} UNION ALL
      SELECT next.* FROM waiting w CROSS JOIN LATERAL ${first(Prisma.sql`l."channelId" > w.id`)} next)
    SELECT c.id FROM waiting w JOIN "Channel" c ON c.id = w.id JOIN "Shop" s ON s.id = c."shopId"
    WHERE w.since <= ${allowed} AND c.state = 'connected' AND c."pushApprovedAt" <= ${allowed}
      AND s."mirroredAt" IS NOT NULL AND s."uninstalledAt" IS NULL`;
}

/** The listing of a channel whose change of stock waits longest; null: none waits. */
export async function findLongestWait(
  db: Db | Tx,
  channelId: number,
): Promise<Pick<Listing, "title" | "sku" | "problem"> | null> {
  const [listing] = await db.$queryRaw<Listing[]>`
    SELECT l.* FROM "Listing" l WHERE l."channelId" = ${channelId} AND ${CHANGED} ORDER BY l."channelId", l."changedAt" LIMIT 1`;
  return listing ?? null;
}
