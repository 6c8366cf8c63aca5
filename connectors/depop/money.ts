/** Exact arithmetic on Depop's decimal strings ("25.99", "5.0"), in hundredths. */
import type { Money } from "../contract/remote-types.ts";

/** Two decimals at most, as the spec says of each amount; trailing zeros beyond do no harm. */
export const decimalPattern = /^\d{1,12}(\.\d{1,2}0*)?$/;

/** "25.9" is 2590. The string must match `decimalPattern`. */
export function toMinor(decimal: string): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, "0").slice(0, 2));
}

export function toDecimal(minor: bigint): string {
  return `${minor / 100n}.${String(minor % 100n).padStart(2, "0")}`;
}

export function toMoney(minor: bigint, currency: string): Money {
  return { amount: toDecimal(minor), currency };
}
