/** Parcels of one order that look alike are told to the marketplace each, also where it is looked up what came of one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { retryShipment } from "#app/flows/manage-order.ts";
import { NO_FAULTS, type SimFaults, type SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const LATER_MS = 3 * 60_000;

describe("a second parcel like the first", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  async function sold() {
    const made = await createMarketWorld({ database, sku: "MUG-MOSS", quantity: 30 });
    ({ world, market } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    const [listing] = market.listings.values();
    const order = listing && market.buy(listing, 2, { pay: true, buyer: "b", visibleAfterMs: 0 });
    if (!order) throw new Error("nothing was sold");
    await world.until("placed", () => shopifyOrder() !== undefined, LATER_MS);
    await world.run(5_000);
    return order;
  }
  const shopifyOrder = () => [...world.shopify.store(world.shopDomain).orders.values()][0];

  /** Half of the order, while the marketplace has this fault. */
  async function ship(number: string | null, fault: Partial<SimFaults>): Promise<void> {
    market.faults = { ...NO_FAULTS, ...fault };
    world.shopify.controls.fulfill(world.shopDomain, shopifyOrder()?.id ?? "", {
      lines: [{ lineItemId: shopifyOrder()?.lineItems[0]?.id ?? "", quantity: 1 }],
      tracking: number ? [{ company: "DPD", number, url: null }] : [],
    });
    await world.run(5_000);
    market.faults = { ...NO_FAULTS };
  }
  const states = async () => (await database.db.shipment.findMany()).map((one) => one.state);

  it.each([
    ["whose reply was lost", { replyLost: 1 }, null],
    ["that was lost on its way", { writeLost: 1 }, null],
    ["with a number, that was lost on its way", { writeLost: 1 }, "T2"],
  ] as const)("%s is told once, and is not taken for the first", async (_what, fault, number) => {
    const order = await sold();
    await ship(null, {});
    await ship(number, fault);
    await world.run(2 * LATER_MS);
    expect(order.parcels.map((parcel) => parcel.tracking)).toEqual([null, number]);
    expect(await states()).toEqual(["relayed", "relayed"]);
  });

  it("is not told again before the first try can land no more, by whichever machine's clock", async () => {
    await sold();
    const start = world.rt.clock.now().getTime();
    await ship(null, { replyLost: 1 });
    const [shipment] = await database.db.shipment.findMany();
    expect(shipment?.state).toBe("sending");
    const lateMs = market.connector.manifest.capabilities.lateWriteMaxMs;
    expect((shipment?.retryAt?.getTime() ?? 0) - start).toBeGreaterThanOrEqual(lateMs + 5_000);
  });

  it("is not sent again while the marketplace will not say whether it is there, which the merchant is told", async () => {
    const order = await sold();
    await ship(null, {});
    market.refusedCalls.add("readShipments");
    await ship(null, { replyLost: 1 });
    await world.run(2 * LATER_MS);
    const [told] = await database.db.alert.findMany({ where: { resolvedAt: null } });
    expect(told?.title).toMatch(/does not say whether order .* is shipped$/);
    expect(await states()).toEqual(["relayed", "unseen"]);
    const { id: shipmentId } = await database.db.shipment.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect((await retryShipment(world.rt, { shopId: world.shopId, shipmentId })).ok).toBe(true);
    await world.run(LATER_MS);
    expect(await states()).toEqual(["relayed", "unseen"]);
    expect(order.parcels).toHaveLength(2);
    market.refusedCalls.clear();
    await world.run(20 * 60_000);
    expect(order.parcels).toHaveLength(2);
    expect(await states()).toEqual(["relayed", "relayed"]);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
  });

  it.each([
    ["is found, where the merchant has entered it by hand", true],
    ["is sent, where they have not", false],
  ])("that was refused %s", async (_what, isByHand) => {
    const order = await sold();
    await ship(null, {});
    market.refusedCalls.add("confirmShipment");
    await ship("T2", {});
    market.refusedCalls.clear();
    expect(await states()).toEqual(["relayed", "failed"]);
    const { lines = [] } = order.parcels[0] ?? {};
    if (isByHand) order.parcels.push({ remoteId: "by hand", carrier: "DPD", tracking: "T2", lines });
    const { id: shipmentId } = await database.db.shipment.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect((await retryShipment(world.rt, { shopId: world.shopId, shipmentId })).ok).toBe(true);
    await world.run(LATER_MS);
    expect(order.parcels.map((parcel) => parcel.tracking)).toEqual([null, "T2"]);
    expect(await states()).toEqual(["relayed", "relayed"]);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
  });

  it("that was refused is looked up each time until it has left, and is not asked for by hand once it may have", async () => {
    const order = await sold();
    market.refusedCalls.add("confirmShipment");
    await ship("T1", {});
    market.refusedCalls.clear();
    const alerts = () => database.db.alert.count({ where: { resolvedAt: null, key: { startsWith: "shipment:" } } });
    expect(await alerts()).toBe(1);
    // What it is sent by is refused for want of calls, or comes to nothing; all else goes well.
    let fault: Partial<SimFaults> = { throttled: 1 };
    market.onSending(async ({ operation }) => {
      market.faults = { ...NO_FAULTS, ...(operation === "confirmShipment" ? fault : {}) };
      return () => {
        market.faults = { ...NO_FAULTS };
      };
    });
    const { id: shipmentId, lines } = await database.db.shipment.findFirstOrThrow();
    expect((await retryShipment(world.rt, { shopId: world.shopId, shipmentId })).ok).toBe(true);
    await world.run(2_000);
    expect(await states()).toEqual(["sending"]);
    expect(await alerts(), "nothing is to be entered while it is tried").toBe(0);
    order.parcels.push({ remoteId: "by hand", carrier: "DPD", tracking: "T1", lines: lines as never });
    fault = {};
    await world.run(LATER_MS);
    expect(order.parcels.map((parcel) => parcel.remoteId)).toEqual(["by hand"]);
    expect(await states()).toEqual(["relayed"]);
  });

  it("that was refused, and did not leave after all, is no matter for the merchant any more", async () => {
    await sold();
    market.refusedCalls.add("confirmShipment");
    await ship("T1", {});
    const alerts = () => database.db.alert.findMany({ where: { resolvedAt: null, key: { startsWith: "shipment:" } } });
    expect(await alerts()).toHaveLength(1);
    const order = shopifyOrder();
    world.shopify.controls.cancelFulfillment(world.shopDomain, order?.id ?? "", order?.fulfillments[0]?.id ?? "");
    await world.run(5_000);
    expect(await states()).toEqual(["withdrawn"]);
    expect(await alerts()).toEqual([]);
  });

  it("and with a number is not taken for a first without one, of which nothing came", async () => {
    const order = await sold();
    await ship(null, { writeLost: 1 });
    await ship("T2", { replyLost: 1 });
    await world.run(2 * LATER_MS);
    expect(order.parcels.map((parcel) => parcel.tracking)).toEqual(["T2", null]);
    expect(await states()).toEqual(["relayed", "relayed"]);
  });
});
