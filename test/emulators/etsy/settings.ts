/** What can be set about the emulated marketplace. Each default is what Etsy documents or was seen to do; the rest is for tests. */
import { z } from "zod";

const MINUTE_MS = 60 * 1_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const settingsSchema = z.object({
  /** Calls of the whole app in any second, and in any 24 hours (documentation "Rate limits"). */
  callsPerSecondMax: z.number().int().nonnegative().default(10),
  callsPerDayMax: z.number().int().nonnegative().default(10_000),
  /** How long a new or changed receipt stays out of getShopReceipts. It then shows with its old updated_timestamp. */
  orderVisibilityLagMs: z.number().nonnegative().default(0),
  /** Whether a cancellation moves updated_timestamp. Reports differ (github.com/etsy/open-api, issues 604, 629). */
  cancellationMovesTimestamp: z.boolean().default(false),
  /** Whether a cancelled order's units go back on sale: at Etsy the seller chooses. */
  cancellationRestocks: z.boolean().default(false),
  /** Whether a write gives products, offerings and values new ids (issues 432, 523). */
  newIdsOnWrite: z.boolean().default(true),
  /** Whether the processing profiles of a listing that is not active are hidden ("returned only when active"). */
  hidesReadinessOfInactive: z.boolean().default(false),
  /** Whether getListingsByListingIds refuses the whole call for one unknown id, as the inventory's batch is documented to do. */
  batchRefusesUnknown: z.boolean().default(false),
  /** Whether getListingsByListingIds leaves out what is not on sale. Not documented. */
  batchHidesInactive: z.boolean().default(false),
  accessTokenLifeMs: z.number().positive().default(HOUR_MS),
  refreshTokenLifeMs: z
    .number()
    .positive()
    .default(90 * DAY_MS),
  /** What a spent refresh token is answered with. */
  spentRefreshStatus: z.union([z.literal(400), z.literal(401)]).default(401),
  /** Waits before the second and later attempts at a webhook: 8 attempts in all (documentation "Webhooks"). */
  webhookRetryDelaysMs: z
    .array(z.number().nonnegative())
    .default([5_000, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 10 * HOUR_MS]),
  /** Whether this app may see buyers' e-mail addresses: "case-by-case and subject to approval". */
  showsBuyerEmail: z.boolean().default(false),
  isOnHoliday: z.boolean().default(false),
  /** Whether names, addresses, titles and property values are written as HTML (github.com/etsy/open-api, issue 446). */
  escapesText: z.boolean().default(true),
  /** What listings that are switched off or sold out are called instead: "edit" was seen (issues 473, 516, 556). */
  stateOfWhatIsOff: z.string().nullable().default(null),
  /** Whether getListingsByShop says null instead of the inventory that it was asked to include. */
  leavesOutInventory: z.boolean().default(false),
  /** Value-added tax that the prices contain, in percent, told in total_vat_cost. */
  vatPercent: z.number().nonnegative().default(0),
  /** Whether the buyer's id is 0, which the spec does not admit. */
  hidesBuyerId: z.boolean().default(false),
});

export type EtsySettings = z.infer<typeof settingsSchema>;
export type EtsySettingsInput = z.input<typeof settingsSchema>;

/** Some settings by name. Not `.partial()`: that would set the rest back to their defaults. */
export const settingsChangeSchema = z.custom<EtsySettingsInput>(
  (change) => settingsSchema.strict().safeParse(change).success,
  "unknown setting or a value of the wrong type",
);
