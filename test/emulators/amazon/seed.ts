/** The emulated seller's shop when it opens. */

export interface ListingSeed {
  sku: string;
  title: string;
  /** Decimal, as a person writes it: "24.00". */
  price: string;
  quantity: number;
  /** Default: the store's, GBP. */
  currency?: string;
  /** EAN. */
  barcode?: string;
  imageUrl?: string;
  /** True: Amazon holds the stock (FBA). */
  fulfilledByAmazon?: boolean;
}

/** "Fern & Flint" on Amazon: SKUs of test/emulators/shopify/demo-store.ts, one in Amazon's warehouse, one unknown there. */
export const demoListings: readonly ListingSeed[] = [
  { sku: "MUG-MOSS", title: "Stoneware mug, moss", price: "15.99", quantity: 30, barcode: "5012345000015" },
  { sku: "MUG-SLATE", title: "Stoneware mug, slate", price: "15.99", quantity: 22, barcode: "5012345000022" },
  { sku: "MUG-OAT", title: "Stoneware mug, oat", price: "15.99", quantity: 3, barcode: "5012345000039" },
  { sku: "APR-L", title: "Linen apron, size large", price: "34.99", quantity: 5, barcode: "5012345000114" },
  { sku: "CAN-BEE", title: "Beeswax candle, hand-dipped", price: "10.99", quantity: 75, barcode: "5012345000206" },
  { sku: "BRD-OAK", title: "Oak serving board", price: "49.00", quantity: 1, barcode: "5012345000305" },
  { sku: "THR-HEA", title: "Wool throw, heather", price: "89.00", quantity: 12, barcode: "5012345000404" },
  {
    sku: "PLT-15",
    title: "Terracotta planter, 15 cm",
    price: "13.50",
    quantity: 140,
    barcode: "5012345000602",
    fulfilledByAmazon: true,
  },
  { sku: "AMZ-ONLY-TRAY", title: "Oak tray, Amazon exclusive", price: "46.00", quantity: 3 },
];

export interface Seller {
  sellerId: string;
  storeName: string;
  countryCode: string;
}

export const demoSeller: Seller = { sellerId: "A2FERNFLINT01X", storeName: "Fern & Flint", countryCode: "GB" };

/** amazon.co.uk */
export const demoMarketplace = {
  id: "A1F83G8C2ARO7P",
  name: "Amazon.co.uk",
  countryCode: "GB",
  defaultCurrencyCode: "GBP",
  defaultLanguageCode: "en_GB",
  domainName: "www.amazon.co.uk",
};
