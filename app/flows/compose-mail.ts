/** What a mail says, of what holds as it leaves: what has ended meanwhile, or is seen to, is not mailed as open. */
import { byPressing, groupOf } from "../alerts/kinds.ts";
import type { Alert } from "../alerts/telling.ts";
import { addMs } from "../clock.ts";
import type { Mail } from "../mail/outbox.ts";
import { listMailAlerts } from "../mail/outbox.ts";
import { type MailContent, type MailItem, withoutBuyers } from "../mail/template.ts";
import { readNotificationSettings } from "../notifications/notifications.ts";
import type { NotificationSettingsValue } from "../notifications/settings.ts";
import { plainWords } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import type { Shop } from "../shops/shops.ts";
import { sayDuration } from "../views/shop-time.ts";

/** The rest is in the app. */
const ITEMS_MAX = 20;
const DAY_MS = 24 * 60 * 60_000;

/** `over`: there is nothing to say any more, and why. */
export async function composeMail(
  rt: Runtime,
  shop: Shop,
  mail: Mail,
): Promise<{ content: MailContent } | { over: string }> {
  if (mail.kind === "test") return { content: testMail(rt, shop) };
  const settings = await readNotificationSettings(rt.db, shop);
  const alerts = await listOpen(rt, mail);
  const wanted = alerts.filter((alert) => isWanted(alert, mail, settings));
  const figures = mail.kind === "digest" && wantsSummary(settings, mail.address) ? await readSummary(rt, shop) : [];
  if (wanted.length === 0 && figures.length === 0)
    return {
      over: alerts.length > 0 ? "Nobody wants it at this address any more" : "It was over before the mail left",
    };
  const [only] = wanted;
  const count = wanted.length;
  const single = count === 1 && only ? only : null;
  return {
    content: {
      ...headings(rt, shop, mail, wanted),
      shop: shop.name,
      items: wanted.slice(0, ITEMS_MAX).map(toItem),
      more: Math.max(0, count - ITEMS_MAX),
      figures,
      link: {
        label: single ? "Look at it in Lockstep" : count > 0 ? "Look at them in Lockstep" : "Open Lockstep",
        url: rt.pageUrl(shop.domain, single ? `/app/alerts/${single.id}` : count > 0 ? "/app/alerts" : "/app"),
      },
      footer: FOOTER,
    },
  };
}

const FOOTER =
  "You get this because your address is under Notifications in Lockstep. There you also choose what comes, and when. The link only opens a page: nothing is done before you press a button there.";

function headings(
  rt: Runtime,
  { name }: Shop,
  { kind }: Mail,
  alerts: readonly Alert[],
): Pick<MailContent, "subject" | "heading" | "intro"> {
  const [first] = alerts;
  const title = first && alerts.length === 1 ? withoutBuyers(first.title) : null;
  const things = alerts.length === 1 ? "1 thing needs you" : `${alerts.length} things need you`;
  if (kind === "escalation") {
    const since = Math.max(...alerts.map((one) => rt.clock.now().getTime() - one.openedAt.getTime()));
    return {
      subject: `Nobody has answered: ${title ?? things} (${name})`,
      heading: "Nobody has said that they see to it",
      intro: `It has waited for ${sayDuration(since)}, so it comes to you.`,
    };
  }
  if (kind === "digest") {
    const heading = alerts.length === 0 ? "What went well in a day" : `Today: ${things}`;
    return { subject: `${heading} (${name})`, heading, intro: null };
  }
  return { subject: `${title ?? things} (${name})`, heading: things, intro: null };
}

function toItem({ title, message }: Alert): MailItem {
  return { title: withoutBuyers(title), message: withoutBuyers(plainWords(message)) };
}

/** The most pressing first; among equals, the oldest. */
async function listOpen({ db }: Runtime, { id, kind }: Mail): Promise<Alert[]> {
  const gathered = await listMailAlerts(db, id);
  const open = new Map(gathered.map((one) => [one.alertId, one.openedAt.getTime()]));
  const alerts = await db.alert.findMany({
    where: { id: { in: [...open.keys()] }, resolvedAt: null, acknowledgedAt: null },
    orderBy: { openedAt: "asc" },
  });
  return alerts
    .filter((alert) => open.get(alert.id) === alert.openedAt.getTime() || kind === "escalation")
    .sort(byPressing);
}

/** Whoever was removed, or turned a kind off, gets nothing of it that was gathered before. */
function isWanted(
  alert: Alert,
  { kind, address }: Mail,
  { recipients, escalation }: NotificationSettingsValue,
): boolean {
  if (kind === "escalation") return escalation?.address === address;
  if (alert.owner === address) return true;
  const group = groupOf(alert.key);
  const wants = recipients.find((one) => one.address === address)?.wants;
  return group !== null && wants !== undefined && wants.groups[group] !== "off";
}

function wantsSummary({ recipients }: NotificationSettingsValue, address: string): boolean {
  return recipients.some((one) => one.address === address && one.wants.summary);
}

/** What the last day's attempts came to, by kind. */
const SUMMARY = [
  { kind: "push", label: "Quantities brought up to date on marketplaces" },
  { kind: "place-order", label: "Marketplace orders brought into Shopify" },
  { kind: "relay-shipment", label: "Parcels told to marketplaces" },
  { kind: "relay-cancellation", label: "Cancellations carried over" },
] as const;

const WENT_WELL = ["accepted", "verified", "done"];

async function readSummary({ db, clock }: Runtime, { id: shopId }: Shop): Promise<MailContent["figures"]> {
  const rows = await db.attempt.groupBy({
    by: ["kind"],
    where: { shopId, startedAt: { gte: addMs(clock.now(), -DAY_MS) }, outcome: { in: WENT_WELL } },
    _count: true,
  });
  return SUMMARY.map(({ kind, label }) => ({
    label,
    value: (rows.find((row) => row.kind === kind)?._count ?? 0).toLocaleString("en"),
  }));
}

function testMail(rt: Runtime, { name, domain }: Shop): MailContent {
  return {
    subject: `A test mail of Lockstep (${name})`,
    shop: name,
    heading: "This is a test",
    intro: "Mail of Lockstep reaches this address. There is nothing to do.",
    items: [],
    more: 0,
    figures: [],
    link: { label: "Open Notifications", url: rt.pageUrl(domain, "/app/notifications") },
    footer: FOOTER,
  };
}
