/**
 * Shopify itself does not answer, or says no: what was asked of the shop is put off, each time for longer, so that it is not
 * asked at each tick for as long as that lasts. What is asked is not lost: the tables say that it is wanted.
 */
import { addMs } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";
import { countFailure, endSetback, recordPutOff } from "../setbacks/setbacks.ts";
import { type ShopWork, shopSetbackName } from "../setbacks/words.ts";
import { backoffMs } from "../tasks/retry.ts";

export async function putOffShopWork(
  rt: Runtime,
  { shopId, work, why }: { shopId: number; work: ShopWork; why: string },
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const name = shopSetbackName(work, shopId);
    const { failures } = await countFailure(tx, { name, shopId, channelId: null, why, now });
    await recordPutOff(tx, name, addMs(now, backoffMs(failures)));
  });
}

export function endShopPutOff(db: Db | Tx, shopId: number, work: ShopWork): Promise<void> {
  return endSetback(db, shopSetbackName(work, shopId));
}
