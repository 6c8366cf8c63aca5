/** Read model of Notifications: who gets which mail, when, and what became of the last ones. */
import { type MailTimes, type Recipient, settingsOf } from "../notifications/settings.ts";
import type { Runtime } from "../runtime.ts";
import { type ChangeRow, readChanges } from "./changes.ts";

export interface NotificationsView {
  /** Whether this server can send mail at all. */
  hasMailServer: boolean;
  recipients: Recipient[];
  times: MailTimes;
  mails: MailRow[];
  changes: ChangeRow[];
}

export interface MailRow {
  id: number;
  address: string;
  /** What it says, or will. */
  what: string;
  state: { label: string; tone?: "success" | "critical" | "attention" };
  /** Why it waits or did not leave; null: there is nothing to say. */
  why: string | null;
  at: string;
}

const MAILS_MAX = 20;

export async function readNotifications(
  rt: Pick<Runtime, "db" | "mailer">,
  shopId: number,
  viewer: string | null,
): Promise<NotificationsView> {
  const { db } = rt;
  const shop = await db.shop.findUniqueOrThrow({ where: { id: shopId }, include: { notificationSettings: true } });
  const { recipients, ...times } = settingsOf(shop.notificationSettings?.settings, shop.email);
  const mails = await db.mail.findMany({
    where: { shopId },
    orderBy: { id: "desc" },
    take: MAILS_MAX,
    include: { _count: { select: { alerts: true } } },
  });
  return {
    hasMailServer: rt.mailer !== null,
    recipients,
    times,
    mails: mails.map(({ _count, ...mail }) => toRow(mail, _count.alerts)),
    changes: await readChanges(rt, shopId, { setting: { in: ["mail-recipient", "mail-times"] } }, viewer),
  };
}

const KINDS: Record<string, string> = {
  alerts: "What happened",
  digest: "The daily mail",
  escalation: "Nobody answered",
  test: "A test mail",
};

interface StoredMail {
  id: number;
  kind: string;
  address: string;
  state: string;
  dueAt: Date;
  attempts: number;
  subject: string | null;
  problem: string | null;
  createdAt: Date;
  sentAt: Date | null;
}

function toRow(mail: StoredMail, alerts: number): MailRow {
  const { id, address, kind, subject, problem } = mail;
  const about = alerts === 0 ? "" : alerts === 1 ? ", 1 alert" : `, ${alerts} alerts`;
  const why = problem && `${problem.charAt(0).toUpperCase()}${problem.slice(1)}`;
  return {
    id,
    address,
    what: subject ?? `${KINDS[kind] ?? kind}${about}`,
    state: stateOf(mail),
    why: mail.state === "sent" ? null : why,
    at: (mail.sentAt ?? (mail.state === "waiting" ? mail.dueAt : mail.createdAt)).toISOString(),
  };
}

function stateOf({ state, attempts }: StoredMail): MailRow["state"] {
  if (state === "sent") return { label: "Sent", tone: "success" };
  if (state === "failed") return { label: "Not sent", tone: "critical" };
  if (state === "dropped") return { label: "Not needed any more" };
  if (state === "sending") return { label: "Being sent" };
  return attempts > 0 ? { label: "Tried again later", tone: "attention" } : { label: "Waits for its time" };
}
