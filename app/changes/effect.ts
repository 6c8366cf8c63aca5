/** What a change of a setting does to the numbers of listings. Pure: the same weighing for what is shown and what is approved. */

/** What a listing shows now, and what it should. Quantity null: nothing is published, so its number stays. */
export interface ListingNumber {
  id: number;
  title: string;
  sku: string | null;
  shown: number | null;
  quantity: number | null;
  /** At 0 its marketplace takes it away, or marks it as sold. */
  zeroIsFinal?: boolean;
}

/** Listings whose number moves: to zero, down, up. */
export interface Moves {
  zeroed: number;
  lowered: number;
  raised: number;
}

export interface MovedListing {
  listingId: number;
  title: string;
  sku: string | null;
  /** What it shows now, and what it will. */
  from: number | null;
  to: number;
}

export interface Effect extends Moves {
  unchanged: number;
  /** Of those that go to zero, those that can't be brought back. */
  final: number;
  /** All of them. */
  moved: MovedListing[];
}

export const NO_EFFECT: Effect = { zeroed: 0, lowered: 0, raised: 0, unchanged: 0, final: 0, moved: [] };

/** What a merchant is asked about: how many, and the first ones by name. */
export interface EffectShown extends Moves {
  unchanged: number;
  final: number;
  first: MovedListing[];
}

const FIRST_MAX = 8;
/** Sales go on while a merchant looks: a few numbers more are what they were shown. */
const MORE_SHARE = 0.1;

/** `before` and `after`: listings that pushes are responsible for, with the setting as it is and as it would be. */
export function weighChange(
  before: ReadonlyMap<number, ListingNumber>,
  after: ReadonlyMap<number, ListingNumber>,
): Effect {
  const effect: Effect = { ...NO_EFFECT, moved: [] };
  for (const listing of after.values()) {
    const { id, title, sku, shown, quantity } = listing;
    const was = before.get(id)?.quantity ?? null;
    // What waits to be pushed anyway is no doing of this change.
    if (quantity === null || quantity === was || quantity === shown) {
      effect.unchanged += 1;
      continue;
    }
    effect.moved.push({ listingId: id, title, sku, from: shown, to: quantity });
    const move = moveOf({ from: shown, to: quantity });
    effect[move] += 1;
    if (move === "zeroed" && listing.zeroIsFinal) effect.final += 1;
  }
  // What is left alone from now on keeps its number.
  for (const id of before.keys()) if (!after.has(id)) effect.unchanged += 1;
  return effect;
}

/** Of one listing whose number moves, what it counts as. */
export function moveOf({ from, to }: Pick<MovedListing, "from" | "to">): keyof Moves {
  if (from === null) return "raised";
  return to === 0 ? "zeroed" : to < from ? "lowered" : "raised";
}

export function countMoves({ zeroed, lowered, raised }: Moves): number {
  return zeroed + lowered + raised;
}

/** Whether a change does more than what the merchant was shown and approved. */
export function isWorse(effect: Moves, approved: Moves): boolean {
  return effect.zeroed > approved.zeroed || countMoves(effect) > countMoves(approved) * (1 + MORE_SHARE);
}

/** Those that go to zero first, by name. */
export function showEffect({ moved, zeroed, lowered, raised, unchanged, final }: Effect): EffectShown {
  const first = [...moved]
    .sort(
      (a, b) => Number(b.to === 0) - Number(a.to === 0) || a.title.localeCompare(b.title) || a.listingId - b.listingId,
    )
    .slice(0, FIRST_MAX);
  return { zeroed, lowered, raised, unchanged, final, first };
}

/** "8 listings go to 0, 2 listings go up"; null: no number moves. */
export function sayMoves(moves: Moves): string | null {
  const parts = [part(moves.zeroed, "to 0"), part(moves.lowered, "down"), part(moves.raised, "up")].filter(
    (one) => one !== null,
  );
  return parts.length === 0 ? null : parts.join(", ");
}

function part(listings: number, where: string): string | null {
  if (listings === 0) return null;
  return `${listings} ${listings === 1 ? "listing goes" : "listings go"} ${where}`;
}

/** Sent with the approval: it holds for what was shown. */
export function approvalText({ zeroed, lowered, raised }: Moves): string {
  return `${zeroed} ${lowered} ${raised}`;
}
