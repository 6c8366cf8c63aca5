/** A product, some variants or the locations changed in Shopify: read them again and follow. */
import {
  listStockUnread,
  nextReadNumber,
  removeVariants,
  removeVariantsOfProduct,
  upsertVariants,
  type VariantFacts,
} from "../catalogue/catalogue.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { watchVariants } from "../inventory/stock-watch.ts";
import { keepRules } from "../listing-rules/listing-rules.ts";
import { markStale, unmatchChangedKeys } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { readProductVariants, readVariants } from "../shopify/catalogue.ts";
import type { Shop } from "../shops/shops.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { followRules } from "./follow-rules.ts";
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
    await keepRules(tx, shop.id);
    const stored = await upsertVariants(tx, shop.id, variants, readNumber);
    const written = stored.filter((one) => one.isNews);
    const changed = written.map(({ id }) => id);
    const removed = await remove(tx, now);
    const variantIds = [...changed, ...removed];
    await wakeChannels(rt, tx, await markStale(tx, shop.id, { variantIds }, { decreasing: true, now }));
    if (variantIds.length > 0) {
      const listingIds = await unmatchChangedKeys(tx, shop.id, variantIds);
      await matchAgain(rt, tx, shop.id, { variantIds, keysBefore: written, listingIds });
      await noteWithdrawn(rt, tx, shop.id, { variantIds });
      await watchVariants(tx, shop.id, variantIds);
    }
    await followRules(rt, tx, shop.id, { variantIds: stored.map(({ id }) => id) });
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
