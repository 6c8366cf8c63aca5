/** Would a push change so much at once that the merchant should see it first? */
import { raiseAlert } from "../alerts/alerts.ts";
import { listApprovedToZero } from "../bulk-changes/bulk-changes.ts";
import { type Channel, recordBrake } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { type Db, inTransaction, type Tx } from "../db.server.ts";
import { countZeroedSince, recordAttempt } from "../history/history.ts";
import { brakeReason, ZEROED_MIN } from "../listings/brake.ts";
import { countShowing, listStale } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { explainListings, isOneOff } from "../views/quantity-facts.ts";

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
  const stale = await listStale(rt.db, channel.id);
  if (stale.length === 0) return false;
  const approved = await listApprovedToZero(rt.db, channel.id);
  const zeroedBefore = await countZeroedLately(rt.db, channel, approved, rt.clock.now());
  if (stale.length + zeroedBefore < ZEROED_MIN) return false;
  const explanations = await explainListings(
    rt.db,
    stale.map((listing) => listing.id),
    isOneOff(rt),
  );
  const changes = stale.map((listing) => ({ ...listing, quantity: explanations.get(listing.id)?.quantity ?? null }));
  const reason = await weigh(rt.db, channel, changes, approved, zeroedBefore);
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
  if (!mayBrake(channel) || countZeroed(changes) === 0) return null;
  const approved = await listApprovedToZero(tx, channel.id);
  return weigh(tx, channel, changes, approved, await countZeroedLately(tx, channel, approved, now));
}

/** While an approved change is taken back, much changes at once by the merchant's own word. */
function mayBrake(channel: Channel): boolean {
  return channel.pushApprovedAt !== null && !(channel.bulkApproved && channel.undoneAt);
}

/** Nothing that was approved counts against what comes after. */
function countZeroedLately(db: Db | Tx, channel: Channel, approved: readonly number[], now: Date): Promise<number> {
  const sinceMs = addMs(now, -TOGETHER_MS).getTime();
  const since = new Date(Math.max(channel.pushApprovedAt?.getTime() ?? sinceMs, sinceMs));
  return countZeroedSince(db, { channelId: channel.id, since, except: approved });
}

function countZeroed(changes: readonly Change[]): number {
  return changes.filter(({ shown, quantity }) => quantity === 0 && (shown ?? 0) > 0).length;
}

/**
 * An approval is for what its preview showed. It lasts until the channel is in step, which may take long where calls fail:
 * what goes to zero meanwhile, and was not to be zero then, is weighed like anything else.
 */
async function weigh(
  db: Db | Tx,
  channel: Channel,
  changes: readonly Change[],
  approved: readonly number[],
  zeroedBefore: number,
): Promise<string | null> {
  const seen = new Set(channel.bulkApproved ? approved : []);
  const zeroed = countZeroed(changes.filter((change) => !seen.has(change.id)));
  const { showing, all } = await countShowing(db, channel.id);
  return brakeReason({
    zeroed: zeroed === 0 ? 0 : zeroed + zeroedBefore,
    changed: channel.bulkApproved
      ? 0
      : changes.filter(({ shown, quantity }) => quantity !== null && quantity !== shown).length,
    showing: showing + zeroedBefore,
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
