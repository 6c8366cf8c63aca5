/** Reading the shop's catalogue: what is missing, partial, old or unreadable takes nothing away. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { storeSeedSchema } from "#test/emulators/shopify/demo-store.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createWorld, type World } from "#test/support/world/world.ts";

const MINUTE_MS = 60_000;
const product = (title: string, sku: string, units: number) => ({
  title,
  variants: [{ sku, price: "5.00", stock: { Here: units } }],
});

describe("reading the catalogue", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    await database.empty();
    world = await createWorld({
      database,
      tickMs: 5_000,
      store: {
        handle: "mirror",
        name: "Mirror",
        locations: [{ name: "Here" }],
        products: [product("Oak", "OAK", 9), product("Cup", "CUP", 7), product("Elm", "ELM", 5)],
      },
    });
    await world.until("mirrored", async () => (await database.db.shop.count({ where: { mirroredAt: null } })) === 0);
  });
  afterEach(() => world.close());

  const settings = () => world.shopify.world.settings;
  const store = () => world.shopify.store(world.shopDomain);
  const known = async () => {
    const rows = await database.db.variant.findMany({ where: { removedAt: null }, orderBy: { sku: "asc" } });
    return rows.map((row) => row.sku);
  };
  const variant = (sku: string) => database.db.variant.findFirstOrThrow({ where: { sku } });
  const available = async (sku: string) => {
    const { inventoryItemGid } = await variant(sku);
    return (await database.db.level.findFirstOrThrow({ where: { inventoryItemGid } })).available;
  };
  const alerts = async () => {
    const rows = await database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { key: "asc" } });
    return rows.map((row) => row.key);
  };
  const runs = () => database.db.run.findMany({ where: { kind: "mirror-shop" }, orderBy: { id: "asc" } });
  const started = () => store().bulkOperations.size;
  /** The half-hourly reading is due, and has begun. */
  async function begin(): Promise<void> {
    const before = (await runs()).length;
    await world.until("begun", async () => (await runs()).length > before, 40 * MINUTE_MS);
    const bulks = started();
    if (settings().bulkRefusal === null) await world.until("asked", () => started() > bulks, MINUTE_MS);
  }
  const end = (msMax = 10 * MINUTE_MS) =>
    world.until("read", async () => (await runs()).every((run) => run.state === "done"), msMax);
  const drop = (...topics: string[]) => {
    for (const topic of topics) world.shopify.deliveries.disturb({ kind: "drop", topic, times: 10 });
  };
  const idOf = (sku: string) => {
    const found = [...store().variants.values()].find((one) => one.sku === sku);
    if (!found) throw new Error(`no ${sku}`);
    return found;
  };

  it("that ended without a file removes nothing, says so, and is followed by another", async () => {
    settings().bulkResult = "no-address";
    await begin();
    await world.until("shown", async () => (await alerts()).includes("mirror"), MINUTE_MS);
    expect(await known()).toEqual(["CUP", "ELM", "OAK"]);
    const alert = await database.db.alert.findFirstOrThrow({ where: { key: "mirror" } });
    expect(alert.message).toMatch(/^Shopify made its list of products, and gave no file\. Nothing was changed by it\./);
    settings().bulkResult = "file";
    world.setStock("OAK", 3);
    await end();
    expect([await known(), await available("OAK"), await alerts()]).toEqual([["CUP", "ELM", "OAK"], 3, []]);
  });

  it("that never brings a file is done by pages in the end", async () => {
    settings().bulkResult = "no-address";
    drop("inventory_levels/update", "products/delete", "inventory_items/delete");
    world.setStock("OAK", 3);
    world.shopify.controls.deleteProduct(world.shopDomain, idOf("ELM").productId);
    await begin();
    await end();
    expect([await known(), await available("OAK"), await alerts()]).toEqual([["CUP", "OAK"], 3, []]);
  });

  it("whose file is short of rows removes nothing that Shopify still has", async () => {
    settings().bulkRowsLost = 4;
    drop("products/delete", "inventory_items/delete");
    world.shopify.controls.deleteProduct(world.shopDomain, idOf("ELM").productId);
    await begin();
    await end();
    expect([await known(), await available("CUP"), await available("OAK")]).toEqual([["CUP", "OAK"], 7, 9]);
  });

  it("whose rows come in another order brings the same", async () => {
    settings().bulkRowOrder = "children-first";
    drop("inventory_levels/update");
    world.setStock("OAK", 3);
    await begin();
    await end();
    expect([await known(), await available("OAK"), await available("CUP")]).toEqual([["CUP", "ELM", "OAK"], 3, 7]);
  });

  it("that Shopify does not answer is asked for ever more rarely, and done soon after it answers", async () => {
    await begin();
    const asked = () => world.shopify.faults.calls.filter((call) => call.fault !== null).length;
    world.shopify.faults.add({ operation: "*", kind: "status", status: 503, times: 10_000 });
    await world.run(10 * MINUTE_MS);
    const before = asked();
    await world.run(30 * MINUTE_MS);
    // Every five minutes at most, a few calls each time; the shop's orders are asked for besides.
    expect(asked() - before).toBeLessThan(60);
    const { failures } = await database.db.setback.findFirstOrThrow({ where: { name: `mirror:${world.shopId}` } });
    expect(failures).toBeGreaterThan(8);
    world.shopify.faults.clear();
    await end();
    expect(await database.db.setback.count({ where: { name: `mirror:${world.shopId}` } })).toBe(0);
  });

  it("whose address has ended is followed by another", async () => {
    world.shopify.faults.add({ operation: "bulkResult", kind: "status", status: 404, times: 1 });
    await begin();
    await end();
    expect([started(), await known()]).toEqual([3, ["CUP", "ELM", "OAK"]]);
  });

  it("leaves what came after it began: a new product, a SKU, and whether an item is counted", async () => {
    settings().bulkOperationMs = 4 * MINUTE_MS;
    await begin();
    const bowl = storeSeedSchema.shape.products.element.parse(product("Bowl", "BOWL", 4));
    world.shopify.controls.addProduct(world.shopDomain, bowl);
    world.shopify.controls.editVariant(world.shopDomain, idOf("OAK").id, { sku: "OAK-2", tracked: false });
    world.shopify.controls.deleteProduct(world.shopDomain, idOf("ELM").productId);
    await world.run(MINUTE_MS);
    await end();
    expect(await known()).toEqual(["BOWL", "CUP", "OAK-2"]);
    expect([(await variant("OAK-2")).tracked, await available("BOWL")]).toEqual([false, 4]);
  });

  it("that stood still for a day is not taken up again", async () => {
    settings().bulkOperationMs = 4 * MINUTE_MS;
    await begin();
    await world.run(5_000);
    const bulks = started();
    const [run] = (await runs()).slice(-1);
    const checkpoint = JSON.parse(run?.checkpoint ?? "");
    const askedAt = new Date(Date.parse(checkpoint.askedAt) - 24 * 60 * MINUTE_MS).toISOString();
    world.replaceWorker(0);
    await database.db.run.update({
      where: { id: run?.id ?? 0 },
      data: { checkpoint: JSON.stringify({ ...checkpoint, askedAt }) },
    });
    await world.until("asked anew", () => started() > bulks, 3 * MINUTE_MS);
    await end();
  });

  it.each([
    ["user-error", "Partner Dashboard"],
    ["access-denied", "Partner Dashboard"],
    ["forbidden", "IP allowlist"],
  ] as const)(
    "goes on by pages where Shopify refuses it in bulk (%s), and says who mends what",
    async (shape, where) => {
      settings().bulkRefusal = shape;
      drop("inventory_levels/update", "products/delete", "inventory_items/delete");
      world.setStock("OAK", 3);
      world.shopify.controls.deleteProduct(world.shopDomain, idOf("ELM").productId);
      await begin();
      await end();
      expect([await known(), await available("OAK"), await alerts()]).toEqual([["CUP", "OAK"], 3, ["bulk-refused"]]);
      const alert = await database.db.alert.findFirstOrThrow({ where: { key: "bulk-refused" } });
      expect(alert.message).toContain(where);
      settings().bulkRefusal = null;
      await begin();
      await end();
      expect(await alerts()).toEqual([]);
    },
  );

  it("an item's deletion is noticed by its own message, without the product's", async () => {
    drop("products/delete");
    world.shopify.controls.deleteProduct(world.shopDomain, idOf("ELM").productId);
    await world.until("gone", async () => (await known()).length === 2, MINUTE_MS);
    expect(await known()).toEqual(["CUP", "OAK"]);
  });

  it("lost access is shown in plain words until it is back, though nobody tells of that", async () => {
    const { scopes } = settings();
    world.shopify.controls.setScopes(world.shopDomain, scopes.replace(",write_orders", ""));
    await world.until("shown", async () => (await alerts()).includes("scopes"), MINUTE_MS);
    const alert = await database.db.alert.findFirstOrThrow({ where: { key: "scopes" } });
    expect(alert.message).toContain("write orders (marketplace orders can't be placed in Shopify). Open Lockstep");
    drop("app/scopes_update");
    world.shopify.controls.setScopes(world.shopDomain, scopes);
    await begin();
    await end();
    expect(await alerts()).toEqual([]);
  });
});
