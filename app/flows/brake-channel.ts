/** Before a push: would it change so much at once that the merchant should see it first? */
import { raiseAlert } from "../alerts/alerts.ts";
import { type Channel, recordBrake } from "../channels/channels.ts";
import { addMs } from "../clock.ts";
import { inTransaction } from "../db.server.ts";
import { countZeroedSince, recordAttempt } from "../history/history.ts";
import { brakeReason, ZEROED_MIN } from "../listings/brake.ts";
import { countShowing, listStale } from "../listings/push-state.ts";
import type { Runtime } from "../runtime.ts";
import { explainListings, isOneOff } from "../views/quantity-facts.ts";

/** What goes to zero one by one is counted together over this time. */
const TOGETHER_MS = 10 * 60_000;

/** True when the channel waits for the merchant now. */
export async function brakeChannel(rt: Runtime, channel: Channel): Promise<boolean> {
  if (!channel.pushApprovedAt || channel.bulkApproved) return false;
  const channelId = channel.id;
  const stale = await listStale(rt.db, channelId);
  if (stale.length === 0) return false;
  const now = rt.clock.now();
  const since = addMs(now, -TOGETHER_MS);
  // Nothing that was approved before counts against what comes after.
  const from = new Date(Math.max(channel.pushApprovedAt.getTime(), since.getTime()));
  const zeroedBefore = await countZeroedSince(rt.db, channelId, from);
  if (stale.length + zeroedBefore < ZEROED_MIN) return false;

  const explanations = await explainListings(
    rt.db,
    stale.map((listing) => listing.id),
    isOneOff(rt),
  );
  const quantityOf = (id: number) => explanations.get(id)?.quantity ?? null;
  const changing = stale.filter(({ id, shown }) => quantityOf(id) !== null && quantityOf(id) !== shown);
  const zeroed = changing.filter(({ id, shown }) => quantityOf(id) === 0 && (shown ?? 0) > 0).length;
  const { showing, all } = await countShowing(rt.db, channelId);
  const reason = brakeReason({
    zeroed: zeroed === 0 ? 0 : zeroed + zeroedBefore,
    changed: changing.length,
    showing: showing + zeroedBefore,
    all,
  });
  if (!reason) return false;
  await inTransaction(rt.db, async (tx) => {
    await recordBrake(tx, channelId, reason);
    const message = `${reason}. Nothing was changed there. Look at the preview; if it is right, approve it.`;
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
  return true;
}
