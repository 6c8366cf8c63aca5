/** Where a test of one order begins: one shop with two SKUs on eBay, 9 of each, the first push approved. */
import { approveFirstPush } from "#app/flows/manage-channel.ts";
import type { Contact } from "#test/emulators/ebay/state.ts";
import { createConnectedWorld } from "#test/support/world/connected-world.ts";
import type { TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";

export const MINUTES = 60_000;
export type Sku = "OAK" | "ASH";
type Circumstances = { pay?: boolean; contact?: Partial<Contact> };

/** Empties the database first. */
export async function createOrderWorld(database: TestDatabase): Promise<World> {
  const skus: readonly Sku[] = ["OAK", "ASH"];
  const title = (sku: Sku) => `${sku === "OAK" ? "Oak" : "Ash"} tray`;
  const { world, channelId } = await createConnectedWorld({
    database,
    store: {
      handle: "orders",
      name: "Orders",
      locations: [{ name: "Here" }],
      products: skus.map((sku) => ({ title: title(sku), variants: [{ sku, price: "5.00", stock: { Here: 9 } }] })),
    },
    listings: skus.map((sku) => ({ title: title(sku), sku, price: "5.00", currency: "GBP", quantity: 9 })),
    // Much of it waits for minutes or hours; what happens at once needs no tick.
    tickMs: 5_000,
  });
  await approveFirstPush(world.rt, { shopId: world.shopId, channelId });
  return world;
}

/** Somebody buys on eBay. Returns the order's id there. */
export function buyOn({ ebay }: World, units: Partial<Record<Sku, number>>, more: Circumstances = {}): string {
  const lines = Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }));
  const bought = ebay.controls.buy({ lines, ...more });
  if (!bought.ok) throw new Error(bought.why);
  return bought.order.orderId;
}

/** Somebody buys on eBay, and Shopify has the order. */
export async function placeOrder(
  world: World,
  units: Partial<Record<Sku, number>>,
  more: Circumstances = {},
): Promise<string> {
  const remoteId = buyOn(world, units, more);
  const placed = { where: { remoteId, stage: "placed" } };
  await world.until("placed", async () => (await world.database.db.marketplaceOrder.count(placed)) === 1, 5 * MINUTES);
  return remoteId;
}

export function ordersInShopify({ shopify, shopDomain }: World) {
  return [...shopify.store(shopDomain).orders.values()];
}

export function onlyOrder(world: World) {
  const [only, ...others] = ordersInShopify(world);
  if (!only || others.length > 0) throw new Error(`Shopify has ${others.length + (only ? 1 : 0)} orders`);
  return only;
}

export function openAlerts({ database }: World) {
  return database.db.alert.findMany({ where: { resolvedAt: null }, orderBy: { id: "asc" } });
}
