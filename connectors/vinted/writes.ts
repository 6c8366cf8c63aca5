/**
 * 0 and 1, written.
 *
 * 0 deletes the item: Vinted has no other way to take one off sale. Its 202 says "taken", not "done", so the app reads back.
 * 1 on an item that is on sale is nothing to do; one whose sale was cancelled is relisted (relist.ts). One that was sold is
 * sold, and a deleted one cannot come back: creating one needs its photos, category and description, which no call gives.
 */
import { z } from "zod";
import type { WriteResult } from "../contract/connector.ts";
import type { PriceWrite, QuantityWrite } from "../contract/remote-types.ts";
import { callVinted, isMissing, type VintedSession } from "./client.ts";
import { fetchItemState } from "./items.ts";
import { ITEMS_PER_CALL_MAX } from "./manifest.ts";
import { refuse, relistItems } from "./relist.ts";

export async function writeVintedQuantities(
  session: VintedSession,
  writes: readonly QuantityWrite[],
): Promise<WriteResult[]> {
  const idsOf = (quantity: number) => writes.filter((one) => one.quantity === quantity).map((one) => one.ref.remoteId);
  const results = new Map<string, WriteResult>();
  const zeros = idsOf(0);
  for (let start = 0; start < zeros.length; start += ITEMS_PER_CALL_MAX) {
    for (const [id, result] of await deleteItems(session, zeros.slice(start, start + ITEMS_PER_CALL_MAX)))
      results.set(id, result);
  }
  for (const [id, result] of await putOnSale(session, idsOf(1))) results.set(id, result);
  return writes.map(({ ref, quantity }) => results.get(ref.remoteId) ?? refuseQuantity(quantity));
}

function refuseQuantity(quantity: number): WriteResult {
  if (Number.isSafeInteger(quantity) && quantity > 1)
    return refuse(`A Vinted item is one thing: it can be on sale once, not ${quantity} times.`, "one-off");
  return refuse(`${quantity} is not a quantity: an item is on sale (1) or not (0).`, "quantity");
}

const deletedSchema = z.object({
  items: z
    .array(z.object({ item_id: z.string(), accepted: z.boolean() }))
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
  const results = await Promise.all(
    ids.map(async (id): Promise<[string, WriteResult]> => {
      if (!sent.ok && !isMissing(sent.failure)) return [id, { outcome: "failed", failure: sent.failure }];
      const isRefused = !sent.ok || sent.value.items.some((one) => one.item_id === id && !one.accepted);
      return [id, isRefused ? await whyNotDeleted(session, id) : { outcome: "accepted" }];
    }),
  );
  return new Map(results);
}

/** Vinted gives no reason: the item's status tells. */
async function whyNotDeleted(session: VintedSession, id: string): Promise<WriteResult> {
  const read = await fetchItemState(session, { remoteId: id });
  if (!read.ok) return { outcome: "failed", failure: read.failure };
  const state = read.value;
  if (state === null || (state.quantity === 0 && state.status !== "SOLD")) return { outcome: "accepted" };
  const message =
    state.status === "SOLD"
      ? `Item ${id} was sold before Vinted could take it off sale`
      : `Vinted does not take item ${id} (${state.status}) off sale now, and says no more. If it stays so, delete it at Vinted`;
  // An answer, so no outage. Read again, a sale is counted as one, and an item that was being worked on can be deleted.
  return { outcome: "failed", failure: { kind: "throttled", scope: "item", retryAfterMs: LOOK_AGAIN_MS, message } };
}

/** Before an item that Vinted did not delete is looked at again. */
const LOOK_AGAIN_MS = 5_000;

async function putOnSale(session: VintedSession, ids: readonly string[]): Promise<Map<string, WriteResult>> {
  const results = new Map<string, WriteResult>();
  const toRelist: string[] = [];
  const reads = await Promise.all(ids.map((id) => fetchItemState(session, { remoteId: id })));
  for (const [index, id] of ids.entries()) {
    const read = reads[index];
    if (read === undefined) continue;
    if (!read.ok) results.set(id, { outcome: "failed", failure: read.failure });
    else if (read.value?.status === "SALE_CANCELLED") toRelist.push(id);
    else if (read.value?.state === "active" || read.value?.status === "IN_PROGRESS")
      results.set(id, { outcome: "accepted" });
    else results.set(id, refuseToPutBack(read.value));
  }
  for (const [id, result] of await relistItems(session, toRelist, new Set(ids))) results.set(id, result);
  return results;
}

function refuseToPutBack(state: { status: string; notOnSale: string | null } | null): WriteResult {
  if (state === null) {
    return refuse(
      "Vinted keeps nothing of a deleted item, so it cannot be put back. List it again at Vinted under the same reference; Lockstep finds it by that.",
      "deleted",
    );
  }
  if (state.status === "SOLD")
    return refuse("This item is sold. What is sold comes back only when its order is cancelled.", "sold");
  return refuse(state.notOnSale ?? `This item is ${state.status} at Vinted.`, "not-on-sale");
}

export async function writeVintedPrices(writes: readonly PriceWrite[]): Promise<WriteResult[]> {
  return writes.map(() =>
    refuse(
      "Vinted replaces the whole item with each change, so Lockstep leaves prices alone. Change it at Vinted.",
      "prices",
    ),
  );
}
