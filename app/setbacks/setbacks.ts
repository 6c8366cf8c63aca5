/**
 * Slice: setbacks. Owns Setback: work that does not go on, because the account (or the shop) that it asks something of
 * does not answer or says no. The row counts the failures, so that each wait is longer than the one before, and is what
 * the merchant is shown. It goes when the work goes on.
 */
import type { Db, Tx } from "../db.server.ts";
import type { Setback } from "../generated/prisma/client.ts";

export type { Setback };

/** One more failure in a row. Returns how many there are, and since when. */
export async function countFailure(
  tx: Tx,
  failed: { name: string; shopId: number; channelId: number | null; why: string; now: Date },
): Promise<{ failures: number; since: Date }> {
  const { name, shopId, channelId, why, now } = failed;
  const [row] = await tx.$queryRaw<{ failures: number; since: Date }[]>`
    INSERT INTO "Setback" AS s (name, "shopId", "channelId", failures, since, until, why)
    VALUES (${name}, ${shopId}, ${channelId}, 1, ${now}, ${now}, ${why})
    ON CONFLICT (name) DO UPDATE SET failures = s.failures + 1, why = ${why} RETURNING failures, since`;
  return row ?? { failures: 1, since: now };
}

export async function recordPutOff(tx: Tx, name: string, until: Date): Promise<void> {
  await tx.setback.update({ where: { name }, data: { until } });
}

/** It goes on. */
export async function endSetback(tx: Db | Tx, name: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM "Setback" WHERE name = ${name}`;
}

export function findSetback(db: Db | Tx, name: string): Promise<Setback | null> {
  return db.setback.findUnique({ where: { name } });
}

/** Names of what is put off beyond `now` and asked of no channel: few at any time. */
export async function listShopPutOffs(db: Db | Tx, now: Date): Promise<ReadonlySet<string>> {
  const rows = await db.setback.findMany({ where: { channelId: null, until: { gt: now } }, select: { name: true } });
  return new Set(rows.map((one) => one.name));
}
