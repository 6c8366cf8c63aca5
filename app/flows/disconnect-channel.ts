/** Ending a channel, by the merchant or because its account goes to another shop. */
import { resolveAlert } from "../alerts/alerts.ts";
import { type Channel, endSharing, findChannelOfShop, recordDisconnected } from "../channels/channels.ts";
import { inTransaction, type Tx } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import type { Runtime } from "../runtime.ts";
import { endPutOffs } from "./put-off-work.ts";
import { DONE, type Reply, refuse } from "./reply.ts";

/** Alerts about a channel that mean nothing once it is disconnected. */
const ENDED_ALERTS = ["reconnect", "brake", "undone", "shared-account"];

export async function disconnectChannel(
  rt: Runtime,
  { shopId, channelId }: { shopId: number; channelId: number },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const channel = await findChannelOfShop(tx, shopId, channelId);
    if (!channel) return refuse("This channel does not exist any more.");
    await endChannel(tx, channel, `${channel.name} disconnected; its listings stay as they are`, rt.clock.now());
    return DONE;
  });
}

/** Forgets the keys. Listings over there stay as they are. `why` is for the history. */
export async function endChannel(tx: Tx, channel: Channel, why: string, now: Date): Promise<void> {
  const { id: channelId, shopId } = channel;
  await recordDisconnected(tx, channelId, now);
  await endPutOffs(tx, channel, now);
  for (const key of ENDED_ALERTS) await resolveAlert(tx, shopId, `${key}:${channelId}`, now);
  const left = await endSharing(tx, channel.connectorKey, channel.remoteAccountId);
  if (left) await resolveAlert(tx, left.shopId, `shared-account:${left.id}`, now);
  await recordAttempt(tx, {
    shopId,
    channelId,
    kind: "settings",
    outcome: "done",
    message: why,
    startedAt: now,
    finishedAt: now,
  });
}
