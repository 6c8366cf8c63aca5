/** What can be set about the emulated marketplace. Vinted publishes nothing: the defaults are what clients were seen to rely on. */
import { z } from "zod";

export const settingsSchema = z.object({
  /** How long deleting, relisting and cancelling take after their 202. */
  asyncDelayMs: z.number().nonnegative().default(2_000),
  /** Calls per second and token; null: no limit. Not published. */
  callsPerSecondMax: z.number().int().positive().nullable().default(20),
  /** How long a new or changed order stays out of the list. */
  orderVisibilityLagMs: z.number().nonnegative().default(0),
  /** Which way the list of orders goes from `after-id`. Not sure. */
  ordersDirection: z.enum(["up", "down"]).default("up"),
  ordersPerPage: z.number().int().positive().default(50),
  /** How requests are signed: with dots between the parts, or (one client) without. */
  canonicalForm: z.enum(["dotted", "dotless"]).default("dotted"),
  /** How far a request's time may be from ours. */
  timestampToleranceMs: z.number().positive().default(300_000),
  /** Whether the list of items has title, price and picture ("not complete listing copy"). */
  itemsHaveCopy: z.boolean().default(true),
  /** The next so many cancellations end as CANCEL_ORDER_FAILURE. */
  failCancellations: z.number().int().nonnegative().default(0),
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
