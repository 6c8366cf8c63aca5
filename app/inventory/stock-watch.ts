/** Slice: inventory. StockToWatch: items whose stock changed, of shops with a rule for low stock, until somebody looked. */
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";

/** Items of one turn. */
const ITEMS_MAX = 500;
/** Rows that the tick looks at. */
const DUE_MAX = 1_000;

/** A part of the statement that changes levels; `changed` is its table of items. Of shops without a rule nothing is kept. */
export function keepToWatch(changed: Prisma.Sql, shopId: number): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO "StockToWatch" ("shopId", "inventoryItemGid") SELECT ${shopId}, c."inventoryItemGid" FROM ${changed} c
    WHERE EXISTS (SELECT 1 FROM "StockRule" r WHERE r."shopId" = ${shopId}) ORDER BY 2 ON CONFLICT DO NOTHING`;
}

export function shopsToWatch(): Prisma.Sql {
  return Prisma.sql`SELECT DISTINCT w."shopId" FROM (SELECT "shopId" FROM "StockToWatch" LIMIT ${DUE_MAX}) w`;
}

/** Taken for good: what changes from here on is kept anew. */
export async function takeToWatch(tx: Tx, shopId: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ inventoryItemGid: string }[]>`
    DELETE FROM "StockToWatch" WHERE ("shopId", "inventoryItemGid") IN (
      SELECT "shopId", "inventoryItemGid" FROM "StockToWatch" WHERE "shopId" = ${shopId}
      ORDER BY "inventoryItemGid" LIMIT ${ITEMS_MAX} FOR UPDATE SKIP LOCKED)
    RETURNING "inventoryItemGid"`;
  return rows.map((row) => row.inventoryItemGid);
}

/** The rule of these has changed. */
export async function watchAgain(tx: Tx, shopId: number, inventoryItemGids: readonly string[]): Promise<void> {
  const data = [...new Set(inventoryItemGids)].sort().map((inventoryItemGid) => ({ shopId, inventoryItemGid }));
  if (data.length > 0) await tx.stockToWatch.createMany({ data, skipDuplicates: true });
}

/** They are counted or not, are called otherwise, or came or went. */
export async function watchVariants(tx: Tx, shopId: number, variantIds: readonly number[]): Promise<void> {
  if (variantIds.length === 0) return;
  const changed = Prisma.sql`(SELECT DISTINCT "inventoryItemGid" FROM "Variant" WHERE id = ANY(${[...variantIds]}))`;
  await tx.$executeRaw`${keepToWatch(changed, shopId)}`;
}

/** They opened or closed: what lies there counts, or does not any more. */
export async function watchLocations(tx: Tx, shopId: number, locationGids: readonly string[]): Promise<void> {
  const changed = Prisma.sql`(SELECT DISTINCT "inventoryItemGid" FROM "Level"
    WHERE "shopId" = ${shopId} AND "locationGid" = ANY(${[...locationGids]}) AND available <> 0)`;
  await tx.$executeRaw`${keepToWatch(changed, shopId)}`;
}

export interface WatchedStock {
  variantId: number;
  inventoryItemGid: string;
  sku: string | null;
  productTitle: string;
  isCounted: boolean;
  /** Over all active locations; null: Shopify does not say, which is not zero. */
  available: number | null;
}

export function readWatchedStock(
  db: Db | Tx,
  shopId: number,
  inventoryItemGids: readonly string[],
): Promise<WatchedStock[]> {
  return db.$queryRaw`
    SELECT v.id AS "variantId", v."inventoryItemGid", v.sku, v."productTitle", v.tracked AND v."removedAt" IS NULL AS "isCounted",
      (SELECT SUM(l.available)::int FROM "Level" l JOIN "Location" o ON o."shopId" = l."shopId" AND o.gid = l."locationGid" AND o.active
        WHERE l."shopId" = ${shopId} AND l."inventoryItemGid" = v."inventoryItemGid") AS available
    FROM "Variant" v WHERE v."shopId" = ${shopId} AND v."inventoryItemGid" = ANY(${[...inventoryItemGids]})`;
}
