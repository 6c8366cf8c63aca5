/** What the merchant does to an order in Shopify after it was placed reaches the marketplace, or a task. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createOrderWorld, MINUTES, onlyOrder, openAlerts, placeOrder } from "./order-world.ts";

describe("an order that was placed", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await createOrderWorld(database);
    await placeOrder(world, { OAK: 2 });
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const relayed = () => database.db.shipment.count({ where: { state: "relayed" } });

  it("and went in two parcels: the marketplace has the first number, a task has the other", async () => {
    const tracking = ["1Z0000001", "1Z0000002"].map((number) => ({ company: "UPS", number, url: null }));
    world.shopify.controls.fulfill(world.shopDomain, onlyOrder(world).id, { tracking });
    await world.until("relayed", async () => (await relayed()) === 1, 5 * MINUTES);
    const [alert, ...others] = await openAlerts(world);
    expect([others.length, alert?.endsByHand]).toEqual([0, true]);
    expect(alert?.message).toContain("UPS 1Z0000002");
  });

  it("and whose parcel was called back after the marketplace was told is a task that says so", async () => {
    const { controls } = world.shopify;
    controls.fulfill(world.shopDomain, onlyOrder(world).id, {
      tracking: [{ company: "UPS", number: "1Z0000001", url: null }],
    });
    await world.until("relayed", async () => (await relayed()) === 1, 5 * MINUTES);
    const { id, fulfillments } = onlyOrder(world);
    controls.cancelFulfillment(world.shopDomain, id, fulfillments[0]?.id ?? "");
    await world.until("told", async () => (await openAlerts(world)).length === 1, 5 * MINUTES);
    expect((await openAlerts(world))[0]?.message).toContain("cancelled in Shopify after it had been sent");
  });

  it("and was deleted in Shopify is a task that says what to do", async () => {
    const { id, name } = onlyOrder(world);
    world.shopify.controls.deleteOrder(world.shopDomain, id);
    await world.until("told", async () => (await openAlerts(world)).length === 1, MINUTES);
    expect((await openAlerts(world))[0]).toMatchObject({ title: `${name} was deleted in Shopify`, endsByHand: true });
  });

  it("and lost its tags to another app is followed all the same, without a webhook", async () => {
    world.shopify.controls.retag(world.shopDomain, onlyOrder(world).id, ["VIP"]);
    world.shopify.deliveries.disturb({ kind: "drop", topic: "fulfillments/create", times: 1, delayMs: 0 });
    world.shopify.deliveries.disturb({ kind: "drop", topic: "orders/updated", times: 5, delayMs: 0 });
    world.shopify.controls.fulfill(world.shopDomain, onlyOrder(world).id, {
      tracking: [{ company: "UPS", number: "1Z0000001", url: null }],
    });
    await world.until("relayed", async () => (await relayed()) === 1, 20 * MINUTES);
  });
});
