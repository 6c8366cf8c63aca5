/** Etsy's money is an integer and its divisor: {amount: 1250, divisor: 100} is 12.50. No float but where Etsy wants one. */
import { z } from "zod";
import type { Money } from "../contract/remote-types.ts";

export const moneySchema = z.object({
  amount: z.number().int(),
  divisor: z.number().int().positive(),
  currency_code: z.string().regex(/^[A-Z]{3}$/),
});
export type EtsyMoney = z.infer<typeof moneySchema>;

/** Integers of 1/10,000 of a unit. */
export type Exact = bigint;
const SCALE = 10_000n;

export function exactOf(money: EtsyMoney): Exact {
  return divideRounded(BigInt(money.amount) * SCALE, BigInt(money.divisor));
}

/** `digits`: decimals of the currency, as the divisor of the same reply shows them. */
export function toMoney(exact: Exact, currency: string, digits: number): Money {
  const step = 10n ** BigInt(4 - digits);
  const rounded = divideRounded(exact < 0n ? -exact : exact, step);
  const text = rounded.toString().padStart(digits + 1, "0");
  const body = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return { amount: exact < 0n && rounded !== 0n ? `-${body}` : body, currency };
}

export function digitsOf(money: EtsyMoney): number {
  return Math.min(4, Math.max(0, Math.round(Math.log10(money.divisor))));
}

export function fromEtsy(money: EtsyMoney): Money {
  return toMoney(exactOf(money), money.currency_code, digitsOf(money));
}

/** "Assign a float equal to amount divided by divisor": updateListingInventory. */
export function toFloat(money: EtsyMoney): number {
  return money.amount / money.divisor;
}

/** A decimal string as Etsy's money, or null when the currency has fewer decimals than it needs. */
export function toEtsy(decimal: string, like: EtsyMoney): EtsyMoney | null {
  const found = /^(\d{1,9})(?:\.(\d{1,4}))?$/.exec(decimal);
  if (!found) return null;
  const amount = BigInt(found[1] ?? "0") * SCALE + BigInt((found[2] ?? "").padEnd(4, "0"));
  const scaled = amount * BigInt(like.divisor);
  return scaled % SCALE === 0n ? { ...like, amount: Number(scaled / SCALE) } : null;
}

/** Half away from zero; both positive, or the dividend negative. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return dividend < 0n ? -((-dividend + half) / divisor) : (dividend + half) / divisor;
}
