import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DefinitionNode, Kind, parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { at, createBench, levelOf, SHOP } from "./emulated-app.ts";

const OPERATIONS_DIR = join(import.meta.dirname, "../../../app/shopify/operations");

/** Each operation of the app as a document of its own, with the fragments it needs. */
function appOperations(): { name: string; text: string }[] {
  const definitions = readdirSync(OPERATIONS_DIR)
    .filter((file) => file.endsWith(".graphql"))
    .flatMap((file): readonly DefinitionNode[] => parse(readFileSync(join(OPERATIONS_DIR, file), "utf8")).definitions);
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  function needed(text: string, found = new Set<string>()): Set<string> {
    for (const fragment of fragments) {
      if (!found.has(fragment.name.value) && text.includes(`...${fragment.name.value}`)) {
        found.add(fragment.name.value);
        needed(print(fragment), found);
      }
    }
    return found;
  }
  return definitions
    .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const names = needed(print(operation));
      const used = fragments.filter((one) => names.has(one.name.value));
      return { name: operation.name?.value ?? "", text: [operation, ...used].map(print).join("\n") };
    });
}

function operation(name: string): string {
  const found = appOperations().find((one) => one.name === name);
  if (!found) throw new Error(`the app has no operation ${name}`);
  return found.text;
}

const KEY = { namespace: "$app:lockstep", key: "remote_order" };
const DEFINITION = {
  ...KEY,
  name: "Remote order",
  ownerType: "ORDER",
  type: "id",
  capabilities: { uniqueValues: { enabled: true } },
};

describe("the app's own operations", () => {
  it("are all executed without an error", async () => {
    const bench = createBench();
    const { variant, level } = levelOf(bench.emulator, "MUG-MOSS");
    const placed = bench.emulator.controls.storefrontOrder(SHOP, {
      email: "buyer@example.com",
      lines: [{ variantId: variant.id, quantity: 1 }],
    });
    if (!placed.ok) throw new Error(placed.message);
    const line = {
      variantId: variant.id,
      quantity: 1,
      priceSet: { shopMoney: { amount: "14.00", currencyCode: "GBP" } },
    };
    const bulk = await bench.graphql(operation("StartBulkQuery"), { query: operation("CatalogueBulk") });
    await bench.clock.advance(10_000);
    const terminal = { locationId: level.locationId, changeFromQuantity: null };
    const variables: Record<string, object> = {
      ShopProfile: {},
      LocationsPage: {},
      CatalogueBulk: {},
      StartBulkQuery: { query: operation("CatalogueBulk") },
      BulkOperationStatus: { id: at(bulk.data, "bulkOperationRunQuery", "bulkOperation", "id") },
      ProductVariants: { id: variant.productId },
      FindCustomer: { identifier: { emailAddress: "buyer@example.com" } },
      GrantedScopes: {},
      VariantsPage: { first: 250 },
      VariantsById: { ids: [variant.id] },
      LevelsOfItems: { ids: [variant.inventoryItemId], first: 10 },
      LevelsOfItem: { id: variant.inventoryItemId },
      MoveInventory: {
        idempotencyKey: "k1",
        input: {
          reason: "reservation_created",
          referenceDocumentUri: "lockstep://order/1",
          changes: [
            {
              inventoryItemId: variant.inventoryItemId,
              quantity: 1,
              from: { ...terminal, name: "available" },
              to: { ...terminal, name: "reserved", ledgerDocumentUri: "lockstep://order/1" },
            },
          ],
        },
      },
      DefineOrderKey: { definition: DEFINITION },
      CreateOrder: {
        order: { lineItems: [line], metafields: [{ ...KEY, type: "id", value: "ebay:1" }] },
        options: { inventoryBehaviour: "DECREMENT_IGNORING_POLICY" },
      },
      OrderByKey: { key: { ...KEY, value: "ebay:1" } },
      OrdersBySourceIdentifier: { query: 'source_identifier:"none"' },
      OrderProgress: { id: placed.value.id },
      OrdersUpdatedPage: { query: "updated_at:>='2026-01-01T00:00:00Z'" },
      CancelOrder: { orderId: placed.value.id, reason: "OTHER", restock: true },
    };
    for (const { name, text } of appOperations()) {
      // An operation that came after this test was written must at least be one that Shopify would take.
      if (!variables[name]) {
        expect
          .soft((await bench.graphql(text)).errors.filter((one) => one.extensions?.code === "undefinedField"))
          .toEqual([]);
        continue;
      }
      if (name === "CatalogueBulk") continue;
      const reply = await bench.graphql(text, variables[name]);
      expect.soft(reply.errors, name).toEqual([]);
      const payload = Object.values(reply.data ?? {})[0];
      expect.soft(at(payload, "userErrors") ?? [], name).toEqual([]);
      await bench.clock.advance(60_000);
    }
  });

  it("sees shop, locations and a product's variants", async () => {
    const bench = createBench();
    const shop = await bench.graphql(operation("ShopProfile"));
    expect(shop.data?.shop).toMatchObject({
      myshopifyDomain: SHOP,
      currencyCode: "GBP",
      shopAddress: { countryCodeV2: "GB" },
    });
    const locations = await bench.graphql(operation("LocationsPage"));
    expect(at(locations.data, "locations", "nodes", "length")).toBe(2);
    const { variant } = levelOf(bench.emulator, "MUG-MOSS");
    const product = await bench.graphql(operation("ProductVariants"), { id: variant.productId });
    expect(at(product.data, "product", "variants", "nodes", 1, "sku")).toBe("MUG-SLATE");
  });
});

describe("what Shopify refuses, the emulator refuses", () => {
  it("a field that the schema does not have", async () => {
    const { graphql } = createBench();
    const reply = await graphql("{ shop { id colour } }");
    expect(reply).toMatchObject({ status: 200, data: null });
    expect(reply.errors[0]).toMatchObject({
      message: "Field 'colour' doesn't exist on type 'Shop'",
      extensions: { code: "undefinedField" },
    });
  });

  it("an input with a field that the schema does not have", async () => {
    const { graphql } = createBench();
    const reply = await graphql(operation("CreateOrder"), { order: { lines: [] }, options: {} });
    expect(reply.errors[0]?.extensions?.code).toBe("INVALID_VARIABLE");
  });

  it("a token that is unknown or has expired, with 401", async () => {
    const bench = createBench();
    const wrong = await bench.graphql("{ shop { id } }", {}, "shpat_wrong");
    expect(wrong.status).toBe(401);
    expect(wrong.errors).toBe("[API] Invalid API key or access token (unrecognized login or wrong password)");
    await bench.clock.advance(3_600_000);
    expect((await bench.graphql("{ shop { id } }")).status).toBe(401);
  });

  it("a connection without first or last, or with more than 250", async () => {
    const { graphql } = createBench();
    const none = await graphql("{ locations { nodes { id } } }");
    expect(none.errors[0]?.message).toBe("you must provide one of first or last");
    const many = await graphql("{ locations(first: 251) { nodes { id } } }");
    expect(many.errors[0]?.message).toBe("first cannot exceed 250");
  });
});

describe("pages", () => {
  it("follow the cursor through all rows once", async () => {
    const { graphql, emulator } = createBench();
    const query =
      "query ($id: ID!, $after: String) { product(id: $id) { variants(first: 2, after: $after) { nodes { sku } pageInfo { hasNextPage endCursor } } } }";
    const { variant } = levelOf(emulator, "MUG-MOSS");
    const skus: unknown[] = [];
    let after: unknown = null;
    for (let page = 0; page < 5; page += 1) {
      const reply = await graphql(query, { id: variant.productId, after });
      const variants = at(reply.data, "product", "variants");
      for (const node of at(variants, "nodes") as { sku: string }[]) skus.push(node.sku);
      if (!at(variants, "pageInfo", "hasNextPage")) break;
      after = at(variants, "pageInfo", "endCursor");
    }
    expect(skus).toEqual(["MUG-MOSS", "MUG-SLATE", "MUG-OAT"]);
  });
});

describe("cost", () => {
  it("is reported, and what the result did not use is given back", async () => {
    const { graphql } = createBench();
    const reply = await graphql("{ locations(first: 250) { nodes { id } } }");
    const cost = reply.extensions.cost;
    expect(cost).toMatchObject({
      requestedQueryCost: 12,
      throttleStatus: { maximumAvailable: 2000, restoreRate: 100 },
    });
    expect(cost?.actualQueryCost).toBeLessThan(12);
    expect(cost?.throttleStatus.currentlyAvailable).toBe(2000 - (cost?.actualQueryCost ?? 0));
  });

  it("matches the figure a store returned for 250 variants with their items", async () => {
    const { graphql, emulator } = createBench();
    const { variant } = levelOf(emulator, "MUG-MOSS");
    const query =
      "query ($id: ID!) { product(id: $id) { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }";
    const reply = await graphql(query, { id: variant.productId });
    expect(reply.extensions.cost?.requestedQueryCost).toBe(25);
    const absent = await graphql(query, { id: "gid://shopify/Product/1" });
    expect(absent.extensions.cost?.actualQueryCost).toBeLessThanOrEqual(1);
  });

  it("beyond the bucket is THROTTLED with HTTP 200, until time restores it", async () => {
    const bench = createBench();
    bench.emulator.controls.drainCostBucket(SHOP, 5);
    const throttled = await bench.graphql("{ locations(first: 250) { nodes { id } } }");
    expect(throttled).toMatchObject({ status: 200, data: null });
    expect(throttled.errors[0]?.extensions?.code).toBe("THROTTLED");
    expect(throttled.extensions.cost?.throttleStatus.currentlyAvailable).toBe(5);
    await bench.clock.advance(1_000);
    expect((await bench.graphql("{ locations(first: 250) { nodes { id } } }")).errors).toEqual([]);
  });

  it("beyond 1,000 for one query is refused whatever the bucket holds", async () => {
    const { graphql } = createBench({ settings: { connectionCost: "linear" } });
    const reply = await graphql("{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }");
    expect(reply.errors[0]?.extensions?.code).toBe("MAX_COST_EXCEEDED");
  });
});

describe("bulk operations", () => {
  it("run on the clock, give JSON lines with __parentId and announce their end", async () => {
    const bench = createBench();
    const started = await bench.graphql(operation("StartBulkQuery"), { query: operation("CatalogueBulk") });
    const id = at(started.data, "bulkOperationRunQuery", "bulkOperation", "id");
    expect(at(started.data, "bulkOperationRunQuery", "bulkOperation", "status")).toBe("CREATED");
    await bench.clock.advance(2_000);
    const status = await bench.graphql(operation("BulkOperationStatus"), { id });
    expect(status.data?.bulkOperation).toMatchObject({ status: "COMPLETED", errorCode: null });
    const file = await bench.emulator.app.request(String(at(status.data, "bulkOperation", "url")));
    const rows = (await file.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(String(rows.length)).toBe(at(status.data, "bulkOperation", "objectCount"));
    const { variant, level } = levelOf(bench.emulator, "MUG-MOSS");
    const parent = rows.findIndex((row) => row.id === variant.id);
    expect(rows[parent + 1]).toMatchObject({
      id: level.id,
      __parentId: variant.id,
      quantities: [{ name: "available", quantity: 24 }],
    });
    expect(await bench.payloads("bulk_operations/finish")).toMatchObject([
      { admin_graphql_api_id: id, status: "completed" },
    ]);
  });

  it("are refused when nested too deep, and beyond five at a time", async () => {
    const bench = createBench();
    const start = operation("StartBulkQuery");
    const plain = await bench.graphql(start, { query: "{ shop { id } }" });
    expect(at(plain.data, "bulkOperationRunQuery", "userErrors", 0, "code")).toBe("INVALID");
    for (let count = 0; count < 5; count += 1) await bench.graphql(start, { query: operation("CatalogueBulk") });
    const sixth = await bench.graphql(start, { query: operation("CatalogueBulk") });
    expect(at(sixth.data, "bulkOperationRunQuery", "bulkOperation")).toBeNull();
  });
});
