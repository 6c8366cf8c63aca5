/** What a merchant does to a listing: match it, exclude it, give it a policy of its own, try it again. */
import { findVariant } from "../catalogue/catalogue.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import type { Policy } from "../inventory/policy.ts";
import {
  findListingOfShop,
  forgetProblem,
  type Listing,
  markStale,
  setListingPolicy as recordPolicy,
  setExcluded,
  setMatch,
} from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { releaseLooseHolds } from "./release-loose-holds.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import { wakeChannels } from "./wake-channels.ts";

interface ListingOfShop {
  shopId: number;
  listingId: number;
}

async function change(
  rt: Runtime,
  { shopId, listingId }: ListingOfShop,
  work: (tx: Tx, listing: Listing) => Promise<string | { ok: false; message: string }>,
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const listing = await findListingOfShop(tx, shopId, listingId);
    if (!listing) return refuse("This listing is not on the marketplace any more.");
    const done = await work(tx, listing);
    if (typeof done !== "string") return done;
    const now = rt.clock.now();
    await wakeChannels(rt, tx, await markStale(tx, shopId, { listingIds: [listingId] }, { decreasing: true, now }));
    await recordAttempt(tx, {
      shopId,
      channelId: listing.channelId,
      kind: "settings",
      listingId,
      outcome: "done",
      message: done,
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
  });
}

export function matchListing(rt: Runtime, { variantId, ...of }: ListingOfShop & { variantId: number }): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    const variant = await findVariant(tx, of.shopId, variantId);
    if (!variant) return refuse("This variant is not in Shopify any more.");
    await setMatch(tx, listing.id, { variantId, matchedBy: "hand" }, rt.clock.now());
    await releaseLooseHolds(rt, tx, { shopId: of.shopId, listing });
    return `Matched by hand to ${variant.sku ?? variant.productTitle}`;
  });
}

export function unmatchListing(rt: Runtime, of: ListingOfShop): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    await setMatch(tx, listing.id, null, rt.clock.now());
    return "The match was removed";
  });
}

export function excludeListing(
  rt: Runtime,
  { excluded, ...of }: ListingOfShop & { excluded: boolean },
): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    await setExcluded(tx, listing.id, excluded, rt.clock.now());
    return excluded ? "Excluded: its quantity is left alone" : "Included again";
  });
}

export function setListingPolicy(
  rt: Runtime,
  { policy, ...of }: ListingOfShop & { policy: Policy | null },
): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    await recordPolicy(tx, listing.id, policy);
    return policy ? "A policy of its own was saved" : "It follows the channel's policy again";
  });
}

export function retryListing(rt: Runtime, of: ListingOfShop): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    await forgetProblem(tx, listing.id);
    return "Another try was asked for";
  });
}
