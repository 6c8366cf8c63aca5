/**
 * Sends one order to Shopify. What Shopify refuses of it and the order can do without is left out, a few times at most, and
 * kept in its note; what it refuses else is held. An unclear reply leaves the order at `sent`, where it is looked up.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { Channel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { isHeld, type Lease, storeUnder } from "../leases/leases.ts";
import { namesOfRefused, type Refused, refusedOf } from "../orders/buyer-faults.ts";
import { type Draft, mendDraft } from "../orders/draft-mending.ts";
import { moneyOf } from "../orders/order-money.ts";
import { type OrderWithLines, postponeOrder, recordNotSent, recordSent } from "../orders/orders.ts";
import { listed } from "../plain-words.ts";
import type { Runtime } from "../runtime.ts";
import { createOrder } from "../shopify/orders.ts";
import { refusalOf } from "../shopify/shop-refusals.ts";
import type { Shop } from "../shops/shops.ts";
import { LEAVES_WITHIN_MS, LOOK_AGAIN_MS, lookUpOrder } from "./look-up-order.ts";
import { holdOrder, noteOrder, putOffOrder } from "./put-off-order.ts";
import { storePlaced } from "./store-placed.ts";
import { type PutOff, tellOfRefusal } from "./tell-of-refusal.ts";

interface Subject {
  shop: Shop;
  channel: Channel;
  /** At `claimed`. */
  order: OrderWithLines;
  lease: Lease;
}

/** An address has a dozen fields, and Shopify names all that it refuses at once. */
const MENDS_MAX = 5;

/** `placed`: Shopify has just made it. Else, until when the shop waits, where Shopify refuses it as a whole. */
export async function createShopifyOrder(
  rt: Runtime,
  subject: Subject,
  draft: Draft,
): Promise<"placed" | PutOff | null> {
  const { shop, channel, order, lease } = subject;
  const refundedBefore = moneyOf(order).refundedBeyondUnits;
  if (channel.holdsAddresses && needsCorrection(draft)) {
    await holdOrder(rt, channel, order, CAN_NOT_TAKE);
    return null;
  }
  let sending = draft;
  const refused: Refused[] = [];
  for (let mends = 0; ; mends += 1) {
    const sentAt = rt.clock.now();
    if (!(await recordSent(rt.db, order.id, { refundedBefore, now: sentAt }, isHeld(lease)))) return null;
    const sent = { ...subject, order: { ...order, sentAt } };
    const leaveBy = addMs(sentAt, LEAVES_WITHIN_MS);
    const creation = await createOrder(rt.admin(shop.domain), sending.input, { leaveBy });
    if (creation.outcome === "created") {
      await storePlaced(rt, channel, order, creation.placed, "created", sending.leftOut);
      return "placed";
    }
    const { failure } = creation;
    if (creation.outcome === "failed") return afterFailure(rt, sent, failure);
    const ofBuyer = creation.refused.flatMap((one) => refusedOf(one) ?? []);
    refused.push(...ofBuyer);
    const fields = creation.refused.map((one) => one.field);
    const mended = mends < MENDS_MAX ? mendDraft(sending, fields) : null;
    if (!(await isAbsent(rt, sent, failure))) return null;
    const isBuyer = ofBuyer.length === fields.length;
    if (!mended || (isBuyer && channel.holdsAddresses && needsCorrection(mended))) {
      const why = isBuyer
        ? whyBuyerRefused(refused)
        : `Shopify refused it: ${failure.message}. Mend the cause, then choose Retry.`;
      await holdOrder(rt, channel, order, why, isBuyer ? refused : []);
      return null;
    }
    const isOurs = await storeUnder(rt.db, lease, async (tx) => {
      await recordNotSent(tx, order.id, null);
      const message = `Shopify refused a detail (${failure.message}). The order goes without it; its note in Shopify has it.`;
      await noteOrder(rt, tx, channel, order, "rejected", message);
    });
    if (!isOurs) return null;
    sending = mended;
  }
}

/** What a parcel needs would not be in its place in Shopify. */
function needsCorrection({ leftOut }: Draft): boolean {
  return leftOut.some((one) => one.isForParcel);
}

const CAN_NOT_TAKE =
  "Shopify can't take the buyer's address as it is: it has no such country, or a line is too long. Choose Correct the address; or let this channel's orders go without what Shopify refuses, and choose Retry.";

/** The buyer's own words are no part of it: it stands in history, too. */
function whyBuyerRefused(refused: readonly Refused[]): string {
  return `Shopify refused the buyer's ${listed(namesOfRefused(refused))}. Choose Correct the address.`;
}

async function afterFailure(rt: Runtime, subject: Subject, failure: Failure): Promise<PutOff | null> {
  const { channel, order, lease } = subject;
  if (failure.kind === "outcome-unknown") return lookUpLater(rt, subject, failure);
  if (!(await storeUnder(rt.db, lease, (tx) => recordNotSent(tx, order.id, null)))) return null;
  return putOffOrder(rt, channel, order, failure);
}

/** A refusal because the key is taken means that an earlier try went through after all. */
async function isAbsent(rt: Runtime, subject: Subject, failure: Failure): Promise<boolean> {
  const { shop, channel, order } = subject;
  const look = await lookUpOrder(rt, shop, channel, order);
  if (look.outcome === "found") await storePlaced(rt, channel, order, look.placed, "had been created before");
  if (look.outcome === "unclear" && look.failure) {
    const message = `Shopify refused it (${failure.message}), and then did not say whether it has it (${look.failure.message})`;
    await lookUpLater(rt, subject, { ...look.failure, message });
    return false;
  }
  return look.outcome !== "found";
}

async function lookUpLater(rt: Runtime, { channel, order, lease }: Subject, failure: Failure): Promise<PutOff | null> {
  const until = addMs(rt.clock.now(), LOOK_AGAIN_MS);
  const isForShop = refusalOf(failure) !== null;
  await storeUnder(rt.db, lease, async (tx) => {
    await postponeOrder(tx, order.id, until);
    const message = `${failure.message}. It is looked up before it is tried again.`;
    await noteOrder(rt, tx, channel, order, "unclear", message);
    if (isForShop) await tellOfRefusal(rt, tx, order.shopId, failure);
  });
  return isForShop ? { until: addMs(rt.clock.now(), SHOP_WAITS_MS) } : null;
}

const SHOP_WAITS_MS = 60_000;
