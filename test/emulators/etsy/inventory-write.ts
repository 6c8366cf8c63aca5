/** updateListingInventory: the whole products array is replaced, so what a client leaves out is gone. */
import { z } from "zod";
import { nextOfferingId, nextProductId, nextValueId, totalUnits } from "./listings.ts";
import type { EtsyState, Listing, Product } from "./state.ts";

/** Seen on Etsy's own form; the spec does not say. */
const QUANTITY_MAX = 999;

const onProperty = z.array(z.number().int());

/** Strict: `product_id`, `offering_id`, `is_deleted` and `scale_name` are refused (github.com/etsy/open-api, issue 159). */
export const inventorySchema = z.strictObject({
  products: z
    .array(
      z.strictObject({
        sku: z.string().nullish(),
        property_values: z
          .array(
            z.strictObject({
              property_id: z.number().int().positive(),
              value_ids: z.array(z.number().int()),
              scale_id: z.number().int().nullish(),
              property_name: z.string().optional(),
              values: z.array(z.string()),
            }),
          )
          .default([]),
        offerings: z
          .array(
            z.strictObject({
              price: z.number().positive(),
              quantity: z.number().int().min(0).max(QUANTITY_MAX),
              is_enabled: z.boolean(),
              readiness_state_id: z.number().int().nullable(),
            }),
          )
          .length(1),
      }),
    )
    .min(1),
  price_on_property: onProperty.default([]),
  quantity_on_property: onProperty.default([]),
  sku_on_property: onProperty.default([]),
  readiness_state_on_property: onProperty.nullish(),
});
type InventoryInput = z.infer<typeof inventorySchema>;

/** What was wrong, or null when it is done. */
export function replaceInventory(state: EtsyState, listing: Listing, input: InventoryInput, now: Date): string | null {
  const products = input.products.map((one) => toProduct(state, listing, one));
  if (totalUnits({ products }) === 0) return "One offering must have quantity greater than 0";
  for (const [what, on, of] of [
    ["quantity", input.quantity_on_property, (one: Product) => one.offering.quantity],
    ["price", input.price_on_property, (one: Product) => one.offering.priceMinor],
    ["sku", input.sku_on_property, (one: Product) => one.sku],
  ] as const) {
    if (!isConsistent(products, on, of))
      return `The ${what} must be the same for all products unless it is on a property`;
  }
  listing.products = products;
  listing.priceOnProperty = input.price_on_property;
  listing.quantityOnProperty = input.quantity_on_property;
  listing.skuOnProperty = input.sku_on_property;
  listing.readinessStateOnProperty = input.readiness_state_on_property ?? [];
  listing.updatedAt = now.toISOString();
  return null;
}

function toProduct(state: EtsyState, listing: Listing, input: InventoryInput["products"][number]): Product {
  const textOf = (values: readonly { values: string[] }[]) => JSON.stringify(values.map((one) => one.values));
  const before = state.settings.newIdsOnWrite
    ? undefined
    : listing.products.find((one) => textOf(one.values) === textOf(input.property_values));
  const [offering] = input.offerings;
  if (!offering) throw new Error("The schema admits one offering.");
  return {
    productId: before?.productId ?? nextProductId(state),
    sku: input.sku ?? "",
    values: input.property_values.map((one) => ({
      propertyId: one.property_id,
      propertyName: one.property_name ?? null,
      scaleId: one.scale_id ?? null,
      valueIds: state.settings.newIdsOnWrite ? one.values.map(() => nextValueId(state)) : one.value_ids,
      values: one.values,
    })),
    offering: {
      offeringId: before?.offering.offeringId ?? nextOfferingId(state),
      quantity: offering.quantity,
      priceMinor: Math.round(offering.price * 100),
      isEnabled: offering.is_enabled,
      readinessStateId: offering.readiness_state_id,
    },
  };
}

/** "The update fails if the supplied values ... are incompatible with values in `*_on_property` fields." */
function isConsistent(products: readonly Product[], on: readonly number[], of: (one: Product) => unknown): boolean {
  const byKey = new Map<string, unknown>();
  for (const product of products) {
    const key = JSON.stringify(product.values.filter((one) => on.includes(one.propertyId)).map((one) => one.values));
    if (byKey.has(key) && byKey.get(key) !== of(product)) return false;
    byKey.set(key, of(product));
  }
  return true;
}
