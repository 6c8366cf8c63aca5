/** An order as the Fulfillment API shows it. Field by field from sell_fulfillment_v1_oas3.json, schema Order. */
import { addMs } from "#app/clock.ts";
import { amount } from "./money.ts";
import { fulfillmentProgram, startInstruction } from "./order-kinds.ts";
import { fulfilment, itemsMinor, orderTotalMinor, refundedMinor, unitsShipped } from "./orders.ts";
import type { Contact, EbayState, Order, OrderLine, Refund, Shipment } from "./state.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** ExtendedContact.email: "returned for up to 14 days from order creation". */
const EMAIL_SHOWN_MS = 14 * DAY_MS;
/** fullName, primaryPhone and the address lines "will not be returned for any order that is more than 90 days old". */
const CONTACT_SHOWN_MS = 90 * DAY_MS;

export interface OrderView {
  now: Date;
  origin: string;
  /** getOrder shows the requests to cancel; getOrders returns the array "but it is always empty". */
  cancelRequests: boolean;
  /** fieldGroups=TAX_BREAKDOWN: only then do totals include the tax that eBay collects and remits. */
  taxBreakdown: boolean;
}

export function orderJson(state: EbayState, order: Order, view: OrderView): Record<string, unknown> {
  const money = (minor: number) => amount(minor, order.currency);
  const collectedTax = order.lines.reduce((sum, line) => sum + line.taxMinor, 0);
  const shownTax = view.taxBreakdown ? collectedTax : 0;
  const total = orderTotalMinor(order);
  const contact = contactJson(state, order, view.now);
  const discount = state.settings.positiveDiscounts ? order.discountMinor : -order.discountMinor;
  const namedTax = shownTax + order.vatMinor;
  return {
    orderId: order.orderId,
    creationDate: order.createdAt,
    lastModifiedDate: order.modifiedAt,
    orderFulfillmentStatus: fulfilment(order),
    orderPaymentStatus: paymentStatus(order),
    sellerId: state.seller.username,
    salesRecordReference: order.salesRecord,
    ...(order.note === null ? {} : { buyerCheckoutNotes: order.note }),
    ...(collectedTax > 0 ? { ebayCollectAndRemitTax: true } : {}),
    buyer: {
      username: order.buyer.username,
      taxAddress: {
        city: order.buyer.contact.city,
        ...optional("stateOrProvince", order.buyer.contact.stateOrProvince),
        postalCode: order.buyer.contact.postalCode,
        countryCode: order.buyer.contact.countryCode,
      },
      buyerRegistrationAddress: contact,
    },
    pricingSummary: {
      priceSubtotal: money(itemsMinor(order)),
      ...(discount === 0 ? {} : { priceDiscount: money(discount) }),
      deliveryCost: money(order.shippingMinor),
      ...(namedTax > 0 ? { tax: money(namedTax) } : {}),
      total: money(total + shownTax),
    },
    cancelStatus: cancelStatus(order, view.cancelRequests),
    paymentSummary: {
      totalDueSeller: money(total - refundedMinor(order)),
      refunds: order.refunds
        .filter((one) => one.lineItemId === null)
        .map((one) => refundJson(order, one, view.now, true)),
      payments: [
        {
          paymentMethod: "EBAY",
          amount: money(total),
          paymentStatus: order.paidAt === null ? "PENDING" : "PAID",
          ...(order.paidAt === null ? {} : { paymentDate: order.paidAt }),
        },
      ],
    },
    ...fulfillmentProgram(order),
    fulfillmentStartInstructions: [startInstruction(order, contact)],
    fulfillmentHrefs: order.shipments.map((one) => fulfillmentHref(view.origin, order, one)),
    lineItems: order.lines.map((line) => lineJson(state, order, line, view, shownTax > 0)),
    totalFeeBasisAmount: money(total + collectedTax),
    totalMarketplaceFee: money(Math.round((total * 13) / 100)),
  };
}

function lineJson(
  state: EbayState,
  order: Order,
  line: OrderLine,
  view: OrderView,
  withTax: boolean,
): Record<string, unknown> {
  const money = (minor: number) => amount(minor, order.currency);
  const cost = line.unitMinor * line.quantity;
  // The flat postage is charged on the first line; eBay, too, returns a delivery cost for each line.
  const delivery = order.lines[0] === line ? order.shippingMinor : 0;
  const shipped = unitsShipped(order, line.lineItemId);
  const aspects = Object.entries(line.aspects);
  const refunds = order.refunds.filter((one) => one.lineItemId === line.lineItemId);
  return {
    lineItemId: line.lineItemId,
    legacyItemId: line.listingId,
    ...optional("legacyVariationId", line.variationId),
    ...(order.kind === "gift-card" ? { giftDetails: { recipientEmail: order.buyer.email } } : {}),
    ...(aspects.length > 0 ? { variationAspects: aspects.map(([name, value]) => ({ name, value })) } : {}),
    sku: line.sku,
    title: line.title,
    lineItemCost: money(cost),
    quantity: line.quantity,
    soldFormat: "FIXED_PRICE",
    listingMarketplaceId: line.marketplaceId,
    purchaseMarketplaceId: line.marketplaceId,
    lineItemFulfillmentStatus: shipped === 0 ? "NOT_STARTED" : shipped < line.quantity ? "IN_PROGRESS" : "FULFILLED",
    total: money(cost + delivery + (withTax ? line.taxMinor : 0)),
    deliveryCost: { shippingCost: money(delivery) },
    appliedPromotions: [],
    taxes: line.taxMinor > 0 && withTax ? [{ amount: money(line.taxMinor), taxType: "STATE_SALES_TAX" }] : [],
    ...(line.taxMinor > 0
      ? {
          ebayCollectAndRemitTaxes: [
            { taxType: "STATE_SALES_TAX", amount: money(line.taxMinor), collectionMethod: "NET" },
          ],
        }
      : {}),
    refunds: refunds.map((one) => refundJson(order, one, view.now, false)),
    properties: { buyerProtection: true },
    lineItemFulfillmentInstructions: {
      minEstimatedDeliveryDate: addMs(new Date(order.createdAt), 3 * DAY_MS).toISOString(),
      maxEstimatedDeliveryDate: addMs(new Date(order.createdAt), 6 * DAY_MS).toISOString(),
      shipByDate: addMs(new Date(order.createdAt), 2 * DAY_MS).toISOString(),
      guaranteedDelivery: false,
    },
    itemLocation: {
      location: state.seller.city,
      countryCode: state.seller.countryCode,
      postalCode: state.seller.postalCode,
    },
  };
}

/** OrderPaymentStatusEnum: it changes with the refund's request, not with its settlement. */
function paymentStatus(order: Order): string {
  if (order.paidAt === null) return "PENDING";
  const refunded = refundedMinor(order);
  if (refunded === 0) return "PAID";
  return refunded >= orderTotalMinor(order) ? "FULLY_REFUNDED" : "PARTIALLY_REFUNDED";
}

function cancelStatus(order: Order, withRequests: boolean): Record<string, unknown> {
  const open = order.cancellations.some((one) => one.state === "REQUESTED");
  return {
    cancelState: order.cancelledAt !== null ? "CANCELED" : open ? "IN_PROGRESS" : "NONE_REQUESTED",
    ...optional("cancelledDate", order.cancelledAt),
    cancelRequests: !withRequests
      ? []
      : order.cancellations.map((one) => ({
          cancelRequestId: one.cancelId,
          cancelInitiator: one.by === "BUYER" ? "Buyer" : "Seller",
          cancelReason: one.reason,
          cancelRequestedDate: one.requestedAt,
          cancelRequestState: one.state,
          ...optional("cancelCompletedDate", one.state === "COMPLETED" ? one.closedAt : null),
        })),
  };
}

function refundJson(order: Order, refund: Refund, now: Date, atOrderLevel: boolean): Record<string, unknown> {
  const settled = refund.settlesAt <= now.toISOString();
  return {
    refundId: refund.refundId,
    amount: amount(refund.minor, order.currency),
    ...(settled ? { refundDate: refund.settlesAt, refundReferenceId: `ref-${refund.refundId}` } : {}),
    ...(atOrderLevel ? { refundStatus: settled ? "REFUNDED" : "PENDING" } : {}),
  };
}

function contactJson(state: EbayState, order: Order, now: Date): Record<string, unknown> {
  const ageMs = now.getTime() - new Date(order.createdAt).getTime();
  const { contact } = order.buyer;
  const place = {
    city: contact.city,
    ...optional("stateOrProvince", contact.stateOrProvince),
    postalCode: contact.postalCode,
    countryCode: contact.countryCode,
  };
  if (ageMs > CONTACT_SHOWN_MS) return { contactAddress: place };
  const isHidden = ageMs > EMAIL_SHOWN_MS;
  const placeholder = state.settings.contactPlaceholders ? "Invalid Request" : undefined;
  return {
    fullName: contact.fullName,
    contactAddress: { ...addressLines(contact), ...place },
    primaryPhone: { phoneNumber: (isHidden ? placeholder : undefined) ?? contact.phone },
    ...optional("email", isHidden ? placeholder : order.buyer.email),
  };
}

function addressLines(contact: Contact): Record<string, unknown> {
  return { addressLine1: contact.addressLine1, ...optional("addressLine2", contact.addressLine2) };
}

export function fulfillmentHref(origin: string, order: Order, shipment: Shipment): string {
  return `${origin}/sell/fulfillment/v1/order/${order.orderId}/shipping_fulfillment/${shipment.fulfillmentId}`;
}

export function fulfillmentJson(shipment: Shipment): Record<string, unknown> {
  return {
    fulfillmentId: shipment.fulfillmentId,
    lineItems: shipment.lines,
    shippedDate: shipment.shippedAt,
    ...optional("shipmentTrackingNumber", shipment.trackingNumber),
    ...optional("shippingCarrierCode", shipment.carrier),
  };
}

/** eBay leaves out what it does not have; it never sends null. */
function optional(name: string, value: string | null | undefined): Record<string, string> {
  return value === null || value === undefined || value === "" ? {} : { [name]: value };
}
