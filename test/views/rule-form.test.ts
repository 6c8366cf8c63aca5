import { expect, it } from "vitest";
import type { ListingRuleValue } from "#app/listing-rules/rules.ts";
import { parseConditionForms, readConditionForms, ruleFormValues } from "#app/views/rule-form.ts";

function parseText(text: string) {
  const read = readConditionForms(text);
  return read.ok ? parseConditionForms(read.forms) : read;
}

it("a rule comes out of its form as it went in", () => {
  const rule: ListingRuleValue = {
    id: 1,
    name: "Some",
    match: "any",
    channelId: 4,
    conditions: [
      { field: "tag", is: false, text: "in-store" },
      { field: "collection", is: true, text: "Sale", collectionId: 7 },
      { field: "sku", is: true, text: "MUG-*" },
      { field: "price", compare: "at-least", amount: "9.50" },
      { field: "stock", compare: "at-most", units: 3 },
    ],
    action: { kind: "policy", policy: { cap: 2 } },
  };
  const values = ruleFormValues(rule);
  expect(values).toMatchObject({ name: "Some", match: "any", channelId: "4", kind: "policy", cap: "2" });
  expect(parseText(JSON.stringify(values.conditions))).toEqual({ ok: true, conditions: rule.conditions });
});

it("what is wrong is said at its condition, and a comma in a price is a point", () => {
  const parse = (...conditions: object[]) => parseText(JSON.stringify(conditions));
  expect(parse({ field: "price", how: "at-most", text: " 9,50 " })).toMatchObject({
    conditions: [{ field: "price", compare: "at-most", amount: "9.50" }],
  });
  expect(
    parse(
      { field: "tag", how: "is", text: " " },
      { field: "price", how: "at-most", text: "cheap" },
      { field: "stock", how: "at-most", text: "" },
      { field: "stock", how: "at-most", text: "1.5" },
      { field: "sku", how: "is", text: "A*B" },
      { field: "tag", how: "is", text: "fine" },
    ),
  ).toEqual({
    ok: false,
    errors: {
      "conditions.0": "Please fill this in.",
      "conditions.1": "Enter a price, like 12.50.",
      "conditions.2": "Enter a whole number, 0 or more.",
      "conditions.3": expect.any(String),
      "conditions.4": "The * stands at the end.",
    },
  });
  expect(parse()).toMatchObject({ errors: { conditions: "Add a condition." } });
  expect(parse(...Array.from({ length: 11 }, () => ({ field: "tag", how: "is", text: "x" })))).toMatchObject({
    ok: false,
  });
  expect([parseText("{"), parseText('[{"field":"moon"}]')]).toMatchObject([{ ok: false }, { ok: false }]);
});
