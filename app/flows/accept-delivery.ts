/** What was sent to us is stored before it is acknowledged; the work on it comes later, at our own pace. */
import { storeDelivery } from "../deliveries/deliveries.ts";
import type { Runtime } from "../runtime.ts";
import { taskFor } from "./delivery-task.ts";

export interface IncomingDelivery {
  /** "shopify" or a connector's key. */
  source: string;
  /** The sender's id of this delivery: the same twice is stored once. */
  remoteId: string;
  topic: string;
  account: string | null;
  channelId?: number | null;
  triggeredAt: Date | null;
  rawBody: string;
}

/** Resolves once it is stored. `repeated`: it had been stored before. */
export async function acceptDelivery(rt: Runtime, delivery: IncomingDelivery): Promise<{ repeated: boolean }> {
  const { rawBody, ...facts } = delivery;
  const id = await storeDelivery(rt.db, {
    ...facts,
    channelId: delivery.channelId ?? null,
    receivedAt: rt.clock.now(),
    payloadSealed: rt.secrets.seal(rawBody),
  });
  if (id === null) return { repeated: true };
  // The sender waits for nothing but the one insert. One whose nudge is lost is found by the tick.
  const { name, payload } = taskFor({ ...delivery, id });
  rt.queue.nudge(name, payload);
  return { repeated: false };
}
