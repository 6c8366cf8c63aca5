import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const SKUS = Array.from({ length: 14 }, (_, index) => `SKU-${index}`);

describe("the brake", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(() => open());
  async function open(latencyMs?: number): Promise<void> {
    ({ world, channelId } = await createConnectedWorld({
      database,
      ...(latencyMs === undefined ? {} : { latencyMs }),
      store: {
        handle: "brake",
        name: "Brake",
        locations: [{ name: "Here" }],
        products: SKUS.map((sku) => ({ title: sku, variants: [{ sku, price: "5.00", stock: { Here: 5 } }] })),
      },
      listings: SKUS.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 5 })),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until(
      "all pushed",
      async () => (await database.db.channel.count({ where: { bulkApproved: true } })) === 0,
    );
  }
  afterEach(() => world.close());
  const zeros = () => Object.values(world.ebay.controls.shown()).filter((quantity) => quantity === 0).length;

  it("stops a push that would empty the channel, says why, and goes on once the merchant approved", async () => {
    for (const sku of SKUS) world.setStock(sku, 0);
    await world.run(60_000);
    const channel = await database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
    expect(channel.pushApprovedAt).toBeNull();
    expect(zeros()).toBeLessThan(5);
    const already = zeros() > 0 ? `, ${zeros()} of them already` : "";
    // It tells what was known when it stopped: Shopify's word of the last few may have come after.
    expect(channel.brakeReason).toMatch(new RegExp(`^([5-9]|1[0-4]) of 14 listings would show 0${already}$`));
    expect(await database.db.alert.count({ where: { key: `brake:${channelId}`, resolvedAt: null } })).toBe(1);

    expect(await approveFirstPush(world.rt, { shopId: world.shopId, channelId })).toEqual({ ok: true });
    await world.until("all zero", () => zeros() === SKUS.length);
    expect(await database.db.alert.count({ where: { resolvedAt: null } })).toBe(0);
  });

  it("counts again when it has decided, for much goes to zero while it reads", async () => {
    world.close();
    await open(400);
    for (const sku of SKUS) world.setStock(sku, 4);
    // The push has begun and weighed what it knew; its readings are under way.
    await world.run(600);
    for (const sku of SKUS) world.setStock(sku, 0);
    await world.run(60_000);
    expect(zeros()).toBeLessThan(5);
    expect(await database.db.alert.count({ where: { key: `brake:${channelId}`, resolvedAt: null } })).toBe(1);
  });

  it("takes an approval for what its preview showed, and for nothing that comes after", async () => {
    for (const sku of SKUS) world.setStock(sku, 4);
    await world.until("pushed", () => world.ebay.controls.shown()["SKU-0"] === 4);
    await database.db.channel.update({ where: { id: channelId }, data: { pushApprovedAt: null } });
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    // eBay fails for a while, so the channel does not come into step, and what was approved is not done.
    world.setStock("SKU-0", 3);
    world.ebay.faults.add({ operation: "bulkUpdatePriceQuantity", kind: "status", status: 503, times: 3 });
    await world.run(2_000);
    for (const sku of SKUS) world.setStock(sku, 0);
    await world.run(120_000);
    expect(zeros()).toBeLessThan(5);
    expect(await database.db.alert.count({ where: { key: `brake:${channelId}`, resolvedAt: null } })).toBe(1);
  });

  it("does not ask again about what was approved", async () => {
    for (const sku of SKUS.slice(0, 12)) world.setStock(sku, 0);
    await world.run(60_000);
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("as approved", () => zeros() === 12);
    world.setStock("SKU-13", 0);
    await world.until("and one more sells out", () => zeros() === 13);
  });

  it("lets a few go to zero as they sell out", async () => {
    for (const sku of SKUS.slice(0, 4)) world.setStock(sku, 0);
    await world.until("four at zero", () => zeros() === 4);
  });
});
