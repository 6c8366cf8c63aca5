/** /api/v1/items and /api/v1/orders. Writes answer 202 and are done later. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { int64 } from "./exact-numbers.ts";
import { errorReply, type Gateway, readBody, reply } from "./gateway.ts";
import {
  type Announce,
  decimal,
  requestCancellation,
  requestDeletion,
  requestRelist,
  visibleVersion,
} from "./market.ts";
import type { Item, Order, VintedState } from "./state.ts";

const ITEMS_PER_PAGE_MAX = 100;

export function mountRoutes(gateway: Gateway, state: VintedState, announce: Announce, clock: Clock): void {
  gateway.route("GET", "/api/v1/items", "getItems", (c) => {
    const limit = Number(c.req.query("limit") ?? "50");
    if (!Number.isInteger(limit) || limit < 1 || limit > ITEMS_PER_PAGE_MAX) return errorReply(c, 422, "INVALID_LIMIT");
    const all = [...state.items.values()];
    const after = c.req.query("after_item_id");
    const start = after === undefined ? 0 : all.findIndex((item) => item.id === after) + 1;
    const items = all
      .slice(start)
      .filter((item) => item.status !== "DELETED")
      .slice(0, limit);
    return reply(c, 200, { items: items.map((item) => itemJson(item, state.settings.itemsHaveCopy)) });
  });

  gateway.route("GET", "/api/v1/items/:id/status", "getItemStatus", (c) => {
    const item = state.items.get(c.req.param("id") ?? "");
    if (!item || item.status === "DELETED") return errorReply(c, 404, "ITEM_NOT_FOUND");
    return reply(c, 200, { id: item.id, status: item.status });
  });

  const deletion = z.object({ item_ids: z.array(z.string()).min(1).max(100) });
  gateway.route("DELETE", "/api/v1/items", "deleteItems", (c, text) => {
    const body = readBody(c, text, deletion);
    if (!body.ok) return body.reply;
    const items = body.value.item_ids.map((item_id) => ({
      item_id,
      accepted: requestDeletion(state, item_id, announce, clock.now()),
    }));
    return reply(c, 202, { items });
  });

  gateway.route("GET", "/api/v1/orders", "getOrders", (c) => {
    const up = state.settings.ordersDirection === "up";
    const after = c.req.query("after-id");
    const orders = [...state.orders.values()]
      .flatMap((order) => visibleVersion(state, order, clock.now()) ?? [])
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) === up ? -1 : 1))
      .filter((one) => after === undefined || (up ? BigInt(one.id) > BigInt(after) : BigInt(one.id) < BigInt(after)))
      .slice(0, state.settings.ordersPerPage);
    return reply(c, 200, { orders: orders.map(orderJson) });
  });

  const withOrder = (c: Context, answer: (order: Order) => Response): Response => {
    const order = state.orders.get(c.req.param("id") ?? "");
    return order ? answer(order) : errorReply(c, 404, "ORDER_NOT_FOUND");
  };
  gateway.route("GET", "/api/v1/orders/:id", "getOrder", (c) =>
    withOrder(c, (order) => reply(c, 200, orderJson(order))),
  );
  gateway.route("GET", "/api/v1/orders/:id/shipment", "getShipment", (c) =>
    withOrder(c, (order) => reply(c, 200, { carrier: "Evri", tracking_code: order.trackingCode })),
  );

  const cancellation = z.object({ cancellation_reason_explanation: z.string().min(1).max(100) });
  gateway.route("POST", "/api/v1/orders/:id/cancel", "cancelOrder", (c, text) =>
    withOrder(c, (order) => {
      const body = readBody(c, text, cancellation);
      if (!body.ok) return body.reply;
      const { cancellation_reason_explanation: explanation } = body.value;
      const taken = requestCancellation(state, order, explanation, announce, clock.now());
      return taken.ok ? reply(c, 202, {}) : errorReply(c, 422, "ORDER_NOT_CANCELLABLE");
    }),
  );

  gateway.route("POST", "/api/v1/orders/relist", "relistOrders", (c, text) => {
    // The ids are 64-bit numbers: read as text, as a server of another language would read them whole.
    const ids = /^\{"order_ids":\[([\d,]+)\]\}$/.exec(text)?.[1]?.split(",");
    if (!ids) return errorReply(c, 422, "INVALID_BODY");
    const items = ids.flatMap((id) => {
      const order = state.orders.get(id);
      const relisted = order ? requestRelist(state, order, announce, clock.now()) : null;
      return (relisted ?? []).map((item) => ({ item_id: item.id, item_reference: item.reference }));
    });
    return items.length > 0 ? reply(c, 202, { items }) : errorReply(c, 422, "ORDERS_NOT_RELISTABLE");
  });
}

function itemJson(item: Item, withCopy: boolean): Record<string, unknown> {
  return {
    id: item.id,
    item_reference: item.reference,
    status: item.status,
    ...(withCopy
      ? {
          title: item.title,
          price: decimal(item.priceMinor),
          currency: item.currency,
          url: `https://www.vinted.example/items/${item.id}`,
        }
      : {}),
  };
}

export function orderJson(order: Order): Record<string, unknown> {
  const { buyer } = order;
  return {
    id: int64(order.id),
    status: order.status,
    created_at: order.createdAt,
    currency: order.currency,
    amount: decimal(order.amountMinor),
    buyer: {
      id: buyer.id,
      login: buyer.login,
      name: buyer.name,
      address: {
        line1: buyer.line1,
        city: buyer.city,
        postal_code: buyer.postalCode,
        country_code: buyer.countryCode,
      },
    },
    items: order.items.map((item) => ({
      item_id: item.itemId,
      item_reference: item.reference,
      title: item.title,
      price: decimal(item.priceMinor),
    })),
  };
}
