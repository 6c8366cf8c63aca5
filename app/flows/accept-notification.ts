/** A marketplace knocks: check that it is the marketplace, store what it said, answer. */
import type { RawNotification } from "#connectors/contract/connector.ts";
import type { Runtime } from "../runtime.ts";
import { acceptDelivery } from "./accept-delivery.ts";
import { transportFor } from "./open-channel.ts";

export interface NotificationAnswer {
  status: number;
  contentType?: string;
  body?: string;
}

/** What a hint says, as kept in the delivery: the notification itself is not needed again. */
export interface StoredHint {
  topic: string;
  remoteAccountId: string | null;
  orderRemoteId: string | null;
  deletedBuyerRemoteIds: string[];
}

export async function acceptNotification(
  rt: Runtime,
  input: { connectorKey: string; channelId: number | null; raw: RawNotification },
): Promise<NotificationAnswer> {
  const connector = rt.connectors.get(input.connectorKey);
  if (!connector) return { status: 404, body: "No such marketplace here." };
  const said = await connector.parseNotification(input.raw, {
    transport: transportFor(rt, connector, "app"),
    now: rt.clock.now(),
  });
  switch (said.kind) {
    case "challenge":
      return { status: said.status, contentType: said.contentType, body: said.body };
    case "refused":
      rt.logger.warn({ marketplace: input.connectorKey, why: said.why }, "notification refused");
      return { status: said.status, body: said.why };
    case "failed":
      rt.logger.warn({ marketplace: input.connectorKey, why: said.failure.message }, "notification not checked");
      return { status: 503, body: "Please send it again." };
    case "hint": {
      const hint: StoredHint = {
        topic: said.topic,
        remoteAccountId: said.remoteAccountId,
        orderRemoteId: said.orderRemoteId,
        deletedBuyerRemoteIds: [
          ...(said.deletedBuyerRemoteId ? [said.deletedBuyerRemoteId] : []),
          ...(said.deletedBuyerOtherIds ?? []),
        ],
      };
      await acceptDelivery(rt, {
        source: input.connectorKey,
        remoteId: said.id,
        topic: said.topic,
        account: said.remoteAccountId,
        channelId: input.channelId,
        triggeredAt: null,
        rawBody: JSON.stringify(hint),
      });
      return { status: 200 };
    }
  }
}
