/** All that a marketplace tells of an order is in Shopify's, or with the merchant; and its money comes to what was paid. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { retryOrder } from "#app/flows/manage-order.ts";
import { adjustmentOf } from "#connectors/contract/money.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { orderTotal } from "#test/emulators/shopify/store.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";
const gbp = (amount: string) => ({ amount, currency: "GBP" });

describe("an order as it comes to Shopify", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let shows: (order: RemoteOrder) => RemoteOrder;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    shows = (order) => order;
    const made = await createMarketWorld({ database, sku: SKU, quantity: 30, shows: (order) => shows(order) });
    ({ world, market } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    await world.run(5_000);
  });
  afterEach(() => world.close());

  function buy(units = 3): void {
    const [listing] = [...market.listings.values()];
    if (!listing || !market.buy(listing, units, { pay: true, buyer: "b", visibleAfterMs: 0 }))
      throw new Error("nothing was sold");
  }
  /** As the contract wants it: what is neither lines, shipping nor tax is the adjustment. */
  const priced = (order: RemoteOrder, unit: string, parts: Partial<RemoteOrder>): RemoteOrder => {
    const lines = order.lines.map((line) => ({ ...line, unitPrice: gbp(unit) }));
    const whole = { ...order, ...parts, lines };
    return { ...whole, adjustment: adjustmentOf(whole) };
  };
  const made = () => {
    const { orders } = world.shopify.controls.store(world.shopDomain);
    return [...orders.values()].find((one) => one.sourceIdentifier);
  };
  const order = () => database.db.marketplaceOrder.findFirst();
  const placed = () => world.until("placed", async () => (await order())?.stage === "placed", 60_000);
  const paidOf = (one: ReturnType<typeof made>) =>
    ((one?.transactions ?? []) as { amountSet: { shopMoney: { amount: string } } }[])[0]?.amountSet.shopMoney.amount;

  const UNSENT = { shipping: gbp("0.00"), tax: gbp("0.00") };
  it.each<[string, string, Partial<RemoteOrder>, string]>([
    ["whose coupon is no whole cents a unit", "9.67", { total: gbp("33.00"), shipping: gbp("4.00") }, "33.00"],
    ["with a tip", "10.00", { total: gbp("35.00") }, "35.00"],
    ["with a discount on all of it", "10.00", { total: gbp("21.50") }, "21.50"],
    ["with a discount that takes the shipping too", "1.00", { total: gbp("1.00"), shipping: gbp("4.00") }, "1.00"],
    ["that was free", "10.00", { total: gbp("0.00"), shipping: gbp("4.00"), tax: gbp("2.00") }, "0.00"],
    ["with tax on top", "10.00", { total: gbp("39.10"), shipping: gbp("4.00"), tax: gbp("5.10") }, "39.10"],
    [
      "with tax in its prices",
      "10.00",
      { total: gbp("34.00"), shipping: gbp("4.00"), taxIncluded: gbp("5.67") },
      "34.00",
    ],
    ["with both", "10.00", { total: gbp("36.00"), tax: gbp("6.00"), taxIncluded: gbp("1.00") }, "36.00"],
    [
      "of which some was given back before",
      "10.00",
      { total: gbp("34.00"), shipping: gbp("4.00"), refunded: gbp("2.50") },
      "31.50",
    ],
  ])("%s comes to what was paid", async (_what, unit, parts, paid) => {
    shows = (one) => priced(one, unit, { ...UNSENT, ...parts });
    buy();
    await placed();
    const shopify = made();
    expect(Number(paidOf(shopify))).toBe(Number(paid));
    expect(shopify && orderTotal(shopify)).toBe(paid);
    expect(world.available(SKU)).toBe(27);
    await world.run(20_000);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
  });

  it("tells of contained tax as contained", async () => {
    shows = (one) => priced(one, "10.00", { ...UNSENT, total: gbp("30.00"), taxIncluded: gbp("5.00") });
    buy();
    await placed();
    expect(made()).toMatchObject({ taxesIncluded: true, taxLines: [{ rate: "0.2000" }] });
  });

  it("of which a line was cancelled and paid back before leaves out the line and its price, with the tax that was on it", async () => {
    shows = (one) => {
      const whole = priced(one, "10.00", { ...UNSENT, total: gbp("33.00"), tax: gbp("3.00"), refunded: gbp("11.00") });
      return { ...whole, lines: whole.lines.map((line) => ({ ...line, quantityCancelled: 1 })) };
    };
    buy();
    await placed();
    const shopify = made();
    expect(shopify?.lineItems.map((line) => line.quantity)).toEqual([2]);
    expect([paidOf(shopify), shopify && orderTotal(shopify)]).toEqual(["22.00", "22.00"]);
    expect(await database.db.alert.count({ where: { key: { startsWith: "refunded:" } } })).toBe(0);
  });

  it("has the remarks for whoever fulfils it in its note", async () => {
    shows = (one) => ({ ...one, remarks: ["Replacement of order 17.", "Buyer: please wrap each"] });
    buy(1);
    await placed();
    expect(made()?.note).toBe("Replacement of order 17.\nBuyer: please wrap each");
  });

  it("that the buyer picks up is not to be sent", async () => {
    shows = (one) => ({ ...one, delivery: "pick-up" });
    buy(1);
    await placed();
    const shopify = made();
    expect(shopify?.lineItems.map((line) => line.requiresShipping)).toEqual([false]);
    expect(shopify?.tags).toContain("Pick-up");
    expect(shopify?.note).toMatch(/do not send it/);
  });

  it("with a download needs no parcel for it", async () => {
    shows = (one) => ({ ...one, lines: one.lines.map((line) => ({ ...line, requiresShipping: false })) });
    buy(1);
    await placed();
    expect(made()?.lineItems.map((line) => line.requiresShipping)).toEqual([false]);
  });

  it("that must not be placed by itself is held with the reason, until the merchant lets it pass", async () => {
    shows = (one) => ({ ...one, holdBecause: "eBay itself ships it." });
    buy(1);
    await world.until("held", async () => (await order())?.stage === "held", 60_000);
    expect((await order())?.holdReason).toMatch(/^eBay itself ships it\. Choose Retry/);
    await world.run(60_000);
    expect((await order())?.stage).toBe("held");
    const held = await order();
    expect(await world.drive(retryOrder(world.rt, { shopId: world.shopId, orderId: held?.id ?? 0 }))).toEqual({
      ok: true,
    });
    await placed();
    expect(made()).toBeDefined();
  });
});
