/** A rule for low stock: a setting of the shop. It moves numbers only where it holds what is low already. */
import { z } from "zod";
import { isAlertOpen, listAlertKeys, resolveAlerts } from "../alerts/alerts.ts";
import { listBySku, listVariantItems } from "../catalogue/catalogue.ts";
import { endContainment, findContainment, setContainment } from "../containments/containments.ts";
import { readWatchedStock, watchAgain } from "../inventory/stock-watch.ts";
import { lockShop } from "../shops/shops.ts";
import {
  LOW_STOCK_PREFIX,
  lowStockKey,
  pattern,
  RULES_MAX,
  type StockRuleValue,
  sayPattern,
  sayRule,
  stockRule,
} from "../stock-rules/patterns.ts";
import { listStockRules, setStockRule } from "../stock-rules/stock-rules.ts";
import { HELD_BY_RULE } from "./contain-variant.ts";
import { ofShop } from "./of-shop.ts";
import type { Altered, Place, Setting } from "./settings.ts";

interface OfPattern {
  pattern: string;
  /** Null: there is none. */
  rule: StockRuleValue | null;
}

/** Alerts of low stock that are looked at again at once. */
const OPEN_MAX = 5_000;

export const STOCK_RULE: Setting<OfPattern, object> = {
  value: z.object({ pattern, rule: stockRule.nullable() }),
  async open(place, _, after) {
    const { tx, shopId } = place;
    if (!(await lockShop(tx, shopId))) return "This shop does not use Lockstep any more.";
    const rules = await listStockRules(tx, shopId);
    const held = rules.find((one) => one.pattern === after.pattern);
    const isNewHold = after.rule?.holds === true && !held?.holds;
    const variantIds = await listHeldAtOnce(place, after, isNewHold);
    return ofShop({
      before: { pattern: after.pattern, rule: held ? stockRule.parse(held) : null },
      after,
      ...(variantIds.length > 0 && { later: holdingThem(place, variantIds) }),
      refusal: after.rule && !held ? await refuseRule(place, after.pattern, rules.length) : null,
      message: `${sayPattern(after.pattern)}: ${after.rule ? sayRule(after.rule) : "no rule for low stock any more"}`,
      async write() {
        await setStockRule(tx, { shopId, pattern: after.pattern }, after.rule);
        // That they are low is said already, but not that they are held.
        if (isNewHold) await resolveAlerts(tx, shopId, variantIds.map(lowStockKey), place.now);
        await lookAgain(place, after.pattern);
      },
    });
  },
};

/** Why there can't be a rule for these; null: there can. */
async function refuseRule({ tx, shopId }: Place, of: string, held: number): Promise<string | null> {
  if (held >= RULES_MAX) return `There are ${RULES_MAX} rules already. Remove one first, or use * for several SKUs.`;
  if (of.endsWith("*") || (await listBySku(tx, shopId, [of])).length > 0) return null;
  return "Shopify has no such SKU. Look it up under SKUs, or put * behind its beginning.";
}

/**
 * What is said to be low now may not be any more, and a single SKU may be low already. Of a rule for many only what falls from
 * now on is said: hundreds that have long been low are no news.
 */
async function lookAgain({ tx, shopId }: Place, of: string): Promise<void> {
  const keys = await listAlertKeys(tx, { shopId, prefix: LOW_STOCK_PREFIX, open: { rowsMax: OPEN_MAX } });
  const variantIds = keys.map((key) => Number(key.slice(LOW_STOCK_PREFIX.length)));
  await watchAgain(tx, shopId, await listVariantItems(tx, shopId, variantIds));
  if (of.endsWith("*")) return;
  const named = await listBySku(tx, shopId, [of]);
  await watchAgain(
    tx,
    shopId,
    named.map((one) => one.inventoryItemGid),
  );
}

/** Of a rule for one SKU, what is low already and is held as soon as it is saved. One for many holds what falls from now on. */
async function listHeldAtOnce({ tx, shopId }: Place, { pattern: of, rule }: OfPattern, isNew: boolean) {
  if (!rule?.holds || of.endsWith("*")) return [];
  const named = await listBySku(tx, shopId, [of]);
  const items = named.map((one) => one.inventoryItemGid);
  const held: number[] = [];
  for (const { variantId, isCounted, available } of await readWatchedStock(tx, shopId, items)) {
    if (!isCounted || available === null || available > rule.units) continue;
    // What the rule had held and the merchant released stays so until it was above the number.
    if (!isNew && (await isAlertOpen(tx, shopId, lowStockKey(variantId)))) continue;
    if ((await findContainment(tx, variantId)) === null) held.push(variantId);
  }
  return held;
}

/** What it will be to hold them, a moment after the rule is saved (watch-stock.ts). */
function holdingThem({ tx, shopId, now }: Place, variantIds: number[]): NonNullable<Altered["later"]> {
  return {
    scopes: [{ variantIds }],
    async begin() {
      for (const variantId of variantIds) {
        await setContainment(tx, { shopId, variantId }, { ...HELD_BY_RULE, since: now }, now);
      }
    },
    async takeBack() {
      for (const variantId of variantIds) await endContainment(tx, variantId);
    },
  };
}
