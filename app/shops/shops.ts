/** Slice: shops. Owns Shop. */
import { addMs } from "../clock.ts";
import type { Db, Tx } from "../db.server.ts";
import { Prisma, type Shop } from "../generated/prisma/client.ts";
import type { Policy } from "../inventory/policy.ts";
import type { Retention } from "./retention.ts";

export type { Shop };

export interface ShopProfile {
  email: string;
  name: string;
  currency: string;
  countryCode: string | null;
  timezone: string;
}

/**
 * Installs, or comes back after an uninstall. The mirror is taken anew: much may have changed meanwhile. Called with every
 * token that Shopify gives, each of which shows that the app is installed now, whatever is said of an end before.
 */
export function recordInstall(tx: Tx, domain: string, now: Date): Promise<Shop> {
  return tx.shop.upsert({
    where: { domain },
    create: { domain, name: domain, currency: "USD", timezone: "UTC", policy: {}, installedAt: now },
    update: { uninstalledAt: null, installedAt: now },
  });
}

/**
 * `readNumber`: taken before Shopify was asked. What was asked for later is newer, whichever worker stores first: a worker
 * may stand still in between.
 */
export async function recordProfile(
  db: Db | Tx,
  { shopId, readNumber }: { shopId: number; readNumber: bigint },
  profile: ShopProfile,
): Promise<void> {
  const where = { id: shopId, profileRead: { lt: readNumber } };
  await db.shop.updateMany({ where, data: { ...profile, profileRead: readNumber } });
}

/** False: locations that were asked for later are stored already. Else nobody else stores theirs until the transaction ends. */
export async function isLatestOfLocations(
  tx: Tx,
  { shopId, readNumber }: { shopId: number; readNumber: bigint },
): Promise<boolean> {
  const where = { id: shopId, locationsRead: { lt: readNumber } };
  const { count } = await tx.shop.updateMany({ where, data: { locationsRead: readNumber } });
  return count === 1;
}

export async function recordUninstall(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.shop.update({ where: { id: shopId }, data: { uninstalledAt: now, mirroredAt: null } });
}

export async function recordMirrored(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.shop.update({ where: { id: shopId }, data: { levelsCheckedAt: now } });
  const latencyRemindAt = addMs(now, LATENCY_REMINDER_MS);
  await tx.shop.updateMany({ where: { id: shopId, latencyRemindAt: null }, data: { latencyRemindAt } });
  await tx.shop.updateMany({ where: { id: shopId, mirroredAt: null }, data: { mirroredAt: now } });
}

/** From here on what is gone in Shopify counts. */
export async function recordStatusesRead(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.shop.update({ where: { id: shopId }, data: { statusesReadAt: now } });
}

export async function recordProgressChecked(tx: Tx, shopId: number, now: Date): Promise<void> {
  await tx.shop.update({ where: { id: shopId }, data: { progressCheckedAt: now } });
}

/** Null: it is shown again. */
export async function setGuidePutAway(db: Db | Tx, shopId: number, at: Date | null): Promise<void> {
  await db.shop.update({ where: { id: shopId }, data: { guidePutAwayAt: at } });
}

export async function findShop(db: Db | Tx, where: { id: number } | { domain: string }): Promise<Shop | null> {
  const [shop] =
    "id" in where
      ? await db.$queryRaw<Shop[]>`SELECT * FROM "Shop" WHERE id = ${where.id}`
      : await db.$queryRaw<Shop[]>`SELECT * FROM "Shop" WHERE domain = ${where.domain}`;
  return shop ?? null;
}

/** For whoever alters what a shop says of itself; whoever stores what belongs to it goes on. */
export async function lockShop(tx: Tx, id: number): Promise<Shop | null> {
  const [shop] = await tx.$queryRaw<Shop[]>`SELECT * FROM "Shop" WHERE id = ${id} FOR NO KEY UPDATE`;
  return shop ?? null;
}

/** Hours; null: the merchant does not want to hear. */
export async function setShipByHours(tx: Tx, id: number, shipByHours: number | null): Promise<void> {
  await tx.shop.update({ where: { id }, data: { shipByHours } });
}

/** From one reminder to time a SKU to the next, and from the last SKU that was timed. */
const LATENCY_REMINDER_MS = 30 * 24 * 60 * 60_000;

/** Switched on again, the month begins anew. */
export async function setLatencyReminder(tx: Tx, id: number, remindsOfLatency: boolean, now: Date): Promise<void> {
  const data = { remindsOfLatency, latencyRemindAt: addMs(now, LATENCY_REMINDER_MS) };
  await tx.shop.update({ where: { id }, data });
}

/** A SKU was timed. */
export async function postponeLatencyReminder(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.shop.update({ where: { id }, data: { latencyRemindAt: addMs(now, LATENCY_REMINDER_MS) } });
}

export const shopsToRemindOfLatency = (now: Date): Prisma.Sql => Prisma.sql`
  SELECT id FROM "Shop" WHERE "uninstalledAt" IS NULL AND "remindsOfLatency" AND "latencyRemindAt" <= ${now} LIMIT 100`;

/** Of these, those that are due still: each is reminded once a month. */
export async function takeLatencyReminders(tx: Tx, ids: readonly number[], now: Date): Promise<number[]> {
  const rows = await tx.$queryRaw<{ id: number }[]>`
    UPDATE "Shop" SET "latencyRemindAt" = ${addMs(now, LATENCY_REMINDER_MS)}
    WHERE id = ANY(${[...ids]}::int[]) AND "remindsOfLatency" AND "latencyRemindAt" <= ${now} RETURNING id`;
  return rows.map((row) => row.id);
}

export async function setShopPolicy(tx: Tx, id: number, policy: Policy | null): Promise<void> {
  await tx.shop.update({ where: { id }, data: { policy: policy ?? {} } });
}

export async function setRetention(tx: Tx, id: number, { historyDays, buyerDays }: Retention): Promise<void> {
  await tx.shop.update({ where: { id }, data: { historyDays, buyerDays } });
}

/** Shops that want less kept than may be. */
export function listKeepingLess(db: Db | Tx): Promise<Pick<Shop, "id" | "historyDays" | "buyerDays">[]> {
  return db.shop.findMany({
    where: { OR: [{ historyDays: { not: null } }, { buyerDays: { not: null } }] },
    select: { id: true, historyDays: true, buyerDays: true },
  });
}

/** Shops that left so long ago that nothing of their buyers may be left. */
export async function listShopsLeftBefore(db: Db | Tx, before: Date): Promise<number[]> {
  const rows = await db.shop.findMany({ where: { uninstalledAt: { lt: before } }, select: { id: true } });
  return rows.map((row) => row.id);
}

/** Of these ids, given as a query, those of shops that have the app. */
export const installedOf = (shopIds: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT s.id FROM (${shopIds}) AS given(id) JOIN "Shop" s ON s.id = given.id AND s."uninstalledAt" IS NULL`;

/** Shops whose first mirror is not done. Like the next two it selects ids, by an index of its own: the tick asks every second. */
export const shopsUnmirrored = (): Prisma.Sql => Prisma.sql`
  SELECT id FROM "Shop" WHERE "uninstalledAt" IS NULL AND "mirroredAt" IS NULL`;

/** Mirrored shops whose levels were last compared with Shopify then, or before. */
export const shopsWithLevelsUncheckedSince = (since: Date): Prisma.Sql => Prisma.sql`
  SELECT id FROM "Shop" WHERE "uninstalledAt" IS NULL AND "mirroredAt" IS NOT NULL
    AND COALESCE("levelsCheckedAt", '-infinity'::timestamptz) <= ${since}`;

/** Mirrored shops whose orders in Shopify were last looked through then, or before. */
export const shopsWithOrdersUncheckedSince = (since: Date): Prisma.Sql => Prisma.sql`
  SELECT id FROM "Shop" WHERE "uninstalledAt" IS NULL AND "mirroredAt" IS NOT NULL
    AND COALESCE("progressCheckedAt", '-infinity'::timestamptz) <= ${since}`;

/** Locked until the transaction ends. As the customers slice reads it. */
export async function lockCustomerStages(tx: Tx, id: number): Promise<unknown> {
  const [shop] = await tx.$queryRaw<{ stages: unknown }[]>`
    SELECT "customerStages" AS stages FROM "Shop" WHERE id = ${id} FOR NO KEY UPDATE`;
  return shop?.stages ?? null;
}

export async function setCustomerStages(
  tx: Tx,
  id: number,
  stages: { atRiskDays: number; lapsedDays: number },
): Promise<void> {
  await tx.shop.update({ where: { id }, data: { customerStages: stages } });
}

/**
 * Whether the shop wants its customers tagged in Shopify. Locked until the transaction ends, and nobody counts a customer
 * meanwhile: they share the lock of this name (customers/taggings.ts). Null: there is no such shop.
 */
export async function lockTagsCustomers(tx: Tx, id: number): Promise<boolean | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`customer-tags:${id}`}, 0))`;
  const [shop] = await tx.$queryRaw<{ tagsCustomers: boolean }[]>`
    SELECT "tagsCustomers" FROM "Shop" WHERE id = ${id} FOR NO KEY UPDATE`;
  return shop?.tagsCustomers ?? null;
}

export async function setTagsCustomers(tx: Tx, id: number, tagsCustomers: boolean): Promise<void> {
  await tx.shop.update({ where: { id }, data: { tagsCustomers } });
}

/** Everything we hold about the shop, its tokens included; for shop/redact. */
export async function eraseShop(tx: Tx, shop: Shop): Promise<void> {
  await tx.delivery.deleteMany({ where: { source: "shopify", account: shop.domain } });
  await tx.session.deleteMany({ where: { shop: shop.domain } });
  for (const table of [
    "Level",
    "LedgerEntry",
    "Attempt",
    "Alert",
    "Run",
    "Customer",
    "ConnectAttempt",
    "PendingConnection",
  ]) {
    await tx.$executeRawUnsafe(`DELETE FROM "${table}" WHERE "shopId" = $1`, shop.id);
  }
  await tx.shop.delete({ where: { id: shop.id } });
}
