/** Would a push change so much at once that the merchant should see it first? */
import { raiseAlert } from "../alerts/alerts.ts";
import { listApprovedToZero } from "../bulk-changes/bulk-changes.ts";
import { listApprovedNumbers } from "../changes/changes.ts";
import { type Channel, recordBrake } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { recordAttempt, zeroedSince } from "../history/history.ts";
import type { Explanation } from "../inventory/quantity.ts";
import {
  brakeForChanged,
  brakeForZeroed,
  CHANGED_MIN,
  isSoldOut,
  listingsToCount,
  showingToCount,
  ZEROED_MIN,
} from "../listings/brake.ts";
import { countPushable, countShowing, countStale, type DecidedVersion, listStale } from "../listings/push-state.ts";
import { listUnitsSold } from "../orders/orders.ts";
import type { Runtime } from "../runtime.ts";
import { explainListings, limitsOf } from "../views/quantity-facts.ts";

/** What goes to zero one by one is counted together over this time. */
const TOGETHER_MS = 10 * 60_000;

/** What a listing shows, and what it would show. */
interface NextNumber {
  id: number;
  shown: number | null;
  explanation: Explanation | undefined;
}

/** What came of weighing: why it must wait for the merchant, or null; and which were to go to zero. */
export interface Weighed {
  mustWait: string | null;
  expected: ReadonlySet<number>;
}

/** What a push has weighed of what waits, so that it is explained once however many batches it takes. */
export interface WeighedBefore {
  /** Under which approval: another says something else of the same numbers. */
  approval: string | null;
  byListing: Map<number, { version: number; explanation: Explanation | undefined }>;
}

export const nothingWeighed = (): WeighedBefore => ({ approval: null, byListing: new Map() });

/**
 * Weighs all that waits to be pushed, before any of it is. True when the channel waits for the merchant now. What is
 * `claimed` and was weighed already was so with all that waited then: as it is pushed, it only becomes less.
 */
export async function brakeChannel(
  rt: Runtime,
  channel: Channel,
  claimed: readonly (DecidedVersion & { staleSince: Date | null })[],
  before: WeighedBefore,
): Promise<boolean> {
  if (!mayBrake(channel)) return false;
  const approval = JSON.stringify([channel.pushApprovedAt, channel.bulkApproved]);
  if (before.approval !== approval) Object.assign(before, nothingWeighed(), { approval });
  // What waits since the merchant approved it, with all the channel, is as they have seen it.
  const since = channel.bulkApproved ? channel.pushApprovedAt : null;
  const isSeen = ({ staleSince }: { staleSince: Date | null }) => since !== null && !(staleSince && staleSince > since);
  const isKnown = ({ id, version }: DecidedVersion) => before.byListing.get(id)?.version === version;
  if (claimed.every((listing) => isSeen(listing) || isKnown(listing))) return false;
  const now = rt.clock.now();
  const waits = await countStale(rt.db, channel.id, since, zeroedLately(channel, now));
  // What can only go up empties nothing.
  if (waits.stale < CHANGED_MIN && waits.decreasing === 0) return false;
  if (waits.stale + waits.zeroed < ZEROED_MIN) return false;
  const waiting = await listStale(rt.db, channel.id, since);
  const unknown = waiting.filter((listing) => !isKnown(listing)).map(({ id }) => id);
  const explanations = await explainListings(rt.db, unknown, limitsOf(rt));
  const next = waiting.map((listing) => {
    const known = isKnown(listing) ? before.byListing.get(listing.id)?.explanation : explanations.get(listing.id);
    return { ...listing, explanation: known };
  });
  before.byListing = new Map(next.map(({ id, version, explanation }) => [id, { version, explanation }]));
  const { mustWait } = await weigh(rt.db, channel, next, waits.zeroed, now);
  if (mustWait !== null) await holdChannel(rt, channel, mustWait);
  return mustWait !== null;
}

/** Weighs what a push has decided, for much may have gone to zero while it read. */
export async function weighDecided(
  tx: Tx,
  channel: Channel,
  decided: readonly NextNumber[],
  now: Date,
): Promise<Weighed> {
  const zeroed = zeroing(decided);
  if (!mayBrake(channel)) return { mustWait: null, expected: new Set(zeroed.map(({ id }) => id)) };
  if (zeroed.length === 0) return { mustWait: null, expected: new Set() };
  const [row] = await tx.$queryRaw<{ zeroed: number }[]>`SELECT (${zeroedLately(channel, now)}) AS zeroed`;
  return weigh(tx, channel, decided, row?.zeroed ?? 0, now);
}

/** While an approved change is taken back, much changes at once by the merchant's own word. */
function mayBrake(channel: Channel): boolean {
  return channel.pushApprovedAt !== null && !(channel.bulkApproved && channel.undoneAt);
}

/** Nothing that was approved counts against what comes after. */
function zeroedLately(channel: Channel, now: Date): Prisma.Sql {
  const sinceMs = addMs(now, -TOGETHER_MS).getTime();
  return zeroedSince(channel.id, new Date(Math.max(channel.pushApprovedAt?.getTime() ?? sinceMs, sinceMs)));
}

function zeroing(numbers: readonly NextNumber[]): NextNumber[] {
  return numbers.filter(({ shown, explanation }) => explanation?.quantity === 0 && (shown ?? 0) > 0);
}

/**
 * An approval is for what was shown with it: for the numbers of a change of settings, however long they take; for a whole
 * channel until it is in step, which may take long where calls fail. What goes to zero meanwhile, and was not to be zero
 * then, is weighed like anything else.
 */
async function weigh(
  db: Db | Tx,
  channel: Channel,
  numbers: readonly NextNumber[],
  zeroedBefore: number,
  now: Date,
): Promise<Weighed> {
  const changing = numbers.flatMap(({ id, shown, explanation }) => {
    const quantity = explanation?.quantity ?? null;
    return quantity !== null && quantity !== shown ? [{ id, quantity }] : [];
  });
  const approved = new Set(await listApprovedNumbers(db, changing));
  const toZero = zeroing(numbers).filter(({ id }) => !approved.has(id));
  const ids = toZero.map(({ id }) => id);
  const expected = new Set(channel.bulkApproved ? await listApprovedToZero(db, channel.id, ids) : []);
  const sold = await listUnitsSold(db, ids, addMs(now, -TOGETHER_MS));
  for (const { id, shown, explanation } of toZero) {
    if (!explanation) continue;
    const { sellable, unseenUnits, policy } = explanation;
    const soldUnits = (sold.get(id) ?? 0) + unseenUnits;
    if (isSoldOut({ shown: shown ?? 0, sellable: sellable ?? 0, soldUnits, policy })) expected.add(id);
  }
  const zeroed = { zeroed: ids.length - expected.size, zeroedBefore };
  const changed = channel.bulkApproved ? 0 : changing.length - approved.size;
  let mustWait: string | null = null;
  if (zeroed.zeroed + zeroedBefore >= ZEROED_MIN)
    mustWait = brakeForZeroed(zeroed, await countShowing(db, channel.id, showingToCount(zeroed)));
  if (mustWait === null && changed >= CHANGED_MIN)
    mustWait = brakeForChanged(changed, await countPushable(db, channel.id, listingsToCount(changed)));
  for (const id of approved) expected.add(id);
  return { mustWait, expected };
}

/** No push before the merchant has looked and approved. */
export function holdChannel(rt: Runtime, channel: Channel, reason: string): Promise<void> {
  return inTransaction(rt.db, (tx) => holdChannelIn(tx, channel, reason, rt.clock.now()));
}

export async function holdChannelIn(tx: Tx, channel: Channel, reason: string, now: Date): Promise<void> {
  const channelId = channel.id;
  await recordBrake(tx, channelId, reason);
  const message = `${reason}. Nothing more is changed there. Look at the preview; if it is right, approve it.`;
  await raiseAlert(
    tx,
    {
      shopId: channel.shopId,
      channelId,
      key: `brake:${channelId}`,
      severity: "critical",
      title: `${channel.name} waits for you: much would change at once`,
      message,
      action: `/app/channels/${channelId}`,
    },
    now,
  );
  await recordAttempt(tx, {
    shopId: channel.shopId,
    channelId,
    kind: "approval",
    outcome: "held",
    message,
    startedAt: now,
    finishedAt: now,
  });
}
