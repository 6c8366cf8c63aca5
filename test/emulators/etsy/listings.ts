/** What happens to listings: written by the API, sold, edited by the seller. Pure over the state; no HTTP. */
import type { ListingSeed } from "./seed.ts";
import {
  type EtsyState,
  type Listing,
  type ListingState,
  nextNumber,
  type Product,
  type PropertyValue,
} from "./state.ts";

export type Change = { ok: true } | { ok: false; why: string };
export const DONE: Change = { ok: true };

/** "Primary color" is Etsy's property 200; what a seller makes up is 513. */
const PROPERTY_IDS: Record<string, number> = { "Primary color": 200, Size: 100, Material: 507 };
const CUSTOM_PROPERTY = 513;
const READINESS_STATE = 1_402_336_022_581;

export function parseMinor(price: string): number | null {
  const found = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(price);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

export function addListing(state: EtsyState, seed: ListingSeed, now: Date): Listing {
  const priceMinor = parseMinor(seed.price);
  if (priceMinor === null) throw new Error(`${seed.title}: "${seed.price}" is not a price.`);
  const sku = seed.sku ?? "";
  if (sku !== "" && findBySku(state, sku)) throw new Error(`There is a listing with SKU ${sku} already.`);
  const values = Object.entries(seed.aspects ?? {}).map(
    ([name, value]): PropertyValue => ({
      propertyId: PROPERTY_IDS[name] ?? CUSTOM_PROPERTY,
      propertyName: name,
      scaleId: null,
      valueIds: [nextValueId(state)],
      values: [value],
    }),
  );
  const product: Product = {
    productId: nextProductId(state),
    sku,
    values,
    offering: {
      offeringId: nextOfferingId(state),
      quantity: seed.quantity,
      priceMinor,
      isEnabled: true,
      readinessStateId: seed.isDigital ? null : READINESS_STATE,
    },
  };
  const sibling =
    seed.groupKey === undefined
      ? undefined
      : [...state.listings.values()].find((one) => one.groupKey === seed.groupKey);
  if (sibling) {
    sibling.products.push(product);
    settle(sibling);
    return sibling;
  }
  const varying = values.map((one) => one.propertyId);
  const listing: Listing = {
    listingId: 1_700_000_000 + nextNumber(state, "listing"),
    groupKey: seed.groupKey ?? null,
    title: seed.groupTitle ?? seed.title,
    state: "active",
    isDigital: seed.isDigital ?? false,
    products: [product],
    priceOnProperty: varying,
    quantityOnProperty: varying,
    skuOnProperty: varying,
    readinessStateOnProperty: [],
    createdAt: now.toISOString(),
    updatedAt: now.toISOString(),
    renewals: 0,
  };
  state.listings.set(listing.listingId, listing);
  settle(listing);
  return listing;
}

export const nextProductId = (state: EtsyState): number => 20_000_000_000 + nextNumber(state, "product");
export const nextOfferingId = (state: EtsyState): number => 30_000_000_000 + nextNumber(state, "offering");
export const nextValueId = (state: EtsyState): number => 50_000_000_000 + nextNumber(state, "value");

export function findBySku(state: EtsyState, sku: string): { listing: Listing; product: Product } | null {
  for (const listing of state.listings.values()) {
    const product = listing.products.find((one) => one.sku === sku || keyOf(listing, one) === sku);
    if (product) return { listing, product };
  }
  return null;
}

/** What a product without a SKU is called in controls and pages. */
export function keyOf(listing: Listing, product: Product): string {
  return product.sku || `${listing.listingId}#${listing.products.indexOf(product)}`;
}

export function unitsOf(product: Product): number {
  return product.offering.isEnabled ? product.offering.quantity : 0;
}

export function totalUnits(listing: Pick<Listing, "products">): number {
  return listing.products.reduce((sum, one) => sum + unitsOf(one), 0);
}

/** What buyers can buy. */
export function shownQuantity(listing: Listing, product: Product): number {
  return listing.state === "active" ? unitsOf(product) : 0;
}

/** "sold out: published listing with 0 unsold inventory". */
function settle(listing: Listing): void {
  if (listing.state === "active" && totalUnits(listing) === 0) listing.state = "sold_out";
}

export function sell(listing: Listing, product: Product, quantity: number, now: Date): void {
  product.offering.quantity -= quantity;
  listing.updatedAt = now.toISOString();
  settle(listing);
}

export function restock(state: EtsyState, listingId: number, sku: string, quantity: number): void {
  const product = state.listings.get(listingId)?.products.find((one) => one.sku === sku);
  if (product) product.offering.quantity += quantity;
}

export function editQuantity(state: EtsyState, sku: string, quantity: number, now: Date): Change {
  const found = findBySku(state, sku);
  if (!found) return { ok: false, why: `There is no listing with SKU ${sku}.` };
  found.product.offering.quantity = quantity;
  found.listing.updatedAt = now.toISOString();
  settle(found.listing);
  return DONE;
}

export function removeListing(state: EtsyState, sku: string): Change {
  const found = findBySku(state, sku);
  if (!found) return { ok: false, why: `There is no listing with SKU ${sku}.` };
  const { listing, product } = found;
  if (listing.products.length === 1) state.listings.delete(listing.listingId);
  else {
    listing.products = listing.products.filter((one) => one !== product);
    settle(listing);
  }
  return DONE;
}

/** Who asks does not matter: the API and the seller's page change states by the same rules. */
export function setListingState(listing: Listing, wanted: "active" | "inactive", now: Date): Change {
  const from: ListingState = listing.state;
  if (from === wanted) return DONE;
  if (wanted === "inactive") {
    if (from !== "active") return { ok: false, why: `Cannot deactivate a listing in this state: state = ${from}` };
    listing.state = "inactive";
  } else {
    // "Setting a `sold_out` listing to active will update the quantity to 1 and renew the listing."
    if (from === "sold_out") {
      const first = listing.products.find((one) => one.offering.isEnabled);
      if (first) first.offering.quantity = 1;
    }
    if (totalUnits(listing) === 0) return { ok: false, why: "quantity: cannot be empty" };
    if (from !== "inactive") listing.renewals += 1;
    listing.state = "active";
  }
  listing.updatedAt = now.toISOString();
  return DONE;
}
