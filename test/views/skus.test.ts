import { afterAll, beforeAll, expect, it } from "vitest";
import { type Beside, PAGE_SIZE, readBeside } from "#app/views/paging.ts";
import { readSkus } from "#app/views/skus.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import { createSkuShop, NOW, type SkuShop } from "./sku-shop.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const skus = async ({ rt, shopId }: SkuShop, search: string, beside: Beside = null) =>
  (await readSkus(rt, shopId, { search, beside })).rows.map((row) => row.sku ?? row.name);

it("a SKU has what is available at active locations, what is booked, its listings and the worst of their states", async () => {
  const shop = await createSkuShop(database);
  const moss = await shop.variant("MOSS", { productTitle: "Mug", title: "Moss" });
  await shop.level(moss, 5);
  await shop.level(moss, 3, { gid: "attic", name: "Attic" });
  await shop.level(moss, 40, { gid: "closed", name: "Closed", active: false });
  await shop.order({ variantId: moss, quantity: 2 }, { state: "pending" });
  await shop.order({ variantId: moss, quantity: 1 }, { state: "posted", hold: "held" });
  await shop.order({ variantId: moss, quantity: 7 }, { state: "posted" });
  await shop.order({ variantId: moss, quantity: 9 }, { state: "voided", hold: "released" });
  await shop.listing(moss);
  await shop.listing(moss, { version: 2 });
  await shop.listing(moss, { excluded: true });
  await shop.listing(moss, { remoteState: "ended", problem: "It ended." });
  const loose = await shop.variant("LOOSE", { tracked: false });
  await shop.level(loose, 5);
  await shop.listing(loose, { problem: "Refused." });
  await shop.variant("BARE");

  const { rows } = await readSkus(shop.rt, shop.shopId, { search: "", beside: null });
  expect(rows).toMatchObject([
    { sku: "BARE", available: null, booked: 0, listings: { number: 0, more: false }, worst: null },
    { sku: "LOOSE", available: null, listings: { number: 1 } },
    { sku: "MOSS", name: "Mug · Moss", available: 8, booked: 3, listings: { number: 3 }, worst: { code: "updating" } },
  ]);
});

it("pages go on where the one before ended, there and back, SKUs that several share or that are missing included", async () => {
  const shop = await createSkuShop(database);
  const other = await createSkuShop(database);
  await other.variant("A");
  for (let n = 0; n < PAGE_SIZE - 1; n += 1) await shop.variant(`B-${String(n).padStart(3, "0")}`);
  for (let n = 0; n < 3; n += 1) await shop.variant("C");
  for (let n = 0; n < PAGE_SIZE + 1; n += 1) await shop.variant(null, { productTitle: `none ${n}` });
  await shop.variant("A", { removedAt: NOW });

  const seen: number[][] = [];
  let beside: Beside = null;
  for (;;) {
    const page = await readSkus(shop.rt, shop.shopId, { search: "", beside });
    seen.push(page.rows.map((row) => row.id));
    expect(page.previous === null).toBe(seen.length === 1);
    if (page.next === null) break;
    beside = { after: page.next };
  }
  expect(seen.map((page) => page.length)).toEqual([PAGE_SIZE, PAGE_SIZE, 3]);
  expect(new Set(seen.flat()).size).toBe(PAGE_SIZE * 2 + 3);
  expect(await database.db.variant.findUnique({ where: { id: seen[0]?.[0] ?? 0 } })).toMatchObject({ sku: "B-000" });

  for (let at = seen.length - 1; at > 0; at -= 1) {
    const back = await readSkus(shop.rt, shop.shopId, { search: "", beside: { before: seen[at]?.[0] ?? 0 } });
    expect(back.rows.map((row) => row.id)).toEqual(seen[at - 1]);
    expect(back.next).toBe(seen[at - 1]?.at(-1));
    expect(back.previous === null).toBe(at === 1);
  }
  // What is not this shop's, or is nowhere, begins at the beginning.
  expect((await readSkus(shop.rt, shop.shopId, { search: "", beside: { after: 999_999_999 } })).previous).toBeNull();
});

it("a search finds beginnings of words of SKU and title, the SKU itself first, of this shop alone", async () => {
  const shop = await createSkuShop(database);
  const other = await createSkuShop(database);
  await other.variant("MUG-MOSS", { productTitle: "Stoneware mug" });
  await shop.variant("A-MUG-MOSS", { productTitle: "Stoneware mug", title: "Moss" });
  await shop.variant("MUG-MOSS-2", { productTitle: "Stoneware mug", title: "Moss, two" });
  await shop.variant("MUG-MOSS", { productTitle: "Stoneware mug", title: "Moss" });
  await shop.variant("BOARD", { productTitle: "Bretter für die Küche" });
  await shop.variant("GONE", { productTitle: "Stoneware mug", removedAt: NOW });

  expect(await skus(shop, "mug-moss")).toEqual(["MUG-MOSS", "MUG-MOSS-2", "A-MUG-MOSS"]);
  expect(await skus(shop, "stone mos")).toEqual(["A-MUG-MOSS", "MUG-MOSS", "MUG-MOSS-2"]);
  expect(await skus(shop, "küche")).toEqual(["BOARD"]);
  expect(await skus(shop, "oneware")).toEqual([]);
  expect(await skus(shop, "moss'd")).toEqual([]);
  for (const odd of ["-", "'", "\\", "100 % _ \\ '", "& | !", "#1", ":*", "<->", "🫖"])
    expect(await skus(shop, odd)).toEqual([]);
});

it("a search shows a page, and says when more match", async () => {
  const shop = await createSkuShop(database);
  for (let n = 0; n <= PAGE_SIZE; n += 1) await shop.variant(`CUP-${n}`);
  const view = await readSkus(shop.rt, shop.shopId, { search: "cup", beside: null });
  expect(view).toMatchObject({ cut: true, next: null, previous: null });
  expect(view.rows).toHaveLength(PAGE_SIZE);
});

it("a place that is no id is none", () => {
  const read = (query: string) => readBeside(new URLSearchParams(query));
  expect(read("after=12")).toEqual({ after: 12 });
  expect(read("before=12")).toEqual({ before: 12 });
  expect(read("after=x")).toBeNull();
  expect(read("")).toBeNull();
});
