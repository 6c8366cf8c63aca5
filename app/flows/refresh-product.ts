/** A product or the locations changed in Shopify: read them again and follow. */
import { removeVariantsOfProduct, upsertVariants } from "../catalogue/catalogue.ts";
import { listChannels } from "../channels/channels.ts";
import { inTransaction } from "../db.server.ts";
import { replaceLocations } from "../inventory/levels.ts";
import { listUnmatched, markStale, unmatchChangedKeys } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { readLocations, readProductVariants, readProfile } from "../shopify/catalogue.ts";
import { recordProfile, type Shop } from "../shops/shops.ts";
import { readLevelsAgain } from "./apply-inventory-change.ts";
import { matchListings } from "./match-listings.ts";
import { orThrow } from "./or-throw.ts";
import { wakeChannels } from "./wake-channels.ts";

export async function refreshProduct(rt: Runtime, shop: Shop, productGid: string): Promise<void> {
  const variants = orThrow(await readProductVariants(rt.admin(shop.domain), productGid));
  const changedItems = await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const changed = await upsertVariants(tx, shop.id, variants);
    const keep = variants.map((variant) => variant.gid);
    const removed = await removeVariantsOfProduct(tx, { shopId: shop.id, productGid, keep, now });
    const variantIds = [...changed, ...removed];
    await wakeChannels(rt, tx, await markStale(tx, shop.id, { variantIds }, { decreasing: true, now }));
    if (variantIds.length > 0) {
      await unmatchChangedKeys(tx, shop.id);
      await matchListings(rt, tx, shop.id, await listUnmatched(tx, shop.id));
    }
    const rows = await tx.variant.findMany({ where: { id: { in: changed } }, select: { inventoryItemGid: true } });
    return rows.map((row) => row.inventoryItemGid);
  });
  // A new variant's levels may have been announced before the variant was known.
  if (changedItems.length > 0) await readLevelsAgain(rt, shop, changedItems, productGid);
}

export async function refreshLocations(rt: Runtime, shop: Shop): Promise<void> {
  const admin = rt.admin(shop.domain);
  const locations = orThrow(await readLocations(admin));
  const profile = orThrow(await readProfile(admin));
  await inTransaction(rt.db, async (tx) => {
    await recordProfile(tx, shop.id, profile);
    if (!(await replaceLocations(tx, shop.id, locations))) return;
    for (const channel of await listChannels(tx, shop.id)) {
      const scope = { channelId: channel.id };
      await wakeChannels(rt, tx, await markStale(tx, shop.id, scope, { decreasing: true, now: rt.clock.now() }));
    }
  });
}
