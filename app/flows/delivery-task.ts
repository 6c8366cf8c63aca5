/** Which task works on a stored delivery. */
import type { Delivery } from "../deliveries/deliveries.ts";

/** Shopify's word that a level changed: the topic of a burst. */
export const LEVEL_UPDATE = { source: "shopify", topic: "inventory_levels/update" } as const;

export type DeliveryTask =
  | { name: "apply-level-updates"; payload: { shopDomain: string } }
  | { name: "apply-delivery"; payload: { deliveryId: string } };

/** Levels are taken in sets by shop, all others one by one. */
export function taskFor({
  id,
  source,
  topic,
  account,
}: Pick<Delivery, "id" | "source" | "topic" | "account">): DeliveryTask {
  return source === LEVEL_UPDATE.source && topic === LEVEL_UPDATE.topic && account !== null
    ? { name: "apply-level-updates", payload: { shopDomain: account } }
    : { name: "apply-delivery", payload: { deliveryId: id.toString() } };
}
