/** SKUs that will make trouble, as they are found and named. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { readSkuCheck, type SkuCheck } from "#app/views/sku-check.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createSkuShop, NOW, type SkuShop } from "./sku-shop.ts";

let database: TestDatabase;
let shop: SkuShop;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  shop = await createSkuShop(database);
});

const check = async (kind: SkuCheck) => {
  const { groups, counts } = await readSkuCheck(shop.rt, shop.shopId, { check: kind });
  return { skus: groups.map((group) => group.map((one) => one.sku)), count: counts[kind] };
};

it("a SKU that is missing, shared, alike or odd is found, and what is well, or gone, is not", async () => {
  for (const sku of ["MUG-A", "MUG-A", "mug-b", "MUG-B", "MUG B", "GOOD-1", null]) await shop.variant(sku);
  for (const sku of ["é-1", "0123", "=1+1", "X".repeat(41), "a/b_c.d", "-X"]) await shop.variant(sku);
  await shop.variant("GOOD-1", { removedAt: NOW });
  await shop.variant(null, { removedAt: NOW });
  expect(await check("missing")).toEqual({ skus: [[null]], count: 1 });
  expect(await check("shared")).toEqual({ skus: [["MUG-A", "MUG-A"]], count: 1 });
  expect(await check("alike")).toEqual({ skus: [["mug-b", "MUG-B"]], count: 1 });
  const odd = await check("odd");
  expect(odd.skus.flat()).toEqual(["MUG B", "é-1", "0123", "=1+1", "X".repeat(41), "-X"]);
});

it("SKUs of another shop make none of this one's shared", async () => {
  await shop.variant("MUG-A");
  const other = await createSkuShop(database);
  await other.variant("MUG-A");
  expect(await check("shared")).toEqual({ skus: [], count: 0 });
});

it("so many SKUs are compared at once, and the next go on where these ended", async () => {
  for (const sku of ["A-1", "A-2", "a-2", "B-1", "B-1", "C-1"]) await shop.variant(sku);
  const alike = { check: "alike", comparedMax: 3 } as const;
  const first = await readSkuCheck(shop.rt, shop.shopId, alike);
  expect([first.groups.length, first.nextFrom]).toEqual([1, "b-1"]);
  const next = await readSkuCheck(shop.rt, shop.shopId, { check: "shared", comparedMax: 3, from: first.nextFrom });
  expect([next.groups.length, next.nextFrom]).toEqual([1, null]);
});
