/** Slice: notifications. Owns NotificationSettings: who of a shop gets which mail. */
import type { Db, Tx } from "../db.server.ts";
import { Prisma } from "../generated/prisma/client.ts";
import { type NotificationSettingsValue, settingsOf } from "./settings.ts";

/** So many shops in one turn: the others are due in the next. */
const DUE_MAX = 500;

/** What holds now; the defaults where the merchant said nothing yet. */
export async function readNotificationSettings(
  db: Db | Tx,
  shop: { id: number; email: string | null },
): Promise<NotificationSettingsValue> {
  const row = await db.notificationSettings.findUnique({ where: { shopId: shop.id } });
  return settingsOf(row?.settings, shop.email);
}

/** `summaryDueAt`: null where nobody wants a summary. */
export async function writeNotificationSettings(
  tx: Tx,
  shopId: number,
  settings: NotificationSettingsValue,
  summaryDueAt: Date | null,
): Promise<void> {
  const data = { settings, summaryDueAt };
  await tx.notificationSettings.upsert({ where: { shopId }, create: { shopId, ...data }, update: data });
}

/** Shops whose daily summary is due. */
export function shopsWithSummaryDue(now: Date): Prisma.Sql {
  return Prisma.sql`SELECT "shopId" FROM "NotificationSettings" WHERE "summaryDueAt" <= ${now} LIMIT ${DUE_MAX}`;
}

/** True for one worker alone: it is due again then. */
export async function takeSummary(tx: Tx, shopId: number, now: Date, again: Date): Promise<boolean> {
  const { count } = await tx.notificationSettings.updateMany({
    where: { shopId, summaryDueAt: { lte: now } },
    data: { summaryDueAt: again },
  });
  return count === 1;
}
