/** What eBay is and can do, as data. */
import { z } from "zod";
import type { Limit, Manifest } from "../contract/connector.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** `accessToken` lives 2 h, `refreshToken` 18 months and is not replaced by a refresh. Times are ISO 8601. */
export const ebayCredentials = z.object({
  accessToken: z.string().min(1),
  expiresAt: z.iso.datetime(),
  refreshToken: z.string().min(1),
  refreshTokenExpiresAt: z.iso.datetime(),
});

/** bulkUpdatePriceQuantity and bulkGetInventoryItem: "up to 25" in the spec's request types. */
export const BULK_ROWS_MAX = 25;

/** eBay resets its call counts at midnight in San Jose. Its "calendar day" of revisions is taken for the same (README, Unconfirmed). */
export const EBAY_DAY = "America/Los_Angeles";

/** "Each listing can be revised up to 250 times in one calendar day": the spec of bulkUpdatePriceQuantity. */
export const REVISIONS_PER_LISTING_AND_DAY = 250;

/**
 * eBay's advice is to end an order window 2 minutes before now, "to ensure that you do not pick up any orders that are
 * still in the process of being completed", and to begin the next one 2 minutes earlier (developer.ebay.com, KB article
 * 1788). We read up to now, believe a read only up to 2 minutes ago, and read those again.
 */
export const ORDER_VISIBILITY_LAG_MS = 2 * 60 * 1000;

const INVENTORY_OPERATIONS = [
  "getInventoryItems",
  "getOffers",
  "getOffer",
  "bulkGetInventoryItem",
  "bulkUpdatePriceQuantity",
] as const;
const FULFILLMENT_OPERATIONS = [
  "getOrders",
  "getOrder",
  "getShippingFulfillments",
  "createShippingFulfillment",
] as const;
/** getPublicKey for a key id that no good signature has named yet: it comes from whoever calls. */
export const UNKNOWN_KEY_OPERATION = "getUnknownPublicKey";

const NOTIFICATION_OPERATIONS = [
  "getConfig",
  "updateConfig",
  "getTopics",
  "getDestinations",
  "createDestination",
  "updateDestination",
  "getSubscriptions",
  "createSubscription",
  "updateSubscription",
  "enableSubscription",
  "getPublicKey",
  UNKNOWN_KEY_OPERATION,
] as const;
const POST_ORDER_OPERATIONS = ["checkCancellationEligibility", "createCancellation", "approveCancellation"] as const;

function perAppAndDay(name: string, operations: readonly string[], callsMax: number, source: string): Limit {
  return { name, operations, scope: "app", callsMax, windowMs: DAY_MS, source };
}

const CALL_LIMITS = "developer.ebay.com/develop/get-started/api-call-limits";

/**
 * eBay counts calls by application, API and day (Pacific time). The numbers are the published defaults; an application's
 * own are read at GET /developer/analytics/v1_beta/rate_limit and may be higher after eBay's growth check.
 */
export const ebayLimits: readonly Limit[] = [
  perAppAndDay("ebay-inventory-day", INVENTORY_OPERATIONS, 2_000_000, CALL_LIMITS),
  perAppAndDay("ebay-fulfillment-day", FULFILLMENT_OPERATIONS, 100_000, CALL_LIMITS),
  perAppAndDay("ebay-trading-day", ["GetUserPreferences", "GetMyeBaySelling"], 5_000, CALL_LIMITS),
  {
    name: "ebay-my-selling-15s",
    operations: ["GetMyeBaySelling"],
    scope: "channel",
    callsMax: 300,
    windowMs: 15_000,
    source: "documentation of GetMyeBaySelling: per seller, no more than 300 calls within any 15-second interval",
  },
  perAppAndDay(
    "ebay-notification-day",
    NOTIFICATION_OPERATIONS,
    5_000,
    `${CALL_LIMITS} (eBay's default for most APIs)`,
  ),
  {
    name: "ebay-unknown-key-hour",
    operations: [UNKNOWN_KEY_OPERATION],
    scope: "app",
    callsMax: 20,
    windowMs: 60 * 60 * 1000,
    // Not a window: half of a long window is promised to channels, and these calls are nobody's.
    shape: "bucket",
    source: "our own: strangers name key ids too, and the limit of the day is not theirs to use up",
  },
  perAppAndDay("ebay-identity-day", ["getUser"], 5_000, `${CALL_LIMITS} (eBay's default for most APIs)`),
  perAppAndDay("ebay-post-order-day", POST_ORDER_OPERATIONS, 5_000, `${CALL_LIMITS} (eBay's default for most APIs)`),
];

export const ebayManifest: Manifest = {
  key: "ebay",
  name: "eBay",
  credentials: ebayCredentials,
  capabilities: {
    quantities: true,
    quantityMax: null,
    writeBatchMax: BULK_ROWS_MAX,
    readBatchMax: BULK_ROWS_MAX,
    // With the account's out-of-stock preference on; checkAccess warns when it is off, because then 0 ends the listing.
    atZero: "stays-listed",
    // A row's own statusCode 200 is eBay's word that the live listing was revised.
    acceptance: "immediate",
    cancellation: "whole-order",
    partialShipment: true,
    saleLowersQuantity: true,
    shipmentNotifiesBuyer: true,
    prices: true,
    orderVisibilityLagMs: ORDER_VISIBILITY_LAG_MS,
    // creationDate has milliseconds (spec of getOrder); both sides keep network time.
    saleTimeToleranceMs: 300,
    // 1,440 of the application's 100,000 Fulfillment calls a day; with many merchants on one key, poll less often.
    orderPollEveryMs: 60_000,
    lateWriteMaxMs: 60_000,
    revisionsPerGroupAndDay: { revisionsMax: REVISIONS_PER_LISTING_AND_DAY, timeZone: EBAY_DAY },
    hintQueue: false,
  },
  limits: ebayLimits,
  onSaleHelp:
    "They were made in Seller Hub, on the site or by another tool, and eBay lets no app like Lockstep see or change such listings by their SKU. To have them kept, give each a SKU and migrate it to eBay's inventory (eBay calls it bulkMigrateListing; most listing tools offer it, and it can't be taken back), or end it and list it anew with a tool that uses that inventory. Until then change their quantities by hand at eBay.",
  // sellercentre.ebay.com.au/how-we-measure-seller-standards
  cancellationCounts:
    "eBay counts it as a defect of yours. Above 2 % of your transactions it takes higher fees, shows your listings less, or lets you sell less.",
  signatureHeader: "x-ebay-signature",
  // No time in eBay's terms, which allow a buyer's data for the sale alone. Returns and claims (30 days after delivery, the
  // Money Back Guarantee) are over by then, and its own order search ends at 90 days.
  buyerDataKeptMs: 90 * 24 * 60 * 60_000,
  requestTimeoutMs: 20_000,
};
