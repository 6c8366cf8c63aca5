/** /api/v1/orders/ and /api/v1/shop/: read, ship, refund. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { parseMinor } from "./amounts.ts";
import { errorReply } from "./errors.ts";
import { type Gateway, readBody } from "./gateway.ts";
import { orderJson } from "./json.ts";
import { itemsMinor, markShipped, refund, visibleVersion } from "./orders.ts";
import type { DepopState, Order } from "./state.ts";

const ORDERS_PER_PAGE_MAX = 200;

const shippedSchema = z.object({ tracking_number: z.string().min(1), carrier: z.string().min(1) });
const amount = z.string().optional();
const refundSchema = z.object({
  send_buyer_message: z.string().optional(),
  items_refund_amount: amount,
  shipping_refund_amount: amount,
});

export function mountOrders(gateway: Gateway, state: DepopState, clock: Clock, refunded: (order: Order) => void): void {
  gateway.route("GET", "/api/v1/shop/", { name: "getSellerDetails", scope: "shop_read" }, (c) => {
    const { id, username, countryCode } = state.seller;
    return c.json({ id, username, country_code: countryCode });
  });
  gateway.route("GET", "/api/v1/orders/", { name: "getAllOrders", scope: "orders_read" }, listOrders);
  gateway.route("GET", "/api/v1/orders/:purchaseId/", { name: "getOrderByPurchaseId", scope: "orders_read" }, (c) =>
    withOrder(c, (order) => c.json(orderJson(order, state.seller.id))),
  );
  gateway.route(
    "POST",
    "/api/v1/orders/:purchaseId/parcels/:parcelId/mark-as-shipped/",
    { name: "markOrderAsShipped", scope: "orders_write" },
    (c) =>
      withOrder(c, async (order) => {
        const body = await readBody(c, shippedSchema);
        if (!body.ok) return body.reply;
        const { tracking_number: trackingNumber, carrier } = body.value;
        const parcelId = c.req.param("parcelId") ?? "";
        const marked = markShipped(state, order, parcelId, { trackingNumber, carrier }, clock.now());
        return marked.ok ? c.body(null, 200) : errorReply(c, 400, "bad-request", marked.why);
      }),
  );
  gateway.route("POST", "/api/v1/orders/:purchaseId/refund/", { name: "refundOrder", scope: "orders_write" }, (c) =>
    withOrder(c, (order) => refundOrder(c, order)),
  );

  function withOrder(c: Context, answer: (order: Order) => Response | Promise<Response>): Response | Promise<Response> {
    const purchaseId = c.req.param("purchaseId") ?? "";
    const order = state.orders.get(purchaseId);
    return order ? answer(order) : errorReply(c, 404, "order_not_found", `Order (id: ${purchaseId}) not found`);
  }

  /** Newest first, as the spec's advice ("until you reach an order you have already processed") implies. */
  function listOrders(c: Context): Response {
    const limit = Number(c.req.query("limit") ?? "20");
    if (!Number.isInteger(limit) || limit < 1 || limit > ORDERS_PER_PAGE_MAX) {
      return errorReply(c, 400, "bad-request", `limit must be from 1 to ${ORDERS_PER_PAGE_MAX}`);
    }
    const from = Date.parse(c.req.query("from") ?? "1970-01-01T00:00:00Z");
    const to = Date.parse(c.req.query("to") ?? "9999-12-31T00:00:00Z");
    if (Number.isNaN(from) || Number.isNaN(to)) return errorReply(c, 400, "bad-request", "from and to are date-times");
    const cursor = c.req.query("cursor");
    const before = cursor === undefined ? null : Number(Buffer.from(cursor, "base64").toString("utf8"));
    const matching = [...state.orders.values()]
      .flatMap((one) => visibleVersion(state, one, clock.now()) ?? [])
      .filter((one) => Date.parse(one.createdAt) >= from && Date.parse(one.createdAt) <= to)
      .sort((a, b) => Number(b.purchaseId) - Number(a.purchaseId))
      .filter((one) => before === null || Number(one.purchaseId) < before);
    const page = matching.slice(0, limit);
    const last = page.at(-1);
    return c.json({
      meta: {
        ...(last ? { cursor: Buffer.from(last.purchaseId).toString("base64") } : {}),
        has_more: matching.length > page.length,
      },
      data: page.map((one) => orderJson(one, state.seller.id)),
    });
  }

  async function refundOrder(c: Context, order: Order): Promise<Response> {
    const body = await readBody(c, refundSchema);
    if (!body.ok) return body.reply;
    const items = parseMinor(body.value.items_refund_amount ?? "0");
    const shipping = parseMinor(body.value.shipping_refund_amount ?? "0");
    const invalid = (why: string) =>
      errorReply(c, 422, "validation", `Refund for purchase id ${order.purchaseId} ${why}.`);
    if (body.value.items_refund_amount === undefined && body.value.shipping_refund_amount === undefined) {
      return invalid("must have an item amount or a shipping amount to refund");
    }
    if (items === null || shipping === null || items + shipping <= 0) {
      return invalid("must have a positive amount to refund");
    }
    const before = order.refund ?? { itemsMinor: 0, shippingMinor: 0 };
    const total = { itemsMinor: before.itemsMinor + items, shippingMinor: before.shippingMinor + shipping };
    if (total.itemsMinor > itemsMinor(order)) return invalid("has items_refund_amount greater than product price");
    if (total.shippingMinor > order.shippingMinor) {
      return invalid("has shipping_refund_amount greater than shipping price");
    }
    if (body.value.send_buyer_message) order.messages.push(body.value.send_buyer_message);
    refund(state, order, total, "PARTNER", clock.now());
    refunded(order);
    return c.body(null, 200);
  }
}
