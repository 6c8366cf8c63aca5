/** An unpaid order holds its units in Shopify too, until it has taken its own, or is cancelled. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { settleConflict } from "#app/conflicts/conflicts.ts";
import { readContest } from "#app/conflicts/contest.ts";
import { inTransaction } from "#app/db.server.ts";
import { closeAlert } from "#app/flows/close-alert.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { cancelLoser } from "#app/flows/manage-order.ts";
import type { SimListing, SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import type { SimOrder } from "#test/simulation/sim-orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const SKU = "MUG-MOSS";

describe("the units of an unpaid order", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const made = await createMarketWorld({ database, sku: SKU, quantity: 1 });
    ({ world, market } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    await world.until("first push", () => shown() === 30);
    await world.run(5_000);
  });
  afterEach(() => world.close());

  const listing = (): SimListing => {
    const [only] = [...market.listings.values()];
    if (!only) throw new Error("the market has no listing");
    return only;
  };
  const shown = () => market.shown(listing());
  const reserved = () => world.reserved(SKU);
  const buyUnpaid = (): SimOrder => {
    const bought = market.buy(listing(), 2, { pay: false, buyer: "b", visibleAfterMs: 0 });
    if (!bought) throw new Error("nothing is left to buy");
    return bought;
  };
  const order = () => database.db.marketplaceOrder.findFirst();
  const reservation = () => database.db.reservation.findFirst();
  const notes = async () =>
    (await database.db.attempt.findMany({ where: { kind: "hold-stock" }, orderBy: { id: "asc" } })).map(
      (one) => one.outcome,
    );
  const stageOf = async (remoteId = "") =>
    (await database.db.marketplaceOrder.findFirst({ where: { remoteId } }))?.stage ?? "";
  /** There is nothing but these, at one location. */
  const countOnly = async (units: number) => {
    const gid = (await database.db.variant.findFirstOrThrow({ where: { sku: SKU } })).inventoryItemGid;
    const levels = [...world.shopify.store(world.shopDomain).levels.values()].filter((one) => one.itemId === gid);
    for (const { itemId, locationId } of levels)
      world.shopify.controls.setAvailable(world.shopDomain, itemId, locationId, 0);
    world.setStock(SKU, units);
    await world.until("pushed", () => shown() === units);
    await world.run(20_000);
  };
  /** It is paid, and an earlier sale takes what there is: it lost, and its units are held still. */
  const loseWhatIsHeld = async (): Promise<number> => {
    await countOnly(2);
    const lost = buyUnpaid();
    await world.until("held", isHeld);
    listing().quantity = 2;
    const earlier = market.buy(listing(), 2, { pay: true, buyer: "c", visibleAfterMs: 0 });
    if (!earlier) throw new Error("nothing is left to buy");
    earlier.soldAtMs = lost.soldAtMs - 10_000;
    await world.until("placed", async () => (await stageOf(earlier.id)) === "placed");
    market.pay(lost);
    await world.until("lost", async () => (await database.db.conflict.count({ where: { state: "open" } })) === 1);
    const { orderId } = await database.db.conflict.findFirstOrThrow();
    return orderId;
  };
  const open = () => database.db.alert.findMany({ where: { resolvedAt: null } });
  const isHeld = async () => (await reservation())?.state === "posted";
  const isPlaced = async () => (await order())?.stage === "placed";

  it("are reserved in Shopify at first sight, and free once the order has taken its own", async () => {
    const bought = buyUnpaid();
    await world.until("held", isHeld);
    // For a moment they are missing twice: in Shopify's count, and here until that is seen.
    await world.run(5_000);
    expect([world.available(SKU), reserved(), shown()]).toEqual([28, 2, 28]);
    market.pay(bought);
    const lowest: number[] = [];
    await world.until("placed", async () => {
      lowest.push(world.available(SKU) + reserved());
      return isPlaced();
    });
    await world.until("freed", () => reserved() === 0);
    await world.run(10_000);
    expect([world.available(SKU), shown()]).toEqual([28, 28]);
    // Never given out to the shop's own buyers in between.
    expect(Math.max(...lowest)).toBeLessThanOrEqual(30);
    expect(await notes()).toEqual(["done", "done"]);
  });

  it("are free again when it is cancelled", async () => {
    const bought = buyUnpaid();
    await world.until("held", isHeld);
    market.cancel(bought);
    await world.until("freed", () => reserved() === 0);
    await world.run(10_000);
    expect([world.available(SKU), shown(), (await reservation())?.state]).toEqual([30, 30, "voided"]);
  });

  it("are held elsewhere when their location closes, and are not sold meanwhile", async () => {
    const bought = buyUnpaid();
    await world.until("held", isHeld);
    const { locationGid: closed } = await database.db.stockHold.findFirstOrThrow();
    const openUnits = async () => {
      const levels = await database.db.level.findMany({ where: { locationGid: { not: closed } } });
      const { inventoryItemGid } = await database.db.stockHold.findFirstOrThrow();
      return levels.find((level) => level.inventoryItemGid === inventoryItemGid)?.available;
    };
    const before = await openUnits();
    world.shopify.controls.setLocationActive(world.shopDomain, closed, false);
    const numbers: number[] = [];
    await world.until("held elsewhere", async () => {
      numbers.push(shown());
      const hold = await database.db.stockHold.findFirst();
      return hold?.state === "held" && hold.locationGid !== closed;
    });
    await world.run(10_000);
    expect([before, await openUnits(), reserved(), shown()]).toEqual([6, 4, 2, 4]);
    expect(numbers.filter((number) => number < 20 && number > 4)).toEqual([]);
    market.pay(bought);
    await world.until("freed", () => reserved() === 0);
    await world.run(10_000);
    expect([await openUnits(), shown()]).toEqual([4, 4]);
  });

  it("are held again when their location opens while they are moved back", async () => {
    buyUnpaid();
    await world.until("held", isHeld);
    const { locationGid } = await database.db.stockHold.findFirstOrThrow();
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-after", times: 1 });
    world.shopify.controls.setLocationActive(world.shopDomain, locationGid, false);
    await world.until("moved back", async () => (await database.db.stockHold.findFirst())?.state === "releasing");
    world.shopify.controls.setLocationActive(world.shopDomain, locationGid, true);
    await world.run(40_000);
    expect([await isHeld(), world.available(SKU), reserved(), shown()]).toEqual([true, 28, 2, 28]);
  });

  it("of a line that was taken back while they were moved are free again, and stop no order", async () => {
    // What came of the move is known only after a while.
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-after", times: 1_000 });
    const basket = [2, 3].map((units) => ({ listing: listing(), units }));
    const bought = market.order(basket, { pay: false, buyer: "b", visibleAfterMs: 0 });
    const [line] = bought?.lines ?? [];
    if (!bought || !line) throw new Error("nothing is left to buy");
    const states = async () =>
      (await database.db.stockHold.findMany({ orderBy: { id: "asc" } })).map((one) => one.state);
    await world.until("on the move", async () => (await states()).join() === "holding,holding");
    market.takeBack(bought, line, 2);
    await world.until(
      "taken back",
      async () => (await database.db.reservation.count({ where: { state: "voided" } })) === 1,
    );
    expect(await states()).toContain("holding");
    world.shopify.faults.clear();
    await world.run(10 * 60_000);
    expect(reserved(), "those of the other line alone").toBe(3);
    expect(await states()).toEqual(["held"]);
    market.pay(bought);
    await world.until("placed", isPlaced);
  });

  it.each(["drop-before", "drop-after", "status-after"] as const)(
    "are moved once, whatever is lost: %s",
    async (kind) => {
      world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind, status: 503, times: 2 });
      const bought = buyUnpaid();
      await world.until("held", isHeld);
      expect([world.available(SKU), reserved()]).toEqual([28, 2]);
      world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind, status: 503, times: 2 });
      market.pay(bought);
      await world.until("placed", isPlaced);
      await world.until("freed", () => reserved() === 0);
      await world.run(10_000);
      expect([world.available(SKU), shown()]).toEqual([28, 28]);
    },
  );

  it("stay reserved here alone where Shopify refuses, and the merchant can read why", async () => {
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-before", times: 2 });
    buyUnpaid();
    await world.until(
      "asked",
      async () => (await database.db.stockHold.count({ where: { retryAt: { not: null } } })) === 1,
    );
    const { inventoryItemGid, locationGid } = await database.db.stockHold.findFirstOrThrow();
    world.shopify.controls.disconnectItem(world.shopDomain, inventoryItemGid, locationGid);
    await world.until(
      "refused",
      async () => (await database.db.stockHold.count({ where: { state: "refused" } })) === 1,
    );
    expect(await notes()).toEqual(["rejected"]);
    expect((await reservation())?.state).toBe("pending");
  });

  it("are reserved once Shopify refuses no longer, which is told once", async () => {
    const { settings } = world.shopify.world;
    settings.refusedMutations = ["inventoryMoveQuantities"];
    const bought = buyUnpaid();
    await world.until(
      "refused again and again",
      async () => (await database.db.stockHold.count({ where: { state: "refused", attempt: { gte: 3 } } })) === 1,
    );
    expect([await notes(), reserved(), shown()]).toEqual([["rejected"], 0, 28]);
    settings.refusedMutations = [];
    await world.until("held", isHeld);
    await world.run(5_000);
    expect([await notes(), world.available(SKU), reserved(), shown()]).toEqual([["rejected", "done"], 28, 2, 28]);
    market.pay(bought);
    await world.until("placed", isPlaced);
    await world.run(5_000);
    expect([world.available(SKU), reserved(), shown()]).toEqual([28, 0, 28]);
  });

  it("are asked for no more once their order is cancelled, where Shopify refuses", async () => {
    world.shopify.world.settings.refusedMutations = ["inventoryMoveQuantities"];
    const bought = buyUnpaid();
    await world.until(
      "refused",
      async () => (await database.db.stockHold.count({ where: { state: "refused" } })) === 1,
    );
    market.cancel(bought);
    await world.until("cancelled", async () => (await order())?.stage === "cancelled");
    const { attempt } = await database.db.stockHold.findFirstOrThrow();
    await world.run(20 * 60_000);
    expect(await database.db.stockHold.findFirstOrThrow()).toMatchObject({ state: "refused", attempt });
    expect(shown()).toBe(30);
  });

  it("make no earlier sale lose, where Shopify reserves some of them and has no more", async () => {
    await countOnly(2);
    listing().quantity = 9;
    const lines = [1, 5].map((units) => ({ listing: listing(), units }));
    const later = market.order(lines, { pay: false, buyer: "b", visibleAfterMs: 0 });
    await world.until("held", () => reserved() === 1);
    await world.run(20_000);
    listing().quantity = 2;
    const earlier = market.buy(listing(), 2, { pay: true, buyer: "c", visibleAfterMs: 0 });
    if (!later || !earlier) throw new Error("nothing is left to buy");
    earlier.soldAtMs = later.soldAtMs - 10_000;
    await world.until("decided", async () => {
      const stored = await database.db.marketplaceOrder.findFirst({ where: { remoteId: earlier.id } });
      return stored?.stage === "placed" || stored?.stage === "held";
    });
    expect(await database.db.conflict.findMany()).toEqual([]);
    expect(world.available(SKU) + reserved()).toBe(0);
  });

  it("are nobody else's once it goes on, though it lost before", async () => {
    const orderId = await loseWhatIsHeld();
    const { shopId } = world;
    const settled = { shopId, orderId, decision: "hold", now: world.rt.clock.now() } as const;
    await inTransaction(database.db, (tx) => settleConflict(tx, settled));
    const { inventoryItemGid } = await database.db.variant.findFirstOrThrow({ where: { sku: SKU } });
    expect([world.available(SKU), reserved()]).toEqual([-2, 2]);
    expect((await readContest(database.db, shopId, inventoryItemGid)).available).toBe(-2);
  });

  it("are there for others once it was given up, though it is not cancelled there yet", async () => {
    const orderId = await loseWhatIsHeld();
    market.refusedCalls.add("cancelOrder");
    await cancelLoser(world.rt, { shopId: world.shopId, orderId });
    await world.until(
      "refused",
      async () => (await database.db.cancellation.count({ where: { state: "task" } })) === 1,
    );
    world.setStock(SKU, 0);
    await world.run(20_000);
    expect([world.available(SKU), reserved()]).toEqual([0, 2]);
    listing().quantity = 2;
    const next = market.buy(listing(), 2, { pay: true, buyer: "d", visibleAfterMs: 0 });
    await world.until("decided", async () => ["placed", "held"].includes(await stageOf(next?.id)));
    expect(await stageOf(next?.id)).toBe("placed");
    expect(await database.db.conflict.count()).toBe(1);
  });

  it("are asked for no more after a day without an answer, for Shopify would move them twice", async () => {
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-after", times: 10_000 });
    buyUnpaid();
    await world.until("asked", () => reserved() === 2);
    await database.db.stockHold.updateMany({ data: { askedAt: new Date(world.time.nowMs() - 21 * 60 * 60_000) } });
    await world.until("given up", async () => (await notes()).includes("unclear"), 20 * 60_000);
    expect(reserved()).toBe(2);
    const [alert] = await open();
    expect(alert?.message).toMatch(/^For a day Shopify did not say whether 2 units were reserved\. Look at /);
    const close = () => closeAlert(world.rt, { shopId: world.shopId, alertId: alert?.id ?? 0 });
    expect(await close()).toMatchObject({ ok: true });
    expect(await open()).toEqual([]);
    expect(await close()).toMatchObject({ ok: false });
  });

  it("are asked for ever more rarely while Shopify does not answer", async () => {
    const asked = () =>
      world.shopify.faults.calls.filter((call) => call.operation === "inventoryMoveQuantities").length;
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "status", status: 503, times: 10_000 });
    buyUnpaid();
    await world.run(5 * 60_000);
    const before = asked();
    await world.run(5 * 60_000);
    expect(asked() - before).toBeLessThanOrEqual(5);
    world.shopify.faults.clear();
    await world.until("held", isHeld, 6 * 60_000);
  });

  it("are free when somebody moved them back by hand", async () => {
    const bought = buyUnpaid();
    await world.until("held", isHeld);
    const level = [...world.shopify.store(world.shopDomain).levels.values()].find(
      (one) => one.quantities.reserved === 2,
    );
    if (!level) throw new Error("nothing is reserved");
    level.quantities.reserved = 0;
    level.quantities.available += 2;
    market.cancel(bought);
    await world.until(
      "settled",
      async () => (await database.db.stockHold.count({ where: { state: "released" } })) === 1,
    );
    expect(world.available(SKU)).toBe(30);
    expect(await notes()).toEqual(["done", "rejected"]);
    expect(await open()).toMatchObject([{ key: expect.stringMatching(/^stock-hold:/), endsByHand: true }]);
  });
});
