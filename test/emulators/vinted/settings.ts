/** What can be set about the emulated marketplace: what the spec leaves open, and what goes wrong. */
import { z } from "zod";

export const settingsSchema = z.object({
  /** How long deleting, relisting, cancelling and making a label take. */
  asyncDelayMs: z.number().nonnegative().default(2_000),
  /** How long a paid order stays CREATED before it is READY_TO_BE_SHIPPED. */
  readyAfterMs: z.number().nonnegative().default(1_000),
  /** Calls per second and token; null: no limit, as none is published. */
  callsPerSecondMax: z.number().int().positive().nullable().default(null),
  /** How long a new or changed order stays out of the list. */
  orderVisibilityLagMs: z.number().nonnegative().default(0),
  /** The spec's most. Whether a page may be shorter though there are more is open. */
  ordersPerPage: z.number().int().min(1).max(250).default(250),
  itemsPerPageMax: z.number().int().min(1).max(250).default(250),
  /** Whether a page of orders comes in the order of its ids. */
  ordersSorted: z.boolean().default(true),
  /** Whether deleted items are in the lists and have a status, or are unknown. */
  deletedShow: z.boolean().default(true),
  /** Whether an item shows IN_PROGRESS between the call that relists it and the doing. */
  relistShows: z.boolean().default(true),
  /** The next so many cancellations end as CANCEL_ORDER_FAILURE. */
  failCancellations: z.number().int().nonnegative().default(0),
  /** The next so many cancellations are taken and never done, and nobody is told. */
  forgetCancellations: z.number().int().nonnegative().default(0),
  /** The next so many deletions end as DELETE_INTERNAL_ERROR. */
  failDeletions: z.number().int().nonnegative().default(0),
  /** Every call is answered REAUTHORISATION_REQUIRED: the login behind the token was revoked. */
  reauthorisation: z.boolean().default(false),
  /** Waits before the second and later attempts at a webhook. */
  webhookRetryDelaysMs: z.array(z.number().nonnegative()).default([10_000, 60_000]),
});
export type VintedSettings = z.infer<typeof settingsSchema>;
export type VintedSettingsInput = z.input<typeof settingsSchema>;

/** Some settings by name. Not `.partial()`: that would set the rest back to their defaults. */
export const settingsChangeSchema = z.custom<VintedSettingsInput>(
  (change) => settingsSchema.strict().safeParse(change).success,
  "unknown setting or a value of the wrong type",
);
