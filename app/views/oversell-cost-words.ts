/** What a poll every some minutes would have let through, from a shop's own month and what a merchant assumes. Pure. */

/** The longest poll that is worked out. */
export const POLL_MINUTES_MAX = 60;
/** Fewer sales than these say little. */
const SALES_ENOUGH = 100;

/** Of the last 30 days. */
export interface OversellFacts {
  /** Lines of marketplace orders. */
  sales: number;
  /** More were sold than are read: these are the latest. */
  isCut: boolean;
  /** By minutes, from 0: after how many of these sales the same SKU was next sold on another channel so many minutes later. */
  soldElsewhere: readonly number[];
  /** Channels that sold. */
  channels: number;
  /** Listings that were taken to 0 while they still showed something. */
  takenDown: number;
  /** Numbers that were lowered, and how long they showed too many together, in ms. */
  decreases: number;
  staleMs: number;
  /** In the shop's currency; null: no order was in it. */
  averageOrder: number | null;
}

export interface Assumptions {
  pollMinutes: number;
  /** What one cancelled order costs, in the shop's currency; null: not said. */
  costPerOrder: number | null;
  supportMinutes: number;
  /** Of an hour of support. */
  hourlyCost: number;
}

export interface OversellEstimate {
  /** Of a hundred sales, those after which another channel sells the same SKU before the poll has come. */
  chance: number;
  /** Times that a SKU sold out while other listings of it were on sale. */
  soldOut: number;
  oversells: number;
  /** Null: the merchant has not said what an order costs. */
  cost: number | null;
  staleMs: number;
}

/** Null: there is nothing to work it out from. */
export function estimateOversells(facts: OversellFacts, assumed: Assumptions): OversellEstimate | null {
  const { sales, soldElsewhere, channels, takenDown, decreases } = facts;
  if (sales === 0 || channels < 2) return null;
  const { pollMinutes, costPerOrder, supportMinutes, hourlyCost } = assumed;
  // A sale that comes so many minutes later meets the old number, unless the poll came in between.
  const isBefore = (minute: number): number => Math.max(0, 1 - (minute + 0.5) / pollMinutes);
  const met = soldElsewhere.reduce((sum, count, minute) => sum + count * isBefore(minute), 0);
  const chance = met / sales;
  // One SKU that sells out takes its listing on each other channel down.
  const soldOut = takenDown / (channels - 1);
  const oversells = soldOut * chance;
  const cost = costPerOrder === null ? null : oversells * (costPerOrder + (supportMinutes / 60) * hourlyCost);
  return { chance, soldOut, oversells, cost, staleMs: decreases * (pollMinutes / 2) * 60_000 };
}

/** "0.4", "12": no more places than it is good for. */
export function sayRough(number: number): string {
  if (number === 0) return "0";
  if (number < 0.05) return "less than 0.1";
  return number < 10 ? number.toFixed(1) : String(Math.round(number));
}

/** Why there is no figure; null: there is one. */
export function sayNoFigure({ sales, channels }: OversellFacts): string | null {
  if (sales === 0)
    return "No marketplace order of the last 30 days is known yet, so there is nothing to work it out from.";
  return channels < 2
    ? "Only one channel has sold in the last 30 days. With one channel a poll oversells against your own shop alone, whose sales are not looked at here."
    : null;
}

/** What the figure does not know. */
export function sayCaveats({ sales, isCut, soldElsewhere, takenDown, averageOrder }: OversellFacts): string[] {
  return [
    ...(isCut
      ? [`More was sold than is looked at here: these are the latest ${sales.toLocaleString("en")} sales.`]
      : []),
    ...(sales < SALES_ENOUGH ? [`${sales} sales are few. One more or less changes the figure a lot.`] : []),
    ...(soldElsewhere.every((count) => count === 0)
      ? [
          "No SKU was sold on two channels within an hour. That makes the estimate 0, which is no proof that it can’t happen.",
        ]
      : []),
    ...(takenDown === 0 ? ["No listing was taken to 0 while it was on sale, so nothing sold out under a poll."] : []),
    ...(averageOrder === null ? ["No order in your shop’s currency is known, so say yourself what one is worth."] : []),
    "Sales in your own shop are not counted among those that come too late, so the true number is higher.",
  ];
}
