/** Listings were matched: orders that were held because nobody knew their variant are placed now. */
import type { Tx } from "../db.server.ts";
import type { UnmatchedListing } from "../listings/listings.ts";
import { listHeldForListings, releaseHold } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";

export async function releaseLooseHolds(
  rt: Runtime,
  tx: Tx,
  { shopId, listings }: { shopId: number; listings: readonly UnmatchedListing[] },
): Promise<void> {
  if (listings.length === 0) return;
  const held = await listHeldForListings(tx, shopId, listings);
  for (const orderId of held) await releaseHold(tx, orderId, "itself");
  if (held.length > 0) await rt.queue.send(tx, "place-orders", { shopId });
}
