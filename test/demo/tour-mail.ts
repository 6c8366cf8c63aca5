/** The tour, mail: a SKU falls low, and a marketplace takes no changes; whoever wants to hear of it does, by SMTP. */
import type { ReceivedMail } from "#test/emulators/mail/mail-server.ts";
import { becomes, is, title } from "./tour-checks.ts";
import type { Scene } from "./tour-scene.ts";

const SKU = "MUG-MOSS";
const STOCK_KEEPER = "stock@lockstep-demo.example";
const WATCHER = "watch@lockstep-demo.example";
const RULES = "/app/alerts/rules";
const NOTIFICATIONS = "/app/notifications";
/** A minute until a channel is late, and as long until what happened together is mailed. */
const MAIL_MS = 240_000;

export async function walkMail({ merchant, network, shopify, channelIds }: Scene): Promise<void> {
  const depop = network.marketplace("depop");
  const { server } = network.inbox;
  const mailsTo = (address: string): ReceivedMail[] => server.mails.filter((mail) => mail.to.includes(address));

  title("Mail: who hears of what");
  const off = { channels: "off", delays: "off", orders: "off", stock: "off", listings: "off", shop: "off" };
  const watcher = { intent: "save-recipient", address: WATCHER, ...off, delays: "at-once", summary: "false" };
  await is("an address hears of late updates alone", async () => (await merchant.act(NOTIFICATIONS, watcher)).ok, true);
  const test = { intent: "send-test", address: WATCHER };
  await is("a test mail leaves", async () => (await merchant.act(NOTIFICATIONS, test)).ok, true);
  await becomes("and arrives", () => mailsTo(WATCHER).map((mail) => mail.subject.slice(0, 11)), ["A test mail"]);

  title("Mail: low stock, and a marketplace that takes no changes");
  const units = shopify.available(SKU);
  const rule = { intent: "save-rule", pattern: SKU, units: "3", owner: STOCK_KEEPER, answerHours: "4", holds: "false" };
  await is("the merchant makes a rule", async () => (await merchant.act(RULES, rule)).ok, true);
  const late = { intent: "save-late", channelId: String(channelIds.get(depop) ?? 0), afterMinutes: "1" };
  await is("and wants to hear of Depop after a minute", async () => (await merchant.act(RULES, late)).ok, true);
  await refuseAll(depop.origin, true);
  shopify.empty(SKU);
  shopify.setStock(SKU, "Sheffield", 3);
  await becomes("the stock keeper hears of it", () => mailsTo(STOCK_KEEPER).length, 1, MAIL_MS);
  const [low] = mailsTo(STOCK_KEEPER);
  await is("what and how many", () => low?.subject.includes(`${SKU} is low: 3 left`), true);
  await is("in HTML and in text", () => [low?.html.includes(SKU), low?.text.includes(SKU)], [true, true]);
  shopify.setStock(SKU, "Sheffield", 2);
  await becomes("whoever watches hears that Depop is late", () => mailsTo(WATCHER).length, 2, MAIL_MS);
  await is("which channel", () => mailsTo(WATCHER)[1]?.subject.startsWith("Depop"), true);
  await is("one more unit sold is no further mail", () => mailsTo(STOCK_KEEPER).length, 1);

  await refuseAll(depop.origin, false);
  const lateAlerts = async () => (await merchant.alerts()).filter((one) => one.title.includes("wait longer")).length;
  // After an outage it is asked again within a little more than that took.
  await becomes("Depop takes changes again, and that is over", lateAlerts, 0, 2 * MAIL_MS);
  shopify.setStock(SKU, "Sheffield", Math.max(units, 4));
  const lowAlerts = async () => (await merchant.alerts()).filter((one) => one.title.includes("is low")).length;
  await becomes("stock comes in, and the SKU is not low any more", lowAlerts, 0);
}

async function refuseAll(origin: string, refuses: boolean): Promise<void> {
  const fault = { operation: "*", kind: "status", status: 503, times: 1_000_000 };
  const sent = refuses
    ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fault) }
    : { method: "DELETE" };
  const reply = await fetch(`${origin}/_control/faults`, sent);
  if (!reply.ok) throw new Error(`faults: ${reply.status} ${await reply.text()}`);
}
