/** Slice: inventory. Owns Location, Level and LedgerEntry: the mirror of Shopify's available, and what explains it. */
import type { Db, Tx } from "../db.server.ts";

export interface LevelReading {
  inventoryItemGid: string;
  locationGid: string;
  /** Null where Shopify does not say: never zero. */
  available: number | null;
  /** Shopify's time of the change. */
  remoteUpdatedAt: Date;
}

export type LevelCause = "webhook" | "mirror" | "reconcile" | "fresh-read" | "disconnect";

export interface LevelChange {
  inventoryItemGid: string;
  locationGid: string;
  before: number | null;
  after: number | null;
}

/**
 * Sets levels and writes the ledger, all in two statements. An older reading than the one held changes nothing. A reading
 * of the very time held, with another quantity, can't be ordered (Shopify's webhooks say whole seconds): it is applied
 * when it was read (`fresh-read`, `mirror`, `reconcile`), and returned as `unclear` when it was sent.
 */
export async function applyLevels(
  tx: Tx,
  input: { shopId: number; readings: readonly LevelReading[]; cause: LevelCause; reference: string | null; now: Date },
): Promise<{ changes: LevelChange[]; unclear: string[] }> {
  const { shopId, readings, cause, reference, now } = input;
  if (readings.length === 0) return { changes: [], unclear: [] };
  const incoming = JSON.stringify(
    readings.map((one) => ({ ...one, remoteUpdatedAt: one.remoteUpdatedAt.toISOString() })),
  );
  const readNow = cause !== "webhook";
  // The rows first, so that the old value can be locked and read even where there was none.
  await tx.$executeRaw`
    INSERT INTO "Level" ("shopId", "inventoryItemGid", "locationGid", available, "remoteUpdatedAt")
    SELECT ${shopId}, i."inventoryItemGid", i."locationGid", NULL, 'epoch'
    FROM jsonb_to_recordset(${incoming}::jsonb) AS i("inventoryItemGid" text, "locationGid" text)
    ORDER BY 2, 3 ON CONFLICT DO NOTHING`;
  const rows = await tx.$queryRaw<(LevelChange & { applied: boolean })[]>`
    WITH incoming AS (
      SELECT * FROM jsonb_to_recordset(${incoming}::jsonb) AS i(
        "inventoryItemGid" text, "locationGid" text, available int, "remoteUpdatedAt" timestamptz)
    ), held AS (
      SELECT l.id, l.available AS before, i.available AS after, i."remoteUpdatedAt" AS at, i."inventoryItemGid", i."locationGid",
        (l."remoteUpdatedAt" < i."remoteUpdatedAt" OR ${readNow}) AS applied
      FROM "Level" l JOIN incoming i ON i."inventoryItemGid" = l."inventoryItemGid" AND i."locationGid" = l."locationGid"
      WHERE l."shopId" = ${shopId} AND l."remoteUpdatedAt" <= i."remoteUpdatedAt"
      ORDER BY l.id FOR UPDATE OF l
    ), updated AS (
      UPDATE "Level" l SET available = h.after, "remoteUpdatedAt" = h.at FROM held h WHERE l.id = h.id AND h.applied
    ), entered AS (
      INSERT INTO "LedgerEntry" ("shopId", "inventoryItemGid", "locationGid", delta, "availableAfter", cause, reference, "occurredAt", "recordedAt")
      SELECT ${shopId}, h."inventoryItemGid", h."locationGid", COALESCE(h.after, 0) - COALESCE(h.before, 0), h.after, ${cause}, ${reference}, h.at, ${now}
      FROM held h WHERE h.applied AND h.after IS DISTINCT FROM h.before ORDER BY h.id
    )
    SELECT "inventoryItemGid", "locationGid", before, after, applied FROM held WHERE after IS DISTINCT FROM before`;
  return {
    changes: rows.filter((row) => row.applied).map(({ applied: _, ...change }) => change),
    unclear: [...new Set(rows.filter((row) => !row.applied).map((row) => row.inventoryItemGid))],
  };
}

/** A location that no longer stocks the item: its units are gone from the count. */
export async function disconnectLevel(
  tx: Tx,
  input: { shopId: number; inventoryItemGid: string; locationGid: string; reference: string | null; now: Date },
): Promise<LevelChange[]> {
  const held = await tx.level.findFirst({
    where: { shopId: input.shopId, inventoryItemGid: input.inventoryItemGid, locationGid: input.locationGid },
  });
  if (!held) return [];
  const reading = { ...input, available: null, remoteUpdatedAt: input.now };
  const { changes } = await applyLevels(tx, { ...input, readings: [reading], cause: "disconnect" });
  return changes;
}

/** Levels that a whole read of an item did not show. */
export async function listLevelKeys(
  db: Db | Tx,
  shopId: number,
): Promise<{ inventoryItemGid: string; locationGid: string; available: number | null }[]> {
  return db.level.findMany({
    where: { shopId },
    select: { inventoryItemGid: true, locationGid: true, available: true },
  });
}

/** Upserts by gid. Returns true when a location came, went, or changed its state. */
export async function replaceLocations(
  tx: Tx,
  shopId: number,
  locations: readonly { gid: string; name: string; active: boolean }[],
): Promise<boolean> {
  const before = await tx.location.findMany({ where: { shopId } });
  for (const location of locations) {
    await tx.location.upsert({
      where: { shopId_gid: { shopId, gid: location.gid } },
      create: { shopId, ...location },
      update: { name: location.name, active: location.active },
    });
  }
  const gids = locations.map((location) => location.gid);
  await tx.location.updateMany({ where: { shopId, gid: { notIn: gids } }, data: { active: false } });
  const active = (rows: readonly { gid: string; active: boolean }[]): string =>
    rows
      .filter((row) => row.active)
      .map((row) => row.gid)
      .sort()
      .join();
  return active(before) !== active(locations);
}

/** Rule 6: levels whose ledger does not add up to the mirror. Empty unless we have a bug. */
export function findUnexplainedLevels(
  db: Db,
  shopId: number,
): Promise<{ inventoryItemGid: string; locationGid: string; available: number | null; entered: number }[]> {
  return db.$queryRaw`
    SELECT l."inventoryItemGid", l."locationGid", l.available, COALESCE(SUM(e.delta), 0)::int AS entered
    FROM "Level" l LEFT JOIN "LedgerEntry" e ON e."shopId" = l."shopId" AND e."inventoryItemGid" = l."inventoryItemGid" AND e."locationGid" = l."locationGid"
    WHERE l."shopId" = ${shopId} GROUP BY l.id HAVING COALESCE(SUM(e.delta), 0) <> COALESCE(l.available, 0)`;
}
