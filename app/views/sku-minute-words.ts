/** How the page of a SKU says what a listing showed at a minute that is past, and why. Pure. */
import { plainWords, sayUnits } from "../plain-words.ts";
import { sayDuration } from "./shop-time.ts";
import { arithmeticOf, type Piece, type Sale, type Shown, type StockChange, type Verdict } from "./shown-then.ts";

const SECOND_MS = 1_000;

export interface Telling {
  marketplace: string;
  /** A time on the shop's clocks, to the second. */
  clock(at: Date): string;
}

/** How we know what it showed, and the arithmetic behind it. */
export function sayShown(shown: Shown, { marketplace, clock }: Telling): string {
  const { how, since, push, sale } = shown;
  if (how === "unknown" || since === null) return "Nothing was read or written here by then.";
  if (how === "sold" && sale)
    return `${sayUnits(sale.units)} of it ${sale.units === 1 ? "was" : "were"} sold here at ${clock(since)}, in order ${sale.order}.`;
  if (how === "read")
    return push?.quantity === null || push === null
      ? `${marketplace} showed it when it was read at ${clock(since)}.`
      : `${marketplace} had accepted ${push.quantity}, and showed this when it was read at ${clock(since)}: it was sold or edited there.`;
  const arithmetic = arithmeticOf(shown);
  return `${marketplace} accepted it at ${clock(push?.finishedAt ?? since)}${arithmetic ? `: ${arithmetic}` : ""}.`;
}

/** Whether the number was right, and if not, whether that was lag or a wrong match. */
export function sayVerdict({ from, shown, verdict }: Piece, { marketplace, clock }: Telling): string {
  switch (verdict.kind) {
    case "right": {
      const forMs = shown.since === null ? 0 : from.getTime() - shown.since.getTime();
      return forMs < SECOND_MS
        ? "Right from then on."
        : `Right: ${marketplace} had had this number for ${sayDuration(forMs)}.`;
    }
    case "other-variant":
      return "No lag: this listing was matched to another variant then.";
    case "held-back": {
      const { units, should } = verdict;
      const missing = `${sayUnits(units)} missing on a marketplace ${units === 1 ? "was" : "were"}`;
      return `No lag: it could have shown ${should}, but ${missing} held back until all its orders were read.`;
    }
    case "unknown":
      return "What it showed is not known.";
    case "lag":
      return sayLag(verdict, { marketplace, clock });
  }
}

function sayLag({ should, cause, taken, failed }: Verdict & { kind: "lag" }, telling: Telling): string {
  const { marketplace, clock } = telling;
  const why = cause ? ` ${sayCause(cause, telling)}.` : "";
  const trouble = failed ? ` In between: ${plainWords(failed.message).replace(/\.$/, "")}.` : "";
  if (!taken)
    return `Lag: it should have shown ${should}.${why}${trouble} ${marketplace} has not accepted another number since.`;
  const at = taken.finishedAt ?? taken.startedAt;
  const after = cause ? `, ${sayDuration(at.getTime() - cause.at.getTime())} later` : "";
  return `Lag: it should have shown ${should}.${why}${trouble} ${marketplace} accepted ${taken.quantity} at ${clock(at)}${after}.`;
}

function sayCause(cause: { at: Date; sale: Sale } | { at: Date; stock: StockChange }, { clock }: Telling): string {
  if ("stock" in cause) {
    const { before, after } = cause.stock;
    return `Shopify’s stock went from ${before ?? "unknown"} to ${after ?? "unknown"} at ${clock(cause.at)}`;
  }
  const { units, channel, order, at, knownAt } = cause.sale;
  const known = knownAt > at ? `; ${channel} told us at ${clock(knownAt)}` : "";
  return `${sayUnits(units)} ${units === 1 ? "was" : "were"} sold on ${channel} at ${clock(at)}, in order ${order}${known}`;
}
