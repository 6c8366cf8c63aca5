/**
 * Units that Shopify took, for a placed order or as held for an unpaid one, stop counting as pending once Shopify is seen to
 * count them: on a fresh read of all levels of the item of which one changed at or after the order's creation, or the hold.
 * Levels and reservations change in one transaction, so that a unit is never subtracted twice for long, nor forgotten.
 */
import { inTransaction } from "../db.server.ts";
import { applyLevels, itemsWithHiddenLevel } from "../inventory/levels.ts";
import { markStale } from "../listings/listings.ts";
import { listUnsettled, postReservations, type Unsettled } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { findShop, type Shop } from "../shops/shops.ts";
import { readWhole } from "./apply-inventory-change.ts";
import { endShopPutOff, putOffShopWork } from "./put-off-shop-work.ts";
import { wakeChannels } from "./wake-channels.ts";

/**
 * They may have been taken where Shopify shows no level any more, and then no reading will ever show that one changed: after
 * this time a fresh read of what is left is enough. Shopify's reads are some seconds behind its writes, never a minute. Where
 * nothing is left, nothing is sold either: what was there is looked for until it shows. It is enough too for an order that the
 * merchant entered: what it took, if anything, was taken by then, and perhaps by its draft, long before.
 */
const HIDDEN_COUNTED_AFTER_MS = 60_000;

export async function settleReservations(rt: Runtime, { shopId }: { shopId: number }): Promise<void> {
  const shop = await findShop(rt.db, { id: shopId });
  if (!shop || shop.uninstalledAt) return;
  if (await settleReservationsOf(rt, shop)) await endShopPutOff(rt.db, shopId, "settle");
  else await putOffShopWork(rt, { shopId, work: "settle", why: "Shopify did not say how many it has" });
}

/**
 * Reads the levels of what is unsettled, and of these items. False: Shopify could not be asked, or does not answer for one
 * of these. What is unsettled and can't be read goes on counting as pending, and keeps nothing else from being settled.
 */
export async function settleReservationsOf(
  rt: Runtime,
  shop: Shop,
  alsoItems: readonly string[] = [],
): Promise<boolean> {
  const unsettled = await listUnsettled(rt.db, shop.id);
  const items = [...new Set([...unsettled.map((one) => one.inventoryItemGid), ...alsoItems])];
  if (items.length === 0) return true;
  const askedAt = rt.clock.now();
  const read = await readWhole(rt, shop, items);
  if (!read.ok) {
    // Counted as pending for longer than needed: too low for a moment is safe. The tick tries again.
    rt.logger.info({ shop: shop.domain, why: read.failure.message }, "levels not read after an order");
    return false;
  }
  const isRead = new Set(read.value.whole.inventoryItemGids);
  const toReadAgain = await inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const { readings } = read.value;
    const reading = { ...read.value, cause: "fresh-read", reference: null } as const;
    const { changes, unclear } = await applyLevels(tx, { shopId: shop.id, ...reading, now });
    const isOld = ({ takenAt }: Unsettled): boolean =>
      takenAt !== null && askedAt.getTime() - takenAt.getTime() >= HIDDEN_COUNTED_AFTER_MS;
    const old = unsettled.filter(isOld).map((one) => one.inventoryItemGid);
    const hidden = await itemsWithHiddenLevel(tx, shop.id, old);
    const counted = unsettled.filter((one) => {
      const { inventoryItemGid, isTracked, takenAt } = one;
      if (!isTracked) return true;
      if (!isRead.has(inventoryItemGid)) return false;
      if (unclear.includes(inventoryItemGid)) return false;
      const its = readings.filter((level) => level.inventoryItemGid === inventoryItemGid);
      if (isOld(one) && its.length > 0 && hidden.has(inventoryItemGid)) return true;
      if (isOld(one) && its.length > 0 && one.isEntered) return true;
      // Shopify's times are whole seconds in places: compare as it writes them.
      const since = takenAt ? Math.floor(takenAt.getTime() / 1_000) * 1_000 : Number.POSITIVE_INFINITY;
      return its.some((level) => level.remoteUpdatedAt.getTime() >= since);
    });
    await postReservations(
      tx,
      counted.map((one) => one.id),
      now,
    );
    // What Shopify took off its count is what we had held back: mostly nothing is left to tell the channels.
    const sellable = new Map<string, number>();
    const add = (gid: string, units: number) => sellable.set(gid, (sellable.get(gid) ?? 0) + units);
    for (const { inventoryItemGid, before, after } of changes) add(inventoryItemGid, (after ?? 0) - (before ?? 0));
    for (const { inventoryItemGid, quantity } of counted) add(inventoryItemGid, quantity);
    const itemsWith = (holds: (by: number) => boolean) =>
      [...sellable].flatMap(([gid, by]) => (holds(by) ? [gid] : []));
    const less = { inventoryItemGids: itemsWith((by) => by < 0) };
    const more = { inventoryItemGids: itemsWith((by) => by > 0) };
    const moved = { inventoryItemGids: itemsWith((by) => by === 0), partOfStock: true as const };
    await wakeChannels(rt, tx, await markStale(tx, shop.id, less, { decreasing: true, now }));
    await wakeChannels(rt, tx, await markStale(tx, shop.id, more, { decreasing: false, now }));
    // A location that a channel does not sell from may have given what is free again now.
    await wakeChannels(rt, tx, await markStale(tx, shop.id, moved, { decreasing: true, now }));
    // Who placed the order did not know of what the shop itself sold meanwhile.
    const items = new Set(counted.map((one) => one.inventoryItemGid));
    const oversold = readings.filter((level) => items.has(level.inventoryItemGid) && (level.available ?? 0) < 0);
    for (const inventoryItemGid of new Set(oversold.map((level) => level.inventoryItemGid)))
      await rt.queue.send(tx, "settle-oversold", { shopId: shop.id, inventoryItemGid });
    return unclear;
  });
  const isAnswered = alsoItems.every((item) => isRead.has(item));
  return toReadAgain.length === 0 ? isAnswered : (await settleReservationsOf(rt, shop, toReadAgain)) && isAnswered;
}
