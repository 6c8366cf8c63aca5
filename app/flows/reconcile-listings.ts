/**
 * Reads all listings of a channel: the import after connecting, and later the comparison of what they show with what was
 * acknowledged. A listing that shows something else is made stale, and the next push mends it.
 */
import type { Failure } from "#connectors/contract/failures.ts";
import type { RemoteListing, Unreadable } from "#connectors/contract/remote-types.ts";
import { raiseAlert, resolveOtherAlerts } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { type Channel, findChannel, postponeListings, recordListingsRead } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import { underLease } from "../leases/leases.ts";
import {
  listNotSeenSince,
  listRemovedOf,
  listUnmatched,
  markStale,
  recordSeen,
  recordStillThere,
  removeNotSeenSince,
  removeReplaced,
  sampleNotSeenSince,
} from "../listings/listings.ts";
import { closeRun, openRun, recordProgress } from "../runs/runs.ts";
import type { Runtime } from "../runtime.ts";
import { matchListings } from "./match-listings.ts";
import { endSoldNotKept } from "./note-not-kept.ts";
import { noteWithdrawn, tellWithdrawn } from "./note-withdrawn.ts";
import { type Opened, openChannel } from "./open-channel.ts";
import { endPutOff, putOffWork } from "./put-off-work.ts";
import { wakeChannels } from "./wake-channels.ts";

const SAMPLE_MAX = 20;

export async function reconcileListings(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  const channel = await findChannel(rt.db, channelId);
  if (!channel || (channel.state !== "connected" && channel.state !== "paused")) return;
  const name = `listings:${channelId}`;
  await underLease(rt, { name, holder: rt.workerId }, async () => {
    const startedAt = rt.clock.now();
    const run = await inTransaction(rt.db, (tx) =>
      openRun(tx, { shopId: channel.shopId, channelId, kind: "import-listings", now: startedAt }),
    );
    const opened = await openChannel(rt, channel, { urgent: false });
    if (!opened.ok) return giveUp(rt, channel, run.id, opened.failure);

    let done = 0;
    let drifted = 0;
    const unreadableKeys: string[] = [];
    const stillThere: string[] = [];
    let unnamed = 0;
    for (let cursor: string | null = null; ; ) {
      const page = await opened.value.remote.readListings(cursor);
      if (!page.ok) return giveUp(rt, channel, run.id, page.failure);
      const { listings, unreadable, nextCursor, total } = page.value;
      const stored = await storePage(rt, channel, listings);
      drifted += stored.drifted;
      for (const item of [...unreadable, ...stored.refused]) {
        const key: AlertKey = `unreadable-listing:${channelId}:${item.remoteId ?? item.why}`;
        unreadableKeys.push(key);
        if (item.remoteId === null) unnamed += 1;
        else stillThere.push(item.remoteId);
        await raiseAlert(
          rt.db,
          {
            shopId: channel.shopId,
            channelId,
            key,
            severity: "warning",
            title: `A ${channel.name} listing can't be read`,
            message: `${item.remoteId ?? "A listing"} was left out: ${item.why}. Mend it on the marketplace, then refresh the listings.`,
            action: `/app/channels/${channelId}`,
          },
          rt.clock.now(),
        );
      }
      done += listings.length + unreadable.length;
      await recordProgress(rt.db, run.id, { done, total, message: "Reading listings" });
      if (nextCursor === null) break;
      cursor = nextCursor;
    }

    await recordStillThere(rt.db, channelId, stillThere, rt.clock.now());
    // One that can't be read and has no name may be any of those that were not shown: none of them is taken for gone.
    if (unnamed === 0 && (await showsTooLittle(rt, channel, opened.value, startedAt))) {
      const message = `${channel.name} showed ${done} listings and left out others that are still on sale there`;
      return giveUp(rt, channel, run.id, { kind: "unavailable", scope: "account", message }, message);
    }

    await inTransaction(rt.db, async (tx) => {
      const now = rt.clock.now();
      const removed =
        unnamed > 0
          ? 0
          : opened.value.connector.manifest.capabilities.atZero === "deleted"
            ? await lookForNotSeen(rt, tx, channel, startedAt, now)
            : await removeNotSeenSince(tx, channelId, startedAt, now);
      await recordListingsRead(tx, channelId, startedAt);
      const parts = [`Read ${done} listings`];
      if (removed > 0) parts.push(`${removed} are gone`);
      if (drifted > 0) parts.push(`${drifted} showed another number than we had sent`);
      const message = parts.join(", ");
      await closeRun(tx, run.id, { state: "done", message, now });
      await recordAttempt(tx, {
        shopId: channel.shopId,
        channelId,
        kind: "import-listings",
        outcome: "done",
        message,
        startedAt,
        finishedAt: now,
      });
      await endPutOff(tx, channel, "listings", now);
      await endSoldNotKept(tx, channel, now);
      await tellWithdrawn(rt, tx, channelId, { isNew: false });
      const readable = { shopId: channel.shopId, prefix: `unreadable-listing:${channelId}:`, keys: unreadableKeys };
      await resolveOtherAlerts(tx, readable, now);
    });
  });
}

/**
 * A list that ends too early, or is empty for once, looks like listings that are gone: some of those that it did not show
 * are asked for one by one before any is believed to be.
 */
async function showsTooLittle(rt: Runtime, channel: Channel, opened: Opened, since: Date): Promise<boolean> {
  const { readBatchMax } = opened.connector.manifest.capabilities;
  const notSeen = await sampleNotSeenSince(rt.db, channel.id, since, Math.min(SAMPLE_MAX, readBatchMax));
  if (notSeen.length === 0) return false;
  const readings = await opened.remote.readQuantities(notSeen);
  return readings.some((one) => one.outcome === "read" && one.state === "active");
}

/** Where zero takes a listing away, one that is not shown may be at zero, sold, or removed by hand: the push looks. */
async function lookForNotSeen(rt: Runtime, tx: Tx, channel: Channel, since: Date, now: Date): Promise<number> {
  const replaced = await removeReplaced(tx, channel.id, since, now);
  const listingIds = await listNotSeenSince(tx, channel.id, since);
  await wakeChannels(rt, tx, await markStale(tx, channel.shopId, { listingIds }, { decreasing: true, now }));
  return replaced;
}

/** A page at once; where the database refuses one listing of it, each by itself, and that one is left out and shown. */
async function storePage(
  rt: Runtime,
  channel: Channel,
  listings: readonly RemoteListing[],
): Promise<{ drifted: number; refused: Unreadable[] }> {
  try {
    return { drifted: await storeListings(rt, channel, listings), refused: [] };
  } catch (error) {
    rt.logger.error({ channelId: channel.id, err: error }, "a page of listings can't be stored as a whole");
  }
  const stored = { drifted: 0, refused: [] as Unreadable[] };
  for (const listing of listings) {
    try {
      stored.drifted += await storeListings(rt, channel, [listing]);
    } catch (error) {
      const { remoteId } = listing.ref;
      rt.logger.error({ channelId: channel.id, remoteId, err: error }, "listing can't be stored");
      stored.refused.push({ remoteId, why: "Lockstep can't store what the marketplace says of it" });
    }
  }
  // Where none could be stored it is not the listings.
  if (stored.refused.length === listings.length && listings.length > 1) throw new Error("no listing could be stored");
  return stored;
}

/** Returns how many of these showed another number than was acknowledged. */
async function storeListings(rt: Runtime, channel: Channel, listings: readonly RemoteListing[]): Promise<number> {
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const { shopId, id: channelId } = channel;
    const remoteIds = listings.map((listing) => listing.ref.remoteId);
    // While it was not there, no change of stock and none of its product was for it.
    const cameBack = await listRemovedOf(tx, channelId, remoteIds);
    const seen = await recordSeen(tx, { shopId, channelId, listings, now });
    const drifted = seen.filter(
      (listing) => listing.acknowledgedQuantity !== null && listing.observedQuantity !== listing.acknowledgedQuantity,
    );
    // The push reads again before it decides whether that was a sale or a hand.
    const scope = { listingIds: [...new Set([...cameBack, ...drifted.map((listing) => listing.id)])] };
    await wakeChannels(rt, tx, await markStale(tx, shopId, scope, { decreasing: true, now }));
    if (cameBack.length > 0) await noteWithdrawn(rt, tx, shopId, { listingIds: cameBack });
    const unmatched = await listUnmatched(tx, shopId, { listingIds: seen.map((listing) => listing.id), keys: [] });
    if ((await matchListings(rt, tx, shopId, unmatched)) > 0) await wakeChannels(rt, tx, [channelId]);
    return drifted.length;
  });
}

/** `said`: for the merchant, where more is known than such a failure says. */
async function giveUp(rt: Runtime, channel: Channel, runId: number, failure: Failure, said?: string): Promise<void> {
  const { message: why } = failure;
  const now = rt.clock.now();
  if (failure.kind === "throttled" && failure.retryAfterMs !== null) {
    // Asked to wait, or the list is still being made over there: nothing failed, and the run goes on.
    await recordProgress(rt.db, runId, { message: why });
    return postponeListings(rt.db, channel.id, addMs(now, failure.retryAfterMs));
  }
  await inTransaction(rt.db, (tx) => closeRun(tx, runId, { state: "failed", message: why, now }));
  await putOffWork(rt, channel, "listings", failure, (tx, until) => postponeListings(tx, channel.id, until), said);
}
