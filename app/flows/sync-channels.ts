/**
 * "Sync now": a channel's orders are read, its listings compared and what is stale pushed, by the flows that do all of it on
 * their clock. What is to be done is a run: a worker takes it up, the tick finds it again after a crash, and a step is done
 * when the tables say that it was since the run began, whoever did it. Back-off, budgets and approvals hold as ever: what
 * can't be done now is said, and until when.
 */
import type { Actor } from "../changes/changes.ts";
import { type Channel, findChannel, lockChannelOfShop } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { countDoneSince, recordAttempt } from "../history/history.ts";
import { storeUnder, underLease } from "../leases/leases.ts";
import { doIncreasesWait, isAnyStale, readWaiting } from "../listings/claim.ts";
import { closeRun, countCompared, findRunning, openRun, type Run, recordProgress } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { findSetback, type Setback } from "../setbacks/setbacks.ts";
import { type ChannelWork, setbackName } from "../setbacks/words.ts";
import { findShop } from "../shops/shops.ts";
import { sayNotSynced, sayWhyNotPushed, sayWhyNotRead } from "../views/sync-words.ts";
import { importOrders } from "./import-orders.ts";
import { refusalByPlan } from "./plan-gate.ts";
import { pushQuantities } from "./push-quantities.ts";
import { reconcileListings } from "./reconcile-listings.ts";
import { refuse } from "./reply.ts";

/** Pressed again while a channel's sync is under way, nothing more begins there. */
export async function startSync(
  rt: Runtime,
  { shopId, channelIds, actor = null }: { shopId: number; channelIds: readonly number[]; actor?: Actor },
): Promise<{ ok: true; message: string } | { ok: false; message: string }> {
  if (channelIds.length === 0) return refuse("Choose at least one channel.");
  return inTransaction(rt.db, async (tx) => {
    const byPlan = await refusalByPlan(rt, tx, shopId, "stock");
    if (byPlan !== null) return refuse(byPlan);
    const now = rt.clock.now();
    const refusals: string[] = [];
    let begun = 0;
    let underWay = 0;
    for (const channelId of [...new Set(channelIds)].sort((a, b) => a - b)) {
      // Locked, so that of two who press at once one begins the run and the other finds it.
      const channel = await lockChannelOfShop(tx, shopId, channelId);
      const why = channel ? sayWhyNotRead(channel) : "This channel does not exist any more.";
      if (!channel || why !== null) {
        if (why !== null) refusals.push(why);
        continue;
      }
      if (await findRunning(tx, { shopId, channelId, kind: "sync" })) {
        underWay += 1;
        continue;
      }
      await openRun(tx, { shopId, channelId, kind: "sync", now });
      await rt.queue.send(tx, "sync-channel", { channelId });
      await recordAttempt(tx, {
        shopId,
        channelId,
        kind: "settings",
        outcome: "done",
        message: `${channel.name}: a sync was asked for`,
        actor,
        startedAt: now,
        finishedAt: now,
      });
      begun += 1;
    }
    if (begun > 0) return { ok: true, message: "Sync begun" };
    if (underWay > 0) return { ok: true, message: "Sync is under way already" };
    return refuse([...new Set(refusals)].join(" "));
  });
}

/** Something that holds a step up for longer says so sooner: what is left then goes on by itself. */
const WAIT_MS_MAX = 10 * 60_000;
const STEPS = 3;

/** `waits`: another worker does it, or the marketplace makes the list: it is looked at again with the next tick. */
type Step = "done" | "waits" | Setback;

export async function syncChannel(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  await underLease(rt, { name: `sync:${channelId}`, holder: rt.workerId }, async (lease) => {
    const channel = await findChannel(rt.db, channelId);
    const run = channel && (await findRunning(rt.db, { shopId: channel.shopId, channelId, kind: "sync" }));
    if (!run) return;
    const came = await takeSteps(rt, run, channelId);
    const now = rt.clock.now();
    if (came === "waits" && now < addMs(run.startedAt, WAIT_MS_MAX)) return;
    const { notes, isRead } = came === "waits" ? await whatIsLeft(rt, run, channelId) : came;
    const did = await countDoneSince(rt.db, channelId, run.startedAt);
    const compared = await countCompared(rt.db, run);
    await storeUnder(rt.db, lease, async (tx) => {
      const message = [saySynced({ ...did, compared }), ...notes].join(" ");
      await closeRun(tx, run.id, { state: isRead ? "done" : "failed", message, now });
      await recordProgress(tx, run.id, { done: STEPS });
    });
  });
}

interface Ended {
  /** What was not done, for the merchant. */
  notes: string[];
  isRead: boolean;
}

async function takeSteps(rt: Runtime, run: Run, channelId: number): Promise<Ended | "waits"> {
  const notes: string[] = [];
  for (const [done, work, message] of [
    [0, "orders", "Reading orders"],
    [1, "listings", "Comparing listings"],
  ] as const) {
    await recordProgress(rt.db, run.id, { done, total: STEPS, message });
    const step = await readStep(rt, run, channelId, work);
    if (step === "waits") return "waits";
    if (step !== "done") notes.push(await sayPutOff(rt, step, work));
  }
  const isRead = notes.length === 0;
  await recordProgress(rt.db, run.id, { done: 2, total: STEPS, message: "Updating quantities" });
  const channel = await findChannel(rt.db, channelId);
  const why = channel ? (sayWhyNotRead(channel) ?? sayWhyNotPushed(channel)) : null;
  if (!channel || why !== null)
    return { notes: [...notes, ...(why === null ? [] : [why])], isRead: isRead && channel !== null };
  await pushQuantities(rt, { channelId });
  const setback = await putOff(rt, channelId, "push");
  if (setback) return { notes: [...notes, await sayPutOff(rt, setback, "push")], isRead };
  if (await doIncreasesWait(rt.db, channelId, rt.clock.now())) return "waits";
  // A row that was put off; or units are missing over there, and it is not known yet who took them.
  const { hasUnseen } = await readWaiting(rt.db, channelId, rt.clock.now());
  if (hasUnseen || (await isAnyStale(rt.db, channelId)))
    notes.push("Some quantities have to wait, and follow by themselves.");
  return { notes, isRead };
}

async function readStep(rt: Runtime, run: Run, channelId: number, work: "orders" | "listings"): Promise<Step> {
  const look = async (): Promise<Step | "due"> => {
    const channel = await findChannel(rt.db, channelId);
    // Said at the end.
    if (!channel || sayWhyNotRead(channel) !== null) return "done";
    if (isReadSince(channel, work, run.startedAt)) return "done";
    const setback = await putOff(rt, channelId, work);
    if (setback) return setback;
    const isMade = work === "orders" || !channel.listingsRetryAt || channel.listingsRetryAt <= rt.clock.now();
    return isMade ? "due" : "waits";
  };
  const before = await look();
  if (before !== "due") return before;
  await (work === "orders" ? importOrders(rt, { channelId }) : reconcileListings(rt, { channelId }));
  const after = await look();
  return after === "due" ? "waits" : after;
}

function isReadSince(channel: Channel, work: "orders" | "listings", since: Date): boolean {
  const readAt = work === "orders" ? channel.ordersReadAt : channel.listingsReadAt;
  return readAt !== null && readAt >= since;
}

async function putOff(rt: Runtime, channelId: number, work: ChannelWork): Promise<Setback | null> {
  const setback = await findSetback(rt.db, setbackName(work, channelId));
  return setback && setback.until > rt.clock.now() ? setback : null;
}

async function sayPutOff(rt: Runtime, { shopId, until, why }: Setback, work: ChannelWork): Promise<string> {
  const shop = await findShop(rt.db, { id: shopId });
  return sayNotSynced(work, { until, why, now: rt.clock.now(), timezone: shop?.timezone ?? "UTC" });
}

/** After the longest wait: it goes on, and is not waited for. */
async function whatIsLeft(rt: Runtime, run: Run, channelId: number): Promise<Ended> {
  const channel = await findChannel(rt.db, channelId);
  const unread = (["orders", "listings"] as const).filter(
    (work) => channel !== null && !isReadSince(channel, work, run.startedAt),
  );
  const words = { orders: "Reading orders", listings: "Reading listings" };
  const left = unread.length > 0 ? unread.map((work) => words[work]).join(" and ") : "Updating quantities";
  return { notes: [`${left} takes longer than usual and goes on by itself.`], isRead: unread.length === 0 };
}

function saySynced({ orders, listings, compared }: { orders: number; listings: number; compared: number }): string {
  const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
  return `${count(orders, "order", "orders")} new or changed, ${count(compared, "listing", "listings")} compared, ${count(listings, "quantity", "quantities")} changed.`;
}
