/** What a merchant does to a listing: match it, exclude it, give it a policy of its own, decide about an edit, try it again. */
import { findVariant } from "../catalogue/catalogue.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { type Policy, parsePolicy } from "../inventory/policy.ts";
import { decideQuantity } from "../inventory/quantity.ts";
import {
  findListingOfShop,
  forgetProblem,
  type Listing,
  markStale,
  setListingPolicy as recordPolicy,
  setExcluded,
  setMatch,
} from "../listings/listings.ts";
import { endEdits } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { explainListings, isOneOff } from "../views/quantity-facts.ts";
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
    await releaseLooseHolds(rt, tx, { shopId: of.shopId, listings: [listing] });
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

/** The merchant does not want what was edited by hand: the listing shows what it should again. */
export function repairEdit(rt: Runtime, of: ListingOfShop): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    if (!listing.editedAt) return refuse(NOT_ASKED);
    await endEdits(tx, [listing.id]);
    return "The edit was not kept: it is set to what it should show";
  });
}

/** The merchant keeps the lower quantity that was set by hand, as a cap of the listing's own. */
export function keepEdit(rt: Runtime, { quantity, ...of }: ListingOfShop & { quantity: number }): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    if (!listing.editedAt) return refuse(NOT_ASKED);
    const explanation = (await explainListings(tx, [listing.id], isOneOff(rt))).get(listing.id);
    const should = explanation && decideQuantity({ ...explanation, editedTo: null }).quantity;
    // A cap that is no lower would only take the channel's own out of force.
    if (typeof should !== "number" || quantity >= should) return refuse(NOT_ASKED);
    await recordPolicy(tx, listing.id, { ...parsePolicy(listing.policy), cap: quantity });
    await endEdits(tx, [listing.id]);
    return `The edit was kept: it never shows more than ${quantity}`;
  });
}

const NOT_ASKED = "This listing does not show too few any more. Reload the page.";

export function retryListing(rt: Runtime, of: ListingOfShop): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    await forgetProblem(tx, listing.id);
    return "Another try was asked for";
  });
}
