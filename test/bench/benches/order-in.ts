/**
 * Orders come in: what one costs, however many came before it.
 * A limit is an R for each statement that reads, a W for each that writes or commits, and half as much again.
 */
import type { Db } from "#app/db.server.ts";
import { holdStock } from "#app/flows/hold-stock.ts";
import { importOrders } from "#app/flows/import-orders.ts";
import { placeOrders } from "#app/flows/place-orders.ts";
import { settleOversold } from "#app/flows/settle-oversale.ts";
import { settleReservations } from "#app/flows/settle-reservations.ts";
import { succeed } from "#connectors/contract/failures.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { type BenchRuntime, createBenchRuntime } from "../bench-runtime.ts";
import { createInstantMarketplace } from "../instant-marketplace.ts";
import { LEEDS_ALONE, levelsAt, type ShopifyAnswers } from "../instant-shopify.ts";
import type { Question } from "../question.ts";
import { BEST_SELLER, makeInStep, NOW, SHOP_ID } from "../seeded-database.ts";

const CHANNEL_ID = 1;
const CHANNEL = { channelId: CHANNEL_ID };
const SHOP = { shopId: SHOP_ID };
/** By this their orders are known, and taken away again. */
const OURS = "bench-";

let asked = 0;

const gbp = (amount: string) => ({ amount, currency: "GBP" });

export function remoteOrder(facts: Partial<RemoteOrder> = {}, item = BEST_SELLER): RemoteOrder {
  asked += 1;
  const remoteId = facts.remoteId ?? `${OURS}${process.hrtime.bigint()}`;
  return {
    ...{ remoteId, displayName: remoteId, soldAt: NOW, paidAt: NOW, updatedAt: NOW, status: "paid" },
    ...{
      cancellationRequested: false,
      fulfilment: "none",
      delivery: "ship",
      remarks: [],
      holdBecause: null,
      shipBy: null,
    },
    buyer: {
      remoteId: `buyer-${asked}`,
      ...{
        name: "Ada Poole",
        email: `ada-${asked}@example.com`,
        emailIsRelay: false,
        phone: null,
        phoneIsMasked: false,
      },
      shippingAddress: null,
    },
    lines: [
      {
        ...{ remoteLineId: "1", sku: `SKU-${item}`, listingRemoteId: `item-${item}`, title: `Linen shirt ${item}` },
        ...{ quantity: 1, quantityCancelled: 0, unitPrice: gbp("19.00"), requiresShipping: true },
      },
    ],
    ...{ shipping: gbp("0"), tax: gbp("0"), taxIncluded: gbp("0"), taxCollectedByMarketplace: false },
    ...{ adjustment: gbp("0"), total: gbp("19.00"), refunded: gbp("0") },
    ...facts,
  };
}

/** Its keys can be opened, and nothing of ours is there. */
export async function openAccount(db: Db): Promise<void> {
  const credentialsSealed = createBenchRuntime(db).secrets.seal(JSON.stringify({ token: "t" }));
  await db.channel.update({ where: { id: CHANNEL_ID }, data: { credentialsSealed } });
}

/** As it was before the questions. */
export async function forgetOrders(db: Db): Promise<void> {
  await db.marketplaceOrder.deleteMany({ where: { remoteId: { startsWith: OURS } } });
  await db.customerRecord.deleteMany({ where: { orders: { none: {} } } });
  await db.customer.deleteMany({ where: { records: { none: {} } } });
  await db.$executeRaw`UPDATE "Channel" SET "ordersReadAt" = ${NOW}, "ordersCompleteThrough" = ${NOW}, "ordersCursor" = NULL WHERE id = ${CHANNEL_ID}`;
  await makeInStep(db);
}

export function withOrders(db: Db, orders: readonly RemoteOrder[], shopify: ShopifyAnswers = {}): BenchRuntime {
  const page = { orders: [...orders], unreadable: [], nextCursor: "next", more: false, completeThrough: NOW };
  return createBenchRuntime(
    db,
    (ebay) => createInstantMarketplace(new Map(), ebay, { readOrders: async () => succeed(page) }),
    shopify,
  );
}

const importing = { prepare: openAccount, end: forgetOrders };

/** Shopify has taken the units of whatever it was sent. */
function shopifyThatTakes(db: Db): BenchRuntime {
  asked += 1;
  return createBenchRuntime(db, undefined, {
    ...levelsAt(new Date(NOW.getTime() + asked * 1_000), () => 500),
    ...LEEDS_ALONE,
    findCustomer: () => ({ customerByIdentifier: null }),
    createOrder: () => ({
      orderCreate: {
        order: {
          id: `gid://shopify/Order/${OURS}${process.hrtime.bigint()}`,
          ...{
            name: "#1",
            createdAt: NOW.toISOString(),
            cancelledAt: null,
            customer: { id: "gid://shopify/Customer/1" },
          },
          lineItems: { nodes: [] },
        },
        userErrors: [],
      },
    }),
    moveInventory: () => ({
      inventoryMoveQuantities: {
        inventoryAdjustmentGroup: { id: "1", createdAt: new Date(NOW.getTime() + asked * 1_000).toISOString() },
        userErrors: [],
      },
    }),
    newestOrdersPage: () => ({ orders: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } } }),
  });
}

/** Every small shop has an unpaid order whose units are held, and one that is held for its merchant. */
async function openOrdersElsewhere(db: Db): Promise<void> {
  await openAccount(db);
  await db.$executeRaw`
    INSERT INTO "MarketplaceOrder" ("shopId", "channelId", "remoteId", "displayName", "soldAt", "remoteUpdatedAt", "remoteStatus", "importedAt", currency,
      "totalAmount", "shippingAmount", "taxAmount", "taxCollectedByMarketplace", stage)
    SELECT "shopId", id, ${OURS} || stage, 'x', ${NOW}, ${NOW}, 'pending', ${NOW}, 'GBP', '19.00', '0', '0', false, stage
    FROM "Channel", unnest(ARRAY['waiting', 'held']) stage WHERE "shopId" <> ${SHOP_ID}`;
  await db.$executeRaw`
    INSERT INTO "OrderLine" ("orderId", "remoteLineId", sku, title, quantity, "unitAmount", "variantId", "soldAt", "importedAt")
    SELECT o.id, '1', 'SKU-1', 'x', 1, '19.00', CASE stage WHEN 'waiting' THEN v.id END, o."soldAt", o."importedAt"
    FROM "MarketplaceOrder" o JOIN "Variant" v ON v."shopId" = o."shopId" AND v.gid = 'gid://shopify/ProductVariant/1'
    WHERE o."remoteId" LIKE ${`${OURS}%`}`;
  await db.$executeRaw`
    INSERT INTO "Reservation" ("shopId", "orderLineId", "inventoryItemGid", quantity, state, "createdAt")
    SELECT o."shopId", l.id, 'gid://shopify/InventoryItem/1', 1, 'pending', ${NOW}
    FROM "MarketplaceOrder" o JOIN "OrderLine" l ON l."orderId" = o.id WHERE o."remoteId" LIKE ${`${OURS}%`} AND l."variantId" IS NOT NULL`;
  await db.$executeRaw`
    INSERT INTO "StockHold" ("shopId", "reservationId", "inventoryItemGid", "locationGid", quantity, state, "askedAt", "heldAt")
    SELECT r."shopId", r.id, r."inventoryItemGid", 'gid://shopify/Location/1', 1, 'held', ${NOW}, ${NOW} FROM "Reservation" r WHERE r.state = 'pending'`;
  await db.$executeRaw`ANALYZE "MarketplaceOrder", "OrderLine", "Reservation", "StockHold"`;
}

const placing = { prepare: openOrdersElsewhere, end: forgetOrders };

export const orderInQuestions: Question[] = [
  {
    name: "an order read finds nothing new",
    limit: { reads: 30, writes: 6 },
    ...importing,
    ask: (db) => importOrders(withOrders(db, []), CHANNEL),
  },
  {
    name: "a page of 5 orders that are known",
    limit: { reads: 40, writes: 10 },
    ...importing,
    async prepare(db) {
      await openAccount(db);
      await importOrders(withOrders(db, known()), CHANNEL);
    },
    async ask(db) {
      await importOrders(
        withOrders(
          db,
          known().map((one) => ({ ...one, updatedAt: new Date(NOW.getTime() + asked) })),
        ),
        CHANNEL,
      );
    },
  },
  {
    name: "a new order, paid",
    limit: { reads: 60, writes: 15 },
    ...importing,
    ask: (db) => importOrders(withOrders(db, [remoteOrder()]), CHANNEL),
  },
  {
    name: "a new order by SKU alone",
    limit: { reads: 60, writes: 15 },
    ...importing,
    ask(db) {
      const order = remoteOrder();
      const lines = order.lines.map((line) => ({ ...line, listingRemoteId: null }));
      return importOrders(withOrders(db, [{ ...order, lines }]), CHANNEL);
    },
  },
  {
    name: "an unpaid order, then paid, then cancelled",
    limit: { reads: 150, writes: 45 },
    ...importing,
    async ask(db) {
      const order = remoteOrder({ status: "pending", paidAt: null });
      await importOrders(withOrders(db, [order]), CHANNEL);
      await importOrders(withOrders(db, [{ ...order, status: "paid", paidAt: NOW }]), CHANNEL);
      await importOrders(withOrders(db, [{ ...order, status: "cancelled" }]), CHANNEL);
    },
  },
  {
    name: "an order that explains units not seen yet",
    limit: { reads: 90, writes: 25 },
    ...importing,
    async ask(db) {
      const seen = { from: new Date(NOW.getTime() - 60_000), to: new Date(NOW.getTime() - 30_000) };
      await db.listing.updateMany({
        where: { channelId: CHANNEL_ID, remoteId: `item-${BEST_SELLER}` },
        data: { unseenUnits: 2, unseen: [{ units: 2, ...seen, shown: 1 }] },
      });
      await importOrders(withOrders(db, [remoteOrder({ soldAt: NOW })]), CHANNEL);
    },
  },
  {
    name: "an order is placed in Shopify",
    limit: { reads: 150, writes: 40 },
    ...placing,
    async ask(db) {
      await importOrders(withOrders(db, [remoteOrder()]), CHANNEL);
      await placeOrders(shopifyThatTakes(db), SHOP);
      const left = await db.marketplaceOrder.count({ where: { shopId: SHOP_ID, stage: { in: ["claimed", "sent"] } } });
      if (left > 0) throw new Error(`${left} orders were not placed`);
    },
  },
  {
    name: "nothing is to be placed",
    limit: { reads: 20, writes: 6 },
    ...placing,
    ask: (db) => placeOrders(shopifyThatTakes(db), SHOP),
  },
  {
    name: "nothing is to be settled",
    limit: { reads: 20, writes: 6 },
    ...placing,
    ask: (db) => settleReservations(shopifyThatTakes(db), SHOP),
  },
  {
    name: "units of an unpaid order are held, and freed",
    limit: { reads: 200, writes: 60 },
    ...placing,
    async ask(db) {
      const order = remoteOrder({ status: "pending", paidAt: null });
      await importOrders(withOrders(db, [order]), CHANNEL);
      await holdStock(shopifyThatTakes(db), SHOP);
      await importOrders(withOrders(db, [{ ...order, status: "cancelled" }]), CHANNEL);
      await holdStock(shopifyThatTakes(db), SHOP);
    },
  },
  {
    name: "nobody lost the best-seller",
    limit: { reads: 40, writes: 8 },
    ...placing,
    ask: (db) =>
      settleOversold(shopifyThatTakes(db), { ...SHOP, inventoryItemGid: `gid://shopify/InventoryItem/${BEST_SELLER}` }),
  },
];

/** The same each time. */
function known(): RemoteOrder[] {
  return [1, 2, 3, 4, 5].map((n) => {
    const order = remoteOrder({ remoteId: `${OURS}known-${n}` }, 1_300 + n);
    return { ...order, buyer: { ...order.buyer, remoteId: `buyer-${n}`, email: `ada-${n}@example.com` } };
  });
}
