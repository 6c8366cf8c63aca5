/** Slice: inventory. Owns Location, Level, LedgerEntry and StockToWatch: the mirror of Shopify's available, and what explains it. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { keepToWatch } from "./stock-watch.ts";

export interface LevelReading {
  inventoryItemGid: string;
  locationGid: string;
  /** Null where Shopify does not say: never zero. */
  available: number | null;
  /** Shopify's time of the change. */
  remoteUpdatedAt: Date;
  /** What brought it, where others of the same statement were brought by something else. */
  reference?: string;
}

export type LevelCause = "webhook" | "mirror" | "reconcile" | "fresh-read";

export interface LevelChange {
  inventoryItemGid: string;
  locationGid: string;
  before: number | null;
  after: number | null;
}

/** All levels of some items, as one answer of Shopify's shows them. */
export interface WholeRead {
  inventoryItemGids: readonly string[];
  /** `currentRevision`, taken before Shopify was asked: what was stored by then is not newer than the answer. */
  asOf: bigint;
}

/**
 * What else a change of levels changes, in the same statement: given the name of a table of items ("inventoryItemGid",
 * decreasing, "changedAt"), tables of which the last is `marked` ("channelId", "isWaiting").
 */
export type Marking = (changed: Prisma.Sql) => Prisma.Sql;

/** Every stored level has a revision of its own, the latest stored the highest. */
export async function currentRevision(db: Db): Promise<bigint> {
  const [row] = await db.$queryRaw<{ last_value: bigint }[]>`SELECT last_value FROM "Level_revision_seq"`;
  return row?.last_value ?? 0n;
}

/**
 * Sets levels and writes the ledger. An older reading than the one held changes nothing. Shopify tells whole seconds: of
 * two quantities of one second a whole read is right if it was asked for after the other was last stored, or told again.
 * A whole read also sets to null what the item is no longer stocked at, and only one brings such a level back. `unclear`
 * are the items that can't be decided so, and have to be read again. With a `marking`, `toWake` are the channels where
 * something became stale.
 */
export async function applyLevels(
  tx: Db | Tx,
  input: {
    shopId: number;
    readings: readonly LevelReading[];
    cause: LevelCause;
    reference: string | null;
    whole?: WholeRead;
    now: Date;
  },
  marking?: Marking,
): Promise<{ changes: LevelChange[]; unclear: string[]; toWake: number[] }> {
  const { shopId, readings, whole } = input;
  if (readings.length === 0 && !whole) return { changes: [], unclear: [], toWake: [] };
  const found = await setHeldLevels(tx, input, marking);
  const keyOf = (one: { inventoryItemGid: string; locationGid: string }) =>
    `${one.inventoryItemGid} ${one.locationGid}`;
  const held = new Set(found.map(keyOf));
  const fresh = readings.filter((one) => !held.has(keyOf(one)));
  if (fresh.length > 0) {
    await tx.$executeRaw`
      INSERT INTO "Level" ("shopId", "inventoryItemGid", "locationGid", available, "remoteUpdatedAt")
      SELECT ${shopId}, i."inventoryItemGid", i."locationGid", NULL, 'epoch'
      FROM ${tableOf(fresh, `"inventoryItemGid" text, "locationGid" text`)} i
      ORDER BY 2, 3 ON CONFLICT DO NOTHING`;
    const { whole: _, ...rest } = input;
    found.push(...(await setHeldLevels(tx, { ...rest, readings: fresh }, marking)));
  }
  const differ = found.filter((row) => !row.stale && row.before !== row.after);
  const changed = differ.filter((row) => row.applied);
  return {
    changes: changed.map(({ inventoryItemGid, locationGid, before, after }) => ({
      inventoryItemGid,
      locationGid,
      before,
      after,
    })),
    unclear: [...new Set(differ.filter((row) => !row.applied).map((row) => row.inventoryItemGid))],
    toWake: [...new Set(found.flatMap((row) => row.toWake))],
  };
}

type MetLevel = LevelChange & {
  stale: boolean;
  applied: boolean;
  toWake: number[];
};

const READING = `"inventoryItemGid" text, "locationGid" text, available int, "remoteUpdatedAt" timestamptz, reference text`;

/** The location of "Level" l was found open since: an answer that was asked for before may not show what lies there. */
const openedSince = (shopId: number, asOf: bigint): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT 1 FROM "Location" o WHERE o."shopId" = ${shopId} AND o.gid = l."locationGid" AND o."openedRevision" > ${asOf})`;

/** One statement for all levels that have a row: locks, sets, and enters them in the ledger. Returns every row it met. */
function setHeldLevels(
  tx: Db | Tx,
  input: Parameters<typeof applyLevels>[1],
  marking: Marking | undefined,
): Promise<MetLevel[]> {
  const { shopId, readings, cause, reference, whole, now } = input;
  const asOf = whole?.asOf ?? 0n;
  const marked = marking
    ? Prisma.sql`, ${marking(Prisma.sql`changed`)}`
    : Prisma.sql`, marked AS (SELECT 0 AS "channelId", true AS "isWaiting")`;
  return tx.$queryRaw`
    WITH incoming AS (
      SELECT * FROM ${tableOf(readings, READING)} i
    ), met AS (
      SELECT l.id AS "levelId", i.* FROM incoming i JOIN "Level" l
        ON l."shopId" = ${shopId} AND l."inventoryItemGid" = i."inventoryItemGid" AND l."locationGid" = i."locationGid"
      UNION ALL
      SELECT l.id, NULL, NULL, NULL, NULL, NULL FROM "Level" l
      WHERE l."shopId" = ${shopId} AND l."inventoryItemGid" = ANY(${whole?.inventoryItemGids ?? []}) AND NOT EXISTS (
        SELECT 1 FROM incoming i WHERE i."inventoryItemGid" = l."inventoryItemGid" AND i."locationGid" = l."locationGid")
    ), held AS (
      SELECT l.id, l.available AS before, i.available AS after, l."inventoryItemGid", l."locationGid",
        COALESCE(i."remoteUpdatedAt", l."remoteUpdatedAt") AS at, COALESCE(i.reference, ${reference}) AS reference,
        CASE WHEN i."locationGid" IS NULL THEN 'disconnect' ELSE ${cause} END AS cause,
        COALESCE(l."remoteUpdatedAt" > i."remoteUpdatedAt", false) AS stale,
        l.available IS NOT DISTINCT FROM i.available OR (l.revision <= ${asOf}
            AND NOT (i."locationGid" IS NULL AND ${openedSince(shopId, asOf)})) OR COALESCE(
          l."remoteUpdatedAt" < i."remoteUpdatedAt"
            AND (l.available IS NOT NULL OR l."remoteUpdatedAt" = 'epoch'), false) AS applied
      FROM met i JOIN "Level" l ON l.id = i."levelId" ORDER BY l.id FOR UPDATE OF l
    ), updated AS (
      UPDATE "Level" l SET available = h.after, "remoteUpdatedAt" = h.at, revision = nextval('"Level_revision_seq"')
      FROM held h WHERE l.id = h.id AND h.applied AND NOT h.stale
    ), entered AS (
      INSERT INTO "LedgerEntry" ("shopId", "inventoryItemGid", "locationGid", delta, "availableAfter", cause, reference, "occurredAt", "recordedAt")
      SELECT ${shopId}, h."inventoryItemGid", h."locationGid", COALESCE(h.after, 0) - COALESCE(h.before, 0), h.after, h.cause, h.reference, h.at, ${now}
      FROM held h WHERE h.applied AND NOT h.stale AND h.after IS DISTINCT FROM h.before ORDER BY h.id
    ), changed AS (
      SELECT h."inventoryItemGid", bool_or(COALESCE(h.after, 0) < COALESCE(h.before, 0)) AS decreasing,
        MIN(h.at) FILTER (WHERE h.before IS NOT NULL AND h.after IS NOT NULL) AS "changedAt"
      FROM held h WHERE h.applied AND NOT h.stale AND h.after IS DISTINCT FROM h.before GROUP BY 1
    ), watched AS (${keepToWatch(Prisma.sql`changed`, shopId)}
    )${marked}
    SELECT "inventoryItemGid", "locationGid", before, after, stale, applied,
      ARRAY(SELECT DISTINCT "channelId" FROM marked WHERE NOT "isWaiting" ORDER BY 1) AS "toWake" FROM held`;
}

/** Levels that are stocked somewhere. */
export async function listLevelKeys(
  db: Db | Tx,
  shopId: number,
): Promise<{ inventoryItemGid: string; locationGid: string }[]> {
  return db.level.findMany({
    where: { shopId, available: { not: null } },
    select: { inventoryItemGid: true, locationGid: true },
  });
}

/**
 * Of locations that are closed as far as we know, or not known, and `open` in Shopify: whether there are any, and the items
 * whose level there was set to null by a read, which does not show what lies at a closed location. At most `limit` items.
 */
export async function listHiddenLevels(
  db: Db | Tx,
  shopId: number,
  open: readonly string[],
  limit: number,
): Promise<{ isAnyOpened: boolean; inventoryItemGids: string[] }> {
  const known = await db.location.findMany({ where: { shopId, active: true }, select: { gid: true } });
  const opened = open.filter((gid) => !known.some((one) => one.gid === gid));
  if (opened.length === 0) return { isAnyOpened: false, inventoryItemGids: [] };
  const hidden = await db.level.findMany({
    where: { shopId, locationGid: { in: opened }, available: null },
    distinct: ["inventoryItemGid"],
    select: { inventoryItemGid: true },
    orderBy: { id: "asc" },
    take: limit,
  });
  return { isAnyOpened: true, inventoryItemGids: hidden.map((one) => one.inventoryItemGid) };
}

/** Those of `items` with a level that Shopify shows no more: its location is closed, or the item is stocked there no longer. */
export async function itemsWithHiddenLevel(
  db: Db | Tx,
  shopId: number,
  items: readonly string[],
): Promise<ReadonlySet<string>> {
  if (items.length === 0) return new Set();
  const rows = await db.level.findMany({
    where: { shopId, inventoryItemGid: { in: [...items] }, available: null },
    distinct: ["inventoryItemGid"],
    select: { inventoryItemGid: true },
  });
  return new Set(rows.map((row) => row.inventoryItemGid));
}

/** Upserts by gid. Returns those that came, went, or changed their state. */
export async function replaceLocations(
  tx: Tx,
  shopId: number,
  locations: readonly { gid: string; name: string; active: boolean }[],
): Promise<string[]> {
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
  const active = (rows: readonly { gid: string; active: boolean }[]): string[] =>
    rows.filter((row) => row.active).map((row) => row.gid);
  const [then, now] = [active(before), active(locations)];
  const opened = now.filter((gid) => !then.includes(gid));
  if (opened.length > 0)
    await tx.$executeRaw`
      UPDATE "Location" SET "openedRevision" = nextval('"Level_revision_seq"')
      WHERE "shopId" = ${shopId} AND gid = ANY(${opened}::text[])`;
  return [...then.filter((gid) => !now.includes(gid)), ...opened];
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

/** All locations of a shop, with their names. */
export function listLocations(db: Db | Tx, shopId: number): Promise<{ gid: string; name: string }[]> {
  return db.location.findMany({ where: { shopId }, select: { gid: true, name: true }, orderBy: { name: "asc" } });
}
