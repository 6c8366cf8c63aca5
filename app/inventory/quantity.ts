/**
 * Why a listing shows the number it shows. Pure; the same arithmetic decides a push, previews it and explains it.
 */
import { bufferUnits, type EffectivePolicy, publishedQuantity } from "./policy.ts";
import { WITHDRAWN_WORDS, type Withdrawal, type WithdrawalOutcome } from "./withdrawal.ts";

/** What we know when the number is decided. */
export interface QuantityFacts {
  /** Shopify's available over the channel's locations; null when Shopify does not say (untracked, deleted, or stocked nowhere). */
  available: number | null;
  /** Units of marketplace orders that Shopify does not count yet. */
  pendingUnits: number;
  /** Units sold on listings of this variant that we have not seen as orders yet. */
  unseenUnits: number;
  policy: EffectivePolicy;
  /** The rule that made the policy what it is; left out: none did. */
  rule?: string | null;
  /** The most that a listing of this marketplace can show; null: there is no such limit. */
  quantityMax?: number | null;
  /** Where a listing stands for one unit: how many listings of the variant come before it there. Else null. */
  oneOffPlace?: number | null;
  /** What the listing showed before a change that the merchant undid: no more than that until they approve again. */
  undoneTo?: number | null;
  /** What an edit by hand left, while the merchant is asked about it: no more than that until they decide. */
  editedTo?: number | null;
  /** The most it shows by the shop's plan: what it shows, while that lets nothing rise, or 0. */
  planTo?: number | null;
  /** Why Shopify does not sell it, and what is to become of the listing. */
  withdrawn?: Withdrawal | null;
  onWithdrawn?: WithdrawalOutcome | null;
  /** What it shows while the merchant is asked about that: no more than that until they decide. */
  askedTo?: number | null;
  /** The merchant holds its variant on every channel; null: they do not. */
  contained?: Contained | null;
}

export interface Contained {
  /** The most that each listing shows. */
  units: number;
  /** The day, where the shop is: "29 Nov 2026". */
  since: string;
  /** Zero can't be taken back on its marketplace, and the merchant did not ask for it there: what is on sale stays so. */
  spares: boolean;
}

/** Stored with each attempt, so that the number can be explained long after. */
export interface Explanation extends QuantityFacts {
  sellable: number | null;
  bufferUnits: number;
  /** Null: nothing may be published, because nothing is known. Untracked is not zero. */
  quantity: number | null;
}

export function decideQuantity(facts: QuantityFacts): Explanation {
  if (facts.withdrawn && facts.onWithdrawn === "zero") return { ...facts, sellable: null, bufferUnits: 0, quantity: 0 };
  if (facts.available === null)
    return { ...facts, sellable: null, bufferUnits: 0, quantity: ofUncounted(facts.contained) };
  const sellable = facts.available - facts.pendingUnits - facts.unseenUnits;
  const published = publishedQuantity(facts.policy, sellable);
  return {
    ...facts,
    sellable,
    bufferUnits: bufferUnits(facts.policy, sellable),
    quantity: Math.min(ofContained(facts, published), ...boundsOf(facts)),
  };
}

/** The merchant's zero needs no count. Any other number would be a guess. */
function ofUncounted(contained: Contained | null | undefined): number | null {
  return contained?.units === 0 && !contained.spares ? 0 : null;
}

/** A cap, no target. */
function ofContained({ contained, oneOffPlace }: QuantityFacts, published: number): number {
  const free = ofOneOff(oneOffPlace, published);
  if (!contained) return free;
  const capped = ofOneOff(oneOffPlace, Math.min(published, contained.units));
  return contained.spares ? Math.max(capped, Math.min(free, 1)) : capped;
}

function boundsOf({ quantityMax, undoneTo, editedTo, askedTo, planTo }: QuantityFacts): number[] {
  return [quantityMax, undoneTo, editedTo, askedTo, planTo].filter((one) => one !== null && one !== undefined);
}

/** The first listings show one unit each, as many as there are units. */
function ofOneOff(place: number | null | undefined, quantity: number): number {
  if (place === null || place === undefined) return quantity;
  return quantity > place ? 1 : 0;
}

export type ZeroCause = "no-stock" | "sold" | "threshold" | "buffer" | "cap" | "one-off" | "contained" | "held";

/** Why a listing shows 0: what is there would do, but for this. Null: it does not show 0. */
export function zeroCause(explanation: Explanation): ZeroCause | null {
  const { available, sellable, policy, quantity } = explanation;
  if (quantity === 0 && isLowered(explanation)) return "contained";
  // Stryker disable next-line ConditionalExpression: where available is null so is sellable; the types want both
  if (quantity !== 0 || available === null || sellable === null) return null;
  if (available <= 0) return "no-stock";
  if (sellable <= 0) return "sold";
  if (sellable < policy.threshold) return "threshold";
  if (sellable <= explanation.bufferUnits) return "buffer";
  if (policy.cap === 0) return "cap";
  if (ofOneOff(explanation.oneOffPlace, publishedQuantity(policy, sellable)) === 0) return "one-off";
  return "held";
}

/** Whether it shows fewer because the merchant holds its variant. */
function isLowered(explanation: Explanation): boolean {
  return explanation.quantity !== decideQuantity({ ...explanation, contained: null }).quantity;
}

/** The arithmetic as one line for a person: "12 available − 2 sold, not yet in Shopify − 1 buffer = 9". */
export function explainQuantity(explanation: Explanation): string {
  const { available, pendingUnits, unseenUnits, policy, sellable, quantity, withdrawn, onWithdrawn } = explanation;
  const gone = withdrawn ? `It is ${WITHDRAWN_WORDS[withdrawn]}` : null;
  if (gone && onWithdrawn === "zero") return `${gone}: show 0`;
  if (available === null && quantity === 0)
    return `${gone ?? "Shopify does not count this item"}: ${sayContained(explanation)}`;
  if (gone && quantity === null)
    return `${gone}, so its quantity is left alone${onWithdrawn === "ask" ? " until you decide" : ""}`;
  // Stryker disable next-line ConditionalExpression, LogicalOperator: the three are null together; the types want each
  if (available === null || sellable === null || quantity === null) {
    return "Shopify does not count this item, so its quantity is left alone";
  }
  const parts = [`${available} available`];
  if (pendingUnits > 0) parts.push(`− ${pendingUnits} sold, not yet counted by Shopify`);
  if (unseenUnits > 0) parts.push(`− ${unseenUnits} missing on a marketplace until all its orders are read`);
  if (sellable > 0 && sellable < policy.threshold)
    return `${parts.join(" ")} is below the threshold of ${policy.threshold}: show 0${sayRule(explanation)}`;
  if (explanation.bufferUnits > 0) parts.push(`− ${explanation.bufferUnits} buffer`);
  const plain = Math.max(0, sellable - explanation.bufferUnits);
  const capped = policy.cap !== null && plain > policy.cap ? `, capped at ${policy.cap}` : "";
  return `${parts.join(" ")} = ${plain}${capped}${explainContained(explanation)}${explainOneOff(explanation)}${explainMax(explanation, sellable)}${explainHold(explanation)}${sayRule(explanation)}`;
}

function sayRule({ rule }: Explanation): string {
  return rule ? `, by the rule “${rule}”` : "";
}

function explainOneOff({ oneOffPlace, contained, quantity }: Explanation): string {
  if ((oneOffPlace ?? null) === null) return "";
  if (quantity === 1) return ", of which this listing stands for one";
  return contained?.units === 0 ? "" : ", which other listings of it stand for";
}

function explainContained(explanation: Explanation): string {
  return isLowered(explanation) ? `, ${sayContained(explanation)}` : "";
}

function sayContained({ contained, quantity }: Explanation): string {
  // Stryker disable next-line ConditionalExpression, StringLiteral: nothing else lowers it so; the types want it said
  if (!contained) return "";
  const { units, since } = contained;
  const isSpared = units === 0 && quantity === 1;
  return `held at ${isSpared ? 1 : units} by you since ${since}${isSpared ? ": 0 could not be taken back there" : ""}`;
}

function explainMax({ quantityMax, oneOffPlace, policy }: Explanation, sellable: number): string {
  if ((oneOffPlace ?? null) !== null) return "";
  return publishedQuantity(policy, sellable) > (quantityMax ?? Number.POSITIVE_INFINITY)
    ? `, of which the marketplace shows ${quantityMax} at most`
    : "";
}

function explainHold(explanation: Explanation): string {
  const { undoneTo, editedTo, askedTo, planTo, withdrawn, quantity } = explanation;
  const free = decideQuantity({ ...explanation, undoneTo: null, editedTo: null, askedTo: null, planTo: null }).quantity;
  if (quantity === free) return "";
  if (quantity === planTo) return `, held at ${planTo} by your plan`;
  if (withdrawn && quantity === askedTo)
    return `, held at ${askedTo} until you decide: it is ${WITHDRAWN_WORDS[withdrawn]}`;
  return quantity === undoneTo
    ? `, held at ${quantity} as before the change that you undid`
    : `, held at ${editedTo} until you decide about the edit`;
}
