/** What a merchant does to a channel: pause, resume, policy, options, and the approval of its first push. */
import { resolveAlert } from "../alerts/alerts.ts";
import {
  type Channel,
  findChannelOfShop,
  recordPushApproved,
  setChannelState,
  setConflictPolicy,
  setOptions,
  setPolicy,
} from "../channels/channels.ts";
import type { ConflictPolicy } from "../conflicts/allotment.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import type { Policy } from "../inventory/policy.ts";
import { markStale } from "../listings/listings.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import { DONE, type Reply, refuse } from "./reply.ts";
import { wakeChannels } from "./wake-channels.ts";

interface ChannelOfShop {
  shopId: number;
  channelId: number;
}

/** Does `work` on the shop's channel and writes into the history what was done. */
async function change(
  rt: Runtime,
  { shopId, channelId }: ChannelOfShop,
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
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
  });
}

/** Decides the quantities of the whole channel again. */
async function decideAgain(rt: Runtime, tx: Tx, { shopId, channelId }: ChannelOfShop): Promise<void> {
  const now = rt.clock.now();
  await wakeChannels(rt, tx, await markStale(tx, shopId, { channelId }, { decreasing: true, now }));
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

export function refreshListings(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    if (channel.state !== "connected") return refuse(`${channel.name} is not connected.`);
    await rt.queue.send(tx, "reconcile-listings", { channelId: channel.id });
    return `${channel.name}: reading listings again was asked for`;
  });
}

/** For those who don't want to wait for the clock. */
export function readOrdersNow(rt: Runtime, of: ChannelOfShop): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    if (channel.state !== "connected" && channel.state !== "paused") return refuse(`${channel.name} is not connected.`);
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
    await recordPushApproved(tx, channel.id, rt.clock.now());
    await resolveAlert(tx, of.shopId, `brake:${channel.id}`, rt.clock.now());
    await decideAgain(rt, tx, of);
    return channel.brakeReason
      ? `${channel.name}: the change was approved (${channel.brakeReason})`
      : `${channel.name}: the first push was approved`;
  });
}

export function setChannelPolicy(
  rt: Runtime,
  { policy, locationGids, ...of }: ChannelOfShop & { policy: Policy | null; locationGids: string[] },
): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    await setPolicy(tx, channel.id, { policy, locationGids });
    await decideAgain(rt, tx, of);
    return `${channel.name}: policy saved`;
  });
}

/** What the merchant allows the connector that costs money or can't be taken back. It decides what writes may do. */
export function setChannelOptions(
  rt: Runtime,
  { options, ...of }: ChannelOfShop & { options: readonly string[] },
): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    const offered = rt.connectors.get(channel.connectorKey)?.manifest.options ?? [];
    const on = offered.filter((option) => options.includes(option.name));
    if (on.length !== new Set(options).size)
      return refuse("One of these options does not exist any more. Reload the page.");
    await setOptions(
      tx,
      channel.id,
      on.map((option) => option.name),
    );
    await decideAgain(rt, tx, of);
    const words = on.map((option) => `“${option.label}”`).join(", ");
    return `${channel.name}: options saved, ${words || "all of them"} ${words ? "on" : "off"}`;
  });
}

/** What becomes of an order here that loses to an earlier sale. */
export function setChannelConflictPolicy(
  rt: Runtime,
  { conflictPolicy, ...of }: ChannelOfShop & { conflictPolicy: ConflictPolicy },
): Promise<Reply> {
  return change(rt, of, async (tx, channel) => {
    await setConflictPolicy(tx, channel.id, conflictPolicy);
    return `${channel.name}: when more is sold than there is, ${CONFLICT_WORDS[conflictPolicy]}`;
  });
}

const CONFLICT_WORDS: Record<ConflictPolicy, string> = {
  hold: "the later order is held for you",
  cancel: "the later order is cancelled",
  backorder: "the later order is accepted all the same",
};
