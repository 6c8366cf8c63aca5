/** Whether two pictures of an order differ in anything. Pure. */
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";

/**
 * A keyed hash of all that a picture says, but for when it was taken: some marketplaces change an order without moving its
 * time, others move the time with every read.
 */
export function fingerprintOf(hash: (text: string) => string, { updatedAt: _, ...picture }: RemoteOrder): string {
  return hash(JSON.stringify(picture));
}

/** What is still to be sent of a line, or was: all that was not cancelled. */
export function unitsOf(line: { quantity: number; quantityCancelled: number }): number {
  return Math.max(0, line.quantity - line.quantityCancelled);
}

/**
 * A line as it is to be held: `quantity` is the most that any picture showed, and whatever of it a later picture does not
 * show, or shows as cancelled, is cancelled. `shown` null: the picture does not have the line any more.
 */
export function lineAfter(
  held: { quantity: number } | null,
  shown: { quantity: number; quantityCancelled: number } | null,
): { quantity: number; quantityCancelled: number } {
  const quantity = Math.max(held?.quantity ?? 0, shown?.quantity ?? 0);
  return { quantity, quantityCancelled: quantity - (shown ? unitsOf(shown) : 0) };
}
