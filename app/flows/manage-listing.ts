/** What a merchant does to a listing beside its settings: decide about an edit, try it again. */
import { type Actor, recordChange } from "../changes/changes.ts";
import { NO_EFFECT } from "../changes/effect.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { parsePolicy } from "../inventory/policy.ts";
import { decideQuantity } from "../inventory/quantity.ts";
import { isStillCounted, isWithdrawal, WITHDRAWN_WORDS, type WithdrawalAnswer } from "../inventory/withdrawal.ts";
import {
  findListingOfShop,
  forgetProblem,
  type Listing,
  markStale,
  setListingPolicy,
  setWithdrawnAnswer,
} from "../listings/listings.ts";
import { endEdits } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { explainListings, limitsOf } from "../views/quantity-facts.ts";
import { tellWithdrawn } from "./note-withdrawn.ts";
import { refusalByPlan } from "./plan-gate.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import type { SettingName } from "./settings.ts";
import { wakeChannels } from "./wake-channels.ts";

interface ListingOfShop {
  shopId: number;
  listingId: number;
  /** Who does it. */
  actor?: Actor;
}

async function change(
  rt: Runtime,
  { shopId, listingId, actor = null }: ListingOfShop,
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
      actor,
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
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
    // What keeps it is a cap.
    const byPlan = await refusalByPlan(rt, tx, listing.shopId, "buffers");
    if (byPlan !== null) return refuse(`${byPlan} You can have it set right instead.`);
    const explanation = (await explainListings(tx, [listing.id], limitsOf(rt))).get(listing.id);
    const should = explanation && decideQuantity({ ...explanation, editedTo: null }).quantity;
    // A cap that is no lower would only take the channel's own out of force.
    if (typeof should !== "number" || quantity >= should) return refuse(NOT_ASKED);
    const before = parsePolicy(listing.policy);
    const after = { ...before, cap: quantity };
    await setListingPolicy(tx, listing.id, after);
    await endEdits(tx, [listing.id]);
    const message = `The edit was kept: it never shows more than ${quantity}`;
    const { shopId, channelId, id: listingId } = listing;
    const facts = {
      shopId,
      channelId,
      listingId,
      variantId: null,
      actor: of.actor ?? null,
      message,
      undoesId: null,
      now: rt.clock.now(),
    };
    await recordChange(tx, {
      ...facts,
      setting: "listing-policy" satisfies SettingName,
      before,
      after,
      effect: NO_EFFECT,
    });
    return message;
  });
}

const NOT_ASKED = "This listing does not show too few any more. Reload the page.";

/**
 * What is to become of a listing whose product Shopify does not sell or count. `withdrawn`: what the merchant saw. The
 * answer ends when the product changes again.
 */
export function answerWithdrawn(
  rt: Runtime,
  { withdrawn, answer, ...of }: ListingOfShop & { withdrawn: string; answer: WithdrawalAnswer },
): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    if (listing.withdrawnAs !== withdrawn || !isWithdrawal(withdrawn))
      return refuse("Its product has changed in Shopify meanwhile. Reload the page.");
    await setWithdrawnAnswer(tx, listing.id, answer);
    await tellWithdrawn(rt, tx, listing.channelId, { isNew: false });
    const said = `It is ${WITHDRAWN_WORDS[withdrawn]}`;
    if (answer === "zero") return `${said}: you chose to take the listing to 0`;
    return isStillCounted(withdrawn)
      ? `${said}: you chose to keep selling it`
      : `${said}: you chose to leave the listing as it is`;
  });
}

export function retryListing(rt: Runtime, of: ListingOfShop): Promise<Reply> {
  return change(rt, of, async (tx, listing) => {
    const byPlan = await refusalByPlan(rt, tx, listing.shopId, "stock");
    if (byPlan !== null) return refuse(byPlan);
    await forgetProblem(tx, listing.id);
    return "Another try was asked for";
  });
}
