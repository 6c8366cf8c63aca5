/** Redaction requests, from Shopify and the marketplaces: carried out at once, on everything that names the person. */
import { forgetCustomer } from "../customers/customers.ts";
import { inTransaction } from "../db.server.ts";
import { buyerHash, findOrderByShopifyGid, forgetBuyer } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { eraseShop, type Shop } from "../shops/shops.ts";

export async function redactCustomer(
  rt: Runtime,
  shop: Shop,
  request: { customer?: { id: string } | undefined; orders_to_redact: readonly string[] },
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    if (request.customer) await forgetCustomer(tx, shop.id, request.customer.id);
    for (const gid of request.orders_to_redact) {
      const order = await findOrderByShopifyGid(tx, shop.id, gid);
      if (order) await forgetBuyer(tx, { orderId: order.id });
    }
  });
}

export async function redactShop(rt: Runtime, shop: Shop): Promise<void> {
  await inTransaction(rt.db, (tx) => eraseShop(tx, shop));
}

/** A marketplace says that this buyer closed their account. */
export async function redactBuyer(
  rt: Runtime,
  input: { shopId: number; connectorKey: string; buyerRemoteIds: readonly string[] },
): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    for (const id of input.buyerRemoteIds) {
      await forgetBuyer(tx, { shopId: input.shopId, buyerKey: buyerHash(rt.secrets, input.connectorKey, id) });
    }
  });
}
