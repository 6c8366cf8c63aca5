/** Why an order lost, for the merchant: when it was sold, who was earlier, what is missing. Pure. */
export interface Loss {
  soldAt: Date;
  unitsMissing: number;
  /** Earlier sales that have what there was, the earliest first. */
  winners: readonly { name: string; soldAt: Date }[];
  timezone: string;
}

const WINNERS_NAMED_MAX = 3;

export function explainLoss({ soldAt, unitsMissing, winners, timezone }: Loss): string {
  const named = winners
    // Those that took the last of it.
    .slice(-WINNERS_NAMED_MAX)
    .map((winner) => `${winner.name}, ${timeOfSale(winner.soldAt, timezone)}`);
  const more = winners.length - named.length;
  const first =
    winners.length === 0
      ? "Shopify had none left for it"
      : `Earlier: ${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
  const missing = `${unitsMissing} of its units ${unitsMissing === 1 ? "is" : "are"} not there`;
  return `Sold ${timeOfSale(soldAt, timezone)}. ${first}. ${missing}.`;
}

/** With seconds: they often decide. */
function timeOfSale(at: Date, timezone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part.day} ${part.month}, ${part.hour}:${part.minute}:${part.second}`;
}
