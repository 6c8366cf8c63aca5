/** One row that the database refuses costs that row: the others of its page go on, and it is shown. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush, readOrdersNow, refreshListings } from "#app/flows/manage-channel.ts";
import type { SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

/** More than a quantity column holds. */
const TOO_MANY = 3_000_000_000;

describe("a row that can't be stored", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let of: { shopId: number; channelId: number };

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const made = await createMarketWorld({ database, sku: "MUG-MOSS", quantity: 30 });
    ({ world, market } = made);
    of = { shopId: world.shopId, channelId: made.channelId };
    await approveFirstPush(world.rt, of);
    await world.run(20_000);
  });
  afterEach(() => world.close());

  const alert = (prefix: string) =>
    database.db.alert.findFirst({ where: { key: { startsWith: prefix }, resolvedAt: null } });

  it("among orders keeps no other order back, is shown, and is stored as soon as it can be", async () => {
    const [listing] = [...market.listings.values()];
    if (!listing) throw new Error("the market has no listing");
    const bad = market.buy(listing, 1, { pay: true, buyer: "a", visibleAfterMs: 0 });
    const good = market.buy(listing, 2, { pay: true, buyer: "b", visibleAfterMs: 0 });
    const [line] = bad?.lines ?? [];
    if (!bad || !line || !good) throw new Error("nothing was sold");
    line.units = TOO_MANY;
    await readOrdersNow(world.rt, of);
    const isImported = async (id: string) =>
      (await database.db.marketplaceOrder.count({ where: { remoteId: id } })) === 1;
    await world.until("the good one is imported", () => isImported(good.id));
    await world.run(5_000);
    expect(await alert("unstored-order:")).toMatchObject({
      severity: "critical",
      title: expect.stringContaining(bad.id),
      message: expect.not.stringMatching(/prisma|invocation|out of range/i),
    });
    const channel = await database.db.channel.findUniqueOrThrow({ where: { id: of.channelId } });
    expect(channel.ordersReadAt?.getTime()).toBeGreaterThan(world.time.nowMs() - 60_000);

    line.units = 1;
    await world.until("it is stored in the end", () => isImported(bad.id));
    await world.until("and nothing is asked", async () => (await alert("unstored-order:")) === null);
  });

  it("among listings keeps no other listing back, is shown, and does not count as gone", async () => {
    const [known] = [...market.listings.values()];
    market.addListing("MUG-SLATE", 5);
    if (!known) throw new Error("the market has no listing");
    known.quantity = TOO_MANY;
    await refreshListings(world.rt, of);
    const stored = (sku: string) => database.db.listing.count({ where: { sku, removedAt: null } });
    await world.until("the other is there", async () => (await stored("MUG-SLATE")) === 1);
    await world.run(2_000);
    expect(await alert("unreadable-listing:")).toMatchObject({ title: expect.stringContaining("can't be read") });
    expect(await stored("MUG-MOSS")).toBe(1);
  });
});
