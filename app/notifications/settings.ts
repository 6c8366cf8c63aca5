/** Who of a shop gets which mail, and when. Pure. */
import { z } from "zod";
import { ALERT_GROUP_NAMES, ALERT_GROUPS } from "../alerts/kinds.ts";

/** at-once: half a minute after it happened, outside quiet hours; digest: once a day. */
export const WHEN = { "at-once": "At once", digest: "Once a day", off: "Not at all" } as const;

export type When = keyof typeof WHEN;

export const WHEN_NAMES = Object.keys(WHEN) as [When, ...When[]];

const RECIPIENTS_MAX = 10;
const ADDRESS_CHARS_MAX = 254;

/** One address and nothing else: no name, no second address, nothing that a header could be made of. */
export const address = z
  .string()
  .trim()
  .max(ADDRESS_CHARS_MAX, { error: `An e-mail address has at most ${ADDRESS_CHARS_MAX} characters.` })
  .pipe(z.email({ error: "This is not an e-mail address." }))
  .transform((text) => text.toLowerCase());

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
/** "22:00", on the shop's clocks. */
export const timeOfDay = z.string().regex(TIME, { error: "This is no time of day, such as 08:00." });

const when = z.enum(WHEN_NAMES).catch("digest");

export const recipientWants = z.object({
  groups: z.object({ channels: when, delays: when, orders: when, stock: when, listings: when, shop: when }),
  /** What went well, once a day. */
  summary: z.boolean(),
});

export type RecipientWants = z.infer<typeof recipientWants>;

export const recipient = z.object({ address, wants: recipientWants });

export type Recipient = z.infer<typeof recipient>;

export const mailTimes = z.object({
  /** Nothing is mailed from one time to the other; null: there are none. */
  quiet: z.object({ from: timeOfDay, to: timeOfDay }).nullable(),
  /** When what is mailed once a day leaves. */
  digestAt: timeOfDay,
  /** Who is told where nobody acknowledged a critical alert in so many hours; null: nobody. */
  escalation: z.object({ address, hours: z.number().int().min(1).max(168) }).nullable(),
});

export type MailTimes = z.infer<typeof mailTimes>;

export const notificationSettings = mailTimes.extend({ recipients: z.array(recipient).max(RECIPIENTS_MAX) });

export type NotificationSettingsValue = z.infer<typeof notificationSettings>;

export const DEFAULT_TIMES: MailTimes = { quiet: null, digestAt: "08:00", escalation: null };

/** What can wait a day comes once a day. */
export const DEFAULT_WANTS: RecipientWants = {
  groups: {
    channels: "at-once",
    delays: "at-once",
    orders: "at-once",
    stock: "at-once",
    listings: "digest",
    shop: "at-once",
  },
  summary: false,
};

/** What is stored, or the defaults; `shopEmail`: as Shopify says. */
export function settingsOf(stored: unknown, shopEmail: string | null): NotificationSettingsValue {
  return stored === undefined ? defaultSettings(shopEmail) : notificationSettings.parse(stored);
}

/** Before the merchant says anything: the shop's own address hears of what is urgent at once. */
function defaultSettings(shopEmail: string | null): NotificationSettingsValue {
  const known = address.safeParse(shopEmail ?? "");
  const recipients = known.success ? [{ address: known.data, wants: DEFAULT_WANTS }] : [];
  return { ...DEFAULT_TIMES, recipients };
}

/** Why there can't be one more; null: there can. */
export function refuseRecipient(settings: NotificationSettingsValue, isNew: boolean): string | null {
  return isNew && settings.recipients.length >= RECIPIENTS_MAX
    ? `There are ${RECIPIENTS_MAX} addresses already. Remove one first.`
    : null;
}

/** "Orders, Low stock at once; Listings once a day". */
export function sayWants({ groups, summary }: RecipientWants): string {
  const named = (when: When) =>
    ALERT_GROUP_NAMES.filter((group) => groups[group] === when).map((group) => ALERT_GROUPS[group]);
  const parts = (["at-once", "digest"] as const).flatMap((when) =>
    named(when).length > 0 ? [`${named(when).join(", ")} ${WHEN[when].toLowerCase()}`] : [],
  );
  if (summary) parts.push("what went well once a day");
  return parts.length > 0 ? parts.join("; ") : "nothing";
}

export function sayTimes({ quiet, digestAt, escalation }: MailTimes): string {
  const hours = escalation?.hours === 1 ? "an hour" : `${escalation?.hours} hours`;
  return [
    quiet ? `no mail from ${quiet.from} to ${quiet.to}` : "mail at any time",
    `the daily mail at ${digestAt}`,
    escalation ? `after ${hours} without an answer to ${escalation.address}` : "nobody is told where nobody answers",
  ].join("; ");
}
