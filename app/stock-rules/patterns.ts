/** Which SKUs a rule is about, and which rule holds for a SKU. Pure. */
import { z } from "zod";
import { isStorable } from "#connectors/contract/storable.ts";
import { address } from "../notifications/settings.ts";

/** A SKU, the beginning of SKUs with a * behind it, or * for all. */
export const pattern = z
  .string()
  .trim()
  .min(1, { error: "Type a SKU, the beginning of some with * behind it, or * for all." })
  .max(200, { error: "A SKU here has at most 200 characters." })
  .refine(isStorable, { error: "This has characters that no SKU has." })
  .refine((text) => !text.slice(0, -1).includes("*"), { error: "The * stands at the end." });

export const stockRule = z.object({
  /** Low is as many, or fewer. */
  units: z.number().int().min(0).max(1_000_000),
  /** Who hears of it too. */
  owner: address.nullable(),
  /** Hours in which somebody is to see to it; null: nobody else is told. */
  answerHours: z.number().int().min(1).max(168).nullable(),
  /** What falls to it is held at 0 on every channel until the merchant releases it. */
  holds: z.boolean().default(false),
});

/** What an alert of low stock is known by; behind it the variant's id. */
export const LOW_STOCK_PREFIX = "low-stock:";

export const lowStockKey = (variantId: number) => `${LOW_STOCK_PREFIX}${variantId}` as const;

/** Who alters what a rule of the merchant's alters, in the place of a user's id. */
export const BY_RULE = "rule";

export type StockRuleValue = z.infer<typeof stockRule>;

export type StockRuleOf = StockRuleValue & { pattern: string };

export const RULES_MAX = 200;

/** SKUs that begin so, or one of them. Spaces around a SKU mean nothing. */
export function splitPattern(text: string): { begins: string } | { is: string } {
  return text.endsWith("*") ? { begins: text.slice(0, -1) } : { is: text };
}

/** The most specific: the SKU's own, then the longest beginning; null: none is about it. */
export function ruleFor<Rule extends { pattern: string }>(rules: readonly Rule[], sku: string | null): Rule | null {
  const name = (sku ?? "").trim();
  let best: Rule | null = null;
  for (const rule of rules) {
    const asked = splitPattern(rule.pattern);
    const isAbout = "begins" in asked ? name.startsWith(asked.begins) : asked.is === name;
    if (isAbout && (best === null || isMoreSpecific(rule.pattern, best.pattern))) best = rule;
  }
  return best;
}

function isMoreSpecific(one: string, other: string): boolean {
  const isWhole = !one.endsWith("*");
  return isWhole === !other.endsWith("*") ? one.length > other.length : isWhole;
}

export function sayPattern(text: string): string {
  if (text === "*") return "Every SKU";
  return text.endsWith("*") ? `SKUs that begin with ${text.slice(0, -1)}` : `SKU ${text}`;
}

export function sayRule({ units, owner, answerHours, holds }: StockRuleValue): string {
  const parts = [units === 0 ? "low when none is left" : `low at ${units} or fewer`];
  if (holds) parts.push("held at 0 on every channel until you release it");
  if (owner) parts.push(`${owner} hears of it`);
  if (answerHours) parts.push(`to be seen to within ${answerHours === 1 ? "an hour" : `${answerHours} hours`}`);
  return parts.join(", ");
}
