import { describe, expect, it } from "vitest";
import {
  CONDITIONS_MAX,
  collectionsOf,
  hasStock,
  holdsWithStock,
  listingRule,
  listingRules,
  parseConditions,
  parseRule,
  RULES_MAX,
  type RuleCondition,
  refuseRule,
  ruleCondition,
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

describe("a condition", () => {
  const why = (condition: object): string | null =>
    ruleCondition
      .safeParse(condition)
      .error?.issues.map((issue) => issue.message)
      .join(" ") ?? null;

  it.each(["tag", "vendor", "product-type"])("by %s has words, without the blanks around them", (field) => {
    expect(ruleCondition.parse({ field, is: true, text: " Acme " })).toEqual({ field, is: true, text: "Acme" });
    expect(why({ field, is: true, text: "  " })).toBe("Please fill this in.");
    expect([why({ field, is: true, text: "x".repeat(255) }), why({ field, is: true, text: "x".repeat(256) })]).toEqual([
      null,
      expect.any(String),
    ]);
  });

  it("by collection names it by our number of it", () => {
    const sale = { field: "collection", is: true, text: "Sale" };
    expect(why({ ...sale, collectionId: 1 })).toBeNull();
    for (const collectionId of [0, 1.5, undefined]) expect(why({ ...sale, collectionId })).not.toBeNull();
  });

  it("by price has an amount of money", () => {
    const wrong = "Enter a price, like 12.50.";
    const of = (amount: string) => why({ field: "price", compare: "at-least", amount });
    expect(["5", "12.50", "0.1234", "123456789012"].map(of)).toEqual([null, null, null, null]);
    expect(["", ".5", "5.", "x5", "5x", "1.23456", "1.x", "1234567890123"].map(of)).toEqual(Array(8).fill(wrong));
    expect(why({ field: "price", compare: "about", amount: "5" })).not.toBeNull();
  });

  it("by stock has a number of units", () => {
    const of = (units: unknown) => why({ field: "stock", compare: "at-most", units });
    expect([0, 1_000_000].map(of)).toEqual([null, null]);
    expect(of(Number.NaN)).toBe("Enter a whole number, 0 or more.");
    for (const units of [-1, 1.5, 1_000_001]) expect(of(units)).not.toBeNull();
  });
});

describe("a row", () => {
  const value = {
    id: 7,
    name: "Few",
    match: "all",
    conditions: [tag],
    channelId: 3,
    action: { kind: "exclude" },
  } as const;
  const row = {
    id: 7,
    shopId: 1,
    position: 0,
    name: "Few",
    matchAll: true,
    conditions: [tag],
    channelId: 3,
    excludes: true,
    policy: null,
  };

  it("is read as the rule that it keeps, or not at all", () => {
    expect(parseRule(row)).toEqual(value);
    const byPolicy = { ...row, matchAll: false, channelId: null, excludes: false, policy: { cap: 2 } };
    const action = { kind: "policy", policy: { cap: 2 } };
    expect(parseRule(byPolicy)).toEqual({ ...value, match: "any", channelId: null, action });
    expect([parseRule({ ...row, excludes: false }), parseRule({ ...row, conditions: [] })]).toEqual([null, null]);
  });

  it("has so many conditions at most, and a shop so many rules", () => {
    const of = (conditions: number) => listingRule.safeParse({ ...value, conditions: Array(conditions).fill(tag) });
    expect(of(0).error?.issues[0]?.message).toBe("Add a condition.");
    expect([of(1).success, of(CONDITIONS_MAX).success, of(CONDITIONS_MAX + 1).success]).toEqual([true, true, false]);
    const many = (rules: number) => listingRules.safeParse(Array(rules).fill(value)).success;
    expect([many(0), many(RULES_MAX), many(RULES_MAX + 1)]).toEqual([true, true, false]);
  });

  it("names each collection once", () => {
    const sale = (collectionId: number): RuleCondition => ({
      field: "collection",
      is: true,
      collectionId,
      text: "Sale",
    });
    expect(collectionsOf([{ conditions: [tag, sale(4), sale(4)] }, { conditions: [sale(2)] }])).toEqual([4, 2]);
    expect(sayConditions({ match: "all", conditions: [sale(4)] })).toBe("collection is Sale");
  });
});
