/** When a merchant is to be told that an order is still to be shipped, by the marketplace's time for it. Pure. */

const HOUR_MS = 60 * 60 * 1000;

/** At most two weeks before: a marketplace that gives longer is near on the first day. */
export const SHIP_BY_HOURS_MAX = 336;

export interface ToShip {
  /** Null: the marketplace names no time. */
  shipBy: Date | null;
  /** pending, paid, cancelled: the marketplace's word. */
  remoteStatus: string;
  stage: string;
  /** Units that no shipment tells the marketplace of yet. */
  unitsLeft: number;
  isBeingCancelled: boolean;
}

/** over: nothing more is to be said of it. wait: looked at again then. tell: the merchant is told, and it is looked at again. */
export type ShipByStep =
  | { kind: "over" }
  | { kind: "wait"; until: Date }
  | { kind: "tell"; isLate: boolean; again: Date | null };

/** `hours` before; null: the merchant does not want to hear. */
export function shipByStep(order: ToShip, hours: number | null, now: Date): ShipByStep {
  const { shipBy } = order;
  if (shipBy === null || !isToShip(order)) return { kind: "over" };
  const isLate = now >= shipBy;
  // Should they want to hear before then, it is looked at from then on.
  if (hours === null) return isLate ? { kind: "over" } : { kind: "wait", until: shipBy };
  const near = new Date(shipBy.getTime() - hours * HOUR_MS);
  if (now < near) return { kind: "wait", until: near };
  return { kind: "tell", isLate, again: isLate ? null : shipBy };
}

/** Of what the merchant entered in Shopify by hand, the marketplace alone says that it was sent. */
function isToShip({ remoteStatus, stage, unitsLeft, isBeingCancelled }: ToShip): boolean {
  if (remoteStatus !== "paid" || isBeingCancelled) return false;
  return stage !== "cancelled" && stage !== "empty" && unitsLeft > 0;
}
