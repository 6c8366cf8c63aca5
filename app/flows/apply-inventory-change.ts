/**
 * Stock out, first half. A level changed in Shopify: set the mirror, write the ledger, raise the version of the listings
 * and wake their channels, all but the waking in one statement: what was not woken the tick finds.
 */
import { type Result, succeed } from "#connectors/contract/failures.ts";
import {
  applyLevels,
  currentRevision,
  type LevelCause,
  type LevelChange,
  type LevelReading,
  type WholeRead,
} from "../inventory/levels.ts";
import { markStaleWith } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { readLevels } from "../shopify/levels.ts";
import type { Shop } from "../shops/shops.ts";
import { orThrow } from "./or-throw.ts";
import { wakeChannels } from "./wake-channels.ts";

export async function applyInventoryChange(
  rt: Runtime,
  shop: Shop,
  input: { readings: readonly LevelReading[]; cause: LevelCause; reference: string | null; whole?: WholeRead },
): Promise<LevelChange[]> {
  const now = rt.clock.now();
  const { changes, unclear, toWake } = await applyLevels(rt.db, { shopId: shop.id, ...input, now }, (changed) =>
    markStaleWith(changed, shop.id, now),
  );
  await wakeChannels(rt, rt.db, toWake);
  // Two quantities of one second: which was last, only Shopify can say.
  if (unclear.length > 0) return [...changes, ...(await readLevelsAgain(rt, shop, unclear, input.reference))];
  return changes;
}

/** Asks Shopify for the levels of these items and applies what it says. Throws when Shopify can't be asked now. */
export async function readLevelsAgain(
  rt: Runtime,
  shop: Shop,
  inventoryItemGids: readonly string[],
  reference: string | null,
): Promise<LevelChange[]> {
  const read = orThrow(await readWhole(rt, shop, inventoryItemGids));
  return applyInventoryChange(rt, shop, { ...read, cause: "fresh-read", reference });
}

export async function readWhole(
  rt: Runtime,
  shop: Shop,
  inventoryItemGids: readonly string[],
): Promise<Result<{ readings: LevelReading[]; whole: WholeRead }>> {
  const asOf = await currentRevision(rt.db);
  const read = await readLevels(rt.admin(shop.domain), inventoryItemGids);
  return read.ok ? succeed({ readings: read.value, whole: { inventoryItemGids, asOf } }) : read;
}
