/** Amazon's order (orders_2026-01-01.json, definition Order) in the contract's words. */
import { z } from "zod";
import { adjustmentOf } from "../contract/money.ts";
import type { RemoteAddress, RemoteBuyer, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { currencyCode, instant, keyText, optionalKey, optionalText, units } from "../contract/storable.ts";
import { marketplaceById } from "./marketplaces.ts";
import { decimalPattern, type Exact, magnitude, toExact, toMoney } from "./money.ts";

const moneySchema = z.object({ amount: z.string().regex(decimalPattern), currencyCode });

const itemBreakdownSchema = z.object({
  type: z.string(),
  subtotal: moneySchema,
  detailedBreakdowns: z.array(z.object({ subtype: z.string().optional(), value: moneySchema.optional() })).default([]),
});

const itemSchema = z.object({
  orderItemId: keyText,
  quantityOrdered: units,
  product: z.object({
    title: optionalText,
    sellerSku: optionalKey,
    price: z.object({ unitPrice: moneySchema.optional() }).nullish(),
  }),
  proceeds: z.object({ breakdowns: z.array(itemBreakdownSchema).default([]) }).nullish(),
  cancellation: z
    .object({ cancellationRequest: z.unknown().optional(), cancellationExecution: z.unknown().optional() })
    .nullish(),
  fulfillment: z.object({ quantityFulfilled: units.optional() }).nullish(),
  tax: z.object({ taxCollections: z.array(z.object({ model: z.string().optional() })).default([]) }).nullish(),
});
type Item = z.infer<typeof itemSchema>;

const addressSchema = z.object({
  name: optionalText,
  companyName: optionalText,
  addressLine1: optionalText,
  addressLine2: optionalText,
  addressLine3: optionalText,
  city: optionalText,
  districtOrCounty: optionalText,
  stateOrRegion: optionalText,
  postalCode: optionalText,
  countryCode: optionalText,
  phone: optionalText,
});

/** Only what we use; the status is a closed list, as a value we do not know must not be guessed at. */
export const rawOrderSchema = z.object({
  orderId: keyText,
  createdTime: instant,
  lastUpdatedTime: instant,
  buyer: z.object({ buyerName: optionalText, buyerEmail: optionalText }).nullish(),
  recipient: z.object({ deliveryAddress: addressSchema.nullish() }).nullish(),
  proceeds: z
    .object({
      grandTotal: moneySchema.optional(),
      breakdowns: z.array(z.object({ type: z.string(), subtotal: moneySchema })).default([]),
    })
    .nullish(),
  fulfillment: z.object({
    fulfillmentStatus: z.enum([
      "PENDING_AVAILABILITY",
      "PENDING",
      "UNSHIPPED",
      "PARTIALLY_SHIPPED",
      "SHIPPED",
      "CANCELLED",
      "UNFULFILLABLE",
    ]),
    fulfilledBy: z.string().optional(),
  }),
  orderItems: z.array(itemSchema),
  packages: z
    .array(
      z.object({
        packageReferenceId: keyText,
        trackingNumber: optionalText,
        packageItems: z.array(z.object({ orderItemId: z.string(), quantity: units })).default([]),
      }),
    )
    .default([]),
  salesChannel: z.object({ marketplaceId: z.string().optional() }),
});
export type RawOrder = z.infer<typeof rawOrderSchema>;

const FULFILMENT = {
  PENDING_AVAILABILITY: "none",
  PENDING: "none",
  UNSHIPPED: "none",
  PARTIALLY_SHIPPED: "partial",
  SHIPPED: "complete",
  CANCELLED: "none",
  UNFULFILLABLE: "none",
} as const;

export function isPending(raw: RawOrder): boolean {
  const status = raw.fulfillment.fulfillmentStatus;
  return status === "PENDING" || status === "PENDING_AVAILABILITY";
}

export function toOrder(raw: RawOrder): RemoteOrder {
  const status = raw.fulfillment.fulfillmentStatus;
  const cancelled = status === "CANCELLED";
  const pending = isPending(raw);
  const sums = addUp(raw);
  const asked = raw.orderItems.some((item) => item.cancellation?.cancellationRequest && !isCancelledItem(item));
  const zero = toMoney(0n, sums.currency);
  const lines = raw.orderItems.map((item) => toLine(item, cancelled, sums.currency));
  const shipping = toMoney(sums.shipping, sums.currency);
  const tax = toMoney(sums.tax, sums.currency);
  const total = toMoney(sums.total, sums.currency);
  return {
    remoteId: raw.orderId,
    displayName: raw.orderId,
    soldAt: raw.createdTime,
    // Amazon does not say when it was paid; what it lets be shipped is.
    paidAt: pending || cancelled ? null : raw.createdTime,
    updatedAt: raw.lastUpdatedTime,
    status: cancelled ? "cancelled" : pending ? "pending" : "paid",
    cancellationRequested: !cancelled && status !== "SHIPPED" && asked,
    fulfilment: FULFILMENT[status],
    delivery: "ship",
    buyer: toBuyer(raw),
    lines,
    shipping,
    tax,
    taxIncluded: zero,
    taxCollectedByMarketplace: raw.orderItems.some((item) =>
      item.tax?.taxCollections.some((one) => one.model === "MARKETPLACE_FACILITATOR"),
    ),
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    refunded: zero,
    remarks: [],
    holdBecause: null,
  };
}

export function isCancelledItem(item: Item): boolean {
  return item.cancellation?.cancellationExecution !== undefined && item.cancellation.cancellationExecution !== null;
}

function toLine(item: Item, orderIsCancelled: boolean, currency: string): RemoteOrderLine {
  const gone = orderIsCancelled || isCancelledItem(item);
  return {
    remoteLineId: item.orderItemId,
    sku: item.product.sellerSku,
    // Our listings go by their SKU.
    listingRemoteId: item.product.sellerSku,
    title: item.product.title ?? item.product.sellerSku ?? item.orderItemId,
    quantity: item.quantityOrdered,
    quantityCancelled: gone ? Math.max(0, item.quantityOrdered - (item.fulfillment?.quantityFulfilled ?? 0)) : 0,
    unitPrice: toMoney(unitPrice(item), currency),
    requiresShipping: true,
  };
}

function part(item: Item, type: string): Exact {
  return (item.proceeds?.breakdowns ?? [])
    .filter((one) => one.type === type)
    .reduce((sum, one) => sum + toExact(one.subtotal.amount), 0n);
}

/** A discount's share of the goods, or of the shipping. Whether Amazon writes it with a minus is not documented: either way it is one. */
function discount(item: Item, of: "ITEM" | "SHIPPING"): Exact {
  const discounts = (item.proceeds?.breakdowns ?? []).filter((one) => one.type === "DISCOUNT");
  return discounts.reduce((sum, one) => {
    if (one.detailedBreakdowns.length === 0) return of === "ITEM" ? sum + magnitude(toExact(one.subtotal.amount)) : sum;
    const shares = one.detailedBreakdowns.filter((detail) => (detail.subtype === "SHIPPING") === (of === "SHIPPING"));
    return sum + shares.reduce((all, detail) => all + magnitude(toExact(detail.value?.amount ?? "0")), 0n);
  }, 0n);
}

/** After discounts, without shipping. A pending order has no price at all: then 0, until it is paid. */
function unitPrice(item: Item): Exact {
  const goods = part(item, "ITEM");
  if (goods === 0n || item.quantityOrdered === 0) return toExact(item.product.price?.unitPrice?.amount ?? "0");
  return atLeastZero(goods - discount(item, "ITEM")) / BigInt(item.quantityOrdered);
}

/** Charges that are neither goods nor tax: they go with the shipping, so that the parts add up to the total. */
const EXTRAS = ["SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER"];

interface Sums {
  currency: string;
  shipping: Exact;
  tax: Exact;
  total: Exact;
}

/**
 * `tax` is what is left of the total after all else, so it is right whether the prices contain it (as in Europe) or not, and
 * whether Amazon collects it or the seller.
 */
function addUp(raw: RawOrder): Sums {
  const items = raw.orderItems;
  const add = (of: (item: Item) => Exact) => items.reduce((sum, item) => sum + of(item), 0n);
  const goods = add((item) => unitPrice(item) * BigInt(item.quantityOrdered));
  const extras = add((item) => EXTRAS.reduce((sum, type) => sum + part(item, type), 0n));
  const shipping = atLeastZero(extras - add((item) => discount(item, "SHIPPING")));
  const taxed = add((item) => part(item, "TAX"));
  const grandTotal = raw.proceeds?.grandTotal;
  const total = grandTotal ? toExact(grandTotal.amount) : goods + shipping + taxed;
  return { currency: currencyOf(raw), shipping, tax: atLeastZero(total - goods - shipping), total };
}

function atLeastZero(exact: Exact): Exact {
  return exact < 0n ? 0n : exact;
}

/** The order's own, else that of any amount in it, else the store's: a pending order has no amount at all. */
function currencyOf(raw: RawOrder): string {
  const amounts = raw.orderItems.flatMap((item) => [
    item.product.price?.unitPrice,
    ...(item.proceeds?.breakdowns ?? []).map((one) => one.subtotal),
  ]);
  const named = raw.proceeds?.grandTotal?.currencyCode ?? amounts.find((one) => one)?.currencyCode;
  // "XXX": ISO 4217's own word for no currency.
  return named ?? marketplaceById(raw.salesChannel.marketplaceId ?? "")?.currency ?? "XXX";
}

function toBuyer(raw: RawOrder): RemoteBuyer {
  const address = raw.recipient?.deliveryAddress ?? null;
  const email = raw.buyer?.buyerEmail ?? null;
  const phone = address?.phone ?? null;
  return {
    // Amazon names no buyer; the alias of two orders of one person may differ, so it is no key either.
    remoteId: null,
    name: address?.name ?? raw.buyer?.buyerName ?? null,
    email,
    // "The anonymized email address of the buyer": there is no other kind.
    emailIsRelay: email !== null,
    phone,
    // In some stores a number of Amazon's with an extension, which dies with the order.
    phoneIsMasked: phone !== null && /[*•#]|x{2}|ext/i.test(phone),
    shippingAddress: address ? toAddress(address) : null,
  };
}

function toAddress(address: z.infer<typeof addressSchema>): RemoteAddress {
  const lines = [address.addressLine2, address.addressLine3].filter((line) => line !== null);
  return {
    name: address.name,
    company: address.companyName,
    line1: address.addressLine1,
    line2: lines.join(", ") || null,
    city: address.city ?? address.districtOrCounty,
    region: address.stateOrRegion,
    postalCode: address.postalCode,
    countryCode: address.countryCode,
  };
}
