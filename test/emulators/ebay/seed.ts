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

/** "Fern & Flint" on eBay: the SKUs of test/emulators/shopify/demo-store.ts, and the cases that matching must get right. */
export const demoListings: readonly ListingSeed[] = [
  ...variations("MUG", "Stoneware mug", "Colour", "15.50", [
    ["MUG-MOSS", "Moss", 30, "5012345000015"],
    ["MUG-SLATE", "Slate", 22, "5012345000022"],
    ["MUG-OAT", "Oat", 3, "5012345000039"],
  ]),
  ...variations("THR", "Wool throw", "Colour", "89.00", [
    ["THR-HEA", "Heather", 12, "5012345000404"],
    ["THR-CHA", "Charcoal", 5, "5012345000411"],
  ]),
  single("CAN-BEE", "Beeswax candle, hand-dipped", "10.50", 75, "5012345000206"),
  single("BRD-OAK", "Oak serving board", "48.00", 1, "5012345000305"),
  single("PAN-24", "Enamel pan, 24 cm", "62.00", 11, "5012345000503"),
  single("VIN-JUG-01", "Vintage jug, one of a kind", "68.00", 1),
  // Its SKU is that of two variants in Shopify, its barcode of one.
  single("SOAP-01", "Soap bar, lavender", "6.50", 40, "5012345000701"),
  // Another SKU, but the barcode of a variant there.
  single("E-9917-APRON", "Linen apron, size small", "34.00", 9, "5012345000107"),
  // A SKU that Shopify does not know, and one that nothing could match.
  single("EBAY-ONLY-TRAY", "Oak tray, eBay exclusive", "45.00", 3),
  single("X-OLD-STOCK", "Box of mixed postcards", "9.50", 30),
  { ...single("PLT-15", "Terracotta planter, 15 cm", "13.00", 38, "5012345000602"), outsideInventoryApi: true },
];

function single(sku: string, title: string, price: string, quantity: number, barcode?: string): ListingSeed {
  return { sku, title, price, currency: "GBP", quantity, ...(barcode === undefined ? {} : { barcode }) };
}

function variations(
  groupKey: string,
  groupTitle: string,
  aspect: string,
  price: string,
  rows: readonly (readonly [sku: string, value: string, quantity: number, barcode: string])[],
): ListingSeed[] {
  return rows.map(([sku, value, quantity, barcode]) => ({
    ...single(sku, `${groupTitle}, ${value.toLowerCase()}`, price, quantity, barcode),
    groupKey,
    groupTitle,
    aspects: { [aspect]: value },
  }));
}

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
  username: "fern_and_flint",
  userId: "frnFl7QxRiS",
  businessName: "Fern & Flint",
  email: "shop@fernandflint.example",
  countryCode: "GB",
  postalCode: "S1 2HE",
  city: "Sheffield",
};
