import type { Db, Tx } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";

/** Wakes the pushes of channels: in the transaction that made their listings stale, or right after. */
export async function wakeChannels(rt: Runtime, tx: Db | Tx, channelIds: readonly number[]): Promise<void> {
  for (const channelId of new Set(channelIds)) await rt.queue.send(tx, "push-quantities", { channelId });
}
