/**
 * Where a marketplace puts its notifications in a queue, we fetch them. Each is stored as one that was sent to us, and
 * only then taken off the queue: what is not acknowledged comes again, and the same twice is stored once.
 */
import { isRetryable } from "#connectors/contract/failures.ts";
import { raiseAlert, resolveAlert } from "../alerts/alerts.ts";
import { type Channel, findChannel } from "../channels/channels.ts";
import type { Runtime } from "../runtime.ts";
import { acceptHint } from "./accept-notification.ts";
import { openChannel } from "./open-channel.ts";

/** A queue that never ends must let others have a turn; the tick comes again in seconds. */
const TURNS_MAX = 50;

export async function receiveHints(rt: Runtime, { channelId }: { channelId: number }): Promise<void> {
  const channel = await findChannel(rt.db, channelId);
  if (!channel || (channel.state !== "connected" && channel.state !== "paused")) return;
  const opened = await openChannel(rt, channel, { urgent: true });
  // A channel that can't be opened shows that where its orders and quantities are due.
  if (!opened.ok) return;
  const { queue } = opened.value.remote;
  if (!queue) return;

  for (let turns = 0; turns < TURNS_MAX; turns += 1) {
    const received = await queue.receive();
    if (!received.ok) return notRead(rt, channel, isRetryable(received.failure), received.failure.message);
    if (received.value.length === 0) break;
    for (const { hint } of received.value) {
      // A queue may serve all merchants: whose hint it is, it says itself, and one that does not concerns everybody.
      await acceptHint(rt, { connectorKey: channel.connectorKey, channelId: null, hint });
    }
    const acknowledged = await queue.acknowledge(received.value.map(({ receipt }) => receipt));
    if (!acknowledged.ok) return notRead(rt, channel, isRetryable(acknowledged.failure), acknowledged.failure.message);
  }
  await resolveAlert(rt.db, channel.shopId, `hints:${channel.id}`, rt.clock.now());
}

/** Orders are read on a clock all the same, so a queue that can't be read costs time and no order. */
async function notRead(rt: Runtime, channel: Channel, passes: boolean, why: string): Promise<void> {
  rt.logger.warn({ channelId: channel.id, why }, "queue of notifications not read");
  if (passes) return;
  await raiseAlert(
    rt.db,
    {
      shopId: channel.shopId,
      channelId: channel.id,
      key: `hints:${channel.id}`,
      severity: "warning",
      title: `${channel.name}'s notifications can't be read`,
      message: `${why}. Orders are read on a clock meanwhile, some minutes later. Whoever runs this installation of Lockstep must correct the queue's settings.`,
      action: `/app/channels/${channel.id}`,
    },
    rt.clock.now(),
  );
}
