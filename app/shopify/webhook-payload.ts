/**
 * Shopify's webhook bodies, parsed at the edge. Numeric ids can exceed 2^53, so the JSON is read with the digits kept:
 * an integer that a double can't hold becomes a string.
 */
import { z } from "zod";
import { INT32_MAX, instant } from "#connectors/contract/storable.ts";

export function parseWebhookJson(text: string): unknown {
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? context?.source
      : value) as (key: string, value: unknown) => unknown);
}

const numericId = z.union([z.number().int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(String);

export const inventoryLevelPayload = z.object({
  inventory_item_id: numericId.transform((id) => `gid://shopify/InventoryItem/${id}`),
  location_id: numericId.transform((id) => `gid://shopify/Location/${id}`),
  available: z.number().int().min(-INT32_MAX).max(INT32_MAX).nullable().optional().default(null),
  updated_at: instant,
});

/** inventory_levels/disconnect says only which. */
export const inventoryLevelKeyPayload = inventoryLevelPayload.pick({ inventory_item_id: true, location_id: true });

export const inventoryItemPayload = z.object({
  id: numericId.transform((id) => `gid://shopify/InventoryItem/${id}`),
  tracked: z.boolean().optional(),
});

/** inventory_items/delete says only which. */
export const deletedItemPayload = inventoryItemPayload.pick({ id: true });

export const productPayload = z.object({
  id: numericId.transform((id) => `gid://shopify/Product/${id}`),
});

export const collectionPayload = z.object({
  id: numericId.transform((id) => `gid://shopify/Collection/${id}`),
});

export const orderPayload = z.object({
  id: numericId.transform((id) => `gid://shopify/Order/${id}`),
});

/** fulfillments/* and refunds/create name their order. */
export const ofOrderPayload = z.object({
  order_id: numericId.transform((id) => `gid://shopify/Order/${id}`),
});

/** orders/edited */
export const orderEditPayload = z.object({ order_edit: ofOrderPayload });

const orderGids = z
  .array(numericId.transform((id) => `gid://shopify/Order/${id}`))
  .optional()
  .default([]);

const customer = z
  .object({
    id: numericId.transform((id) => `gid://shopify/Customer/${id}`),
    email: z.string().nullish(),
    phone: z.string().nullish(),
  })
  .optional();

export const customerRedactPayload = z.object({ customer, orders_to_redact: orderGids });

export const dataRequestPayload = z.object({ customer, orders_requested: orderGids });
