/**
 * Where an order in Shopify and its marketplace order differ, the merchant is told: one alert per difference, which ends with
 * it, or by the merchant's word. Told once: it comes again only when the difference does.
 */
import { dropOtherAlerts, isAlertOpen, listAlertKeys, raiseAlert } from "../alerts/alerts.ts";
import { findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import {
  addressChanged,
  compareOrder,
  type InShopify,
  isOpenInShopify,
  type OrderDifference,
} from "../orders/order-differences.ts";
import { findOrderByShopifyGid, listOrdersByGid, type OrderWithLines } from "../orders/orders.ts";
import { unitsOf } from "../orders/picture.ts";
import { endAddressReading, recordAddressRead, recordCompared } from "../orders/seen-in-shopify.ts";
import type { Runtime } from "../runtime.ts";
import { countUnitsShipped } from "../shipments/shipments.ts";
import { type OrderProgress, readOrderAddresses } from "../shopify/orders.ts";
import { refusalOf } from "../shopify/shop-refusals.ts";
import type { Shop } from "../shops/shops.ts";
import { orThrow } from "./or-throw.ts";
import { addressAlertKey } from "./store-placed.ts";

const PREFIX = "order-difference:";
const ADDRESS_PREFIX = "order-address-changed:";

/** Shopify hides orders from apps after 60 days; a day less, as its clock is not ours. */
const HIDDEN_AFTER_MS = 59 * 24 * 60 * 60_000;
/** Shopify's times of change end at the second, and its clock is not ours. */
const SAME_TIME_MS = 60_000;

/** What the merchant was told of by order's id, ended or not. Few, whatever the shop's size: what is gone is dropped. */
export async function listToldOrders(rt: Runtime, shop: Shop): Promise<ReadonlySet<number>> {
  const keys = await listAlertKeys(rt.db, { shopId: shop.id, prefix: PREFIX });
  return new Set(keys.map((key) => Number(key.slice(PREFIX.length).split(":")[0])));
}

/** Whether this picture of it shows what the merchant is to be told. */
export function hasDifferences(order: OrderWithLines, inShopify: OrderProgress): boolean {
  return compareOrder({ marketplace: "", order, inShopify, isShipped: false }).length > 0;
}

/** Call it with the picture that Shopify just showed: an older one than the last changes nothing. */
export async function tellDifferences(rt: Runtime, tx: Tx, shopId: number, seen: OrderProgress): Promise<void> {
  const found = await findOrderByShopifyGid(tx, shopId, seen.id);
  if (!found || !(await recordCompared(tx, found.id, new Date(seen.updatedAt)))) return;
  // As it is now that it is locked.
  const order = await findOrderByShopifyGid(tx, shopId, seen.id);
  if (!order) return;
  if (order.stage !== "placed" || !isOpenInShopify(seen)) {
    await endAddressReading(tx, order);
    await dropOtherAlerts(tx, { shopId, prefix: `${ADDRESS_PREFIX}${order.id}:`, keys: [] });
  }
  await raiseDifferences(rt, tx, order, seen);
}

/** Shopify has no such order, or shows none. */
export async function tellOfMissingOrder(
  rt: Runtime,
  shop: Shop,
  orderGid: string,
  how: "deleted" | "not shown",
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const order = await findOrderByShopifyGid(tx, shop.id, orderGid);
    if (!order) return;
    await endAddressReading(tx, order);
    const createdAt = order.shopifyCreatedAt ?? order.placedAt ?? order.soldAt;
    const isOld = createdAt < addMs(rt.clock.now(), -HIDDEN_AFTER_MS);
    await raiseDifferences(rt, tx, order, how === "deleted" ? how : { notShown: true, isOld });
  });
}

async function raiseDifferences(rt: Runtime, tx: Tx, order: OrderWithLines, inShopify: InShopify): Promise<void> {
  const units = order.lines.reduce((sum, line) => sum + unitsOf(line), 0);
  const isShipped =
    typeof inShopify === "string" || "notShown" in inShopify ? await isAllShipped(tx, order, units) : false;
  const marketplace = await marketplaceOf(rt, tx, order);
  const differences = compareOrder({ marketplace, order, inShopify, isShipped });
  await raiseThese(rt, tx, order, PREFIX, differences);
}

async function isAllShipped(tx: Tx, order: OrderWithLines, units: number): Promise<boolean> {
  return (await countUnitsShipped(tx, order.id)) >= units;
}

async function raiseThese(
  rt: Runtime,
  tx: Tx,
  { id, shopId, channelId }: OrderWithLines,
  prefix: typeof PREFIX | typeof ADDRESS_PREFIX,
  differences: readonly OrderDifference[],
): Promise<void> {
  const all = differences.map((one) => ({ ...one, key: `${prefix}${id}:${one.key}` as const }));
  await dropOtherAlerts(tx, { shopId, prefix: `${prefix}${id}:`, keys: all.map((one) => one.key) });
  for (const difference of all) {
    const about = { shopId, channelId, action: `/app/orders/${id}`, endsByHand: true } as const;
    await raiseAlert(tx, { ...about, ...difference }, rt.clock.now());
  }
}

/** Whether the address of an order that changed then may be another than the one read last. */
export function mayHaveOtherAddress(order: OrderWithLines, seen: OrderProgress): boolean {
  if (order.stage !== "placed" || order.redactedAt || !isOpenInShopify(seen)) return false;
  return order.addressReadAt === null || new Date(seen.updatedAt) >= addMs(order.addressReadAt, -SAME_TIME_MS);
}

/**
 * Reads where these orders go, and tells of what changed since they were placed; the first reading says what that was. An
 * order that Shopify does not show is told of too.
 */
export async function followAddresses(rt: Runtime, shop: Shop, orderGids: readonly string[]): Promise<void> {
  if (orderGids.length === 0) return;
  const readAt = rt.clock.now();
  const read = await readOrderAddresses(rt.admin(shop.domain), orderGids);
  // A shop may let us see its orders, and not who they go to.
  if (!read.ok && refusalOf(read.failure) === "denied") return;
  const addresses = orThrow(read);
  for (const order of await listOrdersByGid(rt.db, shop.id, orderGids)) {
    const gid = order.shopifyOrderGid ?? "";
    const address = addresses.get(gid);
    if (address === undefined) await tellOfMissingOrder(rt, shop, gid, "not shown");
    else await inTransaction(rt.db, (tx) => followAddress(rt, tx, order, address ?? "none", readAt));
  }
}

async function followAddress(rt: Runtime, tx: Tx, order: OrderWithLines, address: string, readAt: Date): Promise<void> {
  if (order.addressReadAt && order.addressReadAt >= readAt) return;
  const { id, shopId, addressHash: known } = order;
  const hash = rt.secrets.hash(address);
  const isSame = known === null || rt.secrets.hashes.some((one) => one(address) === known);
  // What Shopify could not take is completed there as we asked for it.
  const isExpected = isSame || (await isAlertOpen(tx, shopId, addressAlertKey(id)));
  await recordAddressRead(tx, { id, hash: isExpected ? hash : null, readAt });
  const marketplace = await marketplaceOf(rt, tx, order);
  const changes = isExpected ? [] : [addressChanged({ marketplace, order }, hash.slice(0, 16))];
  await raiseThese(rt, tx, order, ADDRESS_PREFIX, changes);
}

async function marketplaceOf(rt: Runtime, tx: Tx, { channelId }: OrderWithLines): Promise<string> {
  const channel = await findChannel(tx, channelId);
  return (channel && rt.connectors.get(channel.connectorKey)?.manifest.name) ?? "the marketplace";
}
