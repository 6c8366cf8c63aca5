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
  const unclearLevels = new Set<string>();
  for (const reading of readings) {
    const level = `${reading.inventoryItemGid} ${reading.locationGid}`;
    const held = lastByLevel.get(level);
    const laterMs = held ? reading.remoteUpdatedAt.getTime() - held.remoteUpdatedAt.getTime() : 1;
    if (laterMs > 0) {
      lastByLevel.set(level, reading);
      unclearLevels.delete(level);
    } else if (laterMs === 0 && reading.available !== held?.available) unclearLevels.add(level);
  }
  const unclear = [...unclearLevels].map((level) => level.split(" ")[0] ?? "");
  return { last: [...lastByLevel.values()], unclear: new Set(unclear) };
}
