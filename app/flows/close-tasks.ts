import { resolveAlert } from "../alerts/alerts.ts";
import { type NewCancellation, settleTasks } from "../cancellations/cancellations.ts";
import type { Tx } from "../db.server.ts";

/** The order is cancelled on that side: what the merchant was asked to do there by hand is done. */
export async function closeTasks(
  tx: Tx,
  { shopId, now, ...of }: { shopId: number; orderId: number; direction: NewCancellation["direction"]; now: Date },
): Promise<void> {
  for (const id of await settleTasks(tx, of, now)) await resolveAlert(tx, shopId, `cancellation:${id}`, now);
}
