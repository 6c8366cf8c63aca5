/** Asks a marketplace to tell us of orders at once. Polling brings them anyway, so a refusal is written down and no more. */

import { isRetryable } from "#connectors/contract/failures.ts";
import { findChannel } from "../channels/channels.ts";
import { recordAttempt } from "../history/history.ts";
import type { Runtime } from "../runtime.ts";
import { openChannel } from "./open-channel.ts";
import { RemoteFailureError } from "./or-throw.ts";

export async function subscribeChannel(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  const channel = await findChannel(rt.db, channelId);
  if (!channel || channel.state === "disconnected" || channel.state === "reconnect") return;
  const opened = await openChannel(rt, channel, { urgent: false });
  if (!opened.ok) return;
  const endpoint = `${rt.appUrl}/notifications/${channel.connectorKey}`;
  const subscribed = await opened.value.remote.subscribe({ endpoint });
  if (!subscribed.ok && isRetryable(subscribed.failure)) throw new RemoteFailureError(subscribed.failure);
  const now = rt.clock.now();
  const topics = subscribed.ok ? subscribed.value.topics : [];
  await recordAttempt(rt.db, {
    shopId: channel.shopId,
    channelId,
    kind: "settings",
    outcome: subscribed.ok ? "done" : "rejected",
    message: !subscribed.ok
      ? `${channel.name} sends no notifications: ${subscribed.failure.message} Orders are read on a clock.`
      : topics.length > 0
        ? `${channel.name} sends notifications: ${topics.join(", ")}`
        : `${channel.name} sends no notifications of orders; they are read on a clock`,
    startedAt: now,
    finishedAt: now,
  });
}
