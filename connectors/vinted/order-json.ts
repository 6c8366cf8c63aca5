/** An order as Vinted sends it, and as the contract wants it. What is uncertain about its shape is in this file alone. */
import { z } from "zod";
import { adjustmentOf } from "../contract/money.ts";
import type { RemoteBuyer, RemoteOrder, RemoteOrderLine } from "../contract/remote-types.ts";
import { currencyCode, instant, keyText, optionalKey, optionalText, ownValue } from "../contract/storable.ts";

const AMOUNT_MAX = 1e12;

/** A decimal, as text or as a number, to text with two decimals. */
export const decimalSchema = z
  // Beyond these bounds a number is written with an exponent.
  .union([z.string().regex(/^\d{1,12}(\.\d{1,2}0*)?$/), z.number().nonnegative().max(AMOUNT_MAX)])
  .transform((value) => toDecimal(toMinor(typeof value === "number" ? value.toFixed(2) : value)));

function toMinor(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0").slice(0, 2));
}

function toDecimal(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
}

/** Digits alone. exact-json.ts makes text of the long ones; short ones come as numbers. */
export const idSchema = z
  .union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative()])
  .transform((value) => String(value));

interface Meaning {
  status: RemoteOrder["status"];
  fulfilment: RemoteOrder["fulfilment"];
  /** A cancellation was asked for and is not through. */
  cancelling?: boolean;
}

const PAID: Meaning = { status: "paid", fulfilment: "none" };
const SENT: Meaning = { status: "paid", fulfilment: "complete" };
const CANCELLED: Meaning = { status: "cancelled", fulfilment: "none" };

/** The names are guesses from events and clients; one that is not here becomes a hold and not a guess. */
const STATUSES: Readonly<Record<string, Meaning>> = {
  CREATED: PAID,
  PAID,
  LABEL_CREATED: PAID,
  // Asked for, not done: the item is not free yet.
  CANCELLATION_REQUESTED: { ...PAID, cancelling: true },
  SHIPPED: SENT,
  IN_TRANSIT: SENT,
  DELIVERED: SENT,
  COMPLETED: SENT,
  CANCELLED,
  CANCELED: CANCELLED,
  REFUNDED: CANCELLED,
};

const text = optionalText.catch(null);

/** Vinted's own description names `buyer` and does not define it: all of it is taken as it comes. */
const buyerSchema = z
  .object({
    id: idSchema.nullish().catch(undefined),
    login: text,
    name: text,
    phone: text,
    address: z
      .object({
        line1: text,
        line2: text,
        city: text,
        region: text,
        postal_code: text,
        country_code: text,
      })
      .nullish()
      .catch(undefined),
  })
  .nullish()
  .catch(undefined);

export const rawOrderSchema = z.object({
  id: idSchema,
  status: z.string().transform((status, context): Meaning => {
    const meaning = ownValue(STATUSES, status.toUpperCase());
    if (meaning) return meaning;
    context.addIssue({ code: "custom", message: "unknown status" });
    return z.NEVER;
  }),
  created_at: instant,
  currency: currencyCode,
  /** What the seller gets for the items; less than their prices together in a bundle. */
  amount: decimalSchema,
  buyer: buyerSchema,
  items: z
    .array(
      z.object({
        item_id: keyText,
        item_reference: optionalKey.catch(null),
        title: text,
        price: decimalSchema.nullish().catch(undefined),
      }),
    )
    .min(1),
});
export type RawOrder = z.infer<typeof rawOrderSchema>;

/** `readAt` stands for the time of the last change, which Vinted does not tell. */
export function toOrder(raw: RawOrder, readAt: Date): RemoteOrder {
  const { currency } = raw;
  const { status, fulfilment } = raw.status;
  const zero = { amount: "0.00", currency };
  const lines = toLines(raw, status === "cancelled");
  const total = { amount: raw.amount, currency };
  return {
    remoteId: raw.id,
    displayName: raw.id,
    soldAt: raw.created_at,
    // A buyer pays when buying.
    paidAt: raw.created_at,
    updatedAt: readAt,
    status,
    cancellationRequested: false,
    fulfilment,
    delivery: "ship",
    buyer: toBuyer(raw),
    lines,
    // Postage and buyer protection are between the buyer and Vinted.
    shipping: zero,
    tax: zero,
    taxIncluded: zero,
    taxCollectedByMarketplace: true,
    adjustment: adjustmentOf({ total, lines, shipping: zero, tax: zero }),
    total,
    refunded: zero,
    remarks: [],
    holdBecause: null,
  };
}

/** The order's amount over its items: each one's own price less its even share of a bundle's discount. */
function toLines(raw: RawOrder, cancelled: boolean): RemoteOrderLine[] {
  const prices = raw.items.map((item) => toMinor(item.price ?? "0"));
  const count = BigInt(raw.items.length);
  const rest = toMinor(raw.amount) - prices.reduce((sum, one) => sum + one, 0n);
  const share = rest / count;
  const shares = prices.map((price, index) => price + share + (index === 0 ? rest - share * count : 0n));
  // A discount bigger than an item's price: then all items cost the same.
  const even = toMinor(raw.amount) / count;
  const fair = shares.every((one) => one >= 0n)
    ? shares
    : prices.map((_, index) => even + (index === 0 ? toMinor(raw.amount) - even * count : 0n));
  return raw.items.map((item, index) => ({
    remoteLineId: item.item_id,
    sku: item.item_reference,
    listingRemoteId: item.item_id,
    title: item.title ?? item.item_reference ?? `Item ${item.item_id}`,
    quantity: 1,
    quantityCancelled: cancelled ? 1 : 0,
    unitPrice: { amount: toDecimal(fair[index] ?? 0n), currency: raw.currency },
    requiresShipping: true,
  }));
}

function toBuyer({ buyer }: RawOrder): RemoteBuyer {
  const address = buyer?.address;
  return {
    remoteId: buyer?.id ?? null,
    name: buyer?.name ?? buyer?.login ?? null,
    email: null,
    emailIsRelay: false,
    phone: buyer?.phone ?? null,
    phoneIsMasked: /[*xX#•]/.test(buyer?.phone ?? ""),
    shippingAddress: address
      ? {
          name: buyer?.name ?? null,
          company: null,
          line1: address.line1,
          line2: address.line2,
          city: address.city,
          region: address.region,
          postalCode: address.postal_code,
          countryCode: address.country_code,
        }
      : null,
  };
}
