import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush, pauseChannel, resumeChannel } from "#app/flows/manage-channel.ts";
import type { ProposedSetting } from "#app/flows/settings.ts";
import { readChanges } from "#app/views/changes.ts";
import { readChannel } from "#app/views/channels.ts";
import { readHistory } from "#app/views/history.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const SKUS = Array.from({ length: 8 }, (_, index) => `SKU-${index}`);
const ANN = "548380009";

const buffer = (units: number) => ({ buffer: { kind: "units" as const, units } });

describe("a change of what a shop does", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    ({ world, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "changes",
        name: "Changes",
        locations: [{ name: "Leeds" }, { name: "Sheffield" }],
        products: SKUS.map((sku, index) => ({
          title: `Mug ${index}`,
          variants: [{ sku, price: "5.00", stock: { Leeds: 5, Sheffield: 10 + index } }],
        })),
      },
      listings: SKUS.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 5 })),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.until("all pushed", async () => (await channel()).bulkApproved === false);
  });
  afterEach(() => world.close());

  const channel = () => database.db.channel.findUniqueOrThrow({ where: { id: channelId } });
  const shown = () => world.ebay.controls.shown();
  const first = Object.fromEntries(SKUS.map((sku, index) => [sku, 15 + index]));
  const zeros = () => SKUS.filter((sku) => shown()[sku] === 0).length;
  const change = (proposed: ProposedSetting, approved: Moves | null = null) =>
    world.drive(changeSetting(world.rt, { shopId: world.shopId, actor: ANN, approved, change: proposed }));
  const undo = async (approved: Moves | null = null) => {
    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    return world.drive(undoChange(world.rt, { shopId: world.shopId, actor: ANN, approved, changeId }));
  };
  const ofChannel = (units: number) => ({ setting: "channel-policy" as const, channelId, after: buffer(units) });
  const listingOf = (sku: string) => database.db.listing.findFirstOrThrow({ where: { sku } });
  const ALL_TO_ZERO = { zeroed: 8, lowered: 0, raised: 0 };
  const ALL_UP = { zeroed: 0, lowered: 0, raised: 8 };

  it("that moves numbers is asked first, in a shop of 8 listings too, and nothing is written before", async () => {
    const asked = await change(ofChannel(500));
    expect(asked).toMatchObject({ ok: false, asks: { ...ALL_TO_ZERO, unchanged: 0 } });
    if (asked.ok || !asked.asks) throw new Error("not asked");
    expect(asked.asks.first).toHaveLength(8);
    expect(asked.asks.first[0]).toMatchObject({ sku: "SKU-0", from: 15, to: 0 });
    await world.run(30_000);
    expect(shown()).toEqual(first);
    expect((await channel()).policy).toBeNull();
    expect(await database.db.change.count()).toBe(0);
  });

  it("of the shop's policy moves what no channel decides, and is undone as it was", async () => {
    const ofShop = { setting: "shop-policy" as const, after: buffer(500) };
    expect(await change(ofShop)).toMatchObject({ ok: false, asks: ALL_TO_ZERO });
    expect(await change({ setting: "channel-policy", channelId, after: buffer(0) })).toEqual({ ok: true });
    expect(await change({ ...ofShop, after: null })).toEqual({ ok: true });
    expect(await change(ofShop)).toEqual({ ok: true });
    expect(await database.db.change.findFirst({ orderBy: { id: "desc" } })).toMatchObject({
      ...{ setting: "shop-policy", actor: ANN, channelId: null, message: "Policy of the shop: buffer 500" },
    });
    const byShop = { setting: "channel-policy" as const, channelId, after: null };
    expect(await change(byShop, ALL_TO_ZERO)).toEqual({ ok: true });
    await world.until("all at zero", () => zeros() === 8);
    await world.run(30_000);
    expect(await change({ ...ofShop, after: null }, ALL_UP)).toEqual({ ok: true });
    await world.until("as before", () => zeros() === 0);
    await world.run(30_000);
    expect(await undo(ALL_TO_ZERO)).toEqual({ ok: true });
    await world.until("all at zero again", () => zeros() === 8);
  });

  it("that was approved is done without the brake asking again, written with who did it, and undone by restoring", async () => {
    expect(await change(ofChannel(500), ALL_TO_ZERO)).toEqual({ ok: true });
    await world.until("all at zero", () => zeros() === 8);
    await world.run(30_000);
    expect(await channel()).toMatchObject({ brakeReason: null, policy: buffer(500) });
    const [row] = await readChanges(world.rt, world.shopId, { channelId }, ANN);
    expect(row).toMatchObject({ who: "You", message: expect.stringContaining("buffer 500"), canUndo: true });
    expect(row?.moves).toBe("8 listings go to 0");
    const filters = {
      from: null,
      to: null,
      channelId: null,
      kind: "settings",
      outcome: null,
      search: "",
      beside: null,
    };
    const shop = { id: world.shopId, timezone: "UTC" };
    const { rows } = await readHistory(world.rt, shop, { ...filters, viewer: "1" });
    expect(rows.find((one) => one.who !== null)).toMatchObject({
      who: `A staff member (id ${ANN})`,
      message: expect.stringContaining("8 listings go to 0"),
    });

    expect(await undo()).toMatchObject({ ok: false, asks: ALL_UP });
    expect(await undo(ALL_UP)).toEqual({ ok: true });
    await world.until("all back", () => JSON.stringify(shown()) === JSON.stringify(first));
    expect((await channel()).policy).toBeNull();
    const [undone, changed] = await readChanges(world.rt, world.shopId, { channelId }, "1");
    expect(undone).toMatchObject({ who: `A staff member (id ${ANN})`, moves: "8 listings go up", canUndo: true });
    expect(changed).toMatchObject({ canUndo: false, undone: { who: `A staff member (id ${ANN})` } });
    // And what went to zero and came back is no reason to brake when one more sells out.
    world.setStock("SKU-3", 0);
    await world.until("it sells out", () => zeros() === 1);
  });

  it("that was altered again since is not undone, and one that was undone is not undone twice", async () => {
    const small = { zeroed: 0, lowered: 8, raised: 0 };
    await change(ofChannel(1), small);
    const { id: changeId } = await database.db.change.findFirstOrThrow();
    await change(ofChannel(2), small);
    const take = () => undoChange(world.rt, { shopId: world.shopId, changeId, approved: ALL_UP });
    expect(await world.drive(take())).toMatchObject({ ok: false, message: expect.stringContaining("changed again") });
    await undo(ALL_UP);
    expect(await world.drive(take())).toEqual({ ok: true });
    expect(await world.drive(take())).toMatchObject({ ok: false, message: expect.stringContaining("undone already") });
    expect((await channel()).policy).toBeNull();
  });

  it("of another shop can't be undone", async () => {
    await change(ofChannel(1), { zeroed: 0, lowered: 8, raised: 0 });
    const { id: changeId } = await database.db.change.findFirstOrThrow();
    expect((await world.drive(undoChange(world.rt, { shopId: world.shopId + 1, changeId }))).ok).toBe(false);
  });

  it("is asked about again where more would go to zero than was shown", async () => {
    const asked = await change(ofChannel(16));
    expect(asked).toMatchObject({ asks: { zeroed: 2, lowered: 6 } });
    world.setStock("SKU-7", 12);
    await world.until("sold meanwhile", () => shown()["SKU-7"] === 12);
    expect(await change(ofChannel(16), { zeroed: 2, lowered: 6, raised: 0 })).toMatchObject({ asks: { zeroed: 3 } });
    expect(await change(ofChannel(16), { zeroed: 3, lowered: 5, raised: 0 })).toEqual({ ok: true });
    await world.until("as approved", () => zeros() === 3);
  });

  it("that moves no number is saved at once, and written down all the same", async () => {
    expect(await change({ setting: "conflicts", channelId, after: "backorder" })).toEqual({ ok: true });
    expect(await change({ setting: "edits", channelId, after: "ask" })).toEqual({ ok: true });
    const cap = { ...ofChannel(0), after: { cap: 100 } };
    expect(await change(cap)).toEqual({ ok: true });
    expect(await database.db.change.count({ where: { zeroed: 0, lowered: 0, raised: 0, actor: ANN } })).toBe(3);
    // The same again changes nothing.
    expect(await change(cap)).toEqual({ ok: true });
    expect(await database.db.change.count()).toBe(3);
  });

  it("of locations shows what it does", async () => {
    const [leeds] = await database.db.location.findMany({ where: { name: "Leeds" } });
    const after = [leeds?.gid ?? ""];
    const proposed = { setting: "channel-locations" as const, channelId, after };
    expect(await change(proposed)).toMatchObject({ asks: { lowered: 8 } });
    expect(await change({ ...proposed, after: ["gid://shopify/Location/404"] })).toMatchObject({ ok: false });
    expect(await change(proposed, { zeroed: 0, lowered: 8, raised: 0 })).toEqual({ ok: true });
    await world.until("Leeds alone", () => SKUS.every((sku) => shown()[sku] === 5));
    expect((await readChanges(world.rt, world.shopId, { channelId }, null))[0]?.message).toContain("Leeds");
  });

  it("of one listing reads that one: its policy, its match, and whether it is left alone", async () => {
    const { id: listingId, variantId } = await listingOf("SKU-0");
    const policy = { setting: "listing-policy" as const, listingId, after: { cap: 0 } };
    expect(await change(policy)).toMatchObject({ asks: { zeroed: 1, unchanged: 0, first: [{ from: 15, to: 0 }] } });
    expect(await change(policy, { zeroed: 1, lowered: 0, raised: 0 })).toEqual({ ok: true });
    await world.until("to zero", () => shown()["SKU-0"] === 0);
    expect(await undo({ zeroed: 0, lowered: 0, raised: 1 })).toEqual({ ok: true });
    await world.until("back", () => shown()["SKU-0"] === 15);

    // Left alone, it keeps what it shows, and what was stock's doing meanwhile shows when it is not any more.
    expect(await change({ setting: "excluded", listingId, after: true })).toEqual({ ok: true });
    world.setStock("SKU-0", 6);
    await world.run(10_000);
    expect(shown()["SKU-0"]).toBe(15);
    expect(await undo()).toMatchObject({ asks: { lowered: 1, first: [{ from: 15, to: 6 }] } });
    expect(await undo({ zeroed: 0, lowered: 1, raised: 0 })).toEqual({ ok: true });
    await world.until("it follows", () => shown()["SKU-0"] === 6);
    await world.run(5_000);

    expect(await change({ setting: "match", listingId, after: null })).toEqual({ ok: true });
    const other = (await listingOf("SKU-5")).variantId ?? 0;
    const match = { setting: "match" as const, listingId, after: { variantId: other, matchedBy: "hand" as const } };
    expect(await change(match)).toMatchObject({ asks: { raised: 1, first: [{ sku: "SKU-0", from: 6, to: 20 }] } });
    expect(await undo()).toEqual({ ok: true });
    expect(await listingOf("SKU-0")).toMatchObject({ variantId, matchedBy: "sku" });
  });

  it("what the brake held, or was never approved, is previewed there: no number moves by a setting", async () => {
    await database.db.channel.update({ where: { id: channelId }, data: { pushApprovedAt: null } });
    expect(await change(ofChannel(500))).toEqual({ ok: true });
    await world.run(10_000);
    expect(shown()).toEqual(first);
  });

  it("under a pause it is asked about too, and done once the channel is resumed", async () => {
    await world.drive(pauseChannel(world.rt, { shopId: world.shopId, channelId }));
    expect(await change(ofChannel(500))).toMatchObject({ asks: ALL_TO_ZERO });
    expect(await change(ofChannel(500), ALL_TO_ZERO)).toEqual({ ok: true });
    await world.run(10_000);
    expect(shown()).toEqual(first);
    await world.drive(resumeChannel(world.rt, { shopId: world.shopId, channelId }));
    await world.until("all at zero", () => zeros() === 8);
    expect((await channel()).brakeReason).toBeNull();
  });

  it("an approval is for its change alone: a wrong import afterwards brakes, though the listings were approved to zero once", async () => {
    await change(ofChannel(500), ALL_TO_ZERO);
    await world.until("all at zero", () => zeros() === 8);
    for (const sku of SKUS) world.setStock(sku, 1_000);
    await world.until("stock grew past the buffer", () => zeros() === 0);
    await world.run(11 * 60_000);
    for (const sku of SKUS) world.setStock(sku, 0);
    await world.run(60_000);
    expect(zeros()).toBeLessThan(3);
    expect((await channel()).brakeReason).toMatch(/of 8 listings would show 0/);
  });

  it("an approval to zero of which nothing came is over: a wrong import later brakes", async () => {
    await world.drive(pauseChannel(world.rt, { shopId: world.shopId, channelId }));
    await change(ofChannel(500), ALL_TO_ZERO);
    await change(ofChannel(0));
    await world.drive(resumeChannel(world.rt, { shopId: world.shopId, channelId }));
    await world.run(60_000);
    expect(shown()).toEqual(first);
    for (const sku of SKUS) world.setStock(sku, 0);
    await world.run(60_000);
    expect(zeros()).toBeLessThan(3);
    expect((await channel()).brakeReason).toMatch(/of 8 listings would show 0/);
  });

  it("the card that undoes the first push is there while there is something to take back, and no longer", async () => {
    const undoView = async () => (await readChannel(world.rt, world.shopId, channelId))?.undo ?? null;
    expect(await undoView()).toMatchObject({ back: 8 });
    await change(ofChannel(500), ALL_TO_ZERO);
    await world.until("all at zero", () => zeros() === 8);
    // Nothing shows more than before the first push: there is nothing to take back.
    expect(await undoView()).toBeNull();
  });
});
