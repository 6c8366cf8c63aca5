/** An order of the Fulfillment API in our words. */
import { z } from "zod";
import { adjustmentOf, areOfOneCurrency, type Exact, toExact } from "../contract/money.ts";
import type { RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { instant, KEY_MAX, keyText, plainText, units } from "../contract/storable.ts";
import { divide, toMoney } from "./money.ts";
import { contactSchema, optionalText, toBuyer } from "./order-buyer.ts";
import {
  amountSchema,
  issued,
  isUnderWay,
  lineTaxSchema,
  pricingSchema,
  refundedOf,
  refundSchema,
  shippingOf,
  sum,
  taxOf,
} from "./order-money.ts";

const lineSchema = z.object({
  lineItemId: keyText,
  legacyItemId: keyText.optional().catch(undefined),
  sku: plainText(KEY_MAX).nullish(),
  title: optionalText,
  quantity: units.positive(),
  lineItemCost: amountSchema,
  discountedLineItemCost: amountSchema.optional(),
  lineItemFulfillmentStatus: optionalText,
  lineItemFulfillmentInstructions: z
    .object({ shipByDate: instant.nullish().catch(null) })
    .nullish()
    .catch(null),
  refunds: z.array(refundSchema).default([]),
  taxes: z.array(lineTaxSchema).default([]),
  ebayCollectAndRemitTaxes: z.array(lineTaxSchema).default([]),
  /** "Only returned and applicable for digital gift card line items". Whose it is, is not read. */
  giftDetails: z.object({}).optional(),
});
type Line = z.infer<typeof lineSchema>;

const cancelRequestSchema = z.object({
  cancelRequestId: optionalText,
  cancelInitiator: optionalText,
  cancelRequestState: optionalText,
});

const fieldsSchema = z.object({
  orderId: keyText,
  creationDate: instant,
  lastModifiedDate: instant,
  orderFulfillmentStatus: z.enum(["NOT_STARTED", "IN_PROGRESS", "FULFILLED"]),
  orderPaymentStatus: z.enum(["PENDING", "FAILED", "PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED"]),
  cancelStatus: z
    .object({
      cancelState: z.enum(["NONE_REQUESTED", "IN_PROGRESS", "CANCELED"]).default("NONE_REQUESTED"),
      cancelRequests: z.array(cancelRequestSchema).default([]),
    })
    .prefault({}),
  buyerCheckoutNotes: optionalText,
  buyer: z.object({ username: optionalText, buyerRegistrationAddress: contactSchema.optional() }).prefault({}),
  ebayCollectAndRemitTax: z.boolean().default(false),
  pricingSummary: pricingSchema,
  paymentSummary: z
    .object({
      payments: z.array(z.object({ paymentDate: instant.optional() })).default([]),
      refunds: z.array(refundSchema).default([]),
    })
    .prefault({}),
  program: z
    .object({
      authenticityVerification: z.unknown().optional(),
      ebayVault: z.unknown().optional(),
      fulfillmentProgram: z.object({ fulfilledBy: optionalText }).optional(),
    })
    .prefault({}),
  fulfillmentStartInstructions: z
    .array(
      z.object({
        fulfillmentInstructionsType: optionalText,
        ebaySupportedFulfillment: z.boolean().default(false),
        shippingStep: z
          .object({
            shipTo: contactSchema.optional(),
            shipToReferenceId: optionalText,
            shippingServiceCode: optionalText,
          })
          .optional(),
        pickupStep: z.object({ merchantLocationKey: optionalText }).optional(),
      }),
    )
    .default([]),
  lineItems: z.array(lineSchema).min(1),
});

/** Only what we use; the enums are closed, as a value we do not know must not be guessed at. */
export const rawOrderSchema = fieldsSchema.refine(isOfOneCurrency, { path: ["lineItems", "currency"] });
export type RawOrder = z.infer<typeof rawOrderSchema>;

function isOfOneCurrency({ pricingSummary, lineItems }: z.output<typeof fieldsSchema>): boolean {
  const amounts = [...Object.values(pricingSummary), ...lineItems.map((line) => line.lineItemCost)];
  return areOfOneCurrency(amounts.map((one) => one.currency));
}

const FULFILMENT = { NOT_STARTED: "none", IN_PROGRESS: "partial", FULFILLED: "complete" } as const;

export function toOrder(raw: RawOrder): RemoteOrder {
  const cancelled = raw.cancelStatus.cancelState === "CANCELED";
  const unpaid = raw.orderPaymentStatus === "PENDING" || raw.orderPaymentStatus === "FAILED";
  const { currency } = raw.pricingSummary.total;
  const money = (exact: Exact) => toMoney(exact, currency);
  const nothingIsSent = cancelled || refundedUnsent(raw);
  const isDigital = isAllOf(raw, "DIGITAL");
  const lines = raw.lineItems.map((line) => toLine(line, { nothingIsSent, isDigital }));
  const shipping = money(shippingOf(raw.pricingSummary));
  const taxed = raw.lineItems.map((line) => ({ ...line, cost: costOf(line) }));
  const { onTop, included } = taxOf(raw.pricingSummary, taxed, raw.ebayCollectAndRemitTax);
  const tax = money(onTop);
  const total = money(toExact(raw.pricingSummary.total.value));
  return {
    remoteId: raw.orderId,
    displayName: raw.orderId,
    soldAt: raw.creationDate,
    paidAt: unpaid ? null : paidAt(raw),
    updatedAt: raw.lastModifiedDate,
    status: cancelled ? "cancelled" : unpaid ? "pending" : "paid",
    // getOrders leaves cancelRequests empty and shows the request in cancelState alone; getOrder shows both.
    cancellationRequested: !cancelled && (raw.cancelStatus.cancelState === "IN_PROGRESS" || openRequest(raw) !== null),
    fulfilment: FULFILMENT[raw.orderFulfillmentStatus],
    delivery: isPickUp(raw) ? "pick-up" : "ship",
    shipBy: nothingIsSent || isDigital || isPickUp(raw) ? null : shipByOf(raw),
    buyer: buyerOf(raw),
    lines,
    shipping,
    tax,
    taxIncluded: money(included),
    taxCollectedByMarketplace: raw.ebayCollectAndRemitTax,
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    refunded: money(refundedSoFar(raw)),
    remarks: remarksOn(raw),
    holdBecause: null,
  };
}

/**
 * Sent by eBay out of its own store ("This field provides details about an order line item being handled by eBay
 * fulfillment"): none of the merchant's stock, and nothing for the merchant to send.
 */
export function isFulfilledByEbay(raw: RawOrder): boolean {
  return raw.program.fulfillmentProgram?.fulfilledBy === "EBAY" || isAllOf(raw, "FULFILLED_BY_EBAY");
}

/**
 * FulfillmentInstructionsType: SHIP_TO, DIGITAL, PREPARE_FOR_PICKUP, SELLER_DEFINED, FULFILLED_BY_EBAY.
 * An instruction names no lines: where another stands beside it, something is still for the merchant to send.
 */
function isAllOf(raw: RawOrder, type: "DIGITAL" | "FULFILLED_BY_EBAY"): boolean {
  const types = raw.fulfillmentStartInstructions.map((one) => one.fulfillmentInstructionsType);
  return types.length > 0 && types.every((one) => one === type);
}

/** In-Store Pickup, at one of the merchant's own stores. Click & Collect is sent to another's, and has no mark. */
function isPickUp(raw: RawOrder): boolean {
  return raw.fulfillmentStartInstructions.some(
    (one) => one.fulfillmentInstructionsType === "PREPARE_FOR_PICKUP" || one.pickupStep !== undefined,
  );
}

/** Of the lines that are not all sent yet, each of which has its own, the first. */
function shipByOf(raw: RawOrder): Date | null {
  const times = raw.lineItems.flatMap(({ lineItemFulfillmentStatus: status, ...line }) =>
    status === "FULFILLED" ? [] : (line.lineItemFulfillmentInstructions?.shipByDate?.getTime() ?? []),
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function buyerOf(raw: RawOrder): RemoteOrder["buyer"] {
  const step = raw.fulfillmentStartInstructions.find((one) => one.shippingStep?.shipTo !== undefined);
  return toBuyer({
    username: raw.buyer.username,
    registered: raw.buyer.buyerRegistrationAddress,
    shipTo: step?.shippingStep?.shipTo,
    hubReference: isThroughHub(raw) ? step?.shippingStep?.shipToReferenceId : undefined,
  });
}

/** `ebaySupportedFulfillment` should be there with an authenticator too; `program` says it where it is not. */
function isThroughHub(raw: RawOrder): boolean {
  const { authenticityVerification, ebayVault } = raw.program;
  return (
    authenticityVerification !== undefined ||
    ebayVault !== undefined ||
    raw.fulfillmentStartInstructions.some((one) => one.ebaySupportedFulfillment)
  );
}

/** Codes of services that can't wait, "USPSPriorityExpress" or "UK_RoyalMailNextDay": the others say nothing that matters. */
const FAST = /express|overnight|next_?day|same_?day|special_?delivery/i;

function remarksOn(raw: RawOrder): string[] {
  const remarks: string[] = [];
  if (raw.buyerCheckoutNotes !== undefined) remarks.push(`The buyer writes: ${raw.buyerCheckoutNotes}`);
  const services = raw.fulfillmentStartInstructions.flatMap((one) => one.shippingStep?.shippingServiceCode ?? []);
  for (const service of services.filter((one) => FAST.test(one))) remarks.push(`Delivery: ${service}`);
  if (isPickUp(raw)) {
    const store = raw.fulfillmentStartInstructions.find((one) => one.pickupStep)?.pickupStep?.merchantLocationKey;
    remarks.push(`The buyer picks it up${store === undefined ? "" : ` at your store ${store}`}: do not send it.`);
  }
  if (raw.lineItems.some((line) => line.giftDetails !== undefined)) {
    remarks.push("A digital gift card: send it by e-mail to the recipient, who is named on the order at eBay.");
  }
  if (raw.program.authenticityVerification !== undefined) {
    remarks.push("eBay's Authenticity Guarantee: it goes to the authenticator, not to the buyer.");
  }
  const pending = pendingRefund(raw);
  if (pending > 0n && raw.cancelStatus.cancelState !== "CANCELED") {
    const { amount, currency } = toMoney(pending, raw.pricingSummary.total.currency);
    remarks.push(`A refund of ${amount} ${currency} is under way at eBay. Look there before you send it.`);
  }
  return remarks;
}

function paidAt(raw: RawOrder): Date {
  const times = raw.paymentSummary.payments.flatMap((one) => (one.paymentDate ? [one.paymentDate.getTime()] : []));
  return times.length === 0 ? raw.creationDate : new Date(Math.max(...times));
}

export function openRequest(raw: RawOrder): { cancelRequestId: string } | null {
  const open = raw.cancelStatus.cancelRequests.find(
    (one) => one.cancelRequestState === "REQUESTED" && /^buyer$/i.test(one.cancelInitiator ?? ""),
  );
  return open?.cancelRequestId === undefined ? null : { cancelRequestId: open.cancelRequestId };
}

/**
 * All money given back before anything was sent: eBay shows no cancellation then, but nothing is to be sent. Not before it
 * has left, for a refund may fail.
 */
function refundedUnsent(raw: RawOrder): boolean {
  return (
    raw.orderPaymentStatus === "FULLY_REFUNDED" &&
    raw.orderFulfillmentStatus === "NOT_STARTED" &&
    pendingRefund(raw) === 0n
  );
}

function refundsOfLines(raw: RawOrder) {
  return raw.lineItems.flatMap((line) => line.refunds);
}

/** eBay's amounts are "the seller's net amount", without the tax that it collected and gives back itself. */
function refundedSoFar(raw: RawOrder): Exact {
  const total = toExact(raw.pricingSummary.total.value);
  const refunded = refundedOf(raw.paymentSummary.refunds, refundsOfLines(raw));
  const isAll = raw.orderPaymentStatus === "FULLY_REFUNDED" && pendingRefund(raw) === 0n;
  return isAll || refunded > total ? total : refunded;
}

function pendingRefund(raw: RawOrder): Exact {
  const all = [...raw.paymentSummary.refunds, ...refundsOfLines(raw)];
  return sum(...all.filter(isUnderWay).map((one) => one.amount));
}

function costOf(line: Line): Exact {
  return toExact((line.discountedLineItemCost ?? line.lineItemCost).value);
}

function toLine(
  line: Line,
  { nothingIsSent, isDigital }: { nothingIsSent: boolean; isDigital: boolean },
): RemoteOrderLine {
  const cost = costOf(line);
  const refunded = sum(...issued(line.refunds).map((refund) => refund.amount));
  // A smaller refund is goodwill, not units that stay here; `refunded` of the order tells it.
  const givenBack = refunded > 0n && refunded >= cost && line.lineItemFulfillmentStatus === "NOT_STARTED";
  return {
    remoteLineId: line.lineItemId,
    sku: line.sku ?? null,
    // Lines name the listing, which variations share, and never the offer: the SKU decides which of them.
    listingRemoteId: null,
    groupId: line.legacyItemId ?? null,
    title: line.title ?? "",
    quantity: line.quantity,
    quantityCancelled: nothingIsSent || givenBack ? line.quantity : 0,
    unitPrice: toMoney(divide(cost, line.quantity), line.lineItemCost.currency),
    requiresShipping: !isDigital && line.giftDetails === undefined,
  };
}
