/** What needs the merchant goes from Home once its cause is gone, or by the merchant's word where only they can know. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type NewAlert, raiseAlert } from "#app/alerts/alerts.ts";
import { acceptDelivery } from "#app/flows/accept-delivery.ts";
import { closeAlert } from "#app/flows/close-alert.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

describe("an alert", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, channelId } = await createMarketWorld({ database, sku: "MUG-MOSS", quantity: 1 }));
  });
  afterEach(() => world.close());

  const raise = (alert: Pick<NewAlert, "key" | "endsByHand">) =>
    raiseAlert(
      database.db,
      { shopId: world.shopId, severity: "warning", title: "Something", message: "happened", ...alert },
      world.time.now(),
    );
  const open = async () =>
    (await database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { id: "asc" } })).map(({ key }) => key);
  const close = async (key: string) => {
    const alert = await database.db.alert.findFirstOrThrow({ where: { key } });
    return closeAlert(world.rt, { shopId: world.shopId, alertId: alert.id });
  };

  it("of orders that were not shown ends when they are", async () => {
    await world.run(30_000);
    await raise({ key: `orders:${channelId}` });
    await database.db.channel.updateMany({ data: { ordersRetryAt: world.time.now() } });
    await world.run(30_000);
    expect(await open()).toEqual([]);
  });

  it("of a listing that could not be read ends when all are read without it", async () => {
    await raise({ key: `unreadable-listing:${channelId}:L9` });
    await raise({ key: `unreadable-listing:${channelId + 1}:L9` });
    await database.db.channel.updateMany({ data: { listingsReadAt: null } });
    await world.until("read", async () => (await database.db.channel.count({ where: { listingsReadAt: null } })) === 0);
    expect(await open()).toEqual([`unreadable-listing:${channelId + 1}:L9`]);
  });

  it("of messages that could not be applied ends when one is", async () => {
    await raise({ key: "delivery:bulk_operations/finish" });
    const of = { source: "shopify", account: world.shopDomain, topic: "bulk_operations/finish", triggeredAt: null };
    await acceptDelivery(world.rt, { ...of, remoteId: "first", rawBody: "{}" });
    await world.run(5_000);
    expect(await open()).toHaveLength(1);
    // One that was put off five times, and is due again.
    const putOff = { attempts: 5, retryAt: world.time.now(), receivedAt: world.time.now() };
    const payloadSealed = world.rt.secrets.seal("{}");
    await database.db.delivery.create({ data: { ...of, remoteId: "put-off", payloadSealed, ...putOff } });
    await world.run(5_000);
    expect(await open()).toEqual([]);
  });

  it("that only the merchant can end is ended by them, once", async () => {
    await raise({ key: "data-request:1", endsByHand: true });
    expect(await close("data-request:1")).toMatchObject({ ok: true });
    await raise({ key: "data-request:1", endsByHand: true });
    expect(await open()).toEqual([]);
    expect(await close("data-request:1")).toMatchObject({ ok: false });
  });

  it("whose cause is still there is not ended by hand, and another shop's is not found", async () => {
    await raise({ key: "brake:1" });
    await raise({ key: "data-request:2", endsByHand: true });
    expect(await close("brake:1")).toMatchObject({ ok: false, message: expect.stringMatching(/ends by itself/) });
    const { id } = await database.db.alert.findFirstOrThrow({ where: { key: "data-request:2" } });
    expect(await closeAlert(world.rt, { shopId: world.shopId + 1, alertId: id })).toMatchObject({ ok: false });
    expect(await open()).toEqual(["brake:1", "data-request:2"]);
  });
});
