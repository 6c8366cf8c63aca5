/** Units that buyers asked for and did not get, though they were there: how many, and what kept them back. */
import type { Scene } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { FAULT_SHADOW_MS } from "./calls.ts";
import { offeredThere, offeredUnits } from "./offered.ts";

/** In the words of the report. */
export const CAUSES = {
  settings: "kept back by the merchant's settings",
  stopped: "channel paused, braked or not connected",
  refused: "refused or ended there",
  failing: "while calls or workers failed",
  underWay: "on the way",
  unheard: "not heard of yet",
} as const;

export type Cause = keyof typeof CAUSES;
export type TurnedAway = Record<Cause, number>;

export const nobodyTurnedAway = (): TurnedAway => ({
  settings: 0,
  stopped: 0,
  refused: 0,
  failing: 0,
  underWay: 0,
  unheard: 0,
});

export const unitsTurnedAway = (by: TurnedAway): number => Object.values(by).reduce((sum, units) => sum + units, 0);

/** One line of a report: "turned away though it was there: 12 of 310 units (3.9 %): 8 ..., 4 ...". */
export function turnedAwayIn(runs: readonly { asked: number; turnedAway: TurnedAway }[]): string {
  const causes = Object.keys(CAUSES) as Cause[];
  const by = causes.map((cause) => ({ cause, units: runs.reduce((sum, run) => sum + run.turnedAway[cause], 0) }));
  const units = by.reduce((sum, one) => sum + one.units, 0);
  const asked = runs.reduce((sum, run) => sum + run.asked, 0);
  const said = by.filter((one) => one.units > 0).map((one) => `${one.units} ${CAUSES[one.cause]}`);
  const share = ((100 * units) / Math.max(1, asked)).toFixed(1);
  return `turned away though it was there: ${units} of ${asked} units (${share} %)${said.map((one) => `, ${one}`).join("")}`;
}

export interface Asked {
  listing: SimListing;
  asked: number;
  got: number;
  /** What is left of its stock, whatever is promised of it. */
  left: number;
}

/** What the settings keep back is known at once; for the rest the app is asked how far it was. */
export function noteTurnedAway(scene: Scene, market: SimMarketplace, { listing, asked, got, left }: Asked): void {
  const missing = Math.min(asked - got, left);
  if (missing <= 0) return;
  const permitted = scene.terms.excludedOf(listing).now ? 0 : permittedThere(scene, market, listing);
  const bySettings = Math.min(missing, Math.max(0, asked - Math.max(got, permitted)));
  scene.counts.turnedAway.settings += bySettings;
  const others = missing - bySettings;
  if (others > 0) void addByCause(scene, market, listing, others);
}

async function addByCause(scene: Scene, market: SimMarketplace, listing: SimListing, units: number): Promise<void> {
  const cause = await findCause(scene, market, listing);
  scene.counts.turnedAway[cause] += units;
}

/** Of listings that stand for one unit each, those that show theirs come first. */
function permittedThere(scene: Scene, market: SimMarketplace, listing: SimListing): number {
  const showing = [...market.listings.values()].filter(
    (one) => one !== listing && one.sku === listing.sku && market.shown(one) > 0,
  );
  return offeredThere(market, offeredUnits(scene, market, listing), showing.length);
}

async function findCause(scene: Scene, market: SimMarketplace, listing: SimListing): Promise<Cause> {
  const { database, time } = scene.world;
  const { nowMs } = scene;
  const include = { channel: true };
  const where = { remoteId: listing.remoteId, channel: { connectorKey: market.nature.key } };
  const row = await time.busy(database.db.listing.findFirst({ where, include }));
  if (!row) return "unheard";
  const { channel } = row;
  if (channel.state !== "connected" || channel.brakeReason !== null) return "stopped";
  if (row.retryAt !== null || row.unmanagedBecause !== null || row.removedAt !== null) return "refused";
  const failedMs = Math.max(scene.workerFailedMs, ...market.faultTimesMs.filter((fault) => fault <= nowMs));
  if (failedMs > nowMs - FAULT_SHADOW_MS) return "failing";
  return row.version > row.acknowledgedVersion || row.unclearBefore !== null ? "underWay" : "unheard";
}
