/** A marketplace's notification says where to look; we look there. */
import { z } from "zod";
import { findChannel, findChannelsOfAccount } from "../channels/channels.ts";
import { inTransaction } from "../db.server.ts";
import type { Delivery } from "../deliveries/deliveries.ts";
import type { Runtime } from "../runtime.ts";
import type { StoredHint } from "./accept-notification.ts";
import { redactBuyer } from "./redact.ts";
import { refuseCancellation } from "./relay-cancellation.ts";

const hintSchema: z.ZodType<StoredHint> = z.object({
  topic: z.string(),
  remoteAccountId: z.string().nullable(),
  orderRemoteId: z.string().nullable(),
  deletedBuyerRemoteIds: z.array(z.string()),
  cancellationRefused: z.string().optional(),
});

export async function applyHint(
  rt: Runtime,
  delivery: Delivery,
  body: string,
): Promise<{ state: "applied" | "ignored"; note?: string }> {
  const hint = hintSchema.parse(JSON.parse(body));
  if (hint.deletedBuyerRemoteIds.length > 0) {
    await redactBuyer(rt, { connectorKey: delivery.source, buyerRemoteIds: hint.deletedBuyerRemoteIds });
    return { state: "applied" };
  }
  const named = delivery.channelId ? await findChannel(rt.db, delivery.channelId) : null;
  const channels = named
    ? [named]
    : hint.remoteAccountId
      ? await findChannelsOfAccount(rt.db, delivery.source, hint.remoteAccountId)
      : await rt.db.channel.findMany({
          where: { connectorKey: delivery.source, state: { in: ["connected", "paused"] } },
        });
  if (channels.length === 0) return { state: "ignored", note: "no channel of that account" };
  const { orderRemoteId, cancellationRefused: why } = hint;
  if (orderRemoteId !== null && why !== undefined)
    for (const { id: channelId } of channels) await refuseCancellation(rt, { channelId, orderRemoteId, why });
  await inTransaction(rt.db, async (tx) => {
    for (const channel of channels) {
      await rt.queue.send(tx, "import-orders", {
        channelId: channel.id,
        ...(hint.orderRemoteId ? { orderRemoteId: hint.orderRemoteId } : {}),
      });
    }
  });
  return { state: "applied" };
}
