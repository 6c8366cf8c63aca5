/** What of an order's total is shipping and tax, and what was given back. */

import { z } from "zod";
import { decimalPattern, type Exact, toExact } from "../contract/money.ts";
import { currencyCode, instant, keyText } from "../contract/storable.ts";

export const amountSchema = z.object({ value: z.string().regex(decimalPattern), currency: currencyCode });
export type Amount = z.infer<typeof amountSchema>;

export const pricingSchema = z.object({
  priceSubtotal: amountSchema.optional(),
  priceDiscount: amountSchema.optional(),
  deliveryCost: amountSchema.optional(),
  deliveryDiscount: amountSchema.optional(),
  adjustment: amountSchema.optional(),
  fee: amountSchema.optional(),
  tax: amountSchema.optional(),
  total: amountSchema,
});
export type Pricing = z.infer<typeof pricingSchema>;

/** LineItemRefund and OrderRefund. `refundDate`: "This field is not returned until the refund has been issued". */
export const refundSchema = z.object({
  refundId: keyText.optional().catch(undefined),
  amount: amountSchema.optional(),
  refundDate: instant.optional(),
  refundStatus: z.string().optional(),
});
export type Refund = z.infer<typeof refundSchema>;

/** `taxType` names fees too: "If the order has fees, a breakdown of the fees is also provided". */
export const lineTaxSchema = z.object({ amount: amountSchema.optional(), taxType: z.string().optional() });
type LineTax = z.infer<typeof lineTaxSchema>;

export function sum(...amounts: readonly (Amount | undefined)[]): Exact {
  return amounts.reduce((all, one) => all + (one === undefined ? 0n : toExact(one.value)), 0n);
}

function atLeastZero(exact: Exact): Exact {
  return exact < 0n ? 0n : exact;
}

/** "This should be a negative real number": where it is not, it is a discount all the same. */
function discount(amount: Amount | undefined): Exact {
  const exact = sum(amount);
  return exact > 0n ? -exact : exact;
}

export function shippingOf(pricing: Pricing): Exact {
  return atLeastZero(sum(pricing.deliveryCost) + discount(pricing.deliveryDiscount));
}

export interface TaxedLine {
  cost: Exact;
  taxes: readonly LineTax[];
  ebayCollectAndRemitTaxes: readonly LineTax[];
}

/**
 * `onTop`: tax that the total holds beyond the prices, the delivery and whatever else eBay says is in it. `included`: tax
 * that eBay names and that the total does not hold beyond those, so that the prices contain it. What is beyond and is named
 * by nothing as a tax is none of it.
 */
export function taxOf(
  pricing: Pricing,
  lines: readonly TaxedLine[],
  isCollectedByEbay: boolean,
): { onTop: Exact; included: Exact } {
  const goods =
    pricing.priceSubtotal === undefined
      ? lines.reduce((all, line) => all + line.cost, 0n)
      : sum(pricing.priceSubtotal) + discount(pricing.priceDiscount);
  const delivery = sum(pricing.deliveryCost) + discount(pricing.deliveryDiscount);
  const beyond = atLeastZero(sum(pricing.total) - goods - delivery - sum(pricing.adjustment) - sum(pricing.fee));
  const { ofOrder, ofLines } = namedTaxes(pricing, lines);
  const named = larger(ofOrder, ofLines);
  // Taxes that eBay collects itself are in the total, and need not be in the order's own sum, or be named but by the flag.
  const isAllTax = beyond === ofOrder + ofLines || (isCollectedByEbay && named === 0n);
  const onTop = isAllTax || beyond < named ? beyond : named;
  return { onTop, included: atLeastZero(named - onTop) };
}

function larger(a: Exact, b: Exact): Exact {
  if (a < b) return b;
  return a;
}

/** As the order's own sum and as that of its lines: eBay shows the same tax in several places. */
function namedTaxes(pricing: Pricing, lines: readonly TaxedLine[]): { ofOrder: Exact; ofLines: Exact } {
  const ofLines = lines.map((line) => {
    const taxes = line.taxes.filter((one) => !/FEE/i.test(one.taxType ?? ""));
    const shown = taxes.length > 0 ? taxes : line.ebayCollectAndRemitTaxes;
    return sum(...shown.map((one) => one.amount));
  });
  return {
    ofOrder: atLeastZero(sum(pricing.tax)),
    ofLines: atLeastZero(ofLines.reduce((all, one) => all + one, 0n)),
  };
}

/** Money that has left; a refund under way may still fail. */
export function issued(refunds: readonly Refund[]): Refund[] {
  return refunds.filter((one) => one.refundDate !== undefined);
}

/** RefundStatusEnum: FAILED, PENDING, REFUNDED. A line's refund has none, and its date alone tells. */
export function isUnderWay(refund: Refund): boolean {
  return refund.refundDate === undefined && refund.refundStatus !== "FAILED";
}

/**
 * A refund stands with the order or with its lines, "instead", says the spec; one without an id, and one that stands in both
 * places, is not counted twice.
 */
export function refundedOf(ofOrder: readonly Refund[], ofLines: readonly Refund[]): Exact {
  const byId = new Map<string, { order: Exact; lines: Exact }>();
  const add = (place: "order" | "lines", refunds: readonly Refund[]) => {
    for (const one of issued(refunds)) {
      const held = byId.get(one.refundId ?? "") ?? { order: 0n, lines: 0n };
      byId.set(one.refundId ?? "", { ...held, [place]: held[place] + sum(one.amount) });
    }
  };
  add("order", ofOrder);
  add("lines", ofLines);
  return [...byId.values()].reduce((all, { order, lines }) => all + larger(order, lines), 0n);
}
