/** One SKU is timed through every channel: one unit less for a moment, put back whatever happens. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { startLatencyCheck } from "#app/flows/check-latency.ts";
import { closeAlert } from "#app/flows/close-alert.ts";
import { forgetOld } from "#app/flows/forget-old.ts";
import { approveFirstPush, pauseChannel } from "#app/flows/manage-channel.ts";
import { removeShop } from "#app/flows/remove-shop.ts";
import { settleOversold } from "#app/flows/settle-oversale.ts";
import { readAlerts } from "#app/views/alerts.ts";
import { readCheckPlan } from "#app/views/latency-check-facts.ts";
import { createSimMarketplace, NO_FAULTS, type SimMarketplace } from "#test/simulation/sim-marketplace.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const ANN = "548380009";
const SKU = "MUG";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe("timing one SKU", () => {
  let database: TestDatabase;
  let world: World;
  let market: SimMarketplace;
  let channels: { ebay: number; market: number };

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(() => world.close());

  async function begin(stock: Record<string, number> = { Leeds: 4, Sheffield: 8 }): Promise<void> {
    const total = Object.values(stock).reduce((sum, units) => sum + units, 0);
    const made = await createConnectedWorld({
      database,
      workers: 2,
      store: {
        handle: "timed",
        name: "Timed",
        locations: [{ name: "Leeds" }, { name: "Sheffield" }],
        products: [
          { title: "Mug", variants: [{ sku: SKU, price: "5.00", stock }] },
          { title: "Bowl", variants: [{ sku: "BOWL", price: "5.00", stock: { Leeds: 9 } }] },
        ],
      },
      listings: [
        { sku: SKU, title: "Mug", price: "5.00", currency: "GBP", quantity: 1 },
        { sku: "BOWL", title: "Bowl", price: "5.00", currency: "GBP", quantity: 1 },
      ],
      markets({ time, random }) {
        const nature = { key: "market", capabilities: {}, limits: [], visibleAfterMs: 0, clockSkewMs: 0 };
        market = createSimMarketplace({ ...nature, latencyMs: { min: 20, max: 80 } }, time, random.fork());
        market.addListing(SKU, 1);
        return [{ connector: market.connector, fetch: market.fetch }];
      },
    });
    world = made.world;
    channels = {
      ebay: made.channelId,
      market: await world.connectKeys({ connectorKey: "market", keys: { token: "t" } }),
    };
    await world.until("read", async () => (await database.db.channel.count({ where: { listingsReadAt: null } })) === 0);
    for (const channelId of Object.values(channels))
      await world.drive(approveFirstPush(world.rt, { shopId: world.shopId, channelId }));
    await world.until("all pushed", () => shownOn().every((quantity) => quantity === total));
    await world.run(10_000);
  }
  beforeEach(() => begin());

  const shownOn = () => [
    world.ebay.controls.shown()[SKU],
    ...[...market.listings.values()].map((one) => market.shown(one)),
  ];
  const variantOf = (sku: string) => database.db.variant.findFirstOrThrow({ where: { sku } });
  const plan = async (sku = SKU) =>
    (await readCheckPlan(world.rt, database.db, world.shopId, (await variantOf(sku)).id))?.plan;
  const start = async (sku = SKU, approved = 2) =>
    world.drive(
      startLatencyCheck(world.rt, { shopId: world.shopId, variantId: (await variantOf(sku)).id, approved, actor: ANN }),
    );
  const check = () =>
    database.db.latencyCheck.findFirstOrThrow({ orderBy: { id: "desc" }, include: { listings: true } });
  const isEnded = async () => (await check()).state === "ended";
  const inShopify = () => [world.available(SKU), world.reserved(SKU)];
  const openAlerts = () => readAlerts(world.rt, world.shopId, { rowsMax: 20 });

  it("is shown before, timed at every step on every channel, put back, and kept with who began it", async () => {
    expect(await plan()).toMatchObject({
      ok: true,
      place: { name: "Sheffield" },
      timed: [
        { channelId: channels.ebay, from: 12, to: 11 },
        { channelId: channels.market, from: 12, to: 11 },
      ],
      untimed: [],
    });
    const startedAt = world.time.nowMs();
    expect(await start()).toEqual({ ok: true });
    expect(await start()).toMatchObject({
      ok: false,
      message: "A check of MUG is under way. Wait until it has ended.",
    });
    const highest: number[] = [];
    let away = 0;
    await world.until("ended", async () => {
      highest.push(...shownOn().map(Number));
      away = Math.max(away, world.reserved(SKU));
      return isEnded();
    });
    expect([away, Math.max(...highest), Math.min(...highest)]).toEqual([1, 12, 11]);
    expect(inShopify()).toEqual([12, 0]);
    const ended = await check();
    expect(ended).toMatchObject({ state: "ended", actor: ANN, heardByNotice: true, problem: null, lookAt: null });
    expect(ended.returnedAt).not.toBeNull();
    for (const row of ended.listings) {
      const times = [ended.changedAt, ended.heardAt, row.pushedAt, row.acceptedAt, row.shownAt].map(Number);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times[0]).toBeGreaterThanOrEqual(startedAt);
      expect(row).toMatchObject({ quantityBefore: 12, quantityExpected: 11, isRefused: false, problem: null });
    }
    await world.until("as before", () => shownOn().every((quantity) => quantity === 12), 10 * MINUTE_MS);
    const said = await database.db.attempt.findMany({ where: { kind: "latency-check" }, orderBy: { id: "asc" } });
    expect(said.map((one) => [one.actor, one.message])).toEqual([
      [ANN, "MUG: a latency check was begun on 2 listings. One unit at Sheffield is away until it ends."],
      [null, "MUG: the latency check has ended. Its unit is back."],
    ]);
    expect(await openAlerts()).toEqual([]);

    await forgetOld(world.rt);
    expect(await database.db.latencyCheck.count()).toBe(1);
    await database.db.latencyCheck.updateMany({ data: { endedAt: new Date(world.time.nowMs() - 401 * DAY_MS) } });
    await forgetOld(world.rt);
    expect([await database.db.latencyCheck.count(), await database.db.latencyCheckListing.count()]).toEqual([0, 0]);
  });

  it("of two that are begun at once begins one", async () => {
    const replies = await Promise.all([start(), start("BOWL")]);
    expect(replies.map((reply) => reply.ok).sort()).toEqual([false, true]);
    expect(replies.find((reply) => !reply.ok)).toMatchObject({ message: expect.stringContaining("under way") });
    expect(await database.db.latencyCheck.count()).toBe(1);
    await world.until("ended", isEnded);
    expect(world.reserved(SKU) + world.reserved("BOWL")).toBe(0);
  });

  it("is not begun where it would do more than the merchant was shown", async () => {
    expect(await start(SKU, 1)).toMatchObject({ ok: false, message: expect.stringContaining("Look again") });
    expect(await database.db.latencyCheck.count()).toBe(0);
  });

  it("leaves a paused channel alone, and says why; where nothing is left to time it does not begin", async () => {
    await world.drive(pauseChannel(world.rt, { shopId: world.shopId, channelId: channels.market }));
    expect(await plan()).toMatchObject({
      timed: [{ channelId: channels.ebay }],
      untimed: [{ why: expect.stringContaining("The channel is paused") }],
    });
    expect(await start()).toEqual({ ok: true });
    await world.until("ended", isEnded);
    expect((await check()).listings.map((one) => one.channelId)).toEqual([channels.ebay]);
    await world.drive(pauseChannel(world.rt, { shopId: world.shopId, channelId: channels.ebay }));
    expect(await start()).toEqual({ ok: false, message: "None of its listings can be timed now." });
  });

  it("refuses what is held, what is not counted, and where no unit is to spare", async () => {
    const { id: variantId } = await variantOf(SKU);
    const hold = { setting: "containment" as const, variantId, after: { units: 50, takesDown: false, remindDays: 3 } };
    await world.drive(changeSetting(world.rt, { shopId: world.shopId, change: hold }));
    expect(await start()).toMatchObject({ message: expect.stringContaining("You hold this SKU at 50") });
    await world.drive(changeSetting(world.rt, { shopId: world.shopId, change: { ...hold, after: null } }));
    await world.run(10_000);
    world.setStock(SKU, 9);
    await world.until("pushed", () => shownOn().every((quantity) => quantity === 9));
    await world.run(10_000);
    // All but one are kept back by the policy: with a unit less nothing is on sale.
    const change = { setting: "channel-policy" as const, channelId: channels.ebay };
    const policy = { buffer: { kind: "units" as const, units: 8 } };
    const approved = { zeroed: 0, lowered: 2, raised: 0 };
    await world.drive(
      changeSetting(world.rt, { shopId: world.shopId, approved, change: { ...change, after: policy } }),
    );
    await world.until("pushed", () => shownOn()[0] === 1);
    await world.run(10_000);
    expect(await start()).toMatchObject({
      message: expect.stringMatching(/^There is no unit to spare: eBay .* would show 0\.$/),
    });
    expect(inShopify()).toEqual([9, 0]);
    await database.db.variant.updateMany({ where: { id: variantId }, data: { tracked: false } });
    expect(await start()).toMatchObject({ message: expect.stringContaining("does not count this item") });
  });

  it("goes on where its worker died, wherever that was, and the unit is put back", async () => {
    for (const state of ["taking", "watching", "returning"]) {
      world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-after", times: 1 });
      expect(await start()).toEqual({ ok: true });
      await world.until(state, async () => (await check()).state === state);
      for (const index of world.workers.keys()) world.replaceWorker(index);
      await world.until("ended", isEnded, 10 * MINUTE_MS);
      expect(inShopify()).toEqual([12, 0]);
      await world.until("as before", () => shownOn().every((quantity) => quantity === 12), 10 * MINUTE_MS);
      await world.run(30_000);
      await database.db.latencyCheck.deleteMany();
    }
  });

  it("waits for a slow marketplace for five minutes, says what held it up, and puts the unit back", async () => {
    market.faults = { ...NO_FAULTS, unavailable: 1 };
    expect(await start()).toEqual({ ok: true });
    await world.until("timed on eBay", async () =>
      (await check()).listings.some((one) => one.channelId === channels.ebay && one.shownAt !== null),
    );
    expect(await isEnded()).toBe(false);
    const { startedAt } = await check();
    await world.until("ended", isEnded, 6 * MINUTE_MS);
    expect(world.time.nowMs() - startedAt.getTime()).toBeLessThan(5.5 * MINUTE_MS);
    const ended = await check();
    expect(ended.problem).toBe("Not every marketplace showed the new number within 5 minutes.");
    const slow = ended.listings.find((one) => one.channelId === channels.market);
    expect(slow).toMatchObject({ acceptedAt: null, shownAt: null });
    expect(slow?.problem).toBeTruthy();
    expect(inShopify()).toEqual([12, 0]);
    market.faults = { ...NO_FAULTS };
    await world.until("as before", () => shownOn().every((quantity) => quantity === 12), 30 * MINUTE_MS);
  });

  it("ends where Shopify refuses to take the unit, and changes nothing", async () => {
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "status", status: 503, times: 3 });
    expect(await start()).toEqual({ ok: true });
    const { inventoryItemGid, locationGid } = await check();
    world.shopify.controls.disconnectItem(world.shopDomain, inventoryItemGid, locationGid);
    await world.until("ended", isEnded);
    expect(await check()).toMatchObject({
      returnedAt: null,
      problem: expect.stringMatching(/^Shopify would not take the unit aside/),
    });
    expect(world.reserved(SKU)).toBe(0);
  });

  it("puts the unit back at once when the SKU sells out meanwhile", async () => {
    market.faults = { ...NO_FAULTS, unavailable: 1 };
    expect(await start()).toEqual({ ok: true });
    await world.until("away", async () => (await check()).heardAt !== null);
    world.setStock(SKU, 0);
    await world.until("ended", isEnded, MINUTE_MS);
    expect(await check()).toMatchObject({ problem: "It sold meanwhile, so the unit was put back early." });
    expect(inShopify()).toEqual([1, 0]);
  });

  it("tells nobody that stock is low for the unit that is away, and no order loses on such a count", async () => {
    const rule = { units: 11, owner: null, answerHours: null, holds: true };
    const change = { setting: "stock-rule" as const, after: { pattern: SKU, rule } };
    expect(await world.drive(changeSetting(world.rt, { shopId: world.shopId, change }))).toEqual({ ok: true });
    await world.run(10_000);
    market.faults = { ...NO_FAULTS, unavailable: 1 };
    expect(await start()).toEqual({ ok: true });
    await world.until("away", async () => (await check()).heardAt !== null);
    await world.run(20_000);
    const { inventoryItemGid } = await check();
    await world.drive(settleOversold(world.rt, { shopId: world.shopId, inventoryItemGid }));
    expect([await database.db.containment.count(), await database.db.conflict.count()]).toEqual([0, 0]);
    market.faults = { ...NO_FAULTS };
    await world.until("ended", isEnded, 6 * MINUTE_MS);
    await world.run(20_000);
    expect(await database.db.containment.count()).toBe(0);
    expect((await openAlerts()).filter((one) => one.key.startsWith("low-stock"))).toEqual([]);
    // Looked at again since: what really falls is held.
    world.setStock(SKU, 11);
    await world.until("held", async () => (await database.db.containment.count()) === 1);
  });

  it("asks the merchant to look where Shopify does not say for a day whether the unit is back", async () => {
    market.faults = { ...NO_FAULTS, unavailable: 1 };
    await start();
    await world.until("away", async () => (await check()).heardAt !== null);
    world.shopify.faults.add({ operation: "inventoryMoveQuantities", kind: "drop-before", times: 100_000 });
    await world.until("returning", async () => (await check()).state === "returning", 6 * MINUTE_MS);
    await database.db.latencyCheck.updateMany({
      data: { askedAt: new Date(world.time.nowMs() - 21 * 60 * MINUTE_MS) },
    });
    await world.until("given up", isEnded, 20 * MINUTE_MS);
    const [alert] = (await openAlerts()).filter((one) => one.key.startsWith("check-unit"));
    expect(alert?.message).toMatch(/^For a day Shopify did not say whether the unit of this check was moved back/);
    expect(await closeAlert(world.rt, { shopId: world.shopId, alertId: alert?.id ?? 0 })).toMatchObject({ ok: true });
  });

  it("does not go on in a shop that left, and does once it is back", async () => {
    market.faults = { ...NO_FAULTS, unavailable: 1 };
    await start();
    await world.until("away", async () => (await check()).heardAt !== null);
    const shop = await database.db.shop.findUniqueOrThrow({ where: { id: world.shopId } });
    await world.drive(removeShop(world.rt, shop));
    await world.run(10 * MINUTE_MS);
    expect([await isEnded(), world.reserved(SKU)]).toEqual([false, 1]);
    await world.install(world.shopDomain);
    await world.until("ended", isEnded, 10 * MINUTE_MS);
    expect(world.reserved(SKU)).toBe(0);
  });

  describe("is asked for once a month", () => {
    const reminded = async () => (await openAlerts()).filter((one) => one.key === "latency-check");
    const dueIn = async () =>
      Math.round((Number((await database.db.shop.findFirstOrThrow()).latencyRemindAt) - world.time.nowMs()) / DAY_MS);
    const makeDue = () => database.db.shop.updateMany({ data: { latencyRemindAt: world.time.now() } });
    const setReminder = (after: boolean) =>
      world.drive(changeSetting(world.rt, { shopId: world.shopId, change: { setting: "latency-reminder", after } }));

    it("a month after the shop was mirrored, until it is put away or a SKU was timed", async () => {
      expect(await dueIn()).toBe(30);
      await makeDue();
      await world.until("reminded", async () => (await reminded()).length === 1);
      expect([await dueIn(), (await reminded())[0]?.action]).toEqual([30, "/app/latency"]);
      const [alert] = await reminded();
      expect(await closeAlert(world.rt, { shopId: world.shopId, alertId: alert?.id ?? 0 })).toMatchObject({ ok: true });
      await world.run(MINUTE_MS);
      expect(await reminded()).toEqual([]);
      await makeDue();
      await world.until("reminded again", async () => (await reminded()).length === 1);
      await start();
      await world.until("ended", isEnded);
      expect([await reminded(), await dueIn()]).toEqual([[], 30]);
    });

    it("not once it is switched off, nor where nothing is pushed", async () => {
      await makeDue();
      await world.until("reminded", async () => (await reminded()).length === 1);
      expect(await setReminder(false)).toEqual({ ok: true });
      expect(await reminded()).toEqual([]);
      await makeDue();
      await world.run(MINUTE_MS);
      expect(await reminded()).toEqual([]);
      expect(await setReminder(true)).toEqual({ ok: true });
      expect(await dueIn()).toBe(30);
      await database.db.channel.updateMany({ data: { pushApprovedAt: null } });
      await makeDue();
      await world.until("put off", async () => (await dueIn()) === 30);
      expect(await reminded()).toEqual([]);
    });
  });
});
