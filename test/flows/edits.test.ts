import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveFirstPush, refreshListings, setChannelEditPolicy } from "#app/flows/manage-channel.ts";
import { keepEdit, repairEdit } from "#app/flows/manage-listing.ts";
import { readListing } from "#app/views/listings.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

const MINUTES = 60_000;

describe("a quantity that was edited by hand on the marketplace", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; channelId: number };
  let listing: { shopId: number; listingId: number };
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    world = await createWorld({
      database,
      tickMs: 5_000,
      store: {
        handle: "edits",
        name: "Edits",
        locations: [{ name: "Here" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 9 } }] }],
      },
      listings: [{ sku: "MUG", title: "Mug", price: "5.00", currency: "GBP", quantity: 2 }],
    });
    await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
    of = { shopId: world.shopId, channelId: await world.connectEbay() };
    await world.until("read", async () => (await database.db.channel.count({ where: { listingsReadAt: null } })) === 0);
    listing = { shopId: of.shopId, listingId: (await database.db.listing.findFirstOrThrow()).id };
    await approveFirstPush(world.rt, of);
    await world.until("first push", () => shown() === 9);
    // Its sales and edits are surely later than the push.
    await world.run(MINUTES);
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown().MUG;
  const row = () => database.db.listing.findFirstOrThrow();
  const notes = () => database.db.attempt.findMany({ where: { kind: "reconcile" }, orderBy: { id: "asc" } });
  async function edit(quantity: number) {
    world.ebay.controls.editQuantity("MUG", quantity);
    await refreshListings(world.rt, of);
  }
  async function asked() {
    await world.drive(setChannelEditPolicy(world.rt, { ...of, editPolicy: "ask" }));
    await edit(4);
    await world.until("it is asked about", async () => (await row()).editedAt !== null, 10 * MINUTES);
    await world.run(2 * MINUTES);
    expect(shown()).toBe(4);
  }

  it("is set right once no order explains it, and the history says so", async () => {
    await edit(4);
    await world.until("set right", () => shown() === 9, 10 * MINUTES);
    expect(await notes()).toMatchObject([{ outcome: "done", message: expect.stringContaining("5 units were taken") }]);
  });

  it("is asked about, in words with both numbers, where the channel says so", async () => {
    await asked();
    const view = await readListing(world.rt, of.shopId, listing.listingId);
    expect(view?.status).toMatchObject({ code: "edited", group: "needs-you" });
    expect(view?.problem).toBe("Edited on eBay: shows 4, should show 9.");
    expect(view?.arithmetic).toBe("9 available = 9, held at 4 until you decide about the edit");
    expect(await notes()).toMatchObject([{ outcome: "held" }]);
  });

  it("is set right when the merchant says so", async () => {
    await asked();
    expect(await repairEdit(world.rt, listing)).toEqual({ ok: true });
    await world.until("set right", () => shown() === 9, 10 * MINUTES);
    expect((await repairEdit(world.rt, listing)).ok).toBe(false);
  });

  it("is kept as a cap when the merchant says so, and goes below it with the stock", async () => {
    await asked();
    expect(await keepEdit(world.rt, { ...listing, quantity: 9 })).toMatchObject({ ok: false });
    expect(await keepEdit(world.rt, { ...listing, quantity: 4 })).toEqual({ ok: true });
    await world.run(5 * MINUTES);
    expect(shown()).toBe(4);
    expect((await readListing(world.rt, of.shopId, listing.listingId))?.status.code).toBe("in-step");
    world.setStock("MUG", 3);
    await world.until("with the stock", () => shown() === 3);
    world.setStock("MUG", 30);
    await world.until("back up to the cap", () => shown() === 4);
  });

  it("never keeps back a decrease, and is asked about no longer once it shows what it should", async () => {
    await asked();
    world.setStock("MUG", 2);
    await world.until("down", () => shown() === 2);
    world.setStock("MUG", 6);
    await world.until("up again by itself", () => shown() === 6);
    expect((await row()).editedAt).toBeNull();
  });

  it("a sale while it is asked about lowers it, and does not raise it to what it was", async () => {
    await asked();
    world.ebay.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }], pay: true });
    await world.run(5 * MINUTES);
    expect(shown()).toBe(3);
    expect((await readListing(world.rt, of.shopId, listing.listingId))?.problem).toBe(
      "Edited on eBay: shows 3, should show 8.",
    );
  });

  it("no sale is taken for an edit", async () => {
    await world.drive(setChannelEditPolicy(world.rt, { ...of, editPolicy: "ask" }));
    world.ebay.controls.disturbNotifications({ lose: 1 });
    world.ebay.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }], pay: true });
    await refreshListings(world.rt, of);
    await world.run(20 * MINUTES);
    expect(shown()).toBe(7);
    expect(await notes()).toEqual([]);
  });

  it("one that shows more than it should is set right at once, asked or not, and the history says so", async () => {
    await world.drive(setChannelEditPolicy(world.rt, { ...of, editPolicy: "ask" }));
    await edit(12);
    await world.until("set right", () => shown() === 9);
    expect(await notes()).toMatchObject([{ outcome: "done", message: expect.stringContaining("showed 12") }]);
  });

  it("those that wait are set right when the channel no longer asks", async () => {
    await asked();
    await world.drive(setChannelEditPolicy(world.rt, { ...of, editPolicy: "repair" }));
    await world.until("set right", () => shown() === 9, 10 * MINUTES);
  });
});
