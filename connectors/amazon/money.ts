/**
 * Exact arithmetic on Amazon's decimal strings. Amounts are integers of 1/10,000 of a unit, so that nothing is ever a float;
 * they are rounded once, half away from zero, when they are written out.
 */
import type { Money } from "../contract/remote-types.ts";

const SCALE = 10_000n;

const WHOLE_CURRENCIES = new Set(["JPY"]);

export type Exact = bigint;

export const decimalPattern = /^-?\d{1,15}(\.\d{1,8})?$/;

/** The string must match `decimalPattern`; digits beyond the fourth are cut. */
export function toExact(decimal: string): Exact {
  const negative = decimal.startsWith("-");
  const [whole = "0", fraction = ""] = decimal.replace("-", "").split(".");
  const units = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, "0").slice(0, 4));
  return negative ? -units : units;
}

export function toMoney(exact: Exact, currency: string): Money {
  const digits = WHOLE_CURRENCIES.has(currency) ? 0 : 2;
  const step = 10n ** BigInt(4 - digits);
  const negative = exact < 0n;
  const rounded = ((negative ? -exact : exact) + step / 2n) / step;
  const text = rounded.toString().padStart(digits + 1, "0");
  const body = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount: negative && rounded !== 0n ? `-${body}` : body, currency };
}

export function magnitude(exact: Exact): Exact {
  return exact < 0n ? -exact : exact;
}
