/** Slice: listings. Many at once, in sets: whatever number of listings it is, each of these is one statement. */
import { type Db, type Tx, tableOf } from "../db.server.ts";
import { type Listing, Prisma } from "../generated/prisma/client.ts";
import { type Policy, parsePolicy } from "../inventory/policy.ts";
import type { MatchListing } from "./match-csv.ts";
import { PUSHABLE_SQL } from "./pushable.ts";

export type MatchedBy = "sku" | "barcode" | "hand";

/** What listings stand for: the listing, its variant, how it was found. As short as it can be, for a change keeps many. */
export type MatchOfMany = [listingId: number, variantId: number | null, matchedBy: MatchedBy | null];

/** Of a channel, by the marketplace's id where one is given, else by its SKU. */
export function findNamed(
  db: Db | Tx,
  shopId: number,
  names: readonly { channelId: number; remoteId: string | null; sku: string | null }[],
): Promise<MatchListing[]> {
  if (names.length === 0) return Promise.resolve([]);
  const byId = names.filter((one) => one.remoteId !== null);
  const bySku = names.filter((one) => one.remoteId === null);
  const named = (rows: readonly object[], key: Prisma.Sql) => Prisma.sql`
    SELECT l.* FROM ${tableOf(rows, `"channelId" int, "remoteId" text, sku text`)} n
    JOIN "Listing" l ON l."channelId" = n."channelId" AND ${key} AND l."removedAt" IS NULL`;
  return db.$queryRaw`
    SELECT l.id, l."channelId", l."remoteId", l.sku, v.id AS "variantId", COALESCE(v.sku, v."productTitle") AS "variantName"
    FROM (${named(byId, Prisma.sql`l."remoteId" = n."remoteId"`)} UNION ${named(bySku, Prisma.sql`l.sku = n.sku`)}) l
    LEFT JOIN "Variant" v ON v.id = l."variantId" WHERE l."shopId" = ${shopId} ORDER BY l.id`;
}

/** What these stand for, locked until the transaction ends. One that is gone over there keeps its match to be known. */
export function lockMatches(
  tx: Tx,
  shopId: number,
  ids: readonly number[],
): Promise<Pick<Listing, "id" | "channelId" | "sku" | "barcode" | "variantId" | "matchedBy">[]> {
  return tx.$queryRaw`
    SELECT id, "channelId", sku, barcode, "variantId", "matchedBy" FROM "Listing"
    WHERE id = ANY(${[...ids]}::int[]) AND "shopId" = ${shopId} ORDER BY id FOR NO KEY UPDATE`;
}

export type ListingOfMany = Pick<
  Listing,
  "id" | "channelId" | "sku" | "barcode" | "variantId" | "ownExcluded" | "ruleExcludes" | "withdrawnAs"
> & { policy: Policy | null; matchedBy: MatchedBy | null };

/** Of these, those that are there, with what a merchant sets on each; locked until the transaction ends. */
export async function lockMany(tx: Tx, shopId: number, ids: readonly number[]): Promise<ListingOfMany[]> {
  const rows = await tx.$queryRaw<(Omit<ListingOfMany, "policy"> & { policy: unknown })[]>`
    SELECT id, "channelId", sku, barcode, "variantId", "matchedBy", "ownExcluded", "ruleExcludes", "withdrawnAs", policy FROM "Listing"
    WHERE id = ANY(${[...ids]}::int[]) AND "shopId" = ${shopId} AND "removedAt" IS NULL ORDER BY id FOR NO KEY UPDATE`;
  return rows.map((row) => ({ ...row, policy: parsePolicy(row.policy) }));
}

/** As `setExcluded` does for one. */
export async function setManyExcluded(
  tx: Tx,
  listings: readonly { id: number; own: boolean | null }[],
  now: Date,
): Promise<void> {
  if (listings.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET "ownExcluded" = s.own, excluded = COALESCE(s.own, l."ruleExcludes"), version = l.version + 1,
      "staleSince" = ${now}, "changedAt" = NULL, decreasing = true
    FROM ${tableOf(listings, "id int, own boolean")} s WHERE l.id = s.id`;
}

export async function setManyPolicies(
  tx: Tx,
  listings: readonly { id: number; policy: Policy | null }[],
): Promise<void> {
  if (listings.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Listing" l SET policy = s.policy FROM ${tableOf(listings, "id int, policy jsonb")} s WHERE l.id = s.id`;
}

/** As `forgetProblem` does for one. */
export async function forgetProblems(tx: Tx, ids: readonly number[]): Promise<void> {
  const again = { problem: null, attemptsFailed: 0, retryAt: null };
  await tx.listing.updateMany({ where: { id: { in: [...ids] } }, data: again });
}

/** Of these, those of the shop that are there. */
export async function listThere(tx: Tx, shopId: number, ids: readonly number[]): Promise<number[]> {
  const where = { shopId, id: { in: [...ids] }, removedAt: null };
  return (await tx.listing.findMany({ where, select: { id: true } })).map((one) => one.id);
}

/** Listings of a shop, ended ones too: to say how far work on all of them has come. */
export function countListings(db: Db | Tx, shopId: number): Promise<number> {
  return db.listing.count({ where: { shopId } });
}

/**
 * Which rules listings are under. `facts`: a relation of listings (id, "ruleId", "ruleExcludes", "stockRuleIds"). The
 * merchant's own word on being excluded stands above them. Returns those on which it changed.
 */
export function recordHits(tx: Tx, facts: Prisma.Sql): Promise<Pick<Listing, "id" | "channelId" | "withdrawnAs">[]> {
  return tx.$queryRaw`
    WITH hit AS (
      SELECT l.id, f."ruleId", f."ruleExcludes", f."stockRuleIds" FROM (${facts}) f JOIN "Listing" l ON l.id = f.id
      WHERE ${UNDER_OTHERS} ORDER BY l.id FOR NO KEY UPDATE OF l)
    UPDATE "Listing" l SET "ruleId" = f."ruleId", "ruleExcludes" = f."ruleExcludes", "stockRuleIds" = f."stockRuleIds",
      excluded = COALESCE(l."ownExcluded", f."ruleExcludes")
    FROM hit f WHERE l.id = f.id RETURNING l.id, l."channelId", l."withdrawnAs"`;
}

const UNDER_OTHERS = Prisma.sql`(l."ruleId" IS DISTINCT FROM f."ruleId" OR l."ruleExcludes" <> f."ruleExcludes" OR l."stockRuleIds" IS DISTINCT FROM f."stockRuleIds")`;

/** Of the same relation, the listings that would be under other rules than now, or are under one of `changed`. */
export async function listUnderRules(tx: Tx, facts: Prisma.Sql, changed: readonly number[]): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    SELECT l.id FROM (${facts}) f JOIN "Listing" l ON l.id = f.id
    WHERE ${UNDER_OTHERS} OR f."ruleId" = ANY(${[...changed]}::int[]) OR f."stockRuleIds" && ${[...changed]}::int[] ORDER BY l.id`;
  return rows.map((row) => row.id);
}

/** By what each of these may find its variant. A title says nothing where another listing of its channel has it too. */
export function listClues(
  db: Db | Tx,
  ids: readonly number[],
): Promise<{ id: number; sku: string | null; barcode: string | null; title: string | null }[]> {
  return db.$queryRaw`
    SELECT l.id, l.sku, l.barcode, CASE WHEN NOT EXISTS (
      SELECT 1 FROM "Listing" other WHERE other."channelId" = l."channelId" AND lower(other.title) = lower(l.title)
        AND other.id <> l.id AND other."removedAt" IS NULL) THEN l.title END AS title
    FROM "Listing" l WHERE l.id = ANY(${[...ids]}::int[])`;
}

/** What each of these shows, and whether pushes are responsible for it. */
export function listShown(
  db: Db | Tx,
  ids: readonly number[],
): Promise<{ id: number; shown: number | null; isPushable: boolean }[]> {
  return db.$queryRaw`
    SELECT l.id, COALESCE(l."observedQuantity", l."acknowledgedQuantity") AS shown, (${Prisma.raw(PUSHABLE_SQL)}) AS "isPushable"
    FROM "Listing" l WHERE l.id = ANY(${[...ids]}::int[])`;
}

/** What one statement writes: others get in between. */
const SET_MAX = 2_000;

/** As `setMatch` does for one. */
export async function setMatches(tx: Tx, shopId: number, matches: readonly MatchOfMany[], now: Date): Promise<void> {
  for (let start = 0; start < matches.length; start += SET_MAX) {
    const set = matches
      .slice(start, start + SET_MAX)
      .map(([id, variantId, matchedBy]) => ({ id, variantId, matchedBy }));
    await tx.$executeRaw`
      UPDATE "Listing" l SET "variantId" = m."variantId", "matchedBy" = m."matchedBy", "withdrawnAs" = NULL, "withdrawnAnswer" = NULL,
        problem = NULL, "attemptsFailed" = 0, "retryAt" = NULL, version = l.version + 1, "staleSince" = ${now}, "changedAt" = NULL,
        decreasing = true
      FROM ${tableOf(set, `id int, "variantId" int, "matchedBy" text`)} m WHERE l.id = m.id AND l."shopId" = ${shopId}`;
  }
}
