import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { disconnectChannel } from "#app/flows/disconnect-channel.ts";
import { approveFirstPush, pauseChannel, resumeChannel } from "#app/flows/manage-channel.ts";
import { removeShop } from "#app/flows/remove-shop.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

describe("nothing is written to a channel that was stopped while its push was under way", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; channelId: number };
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const connected = await createConnectedWorld({
      database,
      store: {
        handle: "pause",
        name: "Pause",
        locations: [{ name: "Here" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 30 } }] }],
      },
      listings: [{ sku: "MUG", title: "Mug", price: "5.00", currency: "GBP", quantity: 5 }],
      // A push reads for so long that a person can act meanwhile.
      latencyMs: 400,
    });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown().MUG;
  const reads = () => world.ebay.faults.calls.filter((call) => call.method === "GET").length;
  /** The push has looked at what is shown, or is about to: it has not written yet. */
  const isReading = async () => {
    const before = reads();
    await world.until("a push reads", () => reads() > before);
  };
  const pushed = async () => {
    await approveFirstPush(world.rt, of);
    await world.until("the first push", () => shown() === 30);
    await world.run(5_000);
  };

  it("paused: the number stays, and follows once the channel is resumed", async () => {
    await pushed();
    world.setStock("MUG", 12);
    await isReading();
    expect(await world.drive(pauseChannel(world.rt, of))).toEqual({ ok: true });
    await world.run(60_000);
    expect(shown()).toBe(30);
    expect(await database.db.listing.findFirstOrThrow()).toMatchObject({ unclearQuantity: null });
    expect(await world.drive(resumeChannel(world.rt, of))).toEqual({ ok: true });
    await world.until("it follows", () => shown() === 12);
  });

  it("paused in the moment of the approval: nothing is written", async () => {
    expect(await approveFirstPush(world.rt, of)).toEqual({ ok: true });
    await isReading();
    expect(await world.drive(pauseChannel(world.rt, of))).toEqual({ ok: true });
    await world.run(60_000);
    expect(shown()).toBe(5);
  });

  it("disconnected", async () => {
    await pushed();
    world.setStock("MUG", 12);
    await isReading();
    expect(await world.drive(disconnectChannel(world.rt, of))).toEqual({ ok: true });
    await world.run(60_000);
    expect(shown()).toBe(30);
  });

  it("left by its shop, which removed the app", async () => {
    await pushed();
    world.setStock("MUG", 12);
    await isReading();
    await world.drive(removeShop(world.rt, await database.db.shop.findFirstOrThrow()));
    await world.run(60_000);
    expect(shown()).toBe(30);
  });

  it("a shipment goes out under a pause: the buyer waits for it, and no number changes", async () => {
    await pushed();
    world.ebay.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }], pay: true });
    const orders = () => [...world.shopify.store(world.shopDomain).orders.values()];
    await world.until("the order", () => orders().length === 1, 10 * 60_000);
    await world.until("29 left", () => shown() === 29);
    await world.drive(pauseChannel(world.rt, of));
    world.shopify.controls.fulfill(world.shopDomain, orders()[0]?.id ?? "", {
      tracking: [{ company: "Royal Mail", number: "RM1", url: null }],
    });
    await world.until("told", async () => (await database.db.shipment.count({ where: { state: "relayed" } })) === 1);
  });
});
