/**
 * The facts behind each listing's status, in SQL: to count, to filter and to page without reading rows. The relations are
 * l, a listing; c, its channel; and v, its variant, if it has one.
 */
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { PLAN_ENDED } from "../plans/entitlements.ts";
import {
  type ListingFacts,
  type ListingGroup,
  type ListingStatusCode,
  STATUS_RULES,
  type StatusRule,
} from "./listing-status.ts";
import { outcomeSql } from "./withdrawn-facts.ts";

const OUTCOME = outcomeSql(Prisma.sql`l."withdrawnAs"`, Prisma.sql`l."withdrawnAnswer"`);

/** So many failures of one listing in a row are minutes: what then still fails needs the merchant. */
const PASSING_FAILURES_MAX = 10;

/** An ended listing is no longer seen, or the marketplace says it ended. */
const FACTS: Record<keyof ListingFacts, Prisma.Sql> = {
  channelState: Prisma.sql`c.state`,
  pushApproved: Prisma.sql`c."pushApprovedAt" IS NOT NULL`,
  // With a plan that has it again, the channel waits for an approval.
  planEnded: Prisma.sql`(c."brakeReason" = ${Prisma.raw(`'${PLAN_ENDED}'`)} AND EXISTS (
    SELECT 1 FROM "ShopPlan" p WHERE p."shopId" = c."shopId" AND p."stockEndedAt" IS NOT NULL)) IS TRUE`,
  ended: Prisma.sql`(l."removedAt" IS NOT NULL OR l."remoteState" = 'ended')`,
  excluded: Prisma.sql`l.excluded`,
  excludedByRule: Prisma.sql`(l.excluded AND l."ownExcluded" IS NULL)`,
  unmanaged: Prisma.sql`l."unmanagedBecause" IS NOT NULL`,
  matched: Prisma.sql`l."variantId" IS NOT NULL`,
  hasSku: Prisma.sql`coalesce(l.sku, '') <> ''`,
  keyAmbiguous: Prisma.sql`(l."variantId" IS NULL AND l."keyAmbiguous")`,
  variantRemoved: Prisma.sql`v."removedAt" IS NOT NULL`,
  tracked: Prisma.sql`coalesce(v.tracked, false)`,
  withdrawn: Prisma.sql`coalesce(l."withdrawnAs", 'none')`,
  onWithdrawn: Prisma.sql`coalesce(${OUTCOME}, 'none')`,
  hasProblem: Prisma.sql`l.problem IS NOT NULL`,
  putOff: Prisma.sql`(l."retryAt" IS NOT NULL AND l."attemptsFailed" < ${Prisma.raw(String(PASSING_FAILURES_MAX))})`,
  heldBack: Prisma.sql`EXISTS (SELECT 1 FROM "Listing" missing
    WHERE missing."variantId" = l."variantId" AND missing."unseenUnits" > 0)`,
  edited: Prisma.sql`l."editedAt" IS NOT NULL`,
  contained: Prisma.sql`EXISTS (SELECT 1 FROM "Containment" k WHERE k."variantId" = l."variantId")`,
  unclear: Prisma.sql`l."unclearSince" IS NOT NULL`,
  stale: Prisma.sql`l.version > l."acknowledgedVersion"`,
};

/** What the facts, and the rule, are read from. */
export const LISTING_SOURCES = Prisma.sql`"Listing" l
  JOIN "Channel" c ON c.id = l."channelId" LEFT JOIN "Variant" v ON v.id = l."variantId"`;

/** All facts, each named as in ListingFacts. */
export const LISTING_FACTS = Prisma.join(
  Object.entries(FACTS).map(([name, fact]) => Prisma.sql`${fact} AS ${Prisma.raw(`"${name}"`)}`),
);

/** The place in STATUS_RULES of the first that holds. */
export const STATUS_RULE = Prisma.sql`CASE ${Prisma.join(
  STATUS_RULES.map((rule, at) => Prisma.sql`WHEN ${holdsSql(rule)} THEN ${Prisma.raw(String(at))}`),
  " ",
)} END`;

/** The values are our own words, so the statement is the same each time. */
function holdsSql({ when }: StatusRule): Prisma.Sql {
  const parts = (Object.keys(when) as (keyof ListingFacts)[]).map((name) => {
    const wanted = [when[name]].flat();
    if (wanted.length === 1 && typeof wanted[0] === "boolean")
      return wanted[0] ? FACTS[name] : Prisma.sql`NOT (${FACTS[name]})`;
    return Prisma.sql`${FACTS[name]} IN (${Prisma.raw(wanted.map((value) => `'${value}'`).join(", "))})`;
  });
  return parts.length === 0 ? Prisma.sql`true` : Prisma.join(parts, " AND ");
}

/** The facts of these listings, in no order. */
export function readFactsOf(
  db: Db | Tx,
  shopId: number,
  listingIds: readonly number[],
): Promise<({ id: number } & ListingFacts)[]> {
  return db.$queryRaw`
    SELECT l.id, ${LISTING_FACTS} FROM ${LISTING_SOURCES}
    WHERE l."shopId" = ${shopId} AND l.id = ANY(${[...listingIds]}::int[])`;
}

export interface StatusGroup {
  channelId: number;
  status: { code: ListingStatusCode; group: ListingGroup };
  listings: number;
  /** When the marketplace last accepted a number of any of them; null: it never did. */
  acceptedAt: Date | null;
}

/** How many listings of each channel have which status. It goes through all of them. */
export async function countStatuses(db: Db, shopId: number): Promise<StatusGroup[]> {
  const rows = await db.$queryRaw<(Omit<StatusGroup, "status"> & { rule: number })[]>`
    SELECT l."channelId", ${STATUS_RULE} AS rule, count(*)::int AS listings, max(l."acknowledgedAt") AS "acceptedAt"
    FROM ${LISTING_SOURCES} WHERE l."shopId" = ${shopId} GROUP BY 1, 2`;
  return rows.flatMap(({ rule, ...its }) => {
    const status = STATUS_RULES[rule];
    return status ? [{ ...its, status: { code: status.code, group: status.group } }] : [];
  });
}
