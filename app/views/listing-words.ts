/** Finds listings by the beginnings of words of their title, SKU and number over there. */
import type { Db, Tx } from "../db.server.ts";
import { typedQuery } from "./sku-search.ts";

/** So many that match are looked at, however many there are. */
const LOOKED_AT_MAX = 1_000;

/** Ids of each channel, in no order. Words of nothing but punctuation match nothing. */
export async function findByWords(
  db: Db | Tx,
  shopId: number,
  typed: string,
): Promise<{ ids: ReadonlyMap<number, number[]>; isCut: boolean }> {
  const rows = await db.$queryRaw<{ id: number; channelId: number }[]>`
    SELECT l.id, l."channelId" FROM (
      SELECT "listingId" AS id FROM "ListingWords" WHERE words @@ ${typedQuery(shopId, typed)} LIMIT ${LOOKED_AT_MAX + 1}
    ) found JOIN "Listing" l USING (id)`;
  const ids = new Map<number, number[]>();
  for (const { id, channelId } of rows.slice(0, LOOKED_AT_MAX)) ids.set(channelId, [...(ids.get(channelId) ?? []), id]);
  return { ids, isCut: rows.length > LOOKED_AT_MAX };
}
