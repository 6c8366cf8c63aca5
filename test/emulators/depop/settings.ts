/** What can be set about the emulated marketplace. Each default is what Depop documents; the rest is for tests. */
import { z } from "zod";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

export const settingsSchema = z.object({
  /** Creations and updates per second and token; null: no limit. Rate limits page: 20. */
  updatesPerSecondMax: z.number().int().positive().nullable().default(20),
  /** All other calls per second and token; null: no limit. Rate limits page: 100. */
  callsPerSecondMax: z.number().int().positive().nullable().default(100),
  /** How long a new or changed order stays out of GET /orders/. Depop states none. */
  orderVisibilityLagMs: z.number().nonnegative().default(0),
  /** What a buyer pays to Depop on top, in minor units; it is part of buyer_pays_amount. */
  buyerFeeMinor: z.number().int().nonnegative().default(0),
  /** Tax that Depop collects on each order, in percent. */
  taxPercent: z.number().nonnegative().default(0),
  /** Postage of an order, in minor units. */
  shippingMinor: z.number().int().nonnegative().default(350),
  accessTokenLifeMs: z.number().positive().default(HOUR_MS),
  /** From the first refresh token on, over all its successors. */
  connectionLifeMs: z
    .number()
    .positive()
    .default(365 * DAY_MS),
  /** Waits before the second and later attempts at a webhook. "Best effort" is all Depop says. */
  webhookRetryDelaysMs: z.array(z.number().nonnegative()).default([10_000, 60_000]),
});
export type DepopSettings = z.infer<typeof settingsSchema>;
export type DepopSettingsInput = z.input<typeof settingsSchema>;

/** Some settings by name. Not `.partial()`: that would set the rest back to their defaults. */
export const settingsChangeSchema = z.custom<DepopSettingsInput>(
  (change) => settingsSchema.strict().safeParse(change).success,
  "unknown setting or a value of the wrong type",
);
