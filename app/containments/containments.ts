/** Slice: containments. Owns Containment: the most that every listing of a variant may show, until the merchant releases it. */
import { addMs } from "../clock.ts";
import { type Db, type Tx, tableOf } from "../db.server.ts";
import type { Containment } from "../generated/prisma/client.ts";
import { Prisma } from "../generated/prisma/client.ts";

export type { Containment };

const DAY_MS = 24 * 60 * 60_000;
/** So many reminders in one turn: what is left is due in the next. */
const REMINDERS_MAX = 100;

export function findContainment(db: Db | Tx, variantId: number): Promise<Containment | null> {
  return db.containment.findUnique({ where: { variantId } });
}

/** The days until the merchant is reminded begin anew. */
export async function setContainment(
  tx: Tx,
  of: { shopId: number; variantId: number },
  contained: { units: number; takesDown: boolean; since: Date; remindDays: number },
  now: Date,
): Promise<void> {
  const data = { ...contained, remindAt: addMs(now, contained.remindDays * DAY_MS) };
  await tx.containment.upsert({ where: { variantId: of.variantId }, create: { ...of, ...data }, update: data });
}

export async function endContainment(tx: Tx, variantId: number): Promise<void> {
  await tx.containment.deleteMany({ where: { variantId } });
}

/** Variants of whose containment the merchant is to be reminded. */
export function dueReminders(now: Date): Prisma.Sql {
  return Prisma.sql`SELECT "variantId" FROM "Containment" WHERE "remindAt" <= ${now} LIMIT ${REMINDERS_MAX}`;
}

/** Of these, those that are still held: each is reminded of once. */
export function takeReminders(tx: Tx, variantIds: readonly number[], now: Date): Promise<Containment[]> {
  return tx.$queryRaw`
    UPDATE "Containment" SET "remindAt" = NULL WHERE "variantId" = ANY(${[...variantIds]}::int[]) AND "remindAt" <= ${now} RETURNING *`;
}

/**
 * What stood for variants that are gone stands for others now: what the merchant said of the first holds for these, where
 * they have not said anything of them. One that was reminded of already is so again, under its new name. Returns what is
 * held now and was not.
 */
export function handOnContainments(
  tx: Tx,
  handed: readonly { from: number; to: number }[],
  now: Date,
): Promise<Containment[]> {
  return tx.$queryRaw`
    WITH handed AS (SELECT * FROM ${tableOf(handed, `"from" int, "to" int`)} h),
    gone AS (DELETE FROM "Containment" k USING handed h WHERE k."variantId" = h."from" RETURNING k.*)
    INSERT INTO "Containment" ("variantId", "shopId", units, "takesDown", since, "remindDays", "remindAt")
    SELECT DISTINCT ON (h."to") h."to", k."shopId", k.units, k."takesDown", k.since, k."remindDays", COALESCE(k."remindAt", ${now})
    FROM handed h JOIN gone k ON k."variantId" = h."from" ORDER BY h."to", k.units ON CONFLICT DO NOTHING RETURNING *`;
}
