/** eBay's decimal strings ("12.5", "0.0", "-3.00") are summed exactly, and rounded once, when they are written out. */
import { type Exact, exactMoney } from "../contract/money.ts";
import type { Money } from "../contract/remote-types.ts";

/** Currencies eBay trades in that have no minor unit. */
const WHOLE_CURRENCIES = new Set(["JPY", "KRW", "VND"]);

export function toMoney(exact: Exact, currency: string): Money {
  return exactMoney(exact, currency, WHOLE_CURRENCIES.has(currency) ? 0 : 2);
}

/** A share of an amount, to 1/10,000. */
export function divide(exact: Exact, by: number): Exact {
  return exact / BigInt(by);
}
