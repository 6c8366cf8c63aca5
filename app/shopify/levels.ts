/** Levels read fresh from Shopify, and units moved between available and reserved. */
import { fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { LevelReading } from "../inventory/levels.ts";
import type { Admin } from "./admin.ts";
import { LevelsOfItemsDocument, MoveInventoryDocument, type MoveInventoryMutation } from "./operations.generated.ts";

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

export interface UnitsMove {
  to: "reserved" | "available";
  inventoryItemGid: string;
  locationGid: string;
  quantity: number;
  /** What the units are reserved for: a URI of ours. */
  ledgerUri: string;
  /** Shopify does what has the same key once, and keeps keys for a day. */
  idempotencyKey: string;
}

/**
 * Moves units between available and reserved at one location. Returns Shopify's time of the move, the first one's where
 * the key was used before; `failed-before`: a try with this key failed, and the next one needs another.
 */
export async function moveUnits(admin: Admin, move: UnitsMove): Promise<Result<{ movedAt: Date } | "failed-before">> {
  const end = (name: UnitsMove["to"]) => ({
    name,
    locationId: move.locationGid,
    changeFromQuantity: null,
    ...(name === "reserved" ? { ledgerDocumentUri: move.ledgerUri } : {}),
  });
  const variables = {
    idempotencyKey: move.idempotencyKey,
    input: {
      reason: move.to === "reserved" ? "reservation_created" : "reservation_deleted",
      referenceDocumentUri: move.ledgerUri,
      changes: [
        {
          inventoryItemId: move.inventoryItemGid,
          quantity: move.quantity,
          from: end(move.to === "reserved" ? "available" : "reserved"),
          to: end(move.to),
        },
      ],
    },
  };
  const isEnough = (data: MoveInventoryMutation) =>
    Boolean(data.inventoryMoveQuantities?.inventoryAdjustmentGroup?.createdAt);
  const reply = await admin.run(MoveInventoryDocument, variables, { isEnough });
  if (!reply.ok) return reply;
  const group = reply.value.inventoryMoveQuantities?.inventoryAdjustmentGroup;
  const userErrors = reply.value.inventoryMoveQuantities?.userErrors ?? [];
  if (group) return succeed({ movedAt: new Date(group.createdAt) });
  if (userErrors.length === 0)
    return fail({ kind: "outcome-unknown", message: "Shopify did not say whether it moved the units" });
  const codes = userErrors.map((error) => error.code);
  const message = userErrors.map((error) => error.message).join("; ");
  if (codes.includes("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")) return succeed("failed-before");
  if (codes.includes("IDEMPOTENCY_CONCURRENT_REQUEST")) return fail({ kind: "unavailable", message });
  return fail({ kind: "rejected", message });
}
