/** Binds listings to variants by exact SKU, else barcode; what is not clear waits for the merchant, with its reason. */
import { findMatchCandidates, listMatchKeys, type MatchKeys } from "../catalogue/catalogue.ts";
import type { Tx } from "../db.server.ts";
import { listOrphaned, listUnmatched, setMatch, setMatchProblem, type UnmatchedListing } from "../listings/listings.ts";
import { type Match, matchListing } from "../listings/matching.ts";
import type { Runtime } from "../runtime.ts";
import { handOnContained } from "./contain-variant.ts";
import { followRules } from "./follow-rules.ts";
import { noteWithdrawn, retellWithdrawn } from "./note-withdrawn.ts";
import { releaseLooseHolds } from "./release-loose-holds.ts";
import { wakeChannels } from "./wake-channels.ts";

export interface ChangedVariants {
  variantIds: readonly number[];
  /** The keys that they had before. */
  keysBefore: readonly MatchKeys[];
  /** Listings that lost their match by it. */
  listingIds: readonly number[];
}

/**
 * After these variants came, went or changed their keys (null: any may have): matches what has no match, by a key that one
 * of them has or had, and hands on what stood for a variant that is gone to the one that carries its key now.
 */
export async function matchAgain(rt: Runtime, tx: Tx, shopId: number, changed: ChangedVariants | null): Promise<void> {
  const which = changed && {
    listingIds: changed.listingIds,
    keys: [...changed.keysBefore, ...(await listMatchKeys(tx, changed.variantIds))],
  };
  await matchListings(rt, tx, shopId, await listUnmatched(tx, shopId, which));
  const orphaned = await listOrphaned(tx, shopId, changed?.variantIds ?? null);
  if (orphaned.length === 0) return;
  const candidates = await findCandidates(tx, shopId, orphaned);
  const matched: UnmatchedListing[] = [];
  const handedOn: { from: number; to: number }[] = [];
  for (const listing of orphaned) {
    const match = matchListing(listing, candidates);
    if (match.kind !== "matched") continue;
    const matchedBy = listing.matchedBy === "hand" ? "hand" : match.by;
    await setMatch(tx, listing.id, { variantId: match.variantId, matchedBy }, rt.clock.now());
    matched.push(listing);
    handedOn.push({ from: listing.variantId, to: match.variantId });
  }
  await handOnContained(tx, shopId, handedOn, rt.clock.now());
  await settleMatched(rt, tx, shopId, matched);
  const channelIds = [...new Set(matched.map((listing) => listing.channelId))];
  await retellWithdrawn(rt, tx, channelIds);
  await wakeChannels(rt, tx, channelIds);
}

/** Returns how many were matched. */
export async function matchListings(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  unmatched: readonly UnmatchedListing[],
): Promise<number> {
  if (unmatched.length === 0) return 0;
  const candidates = await findCandidates(tx, shopId, unmatched);
  const matched: UnmatchedListing[] = [];
  for (const listing of unmatched) {
    const match = matchListing(listing, candidates);
    if (match.kind === "matched") {
      await setMatch(tx, listing.id, { variantId: match.variantId, matchedBy: match.by }, rt.clock.now());
      matched.push(listing);
    } else {
      await setMatchProblem(tx, listing.id, sayUnmatched(listing, match));
    }
  }
  await settleMatched(rt, tx, shopId, matched);
  return matched.length;
}

function sayUnmatched(
  { sku, barcode }: UnmatchedListing,
  match: Exclude<Match, { kind: "matched" }>,
): { problem: string; keyAmbiguous: boolean } {
  if (match.kind === "ambiguous") {
    const key = match.by === "sku" ? "SKU" : "barcode";
    return { problem: `${match.variants} variants in Shopify share the ${key} ${match.key}.`, keyAmbiguous: true };
  }
  const hasKey = Boolean(sku || barcode);
  const problem = hasKey ? "No variant in Shopify has this SKU or barcode." : "This listing has no SKU and no barcode.";
  return { problem, keyAmbiguous: false };
}

function findCandidates(tx: Tx, shopId: number, listings: readonly UnmatchedListing[]) {
  const present = <T>(values: (T | null)[]): T[] => values.filter((value) => value !== null);
  return findMatchCandidates(tx, shopId, {
    skus: present(listings.map((listing) => listing.sku)),
    barcodes: present(listings.map((listing) => listing.barcode)),
  });
}

async function settleMatched(rt: Runtime, tx: Tx, shopId: number, matched: readonly UnmatchedListing[]): Promise<void> {
  if (matched.length === 0) return;
  await followRules(rt, tx, shopId, { listingIds: matched.map((listing) => listing.id) });
  await noteWithdrawn(rt, tx, shopId, { listingIds: matched.map((listing) => listing.id) });
  await releaseLooseHolds(rt, tx, { shopId, listings: matched });
}
