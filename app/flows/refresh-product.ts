/** A product, some variants or the locations changed in Shopify: read them again and follow. */
import {
  listStockUnread,
  nextReadNumber,
  removeVariants,
  removeVariantsOfProduct,
  upsertVariants,
  type VariantFacts,
} from "../catalogue/catalogue.ts";
import { listChannels } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { listHiddenLevels, replaceLocations } from "../inventory/levels.ts";
import { markStale, unmatchChangedKeys } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { readLocations, readProductVariants, readProfile, readVariants } from "../shopify/catalogue.ts";
import { recordProfile, type Shop } from "../shops/shops.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { forgetHeldAtClosed } from "./hold-stock.ts";
import { matchAgain } from "./match-listings.ts";
import { noteWithdrawn } from "./note-withdrawn.ts";
import { orThrow } from "./or-throw.ts";
import { wakeChannels } from "./wake-channels.ts";

export async function refreshProduct(rt: Runtime, shop: Shop, productGid: string): Promise<void> {
  const readNumber = await nextReadNumber(rt.db);
  const variants = orThrow(await readProductVariants(rt.admin(shop.domain), productGid));
  const keep = variants.map((variant) => variant.gid);
  await storeRead(rt, shop, { variants, readNumber }, (tx, now) =>
    removeVariantsOfProduct(tx, { shopId: shop.id, productGid, keep, readNumber, now }),
  );
}

/** Variants that Shopify is asked for at once: each costs 3 points, of 1,000. */
export const VARIANTS_PER_READ_MAX = 250;

/** Asks for these variants by id: what Shopify has is stored, and what it has not is gone. Returns how many are gone. */
export async function refreshVariants(rt: Runtime, shop: Shop, gids: readonly string[]): Promise<number> {
  let gone = 0;
  for (let start = 0; start < gids.length; start += VARIANTS_PER_READ_MAX) {
    const asked = gids.slice(start, start + VARIANTS_PER_READ_MAX);
    const readNumber = await nextReadNumber(rt.db);
    const variants = orThrow(await readVariants(rt.admin(shop.domain), asked));
    const there = new Set(variants.map((variant) => variant.gid));
    const missing = asked.filter((gid) => !there.has(gid));
    gone += await storeRead(rt, shop, { variants, readNumber }, (tx, now) =>
      removeVariants(tx, { shopId: shop.id, gids: missing, readNumber, now }),
    );
  }
  return gone;
}

/** Stores what a read showed and takes away what it no longer showed, with all that follows. Returns how many are gone. */
async function storeRead(
  rt: Runtime,
  shop: Shop,
  { variants, readNumber }: { variants: readonly VariantFacts[]; readNumber: bigint },
  remove: (tx: Tx, now: Date) => Promise<number[]>,
): Promise<number> {
  const { removed, changedItems } = await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const changed = await upsertVariants(tx, shop.id, variants, readNumber);
    const removed = await remove(tx, now);
    const variantIds = [...changed, ...removed];
    await wakeChannels(rt, tx, await markStale(tx, shop.id, { variantIds }, { decreasing: true, now }));
    if (variantIds.length > 0) {
      await unmatchChangedKeys(tx, shop.id);
      await matchAgain(rt, tx, shop.id, variantIds);
      await noteWithdrawn(rt, tx, shop.id, { variantIds });
    }
    const rows = await tx.variant.findMany({ where: { id: { in: changed } }, select: { inventoryItemGid: true } });
    const gids = variants.map((variant) => variant.gid);
    // Levels that were read while Shopify did not count the item, or not at all yet, say nothing of where it is stocked.
    const unread = await listStockUnread(tx, shop.id, gids);
    const changedItems = [...new Set([...rows.map((row) => row.inventoryItemGid), ...unread])];
    return { removed: removed.length, changedItems };
  });
  // A new variant's levels may have been announced before the variant was known.
  if (changedItems.length > 0) await readLevelsAgain(rt, shop, changedItems, null);
  return removed;
}

/** Items that are read at once when a location opens. What is beyond them the comparison of the whole catalogue brings. */
const HIDDEN_ITEMS_MAX = 500;

/** Shopify shows no levels of a closed location: what was read meanwhile is read again before the location counts as open. */
export async function refreshLocations(rt: Runtime, shop: Shop): Promise<void> {
  const admin = rt.admin(shop.domain);
  const locations = orThrow(await readLocations(admin));
  const profile = orThrow(await readProfile(admin));
  const open = locations.filter((location) => location.active).map((location) => location.gid);
  const hidden = await listHiddenLevels(rt.db, shop.id, open, HIDDEN_ITEMS_MAX);
  if (hidden.inventoryItemGids.length > 0) await readLevelsAgain(rt, shop, hidden.inventoryItemGids, null);
  await inTransaction(rt.db, async (tx) => {
    await recordProfile(tx, shop.id, profile);
    if (!(await replaceLocations(tx, shop.id, locations))) return;
    await forgetHeldAtClosed(rt, tx, shop.id);
    if (hidden.isAnyOpened && shop.mirroredAt) await rt.queue.send(tx, "mirror-shop", { shopId: shop.id });
    for (const channel of await listChannels(tx, shop.id)) {
      const scope = { channelId: channel.id };
      await wakeChannels(rt, tx, await markStale(tx, shop.id, scope, { decreasing: true, now: rt.clock.now() }));
      await noteWithdrawn(rt, tx, shop.id, scope);
    }
  });
}
