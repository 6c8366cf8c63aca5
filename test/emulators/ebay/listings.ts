/** What happens to listings: revisions, sales, ends. Pure over the state; no HTTP. */
import { ebayDay } from "./ebay-day.ts";
import { parseMinor } from "./money.ts";
import type { ListingSeed } from "./seed.ts";
import { type EbayState, type Item, nextNumber } from "./state.ts";

const MARKETPLACES: Record<string, string> = {
  USD: "EBAY_US",
  GBP: "EBAY_GB",
  EUR: "EBAY_DE",
  CAD: "EBAY_CA",
  AUD: "EBAY_AU",
};
const PLACEHOLDER_IMAGE = "https://i.ebayimg.example/images/placeholder.jpg";

export type Change = { ok: true } | { ok: false; why: string };

export function addListing(state: EbayState, seed: ListingSeed): Item {
  const priceMinor = parseMinor(seed.price);
  if (priceMinor === null) throw new Error(`${seed.sku}: "${seed.price}" is not a price.`);
  if (state.items.has(seed.sku)) throw new Error(`There is a listing with SKU ${seed.sku} already.`);
  const group = seed.groupKey === undefined ? null : joinGroup(state, seed.groupKey, seed);
  const sibling = group ? state.items.get(group.skus[0] ?? "") : undefined;
  const item: Item = {
    sku: seed.sku,
    title: seed.title,
    barcode: seed.barcode ?? null,
    imageUrl: seed.imageUrl ?? PLACEHOLDER_IMAGE,
    aspects: seed.aspects ?? {},
    groupKey: group?.key ?? null,
    shipToHome: seed.quantity,
    outsideInventoryApi: seed.outsideInventoryApi ?? false,
    offer: {
      offerId: String(5_000_000_000 + nextNumber(state, "offer")),
      availableQuantity: seed.quantity,
      priceMinor,
      currency: seed.currency,
      marketplaceId: MARKETPLACES[seed.currency] ?? "EBAY_US",
      listingId: sibling?.offer.listingId ?? newListingId(state),
      variationId: group ? String(410_000_000_000 + nextNumber(state, "variation")) : null,
      soldQuantity: 0,
    },
  };
  state.items.set(item.sku, item);
  // Offers of listings made elsewhere are not the Inventory API's to show or change.
  if (!item.outsideInventoryApi) state.skuByOfferId.set(item.offer.offerId, item.sku);
  return item;
}

function joinGroup(state: EbayState, key: string, seed: ListingSeed): { key: string; skus: string[] } {
  const group = state.groups.get(key) ?? { key, title: seed.groupTitle ?? seed.title, skus: [] };
  group.skus.push(seed.sku);
  state.groups.set(key, group);
  return group;
}

function newListingId(state: EbayState): string {
  return String(110_000_000_000 + nextNumber(state, "listing"));
}

export function removeListing(state: EbayState, sku: string): Change {
  const item = state.items.get(sku);
  if (!item) return { ok: false, why: `There is no listing with SKU ${sku}.` };
  state.items.delete(sku);
  state.skuByOfferId.delete(item.offer.offerId);
  const group = item.groupKey ? state.groups.get(item.groupKey) : undefined;
  if (group) {
    group.skus = group.skus.filter((one) => one !== sku);
    if (group.skus.length === 0) state.groups.delete(group.key);
  }
  return { ok: true };
}

/** What a buyer sees: the lesser of the two quantities, and nothing without a listing. */
export function shownQuantity(item: Item): number {
  return item.offer.listingId === null ? 0 : Math.min(item.shipToHome, item.offer.availableQuantity);
}

export function itemByOffer(state: EbayState, offerId: string): Item | null {
  return state.items.get(state.skuByOfferId.get(offerId) ?? "") ?? null;
}

/** All items sold under the same listing id. */
function listingOf(state: EbayState, item: Item): Item[] {
  const group = item.groupKey === null ? undefined : state.groups.get(item.groupKey);
  if (!group) return [item];
  return group.skus.flatMap((sku) => state.items.get(sku) ?? []);
}

/**
 * After any change of a quantity: without out-of-stock control a listing that has nothing left ends, its id is gone
 * and its offers are unpublished. Of a listing with variations, the last one decides.
 */
export function settleListing(state: EbayState, item: Item): void {
  if (state.settings.outOfStockControl || item.offer.listingId === null) return;
  const variations = listingOf(state, item);
  if (variations.some((one) => shownQuantity(one) > 0)) return;
  for (const one of variations) one.offer.listingId = null;
}

/** A republished offer gets a new listing id; so do its fellow variations. */
export function publish(state: EbayState, item: Item): string {
  const listingId = newListingId(state);
  for (const one of listingOf(state, item)) {
    one.offer.listingId = listingId;
    one.offer.soldQuantity = 0;
  }
  return listingId;
}

/** The seller changes the quantity by hand on the site: the drift that Lockstep has to notice. */
export function editQuantity(state: EbayState, sku: string, quantity: number): Change {
  const item = state.items.get(sku);
  if (!item) return { ok: false, why: `There is no listing with SKU ${sku}.` };
  item.shipToHome = quantity;
  item.offer.availableQuantity = quantity;
  settleListing(state, item);
  return { ok: true };
}

export function sell(state: EbayState, item: Item, quantity: number): void {
  item.shipToHome -= quantity;
  item.offer.availableQuantity -= quantity;
  item.offer.soldQuantity += quantity;
  settleListing(state, item);
}

export function restock(item: Item, quantity: number): void {
  item.shipToHome += quantity;
  item.offer.availableQuantity += quantity;
}

/** Counts one revision of the item's listing; false when the day's are used up. */
export function countRevision(state: EbayState, item: Item, now: Date): boolean {
  const { listingId } = item.offer;
  if (listingId === null) return true;
  const day = ebayDay(now);
  const used = state.revisions.get(listingId);
  const count = used?.day === day ? used.count : 0;
  if (count >= state.settings.revisionsPerDayMax) return false;
  state.revisions.set(listingId, { day, count: count + 1 });
  return true;
}
