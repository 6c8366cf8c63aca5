/** Slice: catalogue. Owns Variant: what the shop sells, as Shopify has it. */
import type { Db, Tx } from "../db.server.ts";
import type { Variant } from "../generated/prisma/client.ts";

export type { Variant };

export interface VariantFacts {
  gid: string;
  productGid: string;
  productTitle: string;
  title: string;
  sku: string | null;
  barcode: string | null;
  inventoryItemGid: string;
  tracked: boolean;
}

/** Upserts in one statement. Returns the ids of variants that are new, came back, or whose SKU, barcode or tracking changed. */
export async function upsertVariants(tx: Tx, shopId: number, variants: readonly VariantFacts[]): Promise<number[]> {
  if (variants.length === 0) return [];
  const rows = await tx.$queryRaw<{ id: number }[]>`
    WITH incoming AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(variants)}::jsonb) AS v(
        gid text, "productGid" text, "productTitle" text, title text, sku text, barcode text, "inventoryItemGid" text, tracked boolean)
    ), before AS (
      SELECT v.gid, v.sku, v.barcode, v.tracked, v."removedAt" FROM "Variant" v JOIN incoming i ON i.gid = v.gid WHERE v."shopId" = ${shopId}
    ), written AS (
      INSERT INTO "Variant" ("shopId", gid, "productGid", "productTitle", title, sku, barcode, "inventoryItemGid", tracked)
      SELECT ${shopId}, gid, "productGid", "productTitle", title, NULLIF(sku, ''), NULLIF(barcode, ''), "inventoryItemGid", tracked FROM incoming
      ORDER BY gid
      ON CONFLICT ("shopId", gid) DO UPDATE SET
        "productGid" = excluded."productGid", "productTitle" = excluded."productTitle", title = excluded.title, sku = excluded.sku,
        barcode = excluded.barcode, "inventoryItemGid" = excluded."inventoryItemGid", tracked = excluded.tracked, "removedAt" = NULL
      RETURNING id, gid, sku, barcode, tracked
    )
    SELECT w.id FROM written w LEFT JOIN before b ON b.gid = w.gid
    WHERE b.gid IS NULL OR b."removedAt" IS NOT NULL OR b.tracked <> w.tracked
      OR b.sku IS DISTINCT FROM w.sku OR b.barcode IS DISTINCT FROM w.barcode`;
  return rows.map((row) => row.id);
}

/** Marks as removed what a product no longer has (`keep` empty: all of it). Returns their ids. */
export async function removeVariantsOfProduct(
  tx: Tx,
  { shopId, productGid, keep, now }: { shopId: number; productGid: string; keep: readonly string[]; now: Date },
): Promise<number[]> {
  const rows = await tx.variant.updateManyAndReturn({
    where: { shopId, productGid, removedAt: null, gid: { notIn: [...keep] } },
    data: { removedAt: now },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** After a whole catalogue was read: what was not in it is gone. */
export async function removeVariantsNotIn(
  tx: Tx,
  { shopId, keep, now }: { shopId: number; keep: readonly string[]; now: Date },
): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    UPDATE "Variant" SET "removedAt" = ${now}
    WHERE "shopId" = ${shopId} AND "removedAt" IS NULL AND NOT (gid = ANY(${[...keep]}::text[])) RETURNING id`;
  return rows.map((row) => row.id);
}

export async function setTracked(
  tx: Tx,
  shopId: number,
  inventoryItemGid: string,
  tracked: boolean,
): Promise<number[]> {
  const rows = await tx.variant.updateManyAndReturn({
    where: { shopId, inventoryItemGid, tracked: !tracked },
    data: { tracked },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** Variants that a listing could stand for, by SKU or barcode. */
export function findMatchCandidates(
  db: Db | Tx,
  shopId: number,
  keys: { skus: readonly string[]; barcodes: readonly string[] },
): Promise<Pick<Variant, "id" | "sku" | "barcode" | "tracked">[]> {
  return db.variant.findMany({
    where: {
      shopId,
      removedAt: null,
      OR: [{ sku: { in: [...keys.skus] } }, { barcode: { in: [...keys.barcodes] } }],
    },
    select: { id: true, sku: true, barcode: true, tracked: true },
    orderBy: { id: "asc" },
  });
}

/** Variants that carry one of these SKUs. */
export function listBySku(
  db: Db | Tx,
  shopId: number,
  skus: readonly string[],
): Promise<Pick<Variant, "id" | "sku" | "inventoryItemGid">[]> {
  return db.variant.findMany({
    where: { shopId, removedAt: null, sku: { in: [...skus] } },
    select: { id: true, sku: true, inventoryItemGid: true },
  });
}

export function findVariant(db: Db | Tx, shopId: number, id: number): Promise<Variant | null> {
  return db.variant.findFirst({ where: { id, shopId, removedAt: null } });
}
