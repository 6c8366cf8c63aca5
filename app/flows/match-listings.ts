/** Binds listings to variants by exact SKU, else barcode; what is not clear waits for the merchant, with its reason. */
import { findMatchCandidates } from "../catalogue/catalogue.ts";
import type { Tx } from "../db.server.ts";
import { setMatch, setMatchProblem, type UnmatchedListing } from "../listings/listings.ts";
import { matchListing } from "../listings/matching.ts";
import type { Runtime } from "../runtime.ts";
import { releaseLooseHolds } from "./release-loose-holds.ts";

/** Returns how many were matched. */
export async function matchListings(
  rt: Runtime,
  tx: Tx,
  shopId: number,
  unmatched: readonly UnmatchedListing[],
): Promise<number> {
  if (unmatched.length === 0) return 0;
  const present = <T>(values: (T | null)[]): T[] => values.filter((value) => value !== null);
  const candidates = await findMatchCandidates(tx, shopId, {
    skus: present(unmatched.map((listing) => listing.sku)),
    barcodes: present(unmatched.map((listing) => listing.barcode)),
  });
  const matched: UnmatchedListing[] = [];
  for (const listing of unmatched) {
    const match = matchListing(listing, candidates);
    if (match.kind === "matched") {
      await setMatch(tx, listing.id, { variantId: match.variantId, matchedBy: match.by }, rt.clock.now());
      matched.push(listing);
    } else {
      const key = match.kind === "ambiguous" ? (match.by === "sku" ? "SKU" : "barcode") : "";
      await setMatchProblem(
        tx,
        listing.id,
        match.kind === "ambiguous"
          ? `${match.variants} variants in Shopify share the ${key} ${match.key}.`
          : listing.sku || listing.barcode
            ? "No variant in Shopify has this SKU or barcode."
            : "This listing has no SKU and no barcode.",
      );
    }
  }
  await releaseLooseHolds(rt, tx, { shopId, listings: matched });
  return matched.length;
}
