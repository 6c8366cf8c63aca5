/** Listings on eBay that Lockstep can't see or read: they are told of, and cost no other. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeAlert } from "#app/flows/close-alert.ts";
import { approveFirstPush, refreshListings } from "#app/flows/manage-channel.ts";
import { readChannel } from "#app/views/channels.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

describe("a SKU that eBay refuses to look up", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; channelId: number };

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const connected = await createConnectedWorld({ database, tickMs: 5_000 });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
    await approveFirstPush(world.rt, of);
    await world.until("first push", () => world.ebay.controls.shown()["MUG-MOSS"] === 30);
  });
  afterEach(() => world.close());

  const known = () => database.db.listing.count({ where: { removedAt: null } });
  const alerts = () =>
    database.db.alert.findMany({ where: { key: { startsWith: "unreadable-listing:" }, resolvedAt: null } });

  async function readAgain() {
    const before = await database.db.channel.findUniqueOrThrow({ where: { id: of.channelId } });
    await world.run(1_000);
    await refreshListings(world.rt, of);
    await world.until("the listings are read", async () => {
      const { listingsReadAt } = await database.db.channel.findUniqueOrThrow({ where: { id: of.channelId } });
      return listingsReadAt !== null && before.listingsReadAt !== null && listingsReadAt > before.listingsReadAt;
    });
  }

  it("is named in an alert with eBay's words, does not count as gone, and the others go on", async () => {
    const before = await known();
    world.ebay.controls.changeSettings({ skusRefusedByOffers: ["CAN-BEE"] });
    await readAgain();
    expect(await known()).toBe(before);
    expect(await alerts()).toMatchObject([
      { severity: "warning", message: expect.stringMatching(/CAN-BEE.*25707.*alphanumeric/) },
    ]);
    world.setStock("MUG-MOSS", 12);
    await world.until("another is pushed", () => world.ebay.controls.shown()["MUG-MOSS"] === 12);

    world.ebay.controls.changeSettings({ skusRefusedByOffers: [] });
    await readAgain();
    expect(await alerts()).toEqual([]);
  });

  it("in a list where eBay does not even say which, takes none for gone", async () => {
    const before = await known();
    world.ebay.controls.changeSettings({ skusRefusedByItems: ["CAN-BEE"] });
    await readAgain();
    expect(await known()).toBe(before);
    expect(await alerts()).toMatchObject([{ message: expect.stringMatching(/number \d+.*25707/) }]);
  });
});

describe("listings that eBay has on sale and shows no app", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; channelId: number };

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  const listing = { title: "Beeswax candle", price: "10.50", currency: "GBP", quantity: 75 };
  const mug = { sku: "MUG-MOSS", title: "Mug", price: "15.50", currency: "GBP", quantity: 30 };

  async function connect(hidden: readonly string[]) {
    const connected = await createConnectedWorld({
      database,
      tickMs: 5_000,
      listings: [mug, ...hidden.map((sku) => ({ ...listing, sku, title: sku, outsideInventoryApi: true }))],
    });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
    await world.until("they are counted", async () => (await onSale()) !== null);
  }
  const onSale = async () => (await readChannel(world.rt, of.shopId, of.channelId))?.onSale ?? null;
  const alerts = (prefix: string) =>
    database.db.alert.findMany({ where: { key: { startsWith: prefix }, resolvedAt: null } });
  const counts = () => world.ebay.faults.calls.filter((one) => one.operation === "GetMyeBaySelling").length;

  it("are counted after connecting and then daily, and told with why and the way out", async () => {
    await connect(["CAN-BEE"]);
    expect(await onSale()).toMatchObject({
      total: 2,
      notKept: 1,
      examples: [{ title: "CAN-BEE", sku: "CAN-BEE" }],
      help: expect.stringContaining("migrate"),
    });
    expect(await alerts("not-kept:")).toMatchObject([
      {
        severity: "warning",
        title: expect.stringContaining("1 of 2 listings"),
        message: expect.stringMatching(/CAN-BEE.*migrate/s),
        endsByHand: true,
      },
    ]);
    await world.run(60 * 60_000);
    expect(counts()).toBe(1);
    const { onSaleDueAt } = await database.db.channel.findUniqueOrThrow({ where: { id: of.channelId } });
    const inHours = ((onSaleDueAt?.getTime() ?? 0) - world.time.nowMs()) / 3_600_000;
    expect(inHours).toBeGreaterThan(22);
    expect(inHours).toBeLessThan(24);
  });

  it("are told of again when there are more, not while there are as many, and no more once all are kept", async () => {
    await connect(["CAN-BEE"]);
    const [alert] = await alerts("not-kept:");
    if (!alert) throw new Error("there must be an alert");
    await closeAlert(world.rt, { shopId: of.shopId, alertId: alert.id });
    await recount();
    expect(await alerts("not-kept:")).toEqual([]);
    world.ebay.controls.addListing({ ...listing, sku: "PAN-24", outsideInventoryApi: true });
    await recount();
    expect(await alerts("not-kept:")).toMatchObject([{ title: expect.stringContaining("2 of 3") }]);
    for (const sku of ["CAN-BEE", "PAN-24"]) {
      const item = world.ebay.state.items.get(sku);
      if (item) item.outsideInventoryApi = false;
    }
    await refreshListings(world.rt, of);
    await world.run(30_000);
    await recount();
    expect(await alerts("not-kept:")).toEqual([]);
    expect(await onSale()).toMatchObject({ total: 3, notKept: 0 });
  });

  async function recount() {
    const before = counts();
    await database.db.channel.updateMany({ data: { onSaleDueAt: null } });
    await world.until("they are counted again", () => counts() > before);
    await world.run(2_000);
  }

  it("that can't be counted are put off and asked about again, and nothing else waits for it", async () => {
    await connect([]);
    expect(await alerts("not-kept:")).toEqual([]);
    world.ebay.faults.add({ operation: "GetMyeBaySelling", kind: "status", status: 503, times: 2 });
    world.ebay.controls.addListing({ ...listing, sku: "CAN-BEE", outsideInventoryApi: true });
    await database.db.channel.updateMany({ data: { onSaleDueAt: null } });
    await world.until("in the end", async () => (await onSale())?.notKept === 1, 60 * 60_000);
    expect(await database.db.setback.count({ where: { name: { startsWith: "on-sale:" } } })).toBe(0);
  });

  it("that sell raise an alert with the order, the listing and the way out; it ends when the listing is kept", async () => {
    await connect(["CAN-BEE"]);
    const itemId = world.ebay.state.items.get("CAN-BEE")?.offer.listingId ?? "";
    world.ebay.controls.buy({
      lines: [
        { sku: "CAN-BEE", quantity: 1 },
        { sku: "MUG-MOSS", quantity: 1 },
      ],
    });
    await world.until("told", async () => (await alerts("sold-not-kept:")).length > 0);
    const told = await alerts("sold-not-kept:");
    expect(told).toMatchObject([
      { message: expect.stringMatching(new RegExp(`SKU CAN-BEE.*${itemId}.*migrate`, "s")) },
    ]);
    expect(await database.db.orderLine.count()).toBe(2);

    const item = world.ebay.state.items.get("CAN-BEE");
    if (item) item.outsideInventoryApi = false;
    await refreshListings(world.rt, of);
    await world.until("it ends", async () => (await alerts("sold-not-kept:")).length === 0);
  });
});
