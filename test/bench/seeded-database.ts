/**
 * A database with much in it, by SQL: one shop that is large, and others that are small. Nothing in it is due at `NOW`. It
 * can grow, so that one and the same database is asked the same questions at several sizes.
 */
import type { Db } from "#app/db.server.ts";
import { BUCKETS } from "#app/latencies/histogram.ts";

/** No tick that comes now is the one of its minute or of its five seconds. */
export const NOW = new Date("2026-11-28T12:00:32.500Z");

/** The large shop's. */
export const SHOP_ID = 1;
export const CHANNELS = 5;

export interface Size {
  /** Of the large shop, over five channels that sell the same variants. */
  listings: number;
  orders: number;
  attempts: number;
  /** All shops. */
  shops: number;
}

export const FULL = {
  small: { listings: 20_000, orders: 40_000, attempts: 200_000, shops: 1 },
  large: { listings: 500_000, orders: 200_000, attempts: 2_000_000, shops: 1_000 },
} satisfies Record<string, Size>;

/** The same questions in a fifth of the size: below, a small shop would lie in a few pages whatever was asked. */
export const QUICK = {
  small: { listings: 20_000, orders: 8_000, attempts: 20_000, shops: 1 },
  large: { listings: 100_000, orders: 40_000, attempts: 200_000, shops: 1_000 },
} satisfies Record<string, Size>;
export const NOTHING: Size = { listings: 0, orders: 0, attempts: 0, shops: 0 };

const LISTINGS_OF_A_SMALL_SHOP = 5;
/** One order in so many is for one and the same item, on the first channel: what is asked of it reads none of its past. */
export const BEST_SELLER = 1_500;
const ORDERS_PER_BEST_SELLER = 20;
const ATTEMPTS_PER_BEST_SELLER = 100;
/** One listing in so many of the first channel stands for nothing: it waits for the merchant. */
const LISTINGS_PER_UNMATCHED = 50;
/** Ten items are called something else, and nothing more happens to them: as much is found of them in a large shop as in a small one. */
export const SEARCHED = "damask";
const SEARCHED_ITEMS = { first: 3_001, last: 3_010 };
/** Orders are spread over half a year; attempts follow one another through it, as far as they come. */
const SOLD_WITHIN = "180 days";
const ATTEMPTED_WITHIN = "178 days";

/** From what it held before to what it is to hold now. */
export async function grow(db: Db, from: Size, to: Size): Promise<void> {
  const run = (sql: string) => db.$executeRawUnsafe(sql);
  const now = `timestamptz '${NOW.toISOString()}'`;
  const numbers = (key: keyof Size, per = 1) => `generate_series(${from[key] / per + 1}, ${to[key] / per}) n`;

  await run(`INSERT INTO "Shop" (id, domain, name, currency, timezone, policy, "installedAt", "mirroredAt", "statusesReadAt", "levelsCheckedAt", "progressCheckedAt")
    SELECT n, 'shop-' || n || '.myshopify.com', 'Shop ' || n, 'GBP', 'UTC', '{}', ${now}, ${now}, ${now}, ${now}, ${now} FROM ${numbers("shops")}`);
  await run(
    `INSERT INTO "Location" ("shopId", gid, name, active) SELECT n, 'gid://shopify/Location/1', 'Leeds', true FROM ${numbers("shops")}`,
  );
  // The large shop's channels have the first ids, each small shop has one.
  await run(`INSERT INTO "Channel" (id, "shopId", "connectorKey", "remoteAccountId", name, state, "credentialsSealed", "pushApprovedAt",
      "importOrdersSince", "ordersReadAt", "ordersCompleteThrough", "listingsReadAt", "observedAt", "onSaleDueAt", "createdAt")
    SELECT id, shop, 'ebay', id::text, 'eBay · ' || id, 'connected', repeat('x', 400), ${now}, ${now}, ${now}, ${now}, ${now}, ${now}, ${now} + interval '1 day', ${now}
    FROM (SELECT CASE WHEN n = ${SHOP_ID} THEN c ELSE ${CHANNELS} + n END AS id, n AS shop
      FROM ${numbers("shops")}, generate_series(1, ${CHANNELS}) c WHERE n = ${SHOP_ID} OR c = 1) channels`);

  const title = `CASE WHEN n BETWEEN ${SEARCHED_ITEMS.first} AND ${SEARCHED_ITEMS.last} THEN '${SEARCHED} shirt ' ELSE 'Linen shirt ' END || n`;
  const variants = (
    of: string,
  ) => `INSERT INTO "Variant" ("shopId", gid, "productGid", "productTitle", title, sku, "inventoryItemGid", tracked, status, "stockReadAt")
    SELECT shop, 'gid://shopify/ProductVariant/' || n, 'gid://shopify/Product/' || (n + 1) / 2, ${title}, 'Default Title', 'SKU-' || n,
      'gid://shopify/InventoryItem/' || n, true, 'active', ${now} FROM ${of}`;
  const levels = (
    of: string,
  ) => `INSERT INTO "Level" ("shopId", "inventoryItemGid", "locationGid", available, "remoteUpdatedAt")
    SELECT shop, 'gid://shopify/InventoryItem/' || n, 'gid://shopify/Location/1', 10 + n % 40, ${now} FROM ${of}`;
  const ledger = (
    of: string,
  ) => `INSERT INTO "LedgerEntry" ("shopId", "inventoryItemGid", "locationGid", delta, "availableAfter", cause, "occurredAt", "recordedAt")
    SELECT shop, 'gid://shopify/InventoryItem/' || n, 'gid://shopify/Location/1', 10 + n % 40, 10 + n % 40, 'mirror', ${now}, ${now} FROM ${of}`;
  const listings = (
    channel: string,
    of: string,
  ) => `INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", "priceAmount", "priceCurrency",
      "variantId", "matchedBy", version, "acknowledgedVersion", decreasing, "desiredQuantity", "acknowledgedQuantity", "acknowledgedAt",
      "observedQuantity", "observedAt", "seenAt")
    SELECT shop, ${channel}, 'item-' || n, 'SKU-' || n, ${title}, 'active', '19.00', 'GBP', v.id, 'sku', 2, 2, false, 10 + n % 40, 10 + n % 40, ${now},
      10 + n % 40, ${now}, ${now}
    FROM ${of} JOIN "Variant" v ON v."shopId" = shop AND v.gid = 'gid://shopify/ProductVariant/' || n`;

  const large = `(SELECT ${SHOP_ID} AS shop, n FROM ${numbers("listings", CHANNELS)}) large`;
  // What is new of the small shops; the large one was there first.
  const small = `(SELECT n AS shop, m AS n FROM ${numbers("shops")}, generate_series(1, ${LISTINGS_OF_A_SMALL_SHOP}) m WHERE n <> ${SHOP_ID}) small`;
  for (const rows of [large, small]) {
    for (const insert of [variants, levels, ledger]) await run(insert(rows));
  }
  for (let channel = 1; channel <= CHANNELS; channel += 1) await run(listings(String(channel), large));
  await run(listings(`${CHANNELS} + shop`, small));
  await run(`INSERT INTO "Listing" ("shopId", "channelId", "remoteId", sku, title, "remoteState", problem, "seenAt")
    SELECT ${SHOP_ID}, 1, 'unmatched-' || n, 'UNMATCHED-' || n, 'Cup ' || n, 'active', 'No variant in Shopify has this SKU or barcode.', ${now}
    FROM ${numbers("listings", LISTINGS_PER_UNMATCHED)}`);

  await run(`INSERT INTO "MarketplaceOrder" (id, "shopId", "channelId", "remoteId", "displayName", "soldAt", "paidAt", "remoteUpdatedAt", "remoteStatus",
      "importedAt", "buyerSealed", currency, "totalAmount", "shippingAmount", "taxAmount", "taxCollectedByMarketplace", "pictureHash", stage,
      "shopifyOrderGid", "shopifyOrderName", "shopifyCreatedAt", "customerGid", "placedAt")
    SELECT n, ${SHOP_ID}, 1 + n % ${CHANNELS}, 'order-' || n, 'order-' || n, sold, sold, sold, 'paid', sold, repeat('x', 300), 'GBP', '19.00', '0', '0', false, md5(n::text),
      'placed', 'gid://shopify/Order/' || n, '#' || n, sold, 'gid://shopify/Customer/' || n % 50000, sold
    FROM (SELECT n, ${now} - (n::bigint * 7919 % ${to.orders})::float / ${to.orders} * interval '${SOLD_WITHIN}' AS sold FROM ${numbers("orders")}) orders`);
  await run(`INSERT INTO "OrderLine" (id, "orderId", "remoteLineId", sku, title, quantity, "unitAmount", "listingId", "variantId", "soldAt", "importedAt")
    SELECT o.id, o.id, '1', l.sku, l.title, 1, '19.00', l.id, l."variantId", o."soldAt", o."importedAt"
    FROM (SELECT id, "channelId", "soldAt", "importedAt", CASE WHEN id % ${ORDERS_PER_BEST_SELLER} = 0 THEN ${BEST_SELLER} ELSE id::bigint * 31 % ${to.listings / CHANNELS} + 1 END AS item
      FROM "MarketplaceOrder" WHERE id > ${from.orders}) o
    JOIN "Listing" l ON l."channelId" = o."channelId"
      AND l."remoteId" = 'item-' || CASE WHEN ${from.orders} > 0 AND o.item BETWEEN ${SEARCHED_ITEMS.first} AND ${SEARCHED_ITEMS.last} THEN 1 ELSE o.item END`);
  await run(`INSERT INTO "Reservation" ("shopId", "orderLineId", "inventoryItemGid", quantity, state, "createdAt", "settledAt", "isShipped")
    SELECT ${SHOP_ID}, l.id, v."inventoryItemGid", 1, 'posted', ${now}, ${now}, true FROM "OrderLine" l JOIN "Variant" v ON v.id = l."variantId" WHERE l.id > ${from.orders}`);
  await run(`INSERT INTO "Attempt" ("shopId", "channelId", kind, "listingId", "variantId", outcome, message, "quantityBefore", quantity, explanation, fence, "startedAt", "finishedAt")
    SELECT ${SHOP_ID}, 1 + n % ${CHANNELS}, 'push', CASE WHEN n % ${ATTEMPTS_PER_BEST_SELLER} = 0 THEN best.id ELSE 1 + n % ${to.listings} END,
      CASE WHEN n % ${ATTEMPTS_PER_BEST_SELLER} = 0 THEN best."variantId" ELSE 1 + n % ${to.listings / CHANNELS} END, 'accepted', '12 available, none reserved: 12', 13, 12,
      '{"available": 12, "pendingUnits": 0, "unseenUnits": 0, "sellable": 12, "quantity": 12}', 1, at, at
    FROM (SELECT n, ${now} - interval '${ATTEMPTED_WITHIN}' + n * interval '${ATTEMPTED_WITHIN}' / ${FULL.large.attempts} - interval '1 day' AS at FROM ${numbers("attempts")}) attempts,
      (SELECT id, "variantId" FROM "Listing" WHERE "channelId" = 1 AND "remoteId" = 'item-${BEST_SELLER}') best
    WHERE ${from.attempts} = 0 OR 1 + n % ${to.listings} NOT IN (SELECT id FROM "Listing" WHERE title LIKE '${SEARCHED}%')`);
  // What is over, and is kept for a while.
  await run(`INSERT INTO "Delivery" (source, "remoteId", topic, account, "triggeredAt", "receivedAt", state, "appliedAt")
    SELECT 'shopify', 'delivery-' || n, 'inventory_levels/update', 'shop-1.myshopify.com', ${now}, ${now}, 'applied', ${now} FROM ${numbers("orders")}`);
  await run(`INSERT INTO "Shipment" ("shopId", "orderId", "fulfilmentGid", lines, "shippedAt", state, "relayedAt")
    SELECT ${SHOP_ID}, n, 'gid://shopify/Fulfillment/' || n, '[{"remoteLineId": "1", "quantity": 1}]', ${now}, 'relayed', ${now} FROM ${numbers("orders")}`);
  await run(`INSERT INTO "Run" ("shopId", kind, state, "startedAt", "finishedAt")
    SELECT 1 + n % ${to.shops}, 'mirror-shop', 'done', ${now}, ${now} FROM ${numbers("orders", 10)}`);
  await run(`INSERT INTO "Alert" ("shopId", key, severity, title, message, "openedAt", "resolvedAt")
    SELECT ${SHOP_ID}, 'alert-' || n, 'warning', 'Something', 'It happened, and is over.', ${now}, ${now} FROM ${numbers("orders", 10)}`);
  await run(
    `INSERT INTO "BulkChange" ("channelId", "approvedAt") SELECT id, ${now} - interval '30 days' FROM "Channel" ON CONFLICT DO NOTHING`,
  );
  await run(`INSERT INTO "BulkChangeListing" ("channelId", "listingId", "quantityBefore", "quantityApproved")
    SELECT "channelId", id, 5, 10 FROM "Listing" WHERE "variantId" IS NOT NULL ON CONFLICT DO NOTHING`);
  await run(`INSERT INTO "ApprovedNumber" ("listingId", quantity, "approvedAt")
    SELECT id, 7, ${now} - interval '30 days' FROM "Listing" WHERE id % 10 = 0 AND "variantId" IS NOT NULL ON CONFLICT DO NOTHING`);
  await run(`INSERT INTO "Change" ("shopId", "channelId", setting, before, after, message, "changedAt", zeroed, lowered, raised, unchanged)
    SELECT ${SHOP_ID}, 1, 'channel-policy', 'null', 'null', 'Changed', ${now}, 0, 0, 0, 1 FROM ${numbers("orders", 10)}`);
  await run(`INSERT INTO "Cancellation" ("shopId", "orderId", direction, reason, restock, state, "createdAt", "doneAt")
    SELECT ${SHOP_ID}, n, 'to-shopify', 'cancelled', true, 'done', ${now}, ${now} FROM ${numbers("orders")} WHERE n % 20 = 7`);
  await run(`INSERT INTO "Conflict" ("shopId", "orderId", "unitsMissing", explanation, state, decision, "createdAt", "settledAt")
    SELECT ${SHOP_ID}, n, 1, 'An earlier sale', 'settled', 'backorder', ${now}, ${now} FROM ${numbers("orders")} WHERE n % 20 = 3`);
  // Shopify's customers, a record of each on every channel they bought on, and what each is known by.
  await run(`INSERT INTO "Customer" ("shopId", "customerGid", orders, "firstAt", "lastAt", stage, "stageDueAt", "createdAt")
    SELECT "shopId", "customerGid", COUNT(*), MIN("soldAt"), MAX("soldAt"), (ARRAY['new', 'active', 'at-risk', 'lapsed'])[1 + MIN(id) % 4], ${now} + interval '90 days', ${now}
    FROM "MarketplaceOrder" WHERE id > ${from.orders} GROUP BY 1, 2 ON CONFLICT DO NOTHING`);
  await run(`INSERT INTO "CustomerRecord" ("customerId", "connectorKey", "keyHash", "matchedBy", "createdAt")
    SELECT DISTINCT c.id, ch."connectorKey", md5(c.id::text), 'new', ${now}::timestamptz FROM "MarketplaceOrder" o JOIN "Channel" ch ON ch.id = o."channelId"
    JOIN "Customer" c ON c."shopId" = o."shopId" AND c."customerGid" = o."customerGid" WHERE o.id > ${from.orders}
      AND NOT EXISTS (SELECT 1 FROM "CustomerRecord" r WHERE r."customerId" = c.id AND r."connectorKey" = ch."connectorKey")`);
  await run(`UPDATE "MarketplaceOrder" o SET "customerRecordId" = r.id, "paidAmount" = '19.00' FROM "Channel" ch, "Customer" c, "CustomerRecord" r
    WHERE o.id > ${from.orders} AND ch.id = o."channelId" AND c."shopId" = o."shopId" AND c."customerGid" = o."customerGid"
      AND r."customerId" = c.id AND r."connectorKey" = ch."connectorKey"`);
  await run(`INSERT INTO "CustomerChannel" ("customerId", "channelId", "shopId", stage, orders, spent, "firstAt", "lastAt")
    SELECT c.id, o."channelId", o."shopId", c.stage, COUNT(*), '{"GBP": "19.00"}', MIN(o."soldAt"), MAX(o."soldAt") FROM "MarketplaceOrder" o
    JOIN "CustomerRecord" r ON r.id = o."customerRecordId" JOIN "Customer" c ON c.id = r."customerId" WHERE o.id > ${from.orders} GROUP BY 1, 2, 3, 4 ON CONFLICT DO NOTHING`);
  await run(`INSERT INTO "CustomerIdentity" ("shopId", kind, "valueHash", "recordId", "isSettled", "createdAt")
    SELECT ${SHOP_ID}, 'email', md5(n::text), o."customerRecordId", true, ${now} FROM ${numbers("orders")} JOIN "MarketplaceOrder" o ON o.id = n`);
  await run(`INSERT INTO "StockHold" ("shopId", "reservationId", "inventoryItemGid", "locationGid", quantity, state, "askedAt", "heldAt")
    SELECT ${SHOP_ID}, r.id, r."inventoryItemGid", 'gid://shopify/Location/1', 1, 'released', ${now}, ${now}
    FROM "Reservation" r WHERE r."orderLineId" > ${from.orders} AND r."orderLineId" % 2 = 0`);
  await run(`INSERT INTO "Latency" ("channelId", span, "startsAt", counts, decreases, "decreasesMs", "takenDown")
    SELECT c.id, span, date_trunc(span, ${now}) - n * ('1 ' || span)::interval, array_fill(1, ARRAY[${BUCKETS}]), 40, 80000, 2
    FROM "Channel" c, unnest(ARRAY['hour', 'day']) span, generate_series(0, 29) n ON CONFLICT DO NOTHING`);
  await run(`INSERT INTO "Lease" (name, fence, until) SELECT 'ship:' || n, 1, ${now} FROM ${numbers("orders")}`);
  for (const table of ["Shop", "Channel", "MarketplaceOrder", "OrderLine"]) {
    await run(`SELECT setval(pg_get_serial_sequence('"${table}"', 'id'), (SELECT MAX(id) FROM "${table}"))`);
  }
  await run("VACUUM ANALYZE");
}

/** As autovacuum leaves the listings some time after a burst: pages and statistics are as they will be. */
async function tidyListings(db: Db): Promise<void> {
  await db.$executeRawUnsafe(`VACUUM ANALYZE "Listing"`);
}

/** Makes the first listings of the large shop's first channel stale, as a change of their stock does. */
export async function makeStale(db: Db, count: number): Promise<void> {
  await db.$executeRaw`
    UPDATE "Listing" SET version = version + 1, decreasing = true, "staleSince" = ${NOW}, "changedAt" = ${NOW}
    WHERE "channelId" = 1 AND "remoteId" IN (SELECT 'item-' || n FROM generate_series(1, ${count}::int) n)`;
  await tidyListings(db);
}

/** And in step again. */
export async function makeInStep(db: Db): Promise<void> {
  await db.$executeRaw`
    UPDATE "Listing" SET "acknowledgedVersion" = version, decreasing = false, "retryAt" = NULL, "changedAt" = NULL WHERE version > "acknowledgedVersion"`;
  await tidyListings(db);
}

/** One rule of the large shop, with the first listings of its first channel under it. */
export async function makeRuled(db: Db, count: number): Promise<void> {
  const policy = { cap: 5 };
  const conditions = [{ field: "sku", is: true, text: "SKU-*" }];
  const rule = { shopId: SHOP_ID, position: 0, name: "Some", matchAll: true, conditions, excludes: false, policy };
  const { id } = await db.listingRule.create({ data: rule });
  await db.$executeRaw`
    UPDATE "Listing" SET "ruleId" = ${id}
    WHERE "channelId" = 1 AND "remoteId" IN (SELECT 'item-' || n FROM generate_series(1, ${count}::int) n)`;
  await tidyListings(db);
}

export async function unmakeRuled(db: Db): Promise<void> {
  await db.listingRule.deleteMany();
  await db.$executeRaw`UPDATE "Listing" SET "ruleId" = NULL WHERE "ruleId" IS NOT NULL`;
  await tidyListings(db);
}
