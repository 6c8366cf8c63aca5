/** Cancellations, through Post-Order. */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { Cancellation } from "../contract/remote-types.ts";
import { callEbay } from "./client.ts";
import { openRequest, type RawOrder } from "./order-json.ts";
import { fetchOrder } from "./orders.ts";
import { type EbaySession, iaf } from "./session.ts";

type CancellationState = { state: "cancelled" | "requested" };

/** CancelReasonEnum, the seller's part. eBay counts the first as a seller defect. */
const REASONS: Readonly<Record<Cancellation["reason"], string>> = {
  "out-of-stock": "OUT_OF_STOCK_OR_CANNOT_FULFILL",
  "buyer-request": "BUYER_ASKED_CANCEL",
  other: "OUT_OF_STOCK_OR_CANNOT_FULFILL",
};

const eligibilitySchema = z.object({ eligible: z.boolean(), failureReason: z.array(z.string()).default([]) });
const createdSchema = z.object({ cancelId: z.union([z.string(), z.number()]).transform(String).optional() });

export async function cancelEbayOrder(
  session: EbaySession,
  cancellation: Cancellation,
): Promise<Result<CancellationState>> {
  const { orderRemoteId } = cancellation;
  if (cancellation.lines !== null) {
    return fail(
      refusal(
        "eBay cancels whole orders only. Cancel all of it, or refund the line at eBay: a refund cancels nothing.",
      ),
    );
  }
  const before = await fetchOrder(session, orderRemoteId);
  if (!before.ok) return before;
  if (before.value === null) return fail(refusal(`eBay does not know order ${orderRemoteId}.`));
  const done = cancellationState(before.value);
  const asked = openRequest(before.value);
  // Cancelled, or under way already: a second request would be refused, and a lost reply must not look like one.
  if (done && asked === null) return succeed(done);

  const sent =
    asked === null ? await createCancellation(session, cancellation) : await approve(session, asked.cancelRequestId);
  if (!sent.ok) return sent;
  const after = await fetchOrder(session, orderRemoteId);
  // eBay has taken the request; whether it is through already we could not see, so we claim the lesser.
  return succeed((after.ok && after.value && cancellationState(after.value)) || { state: "requested" });
}

function refusal(message: string): Failure {
  return { kind: "rejected", scope: "item", message };
}

function cancellationState(raw: RawOrder): CancellationState | null {
  if (raw.cancelStatus.cancelState === "CANCELED") return { state: "cancelled" };
  return raw.cancelStatus.cancelState === "IN_PROGRESS" ? { state: "requested" } : null;
}

async function createCancellation(session: EbaySession, cancellation: Cancellation): Promise<Result<null>> {
  const address = `${session.origins.api}/post-order/v2/cancellation`;
  const legacyOrderId = cancellation.orderRemoteId;
  const checked = await callEbay(session.transport, {
    operation: "checkCancellationEligibility",
    concerns: "item",
    method: "POST",
    address: `${address}/check_eligibility`,
    headers: iaf(session),
    body: { legacyOrderId },
    effect: "read",
    reply: eligibilitySchema,
  });
  if (!checked.ok) return checked;
  const { eligible, failureReason } = checked.value.value;
  if (failureReason.includes("INTERNAL_SYSTEM_ERROR")) {
    return fail({
      kind: "unavailable",
      scope: "item",
      message: "eBay could not say just now whether this order can be cancelled.",
    });
  }
  if (!eligible) {
    const why = failureReason.join(", ") || "it gives no reason";
    return fail({
      kind: "rejected",
      scope: "item",
      message: `eBay does not let order ${legacyOrderId} be cancelled: ${why}.`,
      code: why,
    });
  }
  const created = await callEbay(session.transport, {
    operation: "createCancellation",
    concerns: "item",
    method: "POST",
    address,
    headers: iaf(session),
    body: { legacyOrderId, cancelReason: REASONS[cancellation.reason] },
    effect: "write",
    reply: createdSchema,
  });
  if (!created.ok) return created;
  if (created.value.value.cancelId !== undefined) return succeed(null);
  return fail(refusal(`eBay did not take the cancellation of order ${legacyOrderId}: it is not eligible any more.`));
}

/** "Sellers should not use the POST /cancellation call in response to a buyer's request": they approve it. */
async function approve(session: EbaySession, cancelId: string): Promise<Result<null>> {
  const approved = await callEbay(session.transport, {
    operation: "approveCancellation",
    concerns: "item",
    method: "POST",
    address: `${session.origins.api}/post-order/v2/cancellation/${encodeURIComponent(cancelId)}/approve`,
    headers: iaf(session),
    effect: "write",
    reply: z.unknown(),
  });
  return approved.ok ? succeed(null) : approved;
}
