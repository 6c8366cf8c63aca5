/** The whole catalogue with every level, by one bulk operation; and parts of it again. */
import { type DocumentNode, print } from "graphql";
import { z } from "zod";
import { fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { VariantFacts } from "../catalogue/catalogue.ts";
import type { LevelReading } from "../inventory/levels.ts";
import type { ShopProfile } from "../shops/shops.ts";
import type { Admin } from "./admin.ts";
import {
  BulkOperationStatusDocument,
  CatalogueBulkDocument,
  LocationsPageDocument,
  ProductVariantsDocument,
  ShopProfileDocument,
  StartBulkQueryDocument,
} from "./operations.generated.ts";

export interface LocationFacts {
  gid: string;
  name: string;
  active: boolean;
}

export async function readProfile(admin: Admin): Promise<Result<ShopProfile>> {
  const reply = await admin.run(ShopProfileDocument, {});
  if (!reply.ok) return reply;
  const { shop } = reply.value;
  return succeed({
    name: shop.name,
    currency: shop.currencyCode,
    countryCode: shop.billingAddress.countryCodeV2,
    timezone: shop.ianaTimezone,
  });
}

export async function readLocations(admin: Admin): Promise<Result<LocationFacts[]>> {
  const locations: LocationFacts[] = [];
  for (let after: string | null = null; ; ) {
    const page: Result<{ locations: LocationsPage }> = await admin.run(LocationsPageDocument, { after });
    if (!page.ok) return page;
    for (const one of page.value.locations.nodes) locations.push({ gid: one.id, name: one.name, active: one.isActive });
    if (!page.value.locations.pageInfo.hasNextPage) return succeed(locations);
    after = page.value.locations.pageInfo.endCursor;
  }
}

interface LocationsPage {
  nodes: { id: string; name: string; isActive: boolean }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** Starts reading the catalogue; the id is polled with `readBulk`. */
export async function startCatalogueBulk(admin: Admin): Promise<Result<string>> {
  const query = print(bulkText(CatalogueBulkDocument));
  const reply = await admin.run(StartBulkQueryDocument, { query });
  if (!reply.ok) return reply;
  const { bulkOperation, userErrors } = reply.value.bulkOperationRunQuery ?? { bulkOperation: null, userErrors: [] };
  if (bulkOperation) return succeed(bulkOperation.id);
  const busy = userErrors.some((error) => error.code === "OPERATION_IN_PROGRESS" || error.code === "LIMIT_REACHED");
  const message = `Shopify did not start reading the catalogue: ${userErrors.map((error) => error.message).join("; ")}`;
  return fail(busy ? { kind: "unavailable", message } : { kind: "rejected", message });
}

/** Shopify wants an anonymous query without variables. */
function bulkText(document: DocumentNode): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((one) =>
      one.kind === "OperationDefinition" ? { ...one, name: undefined } : one,
    ),
  };
}

export type BulkProgress =
  | { state: "running"; objectCount: number }
  /** `url` null: there was nothing to read. */
  | { state: "done"; url: string | null }
  | { state: "failed"; why: string };

export async function readBulk(admin: Admin, id: string): Promise<Result<BulkProgress>> {
  const reply = await admin.run(BulkOperationStatusDocument, { id });
  if (!reply.ok) return reply;
  const bulk = reply.value.bulkOperation;
  if (!bulk) return succeed({ state: "failed", why: "Shopify no longer knows the operation" });
  switch (bulk.status) {
    case "COMPLETED":
      return succeed({ state: "done", url: bulk.url });
    case "CREATED":
    case "RUNNING":
    case "CANCELING":
      return succeed({ state: "running", objectCount: Number(bulk.objectCount) });
    default:
      return succeed({ state: "failed", why: `${bulk.status} ${bulk.errorCode ?? ""}`.trim() });
  }
}

const variantLine = z.object({
  id: z.string().startsWith("gid://shopify/ProductVariant/"),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  title: z.string(),
  product: z.object({ id: z.string(), title: z.string() }),
  inventoryItem: z.object({ id: z.string(), tracked: z.boolean() }),
});
const levelLine = z.object({
  id: z.string().startsWith("gid://shopify/InventoryLevel/"),
  __parentId: z.string(),
  updatedAt: z.string(),
  location: z.object({ id: z.string() }),
  quantities: z.array(z.object({ name: z.string(), quantity: z.number().int() })),
});

export interface Catalogue {
  variants: VariantFacts[];
  levels: LevelReading[];
}

/** Parses the JSON lines of the bulk operation. Throws on a line of neither kind: half a catalogue is none. */
export function parseCatalogue(jsonl: string): Catalogue {
  const variants: VariantFacts[] = [];
  const levels: LevelReading[] = [];
  const itemOfVariant = new Map<string, string>();
  for (const line of jsonl.split("\n")) {
    if (line.trim() === "") continue;
    const value: unknown = JSON.parse(line);
    const level = levelLine.safeParse(value);
    if (level.success) {
      const item = itemOfVariant.get(level.data.__parentId) ?? level.data.__parentId;
      levels.push({
        inventoryItemGid: item,
        locationGid: level.data.location.id,
        available: level.data.quantities.find((one) => one.name === "available")?.quantity ?? null,
        remoteUpdatedAt: new Date(level.data.updatedAt),
      });
      continue;
    }
    const variant = variantLine.parse(value);
    itemOfVariant.set(variant.id, variant.inventoryItem.id);
    variants.push({
      gid: variant.id,
      productGid: variant.product.id,
      productTitle: variant.product.title,
      title: variant.title,
      sku: variant.sku || null,
      barcode: variant.barcode || null,
      inventoryItemGid: variant.inventoryItem.id,
      tracked: variant.inventoryItem.tracked,
    });
  }
  return { variants, levels };
}

/** All variants of a product; an empty list when Shopify no longer has it. */
export async function readProductVariants(admin: Admin, productGid: string): Promise<Result<VariantFacts[]>> {
  const variants: VariantFacts[] = [];
  for (let after: string | null = null; ; ) {
    const page: Result<ProductPage> = await admin.run(ProductVariantsDocument, { id: productGid, after });
    if (!page.ok) return page;
    const product: ProductPage["product"] = page.value.product;
    if (!product) return succeed([]);
    for (const one of product.variants.nodes) {
      variants.push({
        gid: one.id,
        productGid: product.id,
        productTitle: product.title,
        title: one.title,
        sku: one.sku || null,
        barcode: one.barcode || null,
        inventoryItemGid: one.inventoryItem.id,
        tracked: one.inventoryItem.tracked,
      });
    }
    if (!product.variants.pageInfo.hasNextPage) return succeed(variants);
    after = product.variants.pageInfo.endCursor;
  }
}

interface ProductPage {
  product: {
    id: string;
    title: string;
    variants: {
      nodes: {
        id: string;
        sku: string | null;
        barcode: string | null;
        title: string;
        inventoryItem: { id: string; tracked: boolean };
      }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  } | null;
}
