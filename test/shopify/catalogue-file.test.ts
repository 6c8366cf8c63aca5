/** The rows of a bulk operation's file, in whatever order they come. */
import { describe, expect, it } from "vitest";
import { CatalogueFile, type CatalogueRows } from "#app/shopify/catalogue-file.ts";

const ITEM = "gid://shopify/InventoryItem/11";
const VARIANT = "gid://shopify/ProductVariant/1";
const variant = JSON.stringify({
  id: VARIANT,
  sku: "OAK",
  barcode: null,
  title: "Default Title",
  product: { id: "gid://shopify/Product/1", title: "Oak", status: "ACTIVE" },
  inventoryItem: { id: ITEM, tracked: true },
});
const level = (parent: string, location = 1) =>
  JSON.stringify({
    id: `gid://shopify/InventoryLevel/${location}?inventory_item_id=11`,
    updatedAt: "2026-11-28T10:00:00Z",
    location: { id: `gid://shopify/Location/${location}` },
    quantities: [{ name: "available", quantity: 9 }],
    __parentId: parent,
  });

function read(lines: readonly string[]): CatalogueRows & { file: CatalogueFile } {
  const file = new CatalogueFile();
  const rows = lines.map((line) => file.read(line));
  file.end();
  return { file, variants: rows.flatMap((one) => one.variants), levels: rows.flatMap((one) => one.levels) };
}

describe("the rows of the catalogue's file", () => {
  it.each([
    ["after it", [variant, level(VARIANT)]],
    ["before it", [level(VARIANT), variant]],
    ["naming its item", [level(ITEM), variant]],
  ])("a level that comes %s is the level of its variant's item", (_, lines) => {
    const { variants, levels, file } = read(lines);
    expect(variants).toMatchObject([{ gid: VARIANT, sku: "OAK", inventoryItemGid: ITEM, tracked: true }]);
    expect(levels).toMatchObject([{ inventoryItemGid: ITEM, locationGid: "gid://shopify/Location/1", available: 9 }]);
    expect(file.unreadable).toBe(0);
  });

  it("a level whose variant never comes is of no item, and costs that row alone", () => {
    const { variants, levels, file } = read([level("gid://shopify/ProductVariant/404"), variant, level(VARIANT, 2)]);
    expect(variants).toHaveLength(1);
    expect(levels).toMatchObject([{ inventoryItemGid: ITEM, locationGid: "gid://shopify/Location/2" }]);
    expect(file).toMatchObject({ lines: 3, unreadable: 1 });
  });

  it.each([
    ["no JSON", '{"id":"gid://shopify/Prod'],
    ["of another type", '{"id":"gid://shopify/Product/1","title":"Oak"}'],
    ["a variant without its item", variant.replace(ITEM, "")],
  ])("a line that is %s costs that row alone", (_, line) => {
    const { variants, file } = read([line, variant.replaceAll("/1", "/2")]);
    expect(variants).toHaveLength(1);
    expect(file).toMatchObject({ lines: 2, unreadable: 1 });
  });

  it("a variant without a barcode, or with none of its own any more, is read", () => {
    const { barcode: _, ...without } = JSON.parse(variant);
    expect(read([JSON.stringify(without)]).variants).toMatchObject([{ sku: "OAK", barcode: null }]);
  });
});
