/** The merchant wants to see whether mail arrives. It is sent while they wait, and they are told what the mail server said. */
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { countTestMails, createTestMail } from "../mail/outbox.ts";
import { readNotificationSettings } from "../notifications/notifications.ts";
import type { Runtime } from "../runtime.ts";
import { lockShop } from "../shops/shops.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import { sendClaimed } from "./send-mail.ts";

const HOUR_MS = 60 * 60_000;
/** Nobody's inbox is filled by a button. */
const AN_HOUR_MAX = 10;

export async function sendTestMail(
  rt: Runtime,
  { shopId, address }: { shopId: number; address: string },
): Promise<Reply> {
  if (!rt.mailer) return refuse("No mail is set up on this server. Whoever runs Lockstep sets SMTP_URL and MAIL_FROM.");
  const mail = await inTransaction(rt.db, async (tx) => {
    const shop = await lockShop(tx, shopId);
    if (!shop) return "This shop does not use Lockstep any more.";
    const { recipients, escalation } = await readNotificationSettings(tx, shop);
    const known = [...recipients.map((one) => one.address), ...(escalation ? [escalation.address] : [])];
    if (!known.includes(address)) return "Save this address first. Reload the page.";
    const now = rt.clock.now();
    if ((await countTestMails(tx, shopId, addMs(now, -HOUR_MS))) >= AN_HOUR_MAX)
      return `${AN_HOUR_MAX} test mails were sent within an hour. Wait a while.`;
    return createTestMail(tx, { shopId, address }, now);
  });
  if (typeof mail === "string") return refuse(mail);
  const result = await sendClaimed(rt, mail);
  return result.ok
    ? DONE
    : refuse(`The test mail did not leave: ${result.why}. If that stays, tell whoever runs Lockstep.`);
}
