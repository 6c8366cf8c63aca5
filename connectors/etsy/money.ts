/** Etsy's money is an integer and its divisor: {amount: 1250, divisor: 100} is 12.50. No float but where Etsy wants one. */
import { z } from "zod";
import { divideRounded, type Exact, exactMoney } from "../contract/money.ts";
import type { Money } from "../contract/remote-types.ts";

export const moneySchema = z.object({
  amount: z.number().int(),
  divisor: z.number().int().positive(),
  currency_code: z.string().regex(/^[A-Z]{3}$/),
});
export type EtsyMoney = z.infer<typeof moneySchema>;

const SCALE = 10_000n;

export function exactOf(money: EtsyMoney): Exact {
  return divideRounded(BigInt(money.amount) * SCALE, BigInt(money.divisor));
}

export function digitsOf(money: EtsyMoney): number {
  return Math.min(4, Math.max(0, Math.round(Math.log10(money.divisor))));
}

export function fromEtsy(money: EtsyMoney): Money {
  return exactMoney(exactOf(money), money.currency_code, digitsOf(money));
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
