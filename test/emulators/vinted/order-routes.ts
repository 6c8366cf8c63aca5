/** /api/v1/orders. Cancelling and relisting are taken and done later. */
import type { Context } from "hono";
import { z } from "zod";
import { int64 } from "./exact-numbers.ts";
import { emptyReply, type Gateway, invalid, readBody, reply } from "./gateway.ts";
import { type Place, requestCancellation, requestRelist, visibleVersion } from "./market.ts";
import type { Address, Order } from "./state.ts";

/** What stands for things that the API does not manage. */
const UNMANAGED_ID = "00000000-0000-0000-0000-000000000000";

export function mountOrderRoutes(gateway: Gateway, place: Place): void {
  const { state, clock } = place;

  gateway.route("GET", "/api/v1/orders", "getOrders", (c) => {
    const after = c.req.query("after-id");
    if (after !== undefined && !/^\d+$/.test(after)) return invalid(c, "after-id", "must be a number");
    const orders = [...state.orders.values()]
      .flatMap((order) => visibleVersion(state, order, clock.now()) ?? [])
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
      .filter((one) => after === undefined || BigInt(one.id) > BigInt(after))
      .slice(0, state.settings.ordersPerPage)
      .map(({ id, createdAt, status }) => ({ id: int64(id), created_at: createdAt, status }));
    if (!state.settings.ordersSorted) orders.reverse();
    // `orders` is not required: where there are none it is left out.
    return reply(c, 200, orders.length === 0 ? {} : { orders });
  });

  const find = (c: Context): Order | undefined => state.orders.get(c.req.param("id") ?? "");

  gateway.route("GET", "/api/v1/orders/:id", "getOrder", (c) => {
    const order = find(c);
    if (!order) return emptyReply(c, 404);
    return state.forbidden.has(order.id) ? emptyReply(c, 403) : reply(c, 200, orderJson(order));
  });

  gateway.route("GET", "/api/v1/orders/:id/shipment", "getShipment", (c) => {
    const order = find(c);
    if (!order?.label) return emptyReply(c, 404);
    return reply(c, 200, {
      carrier: { name: "Evri" },
      tracking_code: hasUnmanaged(order) ? "" : order.label.trackingCode,
      price_ex_vat: 2.49,
      vat_amount: 0.5,
      currency: order.currency,
    });
  });

  gateway.route("GET", "/api/v1/orders/:id/shipment-label", "getShipmentLabel", (c) => {
    const order = find(c);
    if (!order || hasUnmanaged(order)) return reply(c, 404, { error: "ORDER_NOT_FOUND" });
    if (!order.label) {
      const isComing = order.status === "CREATED" || order.status === "READY_TO_BE_SHIPPED";
      return reply(c, 404, { error: isComing ? "LABEL_CREATION_IN_PROGRESS" : "LABEL_CREATION_FAILED" });
    }
    return c.body(`%PDF-1.4\n% ${order.label.trackingCode}\n%%EOF\n`, 200, { "content-type": "application/pdf" });
  });

  const cancellation = z.object({ cancellation_reason_explanation: z.string().max(100) });
  gateway.route("POST", "/api/v1/orders/:id/cancel", "cancelOrder", (c, text) => {
    const body = readBody(c, text, cancellation);
    // The spec has no 4xx here but 401: what can't be done is taken as well, and told by the webhook.
    if (!body.ok) return emptyReply(c, 500);
    const order = find(c);
    if (order) requestCancellation(place, order, body.value.cancellation_reason_explanation);
    return emptyReply(c, 200);
  });

  gateway.route("POST", "/api/v1/orders/relist", "relistOrders", (c, text) => {
    // The ids are 64-bit numbers: read as text, as a server of another language would read them whole.
    const ids = /^\{\s*"order_ids"\s*:\s*\[([\d,\s]+)\]\s*\}$/
      .exec(text)?.[1]
      ?.split(",")
      .map((id) => id.trim());
    if (!ids || ids.length > 250) return invalid(c, "order_ids", "must be 1 to 250 ids");
    const orders = ids.map((id) => {
      const order = state.orders.get(id);
      const outcome = order ? requestRelist(place, order) : "ORDER_NOT_FOUND";
      return {
        order_id: int64(id),
        accepted: outcome === "accepted",
        ...(outcome === "accepted" ? {} : { reason: outcome }),
      };
    });
    return reply(c, 202, { orders });
  });
}

function hasUnmanaged(order: Order): boolean {
  return order.items.some((item) => item.origin === "site");
}

function orderJson(order: Order): Record<string, unknown> {
  return {
    id: int64(order.id),
    created_at: order.createdAt,
    status: order.status,
    amount: order.amountMinor / 100,
    currency: order.currency,
    items: order.items.map(({ itemId, origin, reference, title, priceMinor }) => ({
      id: origin === "site" ? UNMANAGED_ID : itemId,
      title,
      price: priceMinor / 100,
      ...(reference === null ? {} : { item_reference: reference }),
    })),
    billing_address: addressJson(order.billing),
    delivery_address: addressJson(order.delivery),
  };
}

function addressJson({ name, line1, line2, city, state, postalCode, countryCode }: Address): Record<string, string> {
  return {
    name,
    line_1: line1,
    ...(line2 === undefined ? {} : { line_2: line2 }),
    postal_code: postalCode,
    city,
    ...(state === undefined ? {} : { state }),
    country_code: countryCode,
  };
}
