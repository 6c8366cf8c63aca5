/** Slice: bulk-changes. Owns BulkChange: what a channel's listings showed when the merchant approved a change of many. */
import type { Tx } from "../db.server.ts";

/** Takes the place of the one before: only the latest can be undone. */
export async function recordBulkChange(
  tx: Tx,
  change: {
    channelId: number;
    reason: string | null;
    listings: readonly { id: number; shown: number | null }[];
    now: Date;
  },
): Promise<void> {
  const { channelId, reason, now: approvedAt } = change;
  await tx.bulkChange.deleteMany({ where: { channelId } });
  await tx.bulkChange.create({ data: { channelId, reason, approvedAt } });
  await tx.$executeRaw`
    INSERT INTO "BulkChangeListing" ("channelId", "listingId", "quantityBefore")
    SELECT ${channelId}, l.id, l.shown FROM jsonb_to_recordset(${JSON.stringify(change.listings)}::jsonb) AS l(id int, shown int)
    WHERE l.shown IS NOT NULL`;
}

/** When the merchant last approved a change of the whole channel; null: never. */
export async function findBulkChangeTime(tx: Tx, channelId: number): Promise<Date | null> {
  const change = await tx.bulkChange.findUnique({ where: { channelId }, select: { approvedAt: true } });
  return change?.approvedAt ?? null;
}
