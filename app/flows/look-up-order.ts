/**
 * Is an order that was sent in Shopify? Asked by our key before anything is decided about it: before it is sent again, given
 * up, or taken for one that the merchant enters by hand. Only Shopify's own "no", when nothing of it can land any more,
 * is a no.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { Channel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { orderKey } from "../orders/order-draft.ts";
import type { OrderWithLines, PlacedOrder } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { findOrderByKey } from "../shopify/orders.ts";
import type { Shop } from "../shops/shops.ts";

/** orderCreate leaves this soon after `sent` was written, or not at all: later another worker may have taken over. */
export const LEAVES_WITHIN_MS = 15_000;
/** After this a request whose reply was lost can no longer create its order, and the order's key can be found. */
const LOST_REQUEST_MS = LEAVES_WITHIN_MS + 60_000;

/** After an unclear reply it is looked for this soon, and again. */
export const LOOK_AGAIN_MS = 5_000;

export type LookUp =
  | { outcome: "found"; placed: PlacedOrder }
  | { outcome: "absent" }
  /** `failure`: why Shopify would not or could not say; null where it may still land. */
  | { outcome: "unclear"; failure: Failure | null };

export function keyOf(channel: Channel, { remoteId }: OrderWithLines): string {
  return orderKey({ connectorKey: channel.connectorKey, remoteAccountId: channel.remoteAccountId, remoteId });
}

export async function lookUpOrder(
  rt: Runtime,
  shop: Pick<Shop, "domain">,
  channel: Channel,
  order: OrderWithLines,
): Promise<LookUp> {
  if (!order.sentAt) return { outcome: "absent" };
  const found = await findOrderByKey(rt.admin(shop.domain), keyOf(channel, order));
  if (!found.ok) return { outcome: "unclear", failure: found.failure };
  if (found.value) return { outcome: "found", placed: found.value };
  const canLand = rt.clock.now() < addMs(order.sentAt, LOST_REQUEST_MS);
  return canLand ? { outcome: "unclear", failure: null } : { outcome: "absent" };
}
