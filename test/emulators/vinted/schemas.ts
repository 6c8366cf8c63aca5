/**
 * What travels, as strict schemas by operation. Vinted publishes no spec, so these stand for one: written from the facts
 * (third parties' clients and their reading of Vinted's description), apart from the connector's own, which are lenient.
 */
import { z } from "zod";

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const decimal = z.string().regex(/^\d+\.\d{2}$/);
const none = z.literal(null);
/** Read by a reader that keeps digits: long numbers are text by then. */
const int64 = z.string().regex(/^\d{16,19}$/);

const item = z.strictObject({
  id: uuid,
  item_reference: z.string().nullable(),
  status: z.enum(["PUBLISHED", "IN_PROGRESS", "DRAFT", "SOLD"]),
  title: z.string().optional(),
  price: decimal.optional(),
  currency: z.enum(["EUR", "GBP"]).optional(),
  url: z.url().optional(),
});

const order = z.strictObject({
  id: int64,
  status: z.enum(["CREATED", "SHIPPED", "DELIVERED", "CANCELLATION_REQUESTED", "CANCELLED"]),
  created_at: z.iso.datetime(),
  currency: z.enum(["EUR", "GBP"]),
  amount: decimal,
  // Named in Vinted's description, and not defined there.
  buyer: z.record(z.string(), z.unknown()),
  items: z
    .array(z.strictObject({ item_id: uuid, item_reference: z.string().nullable(), title: z.string(), price: decimal }))
    .min(1),
});

export interface OperationSchema {
  operation: string;
  method: string;
  path: RegExp;
  query: z.ZodType;
  body: z.ZodType;
  /** By status. */
  replies: Record<number, z.ZodType>;
}

const noQuery = z.strictObject({});

export const vintedOperations: readonly OperationSchema[] = [
  {
    operation: "getItems",
    method: "GET",
    path: /^\/api\/v1\/items$/,
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100), after_item_id: uuid.optional() }),
    body: none,
    replies: { 200: z.strictObject({ items: z.array(item) }) },
  },
  {
    operation: "getItemStatus",
    method: "GET",
    path: /^\/api\/v1\/items\/[0-9a-f-]{36}\/status$/,
    query: noQuery,
    body: none,
    replies: { 200: z.strictObject({ id: uuid, status: item.shape.status }) },
  },
  {
    operation: "deleteItems",
    method: "DELETE",
    path: /^\/api\/v1\/items$/,
    query: noQuery,
    body: z.strictObject({ item_ids: z.array(uuid).min(1).max(100) }),
    replies: { 202: z.strictObject({ items: z.array(z.strictObject({ item_id: uuid, accepted: z.boolean() })) }) },
  },
  {
    operation: "getOrders",
    method: "GET",
    path: /^\/api\/v1\/orders$/,
    query: z.strictObject({ "after-id": z.string().regex(/^\d+$/).optional() }),
    body: none,
    replies: { 200: z.strictObject({ orders: z.array(order) }) },
  },
  {
    operation: "getShipment",
    method: "GET",
    path: /^\/api\/v1\/orders\/\d+\/shipment$/,
    query: noQuery,
    body: none,
    replies: { 200: z.strictObject({ carrier: z.string(), tracking_code: z.string() }) },
  },
  {
    operation: "getOrder",
    method: "GET",
    path: /^\/api\/v1\/orders\/\d+$/,
    query: noQuery,
    body: none,
    replies: { 200: order },
  },
  {
    operation: "relistOrders",
    method: "POST",
    path: /^\/api\/v1\/orders\/relist$/,
    query: noQuery,
    body: z.strictObject({ order_ids: z.array(int64).min(1).max(100) }),
    replies: {
      202: z.strictObject({
        items: z.array(z.strictObject({ item_id: uuid, item_reference: z.string().nullable() })),
      }),
    },
  },
  {
    operation: "cancelOrder",
    method: "POST",
    path: /^\/api\/v1\/orders\/\d+\/cancel$/,
    query: noQuery,
    body: z.strictObject({ cancellation_reason_explanation: z.string().min(1).max(100) }),
    replies: { 202: z.strictObject({}) },
  },
];

/** Of every reply that is not 2xx. */
export const errorSchema = z.strictObject({ error: z.string().regex(/^[A-Z_]+$/) });

export const signedHeadersSchema = z.object({
  "x-vpi-access-key": z.string().min(1),
  "x-vpi-hmac-sha256": z.string().regex(/^t=\d{10},v1=[0-9a-f]{64}$/),
  accept: z.literal("application/json"),
});

export const webhookSchema = z.strictObject({
  webhook_id: z.string().min(1),
  event_type: z.enum([
    "ITEM_SOLD",
    "ITEM_PUBLISHED",
    "DELETE_ITEM_SUCCESS",
    "DELETE_ITEM_FAILURE",
    "ORDER_CREATED",
    "ORDER_CANCELLED",
    "CANCEL_ORDER_FAILURE",
  ]),
  event_data: z.strictObject({
    order_id: int64.optional(),
    item_id: uuid.optional(),
    item_reference: z.string().nullable().optional(),
  }),
});
