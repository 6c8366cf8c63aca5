/** A listing was matched: orders that were held because nobody knew its variant are placed now. */
import type { Tx } from "../db.server.ts";
import type { Listing } from "../listings/listings.ts";
import { listHeldForListing, releaseHold } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";

export async function releaseLooseHolds(
  rt: Runtime,
  tx: Tx,
  { shopId, listing }: { shopId: number; listing: Pick<Listing, "id" | "channelId" | "sku"> },
): Promise<void> {
  const held = await listHeldForListing(tx, { channelId: listing.channelId, listingId: listing.id, sku: listing.sku });
  for (const orderId of held) await releaseHold(tx, orderId);
  if (held.length > 0) await rt.queue.send(tx, "place-orders", { shopId });
}
