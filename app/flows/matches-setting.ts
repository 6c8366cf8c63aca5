/** What many listings stand for: one setting, so that a file is one change, undone at once. */
import { z } from "zod";
import { listPresent } from "../catalogue/catalogue.ts";
import { keepRules } from "../listing-rules/listing-rules.ts";
import type { UnmatchedListing } from "../listings/listings.ts";
import { lockMatches, type MatchOfMany, setMatches } from "../listings/many.ts";
import { MATCH_LINES_MAX } from "../listings/match-csv.ts";
import { followRules } from "./follow-rules.ts";
import { noteWithdrawn, retellWithdrawn } from "./note-withdrawn.ts";
import { releaseLooseHolds } from "./release-loose-holds.ts";
import type { Place, Setting } from "./settings.ts";

const id = z.number().int();
const ofMany = z
  .array(z.tuple([id, id.nullable(), z.enum(["sku", "barcode", "hand"]).nullable()]))
  .max(MATCH_LINES_MAX)
  .transform((all) => all.sort(([one], [other]) => one - other));

export const MATCHES: Setting<MatchOfMany[], object> = {
  value: ofMany,
  async open({ rt, tx, shopId, now }, _, after) {
    const ids = after.map(([listingId]) => listingId);
    await keepRules(tx, shopId);
    const listings = await lockMatches(tx, shopId, ids);
    const before = listings.map((one) => [one.id, one.variantId, one.matchedBy]);
    const wanted = after.flatMap(([, variantId]) => variantId ?? []);
    const variantIds = [...new Set([...wanted, ...listings.flatMap((one) => one.variantId ?? [])])];
    const present = await listPresent(tx, shopId, wanted);
    const channelIds = [...new Set(listings.map((one) => one.channelId))].sort((a, b) => a - b);
    const isThere = listings.length === ids.length && wanted.every((variantId) => present.has(variantId));
    return {
      channelId: channelIds.length === 1 ? (channelIds[0] ?? null) : null,
      listingId: null,
      before,
      after,
      scopes: [{ listingIds: ids }, { variantIds }],
      refusal: isThere ? null : "Listings or variants are gone meanwhile. Check the file again.",
      message: sayMatches(after),
      write: () => writeMatches({ rt, tx, shopId, now }, after, listings),
    };
  },
};

/** `listings`: those that are matched, locked. */
export async function writeMatches(
  { rt, tx, shopId, now }: Place,
  matches: readonly MatchOfMany[],
  listings: readonly UnmatchedListing[],
): Promise<void> {
  if (matches.length === 0) return;
  const listingIds = matches.map(([listingId]) => listingId);
  await setMatches(tx, shopId, matches, now);
  await followRules(rt, tx, shopId, { listingIds });
  await noteWithdrawn(rt, tx, shopId, { listingIds });
  await retellWithdrawn(
    rt,
    tx,
    listings.map((one) => one.channelId),
  );
  const matched = new Set(matches.flatMap(([listingId, variantId]) => (variantId === null ? [] : listingId)));
  await releaseLooseHolds(rt, tx, { shopId, listings: listings.filter((one) => matched.has(one.id)) });
}

function sayMatches(after: readonly MatchOfMany[]): string {
  const matched = after.filter(([, variantId]) => variantId !== null).length;
  const loose = after.length - matched;
  const parts = [
    ...(matched > 0 ? [`${number(matched)} matched`] : []),
    ...(loose > 0 ? [`${number(loose)} without a match`] : []),
  ];
  return `A file of matches: ${parts.join(", ")}`;
}

const number = (listings: number): string =>
  listings === 1 ? "1 listing" : `${listings.toLocaleString("en")} listings`;
