/**
 * Cancellations. Of the whole order, with an explanation, and done later: the reply is 200 and says nothing. Then the order is
 * CANCELED, or the event CANCEL_ORDER_FAILURE says that it will not be (notifications.ts); no status says that it was asked.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { Cancellation } from "../contract/remote-types.ts";
import { callVinted, type VintedSession } from "./client.ts";
import { fetchOrder } from "./orders.ts";

/** 100 characters at most. */
const EXPLANATIONS: Readonly<Record<Cancellation["reason"], string>> = {
  "out-of-stock": "Sorry, this item has been sold elsewhere and is no longer available.",
  "buyer-request": "Cancelled at the buyer's request.",
  other: "Sorry, this order cannot be sent.",
};

export async function cancelVintedOrder(
  session: VintedSession,
  { orderRemoteId, reason, lines }: Cancellation,
): Promise<Result<{ state: "cancelled" | "requested" }>> {
  if (lines !== null) {
    return refuse(
      "Vinted cancels whole orders only. Cancel all of it, or settle the one item with the buyer at Vinted.",
    );
  }
  const before = await fetchOrder(session, orderRemoteId);
  if (!before.ok) return before;
  if (before.value === null) return refuse(`Vinted does not know order ${orderRemoteId}.`);
  const { status, fulfilment } = before.value.status;
  if (status === "cancelled") return succeed({ state: "cancelled" });
  if (fulfilment === "complete")
    return refuse(`Order ${orderRemoteId} is on its way, or over: Vinted cancels no shipped order.`);
  const sent = await callVinted(session, {
    operation: "cancelOrder",
    concerns: "item",
    method: "POST",
    path: `/api/v1/orders/${orderRemoteId}/cancel`,
    body: JSON.stringify({ cancellation_reason_explanation: EXPLANATIONS[reason] }),
    effect: "write",
    reply: z.unknown(),
  });
  if (!sent.ok) return sent;
  const after = await fetchOrder(session, orderRemoteId);
  const done = after.ok && after.value?.status.status === "cancelled";
  return succeed({ state: done ? "cancelled" : "requested" });
}

function refuse(message: string): { ok: false; failure: Failure } {
  return fail({ kind: "rejected", scope: "item", message });
}
