/** Slice: orders, who bought, and forgetting it. What is left of an order is what the books need; its buyer never comes back. */

import type { RemoteBuyer } from "#connectors/contract/remote-types.ts";
import { addMs } from "../clock.ts";
import { identifyBuyer, identityKeys } from "../customers/identities.ts";
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import type { Secrets } from "../secrets.ts";

const DAY_MS = 24 * 60 * 60_000;
/** An order that nobody ships or cancels is taken for over so long after its sale. */
const OPEN_MS_MAX = 90 * DAY_MS;

/** When an order's buyer is forgotten. `endedAt`: when it was shipped or cancelled; null: not yet. */
export function buyerForgetAt(order: { soldAt: Date; endedAt: Date | null }, keptMs: number): Date {
  return addMs(order.endedAt ?? addMs(order.soldAt, OPEN_MS_MAX), keptMs);
}

/** It was shipped, in part perhaps, or entered by hand: from the last parcel on, the buyer's time runs. */
export async function startBuyerClock(tx: Tx, orderId: number, forgetAt: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "MarketplaceOrder" SET "buyerForgetAt" = ${forgetAt} WHERE id = ${orderId} AND "buyerSealed" IS NOT NULL`;
}

/** What an order's buyer is known by, as the marketplace gave them and as they were corrected: asked about by either, they are found. */
export function buyerKeysOf(
  { hash }: Pick<Secrets, "hash">,
  connectorKey: string,
  { given, counts }: { given: RemoteBuyer; counts: RemoteBuyer },
): string[] {
  // Of most they are one.
  const keys = [...new Set([given, counts])].flatMap((buyer) => identityKeys(hash, connectorKey, identifyBuyer(buyer)));
  return [...new Set(keys.map((key) => key.valueHash))];
}

/** Which orders name a person who asks, or is to be forgotten. Without a shop: of all, by keys that are the same in each. */
export type BuyersOrders =
  | {
      shopId: number;
      keys: readonly string[];
      customerGid: string | null;
      shopifyOrderGids: readonly string[];
      /** Theirs as app/customers knows. */
      recordIds: readonly number[];
    }
  | { keys: readonly string[] };

function areTheirs(orders: BuyersOrders): Prisma.Sql {
  const keys = [...orders.keys];
  return "shopId" in orders
    ? Prisma.sql`"shopId" = ${orders.shopId} AND ("buyerKeys" && ${keys}::text[] OR "customerGid" = ${orders.customerGid}
        OR "shopifyOrderGid" = ANY(${[...orders.shopifyOrderGids]}::text[]) OR "customerRecordId" = ANY(${[...orders.recordIds]}::int[]))`
    : Prisma.sql`"buyerKeys" && ${keys}::text[]`;
}

/** Those of which a buyer is held still, by their names over there. */
export function listBuyersOrders(
  db: Db | Tx,
  orders: BuyersOrders,
  rowsMax: number,
): Promise<{ id: number; displayName: string }[]> {
  return db.$queryRaw`
    SELECT id, "displayName" FROM "MarketplaceOrder" WHERE ${areTheirs(orders)} AND "buyerSealed" IS NOT NULL
    ORDER BY "soldAt" DESC, id DESC LIMIT ${rowsMax}`;
}

/** All that is sealed of a buyer, or was said of them. */
const FORGOTTEN = Prisma.sql`"buyerSealed" = NULL, "correctionSealed" = NULL, "correctedAt" = NULL, "refusedSealed" = NULL,
      "remarksSealed" = NULL`;

/** Returns what these buyers were known by, and the records that their orders belonged to. */
export async function forgetBuyers(
  tx: Tx,
  orders: BuyersOrders,
  now: Date,
): Promise<{ keys: string[]; recordIds: number[] }> {
  const rows = await tx.$queryRaw<{ buyerKeys: string[]; customerRecordId: number | null }[]>`
    WITH found AS (SELECT id, "buyerKeys", "customerRecordId" FROM "MarketplaceOrder" WHERE ${areTheirs(orders)} FOR NO KEY UPDATE)
    UPDATE "MarketplaceOrder" o SET ${FORGOTTEN}, "buyerKeys" = '{}', "buyerForgetAt" = NULL,
      "customerRecordId" = NULL, "redactedAt" = COALESCE("redactedAt", ${now})
    FROM found WHERE o.id = found.id RETURNING found."buyerKeys", found."customerRecordId"`;
  return {
    keys: [...new Set(rows.flatMap((row) => row.buyerKeys))],
    recordIds: [...new Set(rows.flatMap((row) => row.customerRecordId ?? []))],
  };
}

/** Buyers whose time is over. Returns the records of their orders, with null for those of nobody: at most `rowsMax`. */
export function forgetOldBuyers(
  tx: Tx,
  { now, rowsMax }: { now: Date; rowsMax: number },
): Promise<{ recordId: number | null }[]> {
  return forgetSome(tx, Prisma.sql`"buyerForgetAt" <= ${now}`, now, rowsMax);
}

/** Of channels whose shop wants them forgotten sooner, by so much. */
export function forgetBuyersSooner(
  tx: Tx,
  {
    channelIds,
    soonerMs,
    now,
    rowsMax,
  }: { channelIds: readonly number[]; soonerMs: number; now: Date; rowsMax: number },
): Promise<{ recordId: number | null }[]> {
  const which = Prisma.sql`"channelId" = ANY(${[...channelIds]}::int[]) AND "buyerForgetAt" <= ${addMs(now, soonerMs)}`;
  return forgetSome(tx, which, now, rowsMax);
}

/** Of shops that left long ago. Returns how many orders there were, at most `rowsMax`. */
export async function forgetBuyersOfShops(
  db: Db,
  { shopIds, now, rowsMax }: { shopIds: readonly number[]; now: Date; rowsMax: number },
): Promise<number> {
  return (await forgetSome(db, Prisma.sql`"shopId" = ANY(${[...shopIds]}::int[])`, now, rowsMax)).length;
}

/** What a person bought stays theirs where Shopify has them: it names nobody. */
function forgetSome(
  db: Db | Tx,
  which: Prisma.Sql,
  now: Date,
  rowsMax: number,
): Promise<{ recordId: number | null }[]> {
  return db.$queryRaw`
    UPDATE "MarketplaceOrder" SET ${FORGOTTEN}, "buyerKeys" = '{}', "buyerForgetAt" = NULL, "redactedAt" = ${now}
    WHERE id IN (SELECT id FROM "MarketplaceOrder" WHERE "buyerSealed" IS NOT NULL AND ${which} LIMIT ${rowsMax} FOR NO KEY UPDATE SKIP LOCKED)
    RETURNING "customerRecordId" AS "recordId"`;
}
