/** What is held of a buyer, as a file: of one order's buyer (?of=12), or with the orders that a request is about (?orders=12,13). */
import type { LoaderFunctionArgs } from "@remix-run/node";
import { authenticateShop } from "#app/shopify.server.ts";
import { orderIds } from "#app/ui/order-ids.ts";
import { idParam, notFound } from "#app/ui/params.ts";
import { readBuyerData } from "#app/views/buyer-data.ts";

export async function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  const { rt, shop } = await authenticateShop(request);
  const query = new URL(request.url).searchParams;
  const ids = orderIds(query.get("orders"));
  const whose = ids ? { orderIds: ids } : { buyerOfOrderId: idParam(query.get("of") ?? undefined) };
  const data = await readBuyerData(rt, shop.id, whose);
  if (!data) throw notFound();
  if (data.orders.length === 0) return new Response("Nothing is held of this buyer any more.", { status: 410 });
  return new Response(JSON.stringify(data, null, 2), {
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'attachment; filename="buyer-data.json"',
      "cache-control": "no-store",
    },
  });
}
