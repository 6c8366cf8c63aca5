/**
 * What becomes of orders in Shopify goes back: what one costs, however many there are.
 * A limit is an R for each statement that reads, a W for each that writes or commits, and half as much again.
 */
import type { Db } from "#app/db.server.ts";
import { followOrders } from "#app/flows/follow-orders.ts";
import { importOrders } from "#app/flows/import-orders.ts";
import { relayCancellation } from "#app/flows/relay-cancellation.ts";
import { relayShipment } from "#app/flows/relay-shipment.ts";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import { succeed } from "#connectors/contract/failures.ts";
import { createBenchRuntime } from "../bench-runtime.ts";
import { createInstantMarketplace } from "../instant-marketplace.ts";
import type { ShopifyAnswers } from "../instant-shopify.ts";
import type { Question } from "../question.ts";
import { NOW, SHOP_ID } from "../seeded-database.ts";
import { deliver } from "./catalogue.ts";
import { forgetOrders, openAccount, remoteOrder, withOrders } from "./order-in.ts";

let asked = 0;

/** One of ours among the placed, as Shopify shows it. */
const ORDER = 40;

function progressOf(n: number, { cancelled = false, fulfilled = false, tracking = "" } = {}) {
  const line = { id: "gid://shopify/LineItem/1", title: "Linen shirt", variantTitle: null };
  return {
    ...{ id: `gid://shopify/Order/${n}`, name: `#${n}`, sourceIdentifier: null, cancelReason: null, refunds: [] },
    updatedAt: new Date(NOW.getTime() + asked * 1_000).toISOString(),
    cancelledAt: cancelled ? NOW.toISOString() : null,
    ...{ displayFinancialStatus: "PAID", displayFulfillmentStatus: fulfilled ? "FULFILLED" : "UNFULFILLED" },
    fulfillments: fulfilled
      ? [
          {
            ...{ id: `gid://shopify/Fulfillment/bench-${tracking}`, status: "SUCCESS", createdAt: NOW.toISOString() },
            updatedAt: NOW.toISOString(),
            trackingInfo: [{ company: "Royal Mail", number: tracking, url: null }],
            fulfillmentLineItems: { nodes: [{ id: "1", quantity: 1, lineItem: { id: line.id } }] },
          },
        ]
      : [],
    lineItems: { nodes: [{ ...line, quantity: 1, currentQuantity: 1, unfulfilledQuantity: fulfilled ? 0 : 1 }] },
  };
}

const shopifyShows = (progress: ReturnType<typeof progressOf>, others: ShopifyAnswers = {}): ShopifyAnswers => ({
  orderProgress: () => ({ order: progress }),
  orderAddresses: ({ ids }) => ({ nodes: (ids as string[]).map((id) => ({ id, shippingAddress: null })) }),
  cancelOrder: () => ({ orderCancel: { job: { id: "1", done: true }, orderCancelUserErrors: [] } }),
  ...others,
});

const withAnswers = (db: Db, shopify: ShopifyAnswers, marketplace: Partial<OpenChannel> = {}) =>
  createBenchRuntime(db, (ebay) => createInstantMarketplace(new Map(), ebay, marketplace), shopify);

async function linesInShopify(db: Db): Promise<void> {
  await openAccount(db);
  await db.orderLine.updateMany({ where: { orderId: ORDER }, data: { shopifyLineGid: "gid://shopify/LineItem/1" } });
}

const following = {
  prepare: linesInShopify,
  async end(db: Db) {
    await db.shipment.deleteMany({
      where: { orderId: ORDER, fulfilmentGid: { startsWith: "gid://shopify/Fulfillment/bench" } },
    });
    await db.cancellation.deleteMany({ where: { orderId: ORDER } });
    await db.marketplaceOrder.update({
      where: { id: ORDER },
      data: { shopifyUpdatedAt: null, stage: "placed", addressReadAt: null },
    });
    await forgetOrders(db);
  },
};

export const orderBackQuestions: Question[] = [
  {
    name: "orders/updated of an order of the shop's own",
    limit: { reads: 20, writes: 6 },
    ask: (db) => deliver(withAnswers(db, {}), "orders/updated", { id: 999_999_999 }),
  },
  {
    name: "orders/updated of one of ours",
    limit: { reads: 60, writes: 12 },
    ...following,
    async ask(db) {
      asked += 1;
      await deliver(withAnswers(db, shopifyShows(progressOf(ORDER))), "orders/updated", { id: ORDER });
    },
  },
  {
    name: "fulfillments/create, and its relay",
    limit: { reads: 100, writes: 25 },
    ...following,
    async ask(db) {
      asked += 1;
      await db.shipment.deleteMany({ where: { orderId: ORDER } });
      const progress = progressOf(ORDER, { fulfilled: true, tracking: `T${asked}` });
      await deliver(withAnswers(db, shopifyShows(progress)), "fulfillments/create", { order_id: ORDER });
      const shipment = await db.shipment.findFirstOrThrow({ where: { orderId: ORDER }, orderBy: { id: "desc" } });
      const confirmShipment = async () => succeed({ remoteId: null });
      await relayShipment(withAnswers(db, {}, { confirmShipment }), { shipmentId: shipment.id });
      const { state } = await db.shipment.findUniqueOrThrow({ where: { id: shipment.id } });
      if (state !== "relayed") throw new Error(`the shipment is ${state}`);
    },
  },
  {
    name: "a cancellation in Shopify, carried to the marketplace",
    limit: { reads: 100, writes: 25 },
    ...following,
    async ask(db) {
      asked += 1;
      await db.cancellation.deleteMany({ where: { orderId: ORDER } });
      await db.marketplaceOrder.update({ where: { id: ORDER }, data: { stage: "placed" } });
      await deliver(withAnswers(db, shopifyShows(progressOf(ORDER, { cancelled: true }))), "orders/cancelled", {
        id: ORDER,
      });
      const { id } = await db.cancellation.findFirstOrThrow({ where: { orderId: ORDER } });
      const readOrder = async () => succeed(remoteOrder());
      const cancelOrder = async () => succeed({ state: "cancelled" as const });
      await relayCancellation(withAnswers(db, {}, { readOrder, cancelOrder }), { cancellationId: id });
      const { state } = await db.cancellation.findUniqueOrThrow({ where: { id } });
      if (state !== "done") throw new Error(`the cancellation is ${state}`);
    },
  },
  {
    name: "a cancellation on the marketplace, carried to Shopify",
    limit: { reads: 150, writes: 40 },
    ...following,
    async ask(db) {
      asked += 1;
      const order = remoteOrder();
      await importOrders(withOrders(db, [order]), { channelId: 1 });
      const where = { channelId_remoteId: { channelId: 1, remoteId: order.remoteId } };
      await db.marketplaceOrder.update({
        where,
        data: { stage: "placed", shopifyOrderGid: `gid://shopify/Order/bench-${asked}` },
      });
      await importOrders(withOrders(db, [{ ...order, status: "cancelled" }]), { channelId: 1 });
      const { id: orderId } = await db.marketplaceOrder.findUniqueOrThrow({ where });
      const { id } = await db.cancellation.findFirstOrThrow({ where: { orderId } });
      let looks = 0;
      const shopify = shopifyShows(progressOf(ORDER), {
        orderProgress: () => ({ order: progressOf(ORDER, { cancelled: looks++ > 0 }) }),
      });
      await relayCancellation(withAnswers(db, shopify), { cancellationId: id });
      const { state } = await db.cancellation.findUniqueOrThrow({ where: { id } });
      if (state !== "done") throw new Error(`the cancellation is ${state}`);
    },
  },
  {
    name: "what changed in Shopify lately, of our orders one",
    limit: { reads: 60, writes: 12 },
    ...following,
    async ask(db) {
      asked += 1;
      const page = {
        nodes: [progressOf(ORDER), progressOf(999_999_998)],
        pageInfo: { hasNextPage: false, endCursor: null },
      };
      await followOrders(
        withAnswers(db, shopifyShows(progressOf(ORDER), { ordersUpdatedPage: () => ({ orders: page }) })),
        {
          shopId: SHOP_ID,
        },
      );
      await db.shop.update({ where: { id: SHOP_ID }, data: { progressCheckedAt: NOW } });
    },
  },
];
