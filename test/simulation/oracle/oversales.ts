/** Rule 4: a sale of what was not there, and whether the earliest possible word could have prevented it. */
import type { Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { FAULT_SHADOW_MS } from "./calls.ts";
import { mostKnown, readKnown } from "./known.ts";
import { isZeroFinal } from "./offered.ts";

/** A limit over longer than this is not waited for. */
export const BUDGET_MS_MAX = 60_000;

/**
 * Rule 4: could the earliest possible word have prevented this sale? The app knew from the moment at which it first
 * wanted this listing below what was sold; from there on it had the channel's own delays: the push under way, a read, a write, and
 * what its budget made it wait. Calls that failed meanwhile excuse it.
 */
export async function judgeOversale(
  scene: Scene,
  market: SimMarketplace,
  { listing, units, atMs }: { listing: SimListing; units: number; atMs: number },
): Promise<void> {
  const { database, time } = scene.world;
  const { nature, connector } = market;
  const row = await time.busy(
    database.db.listing.findFirst({ where: { remoteId: listing.remoteId }, include: { channel: true } }),
  );
  if (!row) {
    // Listed by hand a moment ago: the app has not read it yet.
    scene.counts.unpreventable += 1;
    return;
  }
  const known = (await readKnown(scene, [listing.remoteId])).get(listing.remoteId);
  const knownMs = row.staleSince?.getTime() ?? atMs;
  // A day's budget is no excuse.
  const windowsMs = nature.limits.map((limit) => limit.windowMs).filter((windowMs) => windowMs <= BUDGET_MS_MAX);
  const budgetMs = Math.max(0, ...windowsMs);
  const callsMs = 6 * nature.latencyMs.max + nature.visibleAfterMs + 1_000;
  const excused =
    (known !== undefined && mostKnown(scene, market, known).units >= units) ||
    atMs - knownMs <= callsMs + budgetMs + scene.clocksApartMs ||
    scene.workerFailedMs > knownMs - FAULT_SHADOW_MS ||
    market.faultTimesMs.some((fault) => fault > knownMs - FAULT_SHADOW_MS && fault <= atMs) ||
    // It alone was refused: that excuses no other listing.
    (market.refusedAtMs.get(listing.remoteId) ?? Number.NEGATIVE_INFINITY) > knownMs - FAULT_SHADOW_MS ||
    // Where it is stocked nowhere the merchant is asked, and meanwhile it is left on sale.
    (isZeroFinal(market) && !scene.isStocked(scene.terms.skuOf(listing).now, market)) ||
    row.channel.state !== "connected" ||
    row.channel.brakeReason !== null;
  if (excused) scene.counts.unpreventable += 1;
  else
    scene.violate(4, `${connector.manifest.key} sold ${row.sku} ${atMs - knownMs} ms after the app knew it was gone`);
}
