/** What a stranger, or a sender of nonsense, can do to what comes in. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acceptNotification, type NotificationAnswer } from "#app/flows/accept-notification.ts";
import { acceptWebhook } from "#app/flows/accept-webhook.ts";
import { returnFromConsent } from "#app/flows/connect-channel.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());

describe("eBay's signing keys", () => {
  beforeEach(async () => {
    ({ world } = await createConnectedWorld({ database, tickMs: 30_000 }));
  });

  function forged(kid: string): Promise<NotificationAnswer> {
    const signature = Buffer.from(JSON.stringify({ kid, signature: "AAAA" })).toString("base64");
    return world.drive(
      acceptNotification(world.rt, {
        connectorKey: "ebay",
        channelId: null,
        raw: {
          method: "POST",
          endpoint: "https://lockstep.example/notifications/ebay",
          query: new URLSearchParams(),
          headers: new Headers({ "x-ebay-signature": signature }),
          body: new TextEncoder().encode("{}"),
        },
      }),
    );
  }

  /** Questions for a key that left this process. */
  const asked = () =>
    world.logged.filter((line) => /"operation":"get(Unknown)?PublicKey"/.test(line) && !line.includes('"status":null'));
  const notified = () => database.db.delivery.count({ where: { source: "ebay" } });

  async function sell(): Promise<void> {
    const bought = world.ebay.controls.buy({ lines: [{ sku: "MUG-SLATE", quantity: 1 }], pay: true });
    if (!bought.ok) throw new Error(bought.why);
  }

  it("that 200 strangers name cost 20 questions at most, and keep no notification of eBay's out", async () => {
    await world.run(5_000);
    await sell();
    await world.until("told of the first sale", async () => (await notified()) === 1);
    const before = asked().length;
    const statuses = new Set<number>();
    for (let index = 0; index < 200; index += 1) statuses.add((await forged(`z${index}`)).status);
    expect([...statuses].sort()).toEqual([412, 503]);
    expect(asked().length - before).toBeLessThanOrEqual(20);
    await sell();
    await world.until("told of the next sale", async () => (await notified()) === 2);
    // An hour later the key is asked for again, beside what strangers have used up.
    await world.run(61 * 60_000);
    for (let index = 0; index < 50; index += 1) await forged(`y${index}`);
    await sell();
    await world.until("told of the last sale", async () => (await notified()) === 3);
  });
});

describe("a webhook that Shopify signed", () => {
  beforeEach(async () => {
    ({ world } = await createConnectedWorld({ database }));
  });

  let sent = 0;
  function webhook(topic: string, rawBody: string, more: Record<string, string> = {}) {
    sent += 1;
    const headers = new Headers({
      "x-shopify-webhook-id": `w-${sent}`,
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": world.shopDomain,
      "x-shopify-triggered-at": "2026-11-22T10:00:00Z",
      ...more,
    });
    return world.drive(acceptWebhook(world.rt, { headers, rawBody }));
  }
  const stored = (topic: string) =>
    database.db.delivery.findFirstOrThrow({ where: { topic }, orderBy: { id: "desc" } });

  it.each(["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"])(
    "with the topic %s, which every object has, is none that we know",
    async (topic) => {
      expect((await webhook(topic, "{}")).status).toBe(200);
      await world.run(5_000);
      expect(await stored(topic)).toMatchObject({ state: "ignored", attempts: 0 });
      expect(await database.db.alert.count({ where: { key: { startsWith: "delivery:" } } })).toBe(0);
    },
  );

  it.each(["garbage", "", "99999-01-01T00:00:00Z", "-000001-01-01T00:00:00Z"])(
    "and was triggered at %j is stored without a time",
    async (triggeredAt) => {
      const answer = await webhook("inventory_items/update", "{}", { "x-shopify-triggered-at": triggeredAt });
      expect(answer.status).toBe(200);
      expect(await stored("inventory_items/update")).toMatchObject({ triggeredAt: null });
    },
  );

  it("is refused with a reason where its id or topic can't be stored", async () => {
    const before = await database.db.delivery.count();
    expect(await webhook("t".repeat(101), "{}")).toEqual({ status: 400, body: "Can't be read: x-shopify-topic" });
    expect(await webhook("orders/updated", "{}", { "x-shopify-webhook-id": "w".repeat(3_000) })).toMatchObject({
      status: 400,
    });
    expect(await database.db.delivery.count()).toBe(before);
  });

  it.each([
    ["that is no JSON", "not json"],
    ["that is no JSON, for a character that no note takes", "\0{}"],
    ["with a quantity that no integer holds", JSON.stringify({ ...level(), available: 2 ** 40 })],
    ["with a time beyond the calendar's end", JSON.stringify({ ...level(), updated_at: "0001-01-01T00:00:00Z" })],
    ["with an id of a thousand digits", `{"inventory_item_id":${"9".repeat(1000)},"location_id":1,"updated_at":null}`],
  ])("%s is given up after a few tries, kept, and shown without a word of the database's", async (_what, body) => {
    expect((await webhook("inventory_levels/update", body)).status).toBe(200);
    await world.until("given up", async () => (await stored("inventory_levels/update")).state !== "stored", 60_000);
    const delivery = await stored("inventory_levels/update");
    expect(delivery).toMatchObject({ state: "failed", attempts: 3, retryAt: null });
    expect(world.rt.secrets.open(delivery.payloadSealed ?? "")).toBe(body);
    const alerts = await database.db.alert.findMany({ where: { resolvedAt: null, key: { contains: "delivery" } } });
    expect(alerts.map((alert) => alert.title)).toEqual([
      "A message from Shopify can't be read (inventory_levels/update)",
    ]);
    expect(JSON.stringify(alerts)).not.toMatch(/prisma|constraint|SQL|invocation/i);
  });
});

function level() {
  return { inventory_item_id: 1, location_id: 1, available: 1, updated_at: "2026-11-22T10:00:00Z" };
}

describe("the way back from a consent page", () => {
  beforeEach(async () => {
    ({ world } = await createConnectedWorld({ database }));
  });

  it.each([
    ["a state that can't be stored", "ebay", "\0"],
    ["a marketplace that can't be stored", "\0", "x"],
    ["a state of a megabyte", "ebay", "x".repeat(1_000_000)],
  ])("with %s leads nowhere, and says so", async (_what, connectorKey, state) => {
    const callback = new URLSearchParams({ code: "x", state });
    expect(await world.drive(returnFromConsent(world.rt, { connectorKey, callback, browser: null }))).toMatchObject({
      ok: false,
    });
  });
});
