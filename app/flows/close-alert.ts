/** The merchant says that something is done of which Lockstep can't know. */
import { closeByHand } from "../alerts/alerts.ts";
import type { Runtime } from "../runtime.ts";
import { DONE, type Reply, refuse } from "./reply.ts";

export async function closeAlert(
  rt: Runtime,
  { shopId, alertId }: { shopId: number; alertId: number },
): Promise<Reply> {
  const isClosed = await closeByHand(rt.db, shopId, alertId, rt.clock.now());
  return isClosed ? DONE : refuse("This is closed already, or ends by itself once its cause is gone. Reload the page.");
}
