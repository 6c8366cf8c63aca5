/** The emulated seller's shop when it opens. SKUs are agreed with the Shopify demo store by whoever starts both. */

export interface ListingSeed {
  sku: string;
  title: string;
  /** Decimal, as a person writes it: "24.00". */
  price: string;
  currency: string;
  quantity: number;
  /** EAN or UPC. */
  barcode?: string;
  /** Listings with the same key are variations of one eBay listing. */
  groupKey?: string;
  groupTitle?: string;
  /** What tells a variation from its siblings: { Colour: "Ochre" }. */
  aspects?: Record<string, string>;
  imageUrl?: string;
  /** Made on the site or by the Trading API: sellable, but invisible to the Inventory API. */
  outsideInventoryApi?: boolean;
}

export const demoListings: readonly ListingSeed[] = [
  {
    sku: "MUG-OCHRE",
    title: "Stoneware mug, ochre",
    price: "24.00",
    currency: "USD",
    quantity: 18,
    barcode: "5012345678900",
  },
  {
    sku: "MUG-SLATE",
    title: "Stoneware mug, slate",
    price: "24.00",
    currency: "USD",
    quantity: 7,
    barcode: "5012345678917",
  },
  ...["S", "M", "L"].map((size, index) => ({
    sku: `TEE-NAVY-${size}`,
    title: `Heavy cotton tee, navy, ${size}`,
    price: "32.00",
    currency: "USD",
    quantity: 12 - 4 * index,
    groupKey: "TEE-NAVY",
    groupTitle: "Heavy cotton tee, navy",
    aspects: { Size: size },
  })),
  { sku: "LAMP-01", title: "Brass desk lamp", price: "119.00", currency: "USD", quantity: 1, barcode: "5012345678931" },
  // The cases that matching must get right: no such SKU in Shopify, a match by barcode alone, no match at all.
  { sku: "EBAY-ONLY-TRAY", title: "Oak tray", price: "45.00", currency: "USD", quantity: 3 },
  {
    sku: "E-9917",
    title: "Stoneware mug, ochre (eBay listing)",
    price: "26.00",
    currency: "USD",
    quantity: 4,
    barcode: "5012345678900",
  },
  { sku: "X-OLD-STOCK", title: "Box of mixed postcards", price: "9.50", currency: "USD", quantity: 30 },
];

export interface Seller {
  username: string;
  userId: string;
  businessName: string;
  email: string;
  countryCode: string;
  postalCode: string;
  city: string;
}

export const demoSeller: Seller = {
  username: "harbour_and_pine",
  userId: "hbrPn7QxRiS",
  businessName: "Harbour & Pine",
  email: "shop@harbourandpine.example",
  countryCode: "US",
  postalCode: "97209",
  city: "Portland",
};
