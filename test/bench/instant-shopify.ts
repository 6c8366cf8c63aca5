/** A Shopify whose answers take no time: what a flow costs with it is all our own work. */
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { Admin } from "#app/shopify/admin.ts";
import { type Result, succeed } from "#connectors/contract/failures.ts";

/** The data of an answer, by the name of the operation that is asked, its first letter small. */
export type ShopifyAnswers = Record<string, (variables: Record<string, unknown>) => unknown>;

export function createInstantAdmin(shopDomain: string, answers: ShopifyAnswers): Admin {
  return {
    shopDomain,
    async run<Data>(document: TypedDocumentNode<Data>, variables: Record<string, unknown>): Promise<Result<Data>> {
      const name = document.definitions.flatMap((one) => ("name" in one ? (one.name?.value ?? []) : []))[0] ?? "";
      const answer = answers[`${name.charAt(0).toLowerCase()}${name.slice(1)}`];
      if (!answer) throw new Error(`no bench asks Shopify for ${name}`);
      return succeed(answer(variables) as Data);
    },
    download: () => Promise.reject(new Error("no bench reads in bulk")),
  };
}

const LAST_PAGE = { hasNextPage: false, endCursor: null };

/** All in Leeds, as many of each item as `availableOf` says of its number. */
export function levelsAt(updatedAt: Date, availableOf: (item: number) => number): ShopifyAnswers {
  return {
    levelsOfItems: ({ ids }) => ({
      nodes: (ids as string[]).map((id) => ({
        __typename: "InventoryItem",
        id,
        tracked: true,
        inventoryLevels: {
          nodes: [
            {
              id,
              updatedAt: updatedAt.toISOString(),
              location: { id: "gid://shopify/Location/1" },
              quantities: [{ name: "available", quantity: availableOf(Number(id.split("/").at(-1))) }],
            },
          ],
          pageInfo: LAST_PAGE,
        },
      })),
    }),
  };
}

export const LEEDS_ALONE: ShopifyAnswers = {
  locationsPage: () => ({
    locations: { nodes: [{ id: "gid://shopify/Location/1", name: "Leeds", isActive: true }], pageInfo: LAST_PAGE },
  }),
};

const productOf = (item: number) => ({
  id: `gid://shopify/Product/${Math.floor((item + 1) / 2)}`,
  title: `Linen shirt ${item}`,
  status: "ACTIVE",
});

/** A variant as the seed has it, but for what is said. */
export function variantNode(item: number, { sku = `SKU-${item}`, tracked = true } = {}) {
  return {
    __typename: "ProductVariant",
    id: `gid://shopify/ProductVariant/${item}`,
    sku,
    barcode: null,
    title: "Default Title",
    product: productOf(item),
    inventoryItem: { id: `gid://shopify/InventoryItem/${item}`, tracked },
  };
}

/** Product `n` with its two variants, `items` of them; none: it was deleted. */
export function productAnswers(variants: ReturnType<typeof variantNode>[]): ShopifyAnswers {
  return {
    productVariants: () => ({
      product: variants[0] ? { ...variants[0].product, variants: { nodes: variants, pageInfo: LAST_PAGE } } : null,
    }),
    variantsPage: () => ({ productVariants: { nodes: variants, pageInfo: LAST_PAGE } }),
  };
}
