/** A cancellation is to be carried to the other side: written down, and relayed. Once per order and side. */
import { type NewCancellation, recordCancellation } from "../cancellations/cancellations.ts";
import type { Tx } from "../db.server.ts";
import type { Runtime } from "../runtime.ts";

export async function requestCancellation(rt: Runtime, tx: Tx, wanted: NewCancellation): Promise<void> {
  const cancellationId = await recordCancellation(tx, wanted);
  if (cancellationId !== null) await rt.queue.send(tx, "relay-cancellation", { cancellationId });
}
