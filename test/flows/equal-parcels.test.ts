/** Parcels of one order that look alike are told to the marketplace each, also where it is looked up what came of one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { NO_FAULTS, type SimMarketplace } from "#test/simulation/sim-marketplace.ts";
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

  it.each([
    ["whose reply was lost", "replyLost", null],
    ["that was lost on its way", "writeLost", null],
    ["with a number, that was lost on its way", "writeLost", "T2"],
  ] as const)("%s is told once, and is not taken for the first", async (_what, fault, number) => {
    const made = await createMarketWorld({ database, sku: "MUG-MOSS", quantity: 30 });
    ({ world, market } = made);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: made.channelId });
    const [listing] = market.listings.values();
    const order = listing && market.buy(listing, 2, { pay: true, buyer: "b", visibleAfterMs: 0 });
    if (!order) throw new Error("nothing was sold");
    const shopifyOrder = () => [...world.shopify.store(world.shopDomain).orders.values()][0];
    await world.until("placed", () => shopifyOrder() !== undefined, LATER_MS);
    await world.run(5_000);
    const ship = (tracking: string | null) =>
      world.shopify.controls.fulfill(world.shopDomain, shopifyOrder()?.id ?? "", {
        lines: [{ lineItemId: shopifyOrder()?.lineItems[0]?.id ?? "", quantity: 1 }],
        tracking: tracking ? [{ company: "DPD", number: tracking, url: null }] : [],
      });
    ship(null);
    await world.until("told of the first", () => order.parcels.length === 1, LATER_MS);
    market.faults = { ...NO_FAULTS, [fault]: 1 };
    ship(number);
    await world.run(5_000);
    market.faults = { ...NO_FAULTS };
    await world.run(2 * LATER_MS);
    expect(order.parcels.map((parcel) => parcel.tracking)).toEqual([null, number]);
    expect((await database.db.shipment.findMany()).map((one) => one.state)).toEqual(["relayed", "relayed"]);
  });
});
