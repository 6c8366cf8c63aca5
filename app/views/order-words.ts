/** Finds orders by the beginnings of words of their numbers, here and over there, and of their lines' titles and SKUs. */
import type { Db } from "../db.server.ts";
import { typedQuery } from "./sku-search.ts";

/** So many that match are sorted. Where more do, the next ones by time are looked through: one of them soon matches. */
export const FEW_ORDERS = 1_000;

/** Their ids, in no order; null: more match than few. Words of nothing but punctuation match nothing. */
export async function findFewOrders(db: Db, shopId: number, typed: string): Promise<number[] | null> {
  const rows = await db.$queryRaw<{ orderId: number }[]>`
    SELECT "orderId" FROM "OrderWords" WHERE words @@ ${typedQuery(shopId, typed)} LIMIT ${FEW_ORDERS + 1}`;
  return rows.length > FEW_ORDERS ? null : rows.map((row) => row.orderId);
}

/** Which of these orders match. Each is looked up by itself: the database would else read all that match first. */
export async function matchOrders(
  db: Db,
  shopId: number,
  typed: string,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await db.$queryRaw<{ orderId: number }[]>`
    SELECT one.id AS "orderId" FROM unnest(${[...ids]}::int[]) AS one(id)
    CROSS JOIN LATERAL (SELECT words FROM "OrderWords" WHERE "orderId" = one.id OFFSET 0) its
    WHERE its.words @@ ${typedQuery(shopId, typed)}`;
  return new Set(rows.map((row) => row.orderId));
}
