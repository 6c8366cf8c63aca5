/** Levels read fresh from Shopify. */
import { fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { LevelReading } from "../inventory/levels.ts";
import type { Admin } from "./admin.ts";
import { LevelsOfItemsDocument } from "./operations.generated.ts";

/** Items per query: each may bring 50 levels, and one query may cost 1,000 points at most. */
const ITEMS_PER_QUERY_MAX = 10;

/**
 * Every level of these items. An item that Shopify no longer has brings none. `rejected` when one item is stocked at more
 * than 50 locations: better no answer than a part of one.
 */
export async function readLevels(admin: Admin, inventoryItemGids: readonly string[]): Promise<Result<LevelReading[]>> {
  const readings: LevelReading[] = [];
  const unique = [...new Set(inventoryItemGids)];
  for (let start = 0; start < unique.length; start += ITEMS_PER_QUERY_MAX) {
    const page = await admin.run(LevelsOfItemsDocument, { ids: unique.slice(start, start + ITEMS_PER_QUERY_MAX) });
    if (!page.ok) return page;
    for (const node of page.value.nodes) {
      if (node?.__typename !== "InventoryItem" || !node.inventoryLevels) continue;
      if (node.inventoryLevels.pageInfo.hasNextPage) {
        return fail({
          kind: "rejected",
          message: `${node.id} is stocked at more than 50 locations, which Lockstep does not read yet`,
        });
      }
      for (const level of node.inventoryLevels.nodes) {
        readings.push({
          inventoryItemGid: node.id,
          locationGid: level.location.id,
          available: level.quantities.find((one) => one.name === "available")?.quantity ?? null,
          remoteUpdatedAt: new Date(level.updatedAt),
        });
      }
    }
  }
  return succeed(readings);
}
