/** Levels read fresh from Shopify, and units moved between available and reserved. */
import { fail, type Result, succeed } from "#connectors/contract/failures.ts";
import type { LevelReading } from "../inventory/levels.ts";
import type { Admin, RunOptions } from "./admin.ts";
import {
  LevelsOfItemDocument,
  type LevelsOfItemQuery,
  LevelsOfItemsDocument,
  type LevelsOfItemsQuery,
  MoveInventoryDocument,
  type MoveInventoryMutation,
} from "./operations.generated.ts";
import { failureOfUserErrors } from "./shop-refusals.ts";

/**
 * What one query asks for first. It may cost 1,000 points at most; by Shopify's published table an item costs 3, and each
 * of its levels 3 more. Most shops have few locations: an item that is stocked at more is read to its end by itself.
 */
const LEVELS_FIRST = 10;
const ITEMS_PER_QUERY_MAX = 30;

export interface LevelsRead {
  readings: LevelReading[];
  /** Items that Shopify answered nothing certain about. Nothing is known of their levels. */
  unread: { inventoryItemGid: string; why: string }[];
}

/**
 * Every level of these items. An item that Shopify no longer has brings none. One that can't be read costs itself alone;
 * a failure is one of Shopify as a whole.
 */
export async function readLevels(
  admin: Admin,
  inventoryItemGids: readonly string[],
  options: RunOptions,
): Promise<Result<LevelsRead>> {
  const whole: LevelsRead = { readings: [], unread: [] };
  const unique = [...new Set(inventoryItemGids)];
  for (let start = 0; start < unique.length; start += ITEMS_PER_QUERY_MAX) {
    const part = await readLevelsOf(admin, unique.slice(start, start + ITEMS_PER_QUERY_MAX), options);
    if (!part.ok) return part;
    whole.readings.push(...part.value.readings);
    whole.unread.push(...part.value.unread);
  }
  return succeed(whole);
}

async function readLevelsOf(admin: Admin, gids: readonly string[], options: RunOptions): Promise<Result<LevelsRead>> {
  const { reply, isPartial } = await runForPart<LevelsOfItemsQuery>(options, (asked) =>
    admin.run(LevelsOfItemsDocument, { ids: [...gids], first: LEVELS_FIRST }, asked),
  );
  // A query that asks for several items may be refused as a whole for any one of them.
  if (!reply.ok)
    return reply.failure.kind === "rejected" ? readOneByOne(admin, gids, reply.failure.message, options) : reply;
  const part: LevelsRead = { readings: [], unread: [] };
  const unclear: string[] = [];
  for (const [index, inventoryItemGid] of gids.entries()) {
    const node = reply.value.nodes[index];
    const first = node?.__typename === "InventoryItem" ? node.inventoryLevels : null;
    const levels = first ? await readToEnd(admin, inventoryItemGid, first, options) : succeed(null);
    if (!levels.ok) return levels;
    if (levels.value) part.readings.push(...levels.value.map((level) => toReading(inventoryItemGid, level)));
    // With an error beside it, nothing does not mean that there is none.
    else if (node || isPartial) unclear.push(inventoryItemGid);
  }
  const again = await readOneByOne(admin, unclear, NOT_TOLD, options, gids.length === 1);
  if (!again.ok) return again;
  return succeed({ readings: [...part.readings, ...again.value.readings], unread: again.value.unread });
}

const NOT_TOLD = "Shopify does not tell its stock";

/** Whichever of them it is that Shopify can't answer for, the others are read. */
async function readOneByOne(
  admin: Admin,
  gids: readonly string[],
  why: string,
  options: RunOptions,
  isAskedAlone = gids.length === 1,
): Promise<Result<LevelsRead>> {
  if (isAskedAlone)
    return succeed({ readings: [], unread: gids.map((inventoryItemGid) => ({ inventoryItemGid, why })) });
  const whole: LevelsRead = { readings: [], unread: [] };
  for (const gid of gids) {
    const one = await readLevelsOf(admin, [gid], options);
    if (!one.ok) return one;
    whole.readings.push(...one.value.readings);
    whole.unread.push(...one.value.unread);
  }
  return succeed(whole);
}

/** Runs what may be used in part. `isPartial`: errors came beside the data, and what is null in it may be there. */
async function runForPart<Data>(
  options: RunOptions,
  run: (options: RunOptions<Data>) => Promise<Result<Data>>,
): Promise<{ reply: Result<Data>; isPartial: boolean }> {
  let isPartial = false;
  const isEnough = () => {
    isPartial = true;
    return true;
  };
  const reply = await run({ ...options, isEnough });
  return { reply, isPartial };
}

interface LevelsPage {
  nodes: LevelNode[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface LevelNode {
  updatedAt: string;
  location: { id: string };
  quantities: { name: string; quantity: number }[];
}

/** Null: its list of levels could not be read to the end. */
async function readToEnd(
  admin: Admin,
  id: string,
  first: LevelsPage,
  options: RunOptions,
): Promise<Result<LevelNode[] | null>> {
  const levels = [...first.nodes];
  for (let { pageInfo } = first; pageInfo.hasNextPage; ) {
    const after = pageInfo.endCursor;
    const { reply }: { reply: Result<LevelsOfItemQuery> } = await runForPart<LevelsOfItemQuery>(options, (asked) =>
      admin.run(LevelsOfItemDocument, { id, after }, asked),
    );
    if (!reply.ok) return reply.failure.kind === "rejected" ? succeed(null) : reply;
    const next: LevelsPage | null | undefined = reply.value.inventoryItem?.inventoryLevels;
    if (!next) return succeed(null);
    levels.push(...next.nodes);
    pageInfo = next.pageInfo;
  }
  return succeed(levels);
}

function toReading(inventoryItemGid: string, level: LevelNode): LevelReading {
  return {
    inventoryItemGid,
    locationGid: level.location.id,
    available: level.quantities.find((one) => one.name === "available")?.quantity ?? null,
    remoteUpdatedAt: new Date(level.updatedAt),
  };
}

/** Code of a refusal: there are not so many units where they were to be moved from. */
export const TOO_FEW = "too-few";

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
    return fail({ kind: "outcome-unknown", scope: "shop", message: "Shopify did not say whether it moved the units" });
  const codes = userErrors.map((error) => error.code);
  if (codes.includes("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")) return succeed("failed-before");
  const failure = failureOfUserErrors(userErrors);
  if (codes.includes("IDEMPOTENCY_CONCURRENT_REQUEST") || codes.includes("SERVICE_UNAVAILABLE"))
    return fail({ kind: "unavailable", scope: "shop", message: failure.message });
  if (failure.kind === "rejected" && codes.includes("MOVE_QUANTITIES_FAILED"))
    return fail({ ...failure, code: TOO_FEW });
  return fail(failure);
}
