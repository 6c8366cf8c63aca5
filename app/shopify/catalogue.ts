/** What the shop is, sells and where: whole, by pages, or parts of it again. */
import { type Result, succeed } from "#connectors/contract/failures.ts";
import type { ProductStatus, VariantFacts } from "../catalogue/catalogue.ts";
import type { ShopProfile } from "../shops/shops.ts";
import type { Admin } from "./admin.ts";
import {
  type CatalogueVariantFragment,
  GrantedScopesDocument,
  LocationsPageDocument,
  ProductVariantsDocument,
  ShopProfileDocument,
  VariantsByIdDocument,
  VariantsPageDocument,
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
    email: shop.email,
    currency: shop.currencyCode,
    countryCode: shop.shopAddress.countryCodeV2,
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

export interface VariantsPage {
  variants: VariantFacts[];
  /** Null: that was the last page. */
  nextCursor: string | null;
}

const VARIANTS_PER_PAGE = 250;

/** A page of the whole catalogue, for where Shopify refuses bulk operations. It leaves room for everything else. */
export async function readVariantsPage(admin: Admin, after: string | null): Promise<Result<VariantsPage>> {
  const page = await admin.run(VariantsPageDocument, { first: VARIANTS_PER_PAGE, after }, { yields: true });
  if (!page.ok) return page;
  const { nodes, pageInfo } = page.value.productVariants;
  return succeed({ variants: nodes.map(toFacts), nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null });
}

/** Of these variants, those that Shopify has. */
export async function readVariants(admin: Admin, gids: readonly string[]): Promise<Result<VariantFacts[]>> {
  const reply = await admin.run(VariantsByIdDocument, { ids: [...gids] });
  if (!reply.ok) return reply;
  return succeed(reply.value.nodes.flatMap((node) => (node?.__typename === "ProductVariant" ? [toFacts(node)] : [])));
}

function toFacts(node: CatalogueVariantFragment): VariantFacts {
  return {
    gid: node.id,
    productGid: node.product.id,
    productTitle: node.product.title,
    title: node.title,
    sku: node.sku || null,
    barcode: node.barcode || null,
    inventoryItemGid: node.inventoryItem.id,
    tracked: node.inventoryItem.tracked,
    status: productStatus(node.product.status),
    vendor: node.product.vendor,
    productType: node.product.productType,
    tags: node.product.tags,
    price: node.price,
  };
}

/** A status that Shopify adds later says nothing of being gone: such a product is taken for active. */
export function productStatus(status: string | null | undefined): ProductStatus | null {
  if (!status) return null;
  return STATUSES.find((one) => one === status.toLowerCase()) ?? "active";
}

const STATUSES = ["active", "unlisted", "draft", "archived"] as const satisfies readonly ProductStatus[];

/** What the merchant granted, as Shopify calls it. */
export async function readGrantedScopes(admin: Admin): Promise<Result<string[]>> {
  const reply = await admin.run(GrantedScopesDocument, {});
  if (!reply.ok) return reply;
  return succeed(reply.value.currentAppInstallation.accessScopes.map((scope) => scope.handle));
}

/** All variants of a product; an empty list when Shopify says that it has no such product. */
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
        status: productStatus(product.status),
        vendor: product.vendor,
        productType: product.productType,
        tags: product.tags,
        price: one.price,
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
    status: string;
    vendor: string;
    productType: string;
    tags: string[];
    variants: {
      nodes: {
        id: string;
        sku: string | null;
        barcode: string | null;
        title: string;
        price: string;
        inventoryItem: { id: string; tracked: boolean };
      }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  } | null;
}
