/** What the merchant changes in Shopify after an order was placed ends as a task, by its webhook or without any. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeAlert } from "#app/flows/close-alert.ts";
import { cancelBySeller, orderByAnyId } from "#test/emulators/ebay/orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createOrderWorld, MINUTES, onlyOrder, openAlerts, placeOrder, type Sku } from "./order-world.ts";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());

const merchant = () => world.shopify.controls;
const here = () => [world.shopDomain, onlyOrder(world).id] as const;
const units = (sku: Sku, quantity: number) => {
  const found = onlyOrder(world).lineItems.find((one) => one.sku === sku);
  if (!found) throw new Error(`no line of ${sku}`);
  return { lineItemId: found.id, quantity };
};
const refund = (sku: Sku, quantity: number, restock = true) =>
  merchant().refund(...here(), { lines: [units(sku, quantity)], restock });
const edit = (change: Partial<Parameters<ReturnType<typeof merchant>["editOrder"]>[2]>) =>
  merchant().editOrder(...here(), { restock: true, ...change });
const ship = (...lines: ReturnType<typeof units>[]) => merchant().fulfill(...here(), lines.length > 0 ? { lines } : {});
/** Anything that changes the order in Shopify, and is nothing to tell of. */
const touch = () => merchant().retag(...here(), ["VIP"]);
const titles = async () => (await openAlerts(world)).map((one) => one.title);
const message = async () => (await openAlerts(world))[0]?.message ?? "";
/** Runs until the merchant is told this and nothing else, and a little longer. */
const told = async (...wanted: string[]) => {
  const isTold = async () => JSON.stringify(await titles()) === JSON.stringify(wanted);
  await world.until(wanted.join("; ") || "nothing", isTold, 15 * MINUTES);
  await world.run(10_000);
  expect(await titles()).toEqual(wanted);
};
const done = async () => {
  const [alert] = await openAlerts(world);
  expect(await closeAlert(world.rt, { shopId: world.shopId, alertId: alert?.id ?? 0 })).toEqual({ ok: true });
};
const calls = (...operations: string[]) =>
  world.shopify.faults.calls.filter((call) => operations.includes(call.operation)).length;

describe.each([
  ["", true],
  [", every webhook lost", false],
])("of a placed order%s:", (_how, hears) => {
  let remoteId: string;
  beforeEach(async () => {
    world = await createOrderWorld(database);
    remoteId = await placeOrder(world, { OAK: 2, ASH: 1 });
    await world.run(5_000);
    if (!hears) world.shopify.deliveries.disturb({ kind: "drop", times: 10_000, delayMs: 0, newId: false });
  });

  it("a unit refunded is a task, told once, and again when it is another", async () => {
    refund("OAK", 1);
    await told(`1 × Oak tray of order ${remoteId} will not be shipped`);
    expect(await openAlerts(world)).toMatchObject([{ endsByHand: true, severity: "critical" }]);
    expect(await message()).toContain("1 was refunded in #1001 in Shopify, and put back in stock. eBay still waits");
    await done();
    touch();
    await world.run(6 * MINUTES);
    expect(await titles()).toEqual([]);
    refund("OAK", 1, false);
    await told(`2 × Oak tray of order ${remoteId} will not be shipped`);
    expect(await message()).toContain("partly restocked");
  });

  it("a refund that leaves its unit to be shipped is a task until it is shipped", async () => {
    world.shopify.world.settings.refundWithoutRestock = "leaves-open";
    refund("OAK", 1, false);
    await told(`1 × Oak tray of order ${remoteId} will not be shipped`);
    expect(await message()).toContain("not put back in stock");
    ship();
    await told();
  });

  it("all of it refunded is one task, which ends when the marketplace cancels too", async () => {
    const lines = [units("OAK", 2), units("ASH", 1)];
    merchant().refund(...here(), { lines, restock: true });
    await told(`Nothing of order ${remoteId} will be shipped`);
    const there = orderByAnyId(world.ebay.state, remoteId);
    if (there) cancelBySeller(world.ebay.state, there, "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await told();
    await world.run(15 * MINUTES);
    expect(await titles()).toEqual([]);
  });

  it("a unit taken off, and put back", async () => {
    edit({ lines: [units("OAK", 1)] });
    await told(`1 × Oak tray of order ${remoteId} will not be shipped`);
    expect(await message()).toContain("1 was taken off #1001 in Shopify");
    edit({ lines: [units("OAK", 2)] });
    await told();
    edit({ lines: [units("OAK", 1)] });
    await told(`1 × Oak tray of order ${remoteId} will not be shipped`);
  });

  it("a line taken off, the rest shipped", async () => {
    edit({ lines: [units("ASH", 0)] });
    ship(units("OAK", 2));
    await told(`1 × Ash tray of order ${remoteId} will not be shipped`);
  });

  it("a quantity raised, and a line added", async () => {
    const variant = [...world.shopify.store(world.shopDomain).variants.values()].find((one) => one.sku === "ASH");
    edit({ lines: [units("OAK", 3)] });
    await told("1 × Oak tray too many in #1001");
    await done();
    edit({ added: [{ variantId: variant?.id ?? "", quantity: 1 }] });
    await told("1 × Ash tray was added to #1001");
    ship();
    await told();
  });

  it("money given back for no item", async () => {
    merchant().refund(...here(), { lines: [], restock: false, amount: "2.50" });
    await told("2.50 GBP of #1001 was refunded in Shopify");
    expect(await message()).toContain("It was for no item. The buyer has no money of it");
  });

  it("a unit refunded after it was shipped", async () => {
    ship();
    await world.run(10_000);
    refund("OAK", 1);
    await told("5.00 GBP of #1001 was refunded in Shopify");
    expect(await message()).toContain("1 × Oak tray, which eBay has as shipped");
  });

  it("its address changed, and changed back", async () => {
    const before = onlyOrder(world).shippingAddress?.address1 ?? "";
    merchant().changeAddress(...here(), { address1: "2 New Road" });
    await told("The shipping address of #1001 was changed in Shopify");
    await done();
    touch();
    await world.run(6 * MINUTES);
    expect(await titles()).toEqual([]);
    merchant().changeAddress(...here(), { address1: before });
    await world.run(6 * MINUTES);
    merchant().changeAddress(...here(), { address1: "2 New Road" });
    await told("The shipping address of #1001 was changed in Shopify");
    ship();
    await told();
  });

  it("a deletion", async () => {
    merchant().deleteOrder(...here());
    // What is in no list of changes is looked at once a day.
    const addressReadAt = new Date(world.time.now().getTime() - 25 * 60 * MINUTES);
    if (!hears) await database.db.marketplaceOrder.updateMany({ data: { addressReadAt } });
    await told("#1001 was deleted in Shopify");
  });

  it("a cancellation, which goes to the marketplace and leaves no task", async () => {
    refund("OAK", 1);
    await told(`1 × Oak tray of order ${remoteId} will not be shipped`);
    merchant().cancel(...here(), { reason: "CUSTOMER", restock: true });
    await told();
    expect(orderByAnyId(world.ebay.state, remoteId)?.cancelledAt).not.toBeNull();
  });
});

describe("of an order that nobody changes", () => {
  it("nothing is asked, and a tag is nothing to tell of", async () => {
    world = await createOrderWorld(database);
    await placeOrder(world, { OAK: 1 });
    await world.run(12 * MINUTES);
    const asked = () => calls("order", "nodes");
    const before = asked();
    await world.run(12 * MINUTES);
    expect(asked()).toBe(before);
    touch();
    await world.run(6 * MINUTES);
    expect(await titles()).toEqual([]);
  });
});

describe("of an order that Shopify can't be asked about", () => {
  let remoteId: string;
  beforeEach(async () => {
    world = await createOrderWorld(database);
    remoteId = await placeOrder(world, { OAK: 1 });
    await world.run(6 * MINUTES);
  });

  it("nothing is told: a failed reading is no answer", async () => {
    world.shopify.world.settings.deniedFields = ["QueryRoot.order", "QueryRoot.nodes", "QueryRoot.orders"];
    touch();
    await world.run(6 * MINUTES);
    expect((await titles()).filter((one) => one.includes("deleted"))).toEqual([]);
  });

  it("because it may not see addresses, all else is followed", async () => {
    world.shopify.world.settings.deniedFields = ["Order.shippingAddress"];
    merchant().changeAddress(...here(), { address1: "2 New Road" });
    refund("OAK", 1);
    await told(`1 × Oak tray of order ${remoteId} will not be shipped`);
  });
});
