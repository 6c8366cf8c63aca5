/** What Depop is and can do, as data. */
import { z } from "zod";
import type { Limit, Manifest } from "../contract/connector.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** A key that the merchant typed in; it does not expire. */
export const depopKey = z.object({ apiKey: z.string().trim().min(1) });

/** `accessToken` lives 1 h; each refresh spends `refreshToken` and gives a new one, all of them ending with the first. */
export const depopTokens = z.object({
  accessToken: z.string().min(1),
  expiresAt: z.iso.datetime(),
  refreshToken: z.string().min(1),
  refreshTokenExpiresAt: z.iso.datetime(),
});

/**
 * Depop states no delay between a sale and its showing in GET /orders/. We believe a read up to 2 minutes ago, and read
 * the last 10 again each time (see orders.ts).
 */
export const ORDER_VISIBILITY_LAG_MS = 2 * MINUTE_MS;

/** "Create or update a listing" has 20/s of its own. Whether a PATCH counts there is not said: we count it. */
const CREATE_OR_UPDATE = ["createOrUpdateProduct", "updateProductById", "patchProduct", "patchProductById"] as const;

const ALL_OTHER = [
  "getSellerDetails",
  "getAllProducts",
  "getProductBySku",
  "getProductById",
  "markProductAsSold",
  "markProductAsSoldById",
  "getAllOrders",
  "getOrderByPurchaseId",
  "markOrderAsShipped",
  "refundOrder",
  "exchangeToken",
] as const;

const RATE_LIMITS = "partnerapi.depop.com/api-docs/concepts/rate-limits (per API key)";

function perKeyAndSecond(name: string, operations: readonly string[], callsMax: number): Limit {
  return { name, operations, scope: "channel", callsMax, windowMs: SECOND_MS, source: RATE_LIMITS };
}

export const depopManifest: Manifest = {
  key: "depop",
  name: "Depop",
  credentials: z.union([depopKey, depopTokens]),
  capabilities: {
    quantities: true,
    // Depop has no bulk call: a batch is one second's worth of updates.
    quantityMax: null,
    writeBatchMax: 20,
    readBatchMax: 50,
    atZero: "marked-sold",
    // 200 is Depop's word that the listing was changed.
    acceptance: "immediate",
    cancellation: "whole-order",
    // A parcel is marked as shipped as a whole, and all items of an order share one (spec, parcel_id).
    partialShipment: false,
    saleLowersQuantity: true,
    // "The tracking information will be sent to the buyer."
    shipmentNotifiesBuyer: true,
    prices: true,
    orderVisibilityLagMs: ORDER_VISIBILITY_LAG_MS,
    // Not documented; taken as whole seconds.
    saleTimeToleranceMs: 1_500,
    orderPollEveryMs: MINUTE_MS,
    lateWriteMaxMs: MINUTE_MS,
    revisionsPerGroupAndDay: null,
    hintQueue: false,
  },
  limits: [
    perKeyAndSecond("depop-create-or-update-second", CREATE_OR_UPDATE, 20),
    perKeyAndSecond("depop-other-second", ALL_OTHER, 100),
  ],
  signatureHeader: "x-depop-signature",
  // No time in what Depop tells partners. Its own disputes end 30 days after the sale; returns to the seller may take longer.
  buyerDataKeptMs: 90 * 24 * 60 * 60_000,
  requestTimeoutMs: 20_000,
};
