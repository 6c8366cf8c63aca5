/** A SKU that the merchant holds at 0, or at no more than some units, on every channel, until they release it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush, pauseChannel, resumeChannel } from "#app/flows/manage-channel.ts";
import { readAlerts } from "#app/views/alerts.ts";
import { readChanges } from "#app/views/changes.ts";
import { readListing } from "#app/views/listings.ts";
import { readSku } from "#app/views/sku.ts";
import { readSkus } from "#app/views/skus.ts";
import { storeSeedSchema } from "#test/emulators/shopify/demo-store.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const DAY_MS = 24 * 60 * 60_000;
const ANN = "548380009";
const SKUS = ["MUG-MOSS", "MUG-SLATE", "BOWL"];
const TO_ZERO = { zeroed: 1, lowered: 0, raised: 0 };
const DOWN = { zeroed: 0, lowered: 1, raised: 0 };
const UP = { zeroed: 0, lowered: 0, raised: 1 };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const variantOf = (sku: string) => database.db.variant.findFirstOrThrow({ where: { sku, removedAt: null } });

/** `to`: null releases it. */
async function hold(
  world: World,
  sku: string,
  to: { units: number; takesDown?: boolean; remindDays?: number } | null,
  approved: Moves | null = null,
) {
  const { id: variantId } = await variantOf(sku);
  const after = to && { takesDown: false, remindDays: 3, ...to };
  const change = { setting: "containment" as const, variantId, after };
  return world.drive(changeSetting(world.rt, { shopId: world.shopId, actor: ANN, approved, change }));
}

describe("a SKU that the merchant holds", () => {
  let world: World;
  let channelId: number;
  beforeEach(async () => {
    ({ world, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "held",
        name: "Held",
        locations: [{ name: "Leeds" }, { name: "Sheffield" }],
        products: SKUS.map((sku) => ({
          title: sku,
          variants: [{ sku, price: "5.00", stock: { Leeds: 5, Sheffield: 7 } }],
        })),
      },
      listings: SKUS.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 12 })),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("all pushed", async () => (await channel()).bulkApproved === false);
  });
  afterEach(() => world.close());

  const channel = () => database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
  const shown = () => world.ebay.controls.shown();
  const listingOf = (sku: string) => database.db.listing.findFirstOrThrow({ where: { sku } });
  const undoLatest = async (approved: Moves | null = null) => {
    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    return world.drive(undoChange(world.rt, { shopId: world.shopId, actor: ANN, approved, changeId }));
  };
  const skuPage = async (sku: string) =>
    readSku(world.rt, { id: world.shopId, timezone: "UTC" }, (await variantOf(sku)).id);

  it("at 0 is asked about first, goes to 0 at once, is told everywhere, and comes back when it is released", async () => {
    expect(await hold(world, "MUG-MOSS", { units: 0 })).toMatchObject({
      ok: false,
      asks: { ...TO_ZERO, first: [{ sku: "MUG-MOSS", from: 12, to: 0 }] },
    });
    expect(await database.db.containment.count()).toBe(0);
    expect(await hold(world, "MUG-MOSS", { units: 0 }, TO_ZERO)).toEqual({ ok: true });
    await world.until("at zero", () => shown()["MUG-MOSS"] === 0);
    expect(shown()).toMatchObject({ "MUG-SLATE": 12, BOWL: 12 });
    await world.run(5_000);

    const page = await skuPage("MUG-MOSS");
    expect(page?.contained).toMatchObject({ units: 0, takesDown: false, remindDays: 3 });
    expect(page?.listings[0]).toMatchObject({
      shouldShow: 0,
      status: { code: "contained", group: "in-step" },
      arithmetic: expect.stringMatching(/^12 available = 12, held at 0 by you since \d+ \w+ \d{4}$/),
    });
    expect(page?.timeline.find((one) => one.kind === "Setting changed")?.message).toContain("held at 0");
    expect((await skuPage("BOWL"))?.timeline.some((one) => one.message.includes("held at 0"))).toBe(false);
    expect((await readListing(world.rt, world.shopId, (await listingOf("MUG-MOSS")).id))?.arithmetic).toContain(
      "held at 0",
    );
    const { rows } = await readSkus(world.rt, world.shopId, { search: "", beside: null });
    expect(rows.map(({ sku, contained }) => [sku, contained])).toEqual([
      ["BOWL", null],
      ["MUG-MOSS", 0],
      ["MUG-SLATE", null],
    ]);
    const pushed = await database.db.attempt.findFirst({ where: { kind: "push", quantity: 0 } });
    expect(pushed).toMatchObject({ explanation: { contained: { units: 0 } }, expected: true });
    const { id: variantId } = await variantOf("MUG-MOSS");
    expect((await readChanges(world.rt, world.shopId, { variantId }, ANN))[0]).toMatchObject({
      who: "You",
      message: "MUG-MOSS: held at 0 on every channel",
      moves: "1 listing goes to 0",
      canUndo: true,
    });

    // What stock does meanwhile is no way around it.
    world.setStock("MUG-MOSS", 40);
    await world.run(30_000);
    expect(shown()["MUG-MOSS"]).toBe(0);
    expect(await hold(world, "MUG-MOSS", null)).toMatchObject({ asks: UP });
    expect(await hold(world, "MUG-MOSS", null, UP)).toEqual({ ok: true });
    await world.until("released", () => shown()["MUG-MOSS"] === 40);
    expect((await skuPage("MUG-MOSS"))?.contained).toBeNull();
  });

  it("at some units never shows more, shows fewer where fewer are there, and raises nothing", async () => {
    expect(await hold(world, "MUG-MOSS", { units: 50 })).toEqual({ ok: true });
    expect(await hold(world, "MUG-MOSS", { units: 4 }, DOWN)).toEqual({ ok: true });
    await world.until("held", () => shown()["MUG-MOSS"] === 4);
    world.setStock("MUG-MOSS", 3);
    await world.until("fewer", () => shown()["MUG-MOSS"] === 3);
    world.setStock("MUG-MOSS", 9);
    await world.until("no more than it is held at", () => shown()["MUG-MOSS"] === 4);
    // At more than before, it goes up, and is asked about.
    expect(await hold(world, "MUG-MOSS", { units: 6 })).toMatchObject({ asks: UP });
  });

  it("is undone by restoring what was before: another number, its beginning, or none", async () => {
    await hold(world, "MUG-MOSS", { units: 4 }, DOWN);
    const first = await database.db.containment.findFirstOrThrow();
    await world.run(DAY_MS / 24);
    await hold(world, "MUG-MOSS", { units: 0 }, TO_ZERO);
    expect((await database.db.containment.findFirstOrThrow()).since).not.toEqual(first.since);
    await world.until("at zero", () => shown()["MUG-MOSS"] === 0);
    await world.run(5_000);
    expect(await undoLatest()).toMatchObject({ asks: UP });
    expect(await undoLatest(UP)).toEqual({ ok: true });
    expect(await database.db.containment.findFirstOrThrow()).toMatchObject({ units: 4, since: first.since });
    await world.until("as before", () => shown()["MUG-MOSS"] === 4);
    await world.run(5_000);
    await hold(world, "MUG-MOSS", null, UP);
    await world.until("released", () => shown()["MUG-MOSS"] === 12);
    await world.run(5_000);
    expect(await undoLatest(DOWN)).toEqual({ ok: true });
    expect(await database.db.containment.findFirstOrThrow()).toMatchObject({ units: 4, since: first.since });
    // The same once more is no change.
    const changes = await database.db.change.count();
    expect(await hold(world, "MUG-MOSS", { units: 4 })).toEqual({ ok: true });
    expect(await database.db.change.count()).toBe(changes);
  });

  it("leaves alone a listing that is excluded, and holds it once it is included again", async () => {
    const { id: listingId } = await listingOf("MUG-MOSS");
    const exclude = (after: boolean, approved: Moves | null = null) =>
      world.drive(
        changeSetting(world.rt, {
          shopId: world.shopId,
          approved,
          change: { setting: "excluded", listingId, after },
        }),
      );
    await exclude(true);
    expect(await hold(world, "MUG-MOSS", { units: 0 })).toEqual({ ok: true });
    await world.run(30_000);
    expect(shown()["MUG-MOSS"]).toBe(12);
    expect(await exclude(false)).toMatchObject({ asks: TO_ZERO });
    expect(await exclude(false, TO_ZERO)).toEqual({ ok: true });
    await world.until("held", () => shown()["MUG-MOSS"] === 0);
  });

  it("under a pause is held once the channel is resumed, and the brake does not ask again for what was approved", async () => {
    await world.drive(pauseChannel(world.rt, { shopId: world.shopId, channelId }));
    for (const sku of SKUS) expect(await hold(world, sku, { units: 0 }, TO_ZERO)).toEqual({ ok: true });
    await world.run(30_000);
    expect(shown()).toEqual({ "MUG-MOSS": 12, "MUG-SLATE": 12, BOWL: 12 });
    await world.drive(resumeChannel(world.rt, { shopId: world.shopId, channelId }));
    await world.until("all held", () => SKUS.every((sku) => shown()[sku] === 0));
    expect((await channel()).brakeReason).toBeNull();
  });

  it("for longer than the merchant wanted is told once, with a way there, until it is released", async () => {
    await hold(world, "MUG-MOSS", { units: 0, remindDays: 1 }, TO_ZERO);
    const { id } = await variantOf("MUG-MOSS");
    const told = async () =>
      (await readAlerts(world.rt, world.shopId, { rowsMax: 50 })).filter((one) => one.action === `/app/skus/${id}`);
    const { remindAt } = await database.db.containment.findFirstOrThrow();
    expect(Math.round(((remindAt?.getTime() ?? 0) - world.time.nowMs()) / DAY_MS)).toBe(1);
    await world.run(5_000);
    expect(await told()).toEqual([]);
    const aDayLater = () => database.db.containment.updateMany({ data: { remindAt: world.time.now() } });
    await aDayLater();
    await world.run(5_000);
    expect(await told()).toMatchObject([{ title: "MUG-MOSS is still held at 0", endsByHand: true }]);
    const { openedAt } = await database.db.alert.findFirstOrThrow({ where: { key: `contained:${id}` } });
    await world.run(60_000);
    expect((await told())[0]?.openedAt).toBe(openedAt.toISOString());
    // Held at another number, they have looked: the days begin anew.
    await hold(world, "MUG-MOSS", { units: 1, remindDays: 1 }, UP);
    expect(await told()).toEqual([]);
    await aDayLater();
    await world.run(5_000);
    expect(await told()).toMatchObject([{ title: "MUG-MOSS is still held at 1" }]);
    await hold(world, "MUG-MOSS", null, UP);
    expect(await told()).toEqual([]);
  });

  it("stays held when its product is made anew in Shopify with the same SKU", async () => {
    await hold(world, "MUG-MOSS", { units: 2 }, DOWN);
    await world.until("held", () => shown()["MUG-MOSS"] === 2);
    const before = await variantOf("MUG-MOSS");
    const { variants } = world.shopify.store(world.shopDomain);
    const known = [...variants.values()].find((one) => one.sku === "MUG-MOSS");
    if (!known) throw new Error("there is no such variant");
    world.shopify.controls.deleteProduct(world.shopDomain, known.productId);
    await world.until("gone", async () => (await database.db.variant.count({ where: { removedAt: null } })) === 2);
    const seed = { title: "Again", variants: [{ sku: "MUG-MOSS", price: "5.00", stock: { Leeds: 30 } }] };
    world.shopify.controls.addProduct(world.shopDomain, storeSeedSchema.shape.products.element.parse(seed));
    await world.until("matched anew", async () => (await listingOf("MUG-MOSS")).variantId !== before.id);
    await world.run(60_000);
    expect(shown()["MUG-MOSS"]).toBeLessThanOrEqual(2);
    const after = await variantOf("MUG-MOSS");
    expect(await database.db.containment.findMany()).toMatchObject([{ variantId: after.id, units: 2 }]);
    expect((await skuPage("MUG-MOSS"))?.timeline.some((one) => one.message.includes("held at 2"))).toBe(true);
  });

  it("that another shop has can't be held", async () => {
    const { id: variantId } = await variantOf("MUG-MOSS");
    const change = {
      setting: "containment" as const,
      variantId,
      after: { units: 0, takesDown: false, remindDays: 3 },
    };
    const reply = await world.drive(changeSetting(world.rt, { shopId: world.shopId + 1, change, approved: TO_ZERO }));
    expect(reply).toMatchObject({ ok: false });
  });

  it("is held by one of two that decide at once after the other, each with the other's as what was before", async () => {
    const replies = await Promise.all([
      hold(world, "MUG-MOSS", { units: 4 }, DOWN),
      hold(world, "MUG-MOSS", { units: 3 }, DOWN),
    ]);
    expect(replies).toEqual([{ ok: true }, { ok: true }]);
    const [one, other] = await database.db.change.findMany({ orderBy: { id: "asc" } });
    expect(one?.before).toBeNull();
    expect(other?.before).toEqual(one?.after);
    const held = await database.db.containment.findFirstOrThrow();
    expect(other?.after).toMatchObject({ units: held.units });
    await world.until("as decided last", () => shown()["MUG-MOSS"] === held.units);
  });

  it("holds a listing that is matched to it at the same moment, whichever comes first", async () => {
    const { id: listingId, variantId } = await listingOf("MUG-MOSS");
    const match = (after: number | null) =>
      world.drive(
        changeSetting(world.rt, {
          shopId: world.shopId,
          approved: { zeroed: 1, lowered: 1, raised: 1 },
          change: {
            setting: "match",
            listingId,
            after: after === null ? null : { variantId: after, matchedBy: "hand" },
          },
        }),
      );
    for (let round = 0; round < 3; round += 1) {
      await match(null);
      await Promise.all([hold(world, "MUG-MOSS", { units: 2 }, DOWN), match(variantId)]);
      await world.until("held", () => shown()["MUG-MOSS"] === 2);
      await world.run(5_000);
      await hold(world, "MUG-MOSS", null, UP);
      await world.until("released", () => shown()["MUG-MOSS"] === 12);
      await world.run(5_000);
    }
  });

  it("that Shopify does not count can be held at 0, and at nothing else", async () => {
    await database.db.variant.updateMany({ where: { sku: "BOWL" }, data: { tracked: false } });
    expect(await hold(world, "BOWL", { units: 2 })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/only be held at 0/),
    });
    expect(await hold(world, "BOWL", { units: 0 }, TO_ZERO)).toEqual({ ok: true });
    await world.until("held", () => shown().BOWL === 0);
  });
});

describe("where 0 can't be taken back", () => {
  it.each([
    [false, 1, DOWN],
    [true, 0, TO_ZERO],
  ] as const)("a hold at 0 takes a listing down only if the merchant says so: %s", async (takesDown, left, moves) => {
    const sku = "MUG-MOSS";
    const { world, market, channelId } = await createMarketWorld({
      database,
      sku,
      quantity: 1,
      capabilities: { atZero: "deleted" },
    });
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    const [listing] = [...market.listings.values()];
    if (!listing) throw new Error("the market has no listing");
    await world.until("pushed", () => market.shown(listing) === 30);
    await world.run(10_000);
    const { id: variantId } = await variantOf(sku);
    const page = await readSku(world.rt, { id: world.shopId, timezone: "UTC" }, variantId);
    expect(page?.zeroIsFinalAt).toHaveLength(1);
    expect(await hold(world, sku, { units: 0, takesDown })).toMatchObject({
      asks: { ...moves, final: moves.zeroed },
    });
    expect(await hold(world, sku, { units: 0, takesDown }, moves)).toEqual({ ok: true });
    await world.until("held", () => market.shown(listing) === left);
    await world.run(60_000);
    expect(market.shown(listing)).toBe(left);
    world.close();
  });
});
