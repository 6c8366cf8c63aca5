/** What a shop is seeded from, and the demo store: fourteen products of a small British homeware shop. */
import { z } from "zod";

const variantSeedSchema = z.object({
  /** Absent for a product without options. */
  title: z.string().default("Default Title"),
  sku: z.string().nullable().default(null),
  barcode: z.string().nullable().default(null),
  price: z.string(),
  tracked: z.boolean().default(true),
  mutable: z.boolean().default(true),
  inventoryPolicy: z.enum(["DENY", "CONTINUE"]).default("DENY"),
  /** Available by location name; a location left out does not stock the item. */
  stock: z.record(z.string(), z.number().int()).default({}),
});

export const storeSeedSchema = z.object({
  handle: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  name: z.string(),
  email: z.string().default("owner@lockstep-demo.example"),
  currency: z.string().default("GBP"),
  timezone: z.string().default("Europe/London"),
  countryCode: z.string().default("GB"),
  locations: z.array(
    z.object({
      name: z.string(),
      city: z.string().default(""),
      isActive: z.boolean().default(true),
      shipsInventory: z.boolean().default(true),
      fulfillsOnlineOrders: z.boolean().default(true),
    }),
  ),
  products: z.array(
    z.object({
      title: z.string(),
      vendor: z.string().default("Lockstep Demo"),
      productType: z.string().default(""),
      tags: z.array(z.string()).default([]),
      status: z.enum(["ACTIVE", "ARCHIVED", "DRAFT", "UNLISTED"]).default("ACTIVE"),
      variants: z.array(variantSeedSchema).min(1),
    }),
  ),
  /** By the titles of their products. */
  collections: z.array(z.object({ title: z.string(), products: z.array(z.string()) })).default([]),
  customers: z
    .array(
      z.object({
        firstName: z.string().nullable().default(null),
        lastName: z.string().nullable().default(null),
        email: z.string().nullable().default(null),
        phone: z.string().nullable().default(null),
      }),
    )
    .default([]),
});
export type StoreSeed = z.input<typeof storeSeedSchema>;

const WAREHOUSE = "Sheffield warehouse";
const SHOP_FLOOR = "Leeds shop";
const both = (warehouse: number, shopFloor: number) => ({ [WAREHOUSE]: warehouse, [SHOP_FLOOR]: shopFloor });

export function demoStore(handle = "lockstep-demo"): StoreSeed {
  return {
    handle,
    name: "Fern & Flint",
    locations: [
      { name: WAREHOUSE, city: "Sheffield" },
      { name: SHOP_FLOOR, city: "Leeds" },
    ],
    products: [
      {
        title: "Stoneware mug",
        productType: "Kitchen",
        variants: [
          { title: "Moss", sku: "MUG-MOSS", barcode: "5012345000015", price: "14.00", stock: both(24, 6) },
          { title: "Slate", sku: "MUG-SLATE", barcode: "5012345000022", price: "14.00", stock: both(18, 4) },
          { title: "Oat", sku: "MUG-OAT", barcode: "5012345000039", price: "14.00", stock: both(2, 1) },
        ],
      },
      {
        title: "Linen apron",
        productType: "Kitchen",
        variants: [
          { title: "Small", sku: "APR-S", barcode: "5012345000107", price: "32.00", stock: both(7, 2) },
          { title: "Large", sku: "APR-L", barcode: "5012345000114", price: "32.00", stock: both(5, 0) },
        ],
      },
      {
        title: "Beeswax candle",
        productType: "Home",
        variants: [{ sku: "CAN-BEE", barcode: "5012345000206", price: "9.50", stock: both(60, 15) }],
      },
      {
        title: "Oak serving board",
        productType: "Kitchen",
        variants: [{ sku: "BRD-OAK", barcode: "5012345000305", price: "45.00", stock: both(1, 0) }],
      },
      {
        title: "Wool throw",
        productType: "Home",
        variants: [
          { title: "Heather", sku: "THR-HEA", barcode: "5012345000404", price: "85.00", stock: both(9, 3) },
          { title: "Charcoal", sku: "THR-CHA", barcode: "5012345000411", price: "85.00", stock: both(4, 1) },
        ],
      },
      {
        title: "Enamel pan",
        productType: "Kitchen",
        variants: [{ sku: "PAN-24", barcode: "5012345000503", price: "58.00", stock: both(11, 0) }],
      },
      {
        title: "Terracotta planter",
        productType: "Garden",
        variants: [
          { title: "15 cm", sku: "PLT-15", barcode: "5012345000602", price: "12.00", stock: both(30, 8) },
          { title: "25 cm", sku: "PLT-25", barcode: "5012345000619", price: "22.00", stock: both(14, 3) },
        ],
      },
      {
        title: "Botanical print",
        productType: "Art",
        variants: [{ sku: "PRT-BOT", price: "28.00", inventoryPolicy: "CONTINUE", stock: { [WAREHOUSE]: 3 } }],
      },
      {
        title: "Vintage jug, one of a kind",
        productType: "Vintage",
        variants: [{ sku: "VIN-JUG-01", price: "65.00", stock: { [SHOP_FLOOR]: 1 } }],
      },
      // Two variants under one SKU, as merchants do: nothing can match by SKU alone.
      {
        title: "Soap bar",
        productType: "Bath",
        variants: [
          { title: "Lavender", sku: "SOAP-01", barcode: "5012345000701", price: "6.00", stock: both(40, 10) },
          { title: "Cedar", sku: "SOAP-01", barcode: "5012345000718", price: "6.00", stock: both(36, 10) },
        ],
      },
      {
        title: "Ash spoon",
        productType: "Kitchen",
        variants: [{ sku: null, price: "8.00", stock: both(20, 5) }],
      },
      {
        title: "Gift wrapping",
        productType: "Service",
        variants: [{ sku: "GIFT-WRAP", price: "3.50", tracked: false, stock: both(0, 0) }],
      },
      {
        title: "Breakfast set (mug, board, spoon)",
        productType: "Bundle",
        variants: [{ sku: "SET-BREAKFAST", price: "60.00", mutable: false, stock: both(1, 0) }],
      },
      {
        title: "Picnic blanket, last season",
        productType: "Home",
        status: "ARCHIVED",
        variants: [{ sku: "BLK-OLD", barcode: "5012345000909", price: "40.00", stock: { [WAREHOUSE]: 2 } }],
      },
    ],
    collections: [
      { title: "Winter table", products: ["Stoneware mug", "Wool throw", "Beeswax candle"] },
      { title: "Last few", products: ["Oak serving board"] },
    ],
    customers: [
      { firstName: "Amara", lastName: "Okafor", email: "amara@buyer.example", phone: "+447700900101" },
      { firstName: "Tom", lastName: "Rigby", email: "tom.rigby@buyer.example" },
    ],
  };
}
