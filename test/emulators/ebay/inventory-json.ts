/** Items and offers as the Inventory API shows them: InventoryItemWithSkuLocaleGroupid, EbayOfferDetailsWithAll. */
import { shownQuantity } from "./listings.ts";
import { amount } from "./money.ts";
import type { Item } from "./state.ts";

/** `group-ids`: getInventoryItem(s) also name the group's id; bulkGetInventoryItem has the keys only. */
export function inventoryItemJson(item: Item, shape: "group-ids" | "group-keys"): Record<string, unknown> {
  const aspects = Object.entries(item.aspects).map(([name, value]) => [name, [value]]);
  const barcode = item.barcode ?? "";
  return {
    sku: item.sku,
    locale: item.offer.marketplaceId === "EBAY_GB" ? "en_GB" : "en_US",
    condition: "NEW",
    product: {
      title: item.title,
      description: item.title,
      imageUrls: [item.imageUrl],
      ...(aspects.length > 0 ? { aspects: Object.fromEntries(aspects) } : {}),
      ...(barcode.length === 13 ? { ean: [barcode] } : barcode.length === 12 ? { upc: [barcode] } : {}),
    },
    availability: {
      shipToLocationAvailability: {
        quantity: item.shipToHome,
        allocationByFormat: { auction: 0, fixedPrice: item.shipToHome },
      },
    },
    ...(item.groupKey === null ? {} : { inventoryItemGroupKeys: [item.groupKey] }),
    ...(item.groupKey === null || shape === "group-keys" ? {} : { groupIds: [item.groupKey] }),
  };
}

export function offerJson(item: Item): Record<string, unknown> {
  const { offer } = item;
  const published = offer.listingId !== null;
  return {
    offerId: offer.offerId,
    sku: item.sku,
    marketplaceId: offer.marketplaceId,
    format: "FIXED_PRICE",
    availableQuantity: offer.availableQuantity,
    categoryId: "20625",
    listingDescription: item.title,
    listingDuration: "GTC",
    listingPolicies: { fulfillmentPolicyId: "6001", paymentPolicyId: "6002", returnPolicyId: "6003" },
    merchantLocationKey: "main",
    pricingSummary: { price: amount(offer.priceMinor, offer.currency) },
    tax: { applyTax: false },
    includeCatalogProductDetails: true,
    hideBuyerDetails: false,
    status: published ? "PUBLISHED" : "UNPUBLISHED",
    // "The listing container is not returned" for unpublished offers.
    ...(published
      ? {
          listing: {
            listingId: offer.listingId,
            listingStatus: shownQuantity(item) > 0 ? "ACTIVE" : "OUT_OF_STOCK",
            soldQuantity: offer.soldQuantity,
            listingOnHold: false,
          },
        }
      : {}),
  };
}
