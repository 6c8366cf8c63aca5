/**
 * Slice: bulk-changes. Owns BulkChange: what a channel's listings showed when the merchant approved a change of many, and
 * what they were to show.
 */
import type { Db, Tx } from "../db.server.ts";

/** Takes the place of the one before: only the latest can be undone. */
export async function recordBulkChange(
  tx: Tx,
  change: {
    channelId: number;
    reason: string | null;
    /** `quantity`: what the preview says; null: nothing is published. */
    listings: readonly { id: number; shown: number | null; quantity: number | null }[];
    now: Date;
  },
): Promise<void> {
  const { channelId, reason, now: approvedAt } = change;
  await tx.bulkChange.deleteMany({ where: { channelId } });
  await tx.bulkChange.create({ data: { channelId, reason, approvedAt } });
  await tx.$executeRaw`
    INSERT INTO "BulkChangeListing" ("channelId", "listingId", "quantityBefore", "quantityApproved")
    SELECT ${channelId}, l.id, l.shown, l.quantity
    FROM jsonb_to_recordset(${JSON.stringify(change.listings)}::jsonb) AS l(id int, shown int, quantity int)
    WHERE l.shown IS NOT NULL`;
}

/** When the merchant last approved a change of the whole channel; null: never. */
export async function findBulkChangeTime(tx: Tx, channelId: number): Promise<Date | null> {
  const change = await tx.bulkChange.findUnique({ where: { channelId }, select: { approvedAt: true } });
  return change?.approvedAt ?? null;
}

/** Which of these the merchant has last seen, and approved, going to zero. */
export async function listApprovedToZero(db: Db | Tx, channelId: number, ids: readonly number[]): Promise<number[]> {
  const rows = await db.$queryRaw<{ listingId: number }[]>`
    SELECT "listingId" FROM "BulkChangeListing"
    WHERE "channelId" = ${channelId} AND "listingId" = ANY(${[...ids]}::int[]) AND "quantityBefore" > 0 AND "quantityApproved" = 0`;
  return rows.map((row) => row.listingId);
}
