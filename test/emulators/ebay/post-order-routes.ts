/**
 * Post-Order API v2, order cancellation. There is no machine-readable spec: shapes are those of
 * developer.ebay.com/devzone/post-order (CreateCancelRequest, OrderEligibilityResult, CancelDetail). Whole orders only.
 *
 * Unconfirmed: the documentation asks for `Authorization: IAF <user token>`; `TOKEN` and `Bearer` are said to work
 * too, so all three are taken.
 */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { type EbayError, errorReply } from "./errors.ts";
import { type Gateway, type OperationRule, readBody } from "./gateway.ts";
import { BASE_SCOPE, KNOWN_SCOPES } from "./oauth.ts";
import { answerCancellation, cancelBySeller, cancellationRefusal, orderByAnyId } from "./orders.ts";
import type { Cancellation, EbayState, Order } from "./state.ts";

const BASE = "/post-order/v2/cancellation";

/** CancelReasonEnum, the seller's part. OUT_OF_STOCK_OR_CANNOT_FULFILL counts as a seller defect. */
const SELLER_REASONS = ["ADDRESS_ISSUES", "BUYER_ASKED_CANCEL", "ORDER_UNPAID", "OUT_OF_STOCK_OR_CANNOT_FULFILL"];

const eligibilitySchema = z.object({ legacyOrderId: z.string() });
const createSchema = z.object({
  legacyOrderId: z.string(),
  cancelReason: z.string().optional(),
  buyerPaid: z.boolean().optional(),
});

export function mountPostOrder(gateway: Gateway, state: EbayState, clock: Clock): void {
  // Documented as "standard authorization tokens" without naming a scope: any user token does.
  const rule = (name: string): OperationRule => ({
    name,
    api: "post-order",
    scopes: [BASE_SCOPE, ...KNOWN_SCOPES],
    token: "user",
    tokenFrom: (c) => /^(?:IAF|TOKEN|Bearer) (\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null,
  });

  gateway.route("POST", `${BASE}/check_eligibility`, rule("checkCancellationEligibility"), async (c) => {
    const body = await readBody(c, eligibilitySchema);
    if (!body.ok) return body.reply;
    const order = orderByAnyId(state, body.value.legacyOrderId);
    return order ? c.json(eligibilityJson(order)) : errorReply(c, 404, orderNotFound(body.value.legacyOrderId));
  });

  gateway.route("POST", BASE, rule("createCancellation"), async (c) => {
    const body = await readBody(c, createSchema);
    if (!body.ok) return body.reply;
    const { legacyOrderId, cancelReason = "OUT_OF_STOCK_OR_CANNOT_FULFILL" } = body.value;
    const order = orderByAnyId(state, legacyOrderId);
    if (!order) return errorReply(c, 404, orderNotFound(legacyOrderId));
    if (!SELLER_REASONS.includes(cancelReason)) {
      return errorReply(c, 400, postOrderError(1616, `The cancel reason ${cancelReason} cannot be given by a seller.`));
    }
    // "orderEligibilityResult is returned if the order is not eligible": no cancelId then.
    if (cancellationRefusal(order) !== null) return c.json({ orderEligibilityResult: eligibilityJson(order) }, 400);
    return c.json({ cancelId: cancelBySeller(state, order, cancelReason, clock.now()).cancelId }, 201);
  });

  gateway.route("GET", `${BASE}/:cancelId`, rule("getCancellation"), (c) => {
    const found = findCancellation(state, c);
    if (!found) return errorReply(c, 404, cancellationNotFound(c));
    return c.json({ cancelDetail: cancelDetailJson(state, found.order, found.cancellation) });
  });

  for (const answer of ["approve", "reject"] as const) {
    const name = answer === "approve" ? "approveCancellation" : "rejectCancellation";
    gateway.route("POST", `${BASE}/:cancelId/${answer}`, rule(name), (c) => {
      const found = findCancellation(state, c);
      if (!found) return errorReply(c, 404, cancellationNotFound(c));
      if (found.cancellation.state !== "REQUESTED") {
        return errorReply(c, 409, postOrderError(1617, "The cancellation request is closed."));
      }
      answerCancellation(state, found.order, found.cancellation, answer === "approve", clock.now());
      return c.body(null, 204);
    });
  }
}

function findCancellation(state: EbayState, c: Context): { order: Order; cancellation: Cancellation } | null {
  for (const order of state.orders.values()) {
    const cancellation = order.cancellations.find((one) => one.cancelId === c.req.param("cancelId"));
    if (cancellation) return { order, cancellation };
  }
  return null;
}

function eligibilityJson(order: Order): Record<string, unknown> {
  const refusal = cancellationRefusal(order);
  const eligibility = { eligible: refusal === null, ...(refusal === null ? {} : { failureReason: [refusal] }) };
  return {
    legacyOrderId: order.orderId,
    ...eligibility,
    itemEligibilityResult: order.lines.map((line) => ({
      itemId: line.listingId,
      transactionId: line.lineItemId,
      ...eligibility,
    })),
  };
}

function cancelDetailJson(state: EbayState, order: Order, cancellation: Cancellation): Record<string, unknown> {
  const closed = cancellation.closedAt;
  return {
    cancelId: cancellation.cancelId,
    marketplaceId: order.lines[0]?.marketplaceId ?? "EBAY_US",
    legacyOrderId: order.orderId,
    requestorType: cancellation.by,
    cancelReason: cancellation.reason,
    cancelState: closed === null ? "APPROVAL_PENDING" : "CLOSED",
    cancelStatus: cancelStatus(order, cancellation),
    cancelRequestDate: { value: cancellation.requestedAt },
    ...(closed === null ? {} : { cancelCloseDate: { value: closed } }),
    buyerLoginName: order.buyer.username,
    sellerLoginName: state.seller.username,
    lineItems: order.lines.map((line) => ({
      itemId: line.listingId,
      transactionId: line.lineItemId,
      cancelQuantity: line.quantity,
    })),
  };
}

/** CancelStatusEnum */
function cancelStatus(order: Order, cancellation: Cancellation): string {
  if (cancellation.state === "REQUESTED") return "CANCEL_REQUESTED";
  if (cancellation.state === "REJECTED") return "CANCEL_REJECTED";
  return order.paidAt === null ? "CANCEL_CLOSED_FOR_COMMITMENT" : "CANCEL_CLOSED_WITH_REFUND";
}

function orderNotFound(id: string): EbayError {
  return postOrderError(1600, `The order ${id} could not be found.`);
}

function cancellationNotFound(c: Context): EbayError {
  return postOrderError(1601, `The cancellation ${c.req.param("cancelId")} could not be found.`);
}

/** The ids are ours: Post-Order's error list is not at hand. */
function postOrderError(errorId: number, message: string): EbayError {
  return { errorId, domain: "returnErrorDomain", category: "REQUEST", message };
}
