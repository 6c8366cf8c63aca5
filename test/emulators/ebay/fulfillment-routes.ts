/** sell/fulfillment: orders, shipments, refunds. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { type EbayError, errorReply, fulfillmentError } from "./errors.ts";
import { type Gateway, type OperationRule, originOf, readBody } from "./gateway.ts";
import { parseMinor } from "./money.ts";
import { scope } from "./oauth.ts";
import { fulfillmentHref, fulfillmentJson, orderJson } from "./order-json.ts";
import { searchOrders } from "./order-search.ts";
import { orderTotalMinor, refund, refundedMinor, settleRefunds, ship, unitsShipped } from "./orders.ts";
import type { EbayState, Order } from "./state.ts";

const BASE = "/sell/fulfillment/v1/order";
const READ = [scope("sell.fulfillment"), scope("sell.fulfillment.readonly")];
const WRITE = [scope("sell.fulfillment")];
const REFUND = [scope("sell.finances")];

const shipmentSchema = z.object({
  /** LineItemReference.quantity: "Default: 1". */
  lineItems: z.array(z.object({ lineItemId: z.string(), quantity: z.number().int().default(1) })).default([]),
  shippedDate: z.string().optional(),
  shippingCarrierCode: z.string().optional(),
  trackingNumber: z.string().optional(),
});

const moneySchema = z.object({ value: z.string().optional(), currency: z.string().optional() });
const refundSchema = z.object({
  reasonForRefund: z.string().optional(),
  comment: z.string().optional(),
  refundItems: z
    .array(z.object({ lineItemId: z.string().optional(), refundAmount: moneySchema.optional() }))
    .optional(),
  orderLevelRefundAmount: moneySchema.optional(),
});

export function mountFulfillment(gateway: Gateway, state: EbayState, clock: Clock): void {
  const rule = (name: string, scopes: string[]): OperationRule => ({
    name,
    api: "sell.fulfillment",
    scopes,
    token: "user",
  });
  const orderOf = (c: Context): Order | null => {
    settleRefunds(state, clock.now());
    return state.orders.get(c.req.param("orderId") ?? "") ?? null;
  };
  const view = (c: Context, cancelRequests: boolean) => ({
    now: clock.now(),
    origin: originOf(c),
    cancelRequests,
    taxBreakdown: c.req.query("fieldGroups") === "TAX_BREAKDOWN",
  });

  gateway.route("GET", BASE, rule("getOrders", READ), (c) => {
    const fieldGroup = badFieldGroup(c);
    if (fieldGroup) return errorReply(c, 400, fieldGroup);
    const found = searchOrders(state, c.req.query(), clock.now());
    if (!found.ok) return errorReply(c, 400, found.error);
    const { limit, offset, total } = found;
    const orders = found.orders.map((one) => orderJson(state, one, view(c, false)));
    const address = (at: number) => pageAddress(c, limit, at);
    return c.json({
      href: found.paged ? address(offset) : c.req.url,
      total,
      limit,
      offset,
      ...(found.paged && offset + limit < total ? { next: address(offset + limit) } : {}),
      ...(found.paged && offset > 0 ? { prev: address(Math.max(0, offset - limit)) } : {}),
      orders,
    });
  });

  gateway.route("GET", `${BASE}/:orderId`, rule("getOrder", READ), (c) => {
    const fieldGroup = badFieldGroup(c);
    if (fieldGroup) return errorReply(c, 400, fieldGroup);
    const order = orderOf(c);
    if (!order) return errorReply(c, 404, invalidOrderId(c));
    return c.json(orderJson(state, order, view(c, true)));
  });

  gateway.route("GET", `${BASE}/:orderId/shipping_fulfillment`, rule("getShippingFulfillments", READ), (c) => {
    const order = orderOf(c);
    if (!order) return errorReply(c, 400, invalidOrderId(c));
    return c.json({ fulfillments: order.shipments.map(fulfillmentJson), total: order.shipments.length });
  });

  gateway.route("GET", `${BASE}/:orderId/shipping_fulfillment/:id`, rule("getShippingFulfillment", READ), (c) => {
    const shipment = orderOf(c)?.shipments.find((one) => one.fulfillmentId === c.req.param("id"));
    if (!shipment) return errorReply(c, 404, invalidOrderId(c));
    return c.json(fulfillmentJson(shipment));
  });

  gateway.route(
    "POST",
    `${BASE}/:orderId/shipping_fulfillment`,
    rule("createShippingFulfillment", WRITE),
    async (c) => {
      const body = await readBody(c, shipmentSchema);
      if (!body.ok) return body.reply;
      const order = orderOf(c);
      if (!order) return errorReply(c, 400, invalidOrderId(c));
      const problem = shipmentProblem(order, body.value, clock.now());
      if (problem) return errorReply(c, 400, problem);
      const shipment = ship(
        state,
        order,
        {
          lines: body.value.lineItems,
          carrier: body.value.shippingCarrierCode ?? null,
          trackingNumber: body.value.trackingNumber ?? null,
          shippedAt: body.value.shippedDate ?? clock.now().toISOString(),
        },
        clock.now(),
      );
      return c.json({}, 201, { Location: fulfillmentHref(originOf(c), order, shipment) });
    },
  );

  gateway.route("POST", `${BASE}/:orderId/issue_refund`, rule("issueRefund", REFUND), async (c) => {
    const body = await readBody(c, refundSchema);
    if (!body.ok) return body.reply;
    const order = orderOf(c);
    if (!order) return errorReply(c, 404, fulfillmentError(34913, "Can not find the order."));
    const parts = refundParts(order, body.value);
    if ("errorId" in parts) return errorReply(c, CONFLICTS.has(parts.errorId) ? 409 : 400, parts);
    return c.json({ refundId: refund(state, order, parts, clock.now()), refundStatus: "PENDING" });
  });
}

function badFieldGroup(c: Context): EbayError | null {
  const asked = c.req.query("fieldGroups");
  if (asked === undefined || asked === "TAX_BREAKDOWN") return null;
  return fulfillmentError(32800, `Invalid field group: ${asked}`, { fieldGroup: asked });
}

function invalidOrderId(c: Context): EbayError {
  const orderId = c.req.param("orderId") ?? "";
  return fulfillmentError(32100, `Invalid order ID: ${orderId}`, { orderId });
}

function pageAddress(c: Context, limit: number, offset: number): string {
  const url = new URL(c.req.url);
  url.searchParams.set("limit", String(limit));
  url.searchParams.set("offset", String(offset));
  return url.toString();
}

function shipmentProblem(order: Order, input: z.infer<typeof shipmentSchema>, now: Date): EbayError | null {
  if (order.cancelledAt !== null || input.lineItems.length === 0) return fulfillmentError(32600, "Invalid input data");
  const ids = input.lineItems.map((one) => one.lineItemId);
  if (new Set(ids).size < ids.length) return fulfillmentError(32210, "Duplicate line item in the request");
  for (const { lineItemId, quantity } of input.lineItems) {
    const line = order.lines.find((one) => one.lineItemId === lineItemId);
    if (!line) return fulfillmentError(32200, `Invalid line item id: ${lineItemId}`, { lineItemId });
    const left = line.quantity - unitsShipped(order, lineItemId);
    if (quantity < 1 || quantity > left) return fulfillmentError(32600, "Invalid input data", { lineItemId });
  }
  // "Mutually dependent"; "only alphanumeric characters are supported".
  const { trackingNumber, shippingCarrierCode } = input;
  const tracked = trackingNumber !== undefined;
  if (tracked !== (shippingCarrierCode !== undefined) || (tracked && !/^[A-Za-z0-9]+$/.test(trackingNumber))) {
    return fulfillmentError(32300, "Invalid shipment tracking number or carrier");
  }
  // Unconfirmed which error a second package with the same number gets; its fulfilment id would be the same.
  if (tracked && order.shipments.some((one) => one.trackingNumber === trackingNumber)) {
    return fulfillmentError(34500, "Please use PUT operation for updating shipping fulfillment");
  }
  if (input.shippedDate !== undefined) {
    const shipped = new Date(input.shippedDate).getTime();
    const tooEarly = shipped < new Date(order.createdAt).getTime();
    if (Number.isNaN(shipped) || tooEarly || shipped > now.getTime())
      return fulfillmentError(32500, "Invalid shipped date");
  }
  return null;
}

/** Errors that the spec lists under 409. */
const CONFLICTS = new Set([34924, 34929]);

function refundParts(
  order: Order,
  input: z.infer<typeof refundSchema>,
): { lineItemId: string | null; minor: number }[] | EbayError {
  if (!input.reasonForRefund) return fulfillmentError(34903, "The refund reason must be specified.");
  if ((input.comment?.length ?? 0) > 1_000) {
    return fulfillmentError(
      34921,
      "The comment exceeds the length limit, please make sure it doesn't exceed 1000 characters.",
    );
  }
  if (order.paidAt === null) {
    return fulfillmentError(
      34929,
      "You cannot refund this order yet since the buyer payment has not been processed. Please try again later.",
    );
  }
  const wanted = input.orderLevelRefundAmount
    ? [{ lineItemId: null, money: input.orderLevelRefundAmount }]
    : (input.refundItems ?? []).map((one) => ({ lineItemId: one.lineItemId ?? "", money: one.refundAmount ?? {} }));
  if (wanted.length === 0 || (input.orderLevelRefundAmount && input.refundItems?.length)) {
    return fulfillmentError(34905, "Either orderLevelRefundAmount or refundItems must be specified.");
  }
  const left = orderTotalMinor(order) - refundedMinor(order);
  if (left <= 0) return fulfillmentError(34917, "This order was already refunded.");

  const parts: { lineItemId: string | null; minor: number }[] = [];
  for (const { lineItemId, money } of wanted) {
    if (money.value === undefined) return fulfillmentError(34906, "The amount value must be specified.");
    if (money.currency === undefined) return fulfillmentError(34908, "The amount currency must be specified.");
    if (money.currency !== order.currency) return fulfillmentError(34909, "The amount currency isn't correct.");
    const minor = parseMinor(money.value) ?? 0;
    if (minor <= 0) return fulfillmentError(34907, "The amount value must be positive and within two decimals.");
    if (lineItemId !== null) {
      const line = order.lines.find((one) => one.lineItemId === lineItemId);
      if (!line) return fulfillmentError(34914, "Can't find the item in the order.");
      const lineLeft = line.unitMinor * line.quantity + order.shippingMinor - refundedMinor(order, lineItemId);
      if (minor > lineLeft) return fulfillmentError(34924, "The item refund amount exceeds the item remaining amount.");
    }
    parts.push({ lineItemId, minor });
  }
  if (parts.reduce((sum, one) => sum + one.minor, 0) > left) {
    return fulfillmentError(34915, "The refund amount exceeds order amount.");
  }
  return parts;
}
