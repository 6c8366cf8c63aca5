/**
 * What was paid for an order, in parts that add up. Pure. The marketplace's total counts what it was at the sale; what was
 * given back since is not paid for, and Shopify's order is to come to what is left, to the cent.
 */
import { addAmounts, compareAmounts, multiplyAmount, signOf, subtractAmounts } from "#connectors/contract/money.ts";
import { unitsOf } from "./picture.ts";

export interface OrderAmounts {
  totalAmount: string;
  shippingAmount: string;
  taxAmount: string;
  adjustmentAmount: string;
  refundedAmount: string;
  lines: readonly { quantity: number; quantityCancelled: number; unitAmount: string }[];
}

export interface OrderMoney {
  /** What is left to pay for: the total less what was given back. */
  paid: string;
  /** Units that are still to be sent, at their prices. */
  goods: string;
  shipping: string;
  tax: string;
  /** What is missing to `paid`; negative where it is too much. */
  adjustment: string;
  /** Of what was given back, what is more than the price of the units that were cancelled. */
  refundedBeyondUnits: string;
}

export function moneyOf(order: OrderAmounts): OrderMoney {
  const { totalAmount, shippingAmount: shipping, taxAmount: tax } = order;
  const goods = addAmounts(...order.lines.map((line) => multiplyAmount(line.unitAmount, unitsOf(line))));
  // By the contract's sum: what the marketplace's total still counts of the lines, cancelled ones included.
  const goodsInTotal = subtractAmounts(totalAmount, shipping, tax, order.adjustmentAmount);
  const cancelled = atLeastZero(subtractAmounts(goodsInTotal, goods));
  const refundedBeyondUnits = atLeastZero(subtractAmounts(order.refundedAmount, cancelled));
  const paid = atLeastZero(subtractAmounts(totalAmount, cancelled, refundedBeyondUnits));
  const adjustment = subtractAmounts(paid, goods, shipping, tax);
  return { paid, goods, shipping, tax, adjustment, refundedBeyondUnits };
}

/** What a Shopify order can be made of: it has no amounts below zero but one discount, which takes no more than the goods. */
export interface PayableParts {
  paid: string;
  extra: string;
  discount: string;
  shipping: string;
  tax: string;
}

export function payableParts({ paid, goods, shipping, tax, adjustment }: OrderMoney): PayableParts {
  // Stryker disable next-line EqualityOperator: no adjustment is no extra, and no discount
  if (signOf(adjustment) >= 0) return { paid, extra: adjustment, discount: "0", shipping, tax };
  const missing = multiplyAmount(adjustment, -1);
  const discount = least(missing, goods);
  const offShipping = least(subtractAmounts(missing, discount), shipping);
  const offTax = least(subtractAmounts(missing, discount, offShipping), tax);
  return {
    paid,
    extra: "0",
    discount,
    shipping: subtractAmounts(shipping, offShipping),
    tax: subtractAmounts(tax, offTax),
  };
}

function atLeastZero(amount: string): string {
  return signOf(amount) < 0 ? "0" : amount;
}

function least(a: string, b: string): string {
  // Stryker disable next-line EqualityOperator: of two like amounts either will do
  return compareAmounts(a, b) <= 0 ? a : b;
}
