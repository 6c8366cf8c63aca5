/**
 * Slice: latency-checks. Owns LatencyCheck and LatencyCheckListing: one SKU timed through its channels, by a unit that is
 * moved from available to reserved in Shopify, and back.
 */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type LatencyCheck, type LatencyCheckListing, Prisma } from "../generated/prisma/client.ts";
import type { TimedListing } from "./check-plan.ts";

export type { LatencyCheck, LatencyCheckListing };

/** Checks of one turn. */
const DUE_MAX = 100;

/** Written before Shopify is asked to move the unit. Null: another check of the shop has not ended. */
export async function openCheck(
  tx: Tx,
  of: { shopId: number; variantId: number; inventoryItemGid: string; locationGid: string; actor: string | null },
  timed: readonly TimedListing[],
  now: Date,
): Promise<number | null> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    INSERT INTO "LatencyCheck" ("shopId", "variantId", "inventoryItemGid", "locationGid", actor, state, "startedAt", "askedAt", "lookAt")
    SELECT ${of.shopId}, ${of.variantId}, ${of.inventoryItemGid}, ${of.locationGid}, ${of.actor}, 'taking', ${now}, ${now}, ${now}
    ON CONFLICT ("shopId") WHERE state <> 'ended' DO NOTHING RETURNING id`;
  const id = rows[0]?.id;
  if (id === undefined) return null;
  await tx.latencyCheckListing.createMany({
    data: timed.map(({ listingId, channelId, from, to }) => ({
      ...{ checkId: id, listingId, channelId },
      ...{ quantityBefore: from, quantityExpected: to },
    })),
  });
  return id;
}

export type CheckWithListings = LatencyCheck & { listings: LatencyCheckListing[] };

export function findCheck(db: Db | Tx, id: number): Promise<CheckWithListings | null> {
  return db.latencyCheck.findUnique({ where: { id }, include: { listings: { orderBy: { listingId: "asc" } } } });
}

/** Of shops that have the app: elsewhere nothing can be moved back. */
export function dueChecks(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT k.id FROM "LatencyCheck" k JOIN "Shop" s ON s.id = k."shopId" AND s."uninstalledAt" IS NULL
    WHERE k."lookAt" <= ${now} ORDER BY k."lookAt" LIMIT ${DUE_MAX}`;
}

/** Written before Shopify is asked, so that what a lost answer leaves is told from a first try. */
export async function recordAsked(tx: Tx, id: number, lookAt: Date): Promise<void> {
  await tx.latencyCheck.update({ where: { id }, data: { asks: { increment: 1 }, lookAt } });
}

export async function recordTaken(
  tx: Tx,
  id: number,
  { changedAt, movedAt, lookAt }: { changedAt: Date; movedAt: Date; lookAt: Date },
): Promise<void> {
  await tx.latencyCheck.update({
    where: { id },
    data: { state: "watching", changedAt, movedAt, lookAt, problem: null },
  });
}

export async function recordHeard(tx: Tx, id: number, heardAt: Date, heardByNotice: boolean): Promise<void> {
  await tx.latencyCheck.update({ where: { id }, data: { heardAt, heardByNotice } });
}

export type ListingTimes = Omit<LatencyCheckListing, "channelId" | "quantityBefore" | "quantityExpected">;

export async function recordTimes(tx: Tx, times: readonly ListingTimes[]): Promise<void> {
  if (times.length === 0) return;
  await tx.$executeRaw`
    UPDATE "LatencyCheckListing" l SET "pushedAt" = t."pushedAt", "acceptedAt" = t."acceptedAt", "shownAt" = t."shownAt",
      looks = t.looks, "lookAt" = t."lookAt", "isRefused" = t."isRefused", problem = t.problem
    FROM ${tableOf(times, `"checkId" int, "listingId" int, "pushedAt" timestamptz, "acceptedAt" timestamptz, "shownAt" timestamptz, looks int, "lookAt" timestamptz, "isRefused" boolean, problem text`)} t
    WHERE l."checkId" = t."checkId" AND l."listingId" = t."listingId"`;
}

export async function lookAtCheckAgain(tx: Tx, id: number, lookAt: Date): Promise<void> {
  await tx.latencyCheck.update({ where: { id }, data: { lookAt } });
}

/** Written before Shopify is asked to move the unit back. */
export async function recordReturning(tx: Tx, id: number, problem: string | null, now: Date): Promise<void> {
  const anew = { attempt: 0, asks: 0, askedAt: now, lookAt: now };
  await tx.latencyCheck.update({ where: { id }, data: { state: "returning", problem, ...anew } });
}

/** `failedForCertain`: Shopify did nothing, and wants another key for the next try. */
export async function postponeMove(
  tx: Tx,
  id: number,
  { lookAt, failedForCertain }: { lookAt: Date; failedForCertain: boolean },
): Promise<void> {
  const anew = failedForCertain ? { attempt: { increment: 1 }, askedAt: lookAt } : {};
  await tx.latencyCheck.update({ where: { id }, data: { lookAt, ...anew } });
}

/** `returnedAt` null: nothing was taken, or it is not known whether it is back. */
export async function recordEnded(
  tx: Tx,
  id: number,
  { returnedAt, problem }: { returnedAt: Date | null; problem: string | null },
  now: Date,
): Promise<void> {
  const over = { state: "ended", endedAt: now, lookAt: null };
  await tx.latencyCheck.update({ where: { id }, data: { ...over, returnedAt, problem } });
}

/** Of these items, those whose available may be without a unit that is only away for a check. */
export async function listUnitsAway(db: Db | Tx, shopId: number, items: readonly string[]): Promise<Set<string>> {
  const rows = await db.latencyCheck.findMany({
    where: { shopId, state: { not: "ended" }, inventoryItemGid: { in: [...items] } },
    select: { inventoryItemGid: true },
  });
  return new Set(rows.map((row) => row.inventoryItemGid));
}

export function forgetOldChecks(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "LatencyCheck" WHERE id IN (SELECT id FROM "LatencyCheck" WHERE "endedAt" < ${before} LIMIT ${rowsMax})`;
}
