/**
 * Stock out, second half. One push at a time per channel: claim stale listings, those that may have to go down first;
 * read what they show; compute the quantity NOW; skip what is right already; write down what is about to be sent; send;
 * record one receipt per listing. A worker that lost its lease stores nothing.
 */
import type { QuantityReading, WriteResult } from "#connectors/contract/connector.ts";
import type { Failure } from "#connectors/contract/failures.ts";
import { type Channel, findChannel, postponePush } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { type AttemptOutcome, finishAttempts, recordAttempts, supersedeUnfinished } from "../history/history.ts";
import { type Explanation, explainQuantity } from "../inventory/quantity.ts";
import { acquireLease, holdsLease, type Lease, releaseLease, renewLease } from "../leases/leases.ts";
import {
  claimStale,
  type FailedWrite,
  hasWaitingIncreases,
  type Listing,
  markStale,
  recordAccepted,
  recordFailed,
  recordMissing,
  recordObservations,
  recordSending,
  recordUnchanged,
  recordWaitingIncrease,
} from "../listings/listings.ts";
import { interpretObservation } from "../listings/observation.ts";
import type { Runtime } from "../runtime.ts";
import { findShop } from "../shops/shops.ts";
import { decideRetry } from "../tasks/retry.ts";
import { explainListings, readSoldSince } from "../views/quantity-facts.ts";
import { type Opened, openChannel, stopForReconnect } from "./open-channel.ts";
import { wakeChannels } from "./wake-channels.ts";

const LEASE_MS = 2 * 60_000;
const BATCHES_PER_TURN_MAX = 500;

/** A listing with the number it should show, decided now. */
interface Due {
  listing: Listing;
  quantity: number;
  explanation: Explanation;
}

export async function pushQuantities(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  const lease = await acquireLease(rt.db, {
    name: `push:${channelId}`,
    holder: rt.workerId,
    now: rt.clock.now(),
    ttlMs: LEASE_MS,
  });
  // Busy: its holder looks once more after letting go, so what woke us is not missed.
  if (!lease) return;
  try {
    await inTransaction(rt.db, (tx) => supersedeUnfinished(tx, channelId, rt.clock.now()));
    for (let batches = 0; batches < BATCHES_PER_TURN_MAX; batches += 1) {
      if (!(await pushBatch(rt, channelId, lease))) break;
      if (!(await renewLease(rt.db, lease, rt.clock.now(), LEASE_MS))) return;
    }
  } finally {
    await releaseLease(rt.db, lease);
  }
  const channel = await pushable(rt, channelId);
  if (channel && (await claim(rt, channel, 1)).length > 0) await pushQuantities(rt, { channelId });
}

/** The channel, if anything may be written to it now. */
async function pushable(rt: Runtime, channelId: number): Promise<Channel | null> {
  const channel = await findChannel(rt.db, channelId);
  if (channel?.state !== "connected" || !channel.pushApprovedAt) return null;
  if (channel.pushRetryAt && channel.pushRetryAt > rt.clock.now()) return null;
  const shop = await findShop(rt.db, { id: channel.shopId });
  return shop?.mirroredAt && !shop.uninstalledAt ? channel : null;
}

function claim(rt: Runtime, channel: Channel, limit: number): Promise<Listing[]> {
  const { id: channelId, ordersReadAt } = channel;
  return claimStale(rt.db, { channelId, ordersReadAt, now: rt.clock.now(), limit });
}

/** One batch. False when there is nothing left to do now. */
async function pushBatch(rt: Runtime, channelId: number, lease: Lease): Promise<boolean> {
  const channel = await pushable(rt, channelId);
  if (!channel) return false;
  const limit = rt.connectors.get(channel.connectorKey)?.manifest.capabilities.writeBatchMax ?? 1;
  const stale = await claim(rt, channel, limit);
  if (stale.length === 0) {
    await askForOrderRead(rt, channelId);
    return false;
  }
  const opened = await openChannel(rt, channel);
  if (!opened.ok) {
    await stopPushing(rt, channel, opened.failure);
    return false;
  }

  const readings = await readFirst(opened.value, stale);
  const refused = readings.find((one) => one.outcome === "failed" && stopsChannel(one.failure));
  if (refused?.outcome === "failed") {
    await stopPushing(rt, channel, refused.failure);
    return false;
  }

  const due = await decide(rt, channel, opened.value, stale, readings, lease);
  if (due === "lease lost") return false;
  if (due.writes.length === 0) return true;
  const results = await opened.value.remote.writeQuantities(
    due.writes.map(({ listing, quantity }) => ({ ref: refOf(listing), quantity })),
  );
  return settle(rt, channel, opened.value, due, results, lease);
}

const refOf = (listing: Listing) => ({ remoteId: listing.remoteId, sku: listing.sku, groupId: listing.groupId });

/** A failure of the account, not of one listing. */
function stopsChannel(failure: Failure): boolean {
  return failure.kind === "unauthorized" || failure.kind === "throttled" || failure.kind === "unavailable";
}

async function readFirst({ remote, connector }: Opened, stale: readonly Listing[]): Promise<QuantityReading[]> {
  const readings: QuantityReading[] = [];
  const { readBatchMax } = connector.manifest.capabilities;
  for (let start = 0; start < stale.length; start += readBatchMax) {
    readings.push(...(await remote.readQuantities(stale.slice(start, start + readBatchMax).map(refOf))));
  }
  return readings;
}

/**
 * Stores what the readings mean, decides each quantity with that, and writes down what is about to be sent: all in one
 * transaction, under the lease.
 */
async function decide(
  rt: Runtime,
  channel: Channel,
  { connector }: Opened,
  stale: readonly Listing[],
  readings: readonly QuantityReading[],
  lease: Lease,
): Promise<{ writes: Due[]; attemptIds: bigint[] } | "lease lost"> {
  const now = rt.clock.now();
  const { saleLowersQuantity } = connector.manifest.capabilities;
  return inTransaction(rt.db, async (tx) => {
    if (!(await holdsLease(tx, lease))) return "lease lost";
    const soldSince = await readSoldSince(
      tx,
      stale.map((listing) => listing.id),
    );
    const observations = stale.flatMap((listing, index) => {
      const reading = readings[index];
      if (reading?.outcome !== "read") return [];
      const known = { ...listing, soldSince: soldSince.get(listing.id) ?? 0 };
      const { acknowledgedQuantity, unseenAdded } = interpretObservation(known, reading, saleLowersQuantity);
      return [
        {
          id: listing.id,
          observedQuantity: reading.quantity,
          acknowledgedQuantity,
          unseenAdded,
          variantId: listing.variantId,
        },
      ];
    });
    await recordObservations(tx, observations, now);
    await recordMissing(tx, idsWhere(stale, readings, "missing"), now);
    await recordFailed(tx, unreadListings(stale, readings, now));

    // Units sold here that no order explains yet are missing everywhere else too.
    const variantIds = observations.filter((one) => one.unseenAdded > 0).flatMap((one) => one.variantId ?? []);
    if (variantIds.length > 0) {
      const others = await markStale(tx, channel.shopId, { variantIds }, { decreasing: true, now });
      await wakeChannels(
        rt,
        tx,
        others.filter((id) => id !== channel.id),
      );
      await rt.queue.send(tx, "import-orders", { channelId: channel.id });
    }

    const shown = new Map(observations.map((one) => [one.id, one.acknowledgedQuantity]));
    const read = stale.filter((listing) => shown.has(listing.id));
    const explanations = await explainListings(
      tx,
      read.map((listing) => listing.id),
    );
    const sorted = sortByNeed(read, explanations, shown, channel.ordersReadAt);
    await recordUnchanged(tx, sorted.unchanged);
    await recordWaitingIncrease(tx, sorted.waiting);
    await recordSending(
      tx,
      sorted.writes.map(({ listing, quantity }) => ({ id: listing.id, quantity })),
      now,
    );
    const attemptIds = await recordAttempts(
      tx,
      sorted.writes.map(({ listing, quantity, explanation }) => ({
        shopId: channel.shopId,
        channelId: channel.id,
        kind: "push" as const,
        listingId: listing.id,
        variantId: listing.variantId,
        outcome: "sending" as const,
        message: explainQuantity(explanation),
        quantityBefore: shown.get(listing.id) ?? null,
        quantity,
        explanation,
        fence: lease.fence,
        startedAt: now,
      })),
    );
    return { writes: sorted.writes, attemptIds };
  });
}

function idsWhere(
  stale: readonly Listing[],
  readings: readonly QuantityReading[],
  outcome: QuantityReading["outcome"],
): number[] {
  return stale.filter((_, index) => readings[index]?.outcome === outcome).map((listing) => listing.id);
}

/** A listing that could not be read is not written blindly. */
function unreadListings(stale: readonly Listing[], readings: readonly QuantityReading[], now: Date): FailedWrite[] {
  return stale.flatMap((listing, index) => {
    const reading = readings[index];
    if (reading?.outcome !== "failed") return [];
    return [failedWrite(listing, reading.failure, now, 0)];
  });
}

/** What has to be written, what shows the right number already, and which increases wait for an order read. */
function sortByNeed(
  read: readonly Listing[],
  explanations: ReadonlyMap<number, Explanation>,
  shown: ReadonlyMap<number, number | null>,
  ordersReadAt: Date | null,
) {
  const writes: Due[] = [];
  const unchanged: { id: number; quantity: number | null; version: number }[] = [];
  const waiting: { id: number; quantity: number; version: number }[] = [];
  for (const listing of read) {
    const { id, version, staleSince } = listing;
    const explanation = explanations.get(id);
    const quantity = explanation?.quantity ?? null;
    const now = shown.get(id) ?? null;
    if (!explanation || quantity === null || quantity === now) unchanged.push({ id, quantity, version });
    else if (now !== null && quantity > now && staleSince && (!ordersReadAt || ordersReadAt < staleSince)) {
      waiting.push({ id, quantity, version });
    } else writes.push({ listing, quantity, explanation });
  }
  return { writes, unchanged, waiting };
}

/** Records one receipt per listing. False when the channel must pause. */
async function settle(
  rt: Runtime,
  channel: Channel,
  { connector }: Opened,
  due: { writes: readonly Due[]; attemptIds: readonly bigint[] },
  results: readonly WriteResult[],
  lease: Lease,
): Promise<boolean> {
  const now = rt.clock.now();
  const { lateWriteMaxMs } = connector.manifest.capabilities;
  const receipts = due.writes.map((write, index) => ({
    ...write,
    attemptId: due.attemptIds[index],
    result: results[index],
  }));
  let stop: Failure | null = null;
  const stored = await inTransaction(rt.db, async (tx: Tx) => {
    if (!(await holdsLease(tx, lease))) return false;
    const accepted: { id: number; quantity: number; version: number }[] = [];
    const failed: FailedWrite[] = [];
    const finished: { id: bigint; outcome: AttemptOutcome; message: string }[] = [];
    for (const { listing, quantity, explanation, attemptId, result } of receipts) {
      if (!result || attemptId === undefined) continue;
      const why = explainQuantity(explanation);
      if (result.outcome === "accepted") {
        accepted.push({ id: listing.id, quantity, version: listing.version });
        finished.push({ id: attemptId, outcome: "accepted", message: why });
      } else {
        const { failure } = result;
        if (stopsChannel(failure)) stop ??= failure;
        failed.push(failedWrite(listing, failure, now, lateWriteMaxMs));
        const outcome = failure.kind === "outcome-unknown" ? "unclear" : failure.kind;
        finished.push({ id: attemptId, outcome, message: `${failure.message} (${why})` });
      }
    }
    await recordAccepted(tx, accepted, now);
    await recordFailed(tx, failed);
    await finishAttempts(tx, finished, now);
    return true;
  });
  if (stop) await stopPushing(rt, channel, stop);
  return stored && !stop;
}

function failedWrite(listing: Listing, failure: Failure, now: Date, lateWriteMaxMs: number): FailedWrite {
  const verdict = decideRetry(failure, listing.attemptsFailed + 1);
  const unclear = failure.kind === "outcome-unknown";
  return {
    id: listing.id,
    version: listing.version,
    problem: failure.message,
    retryAt: verdict.action === "retry" || verdict.action === "read-back" ? addMs(now, verdict.delayMs) : null,
    unclear,
    lookAgainAt: unclear ? addMs(now, lateWriteMaxMs) : null,
    final: verdict.action === "give-up",
  };
}

/** The account as a whole says no: leave it alone until the time it named, or until the merchant reconnects. */
async function stopPushing(rt: Runtime, channel: Channel, failure: Failure): Promise<void> {
  rt.logger.warn({ channelId: channel.id, failure: failure.kind, why: failure.message }, "push stopped");
  const verdict = decideRetry(failure, 1);
  if (verdict.action === "reconnect") return stopForReconnect(rt, channel, failure.message);
  const delayMs = verdict.action === "give-up" ? GIVEN_UP_MS : verdict.delayMs;
  await inTransaction(rt.db, async (tx) => {
    await postponePush(tx, channel.id, addMs(rt.clock.now(), delayMs));
    await rt.queue.send(tx, "push-quantities", { channelId: channel.id }, { delayMs });
  });
}

const GIVEN_UP_MS = 5 * 60_000;

/** Increases wait for an order read newer than their cause; if that is all that is left, ask for one. */
async function askForOrderRead(rt: Runtime, channelId: number): Promise<void> {
  if (!(await hasWaitingIncreases(rt.db, channelId))) return;
  await inTransaction(rt.db, (tx) => rt.queue.send(tx, "import-orders", { channelId }));
}
