/**
 * What needs the merchant goes into mails: once each time it comes up, to whoever wants to hear of its kind, and once more,
 * to another address, where nobody says in time that they see to it. Nothing leaves here: mails are rows (send-mail.ts).
 */

import { groupOf } from "../alerts/kinds.ts";
import { type Alert, recordTold, takeAlertsToTell } from "../alerts/telling.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { gatherMail, lastSentAt, type MailKind } from "../mail/outbox.ts";
import { readNotificationSettings, takeSummary } from "../notifications/notifications.ts";
import type { MailTimes, NotificationSettingsValue } from "../notifications/settings.ts";
import type { Runtime } from "../runtime.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { atOnce, nextDigest } from "./mail-times.ts";

const HOUR_MS = 60 * 60_000;

export async function tellOfAlerts(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const shop = await findShop(tx, { id: shopId });
    if (!shop) return;
    const due = await takeAlertsToTell(tx, shopId, now);
    if (shop.uninstalledAt) {
      const never = due.map(({ id }) => ({ id, again: null, escalated: false }));
      return recordTold(tx, never, now);
    }
    const settings = await readNotificationSettings(tx, shop);
    const late = due.filter((alert) => isLate(alert, settings, now));
    for (const [to, alerts] of sortByMail(due, late, settings)) await gather(tx, shop, settings, to, alerts, now);
    const told = due.map((alert) => ({
      id: alert.id,
      again: late.includes(alert) ? null : escalatesAt(alert, settings),
      escalated: late.includes(alert),
    }));
    await recordTold(tx, told, now);
    await gatherSummary(tx, shop, settings, now);
  });
}

/** When an alert that nobody acknowledges is passed on; null: never. */
function escalatesAt(alert: Alert, { escalation }: NotificationSettingsValue): Date | null {
  if (!escalation || alert.acknowledgedAt || alert.escalatedAt || groupOf(alert.key) === null) return null;
  const hours = alert.answerHours ?? (alert.severity === "critical" ? escalation.hours : null);
  return hours === null ? null : addMs(alert.openedAt, hours * HOUR_MS);
}

function isLate(alert: Alert, settings: NotificationSettingsValue, now: Date): boolean {
  const at = escalatesAt(alert, settings);
  return at !== null && at <= now;
}

/** "alerts mia@example.com" and what goes there. */
function sortByMail(
  due: readonly Alert[],
  late: readonly Alert[],
  { recipients, escalation }: NotificationSettingsValue,
): Map<string, Alert[]> {
  const mails = new Map<string, Alert[]>();
  const add = (kind: MailKind, address: string, alert: Alert): void => {
    const to = `${kind} ${address}`;
    mails.set(to, [...new Set([...(mails.get(to) ?? []), alert])]);
  };
  for (const alert of due.filter((one) => !one.toldAt)) {
    const group = groupOf(alert.key);
    if (group === null) continue;
    if (alert.owner) add("alerts", alert.owner, alert);
    for (const { address, wants } of recipients) {
      const when = wants.groups[group];
      if (when === "off" || address === alert.owner) continue;
      // What is only said for their information can wait.
      add(when === "digest" || alert.severity === "info" ? "digest" : "alerts", address, alert);
    }
  }
  if (escalation) for (const alert of late) add("escalation", escalation.address, alert);
  return mails;
}

async function gather(
  tx: Tx,
  shop: Shop,
  settings: NotificationSettingsValue,
  to: string,
  alerts: readonly Alert[],
  now: Date,
): Promise<void> {
  const [kind, address] = to.split(" ") as [MailKind, string];
  const dueAt = await leavesAt(tx, shop, settings, { kind, address }, now);
  const about = alerts.map(({ id: alertId, openedAt }) => ({ alertId, openedAt }));
  await gatherMail(tx, { shopId: shop.id, kind, address, dueAt, alerts: about }, now);
}

/** When a mail that is gathered now leaves: that of the day at its time, any other at once, but not right after the one before. */
export async function leavesAt(
  tx: Tx,
  { id: shopId, timezone }: Shop,
  times: MailTimes,
  { kind, address }: { kind: MailKind; address: string },
  now: Date,
): Promise<Date> {
  if (kind === "digest") return nextDigest(times, timezone, now);
  return atOnce(times, timezone, now, await lastSentAt(tx, { shopId, address, kind }));
}

/** What went well goes into the day's mail; where there is none, it is one by itself. */
async function gatherSummary(tx: Tx, shop: Shop, settings: NotificationSettingsValue, now: Date): Promise<void> {
  const again = nextDigest(settings, shop.timezone, addMs(now, HOUR_MS));
  if (!(await takeSummary(tx, shop.id, now, again))) return;
  for (const { address, wants } of settings.recipients) {
    if (!wants.summary) continue;
    await gatherMail(tx, { shopId: shop.id, kind: "digest", address, dueAt: now, alerts: [] }, now);
  }
}
