/** Rule 10: an alert that the merchant does not end by hand ends when its cause does. */
import { LEAVING, type Scene, STAPLES, UNTRACKED } from "../scene.ts";
import type { SimMarketplace } from "../sim-marketplace.ts";
import { type Difference, skusOfUnsentLevels } from "./difference.ts";
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
      case "mail":
      case "low-stock":
        // Rules of their own say when.
        return "lasts";
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
  const lasting = open.flatMap(({ key, title }) => {
    const cause = causeOf(key);
    if (cause === "lasts") return [];
    const what = `the merchant is still told “${title}” (${key}), and its cause is over`;
    return [{ rule: 10, what, isUntold: cause === "later" }];
  });
  return [...lasting, ...(await lowStockDifferences(scene))];
}

/** What is low is said, for as long as it is. */
async function lowStockDifferences(scene: Scene): Promise<Difference[]> {
  const { db } = scene.world.database;
  const { shopId } = scene.world;
  const unsent = skusOfUnsentLevels(scene);
  const said = await db.alert.findMany({
    where: { shopId, key: { startsWith: LOW_STOCK }, resolvedAt: null },
    select: { key: true },
  });
  const variants = await db.variant.findMany({ where: { shopId, sku: { in: STAPLES }, removedAt: null } });
  return variants.flatMap(({ id, sku }) => {
    if (sku === null) return [];
    const { may } = scene.terms.lowAtOf(sku);
    const units = scene.shown(sku);
    const isSaid = said.some((one) => one.key === `${LOW_STOCK}${id}`);
    if (may.some((lowAt) => isSaid === (lowAt !== null && units <= lowAt))) return [];
    const what = `${sku} has ${units} available, is low at ${may.join(" or ")}, and that is ${isSaid ? "" : "not "}said`;
    return [{ rule: 10, what, isUntold: unsent.has(sku) }];
  });
}

/** What an alert of low stock is known by; behind it the variant. */
export const LOW_STOCK = "low-stock:";

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
