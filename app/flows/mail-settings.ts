/** Who of a shop gets which mail, and when: settings like any other, which move no number. */
import { z } from "zod";
import { tellAgainOfOpen } from "../alerts/telling.ts";
import { dropMailsTo, listGathered, type MailKind, moveMail } from "../mail/outbox.ts";
import { readNotificationSettings, writeNotificationSettings } from "../notifications/notifications.ts";
import {
  address,
  type MailTimes,
  mailTimes,
  type NotificationSettingsValue,
  type RecipientWants,
  recipientWants,
  refuseRecipient,
  sayTimes,
  sayWants,
} from "../notifications/settings.ts";
import { lockShop, type Shop } from "../shops/shops.ts";
import { nextDigest } from "./mail-times.ts";
import { ofShop } from "./of-shop.ts";
import type { Place, Setting } from "./settings.ts";
import { leavesAt } from "./tell-of-alerts.ts";

const NO_SHOP = "This shop does not use Lockstep any more.";

interface OfRecipient {
  address: string;
  /** Null: nothing is mailed there. */
  wants: RecipientWants | null;
}

export const MAIL_RECIPIENT: Setting<OfRecipient, object> = {
  value: z.object({ address, wants: recipientWants.nullable() }),
  async open(place, _, after) {
    const found = await lock(place);
    if (!found) return NO_SHOP;
    const { shop, settings } = found;
    const held = settings.recipients.find((one) => one.address === after.address);
    const others = settings.recipients.filter((one) => one.address !== after.address);
    const { wants } = after;
    return ofShop({
      before: { address: after.address, wants: held?.wants ?? null },
      after,
      refusal: wants ? refuseRecipient(settings, !held) : null,
      message: wants ? `Mail to ${after.address}: ${sayWants(wants)}` : `No mail goes to ${after.address} any more`,
      async write() {
        const recipients = wants ? [...others, { address: after.address, wants }] : others;
        await store(place, shop, { ...settings, recipients });
        if (!wants) await dropMailsTo(place.tx, shop.id, after.address);
      },
    });
  },
};

export const MAIL_TIMES: Setting<MailTimes, object> = {
  value: mailTimes,
  async open(place, _, after) {
    const found = await lock(place);
    if (!found) return NO_SHOP;
    const { shop, settings } = found;
    return ofShop({
      before: mailTimes.parse(settings),
      after,
      message: `Mail: ${sayTimes(after)}`,
      async write() {
        await store(place, shop, { ...settings, ...after });
        await moveGathered(place, shop, after);
      },
    });
  },
};

/** What waits leaves by the new times. */
async function moveGathered({ tx, now }: Place, shop: Shop, times: MailTimes): Promise<void> {
  for (const mail of await listGathered(tx, shop.id)) {
    const to = { kind: mail.kind as MailKind, address: mail.address };
    await moveMail(tx, mail, await leavesAt(tx, shop, times, to, now));
  }
}

async function lock({ tx, shopId }: Place): Promise<{ shop: Shop; settings: NotificationSettingsValue } | null> {
  const shop = await lockShop(tx, shopId);
  return shop && { shop, settings: await readNotificationSettings(tx, shop) };
}

async function store({ tx, now }: Place, shop: Shop, settings: NotificationSettingsValue): Promise<void> {
  const isWanted = settings.recipients.some((one) => one.wants.summary);
  await writeNotificationSettings(tx, shop.id, settings, isWanted ? nextDigest(settings, shop.timezone, now) : null);
  // Who is told where nobody answers, and after how long, may be another now.
  await tellAgainOfOpen(tx, shop.id, now);
}
