/** Rules by collection: which is meant, and that what comes into it, or leaves it, follows, whatever Shopify tells of it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Moves } from "#app/changes/effect.ts";
import { recordCollectionRead, recordNotShown, recordProducts, watchCollection } from "#app/collections/collections.ts";
import { inTransaction } from "#app/db.server.ts";
import { undoChange } from "#app/flows/change-setting.ts";
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import { removeRule, saveRule } from "#app/flows/manage-rules.ts";
import { nameCollections } from "#app/flows/name-collections.ts";
import { acquireLease, releaseLease } from "#app/leases/leases.ts";
import { readRules } from "#app/views/rules.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const ANY: Moves = { zeroed: 99, lowered: 99, raised: 99 };

describe("rules by collection", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const product = (sku: string, units: number) => ({
      title: `Mug ${sku}`,
      variants: [{ sku, price: "5.00", stock: { Leeds: units } }],
    });
    const connected = await createConnectedWorld({
      database,
      store: {
        handle: "collections",
        name: "Collections",
        locations: [{ name: "Leeds" }],
        products: [product("A", 10), product("B", 11), product("C", 12)],
        collections: [
          { title: "Spring Sale", products: ["Mug A"] },
          { title: "Summer sale", products: [] },
          { title: "Twice", products: ["Mug B"] },
        ],
      },
      listings: ["A", "B", "C"].map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 5 })),
    });
    world = connected.world;
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId: connected.channelId });
    await shows({ A: 10, B: 11, C: 12 });
    await world.run(30_000);
  });
  afterEach(() => world.close());

  const shows = (wanted: Record<string, number>) =>
    world.until(`shown: ${JSON.stringify(wanted)}`, () => {
      const shown = world.ebay.controls.shown();
      return Object.entries(wanted).every(([sku, units]) => shown[sku] === units);
    });
  const controls = () => world.shopify.controls;
  const store = () => controls().store(world.shopDomain);
  const shop = () => ({ id: world.shopId, domain: world.shopDomain });
  const gidOf = (title: string) => {
    const found = [...store().collections.values()].find((one) => one.title === title);
    if (!found) throw new Error(`no collection ${title}`);
    return found.id;
  };
  const productGids = (...skus: string[]) =>
    skus.map((sku) => {
      const variant = [...store().variants.values()].find((one) => one.sku === sku);
      if (!variant) throw new Error(`no ${sku}`);
      return variant.productId;
    });
  const name = async (text: string) => {
    const named = await world.drive(
      nameCollections(world.rt, shop(), [
        { field: "tag", text: "x" },
        { field: "collection", text },
      ]),
    );
    if (!named.ok) return { ok: false as const, why: named.errors["conditions.1"] ?? "" };
    const [tag, found] = named.forms as { field: string; text: string; collectionId?: number }[];
    expect(tag).toEqual({ field: "tag", text: "x" });
    return { ok: true as const, id: found?.collectionId ?? 0, title: found?.text ?? "" };
  };
  const save = async (text: string, { is = true, approved = ANY as Moves | null } = {}) => {
    const named = await name(text);
    if (!named.ok) throw new Error(named.why);
    const condition = { field: "collection", is, collectionId: named.id, text: named.title } as const;
    const rule = { name: "Sale", match: "all", conditions: [condition], channelId: null } as const;
    const action = { kind: "policy", policy: { cap: 3 } } as const;
    const by = { shopId: world.shopId, actor: null, approved };
    return world.drive(saveRule(world.rt, { ...by, id: null, rule: { ...rule, conditions: [condition], action } }));
  };
  const setProducts = (title: string, skus: string[], on: "collection" | "products") =>
    controls().setCollection(world.shopDomain, gidOf(title), { productIds: productGids(...skus) }, on);

  it("find the collection by its name in any case, or by the end of its address", async () => {
    controls().addCollection(world.shopDomain, "Twice", []);
    expect(await name(" spring sale ")).toMatchObject({ ok: true, title: "Spring Sale" });
    expect(await name("spring-sale")).toMatchObject({ ok: true, title: "Spring Sale" });
    const why = (text: string) => name(text).then((named) => (named.ok ? "" : named.why));
    expect([await why(" "), await why('Winter "A"'), await why("sale"), await why("Twice")]).toEqual([
      "Enter the name of a collection.",
      'Shopify has no collection called “Winter "A"”.',
      "Shopify has no collection called “sale”. There is “Spring Sale” or “Summer sale”.",
      "Several collections are called “Twice”. Enter the end of its address in the shop: twice or twice-1.",
    ]);
    expect(await database.db.collection.count()).toBe(1);
    expect(await name("twice-1")).toMatchObject({ ok: true, title: "Twice" });
  });

  it("show what they do first, and are undone and redone", async () => {
    expect(await save("Spring Sale", { approved: null })).toMatchObject({
      asks: { lowered: 1, first: [{ sku: "A", from: 10, to: 3 }] },
    });
    expect(await save("Spring Sale")).toEqual({ ok: true });
    await shows({ A: 3, B: 11, C: 12 });
    const [rule] = (await readRules(world.rt, world.shopId)).rules;
    expect(rule).toMatchObject({ about: "collection is Spring Sale", hits: { listings: 1 } });
    const by = { shopId: world.shopId, actor: null, approved: ANY };
    expect(await world.drive(removeRule(world.rt, { ...by, id: rule?.id ?? 0 }))).toEqual({ ok: true });
    await shows({ A: 10 });
    const { id: changeId } = await database.db.change.findFirstOrThrow({ orderBy: { id: "desc" } });
    await world.drive(undoChange(world.rt, { shopId: world.shopId, changeId, approved: ANY }));
    await shows({ A: 3 });
  });

  it.each(["collection", "products"] as const)("follow what is moved on the page of the %s", async (on) => {
    await save("Spring Sale");
    await shows({ A: 3 });
    setProducts("Spring Sale", ["A", "B"], on);
    await shows({ A: 3, B: 3, C: 12 });
    setProducts("Spring Sale", ["B", "C"], on);
    await shows({ A: 10, B: 3, C: 3 });
  });

  it("that say “is not” hit the others, and no more of what came in", async () => {
    await save("Spring Sale", { is: false });
    await shows({ A: 10, B: 3, C: 3 });
    setProducts("Spring Sale", ["A", "C"], "collection");
    await shows({ A: 10, B: 3, C: 12 });
  });

  it("learn within a day what Shopify told nobody", async () => {
    await save("Spring Sale");
    await shows({ A: 3 });
    world.shopify.deliveries.disturb({ kind: "drop", topic: "collections/update", times: 1, delayMs: 0 });
    setProducts("Spring Sale", ["B"], "collection");
    await world.run(60_000);
    expect(world.ebay.controls.shown()).toMatchObject({ A: 3, B: 11 });
    const { dueAt } = await database.db.collection.findFirstOrThrow();
    expect(dueAt.getTime() - world.rt.clock.now().getTime()).toBeLessThan(24 * 60 * 60_000);
    await database.db.collection.updateMany({ data: { dueAt: world.rt.clock.now() } });
    await shows({ A: 10, B: 3 });
  });

  it("go on with what was in a collection that is deleted, or whose products Shopify announces again", async () => {
    await save("Spring Sale");
    await shows({ A: 3 });
    const before = productGids("A");
    controls().deleteCollection(world.shopDomain, gidOf("Spring Sale"));
    for (const gid of before) controls().editProduct(world.shopDomain, gid, { vendor: "Other" });
    await world.run(60_000);
    expect(world.ebay.controls.shown()).toMatchObject({ A: 3 });
    const [rule] = (await readRules(world.rt, world.shopId)).rules;
    expect(rule).toMatchObject({ hits: { listings: 1 }, gone: ["Spring Sale"] });
  });

  it("wait for a collection that another worker is still reading", async () => {
    const lease = await acquireLease(database.db, {
      name: `collections:${world.shopId}`,
      holder: "another",
      now: world.rt.clock.now(),
      ttlMs: 20_000,
    });
    const named = await name("Spring Sale");
    expect(named).toEqual({
      ok: false,
      why: "Lockstep is reading what is in “Spring Sale” from Shopify. Save again in a minute.",
    });
    if (lease) await releaseLease(database.db, lease);
    await world.run(10_000);
    expect(await name("Spring Sale")).toMatchObject({ ok: true });
  });

  it("are not saved while nothing is known of what is in the collection, nor with one of another shop", async () => {
    const { id } = await watchCollection(database.db, {
      shopId: world.shopId,
      gid: gidOf("Twice"),
      title: "Twice",
      now: new Date(world.rt.clock.now().getTime() + 60_000),
    });
    const rule = (collectionId: number) => ({
      name: "Sale",
      match: "all" as const,
      conditions: [{ field: "collection" as const, is: true, collectionId, text: "Twice" }],
      channelId: null,
      action: { kind: "exclude" as const },
    });
    const by = { shopId: world.shopId, actor: null, approved: ANY, id: null };
    for (const collectionId of [id, id + 1])
      expect(await world.drive(saveRule(world.rt, { ...by, rule: rule(collectionId) }))).toMatchObject({
        ok: false,
        message: "What is in a collection is not read yet. Try again in a minute.",
      });
  });

  it("a read that was asked for earlier, and is stored later, changes nothing", async () => {
    const now = world.rt.clock.now();
    const collection = await watchCollection(database.db, { shopId: world.shopId, gid: "c", title: "C", now });
    const isIn = (productGid: string) => ({ productGid, isIn: true });
    const out = (productGid: string) => ({ productGid, isIn: false });
    const record = (products: { productGid: string; isIn: boolean }[], readNumber: bigint, isBeingRead = false) =>
      inTransaction(database.db, (tx) => recordProducts(tx, collection.id, products, { readNumber, isBeingRead }));
    // Read 1 is of all, and is slow: meanwhile a leaves it, and b comes, as reads 2 and 3 show.
    expect(await record([out("a")], 2n, true)).toEqual([]);
    expect(await record([isIn("b")], 3n, true)).toEqual(["b"]);
    expect(await record([isIn("a"), isIn("c")], 1n)).toEqual(["c"]);
    expect(
      await inTransaction(database.db, (tx) => recordNotShown(tx, collection.id, { readNumber: 1n, take: 9 })),
    ).toEqual([]);
    // Asked for again meanwhile: it stays due.
    await database.db.collection.updateMany({ data: { dueAt: new Date(now.getTime() + 1) } });
    const read = { title: "C2", readNumber: 1n, now, next: new Date(now.getTime() + 9_000) };
    await inTransaction(database.db, (tx) => recordCollectionRead(tx, collection, read));
    expect(await database.db.collection.findFirst()).toMatchObject({
      title: "C2",
      readAt: now,
      dueAt: new Date(now.getTime() + 1),
    });
    expect(await record([isIn("a")], 1n)).toEqual([]);
    // The next read of all does not show c.
    expect(await record([isIn("b")], 4n)).toEqual([]);
    expect(
      await inTransaction(database.db, (tx) => recordNotShown(tx, collection.id, { readNumber: 4n, take: 9 })),
    ).toEqual(["c"]);
    await inTransaction(database.db, (tx) => recordCollectionRead(tx, collection, { ...read, readNumber: 4n }));
    expect(await database.db.collectionProduct.findMany({ orderBy: { productGid: "asc" } })).toMatchObject([
      { productGid: "b", isIn: true },
      { productGid: "c", isIn: false },
    ]);
  });
});
