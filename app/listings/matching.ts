/**
 * Which variant a listing stands for. Pure: exact keys only, and never a guess between two.
 */
export interface MatchCandidate {
  id: number;
  sku: string | null;
  barcode: string | null;
}

export type Match =
  | { kind: "matched"; variantId: number; by: "sku" | "barcode" }
  /** Several variants carry the key: the merchant decides. */
  | { kind: "ambiguous"; by: "sku" | "barcode"; key: string; variants: number }
  | { kind: "none" };

export function matchListing(
  listing: { sku: string | null; barcode: string | null },
  candidates: readonly MatchCandidate[],
): Match {
  for (const by of ["sku", "barcode"] as const) {
    const key = listing[by];
    if (!key) continue;
    const found = candidates.filter((candidate) => candidate[by] === key);
    const [only] = found;
    if (only && found.length === 1) return { kind: "matched", variantId: only.id, by };
    // A SKU that two variants share is not decided by a barcode either: someone must look.
    if (found.length > 1) return { kind: "ambiguous", by, key, variants: found.length };
  }
  return { kind: "none" };
}
