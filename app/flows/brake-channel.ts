/** Would a push change so much at once that the merchant should see it first? */
import { raiseAlert } from "../alerts/alerts.ts";
import { listApprovedToZero } from "../bulk-changes/bulk-changes.ts";
import { type Channel, recordBrake } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import type { Prisma } from "../generated/prisma/client.ts";
import { recordAttempt, zeroedSince } from "../history/history.ts";
import { brakeReason, CHANGED_MIN, ZEROED_MIN } from "../listings/brake.ts";
import { countShowing, countStale, listStale } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { isOneOff, withQuantities } from "../views/quantity-facts.ts";

/** What goes to zero one by one is counted together over this time. */
const TOGETHER_MS = 10 * 60_000;

/** What a listing shows, and what it would show. */
interface Change {
  id: number;
  shown: number | null;
  quantity: number | null;
}

/** Weighs all that waits to be pushed, before any of it is. True when the channel waits for the merchant now. */
export async function brakeChannel(rt: Runtime, channel: Channel): Promise<boolean> {
  if (!mayBrake(channel)) return false;
  // What waits since the merchant approved it, with all the channel, is as they have seen it.
  const since = channel.bulkApproved ? channel.pushApprovedAt : null;
  const waits = await countStale(rt.db, channel.id, since, zeroedLately(channel, rt.clock.now()));
  // What can only go up empties nothing.
  if (waits.stale < CHANGED_MIN && waits.decreasing === 0) return false;
  if (waits.stale + waits.zeroed < ZEROED_MIN) return false;
  const waiting = await listStale(rt.db, channel.id, since);
  const reason = await weigh(rt.db, channel, await withQuantities(rt.db, waiting, isOneOff(rt)), waits.zeroed);
  if (reason !== null) await holdChannel(rt, channel, reason);
  return reason !== null;
}

/**
 * Weighs what a push has decided, for much may have gone to zero while it read. Why it must wait for the merchant; null: go
 * on.
 */
export async function reasonToBrake(
  tx: Tx,
  channel: Channel,
  changes: readonly Change[],
  now: Date,
): Promise<string | null> {
  if (!mayBrake(channel) || zeroing(changes).length === 0) return null;
  const [row] = await tx.$queryRaw<{ zeroed: number }[]>`SELECT (${zeroedLately(channel, now)}) AS zeroed`;
  return weigh(tx, channel, changes, row?.zeroed ?? 0);
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

function zeroing(changes: readonly Change[]): Change[] {
  return changes.filter(({ shown, quantity }) => quantity === 0 && (shown ?? 0) > 0);
}

/**
 * An approval is for what its preview showed. It lasts until the channel is in step, which may take long where calls fail:
 * what goes to zero meanwhile, and was not to be zero then, is weighed like anything else.
 */
async function weigh(
  db: Db | Tx,
  channel: Channel,
  changes: readonly Change[],
  zeroedBefore: number,
): Promise<string | null> {
  const ids = zeroing(changes).map((change) => change.id);
  const approved = channel.bulkApproved ? await listApprovedToZero(db, channel.id, ids) : [];
  const zeroed = ids.length - approved.length;
  const { showing, all } = await countShowing(db, channel.id);
  return brakeReason({
    zeroed,
    zeroedBefore,
    changed: channel.bulkApproved
      ? 0
      : changes.filter(({ shown, quantity }) => quantity !== null && quantity !== shown).length,
    showing,
    all,
  });
}

/** No push before the merchant has looked and approved. */
export async function holdChannel(rt: Runtime, channel: Channel, reason: string): Promise<void> {
  const channelId = channel.id;
  const now = rt.clock.now();
  await inTransaction(rt.db, async (tx) => {
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
  });
}
