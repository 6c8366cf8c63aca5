/** Finds variants by the beginnings of words of their SKU and title, through an index that holds them for each shop. */
import type { Db } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";

/** Between words: ASCII and the common punctuation that is neither a letter nor a digit. The database alone lowers and splits, on both sides. */
const words = (text: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`string_to_array(trim(regexp_replace(lower(${text}), '[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f\\u00a0-\\u00bf\\u2000-\\u206f\\u3000-\\u303f]+', ' ', 'g')), ' ')`;

/** As in the index Variant_words: "#" is in no word, so that a shop's number is no word of another's. */
const INDEXED = Prisma.sql`array_to_tsvector(array_append(${words(Prisma.sql`coalesce(v.sku, '') || ' ' || v."productTitle" || ' ' || v.title`)}, '#' || v."shopId"::text))`;

/** For an index of words that ends with whose they are: the beginnings of words that were typed, all of them. */
export const typedQuery = (shopId: number, typed: string): Prisma.Sql => Prisma.sql`(
  SELECT (string_agg(quote_literal(word) || ':*', ' & ') || ' & ''#' || ${shopId}::int::text || '''')::tsquery
  FROM unnest(${words(Prisma.sql`${typed}::text`)}) AS word)`;

/** So many that match are looked at, however many there are. */
const LOOKED_AT_MAX = 500;

/**
 * Ids of the shop's variants that match, at most `limit`: those whose SKU is what was typed first, then those whose SKU
 * begins with it, then by SKU. Words of nothing but punctuation match nothing.
 */
export async function searchSkus(db: Db, shopId: number, typed: string, limit: number): Promise<number[]> {
  const begins = `${typed.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await db.$queryRaw<{ id: number }[]>`
    WITH found AS (
      SELECT id FROM "Variant" WHERE "shopId" = ${shopId} AND "removedAt" IS NULL
        AND sku IN (${typed}::text, upper(${typed}::text), lower(${typed}::text))
      UNION
      (SELECT v.id FROM "Variant" v WHERE v."shopId" = ${shopId} AND v."removedAt" IS NULL
        AND ${INDEXED} @@ ${typedQuery(shopId, typed)} LIMIT ${LOOKED_AT_MAX}))
    SELECT v.id FROM found JOIN "Variant" v USING (id)
    ORDER BY (lower(v.sku) = lower(${typed}::text)) DESC NULLS LAST, (v.sku ILIKE ${begins}) DESC NULLS LAST, v.sku, v.id LIMIT ${limit}`;
  return rows.map((row) => row.id);
}
