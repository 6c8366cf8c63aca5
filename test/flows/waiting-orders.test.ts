/** What Shopify refuses to a whole shop passes: orders wait, one alert says why, and all go by themselves. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeAlert } from "#app/flows/close-alert.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { buyOn, createOrderWorld, MINUTES, openAlerts, ordersInShopify } from "./order-world.ts";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await createOrderWorld(database);
});
afterEach(() => world.close());

const settings = () => world.shopify.world.settings;
const inShopify = () => ordersInShopify(world);
const buy = (count: number, pay = true) => {
  for (let index = 0; index < count; index += 1) buyOn(world, { OAK: 1 }, { pay });
};
const placed = (count: number, msMax: number) =>
  world.until(
    `${count} placed`,
    async () => (await database.db.marketplaceOrder.count({ where: { stage: "placed" } })) === count,
    msMax,
  );
const heldOrders = () => database.db.marketplaceOrder.count({ where: { stage: "held" } });
const creates = () => world.shopify.faults.calls.filter((call) => call.operation === "orderCreate").length;

describe("orders that Shopify does not take now", () => {
  it("beyond so many a minute, said as a user error, follow a minute later, and none is held", async () => {
    settings().ordersPerMinuteMax = 2;
    buy(5);
    await placed(2, MINUTES);
    await world.run(10_000);
    expect([await heldOrders(), creates(), (await openAlerts(world)).map((one) => one.key)]).toEqual([
      0,
      3,
      ["shopify-rate"],
    ]);
    await placed(5, 4 * MINUTES);
    await world.run(5_000);
    expect([inShopify().length, await openAlerts(world)]).toEqual([5, []]);
  });

  it.each([402, 423, 430])(
    "as long as everything is answered with HTTP %i: one alert, few calls, all by themselves",
    async (status) => {
      world.shopify.faults.add({ operation: "*", kind: "status", status, times: 100_000 });
      buy(4);
      await world.run(10 * MINUTES);
      const [alert, ...others] = (await openAlerts(world)).filter((one) => !one.key.startsWith("run:"));
      expect([await heldOrders(), others.length, alert?.key]).toEqual([0, 0, "shopify-access"]);
      expect(alert?.message).toContain("go to Shopify by themselves");
      world.shopify.faults.clear();
      await placed(4, 3 * MINUTES);
      await world.run(5_000);
      expect((await openAlerts(world)).filter((one) => one.key === "shopify-access")).toEqual([]);
    },
  );

  it("because access to orders is missing wait for it, looked for before they are sent again", async () => {
    settings().deniedFields = ["Mutation.orderCreate"];
    buy(3);
    await world.run(10 * MINUTES);
    const open = await openAlerts(world);
    expect([await heldOrders(), open.map((one) => one.key), open[0]?.title]).toEqual([
      0,
      ["shopify-access"],
      "Shopify does not let Lockstep do all that it needs",
    ]);
    settings().deniedFields = [];
    await placed(3, 10 * MINUTES);
    expect([inShopify().length, world.available("OAK"), await openAlerts(world)]).toEqual([3, 6, []]);
  });

  it("but where only customers may not be seen, they go as a guest's, and the merchant is told once", async () => {
    settings().deniedFields = ["QueryRoot.customerByIdentifier"];
    world.ebay.controls.buy({ lines: [{ sku: "OAK", quantity: 1 }], contact: { phone: "+44 117 496 0142" } });
    buy(2);
    await placed(3, 5 * MINUTES);
    expect(inShopify().map((one) => one.customerId)).toEqual([null, null, null]);
    expect((await openAlerts(world)).map((one) => one.key)).toEqual(["shopify-customers"]);
    settings().deniedFields = [];
    buy(1);
    await placed(4, 5 * MINUTES);
    expect([inShopify().at(-1)?.customerId === null, await openAlerts(world)]).toEqual([false, []]);
  });
});

describe("units held for an unpaid order, that Shopify would not move back", () => {
  const hold = () => database.db.stockHold.findFirstOrThrow();
  const refuseRelease = async () => {
    buy(1, false);
    await world.until(
      "held",
      async () => (await database.db.stockHold.count({ where: { state: "held" } })) === 1,
      5 * MINUTES,
    );
    const { inventoryItemGid, locationGid } = await hold();
    const store = world.shopify.store(world.shopDomain);
    const key = `${inventoryItemGid} ${locationGid}`;
    const level = store.levels.get(key);
    if (!level) throw new Error("no level");
    store.levels.delete(key);
    const { remoteId } = await database.db.marketplaceOrder.findFirstOrThrow();
    world.ebay.controls.pay(remoteId);
    await world.until(
      "refused",
      async () => (await openAlerts(world)).some((one) => one.key.startsWith("stock-hold:")),
      5 * MINUTES,
    );
    return () => store.levels.set(key, level);
  };

  it("are asked for again until it does, and the task ends by itself", async () => {
    const giveBack = await refuseRelease();
    await world.run(5 * MINUTES);
    expect((await hold()).state).toBe("releasing");
    giveBack();
    await world.until("released", async () => (await hold()).state === "released", 20 * MINUTES);
    expect([world.reserved("OAK"), await openAlerts(world)]).toEqual([0, []]);
  });

  it("are left alone once the merchant has seen to them", async () => {
    await refuseRelease();
    const alert = (await openAlerts(world)).find((one) => one.key.startsWith("stock-hold:"));
    expect(await closeAlert(world.rt, { shopId: world.shopId, alertId: alert?.id ?? 0 })).toBeTruthy();
    await world.until("left alone", async () => (await hold()).state === "released", 20 * MINUTES);
  });
});
