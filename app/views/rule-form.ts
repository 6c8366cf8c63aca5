/** A rule as a person fills it in, and back. Pure: the page keeps these values, and the action reads them. */
import { z } from "zod";
import { CONDITIONS_MAX, type ListingRuleValue, type RuleCondition, ruleCondition } from "../listing-rules/rules.ts";
import { type PolicyFormValues, policyFormValues } from "./policy-form.ts";

export const CONDITION_FIELDS = ["tag", "collection", "vendor", "product-type", "sku", "price", "stock"] as const;
export type ConditionField = (typeof CONDITION_FIELDS)[number];

export interface ConditionForm {
  field: ConditionField;
  how: "is" | "is-not" | "at-least" | "at-most";
  text: string;
  /** Which one is called so; left out: it is looked up as the rule is saved. */
  collectionId?: number;
}

export const CONDITION_LABELS: Record<ConditionField, string> = {
  tag: "Tag",
  collection: "Collection",
  vendor: "Vendor",
  "product-type": "Product type",
  sku: "SKU",
  price: "Price in Shopify",
  stock: "Units left to sell",
};

const NUMBERS: readonly ConditionField[] = ["price", "stock"];

/** What can be asked of a field. */
export function waysOf(field: ConditionField): { value: ConditionForm["how"]; label: string }[] {
  if (NUMBERS.includes(field))
    return [
      { value: "at-most", label: "at most" },
      { value: "at-least", label: "at least" },
    ];
  return [
    { value: "is", label: "is" },
    { value: "is-not", label: "is not" },
  ];
}

export interface RuleFormValues extends PolicyFormValues {
  name: string;
  match: "all" | "any";
  conditions: ConditionForm[];
  /** "": every channel. */
  channelId: string;
  kind: "exclude" | "policy";
}

export function ruleFormValues(rule: ListingRuleValue | null): RuleFormValues {
  const action = rule?.action ?? { kind: "exclude" as const };
  return {
    name: rule?.name ?? "",
    match: rule?.match ?? "all",
    conditions: rule?.conditions.map(conditionForm) ?? [{ field: "tag", how: "is", text: "" }],
    channelId: rule?.channelId ? String(rule.channelId) : "",
    kind: action.kind,
    ...policyFormValues(action.kind === "policy" ? action.policy : null),
  };
}

function conditionForm(condition: RuleCondition): ConditionForm {
  switch (condition.field) {
    case "price":
      return { field: "price", how: condition.compare, text: condition.amount };
    case "stock":
      return { field: "stock", how: condition.compare, text: String(condition.units) };
    case "collection": {
      const { collectionId, is, text } = condition;
      return { field: "collection", how: is ? "is" : "is-not", text, collectionId };
    }
    default:
      return { field: condition.field, how: condition.is ? "is" : "is-not", text: condition.text };
  }
}

const conditionForms = z.array(
  z.object({
    field: z.enum(CONDITION_FIELDS),
    how: z.enum(["is", "is-not", "at-least", "at-most"]),
    text: z.string().max(300),
    collectionId: z.number().int().positive().optional(),
  }),
);

/** Errors are named by the place of their condition: "conditions.0". */
export type Refused = { ok: false; errors: Record<string, string> };

/** `text`: the conditions as JSON. */
export function readConditionForms(text: string): { ok: true; forms: ConditionForm[] } | Refused {
  const forms = conditionForms.safeParse(parseJson(text));
  if (!forms.success) return { ok: false, errors: { conditions: "These conditions can't be read. Reload the page." } };
  if (forms.data.length === 0) return { ok: false, errors: { conditions: "Add a condition." } };
  if (forms.data.length > CONDITIONS_MAX)
    return { ok: false, errors: { conditions: `At most ${CONDITIONS_MAX} conditions.` } };
  return {
    ok: true,
    forms: forms.data.map(({ collectionId, ...form }) => ({ ...form, ...(collectionId && { collectionId }) })),
  };
}

/** Collections are named by then (flows/name-collections.ts). */
export function parseConditionForms(
  forms: readonly ConditionForm[],
): { ok: true; conditions: RuleCondition[] } | Refused {
  const conditions: RuleCondition[] = [];
  const errors: Record<string, string> = {};
  for (const [at, form] of forms.entries()) {
    const read = ruleCondition.safeParse(draftOf(form));
    if (read.success) conditions.push(read.data);
    else errors[`conditions.${at}`] = read.error.issues[0]?.message ?? "This can't be used here.";
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, conditions };
}

function draftOf({ field, how, text, collectionId }: ConditionForm): object {
  const compare = how === "at-least" ? "at-least" : "at-most";
  if (field === "price") return { field, compare, amount: text.trim().replace(",", ".") };
  if (field === "stock") return { field, compare, units: text.trim() === "" ? Number.NaN : Number(text) };
  if (field === "collection") return { field, is: how !== "is-not", text, collectionId };
  return { field, is: how !== "is-not", text };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
