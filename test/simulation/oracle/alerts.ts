/** Rule 10: an alert that the merchant does not end by hand ends when its cause does. */
import { LEAVING, type Scene, UNTRACKED } from "../scene.ts";
import type { SimMarketplace } from "../sim-marketplace.ts";
import type { Difference } from "./difference.ts";
import { isZeroFinal } from "./offered.ts";

/** Whether a cause lasts; `later`: it is looked at when all is compared again, every half hour. */
type Cause = "lasts" | "is over" | "later";

/** Once things have settled no call fails any more, and nothing is put off. */
export async function alertDifferences(scene: Scene): Promise<Difference[]> {
  const { db } = scene.world.database;
  const { shopId } = scene.world;
  const open = await db.alert.findMany({
    where: { shopId, resolvedAt: null, OR: [{ endsByHand: false }, { key: { startsWith: "gone:" } }] },
  });
  const channels = await db.channel.findMany({ where: { shopId } });
  const held = await db.marketplaceOrder.findMany({ where: { shopId, stage: "held" }, select: { id: true } });
  // One that was in Shopify when an earlier sale came in stays there until the merchant decides.
  const contested = await db.conflict.findMany({ where: { shopId, state: "open" }, select: { orderId: true } });
  const undecided = new Set([...held.map((one) => one.id), ...contested.map((one) => one.orderId)]);
  const marketOf = (id: number): SimMarketplace | undefined => {
    const key = channels.find((one) => one.id === id)?.connectorKey;
    return scene.markets.find((market) => market.nature.key === key);
  };
  const causeOf = (key: string): Cause => {
    const [kind = "", id = ""] = key.split(":");
    const market = marketOf(Number(id));
    const channel = channels.find((one) => one.id === Number(id));
    switch (kind) {
      case "order":
        return undecided.has(Number(id)) ? "lasts" : "is over";
      case "brake":
        return channel?.brakeReason ? "lasts" : "is over";
      case "gone":
        return market && isSoldOut(scene, market) ? "lasts" : "is over";
      case "asked":
        return market && isAsked(scene, market) ? "lasts" : "is over";
      case "unread-stock":
        return scene.world.shopify.world.settings.unreadableItems.some((gid) => key.endsWith(gid)) ? "lasts" : "later";
      case "shipment":
      case "cancellation":
        // Theirs is what became of a parcel or a cancellation: the rules of orders.
        return "lasts";
      default:
        return CATALOGUE.includes(kind) ? "later" : "is over";
    }
  };
  return open.flatMap(({ key, title }) => {
    const cause = causeOf(key);
    if (cause === "lasts") return [];
    const what = `the merchant is still told “${title}” (${key}), and its cause is over`;
    return [{ rule: 10, what, isUntold: cause === "later" }];
  });
}

/** They end with the next reading of the catalogue that goes well. */
const CATALOGUE = ["mirror", "mirror-rows", "bulk-refused"];

/** Whether something on it is not for sale in Shopify, or not counted there, and the merchant is asked what becomes of it. */
function isAsked(scene: Scene, market: SimMarketplace): boolean {
  return [...market.listings.values()].some((one) => {
    if (one.removed || scene.terms.excludedOf(one).may.every((is) => is)) return false;
    if (one.sku === UNTRACKED || scene.fateOf(one.sku, market) === "draft") return true;
    return isZeroFinal(market) && scene.isGone(one.sku, market);
  });
}

/** Whether something on it goes to zero, as it is gone in Shopify; or is not for sale there, and left alone as it is excluded. */
function isSoldOut(scene: Scene, market: SimMarketplace): boolean {
  if (!isZeroFinal(market) && scene.locationsOf(market).length === 0) return true;
  return [...market.listings.values()].some((one) => {
    const isExcluded = scene.terms.excludedOf(one).may.includes(true);
    if (one.removed || (isZeroFinal(market) && !isExcluded)) return false;
    const fate = scene.fateOf(one.sku, market);
    return scene.isGone(one.sku, market) ? one.sku in LEAVING || isExcluded : isExcluded && fate === "draft";
  });
}
