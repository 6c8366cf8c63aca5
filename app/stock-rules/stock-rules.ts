/** Slice: stock-rules. Owns StockRule: when a SKU is low, and who answers for it. */
import type { Db, Tx } from "../db.server.ts";
import type { StockRule } from "../generated/prisma/client.ts";
import { RULES_MAX, type StockRuleValue } from "./patterns.ts";

export function listStockRules(db: Db | Tx, shopId: number): Promise<StockRule[]> {
  return db.stockRule.findMany({ where: { shopId }, orderBy: { pattern: "asc" }, take: RULES_MAX });
}

export async function setStockRule(
  tx: Tx,
  of: { shopId: number; pattern: string },
  rule: StockRuleValue | null,
): Promise<void> {
  if (rule) await tx.stockRule.upsert({ where: { shopId_pattern: of }, create: { ...of, ...rule }, update: rule });
  else await tx.stockRule.deleteMany({ where: of });
}
