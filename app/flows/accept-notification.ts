/** A marketplace knocks: check that it is the marketplace, store what it said, answer. */
import type { Hint, RawNotification } from "#connectors/contract/connector.ts";
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
  /** Why the marketplace will not cancel the order that it was asked to cancel. */
  cancellationRefused?: string | undefined;
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
    case "hint":
      await acceptHint(rt, { connectorKey: input.connectorKey, channelId: input.channelId, hint: said });
      return { status: 200 };
  }
}

/** Resolves once the hint is stored. `channelId`: the channel that its address or its queue names, if one does. */
export async function acceptHint(
  rt: Runtime,
  { connectorKey, channelId, hint }: { connectorKey: string; channelId: number | null; hint: Hint },
): Promise<{ repeated: boolean }> {
  const { topic, remoteAccountId, orderRemoteId } = hint;
  const stored: StoredHint = {
    topic,
    remoteAccountId,
    orderRemoteId,
    deletedBuyerRemoteIds: [
      ...(hint.deletedBuyerRemoteId ? [hint.deletedBuyerRemoteId] : []),
      ...(hint.deletedBuyerOtherIds ?? []),
    ],
    cancellationRefused: hint.cancellationRefused,
  };
  return acceptDelivery(rt, {
    source: connectorKey,
    remoteId: hint.id,
    topic,
    account: remoteAccountId,
    channelId,
    triggeredAt: null,
    rawBody: JSON.stringify(stored),
  });
}
