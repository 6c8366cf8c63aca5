/** Where the shop sells from, as Shopify says now; and what follows when a location opened or closed. */
import { nextReadNumber } from "../catalogue/catalogue.ts";
import { listChannels } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { listHiddenLevels, replaceLocations } from "../inventory/levels.ts";
import { watchLocations } from "../inventory/stock-watch.ts";
import { markStale } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { type LocationFacts, readLocations, readProfile } from "../shopify/catalogue.ts";
import { isLatestOfLocations, recordProfile, type Shop } from "../shops/shops.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { forgetHeldAtClosed } from "./hold-stock.ts";
import { noteWithdrawn } from "./note-withdrawn.ts";
import { orThrow } from "./or-throw.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Items that are read at once when a location opens. What is beyond them the comparison of the whole catalogue brings. */
const HIDDEN_ITEMS_MAX = 500;

/** After a word of Shopify's that the shop or a location changed. Throws RemoteFailureError. */
export async function refreshShop(rt: Runtime, shop: Shop): Promise<void> {
  const reading = { shopId: shop.id, readNumber: await nextReadNumber(rt.db) };
  const profile = orThrow(await readProfile(rt.admin(shop.domain)));
  await recordProfile(rt.db, reading, profile);
  await refreshLocations(rt, shop);
}

/**
 * Shopify shows no levels of a closed location: what was read meanwhile is read again before the location counts as open.
 * Throws RemoteFailureError.
 */
export async function refreshLocations(rt: Runtime, shop: Shop): Promise<void> {
  const reading = { shopId: shop.id, readNumber: await nextReadNumber(rt.db) };
  const locations = orThrow(await readLocations(rt.admin(shop.domain)));
  const open = locations.filter((location) => location.active).map((location) => location.gid);
  const hidden = await listHiddenLevels(rt.db, shop.id, open, HIDDEN_ITEMS_MAX);
  if (hidden.inventoryItemGids.length > 0) await readLevelsAgain(rt, shop, hidden.inventoryItemGids, null);
  await inTransaction(rt.db, async (tx) => {
    const haveChanged = await applyLocations(rt, tx, reading, locations);
    if (haveChanged && hidden.isAnyOpened && shop.mirroredAt)
      await rt.queue.send(tx, "mirror-shop", { shopId: shop.id });
  });
}

/** `reading`: whose number was taken before Shopify was asked. Returns true when one opened or closed. */
export async function applyLocations(
  rt: Runtime,
  tx: Tx,
  reading: { shopId: number; readNumber: bigint },
  locations: readonly LocationFacts[],
): Promise<boolean> {
  const { shopId } = reading;
  if (!(await isLatestOfLocations(tx, reading))) return false;
  const changed = await replaceLocations(tx, shopId, locations);
  if (changed.length === 0) return false;
  await watchLocations(tx, shopId, changed);
  await forgetHeldAtClosed(rt, tx, shopId);
  for (const channel of await listChannels(tx, shopId)) {
    const scope = { channelId: channel.id };
    await wakeChannels(rt, tx, await markStale(tx, shopId, scope, { decreasing: true, now: rt.clock.now() }));
    await noteWithdrawn(rt, tx, shopId, scope);
  }
  return true;
}
