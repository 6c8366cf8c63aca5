/** What Amazon is and can do, as data. */
import { z } from "zod";
import type { Limit, Manifest } from "../contract/connector.ts";

const MINUTE_MS = 60_000;

/** `accessToken` lives 1 h; `refreshToken` is not replaced by a refresh and ends when the yearly authorisation does. */
export const amazonCredentials = z.object({
  accessToken: z.string().min(1),
  expiresAt: z.iso.datetime(),
  refreshToken: z.string().min(1),
  /** The seller's id ("Merchant Token"), which stands in the path of every listings call. */
  sellingPartnerId: z.string().regex(/^[A-Z0-9]{8,32}$/),
});

/** `identifiers` of searchListingsItems: "maxItems: 20". */
export const SKUS_PER_SEARCH = 20;

/**
 * Orders surface 3 minutes to hours after the sale (facts/marketplaces.md; Amazon's own guide warns of "a systematic delay").
 * Two hours is more than was seen on ordinary days and few enough to be read again at each poll. A notification brings
 * the order at once; this number only says how long we do not swear that there is none.
 */
export const ORDER_VISIBILITY_LAG_MS = 120 * MINUTE_MS;

/** Listings in one call: what one burst of searchListingsItems (5 calls of 20 SKUs) can read before they are written. */
export const BATCH_MAX = 100;

/** More writes than this in one call go by feed. Not reached by default, for the reasons in README.md, "A batch". */
export const PATCHES_MAX = 100;

/** A published rate (calls per second) and burst, as a bucket. */
function bucket(name: string, operations: readonly string[], rate: number, burst: number, spec: string): Limit {
  return {
    name: `amazon-${name}`,
    operations,
    scope: "channel",
    callsMax: burst,
    windowMs: Math.ceil((burst / rate) * 1000),
    shape: "bucket",
    source: `${spec}, "Usage Plan": ${rate}/s, burst ${burst}, per selling partner and application`,
  };
}

const LISTINGS = "listingsItems_2021-08-01.json";
const ORDERS = "orders_2026-01-01.json";
const FEEDS = "feeds_2021-06-30.json";
const REPORTS = "reports_2021-06-30.json";
const NOTIFICATIONS = "notifications.json";

/** Notifications' limits hold for each operation; two with the application's own token are shared by all merchants. */
const notificationLimits = ["getSubscription", "createSubscription"]
  .map((one) => bucket(one, [one], 1, 5, NOTIFICATIONS))
  .concat(
    ["getDestinations", "createDestination", "deleteSubscriptionById"].map((one) => ({
      ...bucket(one, [one], 1, 5, NOTIFICATIONS),
      scope: "app" as const,
    })),
  );

export const amazonLimits: readonly Limit[] = [
  bucket("patchListingsItem", ["patchListingsItem"], 5, 5, LISTINGS),
  bucket("getListingsItem", ["getListingsItem"], 5, 10, LISTINGS),
  bucket("searchListingsItems", ["searchListingsItems"], 5, 5, LISTINGS),
  bucket("searchOrders", ["searchOrders"], 0.0056, 20, ORDERS),
  bucket("getOrder", ["getOrder"], 0.5, 30, ORDERS),
  bucket("confirmShipment", ["confirmShipment"], 2, 10, "ordersV0.json"),
  bucket("createFeedDocument", ["createFeedDocument"], 0.5, 15, FEEDS),
  bucket("createFeed", ["createFeed"], 0.0083, 15, FEEDS),
  bucket("getFeed", ["getFeed"], 2, 15, FEEDS),
  bucket("getFeeds", ["getFeeds"], 0.0222, 10, FEEDS),
  bucket("getFeedDocument", ["getFeedDocument"], 0.0222, 10, FEEDS),
  bucket("createReport", ["createReport"], 0.0167, 15, REPORTS),
  bucket("getReport", ["getReport"], 2, 15, REPORTS),
  bucket("getReports", ["getReports"], 0.0222, 10, REPORTS),
  bucket("getReportDocument", ["getReportDocument"], 0.0167, 15, REPORTS),
  bucket("getMarketplaceParticipations", ["getMarketplaceParticipations"], 0.016, 15, "sellers.json"),
  ...notificationLimits,
];

export function amazonManifest({ writeBatchMax, hintQueue }: { writeBatchMax: number; hintQueue: boolean }): Manifest {
  return {
    key: "amazon",
    name: "Amazon",
    credentials: amazonCredentials,
    capabilities: {
      quantities: true,
      quantityMax: null,
      writeBatchMax,
      readBatchMax: BATCH_MAX,
      // Quantity 0 keeps the listing; it cannot be bought until there is stock again, and then it is back by itself.
      atZero: "stays-listed",
      // ACCEPTED means understood. It shows minutes later, or not at all: then the listing has an issue.
      acceptance: "verify",
      cancellation: "per-line",
      partialShipment: true,
      saleLowersQuantity: true,
      // "Amazon sends the buyer a shipment confirmation" at the first confirmation of a package.
      shipmentNotifiesBuyer: true,
      prices: true,
      orderVisibilityLagMs: ORDER_VISIBILITY_LAG_MS,
      // Stated to the second in practice.
      saleTimeToleranceMs: 1_500,
      // searchOrders gives back one call in three minutes; five leave some for orders over several pages.
      orderPollEveryMs: 5 * MINUTE_MS,
      // A PATCH shows within minutes; Amazon promises nothing. A cancellation's feed waits in a queue as long.
      lateWriteMaxMs: 15 * MINUTE_MS,
      revisionsPerGroupAndDay: null,
      hintQueue,
    },
    limits: amazonLimits,
    // Seller Central help, "Cancellation rate" (200285210).
    cancellationCounts:
      "Amazon counts it in your cancellation rate over seven days. Above 2.5 % it may take your own offers off sale.",
    // Data Protection Policy, "Data Retention": no longer than 30 days after the order.
    buyerDataKeptMs: 30 * 24 * 60 * 60_000,
    requestTimeoutMs: 20_000,
  };
}
