/**
 * The money of Amazon's order: what its prices, its shipping and its taxes are, exactly. What is in the total beside them (a
 * tip, gift wrap, fees, cents that no unit price can carry) is left over for the adjustment. Pure.
 */
import { type Exact, toExact } from "../contract/money.ts";
import type { Money } from "../contract/remote-types.ts";
import { marketplaceById } from "./marketplaces.ts";
import { magnitude, toMoney } from "./money.ts";
import type { Item, RawMoney, RawOrder } from "./order-shape.ts";

interface OrderMoney {
  shipping: Money;
  tax: Money;
  taxIncluded: Money;
  total: Money;
  zero: Money;
}

/** What is told apart here; anything else (GIFT_WRAP, DELIVERY_TIP) is in the adjustment. */
const NAMED = new Set(["ITEM", "SHIPPING", "TAX", "DISCOUNT"]);

/**
 * Tax is what Amazon calls so, and nothing else. Whether the prices contain it (as in Europe) is not said: it is on top where
 * the parts add up to the total better with it than without.
 */
export function moneyOf(raw: RawOrder): OrderMoney {
  const currency = currencyOf(raw);
  const goods = sum(raw.orderItems.map((item) => goodsOf(item, raw)));
  const shipping = atLeastZero(named(raw, "SHIPPING") - sum(raw.orderItems.map((item) => discount(item, "SHIPPING"))));
  const taxed = atLeastZero(named(raw, "TAX"));
  const others = othersOf(raw);
  const { grandTotal } = raw.proceeds ?? {};
  const beyond = grandTotal ? toExact(grandTotal.amount) - goods - shipping - others : taxed;
  const isOnTop = magnitude(beyond - taxed) <= magnitude(beyond);
  return {
    shipping: toMoney(shipping, currency),
    tax: toMoney(isOnTop ? taxed : 0n, currency),
    taxIncluded: toMoney(isOnTop ? 0n : taxed, currency),
    total: toMoney(goods + shipping + others + beyond, currency),
    zero: toMoney(0n, currency),
  };
}

/**
 * After discounts, without shipping, rounded to a whole cent half away from zero: what three for 10.00 lose by it is in the
 * adjustment. A pending order has no price at all: then 0, until it is paid.
 */
export function unitPriceOf(item: Item, raw: RawOrder): Money {
  const { quantityOrdered, product } = item;
  const each =
    quantityOrdered === 0
      ? toExact(product.price?.unitPrice?.amount ?? "0")
      : goodsOf(item, raw) / BigInt(quantityOrdered);
  return toMoney(each, currencyOf(raw));
}

/** The item's share of the total. An item that was cancelled and has no proceeds any more has none. */
function goodsOf(item: Item, raw: RawOrder): Exact {
  const told = breakdownsOf(item).some((one) => one.type === "ITEM");
  if (told) return atLeastZero(part(item, "ITEM") - discount(item, "ITEM"));
  if (item.cancellation?.cancellationExecution && raw.proceeds?.grandTotal) return 0n;
  return toExact(item.product.price?.unitPrice?.amount ?? "0") * BigInt(item.quantityOrdered);
}

function breakdownsOf(one: Item | RawOrder) {
  return one.proceeds?.breakdowns ?? [];
}

function part(one: Item | RawOrder, type: string): Exact {
  return sum(
    breakdownsOf(one)
      .filter((each) => each.type === type)
      .map((each) => toExact(each.subtotal.amount)),
  );
}

/** As the items say; where none does, as the order does: "aggregated across all order items", or its own (DELIVERY_TIP). */
function named(raw: RawOrder, type: string): Exact {
  return isOfItems(raw, type) ? sum(raw.orderItems.map((item) => part(item, type))) : part(raw, type);
}

function isOfItems(raw: RawOrder, type: string): boolean {
  return raw.orderItems.some((item) => breakdownsOf(item).some((one) => one.type === type));
}

function othersOf(raw: RawOrder): Exact {
  const types = new Set([raw, ...raw.orderItems].flatMap(breakdownsOf).map((one) => one.type));
  const others = [...types].filter((type) => !NAMED.has(type)).map((type) => named(raw, type));
  const discounts = isOfItems(raw, "DISCOUNT")
    ? raw.orderItems.map((item) => discount(item, "OTHERS"))
    : [magnitude(part(raw, "DISCOUNT"))];
  return sum(others) - sum(discounts);
}

/** A discount's share. Whether Amazon writes it with a minus is not documented: either way it is one. */
function discount(item: Item, of: "ITEM" | "SHIPPING" | "OTHERS"): Exact {
  const discounts = (item.proceeds?.breakdowns ?? []).filter((one) => one.type === "DISCOUNT");
  return sum(
    discounts.flatMap((one) => {
      if (one.detailedBreakdowns.length === 0) return of === "ITEM" ? [magnitude(toExact(one.subtotal.amount))] : [];
      const shares = one.detailedBreakdowns.filter((detail) => whereOf(detail.subtype) === of);
      return shares.map((detail) => magnitude(toExact(detail.value?.amount ?? "0")));
    }),
  );
}

function whereOf(subtype: string | undefined): "ITEM" | "SHIPPING" | "OTHERS" {
  if (subtype === undefined || subtype === "ITEM") return "ITEM";
  return subtype === "SHIPPING" ? "SHIPPING" : "OTHERS";
}

function sum(amounts: readonly Exact[]): Exact {
  return amounts.reduce((all, one) => all + one, 0n);
}

function atLeastZero(exact: Exact): Exact {
  return exact < 0n ? 0n : exact;
}

/** The order's own, which is that of every amount in it, else the store's: a pending order has no amount at all. */
function currencyOf(raw: RawOrder): string {
  // "XXX": ISO 4217's own word for no currency.
  return amountsOf(raw)[0]?.currencyCode ?? marketplaceById(raw.salesChannel.marketplaceId ?? "")?.currency ?? "XXX";
}

/** Every amount of an order that is read here. */
export function amountsOf(order: Pick<RawOrder, "proceeds" | "orderItems">): RawMoney[] {
  const { proceeds, orderItems } = order;
  return [
    proceeds?.grandTotal,
    ...(proceeds?.breakdowns ?? []).map((one) => one.subtotal),
    ...orderItems.flatMap((item) => [
      item.product.price?.unitPrice,
      ...(item.proceeds?.breakdowns ?? []).flatMap((one) => [
        one.subtotal,
        ...one.detailedBreakdowns.map((detail) => detail.value),
      ]),
    ]),
  ].filter((one) => one !== undefined);
}
