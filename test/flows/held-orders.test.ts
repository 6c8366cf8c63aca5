import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { cancelHeld, recordEnteredByHand, retryOrder } from "#app/flows/manage-order.ts";
import { readOrder } from "#app/views/orders.ts";
import { cancelBySeller, orderByAnyId } from "#test/emulators/ebay/orders.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

/** A shop with nine oak trays, and an order for two that is held: of a listing that the shop's SKU or currency does not fit. */
async function holdOrder(
  database: TestDatabase,
  listing: { sku: string; currency: string; quantity: number },
): Promise<{ world: World; remoteId: string }> {
  const { world, channelId } = await createConnectedWorld({
    database,
    store: {
      handle: "held",
      name: "Held",
      locations: [{ name: "Here" }],
      products: [{ title: "Tray", variants: [{ sku: "OAK", price: "5.00", stock: { Here: 9 } }] }],
    },
    listings: [{ title: "Oak tray", price: "5.00", ...listing }],
  });
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
  const bought = world.ebay.controls.buy({ lines: [{ sku: listing.sku, quantity: 2 }] });
  if (!bought.ok) throw new Error(bought.why);
  const held = { where: { stage: "held" } };
  await world.until("held", async () => (await database.db.marketplaceOrder.count(held)) === 1, 5 * 60_000);
  return { world, remoteId: bought.order.orderId };
}

describe("an order of a listing that no variant is known for", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world } = await holdOrder(database, { sku: "TRAY", currency: "GBP", quantity: 3 }));
  });
  afterEach(() => world.close());

  const order = () => database.db.marketplaceOrder.findFirstOrThrow();
  const match = async (variantId: number) => {
    const { id: listingId } = await database.db.listing.findFirstOrThrow();
    const after = { variantId, matchedBy: "hand" as const };
    // It shows another number than the variant has: the merchant saw that, and approves.
    const approved = { zeroed: 0, lowered: 0, raised: 1 };
    return changeSetting(world.rt, { shopId: world.shopId, approved, change: { setting: "match", listingId, after } });
  };
  const isPlaced = () => world.until("placed", async () => (await order()).stage === "placed", 5 * 60_000);
  const openAlerts = () => database.db.alert.count({ where: { resolvedAt: null } });
  const oak = () => {
    const [variant] = world.shopify.store(world.shopDomain).variants.values();
    if (!variant) throw new Error("the store has no variant");
    return variant;
  };

  it("is held for a reason that says what to do, and its line leads to the listing", async () => {
    const shown = await readOrder(world.rt, world.shopId, (await order()).id);
    expect(shown?.holdReason).toContain("SKU TRAY");
    expect(shown?.lines).toMatchObject([
      { listingId: (await database.db.listing.findFirstOrThrow()).id, variantId: null },
    ]);
  });

  it("is placed when the merchant matches the listing", async () => {
    const { id: variantId } = await database.db.variant.findFirstOrThrow();
    expect(await match(variantId)).toEqual({ ok: true });
    await isPlaced();
    expect([world.available("OAK"), await openAlerts()]).toEqual([7, 0]);
  });

  it("entered by hand, it reserves nothing later: not when its listing is matched, nor when it changes", async () => {
    const { id: orderId, remoteId } = await order();
    expect(await recordEnteredByHand(world.rt, { shopId: world.shopId, orderId })).toEqual({ ok: true });
    const { id: variantId } = await database.db.variant.findFirstOrThrow();
    expect(await match(variantId)).toEqual({ ok: true });
    world.ebay.controls.askToCancel(remoteId);
    await world.until("the change is seen", async () => (await order()).cancellationRequested, 5 * 60_000);
    expect(await database.db.reservation.count()).toBe(0);
    expect((await order()).stage).toBe("entered");
    expect(world.shopify.store(world.shopDomain).orders.size).toBe(0);
  });

  it("and when a variant gets the listing's SKU in Shopify", async () => {
    world.shopify.controls.editVariant(world.shopDomain, oak().id, { sku: "TRAY" });
    await isPlaced();
    expect([world.available("TRAY"), await openAlerts()]).toEqual([7, 0]);
  });
});

describe("an order in a currency that Shopify does not have", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; orderId: number };
  let remoteId: string;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, remoteId } = await holdOrder(database, { sku: "OAK", currency: "ZZZ", quantity: 9 }));
    of = { shopId: world.shopId, orderId: (await order()).id };
  });
  afterEach(() => world.close());

  const order = () => database.db.marketplaceOrder.findFirstOrThrow();
  const there = () => {
    const found = orderByAnyId(world.ebay.state, remoteId);
    if (!found) throw new Error(`eBay has no order ${remoteId}`);
    return found;
  };
  const shown = () => world.ebay.controls.shown().OAK;
  const openAlerts = () => database.db.alert.findMany({ where: { resolvedAt: null }, select: { title: true } });
  const stage = (wanted: string) => world.until(wanted, async () => (await order()).stage === wanted, 5 * 60_000);

  it("is held for a reason in the merchant's words, before Shopify is asked", async () => {
    expect((await order()).holdReason).toContain("Shopify has no currency “ZZZ”");
    expect(world.shopify.store(world.shopDomain).orders.size).toBe(0);
  });

  it("given up, it is cancelled on the marketplace and asks for nothing more", async () => {
    expect(await cancelHeld(world.rt, of)).toEqual({ ok: true });
    // Neither may come between.
    expect(await retryOrder(world.rt, of)).toMatchObject({ ok: false });
    expect(await recordEnteredByHand(world.rt, of)).toMatchObject({ ok: false });
    await stage("cancelled");
    expect(there().cancelledAt).not.toBeNull();
    await world.until("its units are on sale again", () => shown() === 9, 5 * 60_000);
    expect(await openAlerts()).toEqual([]);
  });

  it("entered by hand, it holds no unit back; cancelled over there, the merchant is told to cancel it in Shopify", async () => {
    expect(await recordEnteredByHand(world.rt, of)).toEqual({ ok: true });
    expect(await openAlerts()).toEqual([]);
    // The merchant's own order has taken them.
    world.setStock("OAK", 7);
    await world.until("its units are counted once", () => shown() === 7, 5 * 60_000);
    expect(await retryOrder(world.rt, of)).toMatchObject({ ok: false });
    cancelBySeller(world.ebay.state, there(), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await world.until("the merchant is told", async () => (await openAlerts()).length > 0, 5 * 60_000);
    expect((await openAlerts())[0]?.title).toMatch(/eBay .* was cancelled$/);
    expect((await order()).stage).toBe("entered");
  });
});
