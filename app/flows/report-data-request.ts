/** A customer asked which of their data is held. The merchant is told on which orders, and finds all of it in one download. */
import { raiseAlert } from "../alerts/alerts.ts";
import { listBuyersOrders } from "../orders/buyers.ts";
import type { Runtime } from "../runtime.ts";
import type { Shop } from "../shops/shops.ts";
import { type NamedCustomer, ordersOfCustomer } from "./redact.ts";

/** As many as an address holds. */
const ORDERS_MAX = 1_000;
const NAMES_MAX = 20;

/** The alert names orders, never the person: it is shown to whoever opens Home, and outlives a redaction. */
export async function reportDataRequest(
  rt: Runtime,
  shop: Shop,
  request: { requestId: string; customer?: NamedCustomer | undefined; orders_requested: readonly string[] },
): Promise<void> {
  const { requestId, customer, orders_requested: shopifyOrderGids } = request;
  const theirs = await ordersOfCustomer(rt, rt.db, { shopId: shop.id, customer, shopifyOrderGids });
  const orders = await listBuyersOrders(rt.db, theirs, ORDERS_MAX);
  const names = orders.slice(0, NAMES_MAX).map((order) => order.displayName);
  const more = orders.length > names.length ? ` and ${orders.length - names.length} more` : "";
  await raiseAlert(
    rt.db,
    {
      shopId: shop.id,
      key: `data-request:${requestId}`,
      endsByHand: true,
      severity: "info",
      title: "A customer asked for their data",
      message:
        orders.length === 0
          ? "Lockstep holds no name, address or contact of theirs. Tell them so, then choose Done."
          : `Lockstep holds the buyer's name, address and contact with ${orders.length === 1 ? "this order" : "these orders"}: ${names.join(", ")}${more}. Download it, give it to them, then choose Done.`,
      action: orders.length === 0 ? null : `/app/buyer-data?orders=${orders.map((order) => order.id).join(",")}`,
    },
    rt.clock.now(),
  );
}
