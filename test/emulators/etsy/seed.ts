/** The emulated seller's shop when it opens. SKUs are agreed with the Shopify demo store by whoever starts both. */

export interface ListingSeed {
  /** Null or absent: as many Etsy sellers leave it. */
  sku?: string | null;
  title: string;
  /** Decimal, as a person writes it: "24.00". */
  price: string;
  quantity: number;
  /** Accepted for the likeness with other marketplaces; Etsy keeps none. */
  barcode?: string;
  /** Listings with the same key are variations of one Etsy listing. */
  groupKey?: string;
  groupTitle?: string;
  /** What tells a variation from its siblings: { "Primary color": "Moss" }. */
  aspects?: Record<string, string>;
  isDigital?: boolean;
}

/** "Fern & Flint" at Etsy: SKUs of test/emulators/shopify/demo-store.ts, and the cases that matching must get right. */
export const demoListings: readonly ListingSeed[] = [
  ...variations("MUG", "Stoneware mug, hand thrown", "Primary color", "16.00", [
    ["MUG-MOSS", "Moss", 30],
    ["MUG-SLATE", "Slate", 22],
    ["MUG-OAT", "Oat", 3],
  ]),
  { sku: "CAN-BEE", title: "Beeswax candle, hand dipped", price: "11.00", quantity: 75 },
  { sku: "BRD-OAK", title: "Oak serving board", price: "49.00", quantity: 1 },
  { sku: "VIN-JUG-01", title: "Vintage jug, one of a kind", price: "70.00", quantity: 1 },
  { sku: "PRT-BOT", title: "Botanical print", price: "30.00", quantity: 3 },
  { sku: "PLT-15", title: "Terracotta planter, 15 cm", price: "13.50", quantity: 38 },
  // Sold without a SKU, here and in Shopify: only a person can match it.
  { title: "Ash spoon", price: "9.00", quantity: 25 },
  // A SKU that Shopify does not know.
  { sku: "ETSY-ONLY-BOWL", title: "Ash bowl, Etsy exclusive", price: "38.00", quantity: 4 },
];

function variations(
  groupKey: string,
  groupTitle: string,
  aspect: string,
  price: string,
  rows: readonly (readonly [sku: string, value: string, quantity: number])[],
): ListingSeed[] {
  return rows.map(([sku, value, quantity]) => ({
    sku,
    title: groupTitle,
    price,
    quantity,
    groupKey,
    groupTitle,
    aspects: { [aspect]: value },
  }));
}

export interface Seller {
  userId: number;
  shopId: number;
  shopName: string;
  loginName: string;
  email: string;
  currency: string;
  countryCode: string;
}

export const demoSeller: Seller = {
  userId: 612_345_678,
  shopId: 40_712_345,
  shopName: "FernAndFlint",
  loginName: "fernandflint",
  email: "shop@fernandflint.example",
  currency: "GBP",
  countryCode: "GB",
};
