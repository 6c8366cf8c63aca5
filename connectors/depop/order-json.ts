/** An order as Depop sends it, and as the contract wants it. */
import { z } from "zod";
import { adjustmentOf } from "../contract/money.ts";
import type { RemoteBuyer, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { currencyCode, instant, KEY_MAX, keyText, optionalText, plainText } from "../contract/storable.ts";
import { titleOf } from "./listings.ts";
import { decimalPattern, toMinor, toMoney } from "./money.ts";

const amountSchema = z.string().regex(decimalPattern);

/** One line is one unit: there is no quantity, and each unit has a purchase_item_id of its own. */
const lineSchema = z.object({
  purchase_item_id: z.number().int(),
  sku: plainText(KEY_MAX).nullish(),
  product_id: z.number().int(),
  parcel_id: keyText,
  description: z.string().default(""),
  sold_price: amountSchema,
});

const STATUSES: readonly string[] = ["SHIPPING_PENDING", "SHIPPED", "REFUNDED", "CANCELLED", "COMPLETED"];

/** Only what we use. A status that we do not know is not guessed at: the order is shown, and held (`toOrder`). */
export const rawOrderSchema = z.object({
  purchase_id: keyText,
  status: plainText(KEY_MAX),
  currency: currencyCode,
  buyer_pays_amount: amountSchema,
  buyer_shipping_price: amountSchema,
  buyer_tax_amount: amountSchema.nullish(),
  buyer_address: z.object({
    name: optionalText,
    address: optionalText,
    address2: optionalText,
    city: optionalText,
    postal_code: optionalText,
    state: optionalText,
    country_code: optionalText,
    phone_number: optionalText,
  }),
  line_items: z.array(lineSchema).min(1),
  // "Only present if the order has been refunded": what went back, part by part.
  refund_summary: z
    .object({
      breakdown: z.object({
        refunded_to_buyer: z.object({
          item_refund_amount: amountSchema,
          shipping_refund_amount: amountSchema.nullish(),
          tax_refund_amount: amountSchema.nullish(),
        }),
      }),
    })
    .nullish(),
  created_at: instant,
});
export type RawOrder = z.infer<typeof rawOrderSchema>;

export function isShipped(raw: RawOrder): boolean {
  return raw.status === "SHIPPED" || raw.status === "COMPLETED";
}

/** REFUNDED is said of a partial refund too ("The order will be marked as refunded"): the items' amount decides. */
export function isFullyRefunded(raw: RawOrder): boolean {
  if (raw.status !== "REFUNDED") return false;
  const refunded = raw.refund_summary?.breakdown.refunded_to_buyer.item_refund_amount;
  return refunded === undefined || toMinor(refunded) >= itemsMinor(raw);
}

/** Nothing more can happen to its stock: shipped, or all of it given back. */
export function isClosed(raw: RawOrder): boolean {
  return isShipped(raw) || raw.status === "CANCELLED" || isFullyRefunded(raw);
}

/**
 * What of the total went back, not counting the buyer's fee to Depop, which is not in it. A refund names amounts and no
 * items, so it cancels units only when it is all of the items' price.
 */
export function refundedMinor(raw: RawOrder): bigint {
  const total = totalMinor(raw);
  if (!raw.refund_summary) return raw.status === "REFUNDED" ? total : 0n;
  const parts = raw.refund_summary.breakdown.refunded_to_buyer;
  const named = [parts.item_refund_amount, parts.shipping_refund_amount, parts.tax_refund_amount]
    .map((one) => toMinor(one ?? "0"))
    .reduce((sum, one) => sum + one);
  if (named > total) return total;
  return named;
}

/** Not buyer_pays_amount: what a buyer pays to Depop itself is not the merchant's sale. */
function totalMinor(raw: RawOrder): bigint {
  return itemsMinor(raw) + toMinor(raw.buyer_shipping_price) + toMinor(raw.buyer_tax_amount ?? "0");
}

function itemsMinor(raw: RawOrder): bigint {
  return raw.line_items.reduce((sum, line) => sum + toMinor(line.sold_price), 0n);
}

/** `readAt` stands for the time of the last change, which Depop does not tell: later reads are newer. */
export function toOrder(raw: RawOrder, readAt: Date): RemoteOrder {
  const cancelled = raw.status === "CANCELLED" || isFullyRefunded(raw);
  const taxed = toMinor(raw.buyer_tax_amount ?? "0");
  const zero = toMoney(0n, raw.currency);
  const lines = raw.line_items.map((line) => toLine(line, cancelled, raw.currency));
  const shipping = toMoney(toMinor(raw.buyer_shipping_price), raw.currency);
  const tax = toMoney(taxed, raw.currency);
  const total = toMoney(totalMinor(raw), raw.currency);
  return {
    remoteId: raw.purchase_id,
    displayName: raw.purchase_id,
    soldAt: raw.created_at,
    // At Depop an order is paid when it comes to be.
    paidAt: raw.created_at,
    updatedAt: readAt,
    status: cancelled ? "cancelled" : "paid",
    cancellationRequested: false,
    fulfilment: isShipped(raw) ? "complete" : "none",
    delivery: "ship",
    // Its API names no such time.
    shipBy: null,
    buyer: toBuyer(raw),
    lines,
    shipping,
    tax,
    taxIncluded: zero,
    // "any taxes we may need to collect": Depop's, where there are any.
    taxCollectedByMarketplace: taxed > 0n,
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    refunded: toMoney(refundedMinor(raw), raw.currency),
    remarks: [],
    holdBecause: STATUSES.includes(raw.status)
      ? null
      : `Depop says that this order is ${raw.status}, which Lockstep does not know. Look at it in Depop, and let it go on if it is to be sent.`,
  };
}

function toLine(line: RawOrder["line_items"][number], cancelled: boolean, currency: string): RemoteOrderLine {
  return {
    remoteLineId: String(line.purchase_item_id),
    sku: line.sku || null,
    listingRemoteId: String(line.product_id),
    title: titleOf(line.description),
    quantity: 1,
    quantityCancelled: cancelled ? 1 : 0,
    unitPrice: toMoney(toMinor(line.sold_price), currency),
    requiresShipping: true,
  };
}

/** An order names nobody but its address: no buyer's id, and never an e-mail. */
function toBuyer({ buyer_address: address }: RawOrder): RemoteBuyer {
  return {
    remoteId: null,
    name: address.name,
    email: null,
    emailIsRelay: false,
    phone: address.phone_number,
    phoneIsMasked: /[*xX#•]/.test(address.phone_number ?? ""),
    shippingAddress: {
      name: address.name,
      company: null,
      line1: address.address,
      line2: address.address2,
      city: address.city,
      region: address.state,
      postalCode: address.postal_code,
      countryCode: address.country_code,
    },
  };
}
