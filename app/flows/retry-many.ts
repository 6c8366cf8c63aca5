/** Tries many listings and orders again that failed, as the button of each does; what needs it no more is left alone. */
import type { Actor } from "../changes/changes.ts";
import type { Runtime } from "../runtime.ts";
import { retryListing } from "./manage-listing.ts";
import { retryOrder } from "./manage-order.ts";

export async function retryMany(
  rt: Runtime,
  of: { shopId: number; listingIds: readonly number[]; orderIds: readonly number[]; actor?: Actor },
): Promise<{ ok: true; message: string } | { ok: false; message: string }> {
  const { shopId, actor = null } = of;
  const listingIds = [...new Set(of.listingIds)];
  const orderIds = [...new Set(of.orderIds)];
  const asked = listingIds.length + orderIds.length;
  if (asked === 0) return { ok: false, message: "Choose at least one to retry." };
  let tried = 0;
  for (const listingId of listingIds) if ((await retryListing(rt, { shopId, listingId, actor })).ok) tried += 1;
  for (const orderId of orderIds) if ((await retryOrder(rt, { shopId, orderId, together: true })).ok) tried += 1;
  if (tried === 0) return { ok: false, message: "None of these needs a retry any more. Reload the page." };
  const left = asked - tried;
  const rest = left === 0 ? "" : `; ${left} ${left === 1 ? "needs" : "need"} it no more`;
  return { ok: true, message: `Trying ${tried} again${rest}` };
}
