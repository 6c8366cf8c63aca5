/** The emulated seller's shop when it opens. SKUs are agreed with the Shopify demo store by whoever starts both. */

export interface ListingSeed {
  /** Null: a product made on the site, without one. */
  sku: string | null;
  title: string;
  /** Decimal, as a person writes it: "24.00". */
  price: string;
  currency: string;
  quantity: number;
  /** Below the price: shown as a discount. */
  discountPrice?: string;
  /** Automatic offers, as the merchant has set them. */
  autoSendOfferPrice?: string;
}

/** "Fern & Flint" on Depop: SKUs of test/emulators/shopify/demo-store.ts, and the cases that matching must get right. */
export const demoListings: readonly ListingSeed[] = [
  listing("MUG-MOSS", "Stoneware mug, moss", "15.00", 30),
  listing("MUG-SLATE", "Stoneware mug, slate", "15.00", 22),
  listing("MUG-OAT", "Stoneware mug, oat", "15.00", 3),
  listing("APR-L", "Linen apron, large", "34.00", 5),
  listing("CAN-BEE", "Beeswax candle, hand-dipped", "10.00", 75),
  listing("THR-HEA", "Wool throw, heather", "88.00", 12),
  { ...listing("PLT-25", "Terracotta planter, 25 cm", "24.00", 17), discountPrice: "22.00" },
  { ...listing("VIN-JUG-01", "Vintage jug, one of a kind", "66.00", 1), autoSendOfferPrice: "60.00" },
  // Made in the app: nothing to match it by.
  { ...listing("", "Reworked denim tote", "28.00", 1), sku: null },
  // A SKU that Shopify does not know.
  listing("DEPOP-ONLY-TEE", "Fern & Flint tee, size M", "18.00", 4),
];

function listing(sku: string, title: string, price: string, quantity: number): ListingSeed {
  return { sku, title, price, currency: "GBP", quantity };
}

export interface Seller {
  id: number;
  username: string;
  countryCode: string;
  businessName: string;
}

export const demoSeller: Seller = {
  id: 97_082_934,
  username: "fern_and_flint",
  countryCode: "GB",
  businessName: "Fern & Flint",
};
