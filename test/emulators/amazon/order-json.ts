/** An order as Orders API 2026-01-01 shows it: only the datasets asked for, and no more than the roles allow. */
import { amount } from "./money.ts";
import { goodsMinor, orderStatus, totalMinor, unitsShipped } from "./orders.ts";
import type { AmazonState, Order, OrderLine } from "./state.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Handling takes up to two days from the purchase. */
function shipByWindowOf({ createdAt }: Order) {
  const latest = new Date(Date.parse(createdAt) + 2 * DAY_MS);
  return { earliestDateTime: createdAt, latestDateTime: latest.toISOString() };
}

export function orderJson(state: AmazonState, order: Order, included: ReadonlySet<string>) {
  const status = orderStatus(order);
  // "PENDING orders": neither price nor buyer is known before the payment is verified.
  const known = status !== "PENDING";
  const { currency } = order;
  return {
    orderId: order.orderId,
    createdTime: order.createdAt,
    lastUpdatedTime: order.updatedAt,
    ...(order.programs.length > 0 && { programs: order.programs }),
    ...(order.associatedOrders.length > 0 && { associatedOrders: order.associatedOrders }),
    salesChannel: {
      channelName: order.channelName,
      marketplaceId: state.marketplace.id,
      marketplaceName: state.marketplace.name,
    },
    ...(included.has("BUYER") && known && buyerJson(state, order)),
    ...(included.has("RECIPIENT") && known && recipientJson(state, order)),
    ...(included.has("PROCEEDS") &&
      known && {
        proceeds: {
          grandTotal: amount(totalMinor(order), currency),
          breakdowns: [
            { type: "ITEM", subtotal: amount(goodsMinor(order), currency) },
            { type: "SHIPPING", subtotal: amount(order.shippingMinor, currency) },
            ...(toldTax(state, order) > 0 ? [{ type: "TAX", subtotal: amount(toldTax(state, order), currency) }] : []),
            ...(order.tipMinor > 0
              ? [{ type: "DELIVERY_TIP", status: "FINALIZED", subtotal: amount(order.tipMinor, currency) }]
              : []),
          ],
        },
      }),
    ...(included.has("FULFILLMENT") &&
      !state.settings.leavesOutFulfillment && {
        fulfillment: {
          fulfillmentStatus: status,
          fulfilledBy: order.fulfilledBy,
          fulfillmentServiceLevel: order.serviceLevel,
          ...(order.fulfilledBy === "MERCHANT" && { shipByWindow: shipByWindowOf(order) }),
        },
      }),
    orderItems: order.lines.map((line, index) => lineJson(state, order, line, index === 0, known, included)),
    ...(included.has("PACKAGES") && order.packages.length > 0 && { packages: order.packages.map(packageJson) }),
  };
}

/** On top of the prices, or in them. */
function toldTax(state: AmazonState, order: Order): number {
  const { taxIncludedPercent } = state.settings;
  const gross = goodsMinor(order) + order.shippingMinor;
  return order.taxMinor + Math.round((gross * taxIncludedPercent) / (100 + taxIncludedPercent));
}

/** The alias needs the delivery role, and a status of a paid order. */
function buyerJson(state: AmazonState, order: Order) {
  if (!state.settings.piiRoles) return {};
  return { buyer: { buyerName: order.buyer.contact.name, buyerEmail: order.buyer.email } };
}

function recipientJson(state: AmazonState, order: Order) {
  const { city, countryCode, postalCode, stateOrRegion, ...personal } = order.store ?? order.buyer.contact;
  const open = { city, countryCode, ...(stateOrRegion === undefined ? {} : { stateOrRegion }) };
  const pii = { ...personal, postalCode, addressType: "RESIDENTIAL" };
  return { recipient: { deliveryAddress: state.settings.piiRoles ? { ...open, ...pii } : open } };
}

function lineJson(
  state: AmazonState,
  order: Order,
  line: OrderLine,
  isFirst: boolean,
  known: boolean,
  included: ReadonlySet<string>,
) {
  const goods = line.unitMinor * line.quantity;
  const shipped = unitsShipped(order, line.orderItemId);
  // Shipping and tax of the whole order hang on its first line here.
  const shipping = isFirst ? order.shippingMinor : 0;
  const tax = isFirst ? toldTax(state, order) : 0;
  const { currency } = order;
  return {
    orderItemId: line.orderItemId,
    quantityOrdered: line.quantity,
    product: {
      asin: line.asin,
      title: line.title,
      sellerSku: line.sku,
      condition: { conditionType: "NEW", conditionSubtype: "NEW" },
      ...(known && { price: { unitPrice: amount(line.unitMinor, currency) } }),
      ...(isFirst && order.customizedUrl !== null && { customization: { customizedUrl: order.customizedUrl } }),
    },
    ...(included.has("PROCEEDS") &&
      known && {
        proceeds: {
          proceedsTotal: amount(goods + shipping + (isFirst ? order.taxMinor : 0), currency),
          breakdowns: [
            { type: "ITEM", subtotal: amount(goods, currency) },
            ...(shipping > 0 ? [{ type: "SHIPPING", subtotal: amount(shipping, currency) }] : []),
            ...(tax > 0 ? [{ type: "TAX", subtotal: amount(tax, currency) }] : []),
          ],
        },
      }),
    ...(included.has("CANCELLATION") &&
      (line.cancelRequested || line.cancelledBy !== null) && {
        cancellation: {
          ...(line.cancelRequested && {
            cancellationRequest: { requester: "BUYER", cancelReason: "Ordered by mistake" },
          }),
          ...(line.cancelledBy !== null && {
            cancellationExecution: { cancelledBy: line.cancelledBy, cancelReason: "Cancelled" },
          }),
        },
      }),
    ...(included.has("FULFILLMENT") && {
      fulfillment: {
        quantityFulfilled: shipped,
        quantityUnfulfilled: line.cancelledBy === null ? line.quantity - shipped : 0,
        ...(isFirst && order.gift !== null && { packing: { giftOption: order.gift } }),
      },
    }),
    ...(included.has("TAX") &&
      tax > 0 && {
        tax: { taxCollections: [{ model: "MARKETPLACE_FACILITATOR", responsibleParty: "Amazon Services, Inc." }] },
      }),
  };
}

function packageJson(one: Order["packages"][number]) {
  return {
    packageReferenceId: one.packageReferenceId,
    createdTime: one.createdAt,
    packageStatus: { status: "SHIPPED" },
    carrier: one.carrier,
    shipTime: one.shipTime,
    ...(one.trackingNumber === "" ? {} : { trackingNumber: one.trackingNumber }),
    packageItems: one.lines,
  };
}
