/** An order as Vinted sends it, and as the contract wants it. */
import { z } from "zod";
import { adjustmentOf } from "../contract/money.ts";
import type { RemoteAddress, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { currencyCode, instant, keyText, optionalKey, optionalText, ownValue } from "../contract/storable.ts";

/** Far below where a number in hundredths loses its last digit. */
const AMOUNT_MAX = 1e11;

/** A decimal number to hundredths: rounded, because Vinted's amounts are floats (12.999999 is 13.00). */
export const amountSchema = z
  .number()
  .nonnegative()
  .max(AMOUNT_MAX)
  // 1.005 * 100 is 100.49999...: its own error is rounded off first.
  .transform((value) => BigInt(Math.round(Number((value * 100).toFixed(3)))));

function toDecimal(hundredths: bigint): string {
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
}

/** Digits alone. exact-json.ts makes text of the long ones; short ones come as numbers. */
export const idSchema = z
  .union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative()])
  .transform((value) => String(value));

/** The id of whatever in an order was not made through the API; several lines of an order may have it. */
const UNMANAGED_ID = "00000000-0000-0000-0000-000000000000";

interface Meaning {
  status: RemoteOrder["status"];
  fulfilment: RemoteOrder["fulfilment"];
  /** What whoever holds the parcel should know. */
  remark?: string;
  hold?: string;
}

const SENT: Meaning = { status: "paid", fulfilment: "complete" };
const returned = (remark: string): Meaning => ({ ...SENT, remark });
const unclear = (status: string): Meaning => ({
  ...SENT,
  remark: `Vinted says that this order is ${status}. Look at Vinted what became of each of its items.`,
  hold: `Vinted says that this order is ${status}, and not which of its items were sold. Look at Vinted, then choose what to do with it.`,
});

/**
 * The fourteen of the spec, which does not say what they mean. Only READY_TO_BE_SHIPPED is to be packed. CREATED comes
 * before it and nobody says that it is paid: its units are held, and it is not placed. What was sent and came back is not
 * put into stock again: the merchant has to look at it first.
 */
const STATUSES: Readonly<Record<string, Meaning>> = {
  CREATED: { status: "pending", fulfilment: "none" },
  READY_TO_BE_SHIPPED: { status: "paid", fulfilment: "none" },
  SHIPPED: SENT,
  DELIVERED: SENT,
  COMPLETED: SENT,
  LOST: returned("Vinted says that the parcel is lost."),
  RETURN_REQUESTED: returned("The buyer asked Vinted to return it."),
  RETURN_INITIATED: returned("The buyer is returning it."),
  RETURN_SHIPPED: returned("The buyer has sent it back."),
  RETURN_DELIVERED: returned("It has come back from the buyer. Put it into stock in Shopify if it can be sold."),
  RETURN_LOST: returned("Vinted says that the parcel was lost on its way back."),
  CANCELED: { status: "cancelled", fulfilment: "none" },
  PARTIALLY_COMPLETED: unclear("partially completed"),
  CLOSED: unclear("closed"),
};

/** Whether more is to come of an order in this status before it is sent or cancelled; so too where nobody knows it. */
export function isOpenStatus(status: string): boolean {
  const meaning = ownValue(STATUSES, status);
  return meaning === undefined || (meaning.status !== "cancelled" && meaning.fulfilment !== "complete");
}

export function isCancelledStatus(status: string): boolean {
  return ownValue(STATUSES, status)?.status === "cancelled";
}

/** As the list has it. Only the id is the way on; where the rest can't be read, the order itself is looked at. */
export const orderRowSchema = z.object({
  id: idSchema,
  created_at: instant.nullable().catch(null),
  status: z.string().max(60).catch("unreadable"),
});
export type OrderRow = z.infer<typeof orderRowSchema>;

const text = optionalText.catch(null);

const addressSchema = z
  .object({
    name: text,
    line_1: text,
    line_2: text,
    city: text,
    state: text,
    postal_code: text,
    country_code: text,
  })
  .nullish()
  .catch(undefined);

/** `buyer` is named in the spec and defined nowhere: nothing is read of it. */
export const rawOrderSchema = z.object({
  id: idSchema,
  status: z
    .string()
    .max(60)
    .transform((name, context) => {
      const meaning = ownValue(STATUSES, name);
      if (meaning) return { name, ...meaning };
      context.addIssue({ code: "custom", message: "unknown status" });
      return z.NEVER;
    }),
  created_at: instant,
  currency: currencyCode,
  /** What the seller gets for the order; less than the prices together in a bundle. */
  amount: amountSchema,
  delivery_address: addressSchema,
  billing_address: addressSchema,
  items: z
    .array(
      z.object({
        id: keyText,
        item_reference: optionalKey.catch(null),
        title: text,
        price: amountSchema.nullish().catch(undefined),
      }),
    )
    .min(1),
});
export type RawOrder = z.infer<typeof rawOrderSchema>;

/** Ids of the order's items that were made through the API, and how many others it has. */
export function itemsOf(raw: RawOrder): { managed: string[]; unmanaged: number } {
  const managed = raw.items.map((item) => item.id).filter((id) => id !== UNMANAGED_ID);
  return { managed, unmanaged: raw.items.length - managed.length };
}

/** `readAt` stands for the time of the last change, which Vinted does not tell. */
export function toOrder(raw: RawOrder, readAt: Date): RemoteOrder {
  const { currency } = raw;
  const { status, fulfilment, remark, hold } = raw.status;
  const zero = { amount: "0.00", currency };
  const lines = toLines(raw, status === "cancelled");
  const total = { amount: toDecimal(raw.amount), currency };
  const shippingAddress = toAddress(raw.delivery_address);
  return {
    remoteId: raw.id,
    displayName: raw.id,
    soldAt: raw.created_at,
    // Vinted does not say when; a buyer pays when buying.
    paidAt: status === "pending" ? null : raw.created_at,
    updatedAt: readAt,
    status,
    cancellationRequested: false,
    fulfilment,
    delivery: "ship",
    // Its API names no such time.
    shipBy: null,
    buyer: {
      remoteId: null,
      name: raw.billing_address?.name ?? shippingAddress?.name ?? null,
      email: null,
      emailIsRelay: false,
      phone: null,
      phoneIsMasked: false,
      shippingAddress,
    },
    lines,
    // Postage and buyer protection are between the buyer and Vinted, and no tax is named.
    shipping: zero,
    tax: zero,
    taxIncluded: zero,
    taxCollectedByMarketplace: true,
    adjustment: adjustmentOf({ total, lines, shipping: zero, tax: zero }),
    total,
    refunded: zero,
    remarks: remark === undefined ? [] : [remark],
    holdBecause: hold ?? null,
  };
}

function toLines(raw: RawOrder, cancelled: boolean): RemoteOrderLine[] {
  const prices = fairPrices(raw);
  const ids = lineIds(raw);
  return raw.items.map((item, index) => ({
    remoteLineId: ids[index] ?? item.id,
    sku: item.item_reference,
    listingRemoteId: item.id === UNMANAGED_ID ? null : item.id,
    title: item.title ?? item.item_reference ?? (item.id === UNMANAGED_ID ? "Item not on the API" : `Item ${item.id}`),
    quantity: 1,
    quantityCancelled: cancelled ? 1 : 0,
    unitPrice: { amount: toDecimal(prices[index] ?? 0n), currency: raw.currency },
    requiresShipping: true,
  }));
}

/** The order's amount over its items: each one's own price less its even share of a bundle's discount. */
function fairPrices(raw: RawOrder): bigint[] {
  const prices = raw.items.map((item) => item.price ?? 0n);
  const count = BigInt(prices.length);
  const rest = raw.amount - prices.reduce((sum, one) => sum + one, 0n);
  const share = rest / count;
  const shares = prices.map((price, index) => price + share + (index === 0 ? rest - share * count : 0n));
  if (shares.every((one) => one >= 0n)) return shares;
  // A discount bigger than an item's price: then all items cost the same.
  const even = raw.amount / count;
  return prices.map((_, index) => even + (index === 0 ? raw.amount - even * count : 0n));
}

/**
 * A thing's id is its line's. Those with the shared id are numbered in the order of title and price, not of the reply, which
 * does not promise any.
 */
function lineIds(raw: RawOrder): string[] {
  const keyOf = ({ title, price }: RawOrder["items"][number]) =>
    `${title ?? ""}\n${String(price ?? 0n).padStart(14, "0")}`;
  const ids = raw.items.map((item) => item.id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index || one === UNMANAGED_ID))) {
    const twins = [...raw.items.entries()].filter(([, item]) => item.id === id);
    twins.sort(([, a], [, b]) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
    for (const [number, [index]] of twins.entries()) ids[index] = `${id}:${number + 1}`;
  }
  return ids;
}

function toAddress(address: RawOrder["delivery_address"]): RemoteAddress | null {
  if (!address) return null;
  return {
    name: address.name,
    company: null,
    line1: address.line_1,
    line2: address.line_2,
    city: address.city,
    region: address.state,
    postalCode: address.postal_code,
    countryCode: address.country_code,
  };
}
