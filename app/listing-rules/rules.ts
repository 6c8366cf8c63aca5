/** Rules for listings: whom each hits, and what it does. Pure. */
import { z } from "zod";
import { plainText } from "#connectors/contract/storable.ts";
import type { ListingRule } from "../generated/prisma/client.ts";
import { policySchema, sayPolicy } from "../inventory/policy.ts";
import { pattern, sayPattern } from "../stock-rules/patterns.ts";

export const RULES_MAX = 50;
export const CONDITIONS_MAX = 10;

const word = plainText(255).trim().min(1, "Please fill this in.");
const compare = z.enum(["at-least", "at-most"]);

export const ruleCondition = z.discriminatedUnion("field", [
  z.object({ field: z.enum(["tag", "vendor", "product-type"]), is: z.boolean(), text: word }),
  /** Of Shopify, by our number of it; the text is its name as it was chosen. */
  z.object({ field: z.literal("collection"), is: z.boolean(), collectionId: z.number().int().positive(), text: word }),
  z.object({ field: z.literal("sku"), is: z.boolean(), text: pattern }),
  z.object({
    field: z.literal("price"),
    compare,
    amount: z.string().regex(/^\d{1,12}(\.\d{1,4})?$/, "Enter a price, like 12.50."),
  }),
  /** Units left to sell where the listing is. */
  z.object({
    field: z.literal("stock"),
    compare,
    units: z.number({ error: "Enter a whole number, 0 or more." }).int().min(0).max(1_000_000),
  }),
]);
export type RuleCondition = z.infer<typeof ruleCondition>;

/** Reads the column; what can't be read says nothing. */
export function parseConditions(value: unknown): RuleCondition[] {
  const read = z.array(ruleCondition).safeParse(value);
  return read.success ? read.data : [];
}

export const ruleAction = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("exclude") }),
  z.object({ kind: z.literal("policy"), policy: policySchema }),
]);

export const listingRule = z.object({
  id: z.number().int().positive(),
  name: word,
  /** All conditions must hold, or any one. */
  match: z.enum(["all", "any"]),
  conditions: z.array(ruleCondition).min(1, "Add a condition.").max(CONDITIONS_MAX),
  /** Null: on every channel. */
  channelId: z.number().int().nullable(),
  action: ruleAction,
});
export type ListingRuleValue = z.infer<typeof listingRule>;

/** Reads the row; null: it can't be read. */
export function parseRule(row: ListingRule): ListingRuleValue | null {
  const { id, name, matchAll, conditions, channelId, excludes, policy } = row;
  const action = excludes ? { kind: "exclude" } : { kind: "policy", policy };
  const read = listingRule.safeParse({ id, name, match: matchAll ? "all" : "any", conditions, channelId, action });
  return read.success ? read.data : null;
}

/** From the first that counts to the last. */
export const listingRules = z.array(listingRule).max(RULES_MAX);

/** The numbers of the collections that they name. */
export function collectionsOf(rules: readonly Pick<ListingRuleValue, "conditions">[]): number[] {
  const named = rules.flatMap((rule) =>
    rule.conditions.flatMap((one) => (one.field === "collection" ? [one.collectionId] : [])),
  );
  return [...new Set(named)];
}

export function hasStock(rule: Pick<ListingRuleValue, "conditions">): boolean {
  return rule.conditions.some((one) => one.field === "stock");
}

/**
 * Why there can't be such a rule; null: there can. An excluded listing keeps what it shows: one that is excluded because
 * little is left would go on selling what is not there.
 */
export function refuseRule(rule: Pick<ListingRuleValue, "conditions" | "action">): string | null {
  if (rule.action.kind === "exclude" && hasStock(rule))
    return "A rule by stock can't exclude: an excluded listing keeps its number while the stock falls. Set a cap of 0 instead.";
  if (rule.action.kind === "policy" && Object.keys(rule.action.policy).length === 0)
    return "Say what the rule sets: a buffer, a threshold or a cap.";
  return null;
}

/** What hits a listing but for the stock: whether it does so with so many left to sell. */
export function holdsWithStock(
  rule: { matchAll: boolean; conditions: readonly RuleCondition[] },
  sellable: number,
): boolean {
  const met = rule.conditions.flatMap((one) =>
    one.field === "stock" ? [one.compare === "at-least" ? sellable >= one.units : sellable <= one.units] : [],
  );
  return rule.matchAll ? met.every((one) => one) : met.some((one) => one);
}

/**
 * Of the rules that a listing is under, the one that counts: the first by stock that holds, else the one that hits it
 * whatever the stock is. Sellable null: nothing is known of the stock.
 */
export function ruleThatCounts<Rule extends { matchAll: boolean; conditions: readonly RuleCondition[] }>(
  rules: ReadonlyMap<number, Rule>,
  under: { ruleId: number | null; stockRuleIds: readonly number[] },
  sellable: number | null,
): Rule | null {
  if (sellable !== null)
    for (const id of under.stockRuleIds) {
      const rule = rules.get(id);
      if (rule && holdsWithStock(rule, sellable)) return rule;
    }
  return (under.ruleId !== null && rules.get(under.ruleId)) || null;
}

const FIELD_WORDS = { tag: "tag", vendor: "vendor", "product-type": "product type", collection: "collection" } as const;

export function sayCondition(condition: RuleCondition): string {
  switch (condition.field) {
    case "sku":
      return `${condition.is ? "" : "not "}${sayPattern(condition.text).replace(/^Every/, "every")}`;
    case "price":
      return `price is ${condition.amount} or ${condition.compare === "at-least" ? "more" : "less"}`;
    case "stock":
      return `${condition.units} or ${condition.compare === "at-least" ? "more" : "fewer"} left to sell`;
    default:
      return `${FIELD_WORDS[condition.field]} is ${condition.is ? "" : "not "}${condition.text}`;
  }
}

export function sayConditions({ match, conditions }: Pick<ListingRuleValue, "match" | "conditions">): string {
  return conditions.map(sayCondition).join(match === "all" ? " and " : " or ");
}

export function sayAction(action: ListingRuleValue["action"]): string {
  return action.kind === "exclude" ? "left alone" : sayPolicy(action.policy, "the channel");
}
