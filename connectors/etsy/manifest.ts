/** What Etsy is and can do, as data. */
import { z } from "zod";
import type { ChannelOption, Limit, Manifest } from "../contract/connector.ts";

const MINUTE_MS = 60 * 1000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** `accessToken` lives 1 h; `refreshToken` 90 days, and each refresh gives another. Times are ISO 8601. */
export const etsyCredentials = z.object({
  accessToken: z.string().min(1),
  expiresAt: z.iso.datetime(),
  refreshToken: z.string().min(1),
  refreshTokenExpiresAt: z.iso.datetime(),
  userId: z.string().regex(/^\d+$/),
  shopId: z.string().regex(/^\d+$/),
});

/** Etsy's listing form takes no more of one item; the spec does not say so. */
export const QUANTITY_MAX = 999;

/** "Limit 100 listing IDs per request": getListingsInventoryByListingIds. */
export const LISTINGS_PER_CALL_MAX = 100;

/**
 * Etsy does not say how late a receipt shows; seconds were seen. Read up to now, believed up to two minutes ago.
 */
export const ORDER_VISIBILITY_LAG_MS = 2 * MINUTE_MS;

const RATE_LIMITS = "developers.etsy.com/documentation/essentials/rate-limits";

/**
 * Both count the calls of all merchants together: the limit is the app key's. Published defaults; an app's own are in its
 * portal and in the headers x-limit-per-second and x-limit-per-day, and can be raised on request.
 */
export const etsyLimits: readonly Limit[] = [
  {
    name: "etsy-second",
    operations: "*",
    scope: "app",
    callsMax: 10,
    windowMs: 1000,
    source: `${RATE_LIMITS}: 10 queries per second for a new commercial app`,
  },
  {
    name: "etsy-day",
    operations: "*",
    scope: "app",
    callsMax: 10_000,
    windowMs: DAY_MS,
    source: `${RATE_LIMITS}: 10,000 queries in any 24 hours (a sliding window) for a new commercial app`,
  },
];

export const RENEW_SOLD_OUT = "renew-sold-out";

export const etsyOptions: readonly ChannelOption[] = [
  {
    name: RENEW_SOLD_OUT,
    label: "Renew sold-out listings",
    help: "When a listing has sold out and there is stock again, put it back on sale. Etsy charges its listing fee (0.20 USD) each time. While this is off, renew such listings at Etsy yourself.",
  },
];

export const etsyManifest: Manifest = {
  key: "etsy",
  name: "Etsy",
  credentials: etsyCredentials,
  capabilities: {
    quantities: true,
    quantityMax: QUANTITY_MAX,
    // Each listing costs a read and a write of its own; small, so that a batch ends within a lease.
    writeBatchMax: 10,
    readBatchMax: LISTINGS_PER_CALL_MAX,
    atZero: "inactive",
    // The reply to a write is the new inventory, and the connector compares it with what it asked for.
    acceptance: "immediate",
    cancellation: "none",
    partialShipment: false,
    saleLowersQuantity: true,
    shipmentNotifiesBuyer: true,
    prices: true,
    orderVisibilityLagMs: ORDER_VISIBILITY_LAG_MS,
    // Timestamps are whole seconds (spec).
    saleTimeToleranceMs: 1_500,
    // Two calls a poll, so 576 of the app's 10,000 a day for each merchant. Webhooks bring the rest of the speed.
    orderPollEveryMs: 5 * MINUTE_MS,
    lateWriteMaxMs: MINUTE_MS,
    revisionsPerGroupAndDay: null,
    hintQueue: false,
  },
  limits: etsyLimits,
  options: etsyOptions,
  signatureHeader: "webhook-signature",
  // No time in Etsy's API terms, which allow a buyer's data for the sale alone. Returns and most cases are over by then.
  buyerDataKeptMs: 90 * 24 * 60 * 60_000,
  requestTimeoutMs: 20_000,
};
