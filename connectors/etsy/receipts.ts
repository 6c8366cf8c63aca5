/** One receipt, parsed and put into our words. */
import { z } from "zod";
import { adjustmentOf } from "../contract/money.ts";
import type { RemoteAddress, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { epochSeconds, KEY_MAX, plainText, units } from "../contract/storable.ts";
import { type PropertyValue, productKey, propertyValuesSchema } from "./inventory.ts";
import { digitsOf, divideRounded, type Exact, exactOf, moneySchema, toMoney } from "./money.ts";
import { plainString, shownText } from "./text.ts";

/** As the listing's own, so that both name one product; spaces around it are none of it. */
const skuSchema = plainString
  .nullish()
  .transform((sku) => sku?.trim() || null)
  .pipe(plainText(KEY_MAX).nullable());

const transactionSchema = z.object({
  transaction_id: z.number().int().positive(),
  title: shownText,
  quantity: units.positive(),
  listing_id: z.number().int().nullish(),
  sku: skuSchema,
  price: moneySchema,
  paid_timestamp: epochSeconds.nullish(),
  variations: z.array(z.object({ property_id: z.number().int(), value_id: z.number().int().nullish() })).nullish(),
  product_data: propertyValuesSchema.nullish(),
});
type Transaction = z.infer<typeof transactionSchema>;

/** A buyer whom Etsy does not name, whatever it writes instead (0), never costs the order. */
const buyerIdSchema = z.number().int().positive().nullish().catch(null);

/** Only what we use; the status is closed, as a value we do not know must not be guessed at. */
export const rawReceiptSchema = z.object({
  receipt_id: z.number().int().positive(),
  buyer_user_id: buyerIdSchema,
  buyer_email: shownText,
  name: shownText,
  first_line: shownText,
  second_line: shownText,
  city: shownText,
  state: shownText,
  zip: shownText,
  country_iso: shownText,
  status: z
    .string()
    .transform((status) => status.toLowerCase())
    .pipe(
      z.enum(["paid", "completed", "open", "payment processing", "canceled", "fully refunded", "partially refunded"]),
    ),
  is_paid: z.boolean(),
  is_shipped: z.boolean(),
  created_timestamp: epochSeconds,
  updated_timestamp: epochSeconds,
  grandtotal: moneySchema,
  subtotal: moneySchema,
  total_price: moneySchema,
  total_tax_cost: moneySchema.nullish(),
  total_vat_cost: moneySchema.nullish(),
  shipments: z
    .array(z.object({ receipt_shipping_id: z.number().int().nullish(), tracking_code: z.string().nullish() }))
    .nullish()
    .transform((all) => all ?? []),
  transactions: z.array(transactionSchema).min(1),
});
export type RawReceipt = z.infer<typeof rawReceiptSchema>;

export const receiptSchema = rawReceiptSchema.transform(toOrder);

function toOrder(raw: RawReceipt): RemoteOrder {
  const currency = raw.grandtotal.currency_code;
  const digits = digitsOf(raw.grandtotal);
  const isCancelled = raw.status === "canceled";
  // All the money is back and nothing was sent: nothing is to be sent any more.
  const isUndone = isCancelled || (raw.status === "fully refunded" && !raw.is_shipped);
  const total = exactOf(raw.grandtotal);
  const beyondGoods = atLeastZero(total - exactOf(raw.subtotal));
  const named =
    (raw.total_tax_cost ? exactOf(raw.total_tax_cost) : 0n) + (raw.total_vat_cost ? exactOf(raw.total_vat_cost) : 0n);
  const taxed = named < beyondGoods ? atLeastZero(named) : beyondGoods;
  const zero = toMoney(0n, currency, digits);
  const lines = raw.transactions.map((one) => toLine(one, raw, isUndone));
  // What is neither goods nor tax: shipping, and gift wrap where there is some.
  const shipping = toMoney(beyondGoods - taxed, currency, digits);
  const tax = toMoney(taxed, currency, digits);
  const grandtotal = toMoney(total, currency, digits);
  return {
    remoteId: String(raw.receipt_id),
    displayName: String(raw.receipt_id),
    soldAt: raw.created_timestamp,
    paidAt: raw.is_paid ? paidAt(raw) : null,
    updatedAt: raw.updated_timestamp,
    status: isCancelled ? "cancelled" : raw.is_paid ? "paid" : "pending",
    // Buyers ask by message; the API does not show it.
    cancellationRequested: false,
    fulfilment: raw.is_shipped ? "complete" : "none",
    delivery: "ship",
    buyer: {
      remoteId: raw.buyer_user_id ? String(raw.buyer_user_id) : null,
      name: raw.name,
      // "It will be null if access hasn't been granted"; where it is given it is the buyer's own, not an alias.
      email: raw.buyer_email,
      emailIsRelay: false,
      phone: null,
      phoneIsMasked: false,
      shippingAddress: toAddress(raw),
    },
    lines,
    shipping,
    tax,
    taxIncluded: zero,
    taxCollectedByMarketplace: taxed > 0n,
    adjustment: adjustmentOf({ total: grandtotal, lines, shipping, tax }),
    total: grandtotal,
    refunded: zero,
    remarks: [],
    holdBecause: null,
  };
}

function atLeastZero(exact: Exact): Exact {
  return exact < 0n ? 0n : exact;
}

function paidAt(raw: RawReceipt): Date {
  const times = raw.transactions.flatMap((one) => one.paid_timestamp?.getTime() ?? []);
  const earliest = times.length > 0 ? Math.min(...times) : raw.created_timestamp.getTime();
  return new Date(Math.max(earliest, raw.created_timestamp.getTime()));
}

/** `subtotal` is `total_price` less the coupons, which Etsy gives for the order as a whole: each line bears its share. */
function toLine(one: Transaction, raw: RawReceipt, isUndone: boolean): RemoteOrderLine {
  const full = exactOf(raw.total_price);
  const price = exactOf(one.price);
  const unit = full > 0n ? divideRounded(price * exactOf(raw.subtotal), full) : price;
  return {
    remoteLineId: String(one.transaction_id),
    sku: one.sku,
    listingRemoteId: listingRemoteId(one),
    title: one.title ?? "",
    quantity: one.quantity,
    quantityCancelled: isUndone ? one.quantity : 0,
    unitPrice: toMoney(unit, one.price.currency_code, digitsOf(one.price)),
    requiresShipping: true,
  };
}

/** `product_data` says which product; without it a choice of the buyer's leaves it open, and the SKU decides. */
function listingRemoteId(one: Transaction): string | null {
  if (!one.listing_id) return null;
  const values: PropertyValue[] = one.product_data ?? [];
  // Personalisation is listed among the choices, without a value's id.
  const hasChoice = one.variations?.some((choice) => choice.value_id != null) ?? false;
  return values.length === 0 && hasChoice ? null : productKey(one.listing_id, values);
}

function toAddress(raw: RawReceipt): RemoteAddress | null {
  const { first_line, second_line, city, state, zip, country_iso } = raw;
  const isHidden = [first_line, second_line, city, state, zip, country_iso].every((one) => one === null);
  if (isHidden) return null;
  return {
    name: raw.name,
    company: null,
    line1: first_line,
    line2: second_line,
    city,
    region: state,
    postalCode: zip,
    countryCode: country_iso,
  };
}
