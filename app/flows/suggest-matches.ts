/**
 * Which one variant each of many listings may stand for, by what they have in common; none where that is not clear. For a
 * change of many listings, which shows them before it matches them.
 */
import { findByClues, listPresent } from "../catalogue/catalogue.ts";
import { type Effect, type ListingNumber, moveOf } from "../changes/effect.ts";
import type { Tx } from "../db.server.ts";
import { listClues, listShown } from "../listings/many.ts";
import { type Suggestion, suggestVariant } from "../listings/matching.ts";
import type { Runtime } from "../runtime.ts";
import type { TriedMatch } from "../sweeps/sweeps.ts";
import { limitsOf, withQuantities } from "../views/quantity-facts.ts";

export async function suggestMatches(
  tx: Tx,
  shopId: number,
  listingIds: readonly number[],
): Promise<Map<number, Suggestion>> {
  if (listingIds.length === 0) return new Map();
  const hits = Map.groupBy(
    await findByClues(tx, shopId, await listClues(tx, listingIds)),
    ({ listingId }) => listingId,
  );
  return new Map(listingIds.map((id) => [id, suggestVariant(hits.get(id) ?? [])]));
}

/** Those that stand for nothing, or for a variant that is gone. */
export async function looseOf(
  tx: Tx,
  shopId: number,
  listings: readonly { id: number; variantId: number | null }[],
): Promise<Set<number>> {
  const matched = new Map(
    listings.flatMap(({ id, variantId }) => (variantId === null ? [] : [[id, variantId] as const])),
  );
  const there = await onlyPresent(tx, shopId, matched);
  return new Set(listings.flatMap(({ id }) => (there.has(id) ? [] : id)));
}

/** Of listings and what they stand for, those whose variant the shop still sells. */
export async function onlyPresent(
  tx: Tx,
  shopId: number,
  matches: ReadonlyMap<number, number>,
): Promise<Map<number, number>> {
  if (matches.size === 0) return new Map();
  const there = await listPresent(tx, shopId, [...new Set(matches.values())]);
  return new Map([...matches].filter(([, variantId]) => there.has(variantId)));
}

/** As the merchant is shown them, asked while it is tried: also those that stay as they are because nothing is clear. */
export async function showMatches(
  rt: Runtime,
  tx: Tx,
  tried: { suggested: ReadonlyMap<number, Suggestion>; effect: Effect; after: ReadonlyMap<number, ListingNumber> },
): Promise<TriedMatch[]> {
  const { suggested, effect, after } = tried;
  if (suggested.size === 0) return [];
  const listings = await listShown(tx, [...suggested.keys()]);
  const pushed = listings.filter(({ isPushable }) => isPushable);
  const quantities = new Map((await withQuantities(tx, pushed, limitsOf(rt))).map((one) => [one.id, one.quantity]));
  const moves = new Map(effect.moved.map((moved) => [moved.listingId, moveOf(moved)]));
  return listings.flatMap(({ id, shown }) => {
    const suggestion = suggested.get(id);
    if (!suggestion) return [];
    const number = after.get(id);
    const move = moves.get(id) ?? (number ? "unchanged" : null);
    const final = move === "zeroed" && number?.zeroIsFinal === true;
    return [{ listingId: id, ...suggestion, shown, quantity: quantities.get(id) ?? null, move, final }];
  });
}
