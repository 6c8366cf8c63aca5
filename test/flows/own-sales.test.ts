/** The last unit was sold twice: on a marketplace, whose order comes late, and by the shop itself. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
  function buyHere(): string {
    const { store, storefrontOrder } = world.shopify.controls;
    const variant = [...store(world.shopDomain).variants.values()].find((one) => one.sku === SKU);
    const lines = [{ variantId: variant?.id ?? "", quantity: 1 }];
    const bought = storefrontOrder(world.shopDomain, { email: "someone@buyer.example", lines });
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

  it("of what the merchant sells without stock too is a backorder, and not told", async () => {
    const { store, editVariant } = world.shopify.controls;
    const variant = [...store(world.shopDomain).variants.values()].find((one) => one.sku === SKU);
    editVariant(world.shopDomain, variant?.id ?? "", { inventoryPolicy: "CONTINUE" });
    buyThere();
    await world.run(3_000);
    buyHere();
    await decided();
    expect([(await order())?.stage, world.available(SKU), (await alerts()).length]).toEqual(["placed", -1, 0]);
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
