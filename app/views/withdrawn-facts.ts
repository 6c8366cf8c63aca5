/**
 * Why a listing's variant is not for sale in Shopify, as SQL: one truth for pushes, for what is stored, and for screens; and
 * how many listings of a channel that concerns.
 */
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";

/** Levels of variant `v` at the locations that channel `c` sells from. */
export const SOLD_FROM = Prisma.sql`
  "Level" lv JOIN "Location" loc ON loc."shopId" = lv."shopId" AND loc.gid = lv."locationGid" AND loc.active
  WHERE lv."shopId" = v."shopId" AND lv."inventoryItemGid" = v."inventoryItemGid"
    AND (cardinality(c."locationGids") = 0 OR lv."locationGid" = ANY(c."locationGids"))`;

/**
 * A Withdrawal, or null while it is for sale (of channel `c`, variant `v`, shop `s`). What was not read yet says nothing;
 * and before a shop's statuses were all read once, nothing is said of any.
 */
export const WITHDRAWN = Prisma.sql`
  CASE WHEN s."statusesReadAt" IS NULL THEN NULL
    WHEN v."removedAt" IS NOT NULL THEN 'deleted'
    WHEN v.status = 'archived' THEN 'archived'
    WHEN v.tracked AND v."stockReadAt" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${SOLD_FROM} AND lv.available IS NOT NULL) THEN 'unstocked'
    WHEN v.status = 'draft' THEN 'draft'
    WHEN NOT v.tracked THEN 'untracked' END`;

/** The WithdrawalOutcome of a Withdrawal on channel `c`; `answer`: what the merchant said of it. */
export function outcomeSql(withdrawn: Prisma.Sql, answer: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    CASE WHEN ${withdrawn} IS NOT NULL THEN COALESCE(${answer}, CASE ${withdrawn}
      WHEN 'untracked' THEN c."untrackedPolicy" WHEN 'draft' THEN c."draftPolicy" ELSE c."gonePolicy" END) END`;
}

export interface WithdrawnCount {
  listings: number;
  /** Of the first of them. */
  titles: string[];
}

export interface WithdrawnCounts {
  /** Shown as 0, now or soon. */
  zero: WithdrawnCount;
  /** They wait for the merchant. */
  asked: WithdrawnCount;
  /** Left alone, as the merchant excluded them. */
  excluded: WithdrawnCount;
}

const TITLES_MAX = 3;
const NONE: WithdrawnCount = { listings: 0, titles: [] };

/** Of listings as noted (app/flows/note-withdrawn.ts). Those that are not ours to change, or not there, are not counted. */
export async function readWithdrawn(db: Db | Tx, channelId: number): Promise<WithdrawnCounts> {
  const rows = await db.$queryRaw<{ kind: "zero" | "ask" | "keep" | "excluded"; listings: number; titles: string[] }[]>`
    SELECT kind, COUNT(*)::int AS listings, (array_agg(title ORDER BY id))[1:${TITLES_MAX}] AS titles FROM (
      SELECT l.id, l.title, CASE WHEN l.excluded THEN CASE WHEN l."withdrawnAs" = 'untracked' THEN 'keep' ELSE 'excluded' END
        ELSE ${outcomeSql(Prisma.sql`l."withdrawnAs"`, Prisma.sql`l."withdrawnAnswer"`)} END AS kind
      FROM "Listing" l JOIN "Channel" c ON c.id = l."channelId"
      WHERE l."channelId" = ${channelId} AND l."withdrawnAs" IS NOT NULL AND l."removedAt" IS NULL
        AND l."unmanagedBecause" IS NULL AND l."remoteState" <> 'ended'
    ) withdrawn GROUP BY kind`;
  const of = (kind: string) => rows.find((row) => row.kind === kind) ?? NONE;
  return { zero: of("zero"), asked: of("ask"), excluded: of("excluded") };
}
