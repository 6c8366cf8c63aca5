/** All that the database holds of one shop, row by row. What is nobody's (leases, budgets, tasks) is left out. */
import type { Db } from "#app/db.server.ts";

/** Which rows of a table are a shop's, by the first of these columns that the table has. */
const OWNERS: [column: string, where: string][] = [
  ["shopId", `"shopId" = $1`],
  ["channelId", `"channelId" IN (SELECT id FROM "Channel" WHERE "shopId" = $1)`],
  ["listingId", `"listingId" IN (SELECT id FROM "Listing" WHERE "shopId" = $1)`],
  ["orderId", `"orderId" IN (SELECT id FROM "MarketplaceOrder" WHERE "shopId" = $1)`],
  ["customerId", `"customerId" IN (SELECT id FROM "Customer" WHERE "shopId" = $1)`],
];
const BY_NAME: Record<string, string> = {
  AttemptWords: `"attemptId" IN (SELECT id FROM "Attempt" WHERE "shopId" = $1)`,
  Shop: "id = $1",
  CollectionProduct: `"collectionId" IN (SELECT id FROM "Collection" WHERE "shopId" = $1)`,
  MailAlert: `"mailId" IN (SELECT id FROM "Mail" WHERE "shopId" = $1)`,
  Session: `shop = (SELECT domain FROM "Shop" WHERE id = $1)`,
};
/** Shared by all shops; a delivery is what was said, not what it did. */
const NOBODYS = ["Lease", "Budget", "Delivery", "_prisma_migrations", "ConnectAttempt"];

export async function rowsOfShop(db: Db, { shopId }: { shopId: number }): Promise<Record<string, string[]>> {
  const columns = await db.$queryRaw<{ table: string; column: string }[]>`
    SELECT c.table_name AS "table", c.column_name AS "column" FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'`;
  const rows: Record<string, string[]> = {};
  for (const table of [...new Set(columns.map((one) => one.table))].sort()) {
    if (NOBODYS.includes(table)) continue;
    const has = (column: string) => columns.some((one) => one.table === table && one.column === column);
    const where = BY_NAME[table] ?? OWNERS.find(([column]) => has(column))?.[1];
    if (!where) throw new Error(`say in ${import.meta.filename} whose the rows of ${table} are`);
    const found = await db.$queryRawUnsafe<{ row: string }[]>(
      `SELECT to_jsonb(t)::text AS row FROM "${table}" t WHERE ${where} ORDER BY 1`,
      shopId,
    );
    rows[table] = found.map((one) => one.row);
  }
  return rows;
}
