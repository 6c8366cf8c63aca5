/** Rules 3, 10 and 12: what listings show once things have settled. */
import { BULK, LEAVING, LEAVING_STOCK, type Scene, STAPLES } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { type Difference, skusOfUnsentLevels } from "./difference.ts";
import { published } from "./published.ts";

/** Rule 3: every listing shows what it should. The arithmetic is the simulation's own, from what is really there. */
export async function listingDifferences(scene: Scene, edited: ReadonlySet<SimListing>): Promise<Difference[]> {
  const differences: Difference[] = [];
  const rows = await scene.world.database.db.listing.findMany();
  const unsent = skusOfUnsentLevels(scene);
  for (const market of scene.markets) {
    for (const sku of [...STAPLES, ...BULK]) {
      const listings = [...market.listings.values()].filter((one) => one.sku === sku && !one.removed);
      if (listings.length === 0) continue;
      const { shown, wanted } = compareShown(scene, market, listings);
      if (shown.join() === wanted.join()) continue;
      const facts = rows
        .filter((row) => listings.some((one) => one.remoteId === row.remoteId))
        .map(({ version, acknowledgedVersion, acknowledgedQuantity, unseenUnits, retryAt, problem, removedAt }) => ({
          ...{ version, acknowledgedVersion, acknowledgedQuantity, unseenUnits, retryAt, problem, removedAt },
        }));
      differences.push({
        rule: 3,
        what: `${market.nature.key} ${sku} shows ${shown.join(" and ")}, should show ${wanted.join(" and ")}; the app has ${JSON.stringify(facts)}`,
        isUntold: unsent.has(sku) || listings.some((one) => edited.has(one)),
      });
    }
  }
  return differences;
}

/** What listings of one variant on one channel show and should show, the highest number first. */
function compareShown(scene: Scene, market: SimMarketplace, listings: readonly SimListing[]) {
  const isFewer = (one: number, other: number) => other - one;
  const shown = listings.map((one) => market.shown(one)).sort(isFewer);
  const wanted = listings
    .map((one) => listingUnits(scene, market, one, scene.free(one.sku, market)))
    .sort(isFewer)
    .map((units, place) => ofMarket(market, units, place));
  return { shown, wanted };
}

function listingUnits(scene: Scene, market: SimMarketplace, listing: SimListing, sellable: number): number {
  const { terms } = scene;
  return published([terms.policyOf(listing).now, terms.policyOf(market).now, terms.shop], sellable);
}

/** Where a listing stands for one unit, the first ones show one each, as many as there are units. */
function ofMarket(market: SimMarketplace, units: number, place: number): number {
  const { quantities, quantityMax } = market.connector.manifest.capabilities;
  if (quantities === false) return units > place ? 1 : 0;
  return Math.min(units, quantityMax ?? units);
}

/** Rule 12: what is gone in Shopify is at zero where zero can be taken back, else asked about; a draft is asked about. */
export async function leavingDifferences(scene: Scene, edited: ReadonlySet<SimListing>): Promise<Difference[]> {
  const { db } = scene.world.database;
  const channels = await db.channel.findMany();
  const open = await db.alert.findMany({ where: { resolvedAt: null }, select: { key: true } });
  const isSaid = (key: string) => open.some((alert) => alert.key === key);
  return scene.markets.flatMap((market) => {
    const channel = channels.find((one) => one.connectorKey === market.nature.key);
    const { atZero } = market.connector.manifest.capabilities;
    const isFinal = atZero === "deleted" || atZero === "marked-sold";
    return [...market.listings.values()].flatMap((listing) => {
      if (!(listing.sku in LEAVING)) return [];
      const fate = scene.fateOf(listing.sku);
      const isZeroed = scene.isGone(listing.sku) && !isFinal;
      const wanted = isZeroed ? 0 : ofMarket(market, listingUnits(scene, market, listing, LEAVING_STOCK), 0);
      const key = isZeroed ? "gone" : fate === "active" || fate === "unlisted" ? null : "asked";
      const its = `${market.nature.key} ${listing.sku}, ${fate} in Shopify,`;
      const wrong: string[] = [];
      if (market.shown(listing) !== wanted) wrong.push(`${its} shows ${market.shown(listing)}, should show ${wanted}`);
      if (key && !isSaid(`${key}:${channel?.id}`)) wrong.push(`${its} is not said (${key})`);
      return wrong.map((what) => ({ rule: 12, what, isUntold: edited.has(listing) }));
    });
  });
}

/** Rule 10: what was deleted there and can't be brought back is not shown as if it were on sale. */
export async function goneDifferences(scene: Scene): Promise<Difference[]> {
  const rows = await scene.world.database.db.listing.findMany({ where: { removedAt: null, problem: null } });
  return scene.markets.flatMap((market) =>
    [...market.listings.values()]
      .filter(
        (one) => one.removed && rows.some((row) => row.remoteId === one.remoteId && row.acknowledgedQuantity !== 0),
      )
      .map((one) => ({
        rule: 10,
        what: `${market.nature.key} ${one.remoteId} is gone, and the app says nothing of it`,
        isUntold: true,
      })),
  );
}
