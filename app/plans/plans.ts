/** Slice: plans. Owns ShopPlan: what each shop pays for, as Shopify last confirmed it. */
import type { Db, Tx } from "../db.server.ts";
import { Prisma, type ShopPlan } from "../generated/prisma/client.ts";
import { NO_TERMS, type PlanTerms } from "./answers.ts";
import type { PlanFacts } from "./entitlements.ts";
import type { OrderGap, WhenStockEnds } from "./plan-state.ts";

export type { ShopPlan };

/** Null: never asked about. */
export async function findPlan(db: Db | Tx, shopId: number): Promise<ShopPlan | null> {
  const [plan] = await db.$queryRaw<ShopPlan[]>`SELECT * FROM "ShopPlan" WHERE "shopId" = ${shopId}`;
  return plan ?? null;
}

/** The same, made if there is none, and locked until the transaction ends. */
export async function lockPlan(tx: Tx, shopId: number): Promise<ShopPlan> {
  await tx.$executeRaw`INSERT INTO "ShopPlan" ("shopId") VALUES (${shopId}) ON CONFLICT ("shopId") DO NOTHING`;
  const [plan] = await tx.$queryRaw<ShopPlan[]>`
    SELECT * FROM "ShopPlan" WHERE "shopId" = ${shopId} FOR NO KEY UPDATE`;
  if (!plan) throw new Error(`shop ${shopId} has no plan row`);
  return plan;
}

export function gapOf({ ordersStoppedAt: from, ordersResumedAt: to }: ShopPlan): OrderGap | null {
  return from && { from, to };
}

export interface Recorded {
  facts: PlanFacts;
  gap: OrderGap | null;
  terms: PlanTerms;
  /** Why the answer did not count; null: it did. */
  unclear: string | null;
  askedAt: Date;
  dueAt: Date;
}

export async function recordAnswer(tx: Tx, shopId: number, recorded: Recorded): Promise<void> {
  const { facts, terms, gap, unclear, askedAt, dueAt } = recorded;
  const confirmed = unclear === null ? { confirmedAt: askedAt } : {};
  const stopped = { ordersStoppedAt: gap?.from ?? null, ordersResumedAt: gap?.to ?? null };
  await tx.shopPlan.update({
    where: { shopId },
    data: { ...facts, ...terms, ...confirmed, ...stopped, unclear, askedAt, dueAt },
  });
}

export async function setWhenStockEnds(tx: Tx, shopId: number, whenStockEnds: WhenStockEnds): Promise<void> {
  await tx.shopPlan.update({ where: { shopId }, data: { whenStockEnds } });
}

/** Looked after from now on; or, null, not any more. */
export async function askAt(tx: Tx, shopId: number, dueAt: Date | null): Promise<void> {
  await tx.shopPlan.updateMany({ where: { shopId }, data: { dueAt } });
}

/** Where no plans are sold, nothing is confirmed; which orders were kept out is known on. */
export async function recordUnlimited(tx: Tx, shopId: number, gap: OrderGap | null): Promise<void> {
  const none = {
    ...NO_TERMS,
    plan: null,
    confirmedAt: null,
    unclear: null,
    dueAt: null,
    stockEndsAt: null,
    stockEndedAt: null,
  };
  await tx.shopPlan.update({ where: { shopId }, data: { ...none, ordersResumedAt: gap?.to ?? null } });
}

/** Shops that Shopify is to be asked about now, as a query of ids. */
export const shopsWithPlanDue = (now: Date): Prisma.Sql => Prisma.sql`
  SELECT "shopId" FROM "ShopPlan" WHERE "dueAt" <= ${now}`;

/** Shops that were there before plans were sold here. */
export const shopsWithoutPlan = (): Prisma.Sql => Prisma.sql`
  SELECT s.id FROM "Shop" s WHERE s."uninstalledAt" IS NULL
    AND NOT EXISTS (SELECT 1 FROM "ShopPlan" p WHERE p."shopId" = s.id)`;

/** Shops of which one is confirmed. */
export const shopsWithPlan = (): Prisma.Sql => Prisma.sql`SELECT "shopId" FROM "ShopPlan" WHERE plan IS NOT NULL`;
