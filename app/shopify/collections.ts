/** Collections, as far as rules for listings ask for them. */
import { type Result, succeed } from "#connectors/contract/failures.ts";
import type { Admin } from "./admin.ts";
import {
  CollectionPageDocument,
  CollectionsFoundDocument,
  CollectionsOfProductDocument,
} from "./operations.generated.ts";

export interface CollectionFacts {
  gid: string;
  title: string;
  handle: string;
}

/** Those that Shopify's search finds for a name or a handle: similar ones too. */
export async function searchCollections(admin: Admin, typed: string): Promise<Result<CollectionFacts[]>> {
  const quoted = `"${typed.replace(/[\\"]/g, "\\$&")}"`;
  const reply = await admin.run(CollectionsFoundDocument, { query: `title:${quoted} OR handle:${quoted}` });
  if (!reply.ok) return reply;
  return succeed(reply.value.collections.nodes.map(({ id, title, handle }) => ({ gid: id, title, handle })));
}

export interface CollectionPage {
  title: string;
  productGids: string[];
  /** Null: that was the last page. */
  nextCursor: string | null;
}

/** Null: Shopify has no such collection. */
export async function readCollectionPage(
  admin: Admin,
  gid: string,
  after: string | null,
): Promise<Result<CollectionPage | null>> {
  const reply = await admin.run(CollectionPageDocument, { id: gid, after }, { yields: true });
  if (!reply.ok) return reply;
  const { collection } = reply.value;
  if (!collection) return succeed(null);
  const { nodes, pageInfo } = collection.products;
  return succeed({
    title: collection.title,
    productGids: nodes.map((node) => node.id),
    nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  });
}

/** Of these collections, those that Shopify has, with whether the product is in each. */
export async function readCollectionsOfProduct(
  admin: Admin,
  productGid: string,
  watched: readonly string[],
): Promise<Result<{ gid: string; isIn: boolean }[]>> {
  const holding = new Set<string>();
  const there = new Set<string>();
  for (let after: string | null = null; ; ) {
    const page: Result<OfProduct> = await admin.run(CollectionsOfProductDocument, {
      id: productGid,
      after,
      watched: [...watched],
    });
    if (!page.ok) return page;
    const { product, nodes }: OfProduct = page.value;
    for (const node of nodes) if (node) there.add(node.id);
    for (const one of product?.collections.nodes ?? []) holding.add(one.id);
    if (!product?.collections.pageInfo.hasNextPage) break;
    after = product.collections.pageInfo.endCursor;
  }
  return succeed([...there].map((gid) => ({ gid, isIn: holding.has(gid) })));
}

interface OfProduct {
  product: {
    collections: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
  } | null;
  nodes: ({ id: string } | null)[];
}
