/** The last unit was sold twice: on a marketplace, whose order comes late, and by the shop itself. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { closeAlert } from "#app/flows/close-alert.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const VISIBLE_AFTER_MS = 20_000;

describe("a sale of the shop itself", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const made = await createMarketWorld({
      database,
      sku: SKU,
      quantity: 1,
      capabilities: { orderVisibilityLagMs: 30_000 },
    });
    ({ world, market } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    world.setStock(SKU, 1);
    await world.until("shown", () => market.shown(listing()) === 1);
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const listing = () => {
    const [only] = [...market.listings.values()];
    if (!only) throw new Error("the market has no listing");
    return only;
  };
  const buyThere = () => market.buy(listing(), 1, { pay: true, buyer: "b", visibleAfterMs: VISIBLE_AFTER_MS });
  function variantId(): string {
    const { variants } = world.shopify.controls.store(world.shopDomain);
    return [...variants.values()].find((one) => one.sku === SKU)?.id ?? "";
  }
  const sellWithoutStock = () =>
    world.shopify.controls.editVariant(world.shopDomain, variantId(), { inventoryPolicy: "CONTINUE" });
  function buyHere(): string {
    const lines = [{ variantId: variantId(), quantity: 1 }];
    const bought = world.shopify.controls.storefrontOrder(world.shopDomain, { email: "someone@buyer.example", lines });
    if (!bought.ok) throw new Error("the shop sold nothing");
    return bought.value.id;
  }
  const order = () => database.db.marketplaceOrder.findFirst();
  const decided = () =>
    world.until("decided", async () => ["placed", "held"].includes((await order())?.stage ?? ""), 5 * 60_000);
  const alerts = () => database.db.alert.findMany({ where: { resolvedAt: null } });

  it("that was later loses, and only the merchant is told: the marketplace's order is placed", async () => {
    buyThere();
    await world.run(3_000);
    const orderGid = buyHere();
    await decided();
    expect([(await order())?.stage, world.available(SKU), await database.db.conflict.count()]).toEqual([
      "placed",
      -1,
      0,
    ]);
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      title: expect.stringMatching(/^Your shop's order #\d+ was sold too late$/),
      message: expect.stringMatching(
        /Earlier: market · market order .*\. 1 of its units is not there\. Cancel it in Shopify, or/,
      ),
      action: `shopify:/orders/${orderGid.split("/").at(-1)}`,
    });
    world.shopify.controls.cancel(world.shopDomain, orderGid, { reason: "INVENTORY", restock: true });
    await world.until("it ends with the order", async () => (await alerts()).length === 0);
    await world.run(5_000);
    expect([world.available(SKU), market.shown(listing())]).toEqual([0, 0]);
  });

  it("that was later is told of once", async () => {
    buyThere();
    await world.run(3_000);
    buyHere();
    await decided();
    const [alert] = await alerts();
    expect(await closeAlert(world.rt, { shopId: world.shopId, alertId: alert?.id ?? 0 })).toMatchObject({ ok: true });
    world.setStock(SKU, 0);
    listing().quantity = 1;
    buyThere();
    await world.until("the next loses", async () => (await database.db.conflict.count()) === 1, 5 * 60_000);
    expect((await alerts()).map((one) => one.key)).toEqual([expect.stringMatching(/^order:/)]);
  });

  it("that was later is told of, though Shopify's word of it comes after the marketplace's order", async () => {
    world.shopify.deliveries.disturb({ kind: "delay", topic: "inventory_levels/update", times: 1, delayMs: 60_000 });
    buyThere();
    await world.run(3_000);
    buyHere();
    await decided();
    expect([(await order())?.stage, (await alerts()).length]).toEqual(["placed", 0]);
    await world.until("told", async () => (await alerts()).length === 1, 30_000);
    expect((await alerts())[0]?.title).toMatch(/^Your shop's order #\d+ was sold too late$/);
    expect(await database.db.conflict.count()).toBe(0);
  });

  it("of what the merchant sells without stock too is a backorder, and not told", async () => {
    sellWithoutStock();
    buyThere();
    await world.run(3_000);
    buyHere();
    await decided();
    expect([(await order())?.stage, world.available(SKU), (await alerts()).length]).toEqual(["placed", -1, 0]);
  });

  it("of what sells every few seconds without stock keeps no order waiting", async () => {
    sellWithoutStock();
    buyThere();
    for (let sales = 0; sales < 20; sales += 1) {
      await world.run(3_000);
      buyHere();
    }
    expect((await order())?.stage).toBe("placed");
  });

  it("is looked for once for all that were sold at a time", async () => {
    const { app } = world.shopify;
    const answer = app.request;
    let reads = 0;
    vi.spyOn(app, "request").mockImplementation(async (request) => {
      if (request instanceof Request && (await request.clone().text()).includes("NewestOrdersPage")) reads += 1;
      return answer(request);
    });
    buyHere();
    await world.run(1_000);
    listing().quantity = 5;
    for (let sales = 0; sales < 5; sales += 1) buyThere();
    const held = () => database.db.marketplaceOrder.count({ where: { stage: "held" } });
    await world.until("all have lost", async () => (await held()) === 5, 5 * 60_000);
    expect(reads).toBe(1);
    expect(await database.db.conflict.count({ where: { state: "open" } })).toBe(5);
  });

  it("is no reason to lose where stock came since, and no webhook told of it", async () => {
    buyHere();
    await world.run(3_000);
    listing().quantity = 1;
    buyThere();
    world.shopify.deliveries.disturb({ kind: "drop", topic: "inventory_levels/update", times: 1, delayMs: 0 });
    world.setStock(SKU, 5);
    await decided();
    expect([(await order())?.stage, world.available(SKU), await database.db.conflict.count()]).toEqual([
      "placed",
      4,
      0,
    ]);
  });

  it("that was earlier wins", async () => {
    buyHere();
    buyThere();
    await decided();
    expect([(await order())?.stage, world.available(SKU)]).toEqual(["held", 0]);
  });

  it("that was shipped does not lose", async () => {
    buyThere();
    await world.run(3_000);
    world.shopify.controls.fulfill(world.shopDomain, buyHere());
    await decided();
    expect([(await order())?.stage, world.available(SKU)]).toEqual(["held", 0]);
    expect((await alerts()).map((one) => one.key)).toEqual([expect.stringMatching(/^order:/)]);
  });
});
