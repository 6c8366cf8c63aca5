/**
 * The marketplaces of the simulation: invented ones, short of delay and between them with every capability that the core
 * decides by; or the five real ones, by their own manifests.
 */
import { BATCH_MAX as AMAZON_BATCH_MAX, amazonManifest } from "#connectors/amazon/manifest.ts";
import type { Manifest } from "#connectors/contract/connector.ts";
import { depopManifest } from "#connectors/depop/manifest.ts";
import { ebayManifest } from "#connectors/ebay/manifest.ts";
import { etsyManifest } from "#connectors/etsy/manifest.ts";
import { vintedManifest } from "#connectors/vinted/manifest.ts";
import type { SimNature } from "./sim-marketplace.ts";

export const CHANNELS = ["invented", "real"] as const;
export type Channels = (typeof CHANNELS)[number];

export function naturesOf(channels: Channels): readonly SimNature[] {
  return channels === "real" ? REAL : INVENTED;
}

/**
 * What a manifest says, and how its marketplace behaves within that. Limits on single operations are left to the
 * connectors' own tests: the operations here have other names.
 */
function real(manifest: Manifest, nature: Pick<SimNature, "latencyMs" | "visibleAfterMs" | "clockSkewMs">): SimNature {
  const { key, capabilities, limits } = manifest;
  return {
    key,
    // Hints come by webhook here: the one queue is Amazon's, and has its own test.
    capabilities: { ...capabilities, hintQueue: false },
    limits: limits.filter((limit) => limit.operations === "*"),
    ...nature,
  };
}

const REAL: readonly SimNature[] = [
  real(ebayManifest, { latencyMs: { min: 120, max: 700 }, visibleAfterMs: 0, clockSkewMs: 100 }),
  real(amazonManifest({ writeBatchMax: AMAZON_BATCH_MAX, hintQueue: false }), {
    latencyMs: { min: 80, max: 500 },
    visibleAfterMs: 3 * 60_000,
    clockSkewMs: -900,
  }),
  real(etsyManifest, { latencyMs: { min: 150, max: 900 }, visibleAfterMs: 0, clockSkewMs: 900 }),
  real(depopManifest, { latencyMs: { min: 60, max: 400 }, visibleAfterMs: 0, clockSkewMs: 0 }),
  real(vintedManifest, { latencyMs: { min: 100, max: 600 }, visibleAfterMs: 20_000, clockSkewMs: 1_200 }),
];

const INVENTED: readonly SimNature[] = [
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
      {
        name: "scarce-changes",
        operations: ["writeQuantities"],
        scope: "channel",
        callsMax: 6,
        windowMs: 10_000,
        source: "simulation",
      },
    ],
    clockSkewMs: 0,
  },
];
