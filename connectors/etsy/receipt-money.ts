/**
 * The money of a receipt. Goods, shipping and tax have amounts of their own; what the grand total holds beside them (gift wrap,
 * a coupon for the shipping, cents that no unit price can carry) is left over for the adjustment. Pure.
 */
import { divideRounded, type Exact, exactMoney } from "../contract/money.ts";
import type { Money } from "../contract/remote-types.ts";
import { digitsOf, type EtsyMoney, exactOf } from "./money.ts";

type MaybeMoney = EtsyMoney | null | undefined;

export interface ReceiptAmounts {
  grandtotal: EtsyMoney;
  subtotal: EtsyMoney;
  total_price: EtsyMoney;
  total_shipping_cost?: MaybeMoney;
  total_tax_cost?: MaybeMoney;
  total_vat_cost?: MaybeMoney;
  gift_wrap_price?: MaybeMoney;
  status: string;
  refunds?: { amount: EtsyMoney }[] | null | undefined;
}

interface ReceiptMoney {
  shipping: Money;
  tax: Money;
  taxIncluded: Money;
  total: Money;
  refunded: Money;
}

export function moneyOf(raw: ReceiptAmounts): ReceiptMoney {
  const inWords = (exact: Exact) => exactMoney(exact, raw.grandtotal.currency_code, digitsOf(raw.grandtotal));
  const total = exactOf(raw.grandtotal);
  const beyondGoods = total - exactOf(raw.subtotal);
  const sales = atLeastZero(amountOf(raw.total_tax_cost));
  const vat = atLeastZero(amountOf(raw.total_vat_cost));
  const shipping = atLeastZero(raw.total_shipping_cost ? exactOf(raw.total_shipping_cost) : beyondGoods - sales);
  const tax = onTop(beyondGoods - shipping, { sales, vat, giftWrap: amountOf(raw.gift_wrap_price) });
  const given = (raw.refunds ?? []).reduce((sum, one) => sum + exactOf(one.amount), 0n);
  const isAll = given > total || (given === 0n && raw.status === "fully refunded");
  return {
    shipping: inWords(shipping),
    tax: inWords(tax),
    taxIncluded: inWords(sales + vat - tax),
    total: inWords(total),
    refunded: inWords(isAll ? total : given),
  };
}

/**
 * Tax on top of the prices. The prices of most of the world contain VAT, and Etsy tells it all the same; a receipt does not
 * say which is which, but only one reading adds up. Where none does, the nearest one is taken; of two that are as near, that
 * with sales tax on top.
 */
function onTop(left: Exact, { sales, vat, giftWrap }: { sales: Exact; vat: Exact; giftWrap: Exact }): Exact {
  const readings = [sales, sales + vat, 0n, vat].flatMap((tax) =>
    [giftWrap, 0n].map((wrap) => ({ tax, missing: magnitude(left - tax - wrap) })),
  );
  return readings.reduce((best, one) => (one.missing < best.missing ? one : best)).tax;
}

/**
 * `subtotal` is `total_price` less the coupons, which Etsy gives for the order as a whole: each line bears its share, rounded
 * to a whole cent half away from zero.
 */
export function unitPriceOf(price: EtsyMoney, raw: ReceiptAmounts): Money {
  const full = exactOf(raw.total_price);
  const unit = full > 0n ? divideRounded(exactOf(price) * exactOf(raw.subtotal), full) : exactOf(price);
  return exactMoney(unit, price.currency_code, digitsOf(price));
}

function amountOf(money: MaybeMoney): Exact {
  return money ? exactOf(money) : 0n;
}

function atLeastZero(exact: Exact): Exact {
  return exact < 0n ? 0n : exact;
}

function magnitude(exact: Exact): Exact {
  return exact < 0n ? -exact : exact;
}
