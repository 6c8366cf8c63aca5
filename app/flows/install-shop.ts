/** A merchant opened the app for the first time, or again after removing it. */
import { inTransaction } from "../db.server.ts";
import { askAt, lockPlan } from "../plans/plans.ts";
import type { Runtime } from "../runtime.ts";
import { recordInstall } from "../shops/shops.ts";

export async function installShop(rt: Runtime, { domain }: { domain: string }): Promise<{ shopId: number }> {
  return inTransaction(rt.db, async (tx) => {
    const shop = await recordInstall(tx, domain, rt.clock.now());
    // The store is mirrored before anything is pushed.
    if (!shop.mirroredAt) await rt.queue.send(tx, "mirror-shop", { shopId: shop.id });
    if (rt.billing) {
      await lockPlan(tx, shop.id);
      await askAt(tx, shop.id, rt.clock.now());
      await rt.queue.send(tx, "check-plan", { shopId: shop.id });
    }
    return { shopId: shop.id };
  });
}
