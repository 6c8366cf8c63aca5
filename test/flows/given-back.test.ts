/** Units that the marketplace gives back after an order was placed end as a task in Shopify, before they are posted. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { orderByAnyId, refund } from "#test/emulators/ebay/orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";
import { createOrderWorld, MINUTES, onlyOrder, openAlerts, placeOrder, type Sku } from "./order-world.ts";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(() => world.close());

const titles = async () => (await openAlerts(world)).map((one) => one.title);
const told = async (...wanted: string[]) => {
  const isTold = async () => JSON.stringify(await titles()) === JSON.stringify(wanted);
  await world.until(wanted.join("; ") || "nothing", isTold, 15 * MINUTES);
};

describe("of an order that eBay", () => {
  let remoteId: string;
  beforeEach(async () => {
    world = await createOrderWorld(database);
    remoteId = await placeOrder(world, { OAK: 2, ASH: 1 });
    await world.run(5_000);
  });

  /** The seller refunds lines on eBay's own site. */
  const refundThere = (...skus: Sku[]) => {
    const there = orderByAnyId(world.ebay.state, remoteId);
    if (!there) throw new Error("eBay has no such order");
    const lines = there.lines.filter((line) => skus.some((sku) => sku === line.sku));
    const parts = lines.map(({ lineItemId, unitMinor, quantity }) => ({ lineItemId, minor: unitMinor * quantity }));
    refund(world.ebay.state, there, parts, world.time.now());
  };

  it("refunded a line: a task names it, and ends when Shopify has it off too", async () => {
    refundThere("OAK");
    await told("Do not ship 2 × Oak tray of #1001: eBay gave them back");
    const [alert] = await openAlerts(world);
    expect(alert).toMatchObject({ severity: "critical", endsByHand: true });
    expect(alert?.message).toContain("Refund or take 2 off #1001 in Shopify, with restock, before it is posted");
    const lines = onlyOrder(world).lineItems.filter((line) => line.sku === "OAK");
    world.shopify.controls.refund(world.shopDomain, onlyOrder(world).id, {
      lines: lines.map((line) => ({ lineItemId: line.id, quantity: 2 })),
      restock: true,
    });
    await told();
    expect(world.available("OAK")).toBe(9);
  });

  it("refunded a line of after it was shipped: only the money is told of", async () => {
    world.shopify.controls.fulfill(world.shopDomain, onlyOrder(world).id);
    const relayed = { where: { state: "relayed" } };
    await world.until("relayed", async () => (await database.db.shipment.count(relayed)) === 1, 5 * MINUTES);
    refundThere("OAK");
    await told(`eBay · fern_and_flint gave back 10.00 GBP of order ${remoteId}`);
  });

  it("refunded whole, without cancelling it: the order is to be cancelled, and that ends it", async () => {
    refundThere("OAK", "ASH");
    await told("Do not ship #1001: eBay gave all of it back");
    world.shopify.controls.cancel(world.shopDomain, onlyOrder(world).id, { reason: "CUSTOMER", restock: true });
    await told();
    await world.run(2 * MINUTES);
    const { stage } = await database.db.marketplaceOrder.findFirstOrThrow();
    const after = [await titles(), stage, world.available("OAK"), world.available("ASH")];
    expect(after).toEqual([[], "cancelled", 9, 9]);
  });
});

describe("of an order on any marketplace", () => {
  it("one unit of two given back is a task of one unit, and both are one of the whole order", async () => {
    const made = await createMarketWorld({ database, sku: "MUG-MOSS", quantity: 24 });
    ({ world } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    const [listing] = made.market.listings.values();
    const order = listing && made.market.buy(listing, 2, { pay: true, buyer: "b", visibleAfterMs: 0 });
    const [line] = order?.lines ?? [];
    if (!order || !line) throw new Error("nothing was bought");
    const placed = { where: { stage: "placed" } };
    await world.until("placed", async () => (await database.db.marketplaceOrder.count(placed)) === 1, 5 * MINUTES);
    const giveBack = async (units: number, wanted: RegExp) => {
      made.market.takeBack(order, line, units);
      await world.until(String(wanted), async () => wanted.test((await titles()).join("; ")), 15 * MINUTES);
    };
    await giveBack(1, /^Do not ship 1 × [^;]* of #1001: [^;]* gave it back$/);
    expect((await openAlerts(world))[0]?.message).toContain("is for 1 now");
    await giveBack(1, /^Do not ship #1001: [^;]* gave all of it back$/);
  });
});
