import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeSetting } from "#app/flows/change-setting.ts";
import { approveFirstPush, pauseChannel } from "#app/flows/manage-channel.ts";
import { answerWithdrawn } from "#app/flows/manage-listing.ts";
import type { ProposedSetting } from "#app/flows/settings.ts";
import { readListing } from "#app/views/listings.ts";
import { storeSeedSchema } from "#test/emulators/shopify/demo-store.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

const EVERYTHING = { zeroed: 1_000, lowered: 1_000, raised: 1_000 };
const SKUS = ["OAK", "CUP", "BOWL"];

describe("what is gone in Shopify", () => {
  let database: TestDatabase;
  let world: World;
  let of: { shopId: number; channelId: number };
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const connected = await createConnectedWorld({
      database,
      store: {
        handle: "gone",
        name: "Gone",
        locations: [{ name: "Here" }, { name: "There" }],
        products: SKUS.map((sku) => ({
          title: sku,
          variants: [{ sku, price: "5.00", stock: { Here: 9 } }],
        })),
      },
      listings: SKUS.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 9 })),
    });
    world = connected.world;
    of = { shopId: world.shopId, channelId: connected.channelId };
    expect(await approveFirstPush(world.rt, of)).toEqual({ ok: true });
    await world.run(10_000);
  });
  afterEach(() => world.close());

  const alter = (change: ProposedSetting) =>
    world.drive(changeSetting(world.rt, { shopId: of.shopId, actor: null, change, approved: EVERYTHING }));
  const shown = (sku: string) => world.ebay.controls.shown()[sku];
  const listing = (sku: string) => database.db.listing.findFirstOrThrow({ where: { sku } });
  const open = async () =>
    (await database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { key: "asc" } })).map((one) => ({
      key: one.key.split(":")[0],
      message: `${one.title}. ${one.message}`,
    }));
  const product = (title: string) => {
    const found = [...world.shopify.store(world.shopDomain).products.values()].find((one) => one.title === title);
    if (!found) throw new Error(`no product ${title}`);
    return found.id;
  };
  const item = (sku: string) => {
    const store = world.shopify.store(world.shopDomain);
    const variant = [...store.variants.values()].find((one) => one.sku === sku);
    if (!variant) throw new Error(`no variant ${sku}`);
    return variant;
  };
  const location = (name: string) => {
    const found = [...world.shopify.store(world.shopDomain).locations.values()].find((one) => one.name === name);
    return found?.id ?? "gid://shopify/Location/0";
  };
  const setStatus = (title: string, status: "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED") =>
    world.shopify.controls.setProductStatus(world.shopDomain, product(title), status);
  const addAgain = (sku: string, units: number) => {
    const seed = { title: `${sku} again`, variants: [{ sku, price: "5.00", stock: { Here: units } }] };
    world.shopify.controls.addProduct(world.shopDomain, storeSeedSchema.shape.products.element.parse(seed));
  };
  const view = async (sku: string) => readListing(world.rt, of.shopId, (await listing(sku)).id);

  it("an archived product goes to 0, is said, and comes back to its number by itself", async () => {
    setStatus("OAK", "ARCHIVED");
    await world.until("at 0", () => shown("OAK") === 0, 20_000);
    await world.run(5_000);
    expect((await view("OAK"))?.status).toMatchObject({ code: "gone" });
    expect((await view("OAK"))?.arithmetic).toBe("It is archived in Shopify: show 0");
    expect(await open()).toMatchObject([{ key: "gone", message: expect.stringContaining("“OAK”") }]);
    world.setStock("OAK", 4);
    await world.run(10_000);
    expect(shown("OAK")).toBe(0);
    setStatus("OAK", "ACTIVE");
    await world.until("back", () => shown("OAK") === 4, 60_000);
    expect(await open()).toEqual([]);
    expect(shown("CUP")).toBe(9);
  });

  it("a deleted product goes to 0, and keeps its match to be known", async () => {
    world.shopify.controls.deleteProduct(world.shopDomain, product("OAK"));
    await world.until("at 0", () => shown("OAK") === 0, 20_000);
    await world.run(5_000);
    const row = await listing("OAK");
    expect(row).toMatchObject({ withdrawnAs: "deleted", matchedBy: "sku" });
    expect((await view("OAK"))?.status.code).toBe("gone");
    expect(row.variantId).not.toBeNull();
  });

  it("an order of a product that was deleted is held and shown", async () => {
    const bought = world.ebay.controls.buy({ lines: [{ sku: "OAK", quantity: 1 }], pay: false });
    if (!bought.ok) throw new Error(bought.why);
    await world.until("imported", async () => (await database.db.marketplaceOrder.count()) === 1, 5 * 60_000);
    world.shopify.controls.deleteProduct(world.shopDomain, product("OAK"));
    await world.run(10_000);
    world.ebay.controls.pay(bought.order.orderId);
    const held = () => database.db.marketplaceOrder.findFirst({ where: { stage: "held" } });
    await world.until("held", async () => (await held()) !== null, 10 * 60_000);
    expect((await held())?.holdReason).toContain("SKU OAK was deleted in Shopify");
  });

  it("a new variant with the same SKU takes over the match of a deleted one", async () => {
    world.shopify.controls.deleteProduct(world.shopDomain, product("OAK"));
    await world.until("at 0", () => shown("OAK") === 0, 20_000);
    addAgain("OAK", 6);
    await world.until("the new one's number", () => shown("OAK") === 6, 60_000);
    expect(await listing("OAK")).toMatchObject({ withdrawnAs: null, matchedBy: "sku" });
    expect(await open()).toEqual([]);
  });

  it("a listing matched by hand is taken over by the new bearer of its variant's SKU, not of its own", async () => {
    const cup = await database.db.variant.findFirstOrThrow({ where: { sku: "CUP" } });
    const after = { variantId: cup.id, matchedBy: "hand" as const };
    expect(await alter({ setting: "match", listingId: (await listing("OAK")).id, after })).toEqual({ ok: true });
    await world.run(5_000);
    world.shopify.controls.deleteProduct(world.shopDomain, product("CUP"));
    await world.until("both at 0", () => shown("OAK") === 0 && shown("CUP") === 0, 20_000);
    addAgain("CUP", 3);
    await world.until("both follow it", () => shown("OAK") === 3 && shown("CUP") === 3, 60_000);
    expect((await listing("OAK")).matchedBy).toBe("hand");
  });

  it("what is stocked nowhere that the channel sells from goes to 0, and returns with its stock", async () => {
    const { inventoryItemId } = item("OAK");
    world.shopify.controls.disconnectItem(world.shopDomain, inventoryItemId, location("Here"));
    await world.until("at 0", () => shown("OAK") === 0, 20_000);
    await world.run(5_000);
    expect((await view("OAK"))?.status.why).toContain("not stocked");
    world.shopify.controls.connectItem(world.shopDomain, inventoryItemId, location("Here"));
    world.shopify.controls.setAvailable(world.shopDomain, inventoryItemId, location("Here"), 5);
    await world.until("back", () => shown("OAK") === 5, 60_000);
    expect(await open()).toEqual([]);
  });

  it("what the channel's own locations have not is stocked nowhere for it", async () => {
    const after = [location("There")];
    expect(await alter({ setting: "channel-locations", channelId: of.channelId, after })).toEqual({ ok: true });
    await world.until("all at 0", () => SKUS.every((sku) => shown(sku) === 0), 20_000);
    expect(await open()).toMatchObject([{ key: "gone", message: expect.stringContaining("3 products") }]);
  });

  it("what is not tracked is never taken to 0, and the merchant is asked", async () => {
    world.shopify.controls.editVariant(world.shopDomain, item("OAK").id, { tracked: false });
    await world.run(20_000);
    expect(shown("OAK")).toBe(9);
    expect((await view("OAK"))?.status).toMatchObject({ code: "asked", group: "needs-you" });
    expect(await open()).toMatchObject([{ key: "asked" }]);
    world.shopify.controls.editVariant(world.shopDomain, item("OAK").id, { tracked: true });
    await world.run(20_000);
    expect(shown("OAK")).toBe(9);
    expect(await open()).toEqual([]);
  });

  it("of a draft the merchant is asked: it goes down with its stock meanwhile, and never up", async () => {
    setStatus("OAK", "DRAFT");
    await world.until("asked", async () => (await listing("OAK")).withdrawnAs === "draft", 20_000);
    await world.run(10_000);
    expect(shown("OAK")).toBe(9);
    world.setStock("OAK", 3);
    await world.until("down", () => shown("OAK") === 3, 20_000);
    world.setStock("OAK", 12);
    await world.run(30_000);
    expect(shown("OAK")).toBe(3);
    expect((await view("OAK"))?.arithmetic).toContain("held at 3 until you decide: it is a draft in Shopify");
    const answer = { shopId: of.shopId, listingId: (await listing("OAK")).id, withdrawn: "draft" };
    expect(await answerWithdrawn(world.rt, { ...answer, answer: "keep" })).toEqual({ ok: true });
    await world.until("as active", () => shown("OAK") === 12, 60_000);
    expect(await open()).toEqual([]);
    expect(await answerWithdrawn(world.rt, { ...answer, answer: "zero" })).toEqual({ ok: true });
    await world.until("at 0", () => shown("OAK") === 0, 20_000);
  });

  it("an answer ends when the product's status changes again", async () => {
    setStatus("OAK", "DRAFT");
    await world.until("asked", async () => (await listing("OAK")).withdrawnAs === "draft", 20_000);
    const answer = { shopId: of.shopId, listingId: (await listing("OAK")).id, answer: "keep" } as const;
    expect(await answerWithdrawn(world.rt, { ...answer, withdrawn: "draft" })).toEqual({ ok: true });
    setStatus("OAK", "ARCHIVED");
    await world.until("at 0", () => shown("OAK") === 0, 20_000);
    expect((await answerWithdrawn(world.rt, { ...answer, withdrawn: "draft" })).ok).toBe(false);
    setStatus("OAK", "DRAFT");
    await world.until("asked again", async () => (await listing("OAK")).withdrawnAs === "draft", 20_000);
    expect((await view("OAK"))?.status.code).toBe("asked");
  });

  it("unlisted is as active", async () => {
    setStatus("OAK", "UNLISTED");
    world.setStock("OAK", 12);
    await world.until("followed", () => shown("OAK") === 12, 60_000);
    expect(await open()).toEqual([]);
  });

  it("one that the merchant excluded is left alone, and said", async () => {
    await alter({ setting: "excluded", listingId: (await listing("OAK")).id, after: true });
    setStatus("OAK", "ARCHIVED");
    await world.run(20_000);
    expect(shown("OAK")).toBe(9);
    expect((await view("OAK"))?.status.why).toContain("archived in Shopify");
    expect(await open()).toMatchObject([{ key: "gone", message: expect.stringContaining("you excluded it") }]);
  });

  it("on a paused channel it is said that it may still be on sale", async () => {
    await pauseChannel(world.rt, of);
    setStatus("OAK", "ARCHIVED");
    await world.run(20_000);
    expect(shown("OAK")).toBe(9);
    expect(await open()).toMatchObject([{ key: "gone", message: expect.stringContaining("may still be on sale") }]);
  });

  it("is asked about where the channel says so, and what is closed by the merchant opens with the next one alone", async () => {
    const after = { gonePolicy: "ask", draftPolicy: "zero", untrackedPolicy: "keep" } as const;
    expect(await alter({ setting: "withdrawn", channelId: of.channelId, after })).toEqual({ ok: true });
    setStatus("OAK", "ARCHIVED");
    setStatus("CUP", "DRAFT");
    await world.until("the draft at 0", () => shown("CUP") === 0, 20_000);
    world.shopify.controls.editVariant(world.shopDomain, item("BOWL").id, { tracked: false });
    await world.run(10_000);
    expect(shown("OAK")).toBe(9);
    expect(shown("BOWL")).toBe(9);
    expect((await view("BOWL"))?.status.code).toBe("untracked");
    expect((await open()).map((one) => one.key)).toEqual(["asked", "gone"]);
  });

  it("the status of a shop that was there before is taken in by one preview, and nothing is zeroed unasked", async () => {
    // As an upgrade finds it: sold from for long, and no status was ever read.
    await database.db.shop.updateMany({ data: { statusesReadAt: null } });
    await database.db.variant.updateMany({ data: { status: null, stockReadAt: null } });
    setStatus("OAK", "ARCHIVED");
    setStatus("CUP", "DRAFT");
    await world.run(20_000);
    expect(shown("OAK")).toBe(9);
    await world.rt.queue.send(world.rt.db, "mirror-shop", { shopId: of.shopId });
    const read = async () => (await database.db.shop.count({ where: { statusesReadAt: null } })) === 0;
    await world.until("read", read, 40 * 60_000);
    await world.run(20_000);
    expect(shown("OAK")).toBe(9);
    const channel = await database.db.channel.findFirstOrThrow();
    expect(channel).toMatchObject({
      pushApprovedAt: null,
      brakeReason: "1 listing would show 0: not for sale in Shopify any more",
    });
    expect(await approveFirstPush(world.rt, of)).toEqual({ ok: true });
    await world.until("as approved", () => shown("OAK") === 0, 20_000);
    expect(shown("CUP")).toBe(9);
    expect((await view("CUP"))?.status.code).toBe("asked");
  });
});

describe("many products archived at once", () => {
  it("are held by the brake like any mass zeroing", async () => {
    const database = await openTestDatabase();
    const skus = Array.from({ length: 14 }, (_, index) => `SKU-${index}`);
    const { world, channelId } = await createConnectedWorld({
      database,
      store: {
        handle: "many",
        name: "Many",
        locations: [{ name: "Here" }],
        products: skus.map((sku) => ({ title: sku, variants: [{ sku, price: "5.00", stock: { Here: 5 } }] })),
      },
      listings: skus.map((sku) => ({ sku, title: sku, price: "5.00", currency: "GBP", quantity: 5 })),
    });
    await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
    await world.run(10_000);
    for (const { id } of world.shopify.store(world.shopDomain).products.values())
      world.shopify.controls.setProductStatus(world.shopDomain, id, "ARCHIVED");
    await world.run(60_000);
    const zeros = Object.values(world.ebay.controls.shown()).filter((quantity) => quantity === 0).length;
    expect(zeros).toBeLessThan(10);
    expect(await database.db.alert.count({ where: { key: `brake:${channelId}`, resolvedAt: null } })).toBe(1);
    expect(await database.db.alert.count({ where: { key: `gone:${channelId}`, resolvedAt: null } })).toBe(1);
    world.close();
    await database.close();
  });
});
