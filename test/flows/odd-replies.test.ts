/** What Shopify did and did not say, or said oddly: an order is made once all the same, and nothing is decided on it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { cancelHeld, recordEnteredByHand, retryOrder } from "#app/flows/manage-order.ts";
import { cancelBySeller, orderByAnyId } from "#test/emulators/ebay/orders.ts";
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
  // Not known of Shopify; where it does, a second order can't be made at all.
  world.shopify.world.settings.refusesDuplicateUniqueMetafields = false;
});
afterEach(() => world.close());

const buy = () => buyOn(world, { OAK: 2 });
const order = () => database.db.marketplaceOrder.findFirstOrThrow();
const of = async () => ({ shopId: world.shopId, orderId: (await order()).id });
const inShopify = () => ordersInShopify(world);
const stage = (wanted: string) =>
  world.until(
    wanted,
    async () => (await database.db.marketplaceOrder.count({ where: { stage: wanted } })) === 1,
    5 * MINUTES,
  );
const deny = (...fields: string[]) => {
  world.shopify.world.settings.deniedFields = fields;
};
const there = (remoteId: string) => {
  const found = orderByAnyId(world.ebay.state, remoteId);
  if (!found) throw new Error(`eBay has no order ${remoteId}`);
  return found;
};

/** An order that Shopify made, and was held all the same: as one of a version that took an unclear reply for a refusal. */
async function holdMadeOrder(): Promise<string> {
  deny("Order.name");
  const remoteId = buy();
  await world.until("made", () => inShopify().length === 1, 5 * MINUTES);
  await stage("sent");
  await database.db.marketplaceOrder.updateMany({
    data: { stage: "held", holdReason: "Shopify refused it", retryAt: null },
  });
  return remoteId;
}

/** An order that Shopify refused, and that is held with good reason. */
async function holdRefusedOrder(): Promise<string> {
  const store = world.shopify.store(world.shopDomain);
  const [variant] = store.variants.values();
  if (!variant) throw new Error("the store has no variant");
  store.variants.delete(variant.id);
  const remoteId = buy();
  await stage("held");
  store.variants.set(variant.id, variant);
  return remoteId;
}

describe("a reply that names errors beside what it brings", () => {
  it("and shows the order that was made: it is placed", async () => {
    deny("Order.customer");
    buy();
    await stage("placed");
    expect(inShopify()).toHaveLength(1);
    await world.until(
      "counted once",
      () => world.available("OAK") === 7 && world.ebay.controls.shown().OAK === 7,
      MINUTES,
    );
    expect(await openAlerts(world)).toEqual([]);
  });

  it("and does not show it: it is looked for until Shopify shows it, never held and never sent again", async () => {
    deny("Order.name");
    buy();
    await world.until("made", () => inShopify().length === 1, 5 * MINUTES);
    await world.run(15 * MINUTES);
    expect((await order()).stage).toBe("sent");
    expect((await openAlerts(world)).map((one) => one.title)).toEqual([
      "Shopify does not let Lockstep do all that it needs",
    ]);
    deny();
    await stage("placed");
    await world.run(5_000);
    expect([inShopify().length, world.available("OAK"), await openAlerts(world)]).toEqual([1, 7, []]);
  });

  it("nor can it be looked for: the merchant is told after a while, and it is found when it can", async () => {
    world.shopify.faults.add({ operation: "orderCreate", kind: "drop-after", times: 1 });
    world.shopify.faults.add({ operation: "orderByIdentifier", kind: "status", status: 503, times: 10_000 });
    buy();
    await world.run(15 * MINUTES);
    expect((await order()).stage).toBe("sent");
    expect((await openAlerts(world)).map((one) => one.title)).toEqual([
      expect.stringMatching(/^Is eBay .* in Shopify\?$/),
    ]);
    world.shopify.faults.clear();
    await stage("placed");
    expect([inShopify().length, await openAlerts(world)]).toEqual([1, []]);
  });

  it("for units that are held: they were moved, and are not taken for refused", async () => {
    deny("InventoryAdjustmentGroup.id");
    const bought = world.ebay.controls.buy({ lines: [{ sku: "OAK", quantity: 2 }], pay: false });
    expect(bought.ok).toBe(true);
    await world.until("moved", () => world.reserved("OAK") === 2, 5 * MINUTES);
    await world.run(MINUTES);
    expect(await database.db.stockHold.count({ where: { state: "refused" } })).toBe(0);
    deny();
    await world.until(
      "known",
      async () => (await database.db.stockHold.count({ where: { state: "held" } })) === 1,
      20 * MINUTES,
    );
    expect([world.available("OAK"), world.reserved("OAK")]).toEqual([7, 2]);
  });
});

describe("a refusal", () => {
  it("after which Shopify can't be asked whether it has the order is none", async () => {
    world.shopify.faults.add({ operation: "orderByIdentifier", kind: "status", status: 503, times: 3 });
    const store = world.shopify.store(world.shopDomain);
    const [variant] = store.variants.values();
    if (!variant) throw new Error("the store has no variant");
    store.variants.delete(variant.id);
    buy();
    await stage("sent");
    await world.run(10_000);
    expect((await order()).stage).toBe("sent");
    await stage("held");
    expect((await order()).holdReason).toContain("Variant does not exist");
  });
});

describe("a held order that was ever sent", () => {
  it("and is in Shopify is found by Retry, not made twice", async () => {
    await holdMadeOrder();
    deny();
    expect(await retryOrder(world.rt, await of())).toEqual({ ok: true });
    await stage("placed");
    await world.run(3 * MINUTES);
    expect([inShopify().length, world.available("OAK")]).toEqual([1, 7]);
  });

  it("is not entered by hand if Shopify has it: the merchant is told its number", async () => {
    await holdMadeOrder();
    deny();
    const reply = await world.drive(recordEnteredByHand(world.rt, await of()));
    expect(reply).toMatchObject({ ok: false, message: expect.stringContaining("in Shopify already, as #1001") });
    expect((await order()).stage).toBe("placed");
  });

  it("is not cancelled over there if Shopify has it", async () => {
    const remoteId = await holdMadeOrder();
    deny();
    expect(await world.drive(cancelHeld(world.rt, await of()))).toMatchObject({ ok: false });
    await world.run(MINUTES);
    expect([(await order()).stage, there(remoteId).cancelledAt]).toEqual(["placed", null]);
  });

  it("stays as it is while Shopify does not say whether it has it", async () => {
    const remoteId = await holdMadeOrder();
    for (const decide of [recordEnteredByHand, cancelHeld]) {
      const reply = await world.drive(decide(world.rt, await of()));
      expect(reply).toMatchObject({ ok: false, message: expect.stringContaining("did not say") });
    }
    expect([(await order()).stage, there(remoteId).cancelledAt]).toEqual(["held", null]);
    expect(await retryOrder(world.rt, await of())).toEqual({ ok: true });
    await world.run(3 * MINUTES);
    expect([(await order()).stage, inShopify().length]).toEqual(["sent", 1]);
  });

  it("and is cancelled on the marketplace is cancelled in Shopify too, if Shopify has it", async () => {
    const remoteId = await holdMadeOrder();
    deny();
    cancelBySeller(world.ebay.state, there(remoteId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await stage("cancelled");
    expect(inShopify().map((one) => one.cancelledAt !== null)).toEqual([true]);
    await world.until("back on sale", () => world.available("OAK") === 9, MINUTES);
  });

  it("and is cancelled on the marketplace is over, if Shopify has none: it is not made to be cancelled", async () => {
    const remoteId = await holdRefusedOrder();
    await world.run(2 * MINUTES);
    cancelBySeller(world.ebay.state, there(remoteId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await stage("cancelled");
    await world.until("told nothing more", async () => (await openAlerts(world)).length === 0, MINUTES);
    expect([inShopify().length, world.available("OAK")]).toEqual([0, 9]);
  });

  it("and is not in Shopify is made by Retry, once", async () => {
    await holdRefusedOrder();
    expect(await retryOrder(world.rt, await of())).toEqual({ ok: true });
    await stage("placed");
    expect([inShopify().length, world.available("OAK")]).toEqual([1, 7]);
  });

  it("and is not in Shopify can be entered by hand", async () => {
    await holdRefusedOrder();
    await world.run(2 * MINUTES);
    expect(await world.drive(recordEnteredByHand(world.rt, await of()))).toEqual({ ok: true });
    expect((await order()).stage).toBe("entered");
  });
});
