import { resolveAlert } from "../alerts/alerts.ts";
import { settleConflict } from "../conflicts/conflicts.ts";
import type { Tx } from "../db.server.ts";

/** The order is cancelled, by whomever: it asks nothing of the merchant any more. */
export async function closeConflict(
  tx: Tx,
  { shopId, orderId, now }: { shopId: number; orderId: number; now: Date },
): Promise<void> {
  await settleConflict(tx, { shopId, orderId, decision: "cancel", now });
  await resolveAlert(tx, shopId, `order:${orderId}`, now);
}
