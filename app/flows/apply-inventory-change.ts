/**
 * Stock out, first half. A level changed in Shopify: set the mirror, write the ledger, raise the version of the listings
 * and wake their channels, all but the waking in one statement: what was not woken the tick finds.
 */
import { type Result, succeed } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { findByItem, recordStockRead } from "../catalogue/catalogue.ts";
import { inTransaction } from "../db.server.ts";
import {
  applyLevels,
  currentRevision,
  type LevelCause,
  type LevelChange,
  type LevelReading,
  type WholeRead,
} from "../inventory/levels.ts";
import { markStale, markStaleWith } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import type { RunOptions } from "../shopify/admin.ts";
import { readLevels } from "../shopify/levels.ts";
import type { Shop } from "../shops/shops.ts";
import { noteWithdrawn } from "./note-withdrawn.ts";
import { orThrow } from "./or-throw.ts";
import { wakeChannels } from "./wake-channels.ts";

interface Input {
  readings: readonly LevelReading[];
  cause: LevelCause;
  reference: string | null;
  whole?: WholeRead;
}

/** Throws where Shopify had to be asked which of two quantities was last, and can't be now. */
export async function applyInventoryChange(rt: Runtime, shop: Shop, input: Input): Promise<LevelChange[]> {
  const { changes, unclear } = await applyReadings(rt, shop, input);
  if (unclear.length > 0) return [...changes, ...(await readLevelsAgain(rt, shop, unclear, input.reference))];
  return changes;
}

/** `unclear`: items with two quantities of one second. Which was last, only Shopify can say. */
export async function applyReadings(
  rt: Runtime,
  shop: Shop,
  input: Input,
): Promise<{ changes: LevelChange[]; unclear: string[] }> {
  const now = rt.clock.now();
  const { changes, unclear, toWake } = await applyLevels(rt.db, { shopId: shop.id, ...input, now }, (changed) =>
    markStaleWith(changed, shop.id, now),
  );
  await wakeChannels(rt, rt.db, toWake);
  const firstRead = input.whole ? await recordStockRead(rt.db, shop.id, input.whole.inventoryItemGids, now) : [];
  const cameOrWent = changes.filter((change) => change.before === null || change.after === null);
  await noteStocked(rt, shop, [...firstRead, ...cameOrWent.map((change) => change.inventoryItemGid)]);
  return { changes, unclear };
}

/** All levels of these items are known now, or some came or went: they may be stocked nowhere, or somewhere again. */
export async function noteStocked(rt: Runtime, shop: Shop, inventoryItemGids: readonly string[]): Promise<void> {
  if (inventoryItemGids.length === 0) return;
  await inTransaction(rt.db, async (tx) => {
    const changed = await noteWithdrawn(rt, tx, shop.id, { inventoryItemGids });
    const scope = { listingIds: changed.map((listing) => listing.id) };
    await wakeChannels(rt, tx, await markStale(tx, shop.id, scope, { decreasing: true, now: rt.clock.now() }));
  });
}

/**
 * Asks Shopify for the levels of these items and applies what it says. Throws when Shopify can't be asked now; an item
 * that it can't answer for is left as it is, and shown.
 */
export async function readLevelsAgain(
  rt: Runtime,
  shop: Shop,
  inventoryItemGids: readonly string[],
  reference: string | null,
  options: RunOptions = {},
): Promise<LevelChange[]> {
  const { readings, whole } = orThrow(await readWhole(rt, shop, inventoryItemGids, options));
  return applyInventoryChange(rt, shop, { readings, whole, cause: "fresh-read", reference });
}

/** `whole` names the items that were read: fewer than were asked for, where Shopify can't answer for one. */
export async function readWhole(
  rt: Runtime,
  shop: Shop,
  inventoryItemGids: readonly string[],
  options: RunOptions = {},
): Promise<Result<{ readings: LevelReading[]; whole: WholeRead }>> {
  const asOf = await currentRevision(rt.db);
  const read = await readLevels(rt.admin(shop.domain), inventoryItemGids, options);
  if (!read.ok) return read;
  const { readings, unread } = read.value;
  const isUnread = new Set(unread.map((one) => one.inventoryItemGid));
  const items = inventoryItemGids.filter((gid) => !isUnread.has(gid));
  await showUnread(rt, shop, unread, items);
  return succeed({ readings, whole: { inventoryItemGids: items, asOf } });
}

/** One alert for each item whose stock Shopify does not tell, until it does. */
async function showUnread(
  rt: Runtime,
  shop: Shop,
  unread: readonly { inventoryItemGid: string; why: string }[],
  read: readonly string[],
): Promise<void> {
  const now = rt.clock.now();
  const keyOf = (gid: string): AlertKey => `unread-stock:${gid}`;
  for (const { inventoryItemGid, why } of unread) {
    rt.logger.warn({ shop: shop.domain, inventoryItemGid, why }, "levels of an item not read");
    const variant = await findByItem(rt.db, shop.id, inventoryItemGid);
    const name = variant ? `${variant.productTitle}${variant.sku ? ` (${variant.sku})` : ""}` : "A product";
    await raiseAlert(
      rt.db,
      {
        shopId: shop.id,
        key: keyOf(inventoryItemGid),
        severity: "warning",
        title: `${name}: its stock can't be read from Shopify`,
        message:
          "Shopify gives no answer for this product. Its listings go on with the last stock that Lockstep knows; everything else is kept in step. Lockstep asks again by itself. If this stays, open the product in Shopify and save its stock once.",
        action: variant ? `shopify:/products/${variant.productGid.split("/").at(-1)}` : null,
      },
      now,
    );
  }
  await resolveAlerts(rt.db, shop.id, read.map(keyOf), now);
}
