/** What a marketplace shows of an order changes after it was read: fewer units, other prices, money given back. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importOrders } from "#app/flows/import-orders.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { RemoteOrder, RemoteOrderLine } from "#connectors/contract/remote-types.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const MUG = "MUG-MOSS";
const TIN = "CAN-BEE";
const gbp = (amount: string) => ({ amount, currency: "GBP" });

describe("a later picture of an order", () => {
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
    const made = await createMarketWorld({ database, sku: MUG, quantity: 30, shows: (order) => shows(order) });
    ({ world, market } = made);
    market.addListing(TIN, 75);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    await world.until("shown", () => market.shown(listing()) === world.available(MUG));
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const listing = () => {
    const [first] = [...market.listings.values()];
    if (!first) throw new Error("the market has no listing");
    return first;
  };
  /** Two mugs and a tin, as the market shows them. */
  const two = (order: RemoteOrder, mugs: Partial<RemoteOrderLine> | null): RemoteOrder => {
    const [line] = order.lines;
    if (!line) throw new Error("an order has a line");
    const tin = { ...line, remoteLineId: `${order.remoteId}-2`, sku: TIN, listingRemoteId: null, quantity: 1 };
    return { ...order, lines: [...(mugs ? [{ ...line, ...mugs }] : []), tin] };
  };
  function buy(units: number, pay: boolean): SimOrder {
    const order = market.buy(listing(), units, { pay, buyer: "b", visibleAfterMs: 0 });
    if (!order) throw new Error("nothing was sold");
    return order;
  }
  async function hint(order: SimOrder): Promise<void> {
    const { id: channelId } = await database.db.channel.findFirstOrThrow();
    await world.drive(importOrders(world.rt, { channelId, orderRemoteId: order.id }));
  }
  function touch(order: SimOrder): void {
    order.updatedAtMs = world.time.nowMs();
  }
  const stored = () => database.db.marketplaceOrder.findFirst({ include: { lines: { orderBy: { id: "asc" } } } });
  const stageIs = (stage: string) => async () => (await stored())?.stage === stage;
  const made = () =>
    [...world.shopify.controls.store(world.shopDomain).orders.values()].filter((one) => one.sourceIdentifier);
  const history = async () => (await database.db.attempt.findMany()).map((one) => one.message).join("\n");

  it.each([
    ["shows a line with 0 units", { quantity: 0 }, "3/0 1/0", "0"],
    ["shows fewer units of a line", { quantity: 1 }, "3/2 1/0", "1"],
    ["shows units of a line as cancelled", { quantityCancelled: 2 }, "3/2 1/0", "1"],
    ["does not show a line any more", null, "3/3 1/0", "0"],
  ])("that %s, before it is paid: they are not ordered, and go back on sale", async (_what, later, _held, mugs) => {
    const stock = { mugs: world.available(MUG), tins: world.available(TIN) };
    shows = (order) => two(order, {});
    const order = buy(3, false);
    await world.until("held in Shopify", () => world.available(MUG) === stock.mugs - 3, 60_000);
    shows = (order) => two(order, later);
    touch(order);
    const left = stock.mugs - Number(mugs);
    await world.until("given back in Shopify", () => world.available(MUG) === left, 120_000);
    await world.until("on sale again", () => market.shown(listing()) === left, 120_000);
    market.pay(order);
    await world.until("placed", stageIs("placed"), 60_000);
    await world.run(30_000);
    const lines = made()[0]?.lineItems.map((line) => `${line.sku} ${line.quantity}`);
    expect(lines).toEqual([...(mugs === "0" ? [] : [`${MUG} ${mugs}`]), `${TIN} 1`]);
    expect([world.available(MUG), world.available(TIN)]).toEqual([left, stock.tins - 1]);
    expect(market.shown(listing())).toBe(left);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
    expect(await history()).toMatch(/taken back on the marketplace/);
  });

  it("that comes with the payment: only what is left is ordered", async () => {
    const stock = world.available(MUG);
    shows = (order) => two(order, {});
    const order = buy(3, false);
    await world.until("held in Shopify", () => world.available(MUG) === stock - 3, 60_000);
    shows = (order) => two(order, { quantity: 1 });
    market.pay(order);
    await world.until("placed", stageIs("placed"), 60_000);
    await world.run(30_000);
    expect(made()[0]?.lineItems.map((line) => line.quantity)).toEqual([1, 1]);
    expect(world.available(MUG)).toBe(stock - 1);
    expect((await stored())?.lines.map((line) => [line.quantity, line.quantityCancelled])).toEqual([
      [3, 2],
      [1, 0],
    ]);
  });

  it("of which nothing is left is over, and is no hold; units that show again are taken up again", async () => {
    const stock = world.available(MUG);
    const order = buy(2, false);
    await world.until("held in Shopify", () => world.available(MUG) === stock - 2, 60_000);
    shows = (one) => ({ ...one, lines: one.lines.map((line) => ({ ...line, quantity: 0 })), total: gbp("0.00") });
    market.pay(order);
    await world.until("over", stageIs("empty"), 60_000);
    await world.until("given back in Shopify", () => world.available(MUG) === stock, 60_000);
    await world.until("on sale again", () => market.shown(listing()) === stock, 120_000);
    expect(made()).toHaveLength(0);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
    expect(await history()).toMatch(/nothing of it is left to send/);
    shows = (one) => one;
    touch(order);
    await world.until("placed after all", stageIs("placed"), 60_000);
    await world.run(30_000);
    expect([made().length, world.available(MUG)]).toEqual([1, stock - 2]);
  });

  it("whose prices come only with the payment has them in Shopify", async () => {
    shows = (one) => ({
      ...one,
      lines: one.lines.map((line) => ({ ...line, unitPrice: gbp("0.00") })),
      total: gbp("0.00"),
    });
    const order = buy(2, false);
    await world.until("stored", stageIs("waiting"), 60_000);
    shows = (one) => one;
    market.pay(order);
    await world.until("placed", stageIs("placed"), 60_000);
    expect(made()[0]?.lineItems.map((line) => line.price)).toEqual(["10.00"]);
  });

  it("that differs in a line and in nothing else, time and status included, is stored", async () => {
    const stock = world.available(MUG);
    const order = buy(2, false);
    await world.until("stored", stageIs("waiting"), 60_000);
    shows = (one) => ({ ...one, lines: one.lines.map((line) => ({ ...line, quantityCancelled: 1 })) });
    await hint(order);
    await world.until("stored again", async () => (await stored())?.lines[0]?.quantityCancelled === 1, 60_000);
    await world.until("given back", () => world.available(MUG) === stock - 1, 60_000);
  });

  it("that differs in nothing costs no storing, and keeps older ones out", async () => {
    const order = buy(2, true);
    await world.until("placed", stageIs("placed"), 60_000);
    const before = await stored();
    touch(order);
    await world.run(60_000);
    expect((await stored())?.remoteUpdatedAt).toEqual(new Date(order.updatedAtMs));
    expect(await database.db.attempt.count({ where: { kind: "import-order" } })).toBe(1);
    shows = (one) => ({ ...one, status: "pending", updatedAt: before?.remoteUpdatedAt ?? new Date(0), paidAt: null });
    await hint(order);
    await world.run(5_000);
    expect((await stored())?.remoteStatus).toBe("paid");
  });

  it("that tells of money given back after it was placed asks the merchant, once per amount", async () => {
    const order = buy(2, true);
    await world.until("placed", stageIs("placed"), 60_000);
    shows = (one) => ({ ...one, refunded: gbp("3.50") });
    touch(order);
    await world.run(60_000);
    touch(order);
    await world.run(60_000);
    const titles = async () =>
      (await database.db.alert.findMany({ where: { key: { startsWith: "refunded:" } } })).map((one) => one.title);
    expect(await titles()).toEqual([`market · market gave back 3.50 GBP of order ${order.id}`]);
    shows = (one) => ({ ...one, refunded: gbp("5.00") });
    touch(order);
    await world.run(60_000);
    // All of it in one: whoever followed both would refund 8.50.
    const open = await database.db.alert.findMany({ where: { key: { startsWith: "refunded:" }, resolvedAt: null } });
    expect(open.map((one) => one.title)).toEqual([`market · market gave back 5.00 GBP of order ${order.id}`]);
    expect(open[0]?.message).toContain("Refund in Shopify what #1001 lacks of it");
    // What the merchant enters in Shopify then is not asked for on the marketplace in turn.
    const { id } = made()[0] ?? { id: "" };
    const refunded = world.shopify.controls.refund(world.shopDomain, id, { lines: [], restock: false, amount: "5.00" });
    expect(refunded.ok).toBe(true);
    await world.run(60_000);
    expect(await database.db.alert.count({ where: { key: { startsWith: "order-difference:" } } })).toBe(0);
  });

  it("units that are given back after it was placed are held as the marketplace shows them, and Shopify keeps what it took", async () => {
    const stock = world.available(MUG);
    const order = buy(2, true);
    await world.until("placed", stageIs("placed"), 60_000);
    shows = (one) => ({
      ...one,
      refunded: gbp("10.00"),
      lines: one.lines.map((line) => ({ ...line, quantityCancelled: 1 })),
    });
    touch(order);
    await world.run(60_000);
    expect((await stored())?.lines.map((line) => [line.quantity, line.quantityCancelled])).toEqual([[2, 1]]);
    expect((await stored())?.stage).toBe("placed");
    expect(world.available(MUG)).toBe(stock - 2);
    // The price of the unit belongs to the unit.
    expect(await database.db.alert.count({ where: { key: { startsWith: "refunded:" } } })).toBe(0);
  });
});
