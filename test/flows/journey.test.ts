import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush, refreshListings } from "#app/flows/manage-channel.ts";
import { acceptBackorder, cancelLoser } from "#app/flows/manage-order.ts";
import { readPreview } from "#app/views/channels.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

describe("the main journey, in virtual time", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, channelId } = await createConnectedWorld({ database }));
  });
  afterEach(() => world.close());

  it("a channel with no policy and no choice of locations draws on all of them", async () => {
    const preview = await readPreview(world.rt, world.shopId, channelId);
    expect(preview.rows.find((row) => row.sku === "MUG-MOSS")?.quantity).toBe(30);
  });

  const approve = () => approveFirstPush(world.rt, { shopId: world.shopId, channelId });
  const orders = () => world.database.db.marketplaceOrder.findMany({ orderBy: { soldAt: "asc" } });
  const buy = (sku: string, quantity = 1, pay = true) => {
    const bought = world.ebay.controls.buy({ lines: [{ sku, quantity }], pay });
    if (!bought.ok) throw new Error(bought.why);
    return bought.order.orderId;
  };
  const shopifyOrdersOf = (id: string) =>
    [...world.shopify.store(world.shopDomain).orders.values()].filter((one) =>
      one.sourceIdentifier?.endsWith(`/${id}`),
    );

  it("a lost reply of orderCreate makes no second order", async () => {
    await approve();
    world.shopify.faults.add({ operation: "orderCreate", kind: "drop-after" });
    const id = buy("MUG-SLATE");
    await world.until("placed", async () => (await orders())[0]?.stage === "placed", 180_000);
    expect(shopifyOrdersOf(id)).toHaveLength(1);
  });

  it("a lost request of orderCreate is tried again, once it can no longer land", async () => {
    await approve();
    world.shopify.faults.add({ operation: "orderCreate", kind: "drop-before" });
    const id = buy("MUG-SLATE");
    await world.until("placed", async () => (await orders())[0]?.stage === "placed", 180_000);
    expect(shopifyOrdersOf(id)).toHaveLength(1);
  });

  it("a sale soon after a write is subtracted once, as soon as its order is here", async () => {
    await approve();
    await world.until("first push", () => world.ebay.controls.shown()["MUG-MOSS"] === 30);
    await world.run(1_000);
    const id = buy("MUG-MOSS", 3);
    await world.until("placed", () => shopifyOrdersOf(id).length === 1);
    await world.run(5_000);
    expect(world.available("MUG-MOSS")).toBe(27);
    expect(world.ebay.controls.shown()["MUG-MOSS"]).toBe(27);
  });

  it("the earliest sale wins; the later one is held until the merchant accepts it", async () => {
    await approve();
    await world.until("first push", () => world.ebay.controls.shown()["BRD-OAK"] === 1);
    // Somebody raised it over there by hand, so that two can buy what is there once.
    world.ebay.controls.editQuantity("BRD-OAK", 3);
    const early = buy("BRD-OAK", 1, false);
    // An order that is not paid sends no word: the poll brings it, and it holds its unit.
    await world.until("the earlier is known", async () => (await orders()).length === 1);
    const late = buy("BRD-OAK");
    await world.until("the later is held", async () => (await orders()).some((one) => one.stage === "held"));
    expect((await orders()).find((one) => one.stage === "held")?.remoteId).toBe(late);
    world.ebay.controls.pay(early);
    await world.until("the earlier is placed", () => shopifyOrdersOf(early).length === 1);
    const held = (await orders()).find((one) => one.remoteId === late);
    expect(await acceptBackorder(world.rt, { shopId: world.shopId, orderId: held?.id ?? 0 })).toEqual({ ok: true });
    await world.until("and the later as a backorder", () => shopifyOrdersOf(late).length === 1);
    await world.until("what was held for the earlier is free", () => world.reserved("BRD-OAK") === 0);
    expect(world.available("BRD-OAK")).toBe(-1);
  });

  /** The last one, twice; the earlier sale arrives second. Both are in Shopify then. Returns the later order. */
  async function sellTwiceLateFirst(): Promise<string> {
    await world.until("first push", () => world.ebay.controls.shown()["BRD-OAK"] === 1);
    // Until eBay sends notifications.
    await world.run(5_000);
    world.ebay.controls.editQuantity("BRD-OAK", 2);
    world.ebay.controls.disturbNotifications({ lose: 1 });
    world.ebay.controls.changeSettings({ orderVisibilityLagMs: 40_000 });
    const early = buy("BRD-OAK");
    await world.run(3_000);
    const late = buy("BRD-OAK");
    await world.until("the later came first", () => shopifyOrdersOf(late).length === 1);
    await world.until("the earlier is placed", () => shopifyOrdersOf(early).length === 1, 300_000);
    return late;
  }

  it("a later order that came first loses to an earlier one, and is cancelled on both sides where the policy says so", async () => {
    await approve();
    await world.drive(
      changeSetting(world.rt, {
        shopId: world.shopId,
        change: { setting: "conflicts", channelId, after: "cancel" },
      }),
    );
    const late = await sellTwiceLateFirst();
    await world.until("the later is cancelled", () => shopifyOrdersOf(late)[0]?.cancelledAt !== null, 120_000);
    expect(world.available("BRD-OAK")).toBe(0);
  });

  it("a later order that came first is cancelled on both sides once the merchant says so, and its units are back", async () => {
    await approve();
    const late = await sellTwiceLateFirst();
    const loser = (await orders()).find((one) => one.remoteId === late);
    const decided = world.drive(cancelLoser(world.rt, { shopId: world.shopId, orderId: loser?.id ?? 0 }));
    expect(await decided).toEqual({ ok: true });
    await world.until("cancelled in Shopify", () => shopifyOrdersOf(late)[0]?.cancelledAt !== null, 120_000);
    expect(world.available("BRD-OAK")).toBe(0);
  });

  it("a reading of listings that was put off is made up for soon, however new the last one is", async () => {
    world.ebay.faults.add({ operation: "getInventoryItems", kind: "status", status: 429, retryAfterS: 5 });
    await refreshListings(world.rt, { shopId: world.shopId, channelId });
    const retryAt = async () =>
      (await world.database.db.channel.findUniqueOrThrow({ where: { id: channelId } })).listingsRetryAt;
    await world.until("put off", async () => (await retryAt()) !== null);
    await world.until("made up for", async () => (await retryAt()) === null, 60_000);
  });

  it("a change of stock reaches the listing, less the buffer", async () => {
    const after = { buffer: { kind: "units" as const, units: 2 } };
    // Nothing is pushed yet, so no number moves: the preview shows what it does.
    expect(
      await changeSetting(world.rt, { shopId: world.shopId, change: { setting: "channel-policy", channelId, after } }),
    ).toEqual({ ok: true });
    expect(await approveFirstPush(world.rt, { shopId: world.shopId, channelId })).toEqual({ ok: true });
    await world.until("first push", () => world.ebay.controls.shown()["MUG-MOSS"] === 28);
    world.setStock("MUG-MOSS", 11);
    await world.until("the listing follows", () => world.ebay.controls.shown()["MUG-MOSS"] === 9);
  });
});
