/**
 * What a filter of the page of listings matches, from one id to the next, for work that goes through all of it: what a step
 * costs follows the step, however many listings there are and however few of them match.
 */
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { STATUS_RULE } from "./listing-facts.ts";
import {
  isStatusFilter,
  isWantedBy,
  LISTING_LABELS,
  STATUS_FILTERS,
  STATUS_RULES,
  type StatusFilter,
} from "./listing-status.ts";
import { findByWords } from "./listing-words.ts";

/** As in the address of the page: null and "" filter nothing. */
export interface ListingFilter {
  channelId: number | null;
  status: string | null;
  search: string;
}

export interface NextMatching {
  ids: number[];
  /** The listing with the highest id that was looked at; null: there are none beyond. */
  upTo: number | null;
  /** How many were looked at. */
  looked: number;
}

/** Of the next `look` listings of the shop after that id, those that match, `limit` at most. */
export async function nextMatching(
  db: Db | Tx,
  shopId: number,
  filter: ListingFilter,
  { afterId, look, limit }: { afterId: number; look: number; limit: number },
): Promise<NextMatching> {
  const words = filter.search === "" ? null : await findByWords(db, shopId, filter.search);
  const found = words && [...words.ids.values()].flat();
  const [row] = await db.$queryRaw<NextMatching[]>`
    WITH near AS MATERIALIZED (
      SELECT l.* FROM "Listing" l WHERE l."shopId" = ${shopId} AND l.id > ${afterId} AND ${isOneOf(found)}
      ORDER BY l.id LIMIT ${look}),
    hits AS (
      SELECT l.id FROM near l JOIN "Channel" c ON c.id = l."channelId"
        LEFT JOIN LATERAL (SELECT * FROM "Variant" WHERE id = l."variantId" OFFSET 0) v ON true
      WHERE ${ofChannel(filter)} AND ${ofStatus(filter)} ORDER BY l.id LIMIT ${limit}),
    reached AS (
      SELECT CASE WHEN (SELECT count(*) FROM hits) = ${limit} THEN (SELECT max(id) FROM hits) ELSE (SELECT max(id) FROM near) END AS id)
    SELECT ARRAY(SELECT id FROM hits ORDER BY id) AS ids, (SELECT id FROM reached) AS "upTo",
      (SELECT count(*)::int FROM near WHERE id <= (SELECT id FROM reached)) AS looked`;
  return row ?? { ids: [], upTo: null, looked: 0 };
}

/** Those that were found by words, where words were typed; null: all of the shop's are looked at. */
export async function countLookedAt(
  db: Db | Tx,
  shopId: number,
  { search }: ListingFilter,
): Promise<{ listings: number; isCut: boolean } | null> {
  if (search === "") return null;
  const { ids, isCut } = await findByWords(db, shopId, search);
  return { listings: [...ids.values()].reduce((sum, some) => sum + some.length, 0), isCut };
}

/** "All listings that are “Not matched”, on eBay, with “mug” in their title or SKU". */
export function sayFilter({ status, search }: ListingFilter, channel: string | null): string {
  const parts = [
    ...(status !== null && isStatusFilter(status) ? [`with the status “${labelOf(status)}”`] : []),
    ...(channel === null ? [] : [`on ${channel}`]),
    ...(search === "" ? [] : [`with “${search}” in the title or SKU`]),
  ];
  return ["All listings", ...parts].join(" ");
}

const labelOf = (status: StatusFilter): string => ({ ...LISTING_LABELS, ...STATUS_FILTERS })[status];

const isOneOf = (ids: readonly number[] | null): Prisma.Sql =>
  ids === null ? Prisma.sql`true` : Prisma.sql`l.id = ANY(${[...ids]}::int[])`;

const ofChannel = ({ channelId }: ListingFilter): Prisma.Sql =>
  channelId === null ? Prisma.sql`true` : Prisma.sql`l."channelId" = ${channelId}`;

function ofStatus({ status }: ListingFilter): Prisma.Sql {
  const filter = status !== null && isStatusFilter(status) ? status : null;
  const places = STATUS_RULES.flatMap((rule, at) => (isWantedBy(filter, rule) ? [at] : []));
  return Prisma.sql`${STATUS_RULE} IN (${Prisma.join(places)})`;
}
