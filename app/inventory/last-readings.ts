/** Of many readings of levels, those that count. Pure. */
import type { LevelReading } from "./levels.ts";

/**
 * The latest of each item and location, by Shopify's time; `unclear` are the items of which the latest second has more than
 * one quantity. Shopify's times are whole seconds, and messages come in any order: only Shopify knows which was last.
 */
export function lastReadings<Reading extends LevelReading>(
  readings: readonly Reading[],
): { last: Reading[]; unclear: Set<string> } {
  const lastByLevel = new Map<string, Reading>();
  const unclearItems = new Map<string, string>();
  for (const reading of readings) {
    const level = `${reading.inventoryItemGid} ${reading.locationGid}`;
    const held = lastByLevel.get(level);
    if (!held || reading.remoteUpdatedAt > held.remoteUpdatedAt) {
      lastByLevel.set(level, reading);
      unclearItems.delete(level);
    } else if (reading.remoteUpdatedAt >= held.remoteUpdatedAt && reading.available !== held.available)
      unclearItems.set(level, reading.inventoryItemGid);
  }
  return { last: [...lastByLevel.values()], unclear: new Set(unclearItems.values()) };
}
