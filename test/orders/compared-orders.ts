/** Orders of three trays as both sides have them, for tests of what differs. */
import type { Compared } from "#app/orders/order-differences.ts";
import type { OrderProgress } from "#app/shopify/orders.ts";

export const LINE = "gid://shopify/LineItem/1";
type Line = OrderProgress["lineItems"]["nodes"][number];
type RefundLine = OrderProgress["refunds"][number]["refundLineItems"]["nodes"][number];

export const at = (minutes: number) => new Date(Date.UTC(2026, 10, 28, 12, minutes)).toISOString();
export const shopifyLine = (change: Partial<Line> = {}): Line => ({
  id: LINE,
  title: "Tray",
  variantTitle: null,
  quantity: 3,
  currentQuantity: 3,
  unfulfilledQuantity: 3,
  ...change,
});
export const parcel = (
  quantity: number,
  minutes = 10,
  status: OrderProgress["fulfillments"][number]["status"] = "SUCCESS",
  line = LINE,
) => ({
  id: `gid://shopify/Fulfillment/${minutes}`,
  status,
  createdAt: at(minutes),
  updatedAt: at(minutes),
  trackingInfo: [],
  fulfillmentLineItems: { nodes: [{ id: "f", quantity, lineItem: { id: line } }] },
});
export const refunded = (
  lines: readonly Pick<RefundLine, "quantity" | "restockType">[],
  { amount = "5.00", minutes = 20, line = LINE } = {},
): OrderProgress["refunds"][number] => ({
  id: `gid://shopify/Refund/${minutes}`,
  createdAt: at(minutes),
  totalRefundedSet: { shopMoney: { amount, currencyCode: "GBP" } },
  refundLineItems: { nodes: lines.map((one) => ({ ...one, lineItem: { id: line } })) },
});
export const inShopify = (change: Partial<OrderProgress> = {}): OrderProgress => ({
  id: "gid://shopify/Order/1",
  name: "#1001",
  updatedAt: at(30),
  cancelledAt: null,
  cancelReason: null,
  sourceIdentifier: null,
  displayFinancialStatus: "PAID",
  displayFulfillmentStatus: "UNFULFILLED",
  fulfillments: [],
  lineItems: { nodes: [shopifyLine()] },
  refunds: [],
  ...change,
});
/** An order of three trays, as the marketplace has it. */
export const order = (change: Partial<Compared["order"]> = {}, quantityCancelled = 0): Compared["order"] => ({
  displayName: "12-1",
  shopifyOrderName: "#1001",
  stage: "placed",
  remoteStatus: "paid",
  refundedAmount: "0",
  lines: [{ id: 7, title: "Tray", quantity: 3, quantityCancelled, shopifyLineGid: LINE }],
  ...change,
});
/** With the one line that both sides know, changed. */
export const lineNow = (change: Partial<Line>, rest: Partial<OrderProgress> = {}) =>
  inShopify({ lineItems: { nodes: [shopifyLine(change)] }, ...rest });
