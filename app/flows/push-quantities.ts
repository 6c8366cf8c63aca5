/**
 * Stock out, second half. One push at a time per channel: claim stale listings, those that may have to go down first;
 * read what they show; compute the quantity NOW; skip what is right already; write down what is about to be sent; send;
 * record one receipt per listing. A worker that lost its lease stores nothing.
 */
import type { QuantityReading, WriteResult } from "#connectors/contract/connector.ts";
import type { Failure } from "#connectors/contract/failures.ts";
import { endOtherApprovals } from "../changes/changes.ts";
import { type Channel, endBulkApproval, findChannel } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import {
  type AttemptOutcome,
  finishAttempts,
  recordAttempts,
  recordVerified,
  supersedeUnfinished,
} from "../history/history.ts";
import { explainQuantity } from "../inventory/quantity.ts";
import { type AcceptedChange, recordLatencies } from "../latencies/latencies.ts";
import { isHeld, type Lease, storeUnder, underLease } from "../leases/leases.ts";
import { claimStale, doIncreasesWait, hasPushWork, isAnyStale, type PushWork } from "../listings/claim.ts";
import { type Listing, markStale } from "../listings/listings.ts";
import {
  batchSize,
  countSilence,
  type Due,
  FIRST_LOOK_MS,
  learn,
  noLongerTooFew,
  planWrites,
  type ReadingTime,
  type ReadListing,
  showedTooMany,
  whenExplained,
} from "../listings/push-plan.ts";
import {
  type AcceptedWrite,
  type DecidedVersion,
  endEdits,
  type FailedWrite,
  lockUnseen,
  mayBeSent,
  recordAccepted,
  recordFailed,
  recordMissing,
  recordObservations,
  recordSending,
  recordUnchanged,
  recordWaitingIncrease,
  recordWaitingToShow,
} from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { findSetback } from "../setbacks/setbacks.ts";
import { setbackName } from "../setbacks/words.ts";
import { whatWaits } from "../tasks/retry.ts";
import { explainListings, limitsOf, readSoldSince } from "../views/quantity-facts.ts";
import { brakeChannel, holdChannel, nothingWeighed, type WeighedBefore, weighDecided } from "./brake-channel.ts";
import { noteWithdrawn } from "./note-withdrawn.ts";
import { type Opened, openChannel } from "./open-channel.ts";
import {
  endRevisionAlerts,
  failedReading,
  failedWrite,
  pushGoesOn,
  putOffGroups,
  stopPushing,
  withinRevisions,
} from "./stop-pushing.ts";
import { wakeChannels } from "./wake-channels.ts";

/** Then the pushes that wait have their turn: however much waits on one channel, it keeps no worker from the others. */
const TURN_MS_MAX = 30_000;

export async function pushQuantities(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  const of = { name: `push:${channelId}`, holder: rt.workerId };
  // Most wake-ups find a push under way, or nothing: they end with one statement, or none. A push looks once more after
  // its turn, for those that came meanwhile.
  const endsAt = addMs(rt.clock.now(), TURN_MS_MAX);
  for (let work: PushWork = "any"; ; ) {
    const when = hasPushWork(channelId, work, rt.clock.now());
    const turn = await underLease(rt, { ...of, when }, (lease) => pushBatches(rt, channelId, lease, endsAt));
    if (turn.busy) return;
    if (rt.clock.now() >= endsAt) return rt.queue.nudge("push-quantities", { channelId });
    // What was left then is put off, or waits.
    work = turn.value === "nothing" ? "ready" : "due";
  }
}

/** What a turn knows of the batches before. */
interface Turn {
  lease: Lease;
  /** Failures of the account in a row. */
  failures: number;
  /** Listings in a row without an answer. */
  silent: number;
  weighed: WeighedBefore;
}

async function pushBatches(rt: Runtime, channelId: number, lease: Lease, endsAt: Date): Promise<"enough" | "nothing"> {
  if (lease.unclean) await supersedeUnfinished(rt.db, channelId, rt.clock.now());
  const setback = await findSetback(rt.db, setbackName("push", channelId));
  const turn: Turn = { lease, failures: setback?.failures ?? 0, silent: 0, weighed: nothingWeighed() };
  do {
    const after = await pushBatch(rt, channelId, turn);
    if (after !== "more") return after;
  } while (rt.clock.now() < endsAt);
  return "enough";
}

/** One batch. `nothing`: there was none. `enough`: whatever comes now is found after the lease. */
async function pushBatch(rt: Runtime, channelId: number, turn: Turn): Promise<"more" | "enough" | "nothing"> {
  const { lease } = turn;
  const channel = await findChannel(rt.db, channelId);
  if (!channel) return "nothing";
  const { writeBatchMax = 1 } = rt.connectors.get(channel.connectorKey)?.manifest.capabilities ?? {};
  const limit = batchSize(writeBatchMax, turn.failures);
  const claimed = await claimStale(rt.db, { channelId, now: rt.clock.now(), limit });
  // Decreases come first, and by themselves: what must not wait is not refused for what may.
  const urgent = claimed[0]?.decreasing ?? false;
  const stale = claimed.filter((listing) => listing.decreasing === urgent);
  if (stale.length === 0) {
    if (channel.bulkApproved && !(await isAnyStale(rt.db, channelId))) await endBulkApproval(rt.db, channelId);
    // They wait for an order read newer than their cause.
    if (await doIncreasesWait(rt.db, channelId, rt.clock.now()))
      await inTransaction(rt.db, (tx) => rt.queue.send(tx, "import-orders", { channelId }));
    return "nothing";
  }
  // After the claim, so that nothing claimed was not weighed.
  if (await brakeChannel(rt, channel, claimed, turn.weighed)) return "enough";
  let decided: DecidedVersion[] = [];
  const mayWrite = async () => ((await mayBeSent(rt.db, decided, isHeld(lease))) ? null : CHANGED);
  const opened = await openChannel(rt, channel, { urgent, writes: "quantities", mayWrite });
  if (!opened.ok) {
    await stopPushing(rt, channel, opened.failure, urgent);
    return "enough";
  }

  const begunAt = rt.clock.now();
  const readings = await readFirst(opened.value, stale);
  const time = { begunAt, endedAt: rt.clock.now() };
  const refused = readings.find((one) => one.outcome === "failed" && whatWaits(one.failure) === "channel");
  if (refused?.outcome === "failed") {
    await stopPushing(rt, channel, refused.failure, urgent);
    return "enough";
  }

  const due = await decide(rt, channel, opened.value, stale, readings, time, lease);
  if (due === "lease lost") return "enough";
  if ("mustWait" in due) {
    await holdChannel(rt, channel, due.mustWait);
    return "enough";
  }
  // Less than a batch was all there was.
  const after = claimed.length === limit || stale.length < claimed.length || channel.bulkApproved ? "more" : "enough";
  const unread = readings.filter((one) => one.outcome === "failed");
  if (due.writes.length === 0) return goOn(rt, channel, turn, urgent, unread.length > 0 ? unread : readings, after);
  decided = due.decided;
  const results = await opened.value.remote.writeQuantities(
    due.writes.map(({ listing, quantity }) => ({ ref: refOf(listing), quantity })),
  );
  if (!(await settle(rt, channel, opened.value, { ...due, urgent }, results, lease))) return "enough";
  return goOn(rt, channel, turn, urgent, [...unread, ...results], after);
}

/** After a batch that nothing of the account stood in the way of, unless its listings are silent one after another. */
async function goOn(
  rt: Runtime,
  channel: Channel,
  turn: Turn,
  urgent: boolean,
  outcomes: readonly (QuantityReading | WriteResult)[],
  after: "more" | "enough",
): Promise<"more" | "enough"> {
  const { silent, outage } = countSilence(turn.silent, outcomes);
  turn.silent = silent;
  if (outage) {
    await stopPushing(rt, channel, outage, urgent);
    return "enough";
  }
  if (silent > 0) return after;
  turn.failures = 0;
  // An account that was never put off has nothing to end.
  if (channel.pushRetryAt || !urgent) await pushGoesOn(rt, channel, urgent);
  return after;
}

/** What is left of a batch after that is decided anew, at once. */
const CHANGED: Failure = {
  kind: "throttled",
  scope: "account",
  retryAfterMs: 0,
  message: "What it should show may be another since it waited for its turn, so it was not sent and is decided again",
};

const refOf = (listing: Listing) => ({ remoteId: listing.remoteId, sku: listing.sku, groupId: listing.groupId });

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
  time: ReadingTime,
  lease: Lease,
): Promise<{ writes: Due[]; attemptIds: bigint[]; decided: DecidedVersion[] } | { mustWait: string } | "lease lost"> {
  const now = rt.clock.now();
  const { capabilities } = connector.manifest;
  return inTransaction(rt.db, async (tx) => {
    const ids = stale.map((listing) => listing.id);
    const unseen = await lockUnseen(tx, ids, isHeld(lease));
    if (unseen.size === 0) return "lease lost";
    const learned = learn(
      stale.map((listing) => ({ ...listing, unseen: unseen.get(listing.id)?.unseen ?? [] })),
      readings,
      await readSoldSince(tx, ids, capabilities.saleTimeToleranceMs),
      capabilities,
      time,
    );
    const staleSince = await recordObservations(tx, learned.observations, time.endedAt);
    await recordMissing(
      tx,
      learned.missing.map((listing) => listing.id),
      now,
    );
    await recordFailed(
      tx,
      learned.unread.map(({ listing, failure }) => failedReading(listing, failure, now)),
    );
    await putOffGroups(
      rt,
      tx,
      channel,
      learned.unread.map((one) => ({ ...one, due: null })),
      now,
    );
    await tellOthers(rt, tx, channel, learned.variantIdsWithUnseen, now);

    const explanations = await explainListings(
      tx,
      learned.read.map(({ listing }) => listing.id),
      limitsOf(rt),
    );
    await endEdits(tx, noLongerTooFew(learned.read, explanations));
    // What brought the change notes it too: this finds what a crash between the two left out.
    const unnoted = learned.read.filter(
      ({ listing }) => (explanations.get(listing.id)?.withdrawn ?? null) !== listing.withdrawnAs,
    );
    if (unnoted.length > 0)
      await noteWithdrawn(rt, tx, channel.shopId, { listingIds: unnoted.map(({ listing }) => listing.id) });
    const plan = planWrites(learned.read, explanations, {
      ordersReadAt: channel.ordersReadAt,
      staleSince,
      explainedAt: whenExplained(learned.observations, capabilities),
      now,
    });
    const { mustWait, expected } = await weighDecided(
      tx,
      channel,
      plan.writes.map(({ listing, before, explanation }) => ({ id: listing.id, shown: before, explanation })),
      now,
    );
    if (mustWait !== null) return { mustWait };
    await recordVerified(
      tx,
      learned.read.filter((one) => one.unclear === "landed").map((one) => one.listing.id),
      now,
    );
    await recordUnchanged(tx, plan.unchanged);
    await recordLatencies(tx, channel.id, landed(learned.read, plan.unchanged), now);
    const toSend = plan.writes.map(({ listing: { id, version }, quantity }) => ({ id, quantity, version }));
    await endOtherApprovals(tx, [...plan.unchanged, ...toSend]);
    const right = new Set(plan.unchanged.map((one) => one.id));
    const isRight = learned.read.filter((one) => right.has(one.listing.id)).map((one) => one.listing);
    await endRevisionAlerts(tx, channel, isRight, now);
    await recordWaitingIncrease(tx, plan.increases);
    await recordWaitingToShow(tx, plan.toShow);
    const writes = await withinRevisions(rt, tx, channel, capabilities, plan.writes, now);
    const decided = await recordSending(
      tx,
      writes.map(({ listing, quantity }) => ({ id: listing.id, quantity })),
      { now, lookAgainAt: addMs(now, capabilities.lateWriteMaxMs) },
    );
    await recordAttempts(
      tx,
      showedTooMany(writes).map(({ listing, before, quantity }) => ({
        shopId: channel.shopId,
        channelId: channel.id,
        kind: "reconcile" as const,
        listingId: listing.id,
        variantId: listing.variantId,
        outcome: "done" as const,
        message: `${channel.name} showed ${before} where it had accepted ${listing.acknowledgedQuantity}. What shows too many is set right at once: to ${quantity}.`,
        startedAt: now,
        finishedAt: now,
      })),
    );
    const attemptIds = await recordAttempts(
      tx,
      writes.map(({ listing, quantity, before, explanation }) => ({
        shopId: channel.shopId,
        channelId: channel.id,
        kind: "push" as const,
        listingId: listing.id,
        variantId: listing.variantId,
        outcome: "sending" as const,
        message: explainQuantity(explanation),
        quantityBefore: before,
        quantity,
        explanation,
        expected: expected.has(listing.id),
        fence: lease.fence,
        startedAt: now,
      })),
    );
    return { writes, attemptIds, decided };
  });
}

/** Writes of which only a reading showed that they were accepted, and that are right still. */
function landed(read: readonly ReadListing[], unchanged: readonly { id: number }[]): AcceptedChange[] {
  const areRight = new Set(unchanged.map(({ id }) => id));
  return read.flatMap(({ listing, unclear }) => {
    const { changedAt, acknowledgedQuantity: before, unclearQuantity: quantity } = listing;
    if (unclear !== "landed" || changedAt === null || quantity === null || !areRight.has(listing.id)) return [];
    return [{ changedAt, before, quantity }];
  });
}

/** Units sold here that no order explains yet are missing everywhere else too; and their orders are asked for. */
async function tellOthers(rt: Runtime, tx: Tx, channel: Channel, variantIds: number[], now: Date): Promise<void> {
  if (variantIds.length === 0) return;
  const woken = await markStale(tx, channel.shopId, { variantIds }, { decreasing: true, now });
  await wakeChannels(
    rt,
    tx,
    woken.filter((id) => id !== channel.id),
  );
  await rt.queue.send(tx, "import-orders", { channelId: channel.id });
}

/** Records one receipt per listing. False when the channel must pause. */
async function settle(
  rt: Runtime,
  channel: Channel,
  { connector }: Opened,
  due: { writes: readonly Due[]; attemptIds: readonly bigint[]; urgent: boolean },
  results: readonly WriteResult[],
  lease: Lease,
): Promise<boolean> {
  const now = rt.clock.now();
  const { lateWriteMaxMs, acceptance } = connector.manifest.capabilities;
  const verifyAt = acceptance === "verify" ? addMs(now, FIRST_LOOK_MS) : null;
  const receipts = due.writes.map((write, index) => ({
    ...write,
    attemptId: due.attemptIds[index],
    result: results[index],
  }));
  let stop: Failure | null = null;
  const stored = await storeUnder(rt.db, lease, async (tx) => {
    const accepted: AcceptedWrite[] = [];
    const changes: AcceptedChange[] = [];
    const failed: FailedWrite[] = [];
    const finished: { id: bigint; outcome: AttemptOutcome; message: string }[] = [];
    for (const { listing, quantity, before, explanation, attemptId, result } of receipts) {
      if (!result || attemptId === undefined) continue;
      const why = explainQuantity(explanation);
      if (result.outcome === "accepted") {
        accepted.push({ id: listing.id, quantity, version: listing.version, ref: result.ref ?? null, verifyAt });
        finished.push({ id: attemptId, outcome: "accepted", message: why });
        if (listing.changedAt) changes.push({ changedAt: listing.changedAt, before, quantity });
      } else {
        const { failure } = result;
        if (whatWaits(failure) === "channel") stop ??= failure;
        failed.push(failedWrite(listing, failure, now, lateWriteMaxMs));
        const outcome = failure.kind === "outcome-unknown" ? "unclear" : failure.kind;
        finished.push({ id: attemptId, outcome, message: `${failure.message} (${why})` });
      }
    }
    const taken = receipts.filter(({ result }) => result?.outcome === "accepted").map(({ listing }) => listing);
    await endRevisionAlerts(tx, channel, taken, now);
    await recordAccepted(tx, accepted, now);
    // Of what is shown later only, the reading that shows it is the acceptance.
    if (verifyAt === null) await recordLatencies(tx, channel.id, changes, now);
    await recordFailed(tx, failed);
    const refused = receipts.flatMap(({ attemptId: _, result, ...due }) =>
      result?.outcome === "failed" ? [{ listing: due.listing, failure: result.failure, due }] : [],
    );
    await putOffGroups(rt, tx, channel, refused, now);
    await finishAttempts(tx, finished, now);
  });
  if (!stored) return false;
  if (stop) await stopPushing(rt, channel, stop, due.urgent);
  return !stop;
}
