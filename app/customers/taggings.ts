/**
 * Slice: customers. Owns CustomerTagging: our tags on Shopify's customers, of shops that want them, until they are taken off
 * again. A row is by Shopify's customer and not by ours, because its tags stay there when ours is forgotten or joined.
 *
 * Whatever may change somebody's tags raises the row's version and makes it due, in its own transaction; what is wanted is
 * worked out when it is sent. Rows are locked in the order of `customerGid`.
 */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { isLifecycleStage, type LifecycleStage } from "./lifecycle.ts";

/** The same name as whoever changes the setting locks for themselves alone (shops.ts). */
const SETTING_LOCK = Prisma.sql`hashtextextended('customer-tags:' || s.id, 0)`;

/**
 * Their stage, or the channels bought on, may be others now. Of shops without tags nothing is kept. Only a change of the
 * setting waits for the lock, and is waited for, so that nobody is left out who is counted at that moment. The people are
 * locked already.
 */
export async function markTags(
  tx: Tx,
  people: readonly { shopId: number; customerGid: string | null }[],
  now: Date,
): Promise<void> {
  const named = people.filter(({ customerGid }) => customerGid !== null);
  if (named.length === 0) return;
  const rows = tableOf(
    named.map(({ shopId, customerGid }) => ({ shopId, customerGid })),
    `"shopId" int, "customerGid" text`,
  );
  const shopIds = [...new Set(named.map(({ shopId }) => shopId))].sort((one, other) => one - other);
  // By a statement of its own, so that the next one sees what it waited for.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(${SETTING_LOCK}) FROM unnest(${shopIds}::int[]) s(id)`;
  await tx.$executeRaw`
    INSERT INTO "CustomerTagging" AS t ("shopId", "customerGid", tags, "dueAt")
    SELECT c."shopId", c."customerGid", '{}', ${now} FROM ${rows} c JOIN "Shop" s ON s.id = c."shopId" AND s."tagsCustomers"
    ORDER BY c."customerGid"
    ON CONFLICT ("shopId", "customerGid") DO UPDATE SET ${AGAIN(now)}`;
}

const AGAIN = (now: Date): Prisma.Sql =>
  Prisma.sql`version = t.version + 1, "dueAt" = ${now}, "unclearTries" = 0, problem = NULL`;

/** These are about to be deleted: their tags go too. */
export async function markTagsOfGone(tx: Tx, customerIds: readonly number[], now: Date): Promise<void> {
  const gids = Prisma.sql`SELECT c."shopId", c."customerGid" FROM "Customer" c WHERE c.id = ANY(${[...customerIds]}::int[])`;
  await markRows(tx, Prisma.sql`("shopId", "customerGid") IN (${gids})`, now);
}

async function markRows(tx: Tx, which: Prisma.Sql, now: Date): Promise<void> {
  await tx.$executeRaw`
    WITH marked AS (SELECT "shopId", "customerGid" FROM "CustomerTagging" WHERE ${which} ORDER BY "customerGid" FOR UPDATE)
    UPDATE "CustomerTagging" t SET ${AGAIN(now)} FROM marked m WHERE t."shopId" = m."shopId" AND t."customerGid" = m."customerGid"`;
}

/** The shop wants tags from now on, and its setting is locked (shops.ts): everybody that Shopify has gets theirs. */
export async function beginTags(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "CustomerTagging" AS t ("shopId", "customerGid", tags, "dueAt")
    SELECT "shopId", "customerGid", '{}', ${now} FROM "Customer" WHERE ${TO_TAG(shopId)} ORDER BY "customerGid"
    ON CONFLICT ("shopId", "customerGid") DO UPDATE SET ${AGAIN(now)}`;
}

const TO_TAG = (shopId: number): Prisma.Sql =>
  Prisma.sql`"shopId" = ${shopId} AND stage IS NOT NULL AND "customerGid" IS NOT NULL`;

/** It wants none any more: all of ours are taken off. */
export function endTags(tx: Tx, shopId: number, now: Date): Promise<void> {
  return markRows(tx, Prisma.sql`"shopId" = ${shopId}`, now);
}

export interface TagCounts {
  /** Customers who would have tags, or have them. */
  toTag: number;
  /** Customers who have some of ours now, or may have. */
  tagged: number;
}

/** What a change of the setting would do: it reads all customers of the shop, and is asked when one is about to be made. */
export async function countTags(db: Db | Tx, shopId: number): Promise<TagCounts> {
  const [counts] = await db.$queryRaw<TagCounts[]>`
    SELECT (SELECT COUNT(*)::int FROM "Customer" WHERE ${TO_TAG(shopId)}) AS "toTag",
      (SELECT COUNT(*)::int FROM "CustomerTagging" WHERE "shopId" = ${shopId} AND tags <> '{}') AS tagged`;
  return counts ?? { toTag: 0, tagged: 0 };
}

/** Shops with anything due, from one to the next by the index: however much is due, a shop costs one step. */
export const shopsWithTagsDue = (now: Date): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE shops AS (
    (SELECT "shopId" AS id FROM "CustomerTagging" WHERE "dueAt" IS NOT NULL ORDER BY "shopId" LIMIT 1)
    UNION ALL
    SELECT (SELECT t."shopId" FROM "CustomerTagging" t WHERE t."dueAt" IS NOT NULL AND t."shopId" > shops.id ORDER BY t."shopId" LIMIT 1)
    FROM shops WHERE shops.id IS NOT NULL)
  SELECT id FROM shops WHERE EXISTS (SELECT 1 FROM "CustomerTagging" d WHERE d."shopId" = shops.id AND d."dueAt" <= ${now})`;

export interface DueTags {
  shopId: number;
  customerGid: string;
  /** What is there of us, or may be. */
  tags: string[];
  version: number;
  /** A try was begun of which it is not known how it ended. */
  isUnclear: boolean;
  unclearTries: number;
  /** Null: nobody we know, nothing bought, or the shop wants no tags. */
  stage: LifecycleStage | null;
  connectorKeys: string[];
}

export async function listDueTags(db: Db | Tx, shopId: number, now: Date, limit: number): Promise<DueTags[]> {
  const rows = await db.$queryRaw<(Omit<DueTags, "stage"> & { stage: string | null })[]>`
    SELECT t."shopId", t."customerGid", t.tags, t.version, t."isUnclear", t."unclearTries",
      CASE WHEN s."tagsCustomers" THEN c.stage END AS stage, COALESCE(bought.keys, '{}') AS "connectorKeys"
    FROM (SELECT * FROM "CustomerTagging" WHERE "shopId" = ${shopId} AND "dueAt" <= ${now} ORDER BY "dueAt" LIMIT ${limit}) t
    JOIN "Shop" s ON s.id = t."shopId"
    LEFT JOIN "Customer" c ON c."shopId" = t."shopId" AND c."customerGid" = t."customerGid"
    LEFT JOIN LATERAL (
      SELECT ARRAY_AGG(DISTINCT h."connectorKey") AS keys FROM "CustomerChannel" b JOIN "Channel" h ON h.id = b."channelId"
      WHERE b."customerId" = c.id) bought ON true
    ORDER BY t."dueAt"`;
  return rows.map((row) => ({ ...row, stage: row.stage && isLifecycleStage(row.stage) ? row.stage : null }));
}

const OF = ({ shopId, customerGid }: DueTags): Prisma.Sql =>
  Prisma.sql`"shopId" = ${shopId} AND "customerGid" = ${customerGid}`;

/** Before it is sent: these may be there from now on. False: it is to be worked out anew, as something changed meanwhile. */
export async function recordTagsSending(tx: Tx, due: DueTags, maybe: readonly string[]): Promise<boolean> {
  const begun = await tx.$executeRaw`
    UPDATE "CustomerTagging" SET tags = ${[...maybe]}::text[], "isUnclear" = true WHERE ${OF(due)} AND version = ${due.version}`;
  return begun > 0;
}

/** Shopify has these and no other of ours. What changed meanwhile stays due; without any the row has no more to say. */
export async function recordTags(tx: Tx, due: DueTags, tags: readonly string[]): Promise<void> {
  if (tags.length === 0)
    await tx.$executeRaw`DELETE FROM "CustomerTagging" WHERE ${OF(due)} AND version = ${due.version}`;
  await tx.$executeRaw`
    UPDATE "CustomerTagging" SET tags = ${[...tags]}::text[], "isUnclear" = false, "unclearTries" = 0,
      "dueAt" = CASE WHEN version = ${due.version} THEN NULL ELSE "dueAt" END WHERE ${OF(due)}`;
}

/** Done, after a try that may land yet: once more then. */
export async function recordTagsAgainAt(tx: Tx, due: DueTags, again: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "CustomerTagging" SET "unclearTries" = 0, "dueAt" = CASE WHEN version = ${due.version} THEN ${again}::timestamptz ELSE "dueAt" END
    WHERE ${OF(due)}`;
}

/** It is not known whether Shopify did it: it stays due. */
export async function recordTagsUnclear(tx: Tx, due: DueTags): Promise<void> {
  await tx.$executeRaw`UPDATE "CustomerTagging" SET "unclearTries" = "unclearTries" + 1 WHERE ${OF(due)}`;
}

/** Shopify refuses this customer's: not again until something of theirs changes. */
export async function recordTagsRefused(tx: Tx, due: DueTags, problem: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "CustomerTagging" SET problem = ${problem}, "dueAt" = NULL WHERE ${OF(due)} AND version = ${due.version}`;
}

/** Shopify has no such customer, or wants them forgotten. */
export async function forgetTags(db: Db | Tx, shopId: number, customerGid: string): Promise<void> {
  await db.$executeRaw`DELETE FROM "CustomerTagging" WHERE "shopId" = ${shopId} AND "customerGid" = ${customerGid}`;
}

/** Of shops that left long ago. */
export function forgetTagsOfShops(
  db: Db,
  { shopIds, rowsMax }: { shopIds: readonly number[]; rowsMax: number },
): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "CustomerTagging" WHERE ("shopId", "customerGid") IN (
      SELECT "shopId", "customerGid" FROM "CustomerTagging" WHERE "shopId" = ANY(${[...shopIds]}::int[]) LIMIT ${rowsMax})`;
}
