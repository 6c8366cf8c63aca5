/**
 * Exact arithmetic on eBay's decimal strings ("12.5", "0.0", "-3.00"). Amounts are integers of 1/10,000 of a unit, so that
 * nothing is ever a float; they are rounded once, half away from zero, when they are written out.
 */
import type { Money } from "../contract/remote-types.ts";

const SCALE = 10_000n;

/** Currencies eBay trades in that have no minor unit. */
const WHOLE_CURRENCIES = new Set(["JPY", "KRW", "VND"]);

export type Exact = bigint;

/** The string must match `decimalPattern`; digits beyond the fourth are cut. */
export function toExact(decimal: string): Exact {
  const negative = decimal.startsWith("-");
  const [whole = "0", fraction = ""] = decimal.replace("-", "").split(".");
  const units = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, "0").slice(0, 4));
  return negative ? -units : units;
}

export const decimalPattern = /^-?\d{1,15}(\.\d{1,8})?$/;

export function toMoney(exact: Exact, currency: string): Money {
  const digits = WHOLE_CURRENCIES.has(currency) ? 0 : 2;
  const step = 10n ** BigInt(4 - digits);
  const negative = exact < 0n;
  const rounded = ((negative ? -exact : exact) + step / 2n) / step;
  const text = rounded.toString().padStart(digits + 1, "0");
  const body = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount: negative && rounded !== 0n ? `-${body}` : body, currency };
}

/** A share of an amount, to 1/10,000. */
export function divide(exact: Exact, by: number): Exact {
  return exact / BigInt(by);
}
