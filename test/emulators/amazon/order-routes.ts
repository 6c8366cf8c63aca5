/** Orders API: search and get of 2026-01-01, confirmShipment of v0. */
import type { Context } from "hono";
import { z } from "zod";
import type { Clock } from "#app/clock.ts";
import { errorReply, invalidInput, notFound } from "./errors.ts";
import { type Gateway, listOf, readBody } from "./gateway.ts";
import { orderJson } from "./order-json.ts";
import { orderStatus, ship, unitsShipped, visibleOrders } from "./orders.ts";
import type { AmazonState, Order } from "./state.ts";

/** "At least two minutes before the time of the request." */
const BEFORE_NOW_MS = 2 * 60_000;

const TOKEN_LIFE_MS = 24 * 60 * 60_000;

/** Where a page begins: behind this order, in the order of updates. */
interface PageToken {
  after: string;
  query: string;
  madeAt: number;
}

export function mountOrders(gateway: Gateway, state: AmazonState, clock: Clock): void {
  gateway.route("GET", "/orders/2026-01-01/orders", { name: "searchOrders" }, (c) => search(c, state, clock.now()));

  gateway.route("GET", "/orders/2026-01-01/orders/:orderId", { name: "getOrder" }, (c) => {
    const order = state.orders.get(c.req.param("orderId") ?? "");
    if (!order) return notFound(c, "The order does not exist.");
    return c.json({ order: orderJson(state, order, new Set(listOf(c, "includedData"))) });
  });

  gateway.route("POST", "/orders/v0/orders/:orderId/shipmentConfirmation", { name: "confirmShipment" }, (c) =>
    confirm(c, state, clock.now()),
  );
}

function search(c: Context, state: AmazonState, now: Date): Response {
  const query = (name: string) => c.req.query(name);
  const after = query("lastUpdatedAfter");
  if ((after === undefined) === (query("createdAfter") === undefined)) {
    return invalidInput(c, "Exactly one of createdAfter and lastUpdatedAfter is required.");
  }
  if (after === undefined) return invalidInput(c, "Only lastUpdatedAfter is emulated.");
  const latest = new Date(now.getTime() - BEFORE_NOW_MS).toISOString();
  const before = query("lastUpdatedBefore") ?? latest;
  if (before > latest) return invalidInput(c, "lastUpdatedBefore must be at least two minutes before now.");
  if (before < after) return invalidInput(c, "lastUpdatedBefore must not be before lastUpdatedAfter.");
  const size = Number(query("maxResultsPerPage") ?? "100");
  if (!Number.isInteger(size) || size < 1 || size > 100) return invalidInput(c, "maxResultsPerPage: 1 to 100.");

  const marketplaces = listOf(c, "marketplaceIds");
  const fulfilledBy = listOf(c, "fulfilledBy");
  const statuses = listOf(c, "fulfillmentStatuses");
  const found = visibleOrders(state, now)
    .filter((order) => order.updatedAt >= after && order.updatedAt <= before)
    .filter(() => marketplaces.length === 0 || marketplaces.includes(state.marketplace.id))
    .filter((order) => fulfilledBy.length === 0 || fulfilledBy.includes(order.fulfilledBy))
    .filter((order) => statuses.length === 0 || statuses.includes(orderStatus(order)))
    .sort((a, b) => placeOf(a).localeCompare(placeOf(b)));

  const key = JSON.stringify([after, before, marketplaces, fulfilledBy, statuses, size]);
  const sent = query("paginationToken");
  const token = sent === undefined ? null : readToken(sent);
  if (sent !== undefined && (!token || token.query !== key || token.madeAt + TOKEN_LIFE_MS < now.getTime())) {
    return invalidInput(c, "The paginationToken is invalid or expired.");
  }
  const first = token ? found.findIndex((order) => placeOf(order) > token.after) : 0;
  const start = first < 0 ? found.length : Math.max(0, first - (token ? state.settings.orderPagesOverlap : 0));
  const page = found.slice(start, start + size);
  const last = page.at(-1);
  const included = new Set(listOf(c, "includedData"));
  return c.json({
    orders: page.map((order) => orderJson(state, order, included)),
    ...(last && start + size < found.length
      ? { pagination: { nextToken: makeToken({ after: placeOf(last), query: key, madeAt: now.getTime() }) } }
      : {}),
    lastUpdatedBefore: before,
  });
}

function placeOf(order: Order): string {
  return `${order.updatedAt}|${order.orderId}`;
}

function makeToken(token: PageToken): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

function readToken(text: string): PageToken | null {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

const confirmationSchema = z.object({
  marketplaceId: z.string().min(1),
  packageDetail: z.object({
    packageReferenceId: z.string().regex(/^[1-9]\d*$/, "only positive numeric values are supported"),
    carrierCode: z.string().min(1),
    carrierName: z.string().optional(),
    trackingNumber: z.string(),
    shipDate: z.iso.datetime({ offset: true }),
    orderItems: z.array(z.object({ orderItemId: z.string(), quantity: z.number().int().positive() })).min(1),
  }),
});
type Confirmation = z.infer<typeof confirmationSchema>;

async function confirm(c: Context, state: AmazonState, now: Date): Promise<Response> {
  const body = await readBody(c, confirmationSchema);
  if (!body.ok) return body.reply;
  const order = state.orders.get(c.req.param("orderId") ?? "");
  if (!order) return notFound(c, "The order does not exist.");
  const problem = problemWith(state, order, body.value, now);
  if (problem !== null) return errorReply(c, 400, { code: "InvalidInput", message: problem });
  const { packageDetail } = body.value;
  ship(
    state,
    order,
    {
      packageReferenceId: packageDetail.packageReferenceId,
      carrier: packageDetail.carrierCode === "Other" ? (packageDetail.carrierName ?? "") : packageDetail.carrierCode,
      trackingNumber: packageDetail.trackingNumber,
      shipTime: packageDetail.shipDate,
      lines: packageDetail.orderItems,
    },
    now,
  );
  return c.body(null, 204);
}

function problemWith(state: AmazonState, order: Order, input: Confirmation, now: Date): string | null {
  const { packageReferenceId, carrierCode, carrierName, shipDate, orderItems } = input.packageDetail;
  if (input.marketplaceId !== state.marketplace.id) return "The marketplaceId is not the order's.";
  if (order.fulfilledBy === "AMAZON") return "The order is fulfilled by Amazon.";
  if (carrierCode === "Other" && !carrierName) return "carrierName is required when carrierCode is Other.";
  if (new Date(shipDate) > now) return "The shipDate is in the future.";
  const status = orderStatus(order);
  const isEdit = order.packages.some((one) => one.packageReferenceId === packageReferenceId);
  if (status !== "UNSHIPPED" && status !== "PARTIALLY_SHIPPED" && !isEdit) return `The order is ${status}.`;
  for (const { orderItemId, quantity } of orderItems) {
    const line = order.lines.find((one) => one.orderItemId === orderItemId);
    if (!line) return `The order has no item ${orderItemId}.`;
    if (line.cancelledBy !== null) return `The item ${orderItemId} is cancelled.`;
    const left = line.quantity - unitsShipped(order, orderItemId, packageReferenceId);
    if (quantity > left) return `Only ${left} of item ${orderItemId} are left to ship.`;
  }
  return null;
}
