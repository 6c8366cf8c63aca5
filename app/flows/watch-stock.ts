/**
 * Stock changed: a SKU that fell to what its rule calls low is said once, until it is above that again. Where the rule says
 * so, it is held at 0 with that.
 */
import { isAlertOpen, raiseAlert, resolveAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { findContainment } from "../containments/containments.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { readWatchedStock, takeToWatch, type WatchedStock, watchAgain } from "../inventory/stock-watch.ts";
import { UNITS_TAKEN } from "../latency-checks/check-plan.ts";
import { listUnitsAway } from "../latency-checks/latency-checks.ts";
import type { Runtime } from "../runtime.ts";
import { lowStockKey, ruleFor, type StockRuleOf, sayPattern } from "../stock-rules/patterns.ts";
import { listStockRules } from "../stock-rules/stock-rules.ts";
import { changeByRule } from "./change-setting.ts";
import { HELD_BY_RULE, sayHeldByRule } from "./contain-variant.ts";

/** SKUs that one turn holds: each is weighed as a change of its own. */
const HOLDS_MAX = 20;

/** What is more than one turn takes the tick finds. */
export async function watchStock(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  await inTransaction(rt.db, async (tx) => {
    const items = await takeToWatch(tx, shopId);
    if (items.length === 0) return;
    const rules = await listStockRules(tx, shopId);
    const now = rt.clock.now();
    const enough: AlertKey[] = [];
    const later: string[] = [];
    let holds = 0;
    for (const stock of await readStock(tx, shopId, items)) {
      const rule = ruleFor(rules, stock.sku);
      if (rule && stock.isCounted && stock.available === null) continue;
      const isLow = rule !== null && stock.isCounted && (stock.available ?? 0) <= rule.units;
      if (!isLow) {
        enough.push(lowStockKey(stock.variantId));
        continue;
      }
      // Once for each fall: what the merchant released meanwhile stays released until it was above the number.
      const falls = rule.holds && !(await isAlertOpen(tx, shopId, lowStockKey(stock.variantId)));
      if (falls && holds === HOLDS_MAX) {
        later.push(stock.inventoryItemGid);
        continue;
      }
      const refused = falls ? await holdByRule(rt, tx, shopId, stock, rule, now) : null;
      if (falls) holds += 1;
      await sayLow(tx, shopId, stock, rule, refused, now);
    }
    await resolveAlerts(tx, shopId, enough, now);
    await watchAgain(tx, shopId, later);
  });
}

/** A unit that a latency check took for a moment is there all the same: it is looked at again once it is back. */
async function readStock(tx: Tx, shopId: number, items: readonly string[]): Promise<WatchedStock[]> {
  const away = await listUnitsAway(tx, shopId, items);
  return (await readWatchedStock(tx, shopId, items)).map((stock) =>
    stock.available !== null && away.has(stock.inventoryItemGid)
      ? { ...stock, available: stock.available + UNITS_TAKEN }
      : stock,
  );
}

/** Words: why it could not be held. */
async function holdByRule(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  { variantId, sku, productTitle, available }: WatchedStock,
  { pattern, owner, answerHours }: StockRuleOf,
  now: Date,
): Promise<string | null> {
  if (await findContainment(tx, variantId)) return null;
  const why = `${available ?? 0} available in Shopify, and your rule for low stock says so (${sayPattern(pattern)})`;
  const change = { setting: "containment", variantId, after: HELD_BY_RULE } as const;
  const refused = await changeByRule(rt, tx, { shopId, change, why });
  if (refused !== null) return refused;
  await sayHeldByRule(tx, shopId, { variantId, name: sku ?? productTitle, why, owner, answerHours }, now);
  return null;
}

async function sayLow(
  tx: Tx,
  shopId: number,
  { variantId, sku, productTitle, available }: WatchedStock,
  { units, owner, answerHours }: StockRuleOf,
  refused: string | null,
  now: Date,
): Promise<void> {
  const left = available === null || available <= 0 ? "none is left" : `${available} left`;
  const notHeld = refused === null ? "" : ` Your rule could not hold it at 0: ${refused}`;
  await raiseAlert(
    tx,
    {
      shopId,
      key: lowStockKey(variantId),
      severity: available === null || available <= 0 ? "critical" : "warning",
      title: `${sku ?? productTitle} is low: ${left}`,
      message: `${productTitle}${sku ? ` (${sku})` : ""} has ${available ?? 0} available in Shopify, and you want to hear at ${units} or fewer. Restock it, or hold it on its page. This ends once there are more than ${units}.${notHeld}`,
      action: `/app/skus/${variantId}`,
      owner,
      answerHours,
    },
    now,
  );
}
