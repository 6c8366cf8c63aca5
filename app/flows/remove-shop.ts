/** The merchant removed the app: forget the keys, stop everything, keep the history until Shopify asks to erase it. */
import { listChannels, recordDisconnected } from "../channels/channels.ts";
import { forgetConnections } from "../channels/connections.ts";
import { inTransaction } from "../db.server.ts";
import { askAt } from "../plans/plans.ts";
import type { Runtime } from "../runtime.ts";
import { recordUninstall, type Shop } from "../shops/shops.ts";

export async function removeShop(rt: Runtime, shop: Shop): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    for (const channel of await listChannels(tx, shop.id)) await recordDisconnected(tx, channel.id, now);
    await forgetConnections(tx, { shopId: shop.id });
    await tx.session.deleteMany({ where: { shop: shop.domain } });
    await askAt(tx, shop.id, null);
    await recordUninstall(tx, shop.id, now);
  });
}
