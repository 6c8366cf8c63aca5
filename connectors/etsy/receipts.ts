/** One receipt, parsed and put into our words. */
import { z } from "zod";
import { adjustmentOf, areOfOneCurrency, signOf } from "../contract/money.ts";
import type { RemoteAddress, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { epochSeconds, KEY_MAX, plainText, units } from "../contract/storable.ts";
import { type PropertyValue, productKey, propertyValuesSchema } from "./inventory.ts";
import { moneySchema } from "./money.ts";
import { moneyOf, unitPriceOf } from "./receipt-money.ts";
import { letterText, plainString, shownText } from "./text.ts";

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
  is_digital: z.boolean().nullish(),
  paid_timestamp: epochSeconds.nullish(),
  expected_ship_date: epochSeconds.nullish().catch(null),
  variations: z
    .array(
      z.object({
        property_id: z.number().int(),
        value_id: z.number().int().nullish(),
        formatted_name: letterText,
        formatted_value: letterText,
      }),
    )
    .nullish(),
  shipping_method: letterText,
  shipping_upgrade: letterText,
  product_data: propertyValuesSchema.nullish(),
});
type Transaction = z.infer<typeof transactionSchema>;

/** A buyer whom Etsy does not name, whatever it writes instead (0), never costs the order. */
const buyerIdSchema = z.number().int().positive().nullish().catch(null);

const fieldsSchema = z.object({
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
  message_from_buyer: letterText,
  is_gift: z.boolean().nullish().catch(null),
  gift_message: letterText,
  gift_sender: letterText,
  is_paid: z.boolean(),
  is_shipped: z.boolean(),
  created_timestamp: epochSeconds,
  updated_timestamp: epochSeconds,
  grandtotal: moneySchema,
  subtotal: moneySchema,
  total_price: moneySchema,
  total_shipping_cost: moneySchema.nullish(),
  total_tax_cost: moneySchema.nullish(),
  total_vat_cost: moneySchema.nullish(),
  gift_wrap_price: moneySchema.nullish(),
  /** What can't be read of them costs no order: the status says that there is one. */
  refunds: z
    .array(z.object({ amount: moneySchema }))
    .nullish()
    .catch(null),
  shipments: z
    .array(z.object({ receipt_shipping_id: z.number().int().nullish(), tracking_code: z.string().nullish() }))
    .nullish()
    .transform((all) => all ?? []),
  transactions: z.array(transactionSchema).min(1),
});

/** Only what we use; the status is closed, as a value we do not know must not be guessed at. */
export const rawReceiptSchema = fieldsSchema.refine(isOfOneCurrency, {
  path: ["transactions", "price", "currency_code"],
});
export type RawReceipt = z.infer<typeof rawReceiptSchema>;

export const receiptSchema = rawReceiptSchema.transform(toOrder);

function isOfOneCurrency(raw: z.output<typeof fieldsSchema>): boolean {
  const { grandtotal, subtotal, total_price, total_shipping_cost, total_tax_cost, total_vat_cost } = raw;
  const ofReceipt = [
    grandtotal,
    subtotal,
    total_price,
    total_shipping_cost,
    total_tax_cost,
    total_vat_cost,
    raw.gift_wrap_price,
  ];
  const amounts = [...ofReceipt, ...raw.transactions.map((one) => one.price)];
  return areOfOneCurrency(amounts.flatMap((one) => one?.currency_code ?? []));
}

function toOrder(raw: RawReceipt): RemoteOrder {
  const isCancelled = raw.status === "canceled";
  // All the money is back and nothing was sent: nothing is to be sent any more.
  const isUndone = isCancelled || (raw.status === "fully refunded" && !raw.is_shipped);
  const { shipping, tax, taxIncluded, total, refunded } = moneyOf(raw);
  const lines = raw.transactions.map((one) => toLine(one, raw, isUndone));
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
    shipBy: isUndone || raw.is_shipped ? null : shipByOf(raw),
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
    taxIncluded,
    // Etsy does not say whose the tax is that prices contain.
    taxCollectedByMarketplace: signOf(tax.amount) > 0,
    adjustment: adjustmentOf({ total, lines, shipping, tax }),
    total,
    refunded,
    remarks: remarksOn(raw),
    holdBecause: null,
  };
}

function paidAt(raw: RawReceipt): Date {
  const times = raw.transactions.flatMap((one) => one.paid_timestamp?.getTime() ?? []);
  const earliest = times.length > 0 ? Math.min(...times) : raw.created_timestamp.getTime();
  return new Date(Math.max(earliest, raw.created_timestamp.getTime()));
}

/** "The date & time of the expected ship date" of each transaction that a parcel carries: the first. */
function shipByOf(raw: RawReceipt): Date | null {
  const times = raw.transactions.flatMap(({ is_digital: isDigital, expected_ship_date: by }) =>
    isDigital === true || by == null ? [] : by.getTime(),
  );
  return times.length === 0 ? null : new Date(Math.min(...times));
}

function toLine(one: Transaction, raw: RawReceipt, isUndone: boolean): RemoteOrderLine {
  return {
    remoteLineId: String(one.transaction_id),
    sku: one.sku,
    listingRemoteId: listingRemoteId(one),
    title: one.title ?? "",
    quantity: one.quantity,
    // A refund in part says nothing of lines: what is given back is in `refunded` alone.
    quantityCancelled: isUndone ? one.quantity : 0,
    unitPrice: unitPriceOf(one.price, raw),
    requiresShipping: one.is_digital !== true,
  };
}

/** Whatever the buyer wants that is no line and no address: whoever packs it must read it. */
function remarksOn(raw: RawReceipt): string[] {
  const { transactions, message_from_buyer: message, gift_message: giftMessage, gift_sender: giftSender } = raw;
  const deliveries = transactions.flatMap(
    (one) => [one.shipping_method, one.shipping_upgrade].filter((text) => text !== null).join(", ") || [],
  );
  return [
    ...transactions.flatMap((one, index) => personalisationOf(one, transactions.length > 1 ? index + 1 : null)),
    ...(message === null ? [] : [`The buyer writes: ${message}`]),
    ...(raw.is_gift ? ["It is a gift."] : []),
    ...(giftSender === null ? [] : [`The gift is from: ${giftSender}`]),
    ...(giftMessage === null ? [] : [`Gift message: ${giftMessage}`]),
    ...[...new Set(deliveries)].map((one) => `Delivery: ${one}`),
  ];
}

/** Personalisation is among the choices, without a value's id. Two of one product may differ in it alone: lines are numbered. */
function personalisationOf({ title, sku, variations }: Transaction, line: number | null): string[] {
  const which = [line === null ? null : `Line ${line}`, sku ?? title].filter((text) => text !== null).join(", ");
  return (variations ?? []).flatMap(({ value_id, formatted_name, formatted_value }) =>
    value_id == null && formatted_value !== null
      ? [`${which}: ${formatted_name ?? "Personalization"}: ${formatted_value}`]
      : [],
  );
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
