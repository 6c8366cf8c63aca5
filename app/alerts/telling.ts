/** Slice: alerts. Whom an alert is to be told by mail: once each time it opens, and once more where nobody acknowledges it. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type Alert, Prisma } from "../generated/prisma/client.ts";

export type { Alert };

/** Alerts that the tick looks at: what is left is due in the next. */
const DUE_MAX = 1_000;

/** Shops with an alert that somebody is to be told of now. */
export function shopsToTell(now: Date): Prisma.Sql {
  return Prisma.sql`SELECT DISTINCT due."shopId" FROM (
    SELECT "shopId" FROM "Alert" WHERE "tellAt" <= ${now} AND "resolvedAt" IS NULL ORDER BY "tellAt" LIMIT ${DUE_MAX}) due`;
}

/** Those of a shop that are due, locked; another worker's are left out. */
export function takeAlertsToTell(tx: Tx, shopId: number, now: Date): Promise<Alert[]> {
  return tx.$queryRaw`
    SELECT * FROM "Alert" WHERE "shopId" = ${shopId} AND "tellAt" <= ${now} AND "resolvedAt" IS NULL
    ORDER BY "tellAt", id LIMIT ${DUE_MAX} FOR UPDATE SKIP LOCKED`;
}

/** `again`: when it is looked at once more; null: never. */
export async function recordTold(
  tx: Tx,
  told: readonly { id: number; again: Date | null; escalated: boolean }[],
  now: Date,
): Promise<void> {
  if (told.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Alert" a SET "tellAt" = t.again, "toldAt" = COALESCE(a."toldAt", ${now}),
      "escalatedAt" = CASE WHEN t.escalated THEN ${now} ELSE a."escalatedAt" END
    FROM ${tableOf(told, "id int, again timestamptz, escalated boolean")} t WHERE a.id = t.id`;
}

/** The rules have changed: those that wait for somebody are looked at again. */
export async function tellAgainOfOpen(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Alert" SET "tellAt" = ${now}
    WHERE "shopId" = ${shopId} AND "resolvedAt" IS NULL AND "toldAt" IS NOT NULL AND "acknowledgedAt" IS NULL AND "escalatedAt" IS NULL`;
}

/** Somebody sees to it. False: it has ended, somebody does already, or it is not this shop's. */
export async function acknowledge(
  tx: Db | Tx,
  { shopId, alertId, by }: { shopId: number; alertId: number; by: string | null },
  now: Date,
): Promise<Alert | null> {
  const [alert] = await tx.$queryRaw<Alert[]>`
    UPDATE "Alert" SET "acknowledgedAt" = ${now}, "acknowledgedBy" = ${by}, "tellAt" = NULL
    WHERE id = ${alertId} AND "shopId" = ${shopId} AND "resolvedAt" IS NULL AND "acknowledgedAt" IS NULL RETURNING *`;
  return alert ?? null;
}

/** Channels of which it is said that they are late. */
export function channelsSaidToBeLate(): Prisma.Sql {
  return Prisma.sql`SELECT "channelId" FROM "Alert" WHERE key LIKE 'delayed:%' AND "resolvedAt" IS NULL`;
}
