/** Slice: alerts. Owns Alert: what needs the merchant. One per key, so that repeating a failure repeats no alert. */
import type { Db, Tx } from "../db.server.ts";

export interface NewAlert {
  shopId: number;
  channelId?: number | null;
  key: string;
  severity: "critical" | "warning" | "info";
  title: string;
  /** What happened, to what, and what to do. */
  message: string;
  /** Path in the app. */
  action?: string | null;
}

export async function raiseAlert(tx: Db | Tx, alert: NewAlert, now: Date): Promise<void> {
  const { shopId, key, ...shown } = alert;
  const where = { shopId_key: { shopId, key } };
  const held = await tx.alert.findUnique({ where, select: { resolvedAt: true } });
  await tx.alert.upsert({
    where,
    create: { ...alert, openedAt: now },
    update: held?.resolvedAt ? { ...shown, resolvedAt: null, openedAt: now } : shown,
  });
}

export async function resolveAlert(tx: Db | Tx, shopId: number, key: string, now: Date): Promise<void> {
  await tx.alert.updateMany({ where: { shopId, key, resolvedAt: null }, data: { resolvedAt: now } });
}
