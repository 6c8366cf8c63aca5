/** An order for which there is nothing left is cancelled on the marketplace, and in Shopify if it is, or may be, there already. */
import type { Tx } from "../db.server.ts";
import { mayBeInShopify } from "../orders/order-stage.ts";
import type { OrderWithLines } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { requestCancellation } from "./request-cancellation.ts";

/** `reason`: why, in words that go on from "the order was". */
export async function giveUpOrder(rt: Runtime, tx: Tx, order: OrderWithLines, reason: string): Promise<void> {
  const { shopId, id: orderId } = order;
  const facts = { shopId, orderId, reason, now: rt.clock.now() };
  await requestCancellation(rt, tx, { ...facts, direction: "to-marketplace", restock: false });
  if (mayBeInShopify(order)) await requestCancellation(rt, tx, { ...facts, direction: "to-shopify", restock: true });
}
