/**
 * Who gets what there is. Pure: the earliest sale first, by the marketplace's own time of sale, whichever arrived first.
 */
export type ConflictPolicy = "hold" | "cancel" | "backorder";

export function readConflictPolicy(column: string): ConflictPolicy {
  return column === "cancel" || column === "backorder" ? column : "hold";
}

export interface Claim {
  soldAt: Date;
  units: number;
}

export interface Loser<C extends Claim> {
  claim: C;
  unitsMissing: number;
  /** Earlier sales that got theirs. */
  winners: C[];
}

/**
 * Hands out `units` and returns the claims that don't get all of theirs, with what is missing. An order gets all or
 * nothing: what it can't use goes to a later one. Of two sales at one moment the first in the list is the earlier.
 */
export function losersOf<C extends Claim>(units: number, claims: readonly C[]): Loser<C>[] {
  let left = Math.max(0, units);
  const winners: C[] = [];
  const inOrder = [...claims].sort((a, b) => a.soldAt.getTime() - b.soldAt.getTime());
  return inOrder.flatMap((claim) => {
    if (claim.units <= left) {
      left -= claim.units;
      winners.push(claim);
      return [];
    }
    return [{ claim, unitsMissing: claim.units - left, winners: [...winners] }];
  });
}
