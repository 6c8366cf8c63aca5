/** What a merchant does to a channel: pause, resume, and the approval of what changes many listings at once. */
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { findBulkChangeTime, recordBulkChange } from "../bulk-changes/bulk-changes.ts";
import { undoEndsAt } from "../bulk-changes/undo-time.ts";
import type { Actor } from "../changes/changes.ts";
import {
  type Channel,
  findChannelOfShop,
  postponeOrders,
  recordOnSale,
  recordPushApproved,
  recordUndone,
  setChannelState,
} from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { markStale } from "../listings/listings.ts";
import { listShown } from "../listings/push-state.ts";
import { sayRefused } from "../plans/entitlements.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import { limitsOf, withQuantities } from "../views/quantity-facts.ts";
import { mayNumbersRise, refusalByPlan } from "./plan-gate.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import { wakeChannels } from "./wake-channels.ts";

interface ChannelOfShop {
  shopId: number;
  channelId: number;
  /** Who does it. */
  actor?: Actor;
}

/** Does `work` on the shop's channel and writes into the history what was done. */
async function change(
  rt: Runtime,
  { shopId, channelId, actor = null }: ChannelOfShop,
  work: (tx: Tx, channel: Channel) => Promise<string | { ok: false; message: string }>,
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const channel = await findChannelOfShop(tx, shopId, channelId);
    if (!channel) return refuse("This channel does not exist any more.");
    const done = await work(tx, channel);
    if (typeof done !== "string") return done;
    const now = rt.clock.now();
    await recordAttempt(tx, {
      shopId,
      channelId,
      kind: "settings",
      outcome: "done",
      message: done,
      actor,
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
  });
}

/** Decides the quantities of the whole channel again. */
async function decideAgain(rt: Runtime, tx: Tx, { shopId, channelId }: ChannelOfShop): Promise<void> {
  await markStale(tx, shopId, { channelId }, { decreasing: true, now: rt.clock.now(), restarts: true });
  // Also where all was stale before, and could not be pushed.
  await wakeChannels(rt, tx, [channelId]);
}

export function pauseChannel(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    if (channel.state !== "connected") return refuse(`${channel.name} is not connected.`);
    await setChannelState(tx, channel.id, "paused", null);
    return `${channel.name} paused`;
  });
}

export function resumeChannel(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    if (channel.state !== "paused") return refuse(`${channel.name} is not paused.`);
    await setChannelState(tx, channel.id, "connected", null);
    await decideAgain(rt, tx, of);
    return `${channel.name} resumed`;
  });
}

/** By then the listings have been read. */
const RECOUNT_AFTER_MS = 5 * 60_000;

export function refreshListings(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    if (channel.state !== "connected") return refuse(`${channel.name} is not connected.`);
    await rt.queue.send(tx, "reconcile-listings", { channelId: channel.id });
    // What was not among them may be now.
    const recountAt = addMs(rt.clock.now(), RECOUNT_AFTER_MS);
    if (channel.onSaleDueAt && channel.onSaleDueAt > recountAt)
      await recordOnSale(tx, channel.id, { count: null, dueAt: recountAt });
    return `${channel.name}: reading listings again was asked for`;
  });
}

/** For those who don't want to wait for the clock. */
export function readOrdersNow(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    if (channel.state !== "connected" && channel.state !== "paused") return refuse(`${channel.name} is not connected.`);
    const byPlan = await refusalByPlan(rt, tx, of.shopId, "orders");
    if (byPlan !== null) return refuse(byPlan);
    // Also where it is put off.
    await postponeOrders(tx, channel.id, rt.clock.now());
    await rt.queue.send(tx, "import-orders", { channelId: channel.id });
    return `${channel.name}: reading orders was asked for`;
  });
}

/** From here on quantities are written to the marketplace. */
export function approveFirstPush(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    const shop = await findShop(tx, { id: of.shopId });
    if (channel.state !== "connected") return refuse(`${channel.name} is not connected.`);
    if (!shop?.mirroredAt || !channel.listingsReadAt) {
      return refuse("Products and listings are still being read. Approve when the preview is there.");
    }
    const now = rt.clock.now();
    const mayRise = await mayNumbersRise(rt, tx, of.shopId);
    // A brake that holds while stock sync winds down is let go, so that what must go down does; nothing goes up with it.
    if (!mayRise && !(channel.planHold === "decreases" && channel.brakeReason)) return refuse(sayRefused("stock"));
    const planHold = mayRise ? null : ("decreases" as const);
    if (!(await recordPushApproved(tx, channel.id, { planHold, now })))
      return refuse("This is approved already. Reload the page.");
    const { brakeReason: reason } = channel;
    const listings = await withQuantities(tx, await listShown(tx, channel.id), limitsOf(rt));
    await recordBulkChange(tx, { channelId: channel.id, reason, listings, now });
    await resolveAlert(tx, of.shopId, `brake:${channel.id}`, now);
    await resolveAlert(tx, of.shopId, `undone:${channel.id}`, now);
    await decideAgain(rt, tx, of);
    if (reason) return `${channel.name}: the change was approved (${reason})`;
    return `${channel.name}: ${channel.undoneAt ? "pushing was approved again" : "the first push was approved"}`;
  });
}

/**
 * Takes the latest approved change back. From here on no listing shows more than before it, nor more than there is to
 * sell, until the merchant approves again: otherwise the next push would make the same change.
 */
export function undoBulkChange(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    const now = rt.clock.now();
    if (channel.state !== "connected") return refuse(`${channel.name} is not connected.`);
    const approvedAt = await findBulkChangeTime(tx, channel.id);
    if (!approvedAt || undoEndsAt(approvedAt) <= now) return refuse("There is no change left that can be undone.");
    if (!(await recordUndone(tx, channel.id, now))) return refuse("This is undone already. Reload the page.");
    await raiseAlert(
      tx,
      {
        shopId: of.shopId,
        channelId: channel.id,
        key: `undone:${channel.id}`,
        severity: "warning",
        title: `${channel.name} is held back: you undid a change`,
        message:
          "No listing there shows more than before the change. Look at the preview; when it is right, approve it.",
        action: `/app/channels/${channel.id}`,
      },
      now,
    );
    await decideAgain(rt, tx, of);
    return `${channel.name}: the approved change was undone`;
  });
}
