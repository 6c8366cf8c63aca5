import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { importOrders } from "#app/flows/import-orders.ts";
import { approveFirstPush, refreshListings } from "#app/flows/manage-channel.ts";
import { keepEdit, repairEdit } from "#app/flows/manage-listing.ts";
import { readListing } from "#app/views/listings.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

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
    const connected = await createConnectedWorld({
      database,
      store: {
        handle: "edits",
        name: "Edits",
        locations: [{ name: "Here" }],
        products: [{ title: "Mug", variants: [{ sku: "MUG", price: "5.00", stock: { Here: 9 } }] }],
      },
      // These wait for minutes of the marketplace's; a second is not what they are about.
      tickMs: 5_000,
      listings: [{ sku: "MUG", title: "Mug", price: "5.00", currency: "GBP", quantity: 2 }],
    });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
    listing = { shopId: of.shopId, listingId: (await database.db.listing.findFirstOrThrow()).id };
    await approveFirstPush(world.rt, of);
    await world.until("first push", () => shown() === 9);
    // What comes now is surely later than the push.
    await world.run(10_000);
  });
  afterEach(() => world.close());

  const shown = () => world.ebay.controls.shown().MUG;
  const row = () => database.db.listing.findFirstOrThrow();
  const notes = () => database.db.attempt.findMany({ where: { kind: "reconcile" }, orderBy: { id: "asc" } });
  async function ask() {
    const change = { setting: "edits" as const, channelId: of.channelId, after: "ask" as const };
    expect(await world.drive(changeSetting(world.rt, { shopId: of.shopId, change }))).toEqual({ ok: true });
  }
  async function edit(quantity: number) {
    world.ebay.controls.editQuantity("MUG", quantity);
    await refreshListings(world.rt, of);
  }
  async function asked() {
    await ask();
    await edit(4);
    await world.until("it is asked about", async () => (await row()).editedAt !== null, 10 * MINUTES);
    await world.run(20_000);
    expect(shown()).toBe(4);
  }

  it("is set right once no order explains it, and the history says so", async () => {
    await edit(4);
    await world.until("set right", () => shown() === 9, 10 * MINUTES);
    expect(await notes()).toMatchObject([{ outcome: "done", message: expect.stringContaining("5 units were taken") }]);
  });

  it("is set right as soon as orders of that time are complete, however often they are read meanwhile", async () => {
    await edit(4);
    await world.until("noticed", async () => (await row()).unseenUnits === 5);
    // eBay's orders are complete after two minutes, and read every two: the last reading must not decide when the next is.
    for (let read = 0; read < 3; read += 1) {
      await world.run(30_000);
      await world.drive(importOrders(world.rt, { channelId: of.channelId }));
    }
    await world.run(45_000);
    expect(shown()).toBe(9);
  });

  it("is asked about where the channel says so, in words with both numbers, and set right when the merchant wants it", async () => {
    await asked();
    const view = await readListing(world.rt, of.shopId, listing.listingId);
    expect(view?.status).toMatchObject({ code: "edited", group: "needs-you" });
    expect(view?.problem).toBe("Edited on eBay: shows 4, should show 9.");
    expect(view?.arithmetic).toBe("9 available = 9, held at 4 until you decide about the edit");
    expect(await notes()).toMatchObject([{ outcome: "held" }]);

    expect(await repairEdit(world.rt, listing)).toEqual({ ok: true });
    await world.until("set right", () => shown() === 9, 10 * MINUTES);
    expect((await repairEdit(world.rt, listing)).ok).toBe(false);
  });

  it("is kept as a cap when the merchant says so, and goes below it with the stock", async () => {
    await asked();
    expect(await keepEdit(world.rt, { ...listing, quantity: 9 })).toMatchObject({ ok: false });
    expect(await keepEdit(world.rt, { ...listing, quantity: 4 })).toEqual({ ok: true });
    await world.run(MINUTES);
    expect(shown()).toBe(4);
    expect((await readListing(world.rt, of.shopId, listing.listingId))?.status.code).toBe("in-step");
    world.setStock("MUG", 3);
    await world.until("with the stock", () => shown() === 3);
    world.setStock("MUG", 30);
    await world.until("back up to the cap", () => shown() === 4);
  });

  it("is not raised before it is asked about, and the question names the number that was typed", async () => {
    await database.db.channel.update({ where: { id: of.channelId }, data: { policy: { cap: 6 } } });
    world.setStock("MUG", 10);
    await world.until("at its cap", () => shown() === 6);
    await world.run(10_000);
    await ask();
    await edit(2);
    await world.until("noticed", async () => (await row()).unseenUnits === 4);
    // 10 in Shopify less the 4 that are missing would be 6 again: a number that nobody typed.
    await world.run(30_000);
    expect(shown()).toBe(2);
    const held = await readListing(world.rt, of.shopId, listing.listingId);
    expect(held?.status).toMatchObject({ code: "held-back", label: "Held back" });
    expect(held?.heldBack).toMatchObject({ units: 4, where: "eBay" });
    const untilMs = Date.parse(held?.heldBack?.until ?? "") - world.time.nowMs();
    expect(untilMs).toBeGreaterThan(0);
    expect(untilMs).toBeLessThan(3 * MINUTES);

    await world.until("it is asked about", async () => (await row()).editedAt !== null, 10 * MINUTES);
    await world.run(20_000);
    expect(shown()).toBe(2);
    const asked = await readListing(world.rt, of.shopId, listing.listingId);
    expect(asked).toMatchObject({ typed: 2, shouldShow: 6, problem: "Edited on eBay: shows 2, should show 6." });
  });

  it("never keeps back a decrease, and is asked about no longer once it shows what it should", async () => {
    await asked();
    world.setStock("MUG", 2);
    await world.until("down", () => shown() === 2);
    world.setStock("MUG", 6);
    await world.until("up again by itself", () => shown() === 6);
    expect((await row()).editedAt).toBeNull();
  });

  it("a sale while it is asked about lowers it; it is not raised before the channel stops asking", async () => {
    await asked();
    world.ebay.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }], pay: true });
    await world.run(2 * MINUTES);
    expect(shown()).toBe(3);
    expect((await readListing(world.rt, of.shopId, listing.listingId))?.problem).toBe(
      "Edited on eBay to 4: shows 3, should show 8.",
    );
    // The channel does not ask any more: what waits is set right.
    const change = { setting: "edits" as const, channelId: of.channelId, after: "repair" as const };
    const proposed = await world.drive(changeSetting(world.rt, { shopId: of.shopId, change }));
    // Its number moves, so that is shown first.
    expect(proposed).toMatchObject({ asks: { zeroed: 0, raised: 1, first: [{ sku: "MUG", from: 3, to: 8 }] } });
    const approved = { zeroed: 0, lowered: 0, raised: 1 };
    expect(await world.drive(changeSetting(world.rt, { shopId: of.shopId, change, approved }))).toEqual({ ok: true });
    await world.until("set right", () => shown() === 8, 10 * MINUTES);
  });

  it("no sale is taken for an edit", async () => {
    await ask();
    world.ebay.controls.disturbNotifications({ lose: 1 });
    world.ebay.controls.buy({ lines: [{ sku: "MUG", quantity: 2 }], pay: true });
    await refreshListings(world.rt, of);
    await world.run(6 * MINUTES);
    expect(shown()).toBe(7);
    expect(await notes()).toEqual([]);
  });

  it("one that shows more than it should is set right at once, asked or not, and the history says so", async () => {
    await ask();
    await edit(12);
    await world.until("set right", () => shown() === 9);
    expect(await notes()).toMatchObject([{ outcome: "done", message: expect.stringContaining("showed 12") }]);
  });
});
