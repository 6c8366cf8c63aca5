/**
 * A listing, out of the two records that eBay keeps of it.
 *
 * eBay splits what we call a listing: an inventory item (by SKU) holds the "ship-to-home" quantity, an offer puts it on a
 * site at a price, with a quantity of its own, and a published offer has a listing. Buyers see the smaller of the two
 * quantities, so both are written. Our `remoteId` is the offer's id; `groupId` the listing's, which eBay counts revisions
 * against and which the variations of one listing share.
 */

import { z } from "zod";
import { decimalPattern, toExact } from "../contract/money.ts";
import type { RemoteListing } from "../contract/remote-types.ts";
import { currencyCode, keyText, mendedText, ownValue, shownUrl, units } from "../contract/storable.ts";
import { toMoney } from "./money.ts";

export const itemSchema = z.object({
  sku: keyText,
  availability: z
    .object({
      shipToLocationAvailability: z
        .object({
          quantity: units.optional(),
          availabilityDistributions: z.array(z.unknown()).optional(),
        })
        .optional(),
    })
    .optional(),
  product: z
    .object({
      title: z.string().optional(),
      ean: z.array(z.string()).optional(),
      upc: z.array(z.string()).optional(),
      isbn: z.array(z.string()).optional(),
      imageUrls: z.array(z.string()).optional(),
    })
    .optional(),
});

export type Item = z.infer<typeof itemSchema>;

export const offerSchema = z.object({
  offerId: keyText,
  sku: keyText,
  marketplaceId: z.string().optional(),
  format: z.string().optional(),
  status: z.string(),
  availableQuantity: units.optional(),
  pricingSummary: z
    .object({ price: z.object({ value: z.string().regex(decimalPattern), currency: currencyCode }).optional() })
    .optional(),
  listing: z
    .object({
      listingId: keyText.optional(),
      listingStatus: z.string().optional(),
      listingOnHold: z.boolean().optional(),
    })
    .optional(),
});

export type Offer = z.infer<typeof offerSchema>;

export function toListing(item: Item, offer: Offer): RemoteListing {
  const listingId = offer.listing?.listingId ?? null;
  const product = item.product;
  const price = offer.pricingSummary?.price;
  return {
    ref: { remoteId: offer.offerId, sku: offer.sku, groupId: listingId },
    title: mendedText(product?.title) ?? item.sku,
    barcode: firstGtin(product?.ean) ?? firstGtin(product?.upc) ?? firstGtin(product?.isbn),
    quantity: shownQuantity(item, offer),
    price: price === undefined ? null : toMoney(toExact(price.value), price.currency),
    state: listingState(offer),
    url: listingId === null ? null : `https://www.${siteOf(offer.marketplaceId)}/itm/${encodeURIComponent(listingId)}`,
    imageUrl: shownUrl(product?.imageUrls?.[0]),
    unmanagedBecause: unmanagedBecause(item, offer),
  };
}

/** Sellers write "Does not apply" where eBay insists on a GTIN. */
function firstGtin(values: readonly string[] | undefined): string | null {
  return values?.find((value) => /^[0-9Xx-]{8,17}$/.test(value)) ?? null;
}

/** "The quantity specified on a listing will be the minimum value between this field and the quantity field." */
export function shownQuantity(item: Item, offer: Offer): number | null {
  const shipToHome = item.availability?.shipToLocationAvailability?.quantity;
  if (shipToHome === undefined) return null;
  return offer.availableQuantity === undefined ? shipToHome : Math.min(shipToHome, offer.availableQuantity);
}

/** ListingStatusEnum; a value we do not know is not taken for something that can be bought. */
export function listingState(offer: Offer): RemoteListing["state"] {
  if (offer.status !== "PUBLISHED") return "ended";
  if (offer.listing?.listingOnHold === true) return "inactive";
  switch (offer.listing?.listingStatus) {
    case undefined:
    case "ACTIVE":
    case "OUT_OF_STOCK":
      return "active";
    case "ENDED":
    case "EBAY_ENDED":
    case "NOT_LISTED":
      return "ended";
    default:
      return "inactive";
  }
}

function unmanagedBecause(item: Item, offer: Offer): string | null {
  if (offer.format === "AUCTION") return "An auction sells what it was started with; its quantity cannot be changed.";
  if (offer.listing?.listingOnHold === true) {
    return "eBay has put this listing on hold and refuses changes to it. Settle it with eBay first.";
  }
  const perWarehouse = item.availability?.shipToLocationAvailability?.availabilityDistributions ?? [];
  if (perWarehouse.length > 0) {
    return "eBay keeps this item's stock by warehouse; a single number would overwrite that distribution.";
  }
  return null;
}

const SITES: Readonly<Record<string, string>> = {
  EBAY_US: "ebay.com",
  EBAY_GB: "ebay.co.uk",
  EBAY_DE: "ebay.de",
  EBAY_FR: "ebay.fr",
  EBAY_IT: "ebay.it",
  EBAY_ES: "ebay.es",
  EBAY_AU: "ebay.com.au",
  EBAY_CA: "ebay.ca",
};

function siteOf(marketplaceId: string | undefined): string {
  return ownValue(SITES, marketplaceId ?? "") ?? "ebay.com";
}
