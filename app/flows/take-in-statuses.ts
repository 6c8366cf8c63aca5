/**
 * The status of every product was read for the first time. In a shop that has sold for a while, what was archived or
 * stocked nowhere long ago is on sale still: each channel waits for the merchant with one preview before any of it goes to
 * zero.
 */
import { listChannels } from "../channels/channels.ts";
import type { Tx } from "../db.server.ts";
import { markStale } from "../listings/listings.ts";
import { listShown } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { recordStatusesRead, type Shop } from "../shops/shops.ts";
import { explainListings, limitsOf } from "../views/quantity-facts.ts";
import { holdChannelIn } from "./brake-channel.ts";
import { noteWithdrawn } from "./note-withdrawn.ts";
import { wakeChannels } from "./wake-channels.ts";

export async function takeInStatuses(rt: Runtime, tx: Tx, shop: Shop): Promise<void> {
  const now = rt.clock.now();
  await recordStatusesRead(tx, shop.id, now);
  const changed = await noteWithdrawn(rt, tx, shop.id, "all");
  for (const channel of await listChannels(tx, shop.id)) {
    const noted = new Set(changed.filter((one) => one.channelId === channel.id).map((one) => one.id));
    if (noted.size === 0) continue;
    const shown = (await listShown(tx, channel.id)).filter((one) => noted.has(one.id) && one.shown !== 0);
    const explanations = await explainListings(
      tx,
      shown.map((one) => one.id),
      limitsOf(rt),
    );
    const zeroed = shown.filter(({ id }) => explanations.get(id)?.quantity === 0).length;
    if (zeroed > 0 && channel.pushApprovedAt !== null) {
      const are = zeroed === 1 ? "1 listing would" : `${zeroed} listings would`;
      await holdChannelIn(tx, channel, `${are} show 0: not for sale in Shopify any more`, now);
    }
    const scope = { listingIds: [...noted] };
    await wakeChannels(rt, tx, await markStale(tx, shop.id, scope, { decreasing: true, now }));
  }
}
