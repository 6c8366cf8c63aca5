/** Slice: alerts. Owns Alert: what needs the merchant. One per key, so that repeating a failure repeats no alert. */
import type { Db, Tx } from "../db.server.ts";
import type { AlertKey, Severity } from "./kinds.ts";

export interface NewAlert {
  shopId: number;
  channelId?: number | null;
  key: AlertKey;
  severity: Severity;
  title: string;
  /** What happened, to what, and what to do. */
  message: string;
  /** Path in the app; after `shopify:`, in the shop's admin. */
  action?: string | null;
  /** Only the merchant knows when it is done, and says so once: its key names the very thing. */
  endsByHand?: true;
  /** Whoever answers for it, by mail, beside whoever hears of its kind. */
  owner?: string | null;
  /** Hours in which somebody is to acknowledge it; left out: those of the shop, if it is critical. */
  answerHours?: number | null;
  /** With `endsByHand`: raised again it speaks of something new, and opens again though it was ended. */
  reopens?: true;
}

export async function raiseAlert(tx: Db | Tx, alert: NewAlert, now: Date): Promise<void> {
  const { reopens, ...columns } = alert;
  const { shopId, key, ...shown } = columns;
  if (alert.endsByHand && !reopens) {
    await tx.alert.createMany({ data: [{ ...columns, openedAt: now, tellAt: now }], skipDuplicates: true });
    return;
  }
  const where = { shopId_key: { shopId, key } };
  const held = await tx.alert.findUnique({ where, select: { resolvedAt: true } });
  await tx.alert.upsert({
    where,
    create: { ...columns, openedAt: now, tellAt: now },
    update: held?.resolvedAt ? { ...shown, ...OPENED_ANEW, openedAt: now, tellAt: now } : shown,
  });
}

/** What was said and done about it before is of the time before. */
const OPENED_ANEW = { resolvedAt: null, toldAt: null, acknowledgedAt: null, acknowledgedBy: null, escalatedAt: null };

export async function isAlertOpen(db: Db | Tx, shopId: number, key: string): Promise<boolean> {
  return (await db.alert.count({ where: { shopId, key, resolvedAt: null } })) > 0;
}

export async function resolveAlert(tx: Db | Tx, shopId: number, key: string, now: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Alert" SET "resolvedAt" = ${now} WHERE "shopId" = ${shopId} AND key = ${key} AND "resolvedAt" IS NULL`;
}

/** Those of these that are open. */
export async function resolveAlerts(tx: Db | Tx, shopId: number, keys: readonly string[], now: Date): Promise<void> {
  if (keys.length === 0) return;
  await tx.alert.updateMany({ where: { shopId, key: { in: [...keys] }, resolvedAt: null }, data: { resolvedAt: now } });
}

/** Those with this prefix that were not raised again. */
export async function resolveOtherAlerts(
  tx: Db | Tx,
  { shopId, prefix, keys }: { shopId: number; prefix: string; keys: readonly string[] },
  now: Date,
): Promise<void> {
  await tx.alert.updateMany({
    where: { shopId, key: { startsWith: prefix, notIn: [...keys] }, resolvedAt: null },
    data: { resolvedAt: now },
  });
}

/**
 * Those with this prefix that are not among these are gone with their cause, ended by hand or not: should it come back, it is
 * news.
 */
export async function dropOtherAlerts(
  tx: Db | Tx,
  { shopId, prefix, keys }: { shopId: number; prefix: string; keys: readonly string[] },
): Promise<void> {
  await tx.alert.deleteMany({ where: { shopId, key: { startsWith: prefix, notIn: [...keys] } } });
}

/** Keys with this prefix: of all, ended or not, or of those that are open. */
export async function listAlertKeys(
  db: Db | Tx,
  { shopId, prefix, open }: { shopId: number; prefix: string; open?: { rowsMax: number } },
): Promise<string[]> {
  const where = { shopId, key: { startsWith: prefix }, ...(open ? { resolvedAt: null } : {}) };
  const rows = await db.alert.findMany({ where, select: { key: true }, ...(open ? { take: open.rowsMax } : {}) });
  return rows.map((row) => row.key);
}

/** Whether one whose key begins with one of these is open. */
export async function hasOpenAlert(db: Db | Tx, shopId: number, prefixes: readonly string[]): Promise<boolean> {
  const OR = prefixes.map((prefix) => ({ key: { startsWith: prefix } }));
  return (await db.alert.findFirst({ where: { shopId, resolvedAt: null, OR }, select: { id: true } })) !== null;
}

/** The merchant said that it is done. */
export async function wasClosedByHand(tx: Db | Tx, shopId: number, key: string): Promise<boolean> {
  return (await tx.alert.count({ where: { shopId, key, endsByHand: true, resolvedAt: { not: null } } })) > 0;
}

/** The merchant's word. False for one that ends when its cause does, or has ended. */
export async function closeByHand(tx: Db | Tx, shopId: number, id: number, now: Date): Promise<boolean> {
  const { count } = await tx.alert.updateMany({
    where: { id, shopId, endsByHand: true, resolvedAt: null },
    data: { resolvedAt: now },
  });
  return count === 1;
}

export function forgetResolvedAlerts(db: Db, { before, rowsMax }: { before: Date; rowsMax: number }): Promise<number> {
  return db.$executeRaw`
    DELETE FROM "Alert" WHERE id IN (SELECT id FROM "Alert" WHERE "resolvedAt" < ${before} LIMIT ${rowsMax})`;
}
