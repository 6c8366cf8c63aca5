/**
 * One mail leaves: it is claimed, written of what holds now, handed to the mail server, and what became of it is stored. A
 * process that dies in between leaves it claimed; it is sent again then, with the same Message-ID. What the server does not
 * take is tried again, each time later, and then given up, which is said in the app.
 */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { inTransaction } from "../db.server.ts";
import { claimMail, findMail, type Mail, moveMail, recordDropped, recordNotSent, recordSent } from "../mail/outbox.ts";
import { writeMail } from "../mail/template.ts";
import { readNotificationSettings } from "../notifications/notifications.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import { composeMail } from "./compose-mail.ts";
import { leavesNotBefore } from "./mail-times.ts";

const ALERT_KEY = "mail";

export async function sendMail(rt: Runtime, { mailId }: { mailId: number }): Promise<void> {
  if (await waitsForQuiet(rt, mailId)) return;
  const mail = await claimMail(rt.db, mailId, rt.clock.now());
  if (mail) await sendClaimed(rt, mail);
}

/**
 * Whether it is put off to the end of quiet hours. When it was gathered it was to leave outside of them; since then it was
 * tried and put off, or left by a worker that died, or the hours are others.
 */
async function waitsForQuiet({ db, clock }: Runtime, mailId: number): Promise<boolean> {
  const now = clock.now();
  const mail = await findMail(db, mailId);
  const shop = mail && (await findShop(db, { id: mail.shopId }));
  if (!mail || !shop || mail.dueAt > now) return false;
  const { quiet } = await readNotificationSettings(db, shop);
  const leavesAt = leavesNotBefore(mail.kind, quiet, shop.timezone, now);
  if (leavesAt <= now) return false;
  await moveMail(db, mail, leavesAt);
  return true;
}

export type MailResult = { ok: true } | { ok: false; why: string };

/** `mail` is claimed by whoever calls. */
export async function sendClaimed(rt: Runtime, mail: Mail): Promise<MailResult> {
  const { db, mailer } = rt;
  const shop = await findShop(db, { id: mail.shopId });
  if (!mailer || !shop || shop.uninstalledAt) return drop(rt, mail, "No mail is sent any more");
  const composed = await composeMail(rt, shop, mail);
  if ("over" in composed) return drop(rt, mail, composed.over);
  const { subject, text, html } = writeMail(composed.content);
  const outcome = await mailer.send({ messageId: messageId(rt, mail), to: mail.address, subject, text, html });
  return inTransaction(db, async (tx) => {
    const now = rt.clock.now();
    if (outcome.ok) {
      await recordSent(tx, mail, subject, now);
      await resolveAlert(tx, shop.id, ALERT_KEY, now);
      return { ok: true };
    }
    // Whoever presses a button looks at what it says.
    const isTest = mail.kind === "test";
    const { why, isFinal } = outcome;
    rt.logger.warn({ mailId: mail.id, kind: mail.kind, attempts: mail.attempts, why }, "a mail did not leave");
    const state = await recordNotSent(tx, mail, { subject, why, isFinal: isFinal || isTest }, now);
    if (state === "failed" && !isTest)
      await raiseAlert(
        tx,
        {
          shopId: shop.id,
          key: ALERT_KEY,
          severity: "warning",
          title: "A mail of Lockstep could not be sent",
          message: `“${subject}” to ${mail.address} was given up: ${why}. Look at the address under Notifications and send a test mail there; this goes away once a mail has left. If the address is right, tell whoever runs Lockstep.`,
          action: "/app/notifications",
        },
        now,
      );
    return { ok: false, why };
  });
}

async function drop({ db }: Runtime, mail: Mail, why: string): Promise<MailResult> {
  await recordDropped(db, mail, why);
  return { ok: false, why };
}

/** The same for each try. */
function messageId({ appUrl }: Runtime, { id, createdAt }: Mail): string {
  return `<lockstep-${id}-${createdAt.getTime()}@${new URL(appUrl).hostname}>`;
}
