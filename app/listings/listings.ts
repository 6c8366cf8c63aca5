/** Slice: listings. Owns Listing: what we want on each, what the marketplace accepted, what it last showed. */
import type { RemoteListing } from "#connectors/contract/remote-types.ts";
import type { Db, Tx } from "../db.server.ts";
import { type Listing, Prisma } from "../generated/prisma/client.ts";
import type { Policy } from "../inventory/policy.ts";
import type { WithdrawalAnswer } from "../inventory/withdrawal.ts";

export type { Listing };

export function findListingOfShop(db: Db | Tx, shopId: number, id: number): Promise<Listing | null> {
  return db.listing.findFirst({ where: { id, shopId, removedAt: null } });
}

/** The same, locked until the transaction ends: what one reads of its settings is what one alters. */
export async function lockListingOfShop(tx: Tx, shopId: number, id: number): Promise<Listing | null> {
  const rows = await tx.$queryRaw<Listing[]>`
    SELECT * FROM "Listing" WHERE id = ${id} AND "shopId" = ${shopId} AND "removedAt" IS NULL FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

export interface SoldOn {
  id: number;
  remoteId: string;
  sku: string | null;
  variantId: number | null;
  inventoryItemGid: string | null;
}

/** Listings of a channel that an order may mean, those still there first. */
export function listSoldOn(
  db: Db | Tx,
  channelId: number,
  { remoteIds, skus }: { remoteIds: readonly string[]; skus: readonly string[] },
): Promise<SoldOn[]> {
  return db.$queryRaw<SoldOn[]>`
    SELECT l.id, l."remoteId", l.sku, v.id AS "variantId", v."inventoryItemGid"
    FROM "Listing" l LEFT JOIN "Variant" v ON v.id = l."variantId" AND v."removedAt" IS NULL
    WHERE l."channelId" = ${channelId} AND (l."remoteId" = ANY(${[...remoteIds]}::text[]) OR l.sku = ANY(${[...skus]}::text[]))
    ORDER BY l."removedAt" DESC NULLS FIRST, l.id`;
}

/** Of these names of whole listings (a group's id, or a remote id where there is no group), those that are among ours. */
export async function listKnownNames(
  db: Db | Tx,
  channelId: number,
  names: readonly string[],
  { removedToo }: { removedToo: boolean },
): Promise<Set<string>> {
  if (names.length === 0) return new Set();
  const rows = await db.listing.findMany({
    where: {
      channelId,
      ...(removedToo ? {} : { removedAt: null }),
      OR: [{ groupId: { in: [...names] } }, { remoteId: { in: [...names] } }],
    },
    select: { groupId: true, remoteId: true },
  });
  return new Set(rows.flatMap((row) => [row.remoteId, ...(row.groupId === null ? [] : [row.groupId])]));
}

/**
 * Stores what a page of listings showed. What we want there and what was acknowledged is not touched. Returns the ids in
 * the order of the page.
 */
export async function recordSeen(
  tx: Tx,
  {
    shopId,
    channelId,
    listings,
    now,
  }: { shopId: number; channelId: number; listings: readonly RemoteListing[]; now: Date },
): Promise<Listing[]> {
  const seen: Listing[] = [];
  for (const listing of listings) {
    const facts = {
      sku: listing.ref.sku,
      groupId: listing.ref.groupId,
      barcode: listing.barcode,
      title: listing.title,
      remoteState: listing.state,
      url: listing.url,
      imageUrl: listing.imageUrl,
      priceAmount: listing.price?.amount ?? null,
      priceCurrency: listing.price?.currency ?? null,
      unmanagedBecause: listing.unmanagedBecause,
      observedQuantity: listing.quantity,
      observedAt: now,
      seenAt: now,
      removedAt: null,
    };
    seen.push(
      await tx.listing.upsert({
        where: { channelId_remoteId: { channelId, remoteId: listing.ref.remoteId } },
        create: { shopId, channelId, remoteId: listing.ref.remoteId, ...facts, staleSince: now },
        update: facts,
      }),
    );
  }
  return seen;
}

/** Some of those that a whole read did not show. */
export function sampleNotSeenSince(
  db: Db | Tx,
  channelId: number,
  since: Date,
  take: number,
): Promise<Pick<Listing, "remoteId" | "sku" | "groupId">[]> {
  return db.listing.findMany({
    where: { channelId, removedAt: null, seenAt: { lt: since } },
    select: { remoteId: true, sku: true, groupId: true },
    orderBy: { id: "asc" },
    take,
  });
}

/** Of these, those that had not been there when it was last read. */
export async function listRemovedOf(tx: Tx, channelId: number, remoteIds: readonly string[]): Promise<number[]> {
  const rows = await tx.listing.findMany({
    where: { channelId, remoteId: { in: [...remoteIds] }, removedAt: { not: null } },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

/** They are there, and could not be read: by the marketplace's id, or the SKU where it names no other. */
export async function recordStillThere(
  tx: Db | Tx,
  channelId: number,
  names: readonly string[],
  now: Date,
): Promise<void> {
  if (names.length === 0) return;
  const named = [{ remoteId: { in: [...names] } }, { sku: { in: [...names] } }];
  await tx.listing.updateMany({ where: { channelId, removedAt: null, OR: named }, data: { seenAt: now } });
}

/** After a whole read: what was not shown is gone over there. Returns how many. */
export async function removeNotSeenSince(tx: Tx, channelId: number, since: Date, now: Date): Promise<number> {
  const { count } = await tx.listing.updateMany({
    where: { channelId, removedAt: null, seenAt: { lt: since } },
    data: { removedAt: now, changedAt: null },
  });
  return count;
}

/**
 * Listings that zero took away, whose SKU a whole read found on another listing: they have been listed again by hand, and
 * what is gone is not waited for.
 */
export async function removeReplaced(tx: Tx, channelId: number, since: Date, now: Date): Promise<number> {
  return tx.$executeRaw`
    UPDATE "Listing" l SET "removedAt" = ${now}
    WHERE l."channelId" = ${channelId} AND l."removedAt" IS NULL AND l."seenAt" < ${since}
      AND l."acknowledgedQuantity" = 0 AND l."unclearQuantity" IS NULL AND l."unseenUnits" = 0
      AND EXISTS (SELECT 1 FROM "Listing" n WHERE n."channelId" = l."channelId" AND n.sku = l.sku AND n."removedAt" IS NULL AND n."seenAt" >= ${since})`;
}

/** Listings that a whole read did not show and that are not known to be at zero. */
export async function listNotSeenSince(db: Db | Tx, channelId: number, since: Date): Promise<number[]> {
  const rows = await db.listing.findMany({
    where: { channelId, removedAt: null, seenAt: { lt: since }, acknowledgedQuantity: { gt: 0 } },
    select: { id: true },
  });
  return rows.map((row) => row.id);
}

export type UnmatchedListing = Pick<Listing, "id" | "channelId" | "sku" | "barcode">;

/** Listings that may find a match, after listings or variants came: these, and those with one of these keys. Null: all. */
export function listUnmatched(
  db: Db | Tx,
  shopId: number,
  which: { listingIds: readonly number[]; keys: readonly { sku: string | null; barcode: string | null }[] } | null,
): Promise<UnmatchedListing[]> {
  const present = (key: "sku" | "barcode") => which?.keys.flatMap((keys) => keys[key] ?? []) ?? [];
  const isOne = Prisma.sql`(l.id = ANY(${[...(which?.listingIds ?? [])]}::int[])
    OR l.sku = ANY(${present("sku")}::text[]) OR l.barcode = ANY(${present("barcode")}::text[]))`;
  return db.$queryRaw`
    SELECT l.id, l."channelId", l.sku, l.barcode FROM "Listing" l
    WHERE l."shopId" = ${shopId} AND l."variantId" IS NULL AND l."removedAt" IS NULL AND NOT l.excluded
      AND ${which === null ? Prisma.sql`true` : isOne} ORDER BY l.id`;
}

/**
 * Listings whose variant is not in Shopify any more, and whose key one of these variants has or had (null: all of them): a
 * variant of today may take over.
 */
export function listOrphaned(
  db: Db | Tx,
  shopId: number,
  variantIds: readonly number[] | null,
): Promise<(UnmatchedListing & { variantId: number; matchedBy: string })[]> {
  const sharing = (key: "sku" | "barcode") => Prisma.sql`
    SELECT v.* FROM "Variant" t JOIN "Variant" v ON v."shopId" = t."shopId" AND v.${Prisma.raw(key)} = t.${Prisma.raw(key)}
    WHERE t.id = ANY(${[...(variantIds ?? [])]}::int[])`;
  const gone =
    variantIds === null
      ? Prisma.sql`SELECT * FROM "Variant" WHERE "shopId" = ${shopId}`
      : Prisma.sql`${sharing("sku")} UNION ${sharing("barcode")}`;
  // By hand, the listing's own keys may be of something else: its variant's say what it stood for.
  return db.$queryRaw`
    SELECT l.id, l."channelId", l."variantId", l."matchedBy",
      CASE l."matchedBy" WHEN 'hand' THEN v.sku ELSE l.sku END AS sku,
      CASE l."matchedBy" WHEN 'hand' THEN v.barcode ELSE l.barcode END AS barcode
    FROM (${gone}) v JOIN "Listing" l ON l."variantId" = v.id
    WHERE v."shopId" = ${shopId} AND v."removedAt" IS NOT NULL AND l."removedAt" IS NULL AND l."ownExcluded" IS NOT TRUE
    ORDER BY l.id`;
}

/**
 * Listings of these variants (null: of all) that were matched by a key their variant no longer carries. One that is gone
 * leaves its match to be known. Returns them.
 */
export async function unmatchChangedKeys(
  tx: Tx,
  shopId: number,
  variantIds: readonly number[] | null,
): Promise<number[]> {
  const isOne = variantIds === null ? Prisma.sql`true` : Prisma.sql`v.id = ANY(${[...variantIds]}::int[])`;
  const rows = await tx.$queryRaw<{ id: number }[]>`
    UPDATE "Listing" l SET "variantId" = NULL, "matchedBy" = NULL,
      "ruleId" = NULL, "ruleExcludes" = false, "stockRuleIds" = '{}', excluded = COALESCE(l."ownExcluded", false)
    FROM "Variant" v
    WHERE ${isOne} AND v.id = l."variantId" AND l."shopId" = ${shopId} AND l."matchedBy" IN ('sku', 'barcode')
      AND ((l."matchedBy" = 'sku' AND v.sku IS DISTINCT FROM l.sku)
        OR (l."matchedBy" = 'barcode' AND v.barcode IS DISTINCT FROM l.barcode)) RETURNING l.id`;
  return rows.map((row) => row.id);
}

export async function setMatch(
  tx: Tx,
  id: number,
  match: { variantId: number; matchedBy: "sku" | "barcode" | "hand" } | null,
  now: Date,
): Promise<void> {
  await tx.listing.update({
    where: { id },
    data: {
      variantId: match?.variantId ?? null,
      matchedBy: match?.matchedBy ?? null,
      withdrawnAs: null,
      withdrawnAnswer: null,
      problem: null,
      attemptsFailed: 0,
      retryAt: null,
      version: { increment: 1 },
      staleSince: now,
      changedAt: null,
      decreasing: true,
    },
  });
}

/** `facts`: a relation of listings (id, withdrawn). An answer ends with what it was given to. Returns what changed. */
export function recordWithdrawn(
  tx: Tx,
  facts: Prisma.Sql,
): Promise<Pick<Listing, "id" | "channelId" | "withdrawnAs">[]> {
  return tx.$queryRaw`
    UPDATE "Listing" l SET "withdrawnAs" = f.withdrawn, "withdrawnAnswer" = NULL FROM (${facts}) f
    WHERE l.id = f.id AND l."withdrawnAs" IS DISTINCT FROM f.withdrawn RETURNING l.id, l."channelId", l."withdrawnAs"`;
}

export async function setWithdrawnAnswer(tx: Tx, id: number, withdrawnAnswer: WithdrawalAnswer): Promise<void> {
  await tx.listing.update({ where: { id }, data: { withdrawnAnswer } });
}

/** Why no variant was found for it. */
export async function setMatchProblem(
  tx: Tx,
  id: number,
  { problem, keyAmbiguous }: Pick<Listing, "problem" | "keyAmbiguous">,
): Promise<void> {
  await tx.listing.update({ where: { id }, data: { problem, keyAmbiguous } });
}

/** Another try, at once: what went wrong before is forgotten. */
export async function forgetProblem(tx: Tx, id: number): Promise<void> {
  await tx.listing.update({ where: { id }, data: { problem: null, attemptsFailed: 0, retryAt: null } });
}

/** `own`: the merchant's word; null: as rules say. */
export async function setExcluded(
  tx: Tx,
  { id, ruleExcludes }: Pick<Listing, "id" | "ruleExcludes">,
  own: boolean | null,
  now: Date,
): Promise<void> {
  const said = { ownExcluded: own, excluded: own ?? ruleExcludes };
  const data = { ...said, version: { increment: 1 }, staleSince: now, changedAt: null, decreasing: true };
  await tx.listing.update({ where: { id }, data });
}

export async function setListingPolicy(tx: Tx, id: number, policy: Policy | null): Promise<void> {
  await tx.listing.update({ where: { id }, data: { policy: policy ?? Prisma.DbNull } });
}

/** What a change touches: the variants of these items or ids, these listings, or a whole channel. */
export type StaleScope =
  /** With `partOfStock`: only on channels that sell from some of the locations. */
  | { inventoryItemGids: readonly string[]; partOfStock?: true }
  | { variantIds: readonly number[] }
  | { listingIds: readonly number[] }
  | { channelId: number };

/** A condition on "Listing" l. */
export function inScope(shopId: number, scope: StaleScope): Prisma.Sql {
  if ("inventoryItemGids" in scope)
    return Prisma.sql`l."variantId" IN (SELECT id FROM "Variant" WHERE "shopId" = ${shopId} AND "inventoryItemGid" = ANY(${[...scope.inventoryItemGids]}::text[]))
      AND (${!scope.partOfStock} OR EXISTS (SELECT 1 FROM "Channel" c WHERE c.id = l."channelId" AND cardinality(c."locationGids") > 0))`;
  if ("variantIds" in scope) return Prisma.sql`l."variantId" = ANY(${[...scope.variantIds]}::int[])`;
  if ("listingIds" in scope) return Prisma.sql`l.id = ANY(${[...scope.listingIds]}::int[])`;
  return Prisma.sql`l."channelId" = ${scope.channelId}`;
}

/** Units of a variant that were sold at that time. */
export interface SoldUnits {
  variantId: number;
  units: number;
  soldAt: Date;
}

/** A sale weighs on the order of pushes for about a day, and less and less: so what was sold lately is one number. */
const SELLING_MS = 24 * 60 * 60_000;

/** What of this the variant of "Listing" l sold, as it weighs now. */
function unitsSold(sold: readonly SoldUnits[], now: Date): Prisma.Sql {
  if (sold.length === 0) return Prisma.sql`0`;
  const weighed = sold.map(({ variantId, units, soldAt }) => ({
    variantId,
    units: units * Math.exp(-Math.max(0, now.getTime() - soldAt.getTime()) / SELLING_MS),
  }));
  return Prisma.sql`COALESCE((
    SELECT SUM(s.units) FROM jsonb_to_recordset(${JSON.stringify(weighed)}::jsonb) AS s("variantId" int, units numeric)
    WHERE s."variantId" = l."variantId"), 0)`;
}

/**
 * The tables `touched` and `marked`: the listings of `scoped` (id, decreasing, sold, changedAt), before and after.
 * `restarts`: what waited until now is not counted as waiting.
 */
function raiseVersions(scoped: Prisma.Sql, shopId: number, now: Date, restarts = false): Prisma.Sql {
  // Rounded, for what halves again and again comes to be less than a number can say, which PostgreSQL takes for an error.
  const soldUntilNow = Prisma.sql`ROUND((l."soldLately" * EXP(-LEAST(30, GREATEST(0,
    EXTRACT(EPOCH FROM ${now} - COALESCE(l."staleSince", ${now})) / ${SELLING_MS / 1_000}))::double precision))::numeric, 3)`;
  return Prisma.sql`
    touched AS (
      SELECT l.id, w.decreasing, w.sold, w."changedAt", l.version > l."acknowledgedVersion" AND l."retryAt" IS NULL AND (l.decreasing OR NOT w.decreasing) AS "isWaiting"
      FROM "Listing" l JOIN (${scoped}) w ON w.id = l.id
      WHERE l."shopId" = ${shopId} AND l."variantId" IS NOT NULL AND l."removedAt" IS NULL ORDER BY l.id FOR NO KEY UPDATE OF l
    ), marked AS (
      UPDATE "Listing" l SET
        "staleSince" = ${now}, decreasing = t.decreasing OR (l.version > l."acknowledgedVersion" AND l.decreasing),
        version = l.version + 1, "retryAt" = NULL, "soldLately" = ${soldUntilNow} + t.sold,
        "changedAt" = CASE WHEN l.version > l."acknowledgedVersion" AND NOT ${restarts}::boolean THEN LEAST(l."changedAt", t."changedAt")
          ELSE t."changedAt" END
      FROM touched t WHERE l.id = t.id RETURNING l."channelId", t."isWaiting"
    )`;
}

/**
 * `markStale` as a part of the statement that changes levels. `changed` is its table of items ("inventoryItemGid",
 * decreasing, "changedAt"); the channels to wake are those of `marked` that are not `isWaiting`.
 */
export function markStaleWith(changed: Prisma.Sql, shopId: number, now: Date): Prisma.Sql {
  const scoped = Prisma.sql`
    SELECT l.id, c.decreasing, 0 AS sold, c."changedAt" FROM ${changed} c
    JOIN "Variant" v ON v."shopId" = ${shopId} AND v."inventoryItemGid" = c."inventoryItemGid" JOIN "Listing" l ON l."variantId" = v.id`;
  return raiseVersions(scoped, shopId, now);
}

/**
 * Raises the version of every listing in scope, so that the next push computes it again. `decreasing`: the change can
 * only have lowered what is published, or may have; such listings go first. Returns the channels to wake: where a listing
 * was waiting for its push already, and is no more urgent now, its push was woken when it began to wait. `sold`: units that
 * an order has just taken. `changedAt`: when the stock changed, by the clock of whoever it changed at; without it nothing is
 * measured. `restarts`: nothing could be pushed until now, and what waited meanwhile is measured by nobody.
 */
export async function markStale(
  tx: Tx,
  shopId: number,
  scope: StaleScope,
  {
    decreasing,
    now,
    sold = [],
    changedAt = null,
    restarts = false,
  }: { decreasing: boolean; now: Date; sold?: readonly SoldUnits[]; changedAt?: Date | null; restarts?: boolean },
): Promise<number[]> {
  if (Object.values(scope).some((ids) => Array.isArray(ids) && ids.length === 0)) return [];
  const where = inScope(shopId, scope);
  const scoped = Prisma.sql`SELECT l.id, ${decreasing}::boolean AS decreasing, ${unitsSold(sold, now)} AS sold, ${changedAt}::timestamptz AS "changedAt" FROM "Listing" l WHERE ${where}`;
  const rows = await tx.$queryRaw<{ channelId: number }[]>`
    WITH ${raiseVersions(scoped, shopId, now, restarts)} SELECT DISTINCT "channelId" FROM marked WHERE NOT "isWaiting" ORDER BY 1`;
  return rows.map((row) => row.channelId);
}
