/** The emulated seller's items when it opens: one-off things, each of which can be bought once. */

export interface ItemSeed {
  /** `item_reference`: the merchant's SKU; null: none, as what was made on the site. */
  sku: string | null;
  title: string;
  /** Decimal, as a person writes it: "24.00". */
  price: string;
  currency: string;
  /** Made through the API; made on the site and imported; or on the site alone. Default: made, or imported without a SKU. */
  origin?: ItemOrigin;
}

export type ItemOrigin = "made" | "imported" | "site";

/** "Fern & Flint" on Vinted: SKUs of test/emulators/shopify/demo-store.ts of which there is one, and others. */
export const demoItems: readonly ItemSeed[] = [
  item("VIN-JUG-01", "Vintage jug, one of a kind", "64.00"),
  // One of many in Shopify; here a listing is one thing.
  item("MUG-SLATE", "Stoneware mug, slate", "13.00"),
  item("BRD-OAK", "Oak serving board", "44.00"),
  item("PRT-BOT", "Botanical print", "27.00"),
  item("THR-CHA", "Wool throw, charcoal", "82.00"),
  // References that Shopify does not know, and items without any.
  item("VINTED-LAMP-07", "Brass reading lamp, 1960s", "55.00"),
  { ...item("", "Woven basket", "18.00"), sku: null },
  { ...item("", "Pressed flowers in a frame", "9.00"), sku: null, origin: "site" },
];

function item(sku: string, title: string, price: string): ItemSeed {
  return { sku, title, price, currency: "GBP" };
}
