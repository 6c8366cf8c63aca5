/** What a push does about a failure, by what has to wait for it: a row, a listing with its variations, or the channel. */
import type { Capabilities } from "#connectors/contract/connector.ts";
import type { Failure } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import type { AlertKey } from "../alerts/kinds.ts";
import { closeRevisions, takeRevisions } from "../budgets/budgets.ts";
import { type Channel, postponePush } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempts } from "../history/history.ts";
import { explainQuantity } from "../inventory/quantity.ts";
import type { Listing } from "../listings/listings.ts";
import type { Due } from "../listings/push-plan.ts";
import { type FailedWrite, postponeIncreases, putOffGroup, recordPutOff } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { explainFailure } from "../setbacks/words.ts";
import { decideRetry, whatWaits } from "../tasks/retry.ts";
import { endPutOff, putOffWork } from "./put-off-work.ts";

/**
 * The account as a whole says no, or nothing: leave it alone for a while, or until the merchant reconnects. Where only the
 * calls for increases are used up, decreases still go.
 */
export async function stopPushing(rt: Runtime, channel: Channel, failure: Failure, urgent: boolean): Promise<void> {
  const isForIncreases = !urgent && failure.kind === "throttled";
  const store = async (tx: Tx, until: Date, delayMs: number): Promise<void> => {
    if (isForIncreases) await postponeIncreases(tx, channel.id, until);
    else await postponePush(tx, channel.id, until);
    await rt.queue.send(tx, "push-quantities", { channelId: channel.id }, { delayMs });
  };
  // Our own word, and nobody's refusal: what was decided is decided again.
  if (failure.kind === "throttled" && failure.retryAfterMs === 0)
    return inTransaction(rt.db, (tx) => store(tx, rt.clock.now(), 0));
  await putOffWork(rt, channel, isForIncreases ? "increases" : "push", failure, store);
}

/** A batch went through: what was put off goes on. */
export async function pushGoesOn(rt: Runtime, channel: Channel, urgent: boolean): Promise<void> {
  const now = rt.clock.now();
  await endPutOff(rt.db, channel, "push", now);
  if (!urgent) await endPutOff(rt.db, channel, "increases", now);
}

export function failedWrite(listing: Listing, failure: Failure, now: Date, lateWriteMaxMs: number): FailedWrite {
  const verdict = decideRetry(failure, listing.attemptsFailed + 1);
  const unclear = failure.kind === "outcome-unknown";
  // What concerns the channel is counted, shown and waited for there.
  const isOwn = whatWaits(failure) !== "channel";
  return {
    id: listing.id,
    version: listing.version,
    problem: isOwn ? failure.message : null,
    retryAt: isOwn && "delayMs" in verdict ? addMs(now, verdict.delayMs) : null,
    unclear,
    lookAgainAt: unclear ? addMs(now, lateWriteMaxMs) : null,
    final: isOwn && verdict.action === "give-up",
  };
}

/** A reading that failed says nothing of what was written before: that may still be there, or come. */
export function failedReading(listing: Listing, failure: Failure, now: Date): FailedWrite {
  return { ...failedWrite(listing, failure, now, 0), unclear: true, lookAgainAt: null };
}

/** What a marketplace said of one listing concerns all its variations: they wait with it, and no other listing does. */
export async function putOffGroups(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  failed: readonly { listing: Listing; failure: Failure; due: Due | null }[],
  now: Date,
): Promise<void> {
  for (const { listing, failure, due } of failed) {
    const verdict = decideRetry(failure, listing.attemptsFailed + 1);
    if (whatWaits(failure) !== "group" || listing.groupId === null || !("delayMs" in verdict)) continue;
    const until = addMs(now, verdict.delayMs);
    const problem = `${explainFailure(failure, marketplaceOf(rt, channel))}.`;
    await putOffGroup(tx, channel.id, listing.groupId, { until, problem });
    if (failure.kind !== "throttled" || failure.retryAfterMs === null) continue;
    await closeRevisions(tx, channel.id, listing.groupId, until);
    if (due) await tellOfRevisions(rt, tx, channel, due, problem, now);
  }
}

/** Of these writes, those for which the marketplace's count of changes has room. The others wait, and it is said. */
export async function withinRevisions(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  { revisionsPerGroupAndDay: limit }: Pick<Capabilities, "revisionsPerGroupAndDay">,
  writes: readonly Due[],
  now: Date,
): Promise<Due[]> {
  if (!limit) return [...writes];
  const revisions = writes.map((write) => ({ groupId: groupOf(write.listing), isDecrease: isDecrease(write) }));
  const answers = await takeRevisions(tx, channel.id, limit, revisions, now);
  const putOff = writes.flatMap((due, index) => {
    const until = answers[index];
    return until ? [{ due, until, problem: sayUsedUp(rt, channel, due, limit.revisionsMax) }] : [];
  });
  await recordPutOff(
    tx,
    putOff.map(({ due, until, problem }) => ({ id: due.listing.id, version: due.listing.version, until, problem })),
  );
  await recordAttempts(
    tx,
    putOff.map(({ due, problem }) => ({
      shopId: channel.shopId,
      channelId: channel.id,
      kind: "push" as const,
      listingId: due.listing.id,
      variantId: due.listing.variantId,
      outcome: "throttled" as const,
      message: `${problem} (${explainQuantity(due.explanation)})`,
      quantityBefore: due.before,
      quantity: due.quantity,
      startedAt: now,
      finishedAt: now,
    })),
  );
  for (const { due, problem } of putOff) await tellOfRevisions(rt, tx, channel, due, problem, now);
  return writes.filter((_, index) => !answers[index]);
}

const groupOf = (listing: Listing): string => listing.groupId ?? listing.remoteId;
/** What it shows is not known: it may be too much. */
const isDecrease = ({ before, quantity }: Due): boolean => before === null || quantity < before;
const marketplaceOf = (rt: Runtime, channel: Channel): string =>
  rt.connectors.get(channel.connectorKey)?.manifest.name ?? channel.name;

function sayUsedUp(rt: Runtime, channel: Channel, due: Due, revisionsMax: number): string {
  const limit = `${marketplaceOf(rt, channel)} takes at most ${revisionsMax} changes of one listing a day, all its variations together`;
  return isDecrease(due)
    ? `${limit}, and today's are used up. It goes on with the next day there.`
    : `${limit}. The last of them are kept for lower quantities, so this higher one goes out with the next day there.`;
}

const revisionsKey = (channel: Channel, listing: Listing): AlertKey => `revisions:${channel.id}:${groupOf(listing)}`;

/** A listing that shows too many until tomorrow may be oversold: only the merchant can do something about it. */
async function tellOfRevisions(
  rt: Runtime,
  tx: Tx,
  channel: Channel,
  due: Due,
  problem: string,
  now: Date,
): Promise<void> {
  const { listing, before, quantity } = due;
  const isTooMany = isDecrease(due);
  const shows = before === null ? "" : ` It shows ${before}, and should show ${quantity}.`;
  const marketplace = marketplaceOf(rt, channel);
  const what = isTooMany
    ? ` End the listing on ${marketplace}, or buy back what is sold too much: Lockstep can't lower it before then.`
    : " Nothing needs to be done.";
  await raiseAlert(
    tx,
    {
      shopId: channel.shopId,
      channelId: channel.id,
      key: revisionsKey(channel, listing),
      severity: isTooMany ? "critical" : "info",
      title: `${marketplace} takes no more changes of “${listing.title}” today`,
      message: `${problem}${shows}${what}`,
      action: `/app/listings/${listing.id}`,
    },
    now,
  );
}

/** These listings were changed, or need no change, after a problem. */
export async function endRevisionAlerts(
  tx: Tx,
  channel: Channel,
  listings: readonly Listing[],
  now: Date,
): Promise<void> {
  const keys = new Set(listings.filter((one) => one.problem !== null).map((listing) => revisionsKey(channel, listing)));
  for (const key of keys) await resolveAlert(tx, channel.shopId, key, now);
}
