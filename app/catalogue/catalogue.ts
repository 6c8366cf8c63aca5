/** Slice: catalogue. Owns Variant: what the shop sells, as Shopify has it. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma, type Variant } from "../generated/prisma/client.ts";
import { CLUES, type Clue, HITS_MAX } from "../listings/matching.ts";

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
  /** Null where Shopify does not say: what it said before stays. */
  status: ProductStatus | null;
  /** What rules for listings ask. */
  vendor: string;
  productType: string;
  tags: readonly string[];
  /** In the shop's currency; null where Shopify names none. */
  price: string | null;
}

/** Of a product. Unlisted is for sale to whoever has the link. */
export type ProductStatus = "active" | "unlisted" | "draft" | "archived";

/**
 * For a read that is about to be asked of Shopify: higher than that of every read asked before it. Answers come, and are
 * stored, in any order; by it the one that was asked for later is known.
 */
export async function nextReadNumber(db: Db | Tx): Promise<bigint> {
  const [row] = await db.$queryRaw<{ number: bigint }[]>`SELECT nextval('"Variant_readNumber_seq"') AS number`;
  if (!row) throw new Error("the sequence of reads gave no number");
  return row.number;
}

const FACTS = `gid text, "productGid" text, "productTitle" text, title text, sku text, barcode text, "inventoryItemGid" text, tracked boolean,
  status text, vendor text, "productType" text, tags text[], price numeric`;

/** What a variant is matched by. */
export type MatchKeys = Pick<Variant, "sku" | "barcode">;

/**
 * Upserts in one statement, but for what a later read than this one has brought or taken away. Returns the variants that
 * are new, came back, or whose SKU, barcode, tracking or being for sale changed, with the keys that they had; and, as not
 * `isNews`, those of which only that changed which rules ask.
 */
export async function upsertVariants(
  tx: Tx,
  shopId: number,
  variants: readonly VariantFacts[],
  readNumber: bigint,
): Promise<({ id: number; isNews: boolean } & MatchKeys)[]> {
  if (variants.length === 0) return [];
  return tx.$queryRaw`
    WITH incoming AS (
      SELECT * FROM ${tableOf(variants, FACTS)} v
    ), before AS (
      SELECT v.gid, v.sku, v.barcode, v.tracked, v.status, v."removedAt", ${RULED} AS ruled FROM "Variant" v JOIN incoming i ON i.gid = v.gid WHERE v."shopId" = ${shopId}
    ), written AS (
      INSERT INTO "Variant" ("shopId", gid, "productGid", "productTitle", title, sku, barcode, "inventoryItemGid", tracked, status, vendor, "productType", tags, price, "readNumber")
      SELECT ${shopId}, gid, "productGid", "productTitle", title, NULLIF(sku, ''), NULLIF(barcode, ''), "inventoryItemGid", tracked, status, vendor, "productType", tags, price, ${readNumber} FROM incoming
      ORDER BY gid
      ON CONFLICT ("shopId", gid) DO UPDATE SET
        "productGid" = excluded."productGid", "productTitle" = excluded."productTitle", title = excluded.title, sku = excluded.sku,
        barcode = excluded.barcode, "inventoryItemGid" = excluded."inventoryItemGid", tracked = excluded.tracked, status = COALESCE(excluded.status, "Variant".status),
        "stockReadAt" = CASE WHEN "Variant".tracked AND "Variant"."removedAt" IS NULL THEN "Variant"."stockReadAt" END, "removedAt" = NULL,
        vendor = excluded.vendor, "productType" = excluded."productType", tags = excluded.tags, price = excluded.price,
        "readNumber" = excluded."readNumber"
        WHERE "Variant"."readNumber" <= excluded."readNumber"
      RETURNING id, gid, sku, barcode, tracked, status, ${RULED_OF_WRITTEN} AS ruled
    ), compared AS (
      SELECT w.id, b.sku, b.barcode, b.gid IS NULL OR b."removedAt" IS NOT NULL OR b.tracked <> w.tracked
          OR COALESCE(NULLIF(b.status, 'unlisted'), 'active') <> COALESCE(NULLIF(w.status, 'unlisted'), 'active')
          OR b.sku IS DISTINCT FROM w.sku OR b.barcode IS DISTINCT FROM w.barcode AS "isNews", b.ruled IS DISTINCT FROM w.ruled AS "isRuledAnew"
      FROM written w LEFT JOIN before b ON b.gid = w.gid)
    SELECT id, sku, barcode, "isNews" FROM compared WHERE "isNews" OR "isRuledAnew"`;
}

/** What rules ask, as one value. */
const RULED_OF_WRITTEN = Prisma.sql`ROW(vendor, "productType", tags, price)`;
const RULED = Prisma.sql`ROW(v.vendor, v."productType", v.tags, v.price)`;

/** The keys of these variants, gone ones too. */
export function listMatchKeys(db: Db | Tx, ids: readonly number[]): Promise<MatchKeys[]> {
  return db.variant.findMany({ where: { id: { in: [...ids] } }, select: { sku: true, barcode: true } });
}

export async function listVariantIdsOfProducts(
  db: Db | Tx,
  shopId: number,
  productGids: readonly string[],
): Promise<number[]> {
  if (productGids.length === 0) return [];
  const rows = await db.variant.findMany({
    where: { shopId, productGid: { in: [...productGids] } },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** Marks as removed what a product no longer has (`keep` empty: all of it). Returns their ids. */
export async function removeVariantsOfProduct(
  tx: Tx,
  read: { shopId: number; productGid: string; keep: readonly string[]; readNumber: bigint; now: Date },
): Promise<number[]> {
  const { shopId, productGid, keep, readNumber, now } = read;
  const rows = await tx.variant.updateManyAndReturn({
    where: { shopId, productGid, removedAt: null, gid: { notIn: [...keep] }, readNumber: { lte: readNumber } },
    data: { removedAt: now, readNumber },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** Marks these as removed, where no later read has brought them. Returns their ids. */
export async function removeVariants(
  tx: Tx,
  read: { shopId: number; gids: readonly string[]; readNumber: bigint; now: Date },
): Promise<number[]> {
  const { shopId, gids, readNumber, now } = read;
  const rows = await tx.variant.updateManyAndReturn({
    where: { shopId, gid: { in: [...gids] }, removedAt: null, readNumber: { lte: readNumber } },
    data: { removedAt: now, readNumber },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** What no read since this one has brought, in pages by id. */
export function listNotReadSince(
  db: Db | Tx,
  { shopId, readNumber, afterId, take }: { shopId: number; readNumber: bigint; afterId: number; take: number },
): Promise<{ id: number; gid: string }[]> {
  return db.variant.findMany({
    where: { shopId, removedAt: null, readNumber: { lt: readNumber }, id: { gt: afterId } },
    select: { id: true, gid: true },
    orderBy: { id: "asc" },
    take,
  });
}

/** All levels of these items were read. Returns those of which that was not so before. */
export async function recordStockRead(
  tx: Db | Tx,
  shopId: number,
  inventoryItemGids: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ inventoryItemGid: string }[]>`
    UPDATE "Variant" SET "stockReadAt" = ${now}
    WHERE "shopId" = ${shopId} AND "inventoryItemGid" = ANY(${[...inventoryItemGids]}::text[]) AND tracked AND "stockReadAt" IS NULL
    RETURNING "inventoryItemGid"`;
  return rows.map((row) => row.inventoryItemGid);
}

/** The same after a reading of the whole catalogue with its levels, for what no later read has brought. */
export async function recordCatalogueStockRead(
  tx: Db | Tx,
  { shopId, readNumber, now }: { shopId: number; readNumber: bigint; now: Date },
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ inventoryItemGid: string }[]>`
    UPDATE "Variant" SET "stockReadAt" = ${now}
    WHERE "shopId" = ${shopId} AND "removedAt" IS NULL AND tracked AND "stockReadAt" IS NULL AND "readNumber" = ${readNumber}
    RETURNING "inventoryItemGid"`;
  return rows.map((row) => row.inventoryItemGid);
}

/** Of these variants, the items that Shopify counts and whose levels have not all been read since. */
export async function listStockUnread(db: Db | Tx, shopId: number, gids: readonly string[]): Promise<string[]> {
  const rows = await db.variant.findMany({
    where: { shopId, gid: { in: [...gids] }, tracked: true, removedAt: null, stockReadAt: null },
    select: { inventoryItemGid: true },
  });
  return rows.map((row) => row.inventoryItemGid);
}

/** The variant that an inventory item belongs to, gone ones too. */
export function findByItem(db: Db | Tx, shopId: number, inventoryItemGid: string): Promise<Variant | null> {
  return db.variant.findFirst({ where: { shopId, inventoryItemGid } });
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

/** Variants that carry one of these keys: however many keys, one statement. */
export function findByKeys(
  db: Db | Tx,
  shopId: number,
  keys: { skus: readonly string[]; barcodes: readonly string[] },
): Promise<Pick<Variant, "id" | "sku" | "barcode">[]> {
  return db.$queryRaw`
    SELECT id, sku, barcode FROM "Variant" WHERE "shopId" = ${shopId} AND "removedAt" IS NULL AND sku = ANY(${[...keys.skus]}::text[])
    UNION SELECT id, sku, barcode FROM "Variant"
      WHERE "shopId" = ${shopId} AND "removedAt" IS NULL AND barcode = ANY(${[...keys.barcodes]}::text[])
    ORDER BY id`;
}

/** In SQL, a SKU or a title without case, spaces and punctuation. */
const bare = (text: Prisma.Sql) =>
  Prisma.sql`regexp_replace(lower(${text}), '[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f\\u00a0-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]+', '', 'g')`;
const BARE_TITLE = bare(Prisma.sql`v."productTitle" || CASE v.title WHEN 'Default Title' THEN '' ELSE v.title END`);

/** As the indexes have it. The shop is part of the fingerprint, and no condition of its own: else another index may seem as good. */
const FOUND_BY: Record<Clue, (shopId: number) => Prisma.Sql> = {
  sku: (shopId) => Prisma.sql`v."shopId" = ${shopId} AND v.sku = l.sku`,
  "plain-sku": (shopId) => Prisma.sql`v.sku IS NOT NULL AND md5(v."shopId"::text || ' ' || ${bare(Prisma.sql`v.sku`)})
    = md5(${String(shopId)} || ' ' || NULLIF(${bare(Prisma.sql`l.sku`)}, ''))`,
  barcode: (shopId) => Prisma.sql`v."shopId" = ${shopId} AND v.barcode = l.barcode`,
  title: (shopId) => Prisma.sql`md5(v."shopId"::text || ' ' || ${BARE_TITLE})
    = md5(${String(shopId)} || ' ' || NULLIF(${bare(Prisma.sql`l.title`)}, ''))`,
};

/** Which variants each clue leads to from these listings: of one clue of one listing, one more than HITS_MAX at most. */
export function findByClues(
  db: Db | Tx,
  shopId: number,
  listings: readonly { id: number; sku: string | null; barcode: string | null; title: string | null }[],
): Promise<{ listingId: number; variantId: number; clue: Clue }[]> {
  const found = CLUES.map(
    (clue) => Prisma.sql`
      SELECT l.id AS "listingId", v.id AS "variantId", ${Prisma.raw(`'${clue}'`)} AS clue FROM l CROSS JOIN LATERAL (
        SELECT v.id FROM "Variant" v WHERE v."removedAt" IS NULL AND ${FOUND_BY[clue](shopId)} LIMIT ${HITS_MAX + 1}) v`,
  );
  return db.$queryRaw`
    WITH l AS MATERIALIZED (SELECT * FROM ${tableOf(listings, "id int, sku text, barcode text, title text")} r)
    ${Prisma.join(found, " UNION ALL ")}`;
}

/** What these are called in one word. */
export async function listNames(db: Db | Tx, ids: readonly number[]): Promise<Map<number, string>> {
  const where = { id: { in: [...ids] } };
  const rows = await db.variant.findMany({ where, select: { id: true, sku: true, productTitle: true } });
  return new Map(rows.map(({ id, sku, productTitle }) => [id, sku ?? productTitle]));
}

/** Of these ids, those that the shop still sells. */
export async function listPresent(db: Db | Tx, shopId: number, ids: readonly number[]): Promise<Set<number>> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM "Variant" WHERE id = ANY(${[...ids]}::int[]) AND "shopId" = ${shopId} AND "removedAt" IS NULL`;
  return new Set(rows.map((row) => row.id));
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

/** What Shopify counts of these variants. */
export async function listVariantItems(db: Db | Tx, shopId: number, ids: readonly number[]): Promise<string[]> {
  const where = { shopId, id: { in: [...ids] } };
  const rows = await db.variant.findMany({ where, select: { inventoryItemGid: true } });
  return rows.map((row) => row.inventoryItemGid);
}

/** Of these, those that Shopify has no more. */
export function listRemoved(db: Db | Tx, ids: readonly number[]): Promise<Pick<Variant, "id">[]> {
  return db.$queryRaw`SELECT id FROM "Variant" WHERE id = ANY(${[...ids]}::int[]) AND "removedAt" IS NOT NULL`;
}

/** Gone ones too. Until the transaction ends nothing else is matched to it. */
export async function lockVariantOfShop(tx: Tx, shopId: number, id: number): Promise<Variant | null> {
  const rows = await tx.$queryRaw<Variant[]>`
    SELECT * FROM "Variant" WHERE id = ${id} AND "shopId" = ${shopId} FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

export function findVariant(db: Db | Tx, shopId: number, id: number): Promise<Variant | null> {
  return db.variant.findFirst({ where: { id, shopId, removedAt: null } });
}
