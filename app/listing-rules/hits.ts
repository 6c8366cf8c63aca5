/**
 * Whom rules hit, as SQL over "Listing" l and its "Variant" v: worked out when a product, a match or a rule changes, so that
 * a push need not ask. What depends on the stock, which moves with each sale, is left open: a push knows the stock.
 */
import { Prisma } from "../generated/prisma/client.ts";
import { splitPattern } from "../stock-rules/patterns.ts";
import { hasStock, type ListingRuleValue, type RuleCondition } from "./rules.ts";

/**
 * Columns id, "ruleId" (the first that hits whatever the stock is), "ruleExcludes", "stockRuleIds" (those before it that may
 * hit, by the stock). `which`: a condition on l.
 */
export function hitsSql(rules: readonly ListingRuleValue[], which: Prisma.Sql): Prisma.Sql {
  const ids = rules.map((rule) => rule.id);
  const excluding = rules.filter((rule) => rule.action.kind === "exclude").map((rule) => rule.id);
  const first = rules.map((rule, at) => Prisma.sql`WHEN ${hitsOf(rule, false)} THEN ${at + 1}::int`);
  const open = rules.flatMap((rule, at) =>
    hasStock(rule)
      ? [Prisma.sql`CASE WHEN f.first > ${at + 1} AND ${hitsOf(rule, true)} THEN ${rule.id}::int END`]
      : [],
  );
  const nobody = rules.length + 1;
  return Prisma.sql`
    SELECT l.id, f."ruleId", COALESCE(f."ruleId" = ANY(${excluding}::int[]), false) AS "ruleExcludes",
      ${open.length === 0 ? Prisma.sql`'{}'::int[]` : Prisma.sql`array_remove(ARRAY[${Prisma.join(open)}]::int[], NULL)`} AS "stockRuleIds"
    FROM "Listing" l LEFT JOIN "Variant" v ON v.id = l."variantId"
    CROSS JOIN LATERAL (
      SELECT n.first, (${ids}::int[])[n.first] AS "ruleId" FROM (SELECT ${
        rules.length === 0
          ? Prisma.sql`1`
          : Prisma.sql`CASE WHEN v.id IS NULL THEN 0 ${Prisma.join(first, " ")} ELSE ${nobody}::int END`
      } AS first) n OFFSET 0) f
    WHERE ${which}`;
}

function hitsOf(rule: ListingRuleValue, stock: boolean): Prisma.Sql {
  const conditions = rule.conditions.map((one) => conditionSql(one, stock));
  const joined = Prisma.join(conditions, rule.match === "all" ? " AND " : " OR ");
  return rule.channelId === null
    ? Prisma.sql`(${joined})`
    : Prisma.sql`(l."channelId" = ${rule.channelId} AND (${joined}))`;
}

/** Of a product that was not read since rules can ask for it, nothing is known: neither that it is so nor that it is not. */
const IS_READ = Prisma.sql`v.vendor IS NOT NULL`;

function conditionSql(condition: RuleCondition, stock: boolean): Prisma.Sql {
  switch (condition.field) {
    case "stock":
      return Prisma.sql`${stock}::boolean`;
    case "price": {
      const { amount } = condition;
      return condition.compare === "at-least"
        ? Prisma.sql`COALESCE(v.price >= ${amount}::numeric, false)`
        : Prisma.sql`COALESCE(v.price <= ${amount}::numeric, false)`;
    }
    case "sku":
      return Prisma.sql`(${skuSql(condition.text)} = ${condition.is}::boolean)`;
    case "tag":
      return Prisma.sql`(${IS_READ} AND EXISTS (SELECT 1 FROM unnest(v.tags) AS tag WHERE lower(tag) = lower(${condition.text})) = ${condition.is}::boolean)`;
    case "vendor":
      return Prisma.sql`(${IS_READ} AND (lower(v.vendor) = lower(${condition.text})) = ${condition.is}::boolean)`;
    case "collection":
      return Prisma.sql`(EXISTS (SELECT 1 FROM "Collection" c WHERE c.id = ${condition.collectionId} AND c."readAt" IS NOT NULL) AND EXISTS (
        SELECT 1 FROM "CollectionProduct" c WHERE c."collectionId" = ${condition.collectionId} AND c."productGid" = v."productGid" AND c."isIn") = ${condition.is}::boolean)`;
    case "product-type":
      return Prisma.sql`(${IS_READ} AND (lower(COALESCE(v."productType", '')) = lower(${condition.text})) = ${condition.is}::boolean)`;
  }
}

function skuSql(text: string): Prisma.Sql {
  const sku = Prisma.sql`btrim(COALESCE(v.sku, ''))`;
  const asked = splitPattern(text);
  return "begins" in asked ? Prisma.sql`starts_with(${sku}, ${asked.begins})` : Prisma.sql`(${sku} = ${asked.is})`;
}
