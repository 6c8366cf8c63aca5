/** Amazon's decimal strings are summed exactly, and rounded once, half away from zero, when they are written out. */
import { type Exact, exactMoney } from "../contract/money.ts";
import type { Money } from "../contract/remote-types.ts";

/** Currencies Amazon trades in that have no minor unit. */
const WHOLE_CURRENCIES = new Set(["JPY"]);

export function toMoney(exact: Exact, currency: string): Money {
  return exactMoney(exact, currency, WHOLE_CURRENCIES.has(currency) ? 0 : 2);
}

export function magnitude(exact: Exact): Exact {
  return exact < 0n ? -exact : exact;
}
