/** An order that a marketplace wants shipped by a time that is near is said once, until it is shipped or cancelled. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { ordersToShipSoon } from "#app/orders/ship-by-looks.ts";
import { readOrder } from "#app/views/orders.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createOrderWorld, MINUTES, onlyOrder, placeOrder } from "./order-world.ts";

const HOURS = 60 * MINUTES;

describe("an order that is to be shipped within two days", () => {
  let database: TestDatabase;
  let world: World;
  let remoteId: string;
  /** As it is called where the merchant reads. */
  const near = () => `eBay · fern_and_flint: ship order ${remoteId} by`;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await createOrderWorld(database);
    remoteId = await placeOrder(world, { OAK: 2 });
  });
  afterEach(() => world.close());

  const tellBefore = async (after: number | null) => {
    const change = { setting: "ship-by", after } as const;
    expect(await world.drive(changeSetting(world.rt, { shopId: world.shopId, change }))).toEqual({ ok: true });
    await world.run(10_000);
  };
  const alerts = (resolvedAt: null | { not: null } = null) =>
    database.db.alert.findMany({ where: { key: { startsWith: "ship-by:" }, resolvedAt } });
  const held = () => database.db.marketplaceOrder.findFirstOrThrow({ where: { remoteId } });
  const ship = async (quantity: number) => {
    const { id, lineItems } = onlyOrder(world);
    const shipped = { lines: lineItems.map((line) => ({ lineItemId: line.id, quantity })) };
    expect(world.shopify.controls.fulfill(world.shopDomain, id, shipped)).toMatchObject({ ok: true });
    await world.run(MINUTES);
    await world.run(10_000);
  };

  it("is shown with the marketplace's time, and said once that is near", async () => {
    const { id, soldAt, shipBy } = await held();
    expect(shipBy?.getTime()).toBe(soldAt.getTime() + 48 * HOURS);
    expect(await readOrder(world.rt, world.shopId, id)).toMatchObject({
      shipBy: shipBy?.toISOString(),
    });
    expect(await alerts()).toEqual([]);
    await tellBefore(47);
    expect(await alerts()).toEqual([]);
    await world.run(1.1 * HOURS);
    const [alert, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(alert).toMatchObject({
      severity: "warning",
      action: `/app/orders/${id}`,
      title: expect.stringContaining(near()),
    });
    await world.run(0.5 * HOURS);
    expect(await alerts()).toEqual([alert]);
  });

  it("ends when all of it is shipped, and not when a part is", async () => {
    await tellBefore(72);
    expect(await alerts()).toHaveLength(1);
    await ship(1);
    expect(await database.db.shipment.count({ where: { state: "relayed" } })).toBe(1);
    expect(await alerts()).toHaveLength(1);
    await ship(1);
    expect(await database.db.shipment.count({ where: { state: "relayed" } })).toBe(2);
    expect(await alerts()).toEqual([]);
    expect((await held()).shipByLookAt).toBeNull();
  });

  it("ends when all of it is given back over there", async () => {
    await tellBefore(72);
    expect(await alerts()).toHaveLength(1);
    world.ebay.controls.refund(remoteId, { sku: "OAK", minor: 1000 });
    await world.run(10 * MINUTES);
    expect(await alerts()).toEqual([]);
    expect((await held()).shipByLookAt).toBeNull();
  });

  it("is said, and not said any more, by what the merchant chooses, which can be undone", async () => {
    await tellBefore(72);
    expect(await alerts()).toHaveLength(1);
    await tellBefore(null);
    expect(await alerts()).toEqual([]);
    const change = await database.db.change.findFirstOrThrow({
      where: { setting: "ship-by" },
      orderBy: { id: "desc" },
    });
    await world.drive(undoChange(world.rt, { shopId: world.shopId, changeId: change.id }));
    await world.run(10_000);
    expect(await alerts()).toHaveLength(1);
  });

  it("is late once the time is over, which is more pressing and no second alert", async () => {
    await tellBefore(72);
    const [first] = await alerts();
    const past = new Date(world.rt.clock.now().getTime() - MINUTES);
    // As if two days had gone.
    await database.db.marketplaceOrder.updateMany({ data: { shipBy: past, shipByLookAt: past } });
    await world.run(10_000);
    const [late, ...others] = await alerts();
    expect(others).toEqual([]);
    expect(late).toMatchObject({ id: first?.id, openedAt: first?.openedAt, severity: "critical" });
    expect(late?.title).toContain("should have been shipped by");
    expect((await held()).shipByLookAt).toBeNull();
  });

  it("is found along an index of those that wait for their time alone", async () => {
    const plan = await database.db.$transaction(async (tx) => {
      // In a table of one row PostgreSQL would read that row.
      await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
      return tx.$queryRaw<{ "QUERY PLAN": string }[]>`EXPLAIN ${ordersToShipSoon(world.rt.clock.now())}`;
    });
    expect(plan.map((row) => row["QUERY PLAN"]).join()).toMatch(/Index Scan[^,]*MarketplaceOrder_shipBy/);
    await ship(2);
    expect(await database.db.marketplaceOrder.count({ where: { shipByLookAt: { not: null } } })).toBe(0);
  });
});
