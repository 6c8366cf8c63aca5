/** Which of a channel's orders are imported: since when, with what an earlier day brings, and whether they wait. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { importOrders } from "#app/flows/import-orders.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { retryOrder } from "#app/flows/manage-order.ts";
import { type OrdersFound, previewOrders } from "#app/flows/preview-orders.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const DAY_MS = 24 * 60 * 60_000;

describe("a channel's orders", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let channelId: number;
  /** What the marketplace shows of some otherwise. */
  let shown: Map<string, Partial<RemoteOrder>>;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    shown = new Map();
    ({ world, market, channelId } = await createMarketWorld({
      database,
      sku: "MUG",
      quantity: 20,
      store: {
        handle: "since",
        name: "Since",
        locations: [{ name: "Here" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 20 } }] }],
      },
      shows: (order) => ({ ...order, ...shown.get(order.remoteId) }),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(10_000);
  });
  afterEach(() => world.close());

  const ago = (days: number) => new Date(world.rt.clock.now().getTime() - days * DAY_MS);
  const buy = (buyer: string, units: number, change: Partial<RemoteOrder> = {}) => {
    const [listing] = [...market.listings.values()];
    const order = listing && market.buy(listing, units, { pay: true, buyer, visibleAfterMs: 0 });
    if (!order) throw new Error(`${buyer} could not buy`);
    shown.set(order.id, change);
    return order.id;
  };
  const since = (days: number) =>
    world.drive(
      changeSetting(world.rt, {
        shopId: world.shopId,
        change: { setting: "orders-since", channelId, after: ago(days).toISOString() },
      }),
    );
  const preview = async (days: number): Promise<OrdersFound> => {
    const of = { shopId: world.shopId, channelId, since: ago(days) };
    const found = await world.drive(previewOrders(world.rt, of));
    if (typeof found === "string") throw new Error(found);
    return found;
  };
  const stages = async () =>
    Object.fromEntries(
      (await database.db.marketplaceOrder.findMany({ orderBy: { id: "asc" } })).map((one) => [one.remoteId, one.stage]),
    );

  it("since an earlier day bring what is still to be sent, as was shown, and what was undone stays", async () => {
    const soldAt = ago(3);
    const open = buy("open", 2, { soldAt });
    const partial = buy("partial", 3, { soldAt, fulfilment: "partial" });
    buy("sent", 1, { soldAt, fulfilment: "complete" });
    buy("cancelled", 1, { soldAt, status: "cancelled" });
    buy("older", 1, { soldAt: ago(9) });
    const news = buy("new", 1);
    await world.run(120_000);
    expect(await stages()).toEqual({ [news]: "placed" });
    const found = await preview(4);
    expect(found).toMatchObject({ isMore: false });
    expect(found.orders.map(({ units, isPaid, waits }) => [units, isPaid, waits?.slice(0, 15) ?? null])).toEqual(
      expect.arrayContaining([
        [2, true, null],
        [3, true, "Part of it was "],
      ]),
    );
    expect(found.orders).toHaveLength(2);
    expect(await stages()).toEqual({ [news]: "placed" });

    expect(await since(4)).toEqual({ ok: true });
    await world.run(120_000);
    expect(await stages()).toEqual({ [news]: "placed", [open]: "placed", [partial]: "held" });
    expect(world.available("MUG")).toBe(20 - 1 - 2);
    expect((await preview(4)).orders).toEqual([]);
    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    await world.drive(undoChange(world.rt, { shopId: world.shopId, changeId, approved: null }));
    const late = buy("late", 1, { soldAt });
    await world.run(120_000);
    expect(Object.keys(await stages())).not.toContain(late);
    expect(await stages()).toMatchObject({ [open]: "placed" });
  });

  it("are shown as waiting where they will, for they were sold while the plan had no order import", async () => {
    const missed = buy("missed", 2, { soldAt: ago(3) });
    const gap = { ordersStoppedAt: ago(3.5), ordersResumedAt: ago(2) };
    await database.db.shopPlan.create({ data: { shopId: world.shopId, ...gap } });
    await world.run(120_000);
    const why = expect.stringContaining("had no order import");
    expect((await preview(4)).orders).toMatchObject([{ units: 2, waits: why }]);
    expect(await since(4)).toEqual({ ok: true });
    await world.run(120_000);
    expect(await stages()).toEqual({ [missed]: "held" });
  });

  it("are read from the earlier day even where a reading was under way", async () => {
    const open = buy("open", 2, { soldAt: ago(3) });
    await world.run(120_000);
    const reading = importOrders(world.rt, { channelId });
    await world.run(5);
    expect(await since(4)).toEqual({ ok: true });
    await world.drive(reading);
    await world.run(120_000);
    expect(await stages()).toEqual({ [open]: "placed" });
  });

  it("can't be imported from a day that is to come, or that Shopify shows no app", async () => {
    expect(await since(-1)).toMatchObject({ ok: false, message: "Choose a day that has begun." });
    expect(await since(61)).toMatchObject({ ok: false });
  });

  it("wait for the merchant where that is wanted, their units set aside, and are placed one by one", async () => {
    const turn = (after: boolean) =>
      world.drive(
        changeSetting(world.rt, { shopId: world.shopId, change: { setting: "order-import", channelId, after } }),
      );
    expect(await turn(false)).toEqual({ ok: true });
    const first = buy("first", 2);
    await world.run(120_000);
    expect([await stages(), world.available("MUG")]).toEqual([{ [first]: "held" }, 20]);
    const [listing] = [...market.listings.values()];
    expect(listing?.quantity).toBe(18);
    expect(await turn(true)).toEqual({ ok: true });
    const second = buy("second", 1);
    await world.run(120_000);
    expect(await stages()).toEqual({ [first]: "held", [second]: "placed" });
    const { id: orderId } = await database.db.marketplaceOrder.findFirstOrThrow({ where: { remoteId: first } });
    expect(await world.drive(retryOrder(world.rt, { shopId: world.shopId, orderId }))).toMatchObject({ ok: true });
    await world.run(120_000);
    expect([await stages(), world.available("MUG")]).toEqual([{ [first]: "placed", [second]: "placed" }, 17]);
  });

  it("can't be shown while the marketplace does not answer, or the channel is not connected", async () => {
    const of = { shopId: world.shopId, channelId, since: ago(4) };
    market.faults.unavailable = 1;
    expect(await world.drive(previewOrders(world.rt, of))).toMatch(/does not answer/);
    market.faults.unavailable = 0;
    expect(await world.drive(previewOrders(world.rt, { ...of, channelId: channelId + 1 }))).toBe(
      "This channel is not connected.",
    );
  });
});
