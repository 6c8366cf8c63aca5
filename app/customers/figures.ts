/** Slice: customers, what each bought: counted anew for one person whenever anything of theirs changed. */
import type { Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { rulesOf, standingOf } from "./lifecycle.ts";
import { markTags } from "./taggings.ts";

interface Bought {
  id: number;
  shopId: number;
  customerGid: string | null;
  rules: unknown;
  shopOrders: number;
  shopLastAt: Date | null;
  orders: number;
  firstAt: Date | null;
  lastAt: Date | null;
  previousAt: Date | null;
  channels: { channelId: number; orders: number; spent: Record<string, string>; firstAt: string; lastAt: string }[];
}

/**
 * Counts orders, spend and stage of these customers. Whatever of theirs is written at the same moment waits, or is counted
 * by whoever wrote it: call it last, after the rows that it counts.
 */
export async function countCustomers(tx: Tx, customerIds: readonly number[], now: Date): Promise<void> {
  const ids = [...new Set(customerIds)];
  if (ids.length === 0) return;
  // By a statement of its own, so that the next one sees what others wrote while this one waited.
  await tx.$queryRaw`SELECT id FROM "Customer" WHERE id = ANY(${ids}::int[]) ORDER BY id FOR NO KEY UPDATE`;
  const people = await readBought(tx, ids);
  for (const bought of people) await storeFigures(tx, bought, now);
  await markTags(tx, people, now);
}

function readBought(tx: Tx, ids: readonly number[]): Promise<Bought[]> {
  return tx.$queryRaw`
    SELECT c.id, c."shopId", c."customerGid", s."customerStages" AS rules, c."shopOrders", c."shopLastAt", COALESCE(total.orders, 0) AS orders,
      total."firstAt", total.times[1] AS "lastAt", total.times[2] AS "previousAt", COALESCE(by_channel.figures, '[]') AS channels
    FROM "Customer" c JOIN "Shop" s ON s.id = c."shopId"
    LEFT JOIN LATERAL (
      SELECT COUNT(*)::int AS orders, MIN(o."soldAt") AS "firstAt", (ARRAY_AGG(o."soldAt" ORDER BY o."soldAt" DESC))[1:2] AS times
      FROM ${PURCHASES}) total ON true
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(to_jsonb(one)) AS figures FROM (
        SELECT p."channelId", SUM(p.orders)::int AS orders, MIN(p."firstAt") AS "firstAt", MAX(p."lastAt") AS "lastAt",
          jsonb_object_agg(p.currency, p.spent) AS spent
        FROM (
          SELECT o."channelId", o.currency, COUNT(*) AS orders, MIN(o."soldAt") AS "firstAt", MAX(o."soldAt") AS "lastAt",
            SUM(o."paidAmount"::numeric)::text AS spent
          FROM ${PURCHASES} GROUP BY 1, 2) p
        GROUP BY 1) one) by_channel ON true
    WHERE c.id = ANY(${[...ids]}::int[])`;
}

/** What a person has paid for and was not cancelled. */
const PURCHASES = Prisma.sql`"CustomerRecord" r JOIN "MarketplaceOrder" o ON o."customerRecordId" = r.id
  WHERE r."customerId" = c.id AND o."remoteStatus" = 'paid' AND o.stage <> 'empty'`;

async function storeFigures(tx: Tx, bought: Bought, now: Date): Promise<void> {
  const { id, shopId, orders, firstAt, lastAt, previousAt, channels } = bought;
  const standing = standingOf(bought, rulesOf(bought.rules), now);
  const stage = standing?.stage ?? null;
  await tx.$executeRaw`
    WITH counted AS (
      UPDATE "Customer" SET orders = ${orders}, "firstAt" = ${firstAt}, "lastAt" = ${lastAt}, "previousAt" = ${previousAt},
        stage = ${stage}, "stageDueAt" = ${standing?.until ?? null} WHERE id = ${id}
    ), given AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(stage === null ? [] : channels)}::jsonb)
        AS g("channelId" int, orders int, spent jsonb, "firstAt" timestamptz, "lastAt" timestamptz)
    ), gone AS (
      DELETE FROM "CustomerChannel" WHERE "customerId" = ${id} AND "channelId" NOT IN (SELECT "channelId" FROM given)
    )
    INSERT INTO "CustomerChannel" ("customerId", "channelId", "shopId", stage, orders, spent, "firstAt", "lastAt")
    SELECT ${id}, "channelId", ${shopId}, ${stage}, orders, spent, "firstAt", "lastAt" FROM given
    ON CONFLICT ("customerId", "channelId") DO UPDATE SET stage = EXCLUDED.stage, orders = EXCLUDED.orders, spent = EXCLUDED.spent,
      "firstAt" = EXCLUDED."firstAt", "lastAt" = EXCLUDED."lastAt"`;
}

/** Of one tick. */
const DUE_MAX = 200;

/** Customers whose stage time has changed by now. */
export const dueStages = (now: Date): Prisma.Sql => Prisma.sql`
  SELECT id FROM (SELECT id FROM "Customer" WHERE "stageDueAt" <= ${now} ORDER BY "stageDueAt" LIMIT ${DUE_MAX}) due`;

/** The rules are others now: whoever has a stage is looked at again, a little at a time. */
export async function countShopAgain(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.$executeRaw`UPDATE "Customer" SET "stageDueAt" = ${now} WHERE "shopId" = ${shopId} AND stage IS NOT NULL`;
}
