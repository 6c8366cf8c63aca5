/** An order that the merchant said they had entered by hand, by mistake: it can be put back on hold. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findOrderToLink, linkOrder } from "#app/flows/link-order.ts";
import { putBackOnHold, recordEnteredByHand, retryOrder } from "#app/flows/manage-order.ts";
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
  // Each order waits for the merchant.
  await database.db.channel.updateMany({ data: { holdsOrders: true } });
});
afterEach(() => world.close());

const order = () => database.db.marketplaceOrder.findFirstOrThrow();
const of = async () => ({ shopId: world.shopId, orderId: (await order()).id });
const stage = (wanted: string) =>
  world.until(wanted, async () => (await order().catch(() => null))?.stage === wanted, 5 * MINUTES);
const reservations = async () =>
  (await database.db.reservation.findMany({ orderBy: { id: "asc" } })).map((one) => `${one.quantity} ${one.state}`);
const shows = (units: number) =>
  world.until(`eBay shows ${units}`, () => world.ebay.controls.shown().OAK === units, 5 * MINUTES);
const there = (remoteId: string) => {
  const found = orderByAnyId(world.ebay.state, remoteId);
  if (!found) throw new Error(`eBay has no order ${remoteId}`);
  return found;
};
const putBack = async () => world.drive(putBackOnHold(world.rt, { ...(await of()), actor: "7" }));

/** Held, and then said to be entered. */
async function enter(): Promise<string> {
  const remoteId = buyOn(world, { OAK: 2 });
  await stage("held");
  expect(await world.drive(recordEnteredByHand(world.rt, await of()))).toEqual({ ok: true });
  return remoteId;
}

function enterInShopify(): void {
  const [oak] = world.shopify.store(world.shopDomain).variants.values();
  if (!oak) throw new Error("the store has no variant");
  const lines = [{ variantId: oak.id, quantity: 2 }];
  world.shopify.controls.storefrontOrder(world.shopDomain, { email: "a@b.example", lines });
}

describe("put back on hold", () => {
  it("its units are set aside again, Home asks about it, and history says who did it", async () => {
    await enter();
    await shows(9);
    const before = (await order()).buyerForgetAt;
    expect(await putBack()).toEqual({ ok: true });
    expect([(await order()).stage, await reservations()]).toEqual(["held", ["2 pending"]]);
    await shows(7);
    expect((await openAlerts(world)).map((one) => one.title)).toEqual([expect.stringMatching(/^eBay .* needs you$/)]);
    const attempt = await database.db.attempt.findFirstOrThrow({ where: { actor: "7" } });
    expect(attempt).toMatchObject({ kind: "place-order", message: expect.stringContaining("on hold again") });
    expect(Number((await order()).buyerForgetAt)).toBeGreaterThan(Number(before));
  });

  it("Retry places it, once, and its units are counted once", async () => {
    await enter();
    await putBack();
    expect(await world.drive(retryOrder(world.rt, await of()))).toEqual({ ok: true });
    await stage("placed");
    await shows(7);
    await world.run(5 * MINUTES);
    expect([ordersInShopify(world).length, world.available("OAK"), world.ebay.controls.shown().OAK]).toEqual([1, 7, 7]);
    expect([await reservations(), await openAlerts(world)]).toEqual([["2 posted"], []]);
  });

  it("it sets aside what is left of it, and takes part in what becomes of it on the marketplace", async () => {
    const remoteId = await enter();
    await database.db.orderLine.updateMany({ data: { quantityCancelled: 1 } });
    await putBack();
    expect(await reservations()).toEqual(["1 pending"]);
    cancelBySeller(world.ebay.state, there(remoteId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await stage("cancelled");
    await shows(9);
  });

  it("one that Shopify had reserved units for is, once these are available again, and counts them once", async () => {
    const remoteId = buyOn(world, { OAK: 2 }, { pay: false });
    await world.until("reserved", () => world.reserved("OAK") === 2, 5 * MINUTES);
    world.ebay.controls.pay(remoteId);
    await stage("held");
    await world.drive(recordEnteredByHand(world.rt, await of()));
    expect(await putBack()).toMatchObject({ ok: false, message: expect.stringContaining("moving its reserved units") });
    await world.until("available again", () => world.reserved("OAK") === 0, 5 * MINUTES);
    await shows(9);
    expect(await putBack()).toEqual({ ok: true });
    await shows(7);
    expect(await reservations()).toEqual(["2 pending"]);
  });
});

describe("is not put back:", () => {
  const refused = async (why: RegExp, wanted: string) => {
    expect(await putBack()).toEqual({ ok: false, message: expect.stringMatching(why) });
    expect((await order()).stage).toBe(wanted);
  };

  it("one that is on hold, and a form that was sent twice", async () => {
    await enter();
    expect(await putBack()).toEqual({ ok: true });
    await refused(/any more/, "held");
    expect(await reservations()).toEqual(["2 pending"]);
  });

  it("one that the marketplace has cancelled, or gave back in full", async () => {
    const remoteId = await enter();
    await database.db.orderLine.updateMany({ data: { quantityCancelled: 2 } });
    await refused(/shows nothing of this order/, "entered");
    cancelBySeller(world.ebay.state, there(remoteId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    const cancelled = { where: { remoteStatus: "cancelled" } };
    await world.until("seen", async () => (await database.db.marketplaceOrder.count(cancelled)) === 1, 5 * MINUTES);
    await refused(/any more/, "entered");
  });

  it("one that is linked, nor linked at the same moment", async () => {
    await enter();
    enterInShopify();
    const found = await world.drive(findOrderToLink(world.rt, { ...(await of()), number: "1001" }));
    if (!found.ok) throw new Error(found.message);
    const { gid: orderGid, shown } = found.found;
    const both = [putBackOnHold(world.rt, await of()), linkOrder(world.rt, { ...(await of()), orderGid, shown })];
    const replies = await world.drive(Promise.all(both));
    expect(replies.filter((reply) => reply.ok)).toHaveLength(1);
    const isLinked = replies[1]?.ok ?? false;
    expect((await order()).stage).toBe(isLinked ? "placed" : "held");
    if (isLinked) await refused(/any more/, "placed");
    else
      expect(await world.drive(linkOrder(world.rt, { ...(await of()), orderGid, shown }))).toMatchObject({ ok: false });
  });

  it("another shop's", async () => {
    await enter();
    const { orderId } = await of();
    expect(await world.drive(putBackOnHold(world.rt, { shopId: world.shopId + 1, orderId }))).toMatchObject({
      ok: false,
    });
    expect((await order()).stage).toBe("entered");
  });
});
