/**
 * 0 and 1, written.
 *
 * 0 deletes the item: Vinted has no other way to take one off sale. Its 202 says "taken", not "done", so the app reads back.
 * 1 on an item that is on sale is nothing to do. An item that was sold comes back only when its order was cancelled, by
 * relisting that order; it is another item then, with another id, which we give back as `ref`. A deleted item cannot come
 * back: creating one needs its photos, category and description, which no call gives.
 */
import { z } from "zod";
import type { WriteResult } from "../contract/connector.ts";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { ListingRef, PriceWrite, QuantityWrite } from "../contract/remote-types.ts";
import { callVinted, type VintedSession } from "./client.ts";
import { numberList } from "./exact-json.ts";
import { fetchItemState, fetchItems, itemSchema } from "./items.ts";
import { ITEMS_PER_CALL_MAX } from "./manifest.ts";
import { fetchOrders } from "./orders.ts";

export async function writeVintedQuantities(
  session: VintedSession,
  writes: readonly QuantityWrite[],
): Promise<WriteResult[]> {
  const ids = writes.flatMap((write) => (write.quantity === 0 ? [write.ref.remoteId] : []));
  const deleted = new Map<string, WriteResult>();
  for (let start = 0; start < ids.length; start += ITEMS_PER_CALL_MAX) {
    for (const [id, result] of await deleteItems(session, ids.slice(start, start + ITEMS_PER_CALL_MAX))) {
      deleted.set(id, result);
    }
  }
  return Promise.all(
    writes.map(async ({ ref, quantity }): Promise<WriteResult> => {
      if (quantity === 0) return deleted.get(ref.remoteId) ?? refuse("The item was not sent to Vinted.", "not-sent");
      if (quantity === 1) return putOnSale(session, ref);
      if (Number.isSafeInteger(quantity) && quantity > 1) {
        return refuse(`A Vinted item is one thing: it can be on sale once, not ${quantity} times.`, "one-off");
      }
      return refuse(`${quantity} is not a quantity: an item is on sale (1) or not (0).`, "quantity");
    }),
  );
}

/** Seen as {items: [{item_id, accepted}]}; without rows, 202 is for all. "202 even for unknown ids." */
const deletedSchema = z.object({
  items: z
    .array(
      z.object({
        item_id: z.string(),
        accepted: z.boolean().default(true),
        error: z.string().optional().catch(undefined),
      }),
    )
    .default([])
    .catch([]),
});

async function deleteItems(session: VintedSession, ids: readonly string[]): Promise<Map<string, WriteResult>> {
  const sent = await callVinted(session, {
    operation: "deleteItems",
    concerns: ids.length === 1 ? "item" : "account",
    method: "DELETE",
    path: "/api/v1/items",
    body: JSON.stringify({ item_ids: ids }),
    effect: "write",
    reply: deletedSchema,
  });
  return new Map(
    ids.map((id): [string, WriteResult] => {
      if (!sent.ok) return [id, { outcome: "failed", failure: sent.failure }];
      const row = sent.value.items.find((one) => one.item_id === id);
      if (row?.accepted !== false) return [id, { outcome: "accepted" }];
      // One that is still being created or changed: the same call works a moment later.
      const failure: Failure = {
        kind: "unavailable",
        scope: "item",
        message: `Vinted does not delete item ${id} now${row.error ? `: ${row.error}` : ""}`,
      };
      return [id, { outcome: "failed", failure }];
    }),
  );
}

async function putOnSale(session: VintedSession, ref: ListingRef): Promise<WriteResult> {
  const read = await fetchItemState(session, ref);
  if (!read.ok) return { outcome: "failed", failure: read.failure };
  const state = read.value;
  if (state?.state === "active" || state?.status === "IN_PROGRESS") return { outcome: "accepted" };
  // What becomes of an item whose order is cancelled is not sure: sold still, or gone.
  if (state === null || state.status === "SOLD") return relist(session, ref, state === null);
  return refuse(
    `This item is ${state.status} at Vinted. Put it on sale there; Lockstep cannot publish it.`,
    "not-on-sale",
  );
}

const relistedSchema = z.object({
  items: z
    .array(z.object({ item_id: z.string().min(1), item_reference: z.string().nullish() }))
    .default([])
    .catch([]),
});

/** "Relist the items of cancelled orders": the one way back that Vinted has. */
async function relist(session: VintedSession, ref: ListingRef, isGone: boolean): Promise<WriteResult> {
  const order = await findOrderOf(session, ref.remoteId);
  if (!order.ok) return { outcome: "failed", failure: order.failure };
  if (order.value === null && isGone) {
    return refuse(
      "Vinted keeps nothing of a deleted item, so it cannot be put back. List it again at Vinted under the same reference; Lockstep finds it by that.",
      "deleted",
    );
  }
  if (!order.value?.cancelled) {
    return refuse("This item is sold. What is sold comes back only when its order is cancelled.", "sold");
  }
  // After a lost reply it may be on sale already, under its new id: a second one would be one too many.
  const twin = await findOnSale(session, ref);
  if (!twin.ok) return { outcome: "failed", failure: twin.failure };
  if (twin.value !== null) {
    return refuse(
      "An item with this reference is on sale already. Refresh the listings of this channel.",
      "listed-again",
    );
  }
  const sent = await callVinted(session, {
    operation: "relistOrders",
    concerns: "item",
    method: "POST",
    path: "/api/v1/orders/relist",
    body: `{"order_ids":${numberList([order.value.id])}}`,
    effect: "write",
    reply: relistedSchema,
  });
  if (!sent.ok) return { outcome: "failed", failure: sent.failure };
  const named = sent.value.items.find((one) => one.item_reference === ref.sku) ?? sent.value.items[0];
  const found = named === undefined ? await findOnSale(session, ref) : succeed(named.item_id);
  if (found.ok && found.value !== null) return { outcome: "accepted", ref: { ...ref, remoteId: found.value } };
  return refuse(
    "Vinted has taken the relisting, and does not say yet under which id. Refresh the listings of this channel in a few minutes.",
    "relisted-unseen",
  );
}

/** Limits on two loops that Vinted's replies drive; a merchant's slots are 500 items. */
const ITEM_PAGES_MAX = 20;
const ORDER_PAGES_MAX = 60;

/** Another item with the same reference that is on sale, or about to be. */
async function findOnSale(session: VintedSession, ref: ListingRef): Promise<Result<string | null>> {
  if (ref.sku === null) return succeed(null);
  let after: string | null = null;
  for (let page = 0; page < ITEM_PAGES_MAX; page += 1) {
    const read: Result<{ items: unknown[]; lastId: string | null }> = await fetchItems(session, after);
    if (!read.ok) return read;
    for (const one of read.value.items) {
      const { data: item } = itemSchema.safeParse(one);
      if (item === undefined || item.item_reference !== ref.sku || item.id === ref.remoteId) continue;
      if (["PUBLISHED", "ACTIVE", "IN_PROGRESS"].includes(item.status)) return succeed(item.id);
    }
    if (read.value.lastId === null) return succeed(null);
    after = read.value.lastId;
  }
  return succeed(null);
}

/** The latest order with this item. */
async function findOrderOf(
  session: VintedSession,
  itemId: string,
): Promise<Result<{ id: string; cancelled: boolean } | null>> {
  let found: { id: string; cancelled: boolean } | null = null;
  let after: string | null = null;
  for (let page = 0; page < ORDER_PAGES_MAX; page += 1) {
    const read: Awaited<ReturnType<typeof fetchOrders>> = await fetchOrders(session, after);
    if (!read.ok) return read;
    for (const { id, order } of read.value.rows) {
      if (order === null || !order.lines.some((line) => line.listingRemoteId === itemId)) continue;
      if (found === null || BigInt(id) > BigInt(found.id)) found = { id, cancelled: order.status === "cancelled" };
    }
    if (read.value.lastId === null) return succeed(found);
    after = read.value.lastId;
  }
  const message = "Vinted has more orders than Lockstep looks through for one item. Relist it at Vinted.";
  return fail({ kind: "rejected", scope: "item", message, code: "too-many-orders" });
}

export async function writeVintedPrices(writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  return writes.map(() =>
    refuse(
      "Vinted replaces the whole item with each change, so Lockstep leaves prices alone. Change it at Vinted.",
      "prices",
    ),
  );
}

function refuse(message: string, code: string): WriteResult {
  return { outcome: "failed", failure: { kind: "rejected", scope: "item", message, code } };
}
