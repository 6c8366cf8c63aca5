/**
 * Listings and what they show.
 *
 * Our `remoteId` is Depop's product id: each product has one, while its SKU may be null. A product has no title; the first
 * line of its description stands for one, as it does on the site.
 */
import { z } from "zod";
import type { QuantityReading } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingPage, ListingRef, RemoteListing, Unreadable } from "../contract/remote-types.ts";
import { currencyCode, KEY_MAX, keyText, mendedText, plainText, shownUrl, units } from "../contract/storable.ts";
import { callDepop, type DepopSession, describeIssues, isMissing, productPath, segment } from "./client.ts";
import { decimalPattern, toMinor, toMoney } from "./money.ts";

/** "It can return a maximum of 100 products at a time". */
const PRODUCTS_PER_PAGE = "100";

const cursorSchema = z.object({ after: z.string().min(1) });

/** Only what we use of it; writes.ts copies the rest. */
export const productSchema = z.object({
  product_id: z.number().int(),
  sku: plainText(KEY_MAX).nullish(),
  slug: keyText,
  status: keyText,
  description: z.string(),
  price_currency: currencyCode,
  price_amount: z.string().regex(decimalPattern),
  current_price: z.string().regex(decimalPattern).nullish(),
  quantity: units,
  pictures: z.array(z.object({ url: z.string() })).default([]),
});
export type Product = z.infer<typeof productSchema>;

const pageSchema = z.object({
  // Parsed one by one, so that one odd product does not hide its page.
  data: z.array(z.unknown()),
  // Required, though the spec does not say so: a reply that lacks a part would be taken for a shop without listings.
  meta: z.object({ cursor: z.string().nullish(), has_more: z.boolean() }),
});

/** All products, the sold ones too: those are what comes back. Oldest first, so that what is added meanwhile is seen. */
export async function readDepopListings(session: DepopSession, cursor: string | null): Promise<Result<ListingPage>> {
  const after = cursor === null ? null : cursorSchema.parse(JSON.parse(cursor)).after;
  const read = await callDepop(session, {
    operation: "getAllProducts",
    method: "GET",
    path: "/api/v1/products/",
    query: {
      limit: PRODUCTS_PER_PAGE,
      sort_by: "id_asc",
      state: "all",
      ...(after === null ? {} : { cursor: after }),
    },
    effect: "read",
    reply: pageSchema,
  });
  if (!read.ok) return read;
  const { data, meta } = read.value;
  const listings: RemoteListing[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of data) {
    const parsed = productSchema.safeParse(one);
    if (!parsed.success) unreadable.push({ remoteId: idOf(one), why: `Product: ${describeIssues(parsed.error)}` });
    else if (!isDeleted(parsed.data)) listings.push(toListing(parsed.data));
  }
  if (!meta.has_more) return succeed({ listings, unreadable, nextCursor: null, total: null });
  if (!meta.cursor || meta.cursor === after) {
    return fail({
      kind: "unavailable",
      scope: "account",
      message: "getAllProducts: Depop says there is more, but not where",
    });
  }
  return succeed({ listings, unreadable, nextCursor: JSON.stringify({ after: meta.cursor }), total: null });
}

function idOf(value: unknown): string | null {
  const parsed = z.object({ product_id: z.number().int() }).safeParse(value);
  return parsed.success ? String(parsed.data.product_id) : null;
}

const TITLE_MAX = 120;

function toListing(product: Product): RemoteListing {
  return {
    ref: { remoteId: String(product.product_id), sku: product.sku || null, groupId: null },
    title: titleOf(product.description) || product.slug,
    barcode: null,
    quantity: shownQuantity(product),
    price: toMoney(toMinor(product.current_price ?? product.price_amount), product.price_currency),
    state: listingState(product),
    url: `https://www.depop.com/products/${segment(product.slug)}/`,
    imageUrl: shownUrl(product.pictures[0]?.url),
    unmanagedBecause: unmanagedBecause(product),
  };
}

export function titleOf(description: string): string {
  const first = description.split(/\r?\n/).find((line) => line.trim() !== "");
  return mendedText(first, TITLE_MAX) ?? "";
}

export function isOnSale(product: Product): boolean {
  return product.status === "STATUS_ONSALE";
}

/** Sold out at Depop, or marked as sold by us or the merchant: both come back with a restock. */
export function isSold(product: Product): boolean {
  return product.status === "STATUS_PURCHASED" || product.status === "STATUS_MARKED_AS_SOLD";
}

export function isDeleted(product: Product): boolean {
  return product.status.startsWith("STATUS_DELETED");
}

/** The product or its seller: STATUS_PRODUCT_BANNED_ONSALE, STATUS_USER_BANNED_PURCHASED. */
const BANNED = /^STATUS_(PRODUCT|USER)_BANNED/;

/** A sold product keeps a number that nobody can buy; a status we do not know is not taken for one that can be bought. */
function shownQuantity(product: Product): number {
  return isOnSale(product) ? product.quantity : 0;
}

/** `inactive` and not `ended` when sold: `ended` would mean that it never comes back. */
function listingState(product: Product): RemoteListing["state"] {
  return isOnSale(product) ? "active" : "inactive";
}

function unmanagedBecause(product: Product): string | null {
  if (isOnSale(product) || isSold(product)) return null;
  if (BANNED.test(product.status))
    return "Depop has taken this listing down or blocked it. Settle it with Depop first.";
  return `Depop says that this listing is ${product.status}, which Lockstep does not know. Look at it in Depop.`;
}

/** The product behind a ref, with everything Depop says about it; null when it is not there any more. */
export async function fetchProduct(session: DepopSession, ref: ListingRef): Promise<Result<FetchedProduct | null>> {
  const { isBySku, path } = productPath(ref);
  const read = await callDepop(session, {
    operation: isBySku ? "getProductBySku" : "getProductById",
    path,
    concerns: "item",
    method: "GET",
    effect: "read",
    reply: z.record(z.string(), z.unknown()),
  });
  if (!read.ok) return isMissing(read.failure) ? succeed(null) : read;
  const parsed = productSchema.safeParse(read.value);
  if (!parsed.success) {
    const message = `Product ${ref.remoteId}: ${describeIssues(parsed.error)}`;
    return fail({ kind: "rejected", scope: "item", message, code: "unreadable" });
  }
  // "SKU ... can't be reused", but a merchant can take it from one product and give it to another: that is not our listing.
  if (String(parsed.data.product_id) !== ref.remoteId || isDeleted(parsed.data)) return succeed(null);
  return succeed({ product: parsed.data, raw: read.value });
}

export interface FetchedProduct {
  product: Product;
  raw: Record<string, unknown>;
}

export async function readDepopQuantities(
  session: DepopSession,
  refs: readonly ListingRef[],
): Promise<QuantityReading[]> {
  return Promise.all(
    refs.map(async (ref): Promise<QuantityReading> => {
      const fetched = await fetchProduct(session, ref);
      if (!fetched.ok) return { outcome: "failed", failure: fetched.failure };
      if (fetched.value === null) return { outcome: "missing" };
      const { product } = fetched.value;
      return { outcome: "read", quantity: shownQuantity(product), state: listingState(product) };
    }),
  );
}
