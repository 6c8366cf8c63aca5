/** Products, and what people and the API do to them. Pure over the state. */
import { parseMinor } from "./amounts.ts";
import type { ListingSeed } from "./seed.ts";
import { type DepopState, nextNumber, type Product } from "./state.ts";

export type Change = { ok: true } | { ok: false; why: string };
export const DONE: Change = { ok: true };

export function productBySku(state: DepopState, sku: string): Product | null {
  return [...state.products.values()].find((one) => one.sku === sku && isThere(one)) ?? null;
}

export function productById(state: DepopState, productId: string): Product | null {
  const found = state.products.get(Number(productId));
  return found && isThere(found) ? found : null;
}

/** "SKU ... can't be reused": a deleted product keeps its own. */
export function isSkuTaken(state: DepopState, sku: string): boolean {
  return [...state.products.values()].some((one) => one.sku === sku);
}

export function isThere(product: Product): boolean {
  return product.status !== "STATUS_DELETED";
}

/** What a buyer can buy. */
export function shownQuantity(product: Product): number {
  return product.status === "STATUS_ONSALE" ? product.quantity : 0;
}

/** What a buyer pays. */
export function currentMinor(product: Product): number {
  return product.discountMinor ?? product.priceMinor;
}

/** A product that someone made on the site, with all that the site asks for. */
export function addListing(state: DepopState, seed: ListingSeed, now: Date): Product {
  const priceMinor = parseMinor(seed.price);
  if (priceMinor === null) throw new Error(`${seed.price} is not a price.`);
  const product = createProduct(
    state,
    seed.sku,
    {
      address: { country_code: state.seller.countryCode },
      department: "everything-else",
      product_type: "decor-home-accesories",
      condition: "brand_new",
      colour: ["multi"],
      style: [],
      age: ["modern"],
      source: ["handmade"],
      brand_name: "unbranded",
      attributes: {},
      national_shipping_cost: "3.50",
      pictures: [{ url: `https://pictures.depop.example/${encodeURIComponent(seed.sku ?? seed.title)}/P0.jpg` }],
      ...(seed.autoSendOfferPrice === undefined ? {} : { auto_send_offer_price: seed.autoSendOfferPrice }),
    },
    now,
  );
  product.description = `${seed.title}\n\nFrom our shop.\n\n#handmade #home`;
  product.currency = seed.currency;
  product.priceMinor = priceMinor;
  product.discountMinor = seed.discountPrice === undefined ? null : parseMinor(seed.discountPrice);
  setQuantity(product, seed.quantity, now);
  return product;
}

export function createProduct(
  state: DepopState,
  sku: string | null,
  details: Record<string, unknown>,
  now: Date,
): Product {
  const productId = 7_021_250 + nextNumber(state, "product");
  const product: Product = {
    productId,
    sku,
    slug: `fern-and-flint-item-${productId}`,
    status: "STATUS_ONSALE",
    description: "",
    currency: "GBP",
    priceMinor: 0,
    discountMinor: null,
    quantity: 1,
    soldQuantity: 0,
    details,
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
  };
  state.products.set(productId, product);
  return product;
}

export function setQuantity(product: Product, quantity: number, now: Date): void {
  product.updatedAt = now.toISOString();
  if (quantity === 0) {
    markAsSold(product, now);
    return;
  }
  product.quantity = quantity;
  product.status = "STATUS_ONSALE";
}

/** "If the product is not in a selling state, this endpoint will ... remain in the same state." */
export function markAsSold(product: Product, now: Date): void {
  if (product.status !== "STATUS_ONSALE") return;
  product.status = "STATUS_MARKED_AS_SOLD";
  product.updatedAt = now.toISOString();
}

export function sell(product: Product, units: number, now: Date): void {
  product.quantity -= units;
  product.soldQuantity += units;
  product.updatedAt = now.toISOString();
  if (product.quantity === 0) product.status = "STATUS_PURCHASED";
}

export function deleteProduct(product: Product, now: Date): void {
  product.status = "STATUS_DELETED";
  product.updatedAt = now.toISOString();
}
