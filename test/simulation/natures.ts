/** The marketplaces of the simulation: between them, every capability that the core decides by. */
import type { SimNature } from "./sim-marketplace.ts";

export const NATURES: readonly SimNature[] = [
  {
    key: "prompt",
    capabilities: { orderVisibilityLagMs: 3_000, orderPollEveryMs: 15_000, lateWriteMaxMs: 15_000 },
    latencyMs: { min: 20, max: 120 },
    visibleAfterMs: 0,
    limits: [],
    clockSkewMs: 0,
  },
  {
    // A sale here does not lower what the listing shows.
    key: "stubborn",
    capabilities: {
      saleLowersQuantity: false,
      orderVisibilityLagMs: 5_000,
      orderPollEveryMs: 20_000,
      lateWriteMaxMs: 20_000,
      cancellation: "none",
    },
    latencyMs: { min: 50, max: 400 },
    visibleAfterMs: 0,
    limits: [],
    clockSkewMs: 1_200,
  },
  {
    // What it accepts shows later.
    key: "patient",
    capabilities: {
      acceptance: "verify",
      orderVisibilityLagMs: 12_000,
      orderPollEveryMs: 30_000,
      lateWriteMaxMs: 30_000,
    },
    latencyMs: { min: 80, max: 300 },
    visibleAfterMs: 4_000,
    limits: [],
    clockSkewMs: -1_200,
  },
  {
    // Few calls, and listings of one unit each.
    key: "scarce",
    capabilities: { quantities: false, orderVisibilityLagMs: 4_000, orderPollEveryMs: 30_000, writeBatchMax: 5 },
    latencyMs: { min: 30, max: 200 },
    visibleAfterMs: 0,
    limits: [
      {
        name: "scarce-minute",
        operations: "*",
        scope: "channel",
        callsMax: 60,
        windowMs: 60_000,
        source: "simulation",
      },
    ],
    clockSkewMs: 0,
  },
];
