/** Slice: orders, what was seen of them in Shopify after they were placed. */
import type { Db, Tx } from "../db.server.ts";
import type { MarketplaceOrder } from "./orders.ts";

/** Locks it until the transaction ends. False when a newer picture of it was compared before: Shopify's times of change end at the second. */
export async function recordCompared(tx: Tx, id: number, shopifyUpdatedAt: Date): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE "MarketplaceOrder" SET "shopifyUpdatedAt" = ${shopifyUpdatedAt}
    WHERE id = ${id} AND ("shopifyUpdatedAt" IS NULL OR "shopifyUpdatedAt" <= ${shopifyUpdatedAt})`;
  return count === 1;
}

/** `hash`: of the address that is the order's from now on; null leaves it as it is. */
export async function recordAddressRead(
  tx: Tx,
  { id, hash, readAt }: { id: number; hash: string | null; readAt: Date },
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "MarketplaceOrder" SET "addressReadAt" = ${readAt}, "addressHash" = COALESCE(${hash}, "addressHash")
    WHERE id = ${id} AND ("addressReadAt" IS NULL OR "addressReadAt" < ${readAt})`;
}

/** Nothing of it is to be shipped any more. */
export async function endAddressReading(tx: Tx, { id, addressReadAt }: MarketplaceOrder): Promise<void> {
  if (addressReadAt === null) return;
  await tx.$executeRaw`UPDATE "MarketplaceOrder" SET "addressReadAt" = NULL WHERE id = ${id}`;
}

/** Shopify's ids of those with something to be shipped that nobody looked at since. */
export async function listOpenUnseenSince(db: Db, shopId: number, since: Date, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ gid: string }[]>`
    SELECT "shopifyOrderGid" AS gid FROM "MarketplaceOrder"
    WHERE "shopId" = ${shopId} AND "addressReadAt" < ${since} AND stage = 'placed' AND "shopifyOrderGid" IS NOT NULL
    ORDER BY "addressReadAt" LIMIT ${limit}`;
  return rows.map((row) => row.gid);
}
