/** What can be set about the emulated marketplace. Each default is what eBay documents; the rest is for tests. */
import { z } from "zod";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/** The APIs that have a daily budget of their own, per application. */
export const API_NAMES = [
  "sell.inventory",
  "sell.fulfillment",
  "commerce.notification",
  "commerce.identity",
  "developer.analytics",
  "post-order",
  "TradingAPI",
] as const;
export type ApiName = (typeof API_NAMES)[number];

export const settingsSchema = z.object({
  /** With it, a listing at zero stays; without, it ends. eBay's own default is off, most sellers' is on. */
  outOfStockControl: z.boolean().default(true),
  /** SKUs that getInventoryItems lists and getOffers refuses with 25707, as was reported of SKUs with a hyphen. */
  skusRefusedByOffers: z.array(z.string()).default([]),
  /** SKUs for which getInventoryItems refuses, with 25707, each page that they stand on. */
  skusRefusedByItems: z.array(z.string()).default([]),
  /** Rows per bulkUpdatePriceQuantity. 25 by the guide; some accounts were seen to take only 1 or 2. */
  bulkRowsMax: z.number().int().positive().default(25),
  /** Revisions per listing and calendar day, shared by its variations (spec of bulkUpdatePriceQuantity). */
  revisionsPerDayMax: z.number().int().nonnegative().default(250),
  /** How long a new or changed order stays out of getOrders. It then shows with its old lastModifiedDate. */
  orderVisibilityLagMs: z.number().nonnegative().default(0),
  /** Records that each page of getOrders after the first repeats of the page before: paging over a live set. */
  orderPagesOverlap: z.number().int().nonnegative().default(0),
  /** Whether ORDER_CONFIRMATION is among the topics: documented, but missing in the sandbox. */
  orderConfirmationTopic: z.boolean().default(true),
  /** Post-Order says that an order's id changes when it is paid. Not confirmed for the Fulfillment API. */
  unpaidOrderIdChanges: z.boolean().default(false),
  /** Whether a cancelled order's units go back to the listing. Not documented for the Inventory API. */
  cancellationRestocks: z.boolean().default(false),
  /** How long a refund stays PENDING: issueRefund is asynchronous. */
  refundSettlesAfterMs: z.number().nonnegative().default(60_000),
  /** Whether an order counts as changed when its refund is issued, so that getOrders shows it again. Not documented. */
  refundSettlingModifies: z.boolean().default(true),
  /** Discounts as positive numbers, against the spec: seen in the fixtures of a third party's SDK. */
  positiveDiscounts: z.boolean().default(false),
  /** "Invalid Request" in place of an e-mail and a phone that are not shown, as older documentation of getOrders says. */
  contactPlaceholders: z.boolean().default(false),
  accessTokenLifeMs: z
    .number()
    .positive()
    .default(2 * HOUR_MS),
  /** 18 months, as eBay counts them: 47,304,000 s. */
  refreshTokenLifeMs: z
    .number()
    .positive()
    .default(547.5 * DAY_MS),
  /** Calls per day (Pacific) by API, for the whole application. */
  budgets: z
    .partialRecord(z.enum(API_NAMES), z.number().int().nonnegative())
    .default({ "sell.inventory": 2_000_000, "sell.fulfillment": 100_000, TradingAPI: 5_000 }),
  /** For APIs without a budget above: eBay's default. */
  defaultBudget: z.number().int().nonnegative().default(5_000),
  /** Waits before the second and later attempts at a notification. eBay says 3 retries and no times. */
  notificationRetryDelaysMs: z.array(z.number().nonnegative()).default([10_000, 60_000, 600_000]),
  /** The real one refuses http and loopback destinations; emulated, they are all there is. */
  allowLoopbackDestinations: z.boolean().default(true),
});

export type EbaySettings = z.infer<typeof settingsSchema>;
export type EbaySettingsInput = z.input<typeof settingsSchema>;

/** Some settings by name. Not `.partial()`: that would set the rest back to their defaults. */
export const settingsChangeSchema = z.custom<EbaySettingsInput>(
  (change) => settingsSchema.strict().safeParse(change).success,
  "unknown setting or a value of the wrong type",
);
