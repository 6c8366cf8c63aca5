/** What can be set about the emulated marketplace. Each default is what Amazon documents, sped up where it gives no time. */
import { z } from "zod";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

export const settingsSchema = z.object({
  /** Stores besides this one in which the seller takes part, or did; each has the seller's SKUs at the same quantity. */
  otherStores: z
    .array(z.object({ id: z.string(), domainName: z.string(), countryCode: z.string(), isParticipating: z.boolean() }))
    .default([]),
  /** How long an ACCEPTED change takes to show. Minutes in reality. */
  listingLagMs: z.number().nonnegative().default(2_000),
  /** How long a feed is IN_QUEUE, and then IN_PROGRESS. */
  feedQueueMs: z.number().nonnegative().default(10_000),
  feedProcessMs: z.number().nonnegative().default(5_000),
  /** How long a report takes to be DONE. */
  reportMs: z.number().nonnegative().default(10_000),
  /** Whether report documents are compressed. */
  gzip: z.boolean().default(true),
  /** How long a presigned address is good: "This URL expires after 5 minutes." */
  documentLifeMs: z
    .number()
    .positive()
    .default(5 * 60 * 1_000),
  /** How long a new or changed order stays out of searchOrders. It then shows with its old lastUpdatedTime. */
  orderVisibilityLagMs: z.number().nonnegative().default(0),
  /** Orders that each page after the first repeats of the one before. */
  orderPagesOverlap: z.number().int().nonnegative().default(0),
  /** Whether the application has the restricted roles: without, no buyer, no name, no street. */
  piiRoles: z.boolean().default(true),
  /** Sales tax that Amazon collects on top of the price, in percent; 0 where prices contain it. */
  taxPercent: z.number().nonnegative().default(0),
  /** Whether a cancelled order's units go back to the listing. Not documented. */
  cancellationRestocks: z.boolean().default(false),
  /** Whether a cancelled item keeps its quantityOrdered. Not documented; sellers report 0. */
  cancelledItemsKeepQuantity: z.boolean().default(true),
  /** Tax that prices contain, in percent, told in TAX breakdowns all the same. */
  taxIncludedPercent: z.number().nonnegative().default(0),
  /** Whether orders come without `fulfillment`, which the model does not require. */
  leavesOutFulfillment: z.boolean().default(false),
  /** Feeds or reports in one page at most, whatever was asked for. */
  listPageMax: z.number().int().positive().default(100),
  /** Whether a PATCH is answered VALID and taken no notice of, as if it were a preview. */
  previewsOnly: z.boolean().default(false),
  /** The published rate and burst of each operation. */
  rateLimits: z.boolean().default(true),
  accessTokenLifeMs: z.number().positive().default(HOUR_MS),
  /** The seller's authorisation is good for a year. */
  refreshTokenLifeMs: z
    .number()
    .positive()
    .default(365 * DAY_MS),
  /** Notifications: each message this often (SQS delivers at least once), and the newest first. */
  hintCopies: z.number().int().positive().default(1),
  hintsNewestFirst: z.boolean().default(false),
});

export type AmazonEmulatorSettings = z.infer<typeof settingsSchema>;
export type AmazonEmulatorSettingsInput = z.input<typeof settingsSchema>;

/** Some settings by name. Not `.partial()`: that would set the rest back to their defaults. */
export const settingsChangeSchema = z.custom<AmazonEmulatorSettingsInput>(
  (change) => settingsSchema.strict().safeParse(change).success,
  "unknown setting or a value of the wrong type",
);
