/** The facts behind each listing's status, as one SQL relation: to group, to count and to filter without reading rows. */
import type { Db } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { type ListingFacts, type ListingStatus, listingStatus } from "./listing-status.ts";
import { outcomeSql } from "./withdrawn-facts.ts";

const OUTCOME = outcomeSql(Prisma.sql`l."withdrawnAs"`, Prisma.sql`l."withdrawnAnswer"`);

/** So many failures of one listing in a row are minutes: what then still fails needs the merchant. */
const PASSING_FAILURES_MAX = 10;

/**
 * Columns are named as in ListingFacts. An ended listing is no longer seen, or the marketplace says it ended. What is asked of
 * few rows is asked of them alone: PostgreSQL takes it for so dear with each row that how it joins all others seems to be
 * the same to it.
 */
export function listingFactsSql(shopId: number, ids?: readonly number[]): Prisma.Sql {
  const among = (listing: Prisma.Sql) => (ids ? Prisma.sql`AND ${listing}.id = ANY(${[...ids]}::int[])` : Prisma.empty);
  return Prisma.sql`
    SELECT l.id, l."channelId",
      c.state AS "channelState",
      c."pushApprovedAt" IS NOT NULL AS "pushApproved",
      l."removedAt" IS NOT NULL OR l."remoteState" = 'ended' AS ended,
      l.excluded,
      l.excluded AND l."ownExcluded" IS NULL AS "excludedByRule",
      l."unmanagedBecause" IS NOT NULL AS unmanaged,
      l."variantId" IS NOT NULL AS matched,
      coalesce(l.sku, '') <> '' AS "hasSku",
      l.id IN (SELECT loose.id FROM "Listing" loose WHERE loose."shopId" = ${shopId} AND loose."variantId" IS NULL ${among(Prisma.sql`loose`)}
        AND (SELECT count(*) > 1 FROM "Variant" twin WHERE twin."shopId" = loose."shopId" AND twin."removedAt" IS NULL
          AND (twin.sku = loose.sku OR (twin.barcode = loose.barcode AND NOT EXISTS (
            SELECT 1 FROM "Variant" own WHERE own."shopId" = loose."shopId" AND own."removedAt" IS NULL AND own.sku = loose.sku))))
      ) AS "keyAmbiguous",
      v."removedAt" IS NOT NULL AS "variantRemoved",
      coalesce(v.tracked, false) AS tracked,
      coalesce(l."withdrawnAs", 'none') AS withdrawn,
      coalesce(${OUTCOME}, 'none') AS "onWithdrawn",
      l.problem IS NOT NULL AS "hasProblem",
      l."retryAt" IS NOT NULL AND l."attemptsFailed" < ${PASSING_FAILURES_MAX} AS "putOff",
      coalesce(l."variantId" IN (SELECT missing."variantId" FROM "Listing" missing
        WHERE missing."shopId" = ${shopId} AND missing."unseenUnits" > 0 AND missing."variantId" IS NOT NULL), false) AS "heldBack",
      l."editedAt" IS NOT NULL AS edited,
      coalesce(l."variantId" IN (SELECT k."variantId" FROM "Containment" k WHERE k."shopId" = ${shopId}), false) AS contained,
      l."unclearSince" IS NOT NULL AS unclear,
      l.version > l."acknowledgedVersion" AS stale
    FROM "Listing" l
    JOIN "Channel" c ON c.id = l."channelId"
    LEFT JOIN "Variant" v ON v.id = l."variantId"
    WHERE l."shopId" = ${shopId} ${among(Prisma.sql`l`)}`;
}

/** Of the relation by this name: "Listing", which it may be joined to, has an `excluded` of its own. */
const FACTS = Prisma.sql`facts."channelState", facts."pushApproved", facts.ended, facts.excluded, facts."excludedByRule", facts.unmanaged, facts.matched,
  facts."hasSku", facts."keyAmbiguous", facts."variantRemoved", facts.tracked, facts.withdrawn, facts."onWithdrawn", facts."hasProblem",
  facts."putOff", facts."heldBack", facts.edited, facts.contained, facts.unclear, facts.stale`;

/** The facts of these listings, in no order. */
export function readFactsOf(
  db: Db,
  shopId: number,
  listingIds: readonly number[],
): Promise<({ id: number } & ListingFacts)[]> {
  return db.$queryRaw`SELECT * FROM (${listingFactsSql(shopId, listingIds)}) facts`;
}

export interface StatusGroup {
  channelId: number;
  status: ListingStatus;
  facts: ListingFacts;
  listings: number;
}

/** How many listings of each channel share which facts, and so which status. */
export async function readStatusGroups(db: Db, shopId: number): Promise<StatusGroup[]> {
  const rows = await db.$queryRaw<(ListingFacts & { channelId: number; listings: number })[]>`
    SELECT "channelId", ${FACTS}, count(*)::int AS listings FROM (${listingFactsSql(shopId)}) facts GROUP BY "channelId", ${FACTS}`;
  return rows.map(({ channelId, listings, ...facts }) => ({
    channelId,
    listings,
    facts,
    status: listingStatus(facts),
  }));
}

/** A condition on listingFactsSql's columns, as a relation named `facts`, that holds for the listings of some statuses. */
export function hasStatus(groups: readonly StatusGroup[], wanted: (status: ListingStatus) => boolean): Prisma.Sql {
  const combinations = groups
    .filter((group) => wanted(group.status))
    .map(({ facts: f }) => {
      const values = [
        f.channelState,
        f.pushApproved,
        f.ended,
        f.excluded,
        f.excludedByRule,
        f.unmanaged,
        f.matched,
        f.hasSku,
        f.keyAmbiguous,
        f.variantRemoved,
        f.tracked,
        f.withdrawn,
        f.onWithdrawn,
        f.hasProblem,
        f.putOff,
        f.heldBack,
        f.edited,
        f.contained,
        f.unclear,
        f.stale,
      ];
      return Prisma.sql`(${Prisma.join(values)})`;
    });
  if (combinations.length === 0) return Prisma.sql`false`;
  return Prisma.sql`(${FACTS}) IN (${Prisma.join(combinations)})`;
}
