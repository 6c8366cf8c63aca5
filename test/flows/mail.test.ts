/** What needs the merchant goes out by mail: once, to whom they say, when they say; over a real SMTP server, in virtual time. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type NewAlert, raiseAlert, resolveAlert } from "#app/alerts/alerts.ts";
import { acknowledgeAlert } from "#app/flows/acknowledge-alert.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { sendMail } from "#app/flows/send-mail.ts";
import { sendTestMail } from "#app/flows/send-test-mail.ts";
import { ATTEMPTS_MAX } from "#app/mail/outbox.ts";
import { createSmtpMailer } from "#app/mail/smtp.server.ts";
import { DEFAULT_WANTS, type MailTimes } from "#app/notifications/settings.ts";
import { type MailServer, startMailServer } from "#test/emulators/mail/mail-server.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

const MINUTE_MS = 60_000;
/** Minutes and days go by here: nobody looks every second, and far from what is waited for more rarely still. */
const TICK_MS = 10_000;
const RARE_TICK_MS = 10 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const OWNER = "owner@lockstep-demo.example";
const BOSS = "boss@lockstep-demo.example";
const NO_TIMES: MailTimes = { quiet: null, digestAt: "08:00", escalation: null };

let database: TestDatabase;
let server: MailServer;
let world: World;
let tickMs = TICK_MS;

beforeAll(async () => {
  database = await openTestDatabase();
  server = await startMailServer();
});
afterAll(async () => {
  await server?.close();
  await database?.close();
});
beforeEach(async () => {
  await database.empty();
  server.clear();
  server.answer(null);
  server.loseReplies(false);
  world = await start();
});
afterEach(() => world.close());

async function start(): Promise<World> {
  const made = await createWorld({
    database,
    tickMs: () => tickMs,
    mailer(time) {
      const smtp = createSmtpMailer({ url: server.url, from: "Lockstep <alerts@lockstep.example>" });
      return { send: (mail) => time.busy(smtp.send(mail)) };
    },
  });
  await made.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
  return made;
}

const ALERT = {
  key: "reconnect:7",
  severity: "critical",
  title: "Reconnect eBay · fern_and_flint",
  message: "It no longer accepts Lockstep's access. Open the channel and choose Reconnect.",
} as const;

const raise = (alert: Partial<NewAlert> = {}) =>
  raiseAlert(database.db, { shopId: world.shopId, ...ALERT, ...alert }, world.time.now());
const resolve = (key: string = ALERT.key) => resolveAlert(database.db, world.shopId, key, world.time.now());
const saveTimes = (times: Partial<MailTimes>) =>
  world.drive(
    changeSetting(world.rt, {
      shopId: world.shopId,
      change: { setting: "mail-times", after: { ...NO_TIMES, ...times } },
    }),
  );
const saveRecipient = (address: string, wants: typeof DEFAULT_WANTS | null) =>
  world.drive(
    changeSetting(world.rt, { shopId: world.shopId, change: { setting: "mail-recipient", after: { address, wants } } }),
  );
/** Lets `ms` go by. */
async function pass(ms: number): Promise<void> {
  const rarelyMs = ms - 3 * RARE_TICK_MS;
  if (rarelyMs > 0) {
    tickMs = RARE_TICK_MS;
    await world.run(rarelyMs);
    tickMs = TICK_MS;
  }
  await world.run(Math.min(ms, 3 * RARE_TICK_MS));
}

/** Goes on until that moment. */
const runTo = (moment: string) => pass(Date.parse(moment) - world.time.nowMs());
const subjects = () => server.mails.map((mail) => mail.subject);
const states = async () => (await database.db.mail.findMany({ orderBy: { id: "asc" } })).map((mail) => mail.state);

describe("an alert", () => {
  it("is mailed to the shop's own address where nobody said otherwise, with one link and no other", async () => {
    await raise();
    await pass(2 * MINUTE_MS);
    expect(server.mails).toHaveLength(1);
    const [mail] = server.mails;
    expect(mail?.to).toEqual([OWNER]);
    expect(mail?.from).toContain("alerts@lockstep.example");
    expect(mail?.subject).toContain("Reconnect eBay · fern_and_flint");
    expect(mail?.text).toContain("Open the channel and choose Reconnect.");
    expect(mail?.html).toContain("Open the channel and choose Reconnect.");
    const { id } = await database.db.alert.findFirstOrThrow({ where: { key: ALERT.key } });
    expect(mail?.html.match(/href="[^"]*"/g)).toEqual([`href="http://shopify.test/app/alerts/${id}"`]);
    expect(mail?.text.match(/https?:\S+/g)).toEqual([`http://shopify.test/app/alerts/${id}`]);
    expect(mail?.parsed.headers.get("auto-submitted")).toBe("auto-generated");
  });

  it("is mailed once each time it comes up, however often it is raised", async () => {
    await raise();
    await pass(2 * MINUTE_MS);
    for (let times = 0; times < 5; times += 1) {
      await raise({ message: `Tried ${times} times.` });
      await pass(20 * MINUTE_MS);
    }
    expect(server.mails).toHaveLength(1);
    await resolve();
    await raise();
    await pass(20 * MINUTE_MS);
    expect(server.mails).toHaveLength(2);
  });

  it("that is over before its mail leaves is not mailed", async () => {
    await raise();
    await pass(20_000);
    await resolve();
    await pass(10 * MINUTE_MS);
    expect(server.mails).toHaveLength(0);
    expect(await states()).toEqual(["dropped"]);
  });

  it("goes into one mail with others of the same minute, the most urgent first; the next mail comes ten minutes later", async () => {
    await raise({ key: "asked:7", severity: "warning", title: "A listing needs your decision" });
    await raise({ key: "order:1", severity: "warning", title: "Order 1 differs" });
    await raise();
    await pass(2 * MINUTE_MS);
    expect(server.mails).toHaveLength(1);
    expect(server.mails[0]?.subject).toMatch(/^2 things need you/);
    const text = server.mails[0]?.text ?? "";
    expect(text.indexOf("Reconnect eBay")).toBeGreaterThan(0);
    expect(text.indexOf("Reconnect eBay")).toBeLessThan(text.indexOf("Order 1 differs"));
    // What can wait is for the daily mail.
    expect(text).not.toContain("needs your decision");
    for (let order = 2; order < 8; order += 1) {
      await raise({ key: `order:${order}`, title: `Order ${order}` });
      await pass(MINUTE_MS);
    }
    expect(server.mails).toHaveLength(1);
    await pass(5 * MINUTE_MS);
    expect(subjects()[1]).toMatch(/^6 things need you/);
  });

  it("names no buyer, whatever a marketplace said, and no title can add a line to the mail's head", async () => {
    await raise({
      title: "Order 5\r\nBcc: everybody@example.com\r\n\r\n<script>alert(1)</script>",
      message: "eBay refused it: mia.tanner@example.com, +44 7700 900123 is no phone.",
    });
    await pass(2 * MINUTE_MS);
    const [mail] = server.mails;
    expect(mail?.to).toEqual([OWNER]);
    expect(mail?.parsed.bcc).toBeUndefined();
    expect(mail?.raw.split("\r\n\r\n")[0]).not.toMatch(/^Bcc:/im);
    expect(mail?.html).not.toContain("<script>");
    expect(mail?.html).toContain("&lt;script&gt;");
    expect(`${mail?.text}${mail?.html}${mail?.subject}`).not.toMatch(/mia\.tanner|900123/);
  });
});

describe("when mail leaves", () => {
  it("what can wait comes once a day, at the shop's time, and only what is still open", async () => {
    await raise({ key: "asked:7", severity: "warning", title: "A listing needs your decision" });
    await raise({ key: "gone:7", severity: "warning", title: "A product is gone" });
    await pass(HOUR_MS);
    await resolve("gone:7");
    expect(server.mails).toHaveLength(0);
    await runTo("2026-11-23T07:59:00Z");
    expect(server.mails).toHaveLength(0);
    await runTo("2026-11-23T08:01:00Z");
    expect(subjects()).toEqual([expect.stringMatching(/^Today: 1 thing needs you/)]);
    expect(server.mails[0]?.text).toContain("A listing needs your decision");
    expect(server.mails[0]?.text).not.toContain("A product is gone");
    await pass(48 * HOUR_MS);
    expect(server.mails).toHaveLength(1);
  });

  it("what went well comes once a day where it is wanted, also when nothing else does", async () => {
    await saveRecipient(OWNER, { ...DEFAULT_WANTS, summary: true });
    await runTo("2026-11-23T08:01:00Z");
    expect(subjects()).toEqual([expect.stringMatching(/^What went well/)]);
    expect(server.mails[0]?.text).toMatch(/brought into Shopify: \d/);
    await runTo("2026-11-24T08:01:00Z");
    expect(server.mails).toHaveLength(2);
  });

  it("nothing leaves in quiet hours, over midnight; what is over by their end is not mailed", async () => {
    await saveTimes({ quiet: { from: "22:00", to: "07:00" } });
    await runTo("2026-11-22T22:30:00Z");
    await raise();
    await raise({ key: "order:2", title: "Order 2 was sold too late" });
    await runTo("2026-11-23T03:00:00Z");
    await resolve("order:2");
    await runTo("2026-11-23T06:59:00Z");
    expect(server.mails).toHaveLength(0);
    await runTo("2026-11-23T07:01:00Z");
    expect(subjects()).toEqual([expect.stringContaining("Reconnect eBay")]);
  });
});

describe("times that change", () => {
  it("move what waits: the mail of the day, and what waits for the end of quiet hours that are no more", async () => {
    await saveTimes({ quiet: { from: "09:00", to: "23:00" } });
    await raise();
    await raise({ key: "asked:7", severity: "warning", title: "A listing needs your decision" });
    await pass(HOUR_MS);
    expect(server.mails).toHaveLength(0);
    await saveTimes({ digestAt: "14:00" });
    await pass(2 * MINUTE_MS);
    expect(subjects()).toEqual([expect.stringContaining("Reconnect eBay")]);
    await runTo("2026-11-22T14:01:00Z");
    expect(subjects()[1]).toMatch(/^Today: /);
    await runTo("2026-11-23T08:01:00Z");
    expect(server.mails).toHaveLength(2);
  });

  it("hold back what was to leave in hours that are quiet by now", async () => {
    server.answer({ code: 451, words: "try later" });
    await raise();
    await pass(2 * MINUTE_MS);
    await saveTimes({ quiet: { from: "10:00", to: "12:00" } });
    server.answer(null);
    await runTo("2026-11-22T11:59:00Z");
    expect(server.mails).toHaveLength(0);
    await runTo("2026-11-22T12:01:00Z");
    expect(subjects()).toEqual([expect.stringContaining("Reconnect eBay")]);
  });
});

describe("where nobody answers", () => {
  const escalation = { address: BOSS, hours: 4 };

  it("a critical alert goes to the other address, once", async () => {
    await saveTimes({ escalation });
    await raise();
    await raise({ key: "order:1", severity: "warning", title: "Order 1 differs" });
    await pass(3 * HOUR_MS);
    expect(server.mails.map((mail) => mail.to)).toEqual([[OWNER]]);
    await pass(HOUR_MS + 2 * MINUTE_MS);
    expect(server.mails.map((mail) => mail.to)).toEqual([[OWNER], [BOSS]]);
    expect(subjects()[1]).toMatch(/^Nobody has answered: Reconnect eBay/);
    expect(server.mails[1]?.text).not.toContain("Order 1 differs");
    await pass(48 * HOUR_MS);
    expect(server.mails).toHaveLength(2);
  });

  it("one that somebody sees to does not, and nobody else can see to it again", async () => {
    await saveTimes({ escalation });
    await raise();
    await pass(HOUR_MS);
    const { id } = await database.db.alert.findFirstOrThrow({ where: { key: ALERT.key } });
    const said = { shopId: world.shopId, alertId: id, actor: "77" };
    expect(await world.drive(acknowledgeAlert(world.rt, { ...said, shopId: world.shopId + 1 }))).toMatchObject({
      ok: false,
    });
    expect(await world.drive(acknowledgeAlert(world.rt, said))).toEqual({ ok: true });
    expect(await world.drive(acknowledgeAlert(world.rt, said))).toMatchObject({ ok: false });
    await pass(12 * HOUR_MS);
    expect(server.mails).toHaveLength(1);
    // Up again it is another matter.
    await resolve();
    await raise();
    await pass(4 * HOUR_MS + 2 * MINUTE_MS);
    expect(server.mails.map((mail) => mail.to)).toEqual([[OWNER], [OWNER], [BOSS]]);
  });

  it("a rule that is made later holds for what is open already", async () => {
    await raise();
    await pass(5 * HOUR_MS);
    await saveTimes({ escalation });
    await pass(2 * MINUTE_MS);
    expect(server.mails.map((mail) => mail.to)).toEqual([[OWNER], [BOSS]]);
  });
});

describe("a mail that can't leave", () => {
  it("is tried again, each time later, and leaves once the server takes it", async () => {
    server.answer({ code: 451, words: "try later" });
    await raise();
    await pass(10 * MINUTE_MS);
    expect(await states()).toEqual(["waiting"]);
    const { attempts, problem } = await database.db.mail.findFirstOrThrow();
    expect(attempts).toBe(4);
    expect(problem).toContain("try later");
    server.answer(null);
    await pass(10 * MINUTE_MS);
    expect(server.mails).toHaveLength(1);
    expect(await states()).toEqual(["sent"]);
  });

  it("is given up in the end, which the app says, until mail leaves again", async () => {
    server.answer({ code: 451, words: "try later" });
    await raise();
    await pass(8 * HOUR_MS);
    const mail = await database.db.mail.findFirstOrThrow();
    expect(mail).toMatchObject({ state: "failed", attempts: ATTEMPTS_MAX });
    const open = () => database.db.alert.findFirst({ where: { key: "mail", resolvedAt: null } });
    expect((await open())?.message).toContain(OWNER);
    server.answer(null);
    // Of that no mail is written.
    await pass(HOUR_MS);
    expect(server.mails).toHaveLength(0);
    expect(await world.drive(sendTestMail(world.rt, { shopId: world.shopId, address: OWNER }))).toEqual({ ok: true });
    expect(await open()).toBeNull();
  });

  it("to an address that is refused is given up at once, and others get theirs", async () => {
    await saveRecipient("second@example.com", DEFAULT_WANTS);
    server.answer({ code: 550, words: "no such user" });
    await raise();
    await pass(2 * MINUTE_MS);
    expect(await states()).toEqual(["failed", "failed"]);
    expect((await database.db.mail.findFirstOrThrow()).problem).toContain("no such user");
  });

  it("that was taken without a reply comes again as the same", async () => {
    server.loseReplies(true);
    await raise();
    // Told and sent, and not tried again yet.
    await pass(80_000);
    expect(server.mails).toHaveLength(1);
    server.loseReplies(false);
    await pass(5 * MINUTE_MS);
    expect(server.mails.length).toBeGreaterThan(1);
    expect(new Set(server.mails.map((mail) => mail.messageId)).size).toBe(1);
    expect(await states()).toEqual(["sent"]);
  });

  it("while a worker has it, another leaves it alone; a worker that died loses it to the next", async () => {
    await raise();
    await world.until("gathered", async () => (await database.db.mail.count()) === 1);
    const { id } = await database.db.mail.findFirstOrThrow();
    await database.db.mail.updateMany({ data: { dueAt: world.time.now() } });
    const both = Promise.all([sendMail(world.rt, { mailId: id }), sendMail(world.rt, { mailId: id })]);
    await world.drive(both);
    expect(server.mails).toHaveLength(1);
    // As if the first had died before it said so.
    await database.db.mail.updateMany({
      data: { state: "sending", sentAt: null, dueAt: new Date(world.time.nowMs() + 5 * MINUTE_MS) },
    });
    await pass(4 * MINUTE_MS);
    expect(server.mails).toHaveLength(1);
    await pass(2 * MINUTE_MS);
    expect(server.mails).toHaveLength(2);
    expect(server.mails[0]?.messageId).toBe(server.mails[1]?.messageId);
  });
});

describe("who gets mail", () => {
  it("is said by kind, and can be undone", async () => {
    const groups = { ...DEFAULT_WANTS.groups, channels: "off", orders: "at-once" } as const;
    expect(await saveRecipient("Mia@Example.com ", { groups, summary: false })).toEqual({ ok: true });
    await raise();
    await raise({ key: "order:1", title: "Order 1 was sold too late" });
    await pass(2 * MINUTE_MS);
    const toMia = server.mails.filter((mail) => mail.to[0] === "mia@example.com");
    expect(toMia.map((mail) => mail.subject)).toEqual([expect.stringContaining("Order 1")]);
    const change = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(change.message).toContain("Mail to mia@example.com");
    expect(await world.drive(undoChange(world.rt, { shopId: world.shopId, changeId: change.id }))).toEqual({
      ok: true,
    });
    await raise({ key: "order:2", title: "Order 2 was sold too late" });
    await pass(20 * MINUTE_MS);
    expect(server.mails.filter((mail) => mail.to[0] === "mia@example.com")).toHaveLength(1);
  });

  it("an address that is removed gets nothing that was gathered for it", async () => {
    await saveTimes({ quiet: { from: "00:00", to: "23:59" } });
    await raise();
    await pass(MINUTE_MS);
    await saveRecipient(OWNER, null);
    await saveTimes({});
    await pass(48 * HOUR_MS);
    expect(server.mails).toHaveLength(0);
  });

  it("whoever answers for one alert hears of it at once, beside the others", async () => {
    await raise({ owner: "stock@example.com", answerHours: 1, severity: "warning" });
    await saveTimes({ escalation: { address: BOSS, hours: 24 } });
    await pass(2 * MINUTE_MS);
    expect(server.mails.map((mail) => mail.to[0]).sort()).toEqual([OWNER, "stock@example.com"]);
    await pass(HOUR_MS);
    expect(server.mails.map((mail) => mail.to[0])).toContain(BOSS);
  });

  it("a shop that removed the app gets nothing any more", async () => {
    await raise();
    await database.db.shop.updateMany({ data: { uninstalledAt: world.time.now() } });
    await pass(10 * MINUTE_MS);
    expect(server.mails).toHaveLength(0);
    expect(await database.db.alert.count({ where: { tellAt: { not: null } } })).toBe(0);
  });
});
