/**
 * Who gets what there is. Pure: the earliest sale first, by the marketplace's own time of sale, whichever arrived first.
 */
export type ConflictPolicy = "hold" | "cancel" | "backorder";

export function readConflictPolicy(column: string): ConflictPolicy {
  return column === "cancel" || column === "backorder" ? column : "hold";
}

export interface Claim {
  orderId: number;
  soldAt: Date;
  units: number;
}

export interface Loser extends Claim {
  unitsMissing: number;
  /** Orders of earlier sales that got theirs. */
  winnerIds: number[];
}

/**
 * Hands out `units` and returns the claims that don't get all of theirs, with what is missing. An order gets all or
 * nothing: what it can't use goes to a later one.
 */
export function losersOf(units: number, claims: readonly Claim[]): Loser[] {
  let left = Math.max(0, units);
  const winnerIds: number[] = [];
  const inOrder = [...claims].sort((a, b) => a.soldAt.getTime() - b.soldAt.getTime() || a.orderId - b.orderId);
  return inOrder.flatMap((claim) => {
    if (claim.units <= left) {
      left -= claim.units;
      winnerIds.push(claim.orderId);
      return [];
    }
    return [{ ...claim, unitsMissing: claim.units - left, winnerIds: [...winnerIds] }];
  });
}
