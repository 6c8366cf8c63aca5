/**
 * Exact sums of decimal strings ("12.50", "-0.5", "1200"): nothing is ever a float. Pure.
 *
 * Every order of every connector holds, to the cent: lines (unitPrice x quantity) + shipping + tax + adjustment = total.
 * `adjustmentOf` is what makes it so: a connector names what it knows, and what is left over is the adjustment.
 */
import type { Money } from "./remote-types.ts";

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

interface Decimal {
  /** In units of 10 ** -digits. */
  value: bigint;
  digits: number;
}

function parse(amount: string): Decimal {
  const found = DECIMAL.exec(amount);
  if (!found) throw new Error(`"${amount}" is not a decimal amount such as 12.50`);
  const [, sign, whole = "0", fraction = ""] = found;
  const value = BigInt(whole + fraction);
  return { value: sign === "-" ? -value : value, digits: fraction.length };
}

function scaled({ value, digits }: Decimal, to: number): bigint {
  return value * 10n ** BigInt(to - digits);
}

function write(value: bigint, digits: number): string {
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, "0");
  const body = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return value < 0n ? `-${body}` : body;
}

/**
 * An amount in whole 1/10,000 of a unit, for sums of what has more decimals than its currency: they are rounded once, when
 * they are written out.
 */
export type Exact = bigint;
const EXACT_DIGITS = 4;

/** What `toExact` reads. */
export const decimalPattern = /^-?\d{1,15}(\.\d{1,8})?$/;

/** The string must match `decimalPattern`; digits beyond the fourth are cut. */
export function toExact(decimal: string): Exact {
  const negative = decimal.startsWith("-");
  const [whole = "0", fraction = ""] = decimal.replace("-", "").split(".");
  const units = BigInt(whole + fraction.padEnd(EXACT_DIGITS, "0").slice(0, EXACT_DIGITS));
  return negative ? -units : units;
}

/** `digits`: decimals of the currency, 4 at most. */
export function exactMoney(exact: Exact, currency: string, digits: number): Money {
  return { amount: write(divideRounded(exact, 10n ** BigInt(EXACT_DIGITS - digits)), digits), currency };
}

/** Half away from zero; the divisor is positive. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return dividend < 0n ? -((-dividend + half) / divisor) : (dividend + half) / divisor;
}

/** With as many decimals as the amount that has most of them; "0" of none. */
export function addAmounts(...amounts: readonly string[]): string {
  const parts = amounts.map(parse);
  const digits = Math.max(0, ...parts.map((one) => one.digits));
  return write(
    parts.reduce((sum, one) => sum + scaled(one, digits), 0n),
    digits,
  );
}

export function subtractAmounts(from: string, ...amounts: readonly string[]): string {
  return addAmounts(from, ...amounts.map((amount) => multiplyAmount(amount, -1)));
}

/** `times`: whole. */
export function multiplyAmount(amount: string, times: number): string {
  const { value, digits } = parse(amount);
  return write(value * BigInt(times), digits);
}

/** Below, at or above zero: -1, 0, 1. */
export function signOf(amount: string): -1 | 0 | 1 {
  const { value } = parse(amount);
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

/** Negative where `a` is the smaller, 0 where they are the same amount ("1.5" and "1.50"). */
export function compareAmounts(a: string, b: string): -1 | 0 | 1 {
  return signOf(subtractAmounts(a, b));
}

/** What `total` holds beyond the lines, the shipping and the tax on top; negative where it holds less. */
export function adjustmentOf(parts: {
  total: Money;
  lines: readonly { quantity: number; unitPrice: Money }[];
  shipping: Money;
  tax: Money;
}): Money {
  const { total, lines, shipping, tax } = parts;
  const goods = lines.map((line) => multiplyAmount(line.unitPrice.amount, line.quantity));
  return { amount: subtractAmounts(total.amount, ...goods, shipping.amount, tax.amount), currency: total.currency };
}

/** Amounts of two currencies have no sum. */
export function areOfOneCurrency(currencies: readonly string[]): boolean {
  return new Set(currencies).size <= 1;
}
