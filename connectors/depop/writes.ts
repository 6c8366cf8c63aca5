/**
 * Quantities and prices, written.
 *
 * Depop has three ways, and which is right depends on what the product is now, so each write looks first (reads have 100
 * calls a second, updates 20):
 * - on sale, 1 or more: PATCH by SKU ("patch an ON SALE product");
 * - sold, 1 or more: "If you want to restock a product, call the PUT endpoint ... with the available quantity". PUT wants the
 *   whole product, which we copy from what we just read. By product id and not by SKU: by SKU it would create a listing
 *   where the merchant has deleted one;
 * - zero: mark as sold ("Use the marked as sold endpoint to reduce quantity to 0").
 */
import { z } from "zod";
import type { WriteResult } from "../contract/connector.ts";
import type { Failure, Result } from "../contract/failures.ts";
import type { ListingRef, PriceWrite, QuantityWrite } from "../contract/remote-types.ts";
import { callDepop, type DepopSession, isMissing, productPath, segment } from "./client.ts";
import { type FetchedProduct, fetchProduct, isOnSale, isSold } from "./listings.ts";
import { decimalPattern, toDecimal, toMinor } from "./money.ts";

export async function writeDepopQuantities(
  session: DepopSession,
  writes: readonly QuantityWrite[],
): Promise<WriteResult[]> {
  return Promise.all(writes.map((write) => writeQuantity(session, write)));
}

async function writeQuantity(session: DepopSession, { ref, quantity }: QuantityWrite): Promise<WriteResult> {
  if (!Number.isSafeInteger(quantity) || quantity < 0) {
    return refuse(`${quantity} is not a quantity: whole units from 0 up.`, "quantity");
  }
  if (quantity === 0) return markAsSold(session, ref);
  const fetched = await fetchProduct(session, ref);
  if (!fetched.ok) return { outcome: "failed", failure: fetched.failure };
  if (fetched.value === null) return gone(ref);
  if (isOnSale(fetched.value.product)) return toResult(await patch(session, ref, { quantity }));
  if (isSold(fetched.value.product)) return restock(session, ref, fetched.value, quantity);
  return refuse("Depop has taken this listing down or blocked it. Settle it with Depop first.", "blocked");
}

/** "If the product is not in a selling state, this endpoint will still return successfully but will remain in the same state." */
async function markAsSold(session: DepopSession, ref: ListingRef): Promise<WriteResult> {
  const { isBySku, path } = productPath(ref);
  const sent = await callDepop(session, {
    operation: isBySku ? "markProductAsSold" : "markProductAsSoldById",
    path: `${path}mark-as-sold/`,
    concerns: "item",
    method: "POST",
    effect: "write",
    reply: z.unknown(),
  });
  if (!sent.ok && isMissing(sent.failure)) return gone(ref);
  return toResult(sent);
}

function patch(session: DepopSession, ref: ListingRef, body: Record<string, unknown>): Promise<Result<unknown>> {
  const { isBySku, path } = productPath(ref);
  return callDepop(session, {
    operation: isBySku ? "patchProduct" : "patchProductById",
    path,
    concerns: "item",
    method: "PATCH",
    body,
    effect: "write",
    reply: z.unknown(),
  });
}

/** Fields of a product that ProductPutRequest takes under the same name. `is_boosted` is kept when left out, says the spec. */
const COPIED = [
  "address",
  "description",
  "price_currency",
  "price_amount",
  "auto_send_offer_price",
  "auto_negotiate_offer_price",
  "international_shipping_cost",
  "national_shipping_cost",
  "depop_shipping",
  "department",
  "product_type",
  "size_set_id",
  "size_id",
  "condition",
  "colour",
  "style",
  "age",
  "source",
  "attributes",
] as const;

/** Required by ProductPutRequest, and not sure to be in a Product. */
const REQUIRED = [
  "address",
  "department",
  "product_type",
  "condition",
  "attributes",
  "brand_name",
  "pictures",
] as const;

async function restock(
  session: DepopSession,
  ref: ListingRef,
  fetched: FetchedProduct,
  quantity: number,
): Promise<WriteResult> {
  const body = toPutRequest(fetched, quantity);
  const missing = REQUIRED.filter((field) => body[field] === undefined);
  if (missing.length > 0) {
    return refuse(
      `Depop does not say the ${missing.join(", ")} of this listing, and wants it to put the listing back on sale. Put it back on sale at Depop.`,
      "incomplete-product",
    );
  }
  const sent = await callDepop(session, {
    operation: "updateProductById",
    concerns: "item",
    method: "PUT",
    path: `/api/v1/products/by-product-id/${segment(ref.remoteId)}/`,
    body,
    effect: "write",
    reply: z.unknown(),
  });
  if (!sent.ok) return isMissing(sent.failure) ? gone(ref) : toResult(sent);
  const discount = discountOf(fetched);
  if (discount === null) return { outcome: "accepted" };
  // ProductPutRequest has no discount_price, PatchProductRequest has: without this a discount would end with the stock.
  const patched = await patch(session, ref, { discount_price: discount });
  if (patched.ok) return { outcome: "accepted" };
  const message = `The listing is back on sale, but at its full price: its discount price ${discount} could not be put back (${patched.failure.message}). Please set it at Depop.`;
  return { outcome: "failed", failure: { kind: "outcome-unknown", scope: "item", message } };
}

function toPutRequest({ product, raw }: FetchedProduct, quantity: number): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of COPIED) if (raw[field] !== undefined && raw[field] !== null) body[field] = raw[field];
  // "Either depop_shipping OR national_shipping_cost must be provided (but not both)."
  if (body.depop_shipping !== undefined) delete body.national_shipping_cost;
  if (typeof raw.brand === "string") body.brand_name = raw.brand;
  if (product.pictures.length > 0) body.pictures = product.pictures.map(({ url }) => ({ url }));
  return { ...body, quantity };
}

/** `current_price` is "equal to price_amount when no discount is applied". */
function discountOf({ product }: FetchedProduct): string | null {
  const { current_price, price_amount } = product;
  return current_price && toMinor(current_price) < toMinor(price_amount) ? current_price : null;
}

/** "Must be at least $1.00 or £1.00. Up to 2 decimal places." */
const PRICE_MIN_MINOR = 100n;

export async function writeDepopPrices(session: DepopSession, writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  return Promise.all(writes.map((write) => writePrice(session, write)));
}

async function writePrice(session: DepopSession, { ref, price }: PriceWrite): Promise<WriteResult> {
  if (!decimalPattern.test(price.amount) || toMinor(price.amount) < PRICE_MIN_MINOR) {
    return refuse("A price at Depop is at least 1.00, with two decimals at most.", "price");
  }
  const fetched = await fetchProduct(session, ref);
  if (!fetched.ok) return { outcome: "failed", failure: fetched.failure };
  if (fetched.value === null) return gone(ref);
  const { product } = fetched.value;
  if (product.price_currency !== price.currency) {
    return refuse(`This listing is priced in ${product.price_currency}, not in ${price.currency}.`, "currency");
  }
  if (!isOnSale(product)) {
    return refuse("Depop changes the price of listings on sale only; this one is sold.", "not-on-sale");
  }
  if (discountOf(fetched.value) !== null) {
    return refuse(
      "This listing has a discount at Depop, so its price is not what a buyer pays. End the discount at Depop first.",
      "discounted",
    );
  }
  return toResult(await patch(session, ref, { price_amount: toDecimal(toMinor(price.amount)) }));
}

function gone(ref: ListingRef): WriteResult {
  return refuse(`Depop has no product ${ref.remoteId} any more.`, "not-found");
}

function refuse(message: string, code: string): WriteResult {
  const failure: Failure = { kind: "rejected", scope: "item", message, code };
  return { outcome: "failed", failure };
}

function toResult(sent: Result<unknown>): WriteResult {
  return sent.ok ? { outcome: "accepted" } : { outcome: "failed", failure: sent.failure };
}
