/**
 * Slice: collections. Owns Collection and CollectionProduct: what is in those that rules name, as Shopify has it. Shopify
 * tells of what moved in a collection by one of two webhooks, or by none: each is read whole once a day, too.
 */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type Collection, Prisma } from "../generated/prisma/client.ts";

export type { Collection };

/** From now on it is kept in step: due at once, unless it is known already. */
export async function watchCollection(
  db: Db | Tx,
  { shopId, gid, title, now }: { shopId: number; gid: string; title: string; now: Date },
): Promise<Collection> {
  return db.collection.upsert({
    where: { shopId_gid: { shopId, gid } },
    create: { shopId, gid, title, dueAt: now },
    update: { title },
  });
}

/** Those that rules name or named: few. */
export function listCollections(db: Db | Tx, shopId: number): Promise<Collection[]> {
  return db.collection.findMany({ where: { shopId }, orderBy: { id: "asc" } });
}

/** What is in it may be something else now. False: nobody watches it. */
export async function markCollectionDue(
  db: Db | Tx,
  { shopId, gid, now }: { shopId: number; gid: string; now: Date },
): Promise<boolean> {
  const { count } = await db.collection.updateMany({ where: { shopId, gid }, data: { dueAt: now } });
  return count > 0;
}

/** Their shops. */
export const shopsWithCollectionsDue = (now: Date): Prisma.Sql => Prisma.sql`
  SELECT DISTINCT "shopId" FROM "Collection" WHERE "dueAt" <= ${now}`;

export function findDueCollection(db: Db, shopId: number, now: Date): Promise<Collection | null> {
  return db.collection.findFirst({ where: { shopId, dueAt: { lte: now } }, orderBy: { dueAt: "asc" } });
}

/**
 * What one read says of some products. Returns those that came into it, or left it. `isBeingRead`: an older read of all of
 * it may still bring a product, so that this one was not in it is kept too.
 */
export async function recordProducts(
  tx: Tx,
  collectionId: number,
  products: readonly { productGid: string; isIn: boolean }[],
  { readNumber, isBeingRead = false }: { readNumber: bigint; isBeingRead?: boolean },
): Promise<string[]> {
  if (products.length === 0) return [];
  const rows = await tx.$queryRaw<{ productGid: string }[]>`
    WITH said AS (SELECT * FROM ${tableOf(products, `"productGid" text, "isIn" boolean`)} p),
    before AS (
      SELECT c."productGid", c."isIn" FROM said s JOIN "CollectionProduct" c
        ON c."collectionId" = ${collectionId} AND c."productGid" = s."productGid" ORDER BY 1 FOR UPDATE OF c),
    written AS (
      INSERT INTO "CollectionProduct" AS c ("collectionId", "productGid", "isIn", "readNumber")
      SELECT ${collectionId}, s."productGid", s."isIn", ${readNumber} FROM said s LEFT JOIN before b ON b."productGid" = s."productGid"
      WHERE s."isIn" OR b."productGid" IS NOT NULL OR ${isBeingRead} ORDER BY 2
      ON CONFLICT ("collectionId", "productGid") DO UPDATE SET "isIn" = excluded."isIn", "readNumber" = excluded."readNumber"
        WHERE c."readNumber" < excluded."readNumber"
      RETURNING "productGid", "isIn")
    SELECT w."productGid" FROM written w LEFT JOIN before b ON b."productGid" = w."productGid"
    WHERE w."isIn" <> COALESCE(b."isIn", false)`;
  return rows.map((row) => row.productGid);
}

/** Of what is in it, some that this read of all of it did not show are not in it. Returns them: none, once all is said. */
export async function recordNotShown(
  tx: Tx,
  collectionId: number,
  { readNumber, take }: { readNumber: bigint; take: number },
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ productGid: string }[]>`
    WITH left_it AS (
      SELECT "productGid" FROM "CollectionProduct" WHERE "collectionId" = ${collectionId} AND "isIn" AND "readNumber" < ${readNumber}
      ORDER BY 1 LIMIT ${take} FOR UPDATE)
    UPDATE "CollectionProduct" c SET "isIn" = false, "readNumber" = ${readNumber}
    FROM left_it g WHERE c."collectionId" = ${collectionId} AND c."productGid" = g."productGid" RETURNING c."productGid"`;
  return rows.map((row) => row.productGid);
}

/**
 * All of it was read. `dueAt`: as it was when that began; where somebody asked for another read meanwhile, that stays due.
 * What left it before this read began is forgotten: nothing older can still be stored.
 */
export async function recordCollectionRead(
  tx: Tx,
  { id, dueAt }: Pick<Collection, "id" | "dueAt">,
  { title, readNumber, now, next }: { title: string; readNumber: bigint; now: Date; next: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Collection" SET title = ${title}, "readAt" = ${now}, "goneAt" = NULL,
      "dueAt" = CASE WHEN "dueAt" = ${dueAt} THEN ${next} ELSE "dueAt" END WHERE id = ${id}`;
  await tx.$executeRaw`
    DELETE FROM "CollectionProduct" WHERE "collectionId" = ${id} AND NOT "isIn" AND "readNumber" < ${readNumber}`;
}

/** Shopify has it no more. Rules go on with what was in it: nothing moves that the merchant did not ask for. */
export async function recordCollectionGone(
  tx: Tx,
  { id, dueAt }: Pick<Collection, "id" | "dueAt">,
  { now, next }: { now: Date; next: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Collection" SET "goneAt" = COALESCE("goneAt", ${now}), "dueAt" = CASE WHEN "dueAt" = ${dueAt} THEN ${next} ELSE "dueAt" END
    WHERE id = ${id}`;
}
