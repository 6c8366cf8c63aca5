import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importOrders } from "#app/flows/import-orders.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { demoListings } from "#test/emulators/ebay/seed.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const SKU = "MUG-MOSS";
/** Cut in the middle of an emoji, as by a marketplace that counts otherwise. */
const CUT_TITLE = "Moss mug \ud83c";

describe("orders in, while much else goes on", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const listings = demoListings.map((one) => (one.sku === SKU ? { ...one, groupTitle: CUT_TITLE } : one));
    ({ world, channelId } = await createConnectedWorld({ database, listings }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("first push", () => shown() === 30);
    // Until eBay sends notifications.
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown()[SKU];
  const listing = () => database.db.listing.findFirstOrThrow({ where: { sku: SKU } });
  const buy = (): string => {
    const bought = world.ebay.controls.buy({ lines: [{ sku: SKU, quantity: 1 }] });
    if (!bought.ok) throw new Error(bought.why);
    return bought.order.orderId;
  };

  it("an order that arrives while a push reads is not taken back by what the push knew before", async () => {
    world.ebay.controls.disturbNotifications({ hold: true });
    world.ebay.controls.changeSettings({ orderVisibilityLagMs: 600_000 });
    const id = buy();
    await world.run(3_000);
    world.setStock(SKU, 20);
    await world.until("the push misses a unit", async () => (await listing()).unseenUnits === 1);

    world.ebay.faults.add({ operation: "bulkGetInventoryItem", kind: "delay", delayMs: 5_000 });
    world.setStock(SKU, 15);
    await world.run(2_000);
    await world.drive(importOrders(world.rt, { channelId, orderRemoteId: id }));
    expect((await listing()).unseenUnits).toBe(0);
    await world.run(10_000);
    expect((await listing()).unseenUnits).toBe(0);
    expect(shown()).toBe(world.available(SKU));
  });

  const stored = () => database.db.marketplaceOrder.count();
  const callsOf = (operation: string) => world.ebay.faults.calls.filter((call) => call.operation === operation).length;

  it("an order whose title was cut in the middle of a character is stored like any other", async () => {
    buy();
    await world.until(
      "placed",
      async () => (await database.db.marketplaceOrder.count({ where: { stage: "placed" } })) === 1,
    );
    expect((await database.db.orderLine.findFirstOrThrow()).title).toBe("Moss mug \ufffd");
  });

  it("a hinted order that can't be read is read again soon, not at the next poll", async () => {
    world.ebay.controls.changeSettings({ orderVisibilityLagMs: 600_000 });
    world.ebay.faults.add({ operation: "getOrder", kind: "status", status: 503, times: 3 });
    buy();
    await world.until("stored", async () => (await stored()) === 1, 30_000);
    expect(callsOf("getOrder")).toBe(4);
  });

  it("but not for ever", async () => {
    world.ebay.controls.changeSettings({ orderVisibilityLagMs: 30 * 60_000 });
    world.ebay.faults.add({ operation: "getOrder", kind: "status", status: 503, times: 100 });
    buy();
    await world.run(120_000);
    expect(callsOf("getOrder")).toBe(5);
  });

  it("a hint reads its order and no more, when all were read a moment ago", async () => {
    world.ebay.controls.disturbNotifications({ lose: 1 });
    await world.drive(importOrders(world.rt, { channelId }));
    const polls = callsOf("getOrders");
    const orderRemoteId = buy();
    await world.drive(importOrders(world.rt, { channelId, orderRemoteId }));
    expect(await stored()).toBe(1);
    expect(callsOf("getOrders")).toBe(polls);
    await world.run(70_000);
    expect(callsOf("getOrders")).toBeGreaterThan(polls);
  });

  it("a hint reads all orders where an increase waits for them", async () => {
    await world.drive(importOrders(world.rt, { channelId }));
    world.ebay.faults.add({ operation: "getOrders", kind: "status", status: 503, times: 1 });
    world.setStock(SKU, 40);
    await world.run(1_000);
    buy();
    await world.until("the increase is out, less the sale", () => shown() === 39, 30_000);
  });
});
