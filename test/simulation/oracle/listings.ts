/** Rules 3 and 10: what listings show once things have settled. */
import { type Scene, STAPLES } from "../scene.ts";
import type { SimListing, SimMarketplace } from "../sim-marketplace.ts";
import { type Difference, skusOfUnsentLevels } from "./difference.ts";
import { isZeroFinal, offeredThere, offeredUnits } from "./offered.ts";

/** Rule 3: every listing shows what it should. The arithmetic is the simulation's own, from what is really there. */
export async function listingDifferences(
  scene: Scene,
  edited: ReadonlySet<SimListing>,
  markets: readonly SimMarketplace[] = scene.markets,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  const rows = await scene.world.database.db.listing.findMany();
  const unsent = skusOfUnsentLevels(scene);
  for (const market of markets) {
    for (const sku of [...STAPLES, ...scene.bulk]) {
      const listings = [...market.listings.values()].filter(
        (one) => scene.terms.skuOf(one).now === sku && !one.removed && !scene.terms.excludedOf(one).now,
      );
      if (listings.length === 0) continue;
      // Where it is sold from nowhere, and zero can't be taken back, the merchant is asked, and the number left alone.
      if (isZeroFinal(market) && scene.locationsOf(market).length === 0) continue;
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
    .map((one) => offeredUnits(scene, market, one))
    .sort(isFewer)
    .map((units, place) => offeredThere(market, units, place));
  return { shown, wanted };
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
