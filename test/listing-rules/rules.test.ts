import { describe, expect, it } from "vitest";
import {
  hasStock,
  holdsWithStock,
  parseConditions,
  type RuleCondition,
  refuseRule,
  ruleThatCounts,
  sayAction,
  sayConditions,
} from "#app/listing-rules/rules.ts";

const tag: RuleCondition = { field: "tag", is: true, text: "Clearance" };
const atMost = (units: number): RuleCondition => ({ field: "stock", compare: "at-most", units });
const atLeast = (units: number): RuleCondition => ({ field: "stock", compare: "at-least", units });
const rule = (conditions: RuleCondition[], matchAll = true) => ({ matchAll, conditions });

describe("a rule by stock", () => {
  it("holds at its number and beyond", () => {
    expect([4, 5, 6].map((units) => holdsWithStock(rule([atMost(5)]), units))).toEqual([true, true, false]);
    expect([4, 5, 6].map((units) => holdsWithStock(rule([atLeast(5)]), units))).toEqual([false, true, true]);
  });

  it("of all conditions needs each, of any one of them, and what is not of stock was asked before", () => {
    const between = [tag, atLeast(2), atMost(4)];
    expect([1, 2, 4, 5].map((units) => holdsWithStock(rule(between), units))).toEqual([false, true, true, false]);
    const outside = [tag, atMost(1), atLeast(5)];
    expect([1, 2, 5].map((units) => holdsWithStock(rule(outside, false), units))).toEqual([true, false, true]);
  });

  it("is known as one", () => {
    expect([hasStock(rule([tag])), hasStock(rule([tag, atMost(1)]))]).toEqual([false, true]);
  });
});

describe("the rule that counts", () => {
  const few = rule([atMost(3)]);
  const some = rule([atMost(9)]);
  const plain = rule([tag]);
  const rules = new Map([
    [1, few],
    [2, some],
    [3, plain],
  ]);
  const under = { ruleId: 3, stockRuleIds: [1, 2] };

  it("is the first by stock that holds, else the one that hits whatever the stock is", () => {
    expect([3, 9, 10].map((units) => ruleThatCounts(rules, under, units))).toEqual([few, some, plain]);
    expect(ruleThatCounts(rules, { ruleId: 3, stockRuleIds: [2, 1] }, 3)).toBe(some);
    expect(ruleThatCounts(rules, { ruleId: null, stockRuleIds: [1] }, 4)).toBeNull();
  });

  it("is none by stock while nothing is known of it, and none that is gone", () => {
    expect(ruleThatCounts(rules, under, null)).toBe(plain);
    expect(ruleThatCounts(rules, { ruleId: 8, stockRuleIds: [9] }, 0)).toBeNull();
  });
});

describe("a rule", () => {
  const policy = { kind: "policy", policy: { cap: 0 } } as const;
  it("can exclude, but not by stock; and a policy says something", () => {
    expect(refuseRule({ conditions: [tag], action: { kind: "exclude" } })).toBeNull();
    expect(refuseRule({ conditions: [tag, atMost(1)], action: { kind: "exclude" } })).toContain("cap of 0");
    expect(refuseRule({ conditions: [atMost(1)], action: policy })).toBeNull();
    expect(refuseRule({ conditions: [tag], action: { kind: "policy", policy: {} } })).toContain("Say what");
  });

  it("is said in words", () => {
    const conditions: RuleCondition[] = [
      tag,
      { field: "vendor", is: false, text: "Acme" },
      { field: "product-type", is: true, text: "Mug" },
      { field: "sku", is: true, text: "MUG-*" },
      { field: "sku", is: false, text: "*" },
      { field: "price", compare: "at-least", amount: "5" },
      { field: "price", compare: "at-most", amount: "9.50" },
      atLeast(2),
      atMost(4),
    ];
    expect(sayConditions({ match: "all", conditions })).toBe(
      "tag is Clearance and vendor is not Acme and product type is Mug and SKUs that begin with MUG- and not every SKU and price is 5 or more and price is 9.50 or less and 2 or more left to sell and 4 or fewer left to sell",
    );
    expect(sayConditions({ match: "any", conditions: conditions.slice(0, 2) })).toBe(
      "tag is Clearance or vendor is not Acme",
    );
    expect([sayAction({ kind: "exclude" }), sayAction(policy)]).toEqual(["left alone", "cap 0"]);
  });

  it("whose conditions can't be read has none", () => {
    expect(parseConditions([tag])).toEqual([tag]);
    expect([parseConditions(null), parseConditions([{ field: "moon" }])]).toEqual([[], []]);
  });
});
