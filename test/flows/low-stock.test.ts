/** A SKU that falls to its number is said once, until it is above it again; and a channel whose quantities wait too long. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { findUnexplainedLevels } from "#app/inventory/levels.ts";
import { ruleFor, type StockRuleValue } from "#app/stock-rules/patterns.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { createMarketWorld } from "./market-world.ts";

const RULE: StockRuleValue = { units: 5, owner: null, answerHours: null, holds: false };
const MINUTE_MS = 60_000;

describe("low stock", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  let mails: { to: string; subject: string }[];

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    mails = [];
    const mailer = () => ({
      send: async ({ to, subject }: { to: string; subject: string }) => {
        mails.push({ to, subject });
        return { ok: true } as const;
      },
    });
    ({ world, channelId } = await createMarketWorld({ database, sku: "MUG-MOSS", quantity: 1, mailer, workers: 2 }));
  });
  afterEach(() => world.close());

  const save = (pattern: string, rule: StockRuleValue | null) =>
    world.drive(
      changeSetting(world.rt, { shopId: world.shopId, change: { setting: "stock-rule", after: { pattern, rule } } }),
    );
  const open = async (prefix = "low-stock:") =>
    (
      await database.db.alert.findMany({
        where: { key: { startsWith: prefix }, resolvedAt: null },
        orderBy: { title: "asc" },
      })
    ).map((alert) => alert.title);
  /** As a webhook tells it. */
  const stock = async (sku: string, units: number) => {
    world.setStock(sku, units);
    await world.run(10_000);
  };

  it("is said once per fall and not once per sale, and again after it was above", async () => {
    await stock("MUG-MOSS", 9);
    expect(await save("MUG-MOSS", RULE)).toEqual({ ok: true });
    await stock("MUG-MOSS", 6);
    expect(await open()).toEqual([]);
    await stock("MUG-MOSS", 5);
    expect(await open()).toEqual(["MUG-MOSS is low: 5 left"]);
    await world.run(2 * MINUTE_MS);
    for (const units of [4, 3, 2]) {
      await stock("MUG-MOSS", units);
      await world.run(15 * MINUTE_MS);
    }
    expect(await open()).toEqual(["MUG-MOSS is low: 2 left"]);
    expect(mails.filter((mail) => mail.subject.includes("MUG-MOSS"))).toHaveLength(1);
    await stock("MUG-MOSS", 6);
    expect(await open()).toEqual([]);
    await stock("MUG-MOSS", 0);
    expect(await open()).toEqual(["MUG-MOSS is low: none is left"]);
    await world.run(15 * MINUTE_MS);
    expect(mails.filter((mail) => mail.subject.includes("MUG-MOSS"))).toHaveLength(2);
    expect(await findUnexplainedLevels(database.db, world.shopId)).toEqual([]);
  });

  it("of one SKU is said at once where it is low as its rule is made; of many only what falls from then on", async () => {
    await stock("MUG-MOSS", 3);
    await stock("MUG-SLATE", 3);
    await save("MUG-*", RULE);
    await world.run(10_000);
    expect(await open()).toEqual([]);
    await save("MUG-MOSS", { ...RULE, units: 4 });
    await world.run(10_000);
    expect(await open()).toEqual(["MUG-MOSS is low: 3 left"]);
    await stock("MUG-SLATE", 2);
    expect(await open()).toEqual(["MUG-MOSS is low: 3 left", "MUG-SLATE is low: 2 left"]);
  });

  it("goes when its rule does, comes back when that is undone, and follows the most exact rule", async () => {
    await stock("MUG-MOSS", 3);
    await save("MUG-MOSS", RULE);
    await world.run(10_000);
    expect(await open()).toHaveLength(1);
    await save("MUG-MOSS", null);
    await world.run(10_000);
    expect(await open()).toEqual([]);
    const change = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(await world.drive(undoChange(world.rt, { shopId: world.shopId, changeId: change.id }))).toEqual({
      ok: true,
    });
    await world.run(10_000);
    expect(await open()).toHaveLength(1);
    await save("MUG-MOSS", { ...RULE, units: 2 });
    await save("*", { ...RULE, units: 100 });
    await world.run(10_000);
    expect(await open()).toEqual([]);
  });

  it("follows a location that closes and opens, a SKU that is called otherwise, and one that is counted no more", async () => {
    const { controls } = world.shopify;
    const store = world.shopify.store(world.shopDomain);
    const variant = [...store.variants.values()].find((one) => one.sku === "MUG-MOSS");
    const levels = [...store.levels.values()].filter((one) => one.itemId === variant?.inventoryItemId);
    const [near, far] = levels;
    if (!variant || !near || !far) throw new Error("it lies at two locations");
    for (const level of levels) controls.setAvailable(world.shopDomain, level.itemId, level.locationId, 4);
    await world.run(10_000);
    await save("MUG-MOSS", { ...RULE, units: 4 * levels.length - 1 });
    await world.run(10_000);
    expect(await open()).toEqual([]);
    controls.setLocationActive(world.shopDomain, far.locationId, false);
    await world.run(30_000);
    expect(await open()).toHaveLength(1);
    controls.setLocationActive(world.shopDomain, far.locationId, true);
    await world.run(30_000);
    expect(await open()).toEqual([]);
    controls.setAvailable(world.shopDomain, near.itemId, near.locationId, 0);
    await world.run(10_000);
    expect(await open()).toHaveLength(1);
    controls.editVariant(world.shopDomain, variant.id, { sku: "MUG-MOSS-2" });
    await world.run(30_000);
    expect(await open()).toEqual([]);
    await save("MUG-MOSS-2", { ...RULE, units: 4 * levels.length - 1 });
    await world.run(10_000);
    expect(await open()).toHaveLength(1);
    controls.editVariant(world.shopDomain, variant.id, { tracked: false });
    await world.run(30_000);
    expect(await open()).toEqual([]);
  });

  it("tells whoever answers for it", async () => {
    await save("MUG-MOSS", { ...RULE, owner: "stock@example.com", answerHours: 1 });
    await stock("MUG-MOSS", 4);
    await world.run(2 * MINUTE_MS);
    expect(mails.map((mail) => mail.to).sort()).toEqual(["owner@lockstep-demo.example", "stock@example.com"]);
  });

  it("refuses a rule for a SKU that there is not", async () => {
    expect(await save("NO-SUCH-MUG", RULE)).toMatchObject({ ok: false, message: expect.stringMatching(/no such SKU/) });
    expect(await save("NO-SUCH-*", RULE)).toEqual({ ok: true });
  });

  it("of a shop without a rule nothing is kept", async () => {
    await stock("MUG-MOSS", 4);
    expect(await database.db.stockToWatch.count()).toBe(0);
  });

  describe("a late channel", () => {
    const setLate = (after: number | null) =>
      world.drive(
        changeSetting(world.rt, { shopId: world.shopId, change: { setting: "late-after", channelId, after } }),
      );
    /** A change of stock that no push has reached yet, though it is tried. */
    const wait = async (minutes: number) => {
      await database.db.channel.updateMany({ data: { pushApprovedAt: new Date(0), bulkApproved: true } });
      world.setStock("MUG-MOSS", world.available("MUG-MOSS") + 1);
      await world.run(2_000);
      const changedAt = new Date(world.time.nowMs() - minutes * MINUTE_MS);
      const retryAt = new Date(world.time.nowMs() + 60 * MINUTE_MS);
      await database.db.listing.updateMany({ data: { changedAt, retryAt, version: { increment: 1 } } });
    };

    it("is said when a quantity waits longer than the merchant allows, and ends by itself", async () => {
      await wait(31);
      await world.run(70_000);
      expect(await open("delayed:")).toEqual([expect.stringMatching(/wait longer than 30 minutes/)]);
      await database.db.listing.updateMany({ data: { retryAt: null } });
      await world.run(150_000);
      expect(await open("delayed:")).toEqual([]);
    });

    it("is not said before, nor where the merchant does not want to hear, nor of a paused channel", async () => {
      await wait(20);
      await world.run(70_000);
      expect(await open("delayed:")).toEqual([]);
      await setLate(null);
      await wait(500);
      await world.run(70_000);
      expect(await open("delayed:")).toEqual([]);
      await setLate(15);
      await wait(20);
      await database.db.channel.updateMany({ data: { state: "paused" } });
      await world.run(70_000);
      expect(await open("delayed:")).toEqual([]);
      await database.db.channel.updateMany({ data: { state: "connected" } });
      await wait(20);
      await world.run(70_000);
      expect(await open("delayed:")).toHaveLength(1);
    });
  });
});

it("the most exact rule holds", () => {
  const rules = ["*", "MUG-*", "MUG-MO*", "MUG-MOSS"].map((pattern) => ({ pattern }));
  const holds = (sku: string | null) => ruleFor(rules, sku)?.pattern;
  expect([holds("MUG-MOSS"), holds("MUG-MOSSY"), holds("MUG-OAT"), holds("THR"), holds(null)]).toEqual([
    "MUG-MOSS",
    "MUG-MO*",
    "MUG-*",
    "*",
    "*",
  ]);
  expect(ruleFor([{ pattern: "MUG" }], "MUG-MOSS")).toBeNull();
});
