/** What the merchant is told, when, and how often. */
import type { Mutant } from "./mutant.ts";

const TELL = "app/flows/tell-of-alerts.ts";
const COMPOSE = "app/flows/compose-mail.ts";
const SEND = "app/flows/send-mail.ts";
const WATCH = "app/flows/watch-stock.ts";

/** The failure that a merchant is not told, or told wrongly. */
const MODE = 56;

export const MAILS: readonly Mutant[] = [
  {
    name: "mails-it-at-every-look",
    mode: MODE,
    patches: [
      {
        file: TELL,
        find: "for (const alert of due.filter((one) => !one.toldAt)) {",
        replace: "for (const alert of due) {",
      },
      {
        file: TELL,
        find: "again: late.includes(alert) ? null : escalatesAt(alert, settings),",
        replace: "again: addMs(now, 60_000),",
      },
    ],
  },
  {
    name: "mails-what-is-over",
    mode: MODE,
    patches: [
      {
        file: COMPOSE,
        find: "where: { id: { in: [...open.keys()] }, resolvedAt: null, acknowledgedAt: null },",
        replace: "where: { id: { in: [...open.keys()] } },",
      },
    ],
  },
  {
    name: "mail-without-a-second-try",
    mode: MODE,
    unitTests: ["test/flows/mail.test.ts"],
    patches: [{ file: SEND, find: "isFinal: isFinal || isTest", replace: "isFinal: true" }],
  },
  {
    name: "a-doubted-mail-is-another",
    mode: MODE,
    patches: [
      {
        file: SEND,
        find: "messageId: messageId(rt, mail),",
        replace: "messageId: messageId(rt, { ...mail, id: mail.attempts }),",
      },
    ],
  },
  {
    name: "mail-stays-broken",
    mode: MODE,
    patches: [{ file: SEND, find: "      await resolveAlert(tx, shop.id, ALERT_KEY, now);\n", replace: "" }],
  },
  {
    name: "refused-mail-is-not-shown",
    mode: MODE,
    patches: [{ file: SEND, find: 'if (state === "failed" && !isTest)', replace: "if (state === null)" }],
  },
  {
    name: "low-at-each-sale",
    mode: MODE,
    patches: [
      {
        file: WATCH,
        find: "  await raiseAlert(\n    tx,\n    {\n      shopId,\n      key: lowStockKey(variantId),",
        replace:
          "  await resolveAlerts(tx, shopId, [lowStockKey(variantId)], now);\n  await raiseAlert(\n    tx,\n    {\n      shopId,\n      key: lowStockKey(variantId),",
      },
    ],
  },
  {
    name: "low-one-unit-late",
    mode: MODE,
    patches: [
      { file: WATCH, find: "(stock.available ?? 0) <= rule.units", replace: "(stock.available ?? 0) < rule.units" },
    ],
  },
];
