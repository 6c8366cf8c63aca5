/**
 * A listing's inventory as Etsy keeps it, and the arithmetic on it. Pure.
 *
 * What we call a listing is a product of an Etsy listing: the whole listing where it has no variations. Etsy gives a product
 * a new product_id, and its property values new value_ids, when the inventory is written (github.com/etsy/open-api, issues
 * 432 and 523), so neither can be our id: the listing's id and the values in words are.
 */
import { z } from "zod";
import type { ListingRef } from "../contract/remote-types.ts";
import { KEY_MAX, plainText, units } from "../contract/storable.ts";
import { moneySchema, toFloat } from "./money.ts";
import { plainString } from "./text.ts";

/** Two values of Etsy's longest, percent-encoded, and far from an index's limit. */
const PRODUCT_KEY_MAX = 1_500;

const propertyIds = z.array(z.number().int()).nullish();

const propertyValueSchema = z.object({
  property_id: z.number().int().positive(),
  property_name: plainString.nullish(),
  scale_id: z.number().int().nullish(),
  value_ids: z.array(z.number().int()).default([]),
  // A part of the listing's id: a receipt and a listing must write them alike.
  values: z.array(plainString.pipe(plainText(KEY_MAX))).default([]),
});
export type PropertyValue = z.infer<typeof propertyValueSchema>;
/** They are a part of the listing's id, which stands in an index. */
export const propertyValuesSchema = z
  .array(propertyValueSchema)
  .refine((values) => productKey("", values).length <= PRODUCT_KEY_MAX, "too many values, or too long ones");

const offeringSchema = z.object({
  quantity: units,
  is_enabled: z.boolean(),
  is_deleted: z.boolean().default(false),
  price: moneySchema,
  readiness_state_id: z.number().int().positive().nullish(),
});

const productSchema = z.object({
  sku: plainString.pipe(plainText(KEY_MAX)).nullish(),
  is_deleted: z.boolean().default(false),
  offerings: z
    .array(offeringSchema)
    .transform((all) => all.filter((one) => !one.is_deleted))
    .refine((all) => all.length > 0),
  property_values: propertyValuesSchema.default([]),
});
export type Product = z.infer<typeof productSchema>;

/** Etsy leaves deleted products out unless asked for them; should one come, it is not to be written back. */
export const inventorySchema = z.object({
  products: z
    .array(z.unknown())
    .transform((all) => all.filter((one) => !deletedSchema.safeParse(one).success))
    .pipe(z.array(productSchema).min(1)),
  price_on_property: propertyIds,
  quantity_on_property: propertyIds,
  sku_on_property: propertyIds,
  readiness_state_on_property: propertyIds,
});
export type Inventory = z.infer<typeof inventorySchema>;

const deletedSchema = z.object({ is_deleted: z.literal(true) });

const STATES = ["active", "inactive", "sold_out", "draft", "expired", "edit", "removed"] as const;

/** `unknown`: a word that nobody has heard of. Not on sale as far as we can say, which costs its listing and not the page. */
export type EtsyState = (typeof STATES)[number] | "unknown";

/** The spec's five, and what the real Etsy says beside them (github.com/etsy/open-api, issues 473, 516, 556). */
export const stateSchema = z.string().transform((word): EtsyState => STATES.find((one) => one === word) ?? "unknown");

/** Etsy says `edit` of listings that are switched off, and of sold-out ones: the units tell which. */
export function stateWith(inventory: Inventory, state: EtsyState): EtsyState {
  if (state !== "edit") return state;
  return totalUnits(inventory) === 0 ? "sold_out" : "inactive";
}

/** "1234567890", or "1234567890:200=Moss&513=Tall" for a variation. */
export function productKey(listingId: number | string, values: readonly PropertyValue[]): string {
  const parts = [...values]
    .sort((a, b) => a.property_id - b.property_id)
    .map((one) => `${one.property_id}=${one.values.map(encodeURIComponent).join(",")}`);
  return parts.length === 0 ? String(listingId) : `${listingId}:${parts.join("&")}`;
}

export function listingIdOf(ref: ListingRef): string {
  return ref.remoteId.split(":")[0] ?? "";
}

export function findProduct(inventory: Inventory, listingId: string, remoteId: string): Product | undefined {
  return inventory.products.find((one) => productKey(listingId, one.property_values) === remoteId);
}

/** What a buyer could buy of this product while its listing is on sale. */
export function unitsOf(product: Product): number {
  return product.offerings.reduce((sum, one) => sum + (one.is_enabled ? one.quantity : 0), 0);
}

export function totalUnits(inventory: Inventory): number {
  return inventory.products.reduce((sum, one) => sum + unitsOf(one), 0);
}

/** The products that share one number (of units, or the price) with this one, itself included. */
export function sharing(inventory: Inventory, product: Product, on: Inventory["price_on_property"]): Product[] {
  const own = new Set(on ?? []);
  const key = (one: Product) =>
    productKey(
      "",
      one.property_values.filter((value) => own.has(value.property_id)),
    );
  return inventory.products.filter((one) => key(one) === key(product));
}

/** Why quantities must not be written to this product, in words for the merchant; null: they may. */
export function unmanagedBecause(inventory: Inventory, product: Product): string | null {
  if (product.offerings.length > 1) {
    return "Etsy keeps several offers of this variation; a single quantity cannot say which is meant.";
  }
  if (!product.offerings.some((one) => one.is_enabled)) {
    return "This variation is hidden at Etsy. Make it visible there, and Lockstep keeps its quantity.";
  }
  if (sharing(inventory, product, inventory.quantity_on_property).length > 1) {
    return "At Etsy these variations share one quantity. Turn on that quantities vary for each of them, in the listing's inventory at Etsy.";
  }
  return null;
}

export function withQuantities(inventory: Inventory, quantityOf: (product: Product) => number | null): Inventory {
  return changeOfferings(inventory, (product, offering) => ({
    ...offering,
    quantity: (offering.is_enabled ? quantityOf(product) : null) ?? offering.quantity,
  }));
}

type Offering = Product["offerings"][number];

export function changeOfferings(
  inventory: Inventory,
  change: (product: Product, offering: Offering) => Offering,
): Inventory {
  return {
    ...inventory,
    products: inventory.products.map((product) => ({
      ...product,
      offerings: product.offerings.map((offering) => change(product, offering)),
    })),
  };
}

/** The whole array, for updateListingInventory replaces it: what is left out is lost. Ids and the scale's name are refused. */
export function toRequest(inventory: Inventory) {
  return {
    products: inventory.products.map((product) => ({
      sku: product.sku ?? "",
      property_values: product.property_values.map((one) => ({
        property_id: one.property_id,
        ...(one.property_name == null ? {} : { property_name: one.property_name }),
        scale_id: one.scale_id ?? null,
        value_ids: one.value_ids,
        values: one.values,
      })),
      offerings: product.offerings.map((one) => ({
        price: toFloat(one.price),
        quantity: one.quantity,
        is_enabled: one.is_enabled,
        readiness_state_id: one.readiness_state_id ?? null,
      })),
    })),
    price_on_property: inventory.price_on_property ?? [],
    quantity_on_property: inventory.quantity_on_property ?? [],
    sku_on_property: inventory.sku_on_property ?? [],
    ...(inventory.readiness_state_on_property == null
      ? {}
      : { readiness_state_on_property: inventory.readiness_state_on_property }),
  };
}

export function isSame(one: Inventory, other: Inventory): boolean {
  return JSON.stringify(toRequest(one)) === JSON.stringify(toRequest(other));
}
