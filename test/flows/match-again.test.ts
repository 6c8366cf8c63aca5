/** A product changes in Shopify: listings that its keys concern find their match anew, and no other is looked at. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { refreshProduct } from "#app/flows/refresh-product.ts";
import type { Shop } from "#app/shops/shops.ts";
import { createBenchRuntime } from "#test/bench/bench-runtime.ts";
import { levelsAt, productAnswers, variantNode } from "#test/bench/instant-shopify.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";

const NOW = new Date("2026-11-28T12:00:00Z");
const PRODUCT = "gid://shopify/Product/1";

describe("after a product changed", () => {
  let database: TestDatabase;
  let shop: Shop;
  let channelId: number;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const { db } = database;
    await db.shop.deleteMany();
    const times = { installedAt: NOW, mirroredAt: NOW };
    const facts = {
      domain: "mugs.myshopify.com",
      name: "Mugs",
      currency: "GBP",
      timezone: "UTC",
      policy: {},
      ...times,
    };
    shop = await db.shop.create({ data: facts });
    const account = { connectorKey: "ebay", remoteAccountId: "1", name: "eBay", state: "connected" };
    const channel = { shopId: shop.id, ...account, importOrdersSince: NOW, createdAt: NOW };
    ({ id: channelId } = await db.channel.create({ data: channel }));
  });

  async function list(sku: string): Promise<void> {
    const named = { remoteId: sku, sku, title: "A mug", remoteState: "active", seenAt: NOW };
    await database.db.listing.create({ data: { shopId: shop.id, channelId, ...named } });
  }

  /** The product has two variants with these SKUs now. */
  async function change(...skus: [string, string]): Promise<void> {
    const variants = skus.map((sku, index) => variantNode(index + 1, { sku }));
    const answers = { ...levelsAt(NOW, () => 5), ...productAnswers(variants) };
    await refreshProduct(createBenchRuntime(database.db, undefined, answers), shop, PRODUCT);
  }

  async function find(sku: string) {
    const { variant, problem, keyAmbiguous } = await database.db.listing.findFirstOrThrow({
      where: { sku },
      include: { variant: true },
    });
    return { gid: variant?.gid ?? null, problem, keyAmbiguous };
  }

  it("a listing whose SKU two variants shared is the one's that kept it", async () => {
    await list("MUG");
    await change("MUG", "MUG");
    expect(await find("MUG")).toEqual({
      gid: null,
      problem: "2 variants in Shopify share the SKU MUG.",
      keyAmbiguous: true,
    });
    await change("TEA", "CUP");
    const problem = "No variant in Shopify has this SKU or barcode.";
    expect(await find("MUG")).toEqual({ gid: null, problem, keyAmbiguous: false });
    await change("MUG", "CUP");
    expect(await find("MUG")).toMatchObject({ gid: "gid://shopify/ProductVariant/1", problem: null });
  });

  it("a listing whose variant got another SKU loses it, and one that has this SKU finds it", async () => {
    await list("MUG");
    await list("CUP");
    await change("MUG", "BOWL");
    await change("CUP", "BOWL");
    expect(await find("MUG")).toMatchObject({ gid: null, problem: "No variant in Shopify has this SKU or barcode." });
    expect(await find("CUP")).toMatchObject({ gid: "gid://shopify/ProductVariant/1", problem: null });
  });

  it("a listing that none of it concerns is not looked at", async () => {
    await list("PLATE");
    await change("MUG", "CUP");
    expect(await find("PLATE")).toMatchObject({ gid: null, problem: null });
  });
});
