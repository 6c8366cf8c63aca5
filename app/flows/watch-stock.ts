/** Stock changed: a SKU that fell to what its rule calls low is said once, until it is above that again. */
import { raiseAlert, resolveAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { readWatchedStock, takeToWatch, type WatchedStock } from "../inventory/stock-watch.ts";
import type { Runtime } from "../runtime.ts";
import { ruleFor, type StockRuleOf } from "../stock-rules/patterns.ts";
import { listStockRules } from "../stock-rules/stock-rules.ts";

export const LOW_STOCK_PREFIX = "low-stock:";
const keyOf = (variantId: number): AlertKey => `${LOW_STOCK_PREFIX}${variantId}`;

/** What is more than one turn takes the tick finds. */
export async function watchStock(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const items = await takeToWatch(tx, shopId);
    if (items.length === 0) return;
    const rules = await listStockRules(tx, shopId);
    const now = rt.clock.now();
    const enough: AlertKey[] = [];
    for (const stock of await readWatchedStock(tx, shopId, items)) {
      const rule = ruleFor(rules, stock.sku);
      if (rule && stock.isCounted && stock.available === null) continue;
      if (rule && stock.isCounted && (stock.available ?? 0) <= rule.units) await sayLow(tx, shopId, stock, rule, now);
      else enough.push(keyOf(stock.variantId));
    }
    await resolveAlerts(tx, shopId, enough, now);
  });
}

async function sayLow(
  tx: Tx,
  shopId: number,
  { variantId, sku, productTitle, available }: WatchedStock,
  { units, owner, answerHours }: StockRuleOf,
  now: Date,
): Promise<void> {
  const left = available === null || available <= 0 ? "none is left" : `${available} left`;
  await raiseAlert(
    tx,
    {
      shopId,
      key: keyOf(variantId),
      severity: available === null || available <= 0 ? "critical" : "warning",
      title: `${sku ?? productTitle} is low: ${left}`,
      message: `${productTitle}${sku ? ` (${sku})` : ""} has ${available ?? 0} available in Shopify, and you want to hear at ${units} or fewer. Restock it, or hold it on its page. This ends once there are more than ${units}.`,
      action: `/app/skus/${variantId}`,
      owner,
      answerHours,
    },
    now,
  );
}
