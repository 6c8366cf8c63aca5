/**
 * The one way back that Vinted has: an order that was cancelled is relisted, as a whole. Each of its items keeps its id and
 * goes on sale again, after a while.
 *
 * So one item is put back only where the app wants all items of its order back, in the same call: otherwise one that Shopify
 * has no more would be on sale, at Vinted alone and until somebody looks. That is refused in words.
 */
import { z } from "zod";
import type { WriteResult } from "../contract/connector.ts";
import { fail, type Result, succeed } from "../contract/failures.ts";
import { callVinted, type VintedSession } from "./client.ts";
import { numberList } from "./exact-json.ts";
import { idSchema, isCancelledStatus, itemsOf, type RawOrder } from "./order-json.ts";
import { fetchOrder, fetchOrderRows } from "./orders.ts";

/** Limits on two loops that Vinted's replies drive. */
const ORDER_PAGES_MAX = 60;
const ORDERS_LOOKED_AT_MAX = 100;

/** `ids`: items whose sale was cancelled. `wanted`: all that are to be on sale, these among them. */
export async function relistItems(
  session: VintedSession,
  ids: readonly string[],
  wanted: ReadonlySet<string>,
): Promise<Map<string, WriteResult>> {
  if (ids.length === 0) return new Map();
  const found = await findCancelledOrders(session, ids);
  if (!found.ok) return new Map(ids.map((id) => [id, { outcome: "failed", failure: found.failure }]));
  const refusals = new Map<string, string>();
  for (const order of found.value.values()) refusals.set(order.id, refusalOf(order, wanted));
  const orderIds = [...refusals].filter(([, why]) => why === "").map(([id]) => id);
  const sent = orderIds.length === 0 ? new Map<string, WriteResult>() : await relistOrders(session, orderIds);
  return new Map(
    ids.map((id): [string, WriteResult] => {
      const order = found.value.get(id);
      if (order === undefined) {
        const why = "Its sale was cancelled, and Lockstep does not find the order. Relist it at Vinted.";
        return [id, refuse(why, "order-not-found")];
      }
      const why = refusals.get(order.id) ?? "";
      return [id, why === "" ? (sent.get(order.id) ?? unanswered(order.id)) : refuse(why, "bundle")];
    }),
  );
}

/** In words for the merchant; empty where nothing stands in the way. */
function refusalOf(order: RawOrder, wanted: ReadonlySet<string>): string {
  const { managed, unmanaged } = itemsOf(order);
  const others = managed.filter((id) => !wanted.has(id)).length + unmanaged;
  if (others === 0) return "";
  const what = others === 1 ? "another item that is" : `${others} other items that are`;
  return `Vinted puts back all items of cancelled order ${order.id} or none, and it holds ${what} not to be on sale now. Relist the order at Vinted, and delete there what is not to be sold.`;
}

/** The latest cancelled order of each item: from the newest down, until each has one. */
async function findCancelledOrders(
  session: VintedSession,
  ids: readonly string[],
): Promise<Result<Map<string, RawOrder>>> {
  const found = new Map<string, RawOrder>();
  const listed = await listCancelled(session);
  if (!listed.ok) return listed;
  for (const orderId of listed.value.reverse().slice(0, ORDERS_LOOKED_AT_MAX)) {
    const read = await fetchOrder(session, orderId);
    // One that can't be read is not known to be this item's.
    if (!read.ok && read.failure.kind !== "rejected") return read;
    const order = read.ok ? read.value : null;
    if (order?.status.status !== "cancelled") continue;
    for (const id of itemsOf(order).managed) if (ids.includes(id) && !found.has(id)) found.set(id, order);
    if (ids.every((id) => found.has(id))) break;
  }
  return succeed(found);
}

async function listCancelled(session: VintedSession): Promise<Result<string[]>> {
  const cancelled: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < ORDER_PAGES_MAX; page += 1) {
    const rows: Awaited<ReturnType<typeof fetchOrderRows>> = await fetchOrderRows(session, after);
    if (!rows.ok) return rows;
    const last = rows.value.at(-1);
    if (last === undefined) return succeed(cancelled);
    after = last.id;
    cancelled.push(...rows.value.filter((row) => isCancelledStatus(row.status)).map((row) => row.id));
  }
  const message = "Vinted has more orders than Lockstep looks through for one item. Relist it at Vinted.";
  return fail({ kind: "rejected", scope: "item", message, code: "too-many-orders" });
}

const relistedSchema = z.object({
  orders: z.array(z.object({ order_id: idSchema, accepted: z.boolean(), reason: z.string().optional() })),
});

async function relistOrders(session: VintedSession, orderIds: readonly string[]): Promise<Map<string, WriteResult>> {
  const sent = await callVinted(session, {
    operation: "relistOrders",
    concerns: "item",
    method: "POST",
    path: "/api/v1/orders/relist",
    body: `{"order_ids":${numberList(orderIds)}}`,
    effect: "write",
    reply: relistedSchema,
  });
  if (!sent.ok) return new Map(orderIds.map((id) => [id, { outcome: "failed", failure: sent.failure }]));
  return new Map(
    sent.value.orders.map(({ order_id: id, accepted, reason }): [string, WriteResult] => {
      if (accepted) return [id, { outcome: "accepted" }];
      const why = `Vinted does not relist order ${id}${reason === undefined ? "" : `: ${reason}`}. Relist it at Vinted.`;
      return [id, refuse(why, reason ?? "not-relisted")];
    }),
  );
}

function unanswered(orderId: string): WriteResult {
  const message = `relistOrders: Vinted's reply says nothing of order ${orderId}`;
  return { outcome: "failed", failure: { kind: "outcome-unknown", scope: "item", message } };
}

export function refuse(message: string, code: string): WriteResult {
  return { outcome: "failed", failure: { kind: "rejected", scope: "item", message, code } };
}
