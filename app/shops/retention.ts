/** How long a shop keeps its history, and what marketplaces said of buyers. Pure. */
import { z } from "zod";

const DAY_MS = 24 * 60 * 60_000;

/** What the server keeps at most; a shop may want less. */
export const HISTORY_DAYS_MAX = 180;
const HISTORY_DAYS = [30, 90] as const;
/** Returns and questions come within days of a parcel. */
const BUYER_DAYS = [7, 14, 30, 60] as const;

const oneOf = <Days extends readonly number[]>(days: Days) =>
  z
    .number()
    .refine((value) => days.includes(value))
    .nullable();

export const retention = z.object({ historyDays: oneOf(HISTORY_DAYS), buyerDays: oneOf(BUYER_DAYS) });
/** Days; null: as long as the server keeps history, and as each marketplace lets buyers be kept. */
export type Retention = z.infer<typeof retention>;

export const HISTORY_CHOICES: readonly (number | null)[] = [null, ...[...HISTORY_DAYS].reverse()];
export const BUYER_CHOICES: readonly (number | null)[] = [null, ...[...BUYER_DAYS].reverse()];

/** By how much a buyer's time is over sooner than their marketplace asks for; 0: it is not. */
export function soonerMs(buyerDays: number | null, keptMs: number): number {
  return buyerDays === null ? 0 : Math.max(0, keptMs - buyerDays * DAY_MS);
}

export function sayRetention({ historyDays, buyerDays }: Retention): string {
  const buyers =
    buyerDays === null ? "as long as each marketplace lets" : `${buyerDays} days after their order is over`;
  return `The history is kept for ${historyDays ?? HISTORY_DAYS_MAX} days, buyers ${buyers}`;
}
