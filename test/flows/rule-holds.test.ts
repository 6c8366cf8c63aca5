/** A rule for low stock that holds what falls to its number at 0 on every channel, until the merchant releases it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { StockRuleValue } from "#app/stock-rules/patterns.ts";
import { readChanges } from "#app/views/changes.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const SKUS = ["MUG-MOSS", "MUG-SLATE", "BOWL"];
/** Not listed anywhere: as many as one turn of watching holds, and more. */
const OTHERS = Array.from({ length: 21 }, (_, at) => `SPARE-${at}`);
const RULE: StockRuleValue = { units: 3, owner: null, answerHours: null, holds: true };
const UP = { zeroed: 0, lowered: 0, raised: 1 };
const SOON_MS = 30_000;

describe("a rule that holds what is low", () => {
  let database: TestDatabase;
  let world: World;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const connected = await createConnectedWorld({
      database,
      store: {
        handle: "rules",
        name: "Rules",
        locations: [{ name: "Leeds" }],
        products: [...SKUS, ...OTHERS].map((sku) => ({
          title: sku,
          variants: [{ sku, price: "5.00", stock: { Leeds: 9 } }],
        })),
      },
      listings: SKUS.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 9 })),
    });
    world = connected.world;
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: connected.channelId });
    await world.until(
      "all pushed",
      async () => (await database.db.channel.count({ where: { bulkApproved: true } })) === 0,
    );
  });
  afterEach(() => world.close());

  const save = (pattern: string, rule: StockRuleValue | null, approved: Moves | null = null) => {
    const change = { setting: "stock-rule", after: { pattern, rule } } as const;
    return world.drive(changeSetting(world.rt, { shopId: world.shopId, approved, change }));
  };
  const stock = async (sku: string, units: number) => {
    world.setStock(sku, units);
    await world.run(SOON_MS);
  };
  const shown = () => world.ebay.controls.shown();
  const variantOf = (sku: string) => database.db.variant.findFirstOrThrow({ where: { sku } });
  const release = async (sku: string) => {
    const change = { setting: "containment", variantId: (await variantOf(sku)).id, after: null } as const;
    const released = await world.drive(changeSetting(world.rt, { shopId: world.shopId, approved: UP, change }));
    await world.run(SOON_MS);
    return released;
  };
  const openTitles = async () => {
    const alerts = await database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { title: "asc" } });
    return alerts.map((alert) => alert.title);
  };

  it("does so as it falls, is told with its reason, written down, and not stopped by the brake", async () => {
    expect(await save("MUG-*", RULE)).toEqual({ ok: true });
    await stock("MUG-MOSS", 4);
    expect(shown()).toEqual({ "MUG-MOSS": 4, "MUG-SLATE": 9, BOWL: 9 });
    await stock("MUG-MOSS", 3);
    await stock("BOWL", 1);
    expect(shown()).toEqual({ "MUG-MOSS": 0, "MUG-SLATE": 9, BOWL: 1 });
    expect(await openTitles()).toEqual(["MUG-MOSS is held at 0", "MUG-MOSS is low: 3 left"]);
    const alert = await database.db.alert.findFirstOrThrow({ where: { title: "MUG-MOSS is held at 0" } });
    expect(alert.message).toContain(
      "3 available in Shopify, and your rule for low stock says so (SKUs that begin with MUG-)",
    );
    const [change] = await readChanges(world.rt, world.shopId, { setting: "containment" }, null);
    expect(change).toMatchObject({
      who: "A rule of yours",
      message: expect.stringContaining("MUG-MOSS: held at 0 on every channel: 3 available"),
      moves: "1 listing goes to 0",
      canUndo: true,
    });
  });

  it("holds until a person releases it, also when stock is back, and again only when it falls again", async () => {
    await save("MUG-*", RULE);
    await stock("MUG-MOSS", 2);
    await stock("MUG-MOSS", 8);
    expect(shown()["MUG-MOSS"]).toBe(0);
    expect(await openTitles()).toEqual(["MUG-MOSS is held at 0"]);
    await stock("MUG-MOSS", 2);
    expect(await release("MUG-MOSS")).toEqual({ ok: true });
    expect(shown()["MUG-MOSS"]).toBe(2);
    expect(await openTitles()).toEqual(["MUG-MOSS is low: 2 left"]);
    await stock("MUG-MOSS", 1);
    expect(shown()["MUG-MOSS"]).toBe(1);
    await stock("MUG-MOSS", 9);
    await stock("MUG-MOSS", 3);
    expect(shown()["MUG-MOSS"]).toBe(0);
  });

  it("for one SKU that is low already shows its effect before it is saved, and is not asked about twice", async () => {
    await stock("MUG-MOSS", 2);
    await save("MUG-MOSS", { ...RULE, holds: false });
    await world.run(SOON_MS);
    const asked = await save("MUG-MOSS", RULE);
    expect(asked).toMatchObject({ ok: false, asks: { zeroed: 1, first: [{ sku: "MUG-MOSS", from: 2, to: 0 }] } });
    await world.run(SOON_MS);
    expect(shown()["MUG-MOSS"]).toBe(2);
    expect(await database.db.containment.count()).toBe(0);
    expect(await save("MUG-MOSS", RULE, { zeroed: 1, lowered: 0, raised: 0 })).toEqual({ ok: true });
    await world.run(SOON_MS);
    expect(shown()["MUG-MOSS"]).toBe(0);
    await release("MUG-MOSS");
    expect(await save("MUG-MOSS", { ...RULE, units: 4 })).toEqual({ ok: true });
    await world.run(SOON_MS);
    expect(shown()["MUG-MOSS"]).toBe(2);
  });

  it("is undone by undoing what it did, and by nothing else", async () => {
    await save("*", RULE);
    await stock("BOWL", 3);
    expect(shown().BOWL).toBe(0);
    await save("*", null);
    await world.run(SOON_MS);
    expect(shown().BOWL).toBe(0);
    const { id: changeId } = await database.db.change.findFirstOrThrow({ where: { setting: "containment" } });
    expect(await world.drive(undoChange(world.rt, { shopId: world.shopId, changeId, approved: UP }))).toEqual({
      ok: true,
    });
    await world.run(SOON_MS);
    expect(shown().BOWL).toBe(3);
    expect(await openTitles()).toEqual([]);
  });

  it("leaves alone what the merchant holds already, at whatever number", async () => {
    const { id: variantId } = await variantOf("BOWL");
    const held = { setting: "containment", variantId, after: { units: 2, takesDown: false, remindDays: 3 } } as const;
    const approved = { zeroed: 0, lowered: 1, raised: 0 };
    await world.drive(changeSetting(world.rt, { shopId: world.shopId, approved, change: held }));
    await save("*", RULE);
    await stock("BOWL", 3);
    expect(shown().BOWL).toBe(2);
    expect(await openTitles()).toEqual(["BOWL is low: 3 left"]);
  });

  it("holds more than one turn takes, each of them", async () => {
    await save("*", RULE);
    const all = [...SKUS, ...OTHERS];
    for (const sku of all) world.setStock(sku, 1);
    await world.run(SOON_MS);
    expect(shown()).toEqual({ "MUG-MOSS": 0, "MUG-SLATE": 0, BOWL: 0 });
    expect(await database.db.containment.count()).toBe(all.length);
    expect((await openTitles()).filter((title) => title.endsWith("is low: 1 left"))).toHaveLength(all.length);
  });
});
