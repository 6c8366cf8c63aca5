/** Shopify says that some items changed: what taking it in reads, however many others there are. */
import { applyReadings } from "#app/flows/apply-inventory-change.ts";
import { findShop } from "#app/shops/shops.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import type { Question } from "../question.ts";
import { makeInStep, NOW, SHOP_ID } from "../seeded-database.ts";

/** So few that looking each up is less than reading a table through, even in the smaller shop. */
const ITEMS = 5;
/** The small shops have the first ones too, which never is so outside: the planner would take them for frequent. */
const FIRST_ITEM = 1_001;
const LEEDS = "gid://shopify/Location/1";

let asked = 0;

/** One unit more each time. `whole`: all levels of the items were read, not only the ones that changed. */
function changeOf(name: string, isWhole: boolean): Question {
  return {
    name,
    limit: { reads: 5 * ITEMS, writes: ITEMS },
    end: makeInStep,
    async ask(db) {
      asked += 1;
      const rt = createBenchRuntime(db);
      const shop = await findShop(db, { id: SHOP_ID });
      if (!shop) throw new Error("the large shop is not there");
      const inventoryItemGids = Array.from(
        { length: ITEMS },
        (_, n) => `gid://shopify/InventoryItem/${FIRST_ITEM + n}`,
      );
      const readings = inventoryItemGids.map((inventoryItemGid) => ({
        inventoryItemGid,
        locationGid: LEEDS,
        available: 1_000 + asked,
        remoteUpdatedAt: new Date(NOW.getTime() + asked * 1_000),
      }));
      const whole = isWhole ? { inventoryItemGids, asOf: 0n } : undefined;
      const { changes } = await applyReadings(rt, shop, { readings, cause: "webhook", reference: null, whole });
      if (changes.length !== ITEMS) throw new Error(`${changes.length} levels changed, not ${ITEMS}`);
    },
  };
}

export const levelQuestions: Question[] = [
  changeOf("levels of 5 items change", false),
  changeOf("levels of 5 items change, read whole", true),
];
