/** ORDER_CHANGE notifications (schemas/OrderChangeNotification.json), put into the queue of whoever subscribed. */
import { type AmazonState, nextNumber, type Order, uuid } from "./state.ts";

export const ORDER_TOPIC = "ORDER_CHANGE";

export function notifyOrderChange(state: AmazonState, order: Order, reason: string, now: Date): void {
  for (const subscription of state.subscriptions.values()) {
    const destination = state.destinations.get(subscription.destinationId);
    if (subscription.topic !== ORDER_TOPIC || destination?.arn !== state.queue.arn) continue;
    enqueue(state, JSON.stringify(orderChange(state, order, reason, subscription.subscriptionId, now)), now);
  }
}

export function enqueue(state: AmazonState, body: string, now: Date): void {
  for (let copy = 0; copy < state.settings.hintCopies; copy += 1) {
    const hint = { messageId: uuid(state, "message"), body, visibleAt: now.toISOString(), receives: 0, receipt: null };
    if (state.settings.hintsNewestFirst) state.hints.unshift(hint);
    else state.hints.push(hint);
  }
}

function orderChange(state: AmazonState, order: Order, reason: string, subscriptionId: string, now: Date) {
  const shipped = order.packages.flatMap((one) => one.lines).reduce((sum, line) => sum + line.quantity, 0);
  const units = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return {
    NotificationVersion: "1.0",
    NotificationType: ORDER_TOPIC,
    PayloadVersion: "1.0",
    EventTime: now.toISOString(),
    Payload: {
      OrderChangeNotification: {
        NotificationLevel: "OrderLevel",
        SellerId: state.seller.sellerId,
        AmazonOrderId: order.orderId,
        OrderChangeType: reason === "Buyer Requested Cancel" ? "BuyerRequestedChange" : "OrderStatusChange",
        OrderChangeTrigger: { TimeOfOrderChange: now.toISOString(), ChangeReason: reason },
        Summary: {
          MarketplaceId: state.marketplace.id,
          OrderStatus: statusWord(order, shipped, units),
          PurchaseDate: order.createdAt,
          DestinationPostalCode: null,
          FulfillmentType: order.fulfilledBy === "AMAZON" ? "AFN" : "MFN",
          OrderType: "StandardOrder",
          NumberOfItemsShipped: shipped,
          NumberOfItemsUnshipped: units - shipped,
          OrderItems: order.lines.map((line) => ({
            OrderItemId: line.orderItemId,
            SellerSKU: line.sku,
            SupplySourceId: null,
            Quantity: line.quantity,
            IsBuyerRequestedCancel: line.cancelRequested,
          })),
        },
      },
    },
    NotificationMetadata: {
      ApplicationId: state.application.applicationId,
      SubscriptionId: subscriptionId,
      PublishTime: now.toISOString(),
      NotificationId: uuid(state, `notification${nextNumber(state, "notification")}`),
    },
  };
}

function statusWord(order: Order, shipped: number, units: number): string {
  if (order.cancelledAt !== null) return "Canceled";
  if (order.paidAt === null) return "Pending";
  if (shipped === 0) return "Unshipped";
  return shipped < units ? "PartiallyShipped" : "Shipped";
}
