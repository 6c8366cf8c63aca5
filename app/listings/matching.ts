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
    const [first, ...others] = candidates.filter((candidate) => candidate[by] === key);
    if (!first) continue;
    // A SKU that two variants share is not decided by a barcode either: someone must look.
    if (others.length > 0) return { kind: "ambiguous", by, key, variants: 1 + others.length };
    return { kind: "matched", variantId: first.id, by };
  }
  return { kind: "none" };
}

interface Named {
  sku: string | null;
  title: string;
}

const SUGGESTIONS_MAX = 5;
/** The share of words in common, of those of both titles (Dice's coefficient). */
const LIKE_ENOUGH = 0.5;
const SHORT_WORDS = new Set(["a", "an", "and", "by", "cm", "for", "from", "in", "of", "on", "or", "the", "to", "with"]);

/**
 * Variants that a listing may stand for, the likeliest first, for a person to confirm: those whose SKU differs in case and
 * punctuation alone, then those whose titles have the most words in common.
 */
export function suggestVariants<V extends Named>(listing: Named, variants: readonly V[]): V[] {
  const words = new Set(wordsOf(listing.title));
  const sku = plainSku(listing.sku);
  return variants
    .map((variant) => ({
      variant,
      score: sku && sku === plainSku(variant.sku) ? 2 : likeness(new Set(wordsOf(variant.title)), words),
    }))
    .filter(({ score }) => score >= LIKE_ENOUGH)
    .sort((a, b) => b.score - a.score)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ variant }) => variant);
}

/** Of a title, the words that tell things apart, without case and accents. */
export function wordsOf(title: string): string[] {
  const plain = title
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return (plain.match(/[\p{Letter}\p{Number}]+/gu) ?? []).filter((word) => !SHORT_WORDS.has(word));
}

/** A SKU without case and punctuation; null when nothing is left. */
export function plainSku(sku: string | null): string | null {
  return sku?.toLowerCase().replace(/[^\p{Letter}\p{Number}]/gu, "") || null;
}

function likeness(some: ReadonlySet<string>, others: ReadonlySet<string>): number {
  const common = [...some].filter((word) => others.has(word)).length;
  // Of no words at all this is no number, and not enough.
  return (2 * common) / (some.size + others.size);
}

/** What points from a listing to a variant, the surest first. */
export const CLUES = ["sku", "plain-sku", "barcode", "title"] as const;
export type Clue = (typeof CLUES)[number];

/** Why no one variant is suggested: no clue finds any, they find several, or they find different ones. */
export const UNCLEAR = ["none", "several", "apart"] as const;
export type Unclear = (typeof UNCLEAR)[number];

/** `because`: the clue that decided. */
export type Suggestion = { variantId: number; because: Clue } | { variantId: null; because: Unclear };

/** Variants looked at for one clue: what more of them share tells nothing. */
export const HITS_MAX = 10;

/** The one variant that all clues allow, and no guess between two: of many listings nobody looks at each for long. */
export function suggestVariant(hits: readonly { variantId: number; clue: Clue }[]): Suggestion {
  const of = (clue: Clue) => ({
    clue,
    ids: new Set(hits.flatMap((hit) => (hit.clue === clue ? hit.variantId : []))),
  });
  const bySku = of("sku");
  // The exact SKU is what the merchant means, where there is one.
  const found = [bySku.ids.size > 0 ? bySku : of("plain-sku"), of("barcode"), of("title")].filter(
    ({ ids }) => ids.size > 0,
  );
  const decides = found.reduce<(typeof found)[number] | null>(
    (least, one) => (least && least.ids.size <= one.ids.size ? least : one),
    null,
  );
  if (!decides) return { variantId: null, because: "none" };
  if (found.some(({ ids }) => ids.size > HITS_MAX)) return { variantId: null, because: "several" };
  const [variantId, ...others] = [...decides.ids].filter((id) => found.every(({ ids }) => ids.has(id)));
  if (variantId === undefined) return { variantId: null, because: "apart" };
  return others.length > 0 ? { variantId: null, because: "several" } : { variantId, because: decides.clue };
}
