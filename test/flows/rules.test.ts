/** Rules for listings: whom they hit, in which order, what they do to numbers, and that they follow products by themselves. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { changeSetting, undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { moveRule, removeRule, saveRule } from "#app/flows/manage-rules.ts";
import type { ListingRuleValue, RuleCondition } from "#app/listing-rules/rules.ts";
import { readListing } from "#app/views/listings.ts";
import { readRule, readRules } from "#app/views/rules.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const ANY: Moves = { zeroed: 99, lowered: 99, raised: 99 };
const EXCLUDE = { kind: "exclude" } as const;
const cap = (units: number) => ({ kind: "policy", policy: { cap: units } }) as const;
const tag = (text: string, is = true): RuleCondition => ({ field: "tag", is, text });

describe("rules for listings", () => {
  let database: TestDatabase;
  let world: World;
  let channelId: number;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const product = (sku: string, price: string, units: number, more: object) => ({
      title: `Mug ${sku}`,
      variants: [{ sku, price, stock: { Leeds: units } }],
      ...more,
    });
    ({ world, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "rules",
        name: "Rules",
        locations: [{ name: "Leeds" }],
        products: [
          product("MUG-A", "5.00", 10, { tags: ["Clearance", "blue"], vendor: "Acme", productType: "Mug" }),
          product("MUG-B", "15.00", 11, { tags: ["blue"], vendor: "Acme", productType: "Mug" }),
          product("BOWL-C", "25.00", 12, { vendor: "Zed", productType: "Bowl" }),
        ],
      },
      listings: ["MUG-A", "MUG-B", "BOWL-C"].map((sku) => ({
        sku,
        title: sku,
        price: "5.00",
        currency: "GBP",
        quantity: 5,
      })),
    }));
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await shows({ "MUG-A": 10, "MUG-B": 11, "BOWL-C": 12 });
    await world.run(30_000);
  });
  afterEach(() => world.close());

  const shows = (wanted: Record<string, number>) =>
    world.until(`shown: ${JSON.stringify(wanted)}`, () => {
      const shown = world.ebay.controls.shown();
      return Object.entries(wanted).every(([sku, units]) => shown[sku] === units);
    });
  const by = (approved: Moves | null) => ({ shopId: world.shopId, actor: null, approved });
  const save = (rule: Partial<ListingRuleValue>, approved: Moves | null = ANY, id: number | null = null) =>
    world.drive(
      saveRule(world.rt, {
        ...by(approved),
        id,
        rule: {
          name: "Clearance",
          match: "all",
          conditions: [tag("clearance")],
          channelId: null,
          action: cap(3),
          ...rule,
        },
      }),
    );
  const rules = async () => (await readRules(world.rt, world.shopId)).rules;
  const hits = async () => (await rules()).map((rule) => [rule.name, rule.hits.listings]);
  const listing = async (sku: string) => {
    const { id } = await database.db.listing.findFirstOrThrow({ where: { sku } });
    const view = await readListing(world.rt, world.shopId, id);
    if (!view) throw new Error(`no listing ${sku}`);
    return view;
  };
  const edit = async (sku: string, change: { tags?: string[]; vendor?: string }) => {
    const { productGid } = await database.db.variant.findFirstOrThrow({ where: { sku } });
    world.shopify.controls.editProduct(world.shopDomain, productGid, change);
  };
  const undo = async (approved: Moves | null = ANY) => {
    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    return world.drive(undoChange(world.rt, { shopId: world.shopId, changeId, approved }));
  };

  it("show what they do before they are saved, say in the number's words that they do it, and are undone", async () => {
    const down = { zeroed: 0, lowered: 1, raised: 0 };
    expect(await save({}, null)).toMatchObject({
      ok: false,
      asks: { ...down, first: [{ sku: "MUG-A", from: 10, to: 3 }] },
    });
    expect([await rules(), (await listing("MUG-A")).rule]).toEqual([[], null]);
    expect(await save({}, down)).toEqual({ ok: true });
    await shows({ "MUG-A": 3, "MUG-B": 11 });
    expect(await hits()).toEqual([["Clearance", 1]]);
    expect((await listing("MUG-A")).arithmetic).toBe("10 available = 10, capped at 3, by the rule “Clearance”");
    expect((await listing("MUG-B")).arithmetic).toBe("11 available = 11");
    const [{ id } = { id: 0 }] = await rules();
    expect(await readRule(world.rt, world.shopId, id)).toMatchObject({ listings: [{ sku: "MUG-A", shouldShow: 3 }] });
    expect(await readRule(world.rt, world.shopId + 1, id)).toBeNull();
    await world.run(30_000);
    expect(await undo(null)).toMatchObject({ ok: false, asks: { raised: 1 } });
    expect(await undo()).toEqual({ ok: true });
    await shows({ "MUG-A": 10 });
    expect(await rules()).toEqual([]);
  });

  it("that exclude leave the number as it is, and say so; without the tag it is kept in step again", async () => {
    expect(await save({ action: EXCLUDE })).toEqual({ ok: true });
    world.setStock("MUG-A", 7);
    world.setStock("MUG-B", 8);
    await shows({ "MUG-A": 10, "MUG-B": 8 });
    const { status, rule, ownExcluded } = await listing("MUG-A");
    expect(status).toMatchObject({ code: "excluded", why: expect.stringContaining("A rule excludes it") });
    expect([rule?.name, ownExcluded]).toEqual(["Clearance", null]);
    await edit("MUG-A", { tags: ["blue"] });
    await shows({ "MUG-A": 7 });
    expect(await hits()).toEqual([["Clearance", 0]]);
    await edit("MUG-B", { tags: ["CLEARANCE"] });
    await world.until("hit", async () => (await listing("MUG-B")).excluded);
    world.setStock("MUG-B", 2);
    await world.run(30_000);
    expect(world.ebay.controls.shown()["MUG-B"]).toBe(8);
  });

  it("give way to the merchant's own word on a listing, for its policy and for leaving it out", async () => {
    await save({ action: { kind: "policy", policy: { cap: 3, threshold: 2 } } });
    const { id: listingId } = await listing("MUG-A");
    const change = (proposed: Parameters<typeof changeSetting>[1]["change"]) =>
      world.drive(changeSetting(world.rt, { ...by(ANY), change: proposed }));
    await change({ setting: "listing-policy", listingId, after: { cap: 6 } });
    await shows({ "MUG-A": 6 });
    expect((await listing("MUG-A")).arithmetic).toContain("capped at 6");
    const [{ id } = { id: 0 }] = await rules();
    await save({ action: EXCLUDE }, ANY, id);
    await change({ setting: "excluded", listingId, after: false });
    expect(await listing("MUG-A")).toMatchObject({ excluded: false, ownExcluded: false, rule: { excludes: true } });
    world.setStock("MUG-A", 4);
    await shows({ "MUG-A": 4 });
    await change({ setting: "excluded", listingId, after: null });
    expect((await listing("MUG-A")).excluded).toBe(true);
    // Where no rule excludes it there is nothing to stand above: a rule that comes later hits it.
    const { id: other } = await listing("MUG-B");
    await change({ setting: "excluded", listingId: other, after: true });
    await change({ setting: "excluded", listingId: other, after: false });
    expect((await listing("MUG-B")).ownExcluded).toBeNull();
  });

  it("count in their order, which can be changed; the first that hits is the only one", async () => {
    await save({ name: "Acme", conditions: [{ field: "vendor", is: true, text: "ACME" }], action: cap(5) });
    await save({
      name: "Mugs",
      conditions: [{ field: "product-type", is: true, text: "mug" }],
      action: { kind: "policy", policy: { buffer: { kind: "units", units: 1 }, cap: 2 } },
    });
    await shows({ "MUG-A": 5, "MUG-B": 5, "BOWL-C": 12 });
    expect(await hits()).toEqual([
      ["Acme", 2],
      ["Mugs", 0],
    ]);
    const [, mugs] = await rules();
    expect(await world.drive(moveRule(world.rt, { ...by(null), id: mugs?.id ?? 0, where: "up" }))).toMatchObject({
      asks: { lowered: 2 },
    });
    expect(await world.drive(moveRule(world.rt, { ...by(ANY), id: mugs?.id ?? 0, where: "up" }))).toEqual({ ok: true });
    await shows({ "MUG-A": 2, "MUG-B": 2 });
    expect(await hits()).toEqual([
      ["Mugs", 2],
      ["Acme", 0],
    ]);
    expect(await world.drive(moveRule(world.rt, { ...by(ANY), id: mugs?.id ?? 0, where: "up" }))).toEqual({ ok: true });
    expect(await world.drive(removeRule(world.rt, { ...by(ANY), id: mugs?.id ?? 0 }))).toEqual({ ok: true });
    await shows({ "MUG-A": 5, "MUG-B": 5 });
    expect(await undo()).toEqual({ ok: true });
    await shows({ "MUG-A": 2 });
    expect((await rules()).map((rule) => rule.name)).toEqual(["Mugs", "Acme"]);
  });

  it.each<[string, Partial<ListingRuleValue>, string[]]>([
    ["a price and more", { conditions: [{ field: "price", compare: "at-least", amount: "15" }] }, ["MUG-B", "BOWL-C"]],
    ["a price and less", { conditions: [{ field: "price", compare: "at-most", amount: "15.00" }] }, ["MUG-A", "MUG-B"]],
    ["SKUs that begin alike", { conditions: [{ field: "sku", is: true, text: "MUG-*" }] }, ["MUG-A", "MUG-B"]],
    ["all SKUs but one", { conditions: [{ field: "sku", is: false, text: "MUG-A" }] }, ["MUG-B", "BOWL-C"]],
    ["no such tag", { conditions: [tag("blue", false)] }, ["BOWL-C"]],
    ["another vendor", { conditions: [{ field: "vendor", is: false, text: "zed" }] }, ["MUG-A", "MUG-B"]],
    ["all of two", { conditions: [tag("blue"), tag("Clearance", false)] }, ["MUG-B"]],
    [
      "any of two",
      { match: "any", conditions: [tag("Clearance"), { field: "product-type", is: true, text: "Bowl" }] },
      ["MUG-A", "BOWL-C"],
    ],
    ["a channel that is another", { channelId: -1 }, []],
  ])("hit by %s whom they say and nobody else", async (_, rule, wanted) => {
    const isKnown = rule.channelId === undefined;
    expect((await save({ ...rule, action: cap(1) })).ok).toBe(isKnown);
    const under = await database.db.listing.findMany({ where: { ruleId: { not: null } }, orderBy: { id: "asc" } });
    expect(under.map((one) => one.sku)).toEqual(wanted);
  });

  it("by stock are asked anew with each sale, before those that stand behind them", async () => {
    const few = { field: "stock", compare: "at-most", units: 9 } as const;
    await save({ name: "Few blue ones", conditions: [tag("blue"), few], action: cap(1) });
    await save({ name: "Acme", conditions: [{ field: "vendor", is: true, text: "Acme" }], action: cap(7) });
    await shows({ "MUG-A": 7, "MUG-B": 7 });
    expect(await hits()).toEqual([
      ["Few blue ones", 2],
      ["Acme", 2],
    ]);
    world.setStock("MUG-A", 9);
    await shows({ "MUG-A": 1, "MUG-B": 7 });
    expect((await listing("MUG-A")).arithmetic).toContain("by the rule “Few blue ones”");
    world.setStock("MUG-A", 10);
    await shows({ "MUG-A": 7 });
    world.ebay.controls.buy({ lines: [{ sku: "MUG-B", quantity: 3 }] });
    await shows({ "MUG-B": 1 });
  });

  it("that can't be say why", async () => {
    const few = { field: "stock", compare: "at-most", units: 9 } as const;
    expect(await save({ conditions: [few], action: EXCLUDE })).toMatchObject({
      message: expect.stringContaining("cap of 0"),
    });
    expect(await save({ action: { kind: "policy", policy: {} } })).toMatchObject({
      message: expect.stringContaining("Say what"),
    });
    expect(await save({}, ANY, 99_999)).toMatchObject({ message: expect.stringContaining("not there any more") });
    expect(await rules()).toEqual([]);
  });

  it("follow a listing that is matched to another product, or to none", async () => {
    await save({ action: EXCLUDE });
    const { id: listingId, variant } = await listing("MUG-A");
    const bowl = (await listing("BOWL-C")).variant;
    const match = (variantId: number | null) =>
      world.drive(
        changeSetting(world.rt, {
          ...by(ANY),
          change: { setting: "match", listingId, after: variantId === null ? null : { variantId, matchedBy: "hand" } },
        }),
      );
    expect(await match(bowl?.id ?? 0)).toEqual({ ok: true });
    await shows({ "MUG-A": 12 });
    await match(variant?.id ?? 0);
    expect((await listing("MUG-A")).excluded).toBe(true);
    await match(null);
    expect(await listing("MUG-A")).toMatchObject({ excluded: false, rule: null });
  });
});
