/** An order of the Fulfillment API in our words. */
import { z } from "zod";
import { adjustmentOf } from "../contract/money.ts";
import type { Money, RemoteAddress, RemoteBuyer, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { currencyCode, instant, KEY_MAX, keyText, mendedText, plainText, units } from "../contract/storable.ts";
import { decimalPattern, divide, type Exact, toExact, toMoney } from "./money.ts";

const amountSchema = z.object({ value: z.string().regex(decimalPattern), currency: currencyCode });
const optionalText = z
  .string()
  .nullish()
  .transform((value) => mendedText(value) ?? undefined);

const contactSchema = z.object({
  fullName: optionalText,
  companyName: optionalText,
  email: optionalText,
  primaryPhone: z.object({ phoneNumber: optionalText }).optional(),
  contactAddress: z
    .object({
      addressLine1: optionalText,
      addressLine2: optionalText,
      city: optionalText,
      stateOrProvince: optionalText,
      postalCode: optionalText,
      countryCode: optionalText,
    })
    .optional(),
});
type Contact = z.infer<typeof contactSchema>;

const lineSchema = z.object({
  lineItemId: keyText,
  sku: plainText(KEY_MAX).nullish(),
  title: optionalText,
  quantity: units.positive(),
  lineItemCost: amountSchema,
  discountedLineItemCost: amountSchema.optional(),
  lineItemFulfillmentStatus: optionalText,
  refunds: z.array(z.object({ amount: amountSchema.optional() })).default([]),
});
type Line = z.infer<typeof lineSchema>;

const cancelRequestSchema = z.object({
  cancelRequestId: optionalText,
  cancelInitiator: optionalText,
  cancelRequestState: optionalText,
});

/** Only what we use; the enums are closed, as a value we do not know must not be guessed at. */
export const rawOrderSchema = z.object({
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
  buyer: z.object({ username: optionalText, buyerRegistrationAddress: contactSchema.optional() }).prefault({}),
  ebayCollectAndRemitTax: z.boolean().default(false),
  pricingSummary: z.object({
    priceSubtotal: amountSchema.optional(),
    priceDiscount: amountSchema.optional(),
    deliveryCost: amountSchema.optional(),
    deliveryDiscount: amountSchema.optional(),
    adjustment: amountSchema.optional(),
    fee: amountSchema.optional(),
    tax: amountSchema.optional(),
    total: amountSchema,
  }),
  paymentSummary: z
    .object({
      payments: z.array(z.object({ paymentDate: instant.optional(), paymentStatus: optionalText })).default([]),
    })
    .default({ payments: [] }),
  fulfillmentStartInstructions: z
    .array(
      z.object({
        ebaySupportedFulfillment: z.boolean().default(false),
        shippingStep: z.object({ shipTo: contactSchema.optional(), shipToReferenceId: optionalText }).optional(),
      }),
    )
    .default([]),
  lineItems: z.array(lineSchema).min(1),
});
export type RawOrder = z.infer<typeof rawOrderSchema>;

export const orderSchema = rawOrderSchema.transform(toOrder);

const FULFILMENT = { NOT_STARTED: "none", IN_PROGRESS: "partial", FULFILLED: "complete" } as const;

export function toOrder(raw: RawOrder): RemoteOrder {
  const cancelled = raw.cancelStatus.cancelState === "CANCELED";
  const unpaid = raw.orderPaymentStatus === "PENDING" || raw.orderPaymentStatus === "FAILED";
  const prices = raw.pricingSummary;
  const currency = prices.total.currency;
  const zero = toMoney(0n, currency);
  const lines = raw.lineItems.map((line) => toLine(line, cancelled || refundedUnsent(raw)));
  const shipping = atLeastZero(sum(prices.deliveryCost, prices.deliveryDiscount), currency);
  const tax = taxInTotal(prices);
  const total = toMoney(toExact(prices.total.value), currency);
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
    delivery: "ship",
    buyer: toBuyer(raw),
    lines,
    shipping,
    tax,
    taxIncluded: zero,
    taxCollectedByMarketplace: raw.ebayCollectAndRemitTax,
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    refunded: zero,
    remarks: [],
    holdBecause: null,
  };
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

/** All money given back before anything was sent: eBay shows no cancellation then, but nothing is to be sent. */
function refundedUnsent(raw: RawOrder): boolean {
  return raw.orderPaymentStatus === "FULLY_REFUNDED" && raw.orderFulfillmentStatus === "NOT_STARTED";
}

function toLine(line: Line, nothingOfOrderIsSent: boolean): RemoteOrderLine {
  const cost = toExact((line.discountedLineItemCost ?? line.lineItemCost).value);
  const refunded = sum(...line.refunds.map((refund) => refund.amount));
  // A smaller refund is money for a scratch, not units that stay here.
  const givenBack = line.refunds.length > 0 && refunded >= cost && line.lineItemFulfillmentStatus === "NOT_STARTED";
  return {
    remoteLineId: line.lineItemId,
    sku: line.sku ?? null,
    // Lines name the listing (legacyItemId), which variations share, and never the offer: the SKU decides.
    listingRemoteId: null,
    title: line.title ?? "",
    quantity: line.quantity,
    quantityCancelled: nothingOfOrderIsSent || givenBack ? line.quantity : 0,
    unitPrice: toMoney(divide(cost, line.quantity), line.lineItemCost.currency),
    requiresShipping: true,
  };
}

type Amount = z.infer<typeof amountSchema>;

function sum(...amounts: readonly (Amount | undefined)[]): Exact {
  return amounts.reduce((all, one) => all + (one === undefined ? 0n : toExact(one.value)), 0n);
}

function atLeastZero(exact: Exact, currency: string): Money {
  return toMoney(exact < 0n ? 0n : exact, currency);
}

/**
 * What of `total` is tax: the total less everything else that eBay says is in it (discounts are negative). This holds for
 * taxes eBay collects itself too, which are in the total but need not be in `tax`.
 */
function taxInTotal(prices: RawOrder["pricingSummary"]): Money {
  const currency = prices.total.currency;
  if (prices.priceSubtotal === undefined) return atLeastZero(sum(prices.tax), currency);
  const rest = sum(
    prices.priceSubtotal,
    prices.priceDiscount,
    prices.deliveryCost,
    prices.deliveryDiscount,
    prices.adjustment,
    prices.fee,
  );
  const tax = toExact(prices.total.value) - rest;
  return tax < 0n ? atLeastZero(sum(prices.tax), currency) : toMoney(tax, currency);
}

function toBuyer(raw: RawOrder): RemoteBuyer {
  const instruction = raw.fulfillmentStartInstructions.find((one) => one.shippingStep?.shipTo !== undefined);
  const shipTo = instruction?.shippingStep?.shipTo;
  const registered = raw.buyer.buyerRegistrationAddress;
  // Shipped through eBay's own hub, `shipTo` is the hub: its phone and name are not the buyer's.
  const throughHub = instruction?.ebaySupportedFulfillment === true;
  const own = throughHub ? registered : (shipTo ?? registered);
  const email = text(registered?.email) ?? text(own?.email);
  const phone = text(own?.primaryPhone?.phoneNumber) ?? text(registered?.primaryPhone?.phoneNumber);
  return {
    remoteId: text(raw.buyer.username),
    name: text(own?.fullName) ?? text(registered?.fullName),
    email,
    emailIsRelay: email !== null && RELAY.test(email),
    phone,
    phoneIsMasked: phone !== null && /[*xX#•]/.test(phone),
    shippingAddress: shipTo
      ? toAddress(shipTo, throughHub ? instruction?.shippingStep?.shipToReferenceId : undefined)
      : null,
  };
}

/** The alias eBay gives for a buyer, "a1b2c3@members.ebay.com"; it dies with the transaction. */
const RELAY = /@members\.ebay(\.[a-z]{2,3}){1,2}$/i;

function text(value: string | undefined): string | null {
  const trimmed = value?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

/** For eBay's hub the label must carry the reference, or the parcel cannot be matched to its buyer. */
function toAddress(contact: Contact, hubReference: string | undefined): RemoteAddress {
  const address = contact.contactAddress;
  const line2 = text(address?.addressLine2);
  const reference = hubReference !== undefined && !line2?.includes(hubReference) ? `Reference #${hubReference}` : null;
  return {
    name: text(contact.fullName),
    company: text(contact.companyName),
    line1: text(address?.addressLine1),
    line2: [line2, reference].filter((one) => one !== null).join(", ") || null,
    city: text(address?.city),
    region: text(address?.stateOrProvince),
    postalCode: text(address?.postalCode),
    countryCode: text(address?.countryCode),
  };
}
