/**
 * Cancelling what the merchant ships: no call does it, but the feed POST_ORDER_ACKNOWLEDGEMENT_DATA, with status Failure and
 * the items that will not come. Amazon works through it in its time, so a cancellation is `requested`, and the order tells
 * when it is done. Saying it twice does no harm: the second finds nothing to cancel.
 */
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { Cancellation } from "../contract/remote-types.ts";
import { createFeed, uploadFeed } from "./feeds.ts";
import { isCancelledItem, isPending, type RawOrder } from "./order-shape.ts";
import { requireOrder } from "./orders.ts";
import type { AmazonSession } from "./session.ts";

const CANCELLATION_FEED = "POST_ORDER_ACKNOWLEDGEMENT_DATA";

/** CancelReason of OrderAcknowledgement.xsd. Amazon counts the first and the last against the seller. */
const REASONS: Readonly<Record<Cancellation["reason"], string>> = {
  "out-of-stock": "NoInventory",
  "buyer-request": "BuyerCanceled",
  other: "GeneralAdjustment",
};

export async function cancelAmazonOrder(
  session: AmazonSession,
  cancellation: Cancellation,
): Promise<Result<{ state: "cancelled" | "requested" }>> {
  const { orderRemoteId } = cancellation;
  const order = await requireOrder(session, orderRemoteId);
  if (!order.ok) return order;
  const status = order.value.fulfillment.fulfillmentStatus;
  if (status === "CANCELLED") return succeed({ state: "cancelled" });
  if (isPending(order.value)) {
    // It ends as paid, and can be cancelled then, or as cancelled: either way trying again is right.
    const message = `Amazon cancels order ${orderRemoteId} only after it has checked the payment; it is tried again until then.`;
    return fail({ kind: "unavailable", scope: "item", message });
  }
  const items = chooseItems(order.value, cancellation);
  if ("kind" in items) return fail(items);
  const open = items.filter((item) => !isCancelledItem(item));
  if (open.length === 0) return succeed({ state: "cancelled" });
  if (open.some((item) => (item.fulfillment?.quantityFulfilled ?? 0) > 0) || status === "SHIPPED") {
    return fail(refusal(`Order ${orderRemoteId} is shipped, at least in part: refund it at Amazon instead.`));
  }
  const uploaded = await uploadFeed(session, {
    contentType: "text/xml; charset=UTF-8",
    content: acknowledgement(
      session.sellerId,
      orderRemoteId,
      open.map((item) => item.orderItemId),
      REASONS[cancellation.reason],
    ),
  });
  if (!uploaded.ok) return uploaded;
  const created = await createFeed(session, CANCELLATION_FEED, uploaded.value.feedDocumentId);
  return created.ok ? succeed({ state: "requested" }) : created;
}

function refusal(message: string): Failure {
  return { kind: "rejected", scope: "item", message };
}

function chooseItems(order: RawOrder, { lines, orderRemoteId }: Cancellation): RawOrder["orderItems"] | Failure {
  if (lines === null) return order.orderItems;
  const chosen: RawOrder["orderItems"] = [];
  for (const { remoteLineId, quantity } of lines) {
    const item = order.orderItems.find((one) => one.orderItemId === remoteLineId);
    if (!item) return refusal(`Order ${orderRemoteId} has no line ${remoteLineId}.`);
    // OrderAcknowledgement's Item has no quantity.
    if (quantity < item.quantityOrdered) {
      return refusal(
        `Amazon cancels a line as a whole: ${quantity} of ${item.quantityOrdered} units of line ${remoteLineId} cannot be taken off. Cancel the line, or ship the rest and refund these at Amazon.`,
      );
    }
    chosen.push(item);
  }
  return chosen;
}

function acknowledgement(sellerId: string, orderId: string, itemIds: readonly string[], reason: string): string {
  const items = itemIds.map(
    (id) => `
      <Item>
        <AmazonOrderItemCode>${escapeXml(id)}</AmazonOrderItemCode>
        <CancelReason>${reason}</CancelReason>
      </Item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="amzn-envelope.xsd">
  <Header>
    <DocumentVersion>1.01</DocumentVersion>
    <MerchantIdentifier>${escapeXml(sellerId)}</MerchantIdentifier>
  </Header>
  <MessageType>OrderAcknowledgement</MessageType>
  <Message>
    <MessageID>1</MessageID>
    <OrderAcknowledgement>
      <AmazonOrderID>${escapeXml(orderId)}</AmazonOrderID>
      <StatusCode>Failure</StatusCode>${items.join("")}
    </OrderAcknowledgement>
  </Message>
</AmazonEnvelope>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
