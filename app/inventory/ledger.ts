/** Slice: inventory, the end of its ledger. The sum of a level's entries is the mirror, however old they become. */
import type { Db } from "../db.server.ts";

/** Old entries become one of each level, `opening`, with their sum. Returns how many there were, at most `rowsMax`. */
export async function foldOldEntries(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  const [row] = await db.$queryRaw<{ folded: number }[]>`
    WITH gone AS (
      DELETE FROM "LedgerEntry" WHERE id IN (
        SELECT id FROM "LedgerEntry" WHERE cause <> 'opening' AND "recordedAt" < ${before} ORDER BY "recordedAt", id LIMIT ${rowsMax})
      RETURNING *
    ), opened AS (
      INSERT INTO "LedgerEntry" ("shopId", "inventoryItemGid", "locationGid", delta, "availableAfter", cause, "occurredAt", "recordedAt")
      SELECT "shopId", "inventoryItemGid", "locationGid", sum(delta), (array_agg("availableAfter" ORDER BY id DESC))[1], 'opening',
        max("occurredAt"), max("recordedAt")
      FROM gone GROUP BY 1, 2, 3
      ON CONFLICT ("shopId", "inventoryItemGid", "locationGid") WHERE cause = 'opening' DO UPDATE SET
        delta = "LedgerEntry".delta + EXCLUDED.delta, "availableAfter" = EXCLUDED."availableAfter",
        "occurredAt" = EXCLUDED."occurredAt", "recordedAt" = EXCLUDED."recordedAt"
    )
    SELECT count(*)::int AS folded FROM gone`;
  return row?.folded ?? 0;
}
