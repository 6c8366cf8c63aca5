/** Somebody says that they see to an alert: nobody else is told of it. It stays open until its cause is gone. */
import { acknowledge } from "../alerts/telling.ts";
import type { Actor } from "../changes/changes.ts";
import { inTransaction } from "../db.server.ts";
import { recordAttempt } from "../history/history.ts";
import type { Runtime } from "../runtime.ts";
import { closeAlert } from "./close-alert.ts";
import { DONE, type Reply, refuse } from "./reply.ts";

/** What a merchant says to an alert: that they see to it, or that it is done. */
export function answerAlert(
  rt: Runtime,
  { intent, ...of }: { shopId: number; alertId: number; actor: Actor; intent: "acknowledge" | "close-alert" },
): Promise<Reply> {
  return intent === "acknowledge" ? acknowledgeAlert(rt, of) : closeAlert(rt, of);
}

export async function acknowledgeAlert(
  rt: Runtime,
  { shopId, alertId, actor }: { shopId: number; alertId: number; actor: Actor },
): Promise<Reply> {
  return inTransaction(rt.db, async (tx) => {
    const now = rt.clock.now();
    const alert = await acknowledge(tx, { shopId, alertId, by: actor }, now);
    if (!alert) return refuse("This is over, or somebody sees to it already. Reload the page.");
    await recordAttempt(tx, {
      shopId,
      channelId: alert.channelId,
      kind: "settings",
      outcome: "done",
      message: `Seen to: ${alert.title}`,
      actor,
      startedAt: now,
      finishedAt: now,
    });
    return DONE;
  });
}
