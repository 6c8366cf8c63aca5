-- One person across Shopify and all channels: records of marketplaces' buyers, joined by what they are known by.

CREATE TABLE "Customer" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "customerGid" TEXT,
    "isApart" BOOLEAN NOT NULL DEFAULT false,
    "orders" INTEGER NOT NULL DEFAULT 0,
    "firstAt" TIMESTAMPTZ(3),
    "lastAt" TIMESTAMPTZ(3),
    "previousAt" TIMESTAMPTZ(3),
    "shopOrders" INTEGER NOT NULL DEFAULT 0,
    "shopLastAt" TIMESTAMPTZ(3),
    "stage" TEXT,
    "stageDueAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "Customer_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Customer_shopId_customerGid_key" ON "Customer"("shopId", "customerGid");
CREATE INDEX "Customer_shopId_stage_lastAt_id_idx" ON "Customer"("shopId", "stage", "lastAt", "id");
CREATE INDEX "Customer_due" ON "Customer"("stageDueAt") WHERE "stageDueAt" IS NOT NULL;
ALTER TABLE "Customer" ADD CONSTRAINT "Customer_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "CustomerChannel" (
    "customerId" INTEGER NOT NULL,
    "channelId" INTEGER NOT NULL,
    "shopId" INTEGER NOT NULL,
    "stage" TEXT NOT NULL,
    "orders" INTEGER NOT NULL,
    "spent" JSONB NOT NULL,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "CustomerChannel_pkey" PRIMARY KEY ("customerId","channelId")
);
CREATE INDEX "CustomerChannel_shopId_channelId_stage_lastAt_customerId_idx" ON "CustomerChannel"("shopId", "channelId", "stage", "lastAt", "customerId");
ALTER TABLE "CustomerChannel" ADD CONSTRAINT "CustomerChannel_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "CustomerChannel" ADD CONSTRAINT "CustomerChannel_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "CustomerRecord" (
    "id" SERIAL NOT NULL,
    "customerId" INTEGER NOT NULL,
    "connectorKey" TEXT NOT NULL,
    "keyHash" TEXT,
    "matchedBy" TEXT,
    "isEmailHidden" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "otherCustomerId" INTEGER,
    CONSTRAINT "CustomerRecord_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "CustomerRecord_customerId_idx" ON "CustomerRecord"("customerId");
CREATE INDEX "CustomerRecord_otherCustomerId_idx" ON "CustomerRecord"("otherCustomerId");
ALTER TABLE "CustomerRecord" ADD CONSTRAINT "CustomerRecord_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES "Customer"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Shop" ADD COLUMN "customerStages" JSONB;
ALTER TABLE "Change" ADD COLUMN "customerRecordId" INTEGER;
CREATE INDEX "Change_customerRecordId_id_idx" ON "Change"("customerRecordId", "id");
ALTER TABLE "CustomerIdentity" ADD COLUMN "recordId" INTEGER;
ALTER TABLE "MarketplaceOrder" ADD COLUMN "paidAmount" TEXT NOT NULL DEFAULT '0',
ADD COLUMN "customerRecordId" INTEGER,
ADD COLUMN "buyerIsHidden" BOOLEAN NOT NULL DEFAULT false;

-- Who is known already. Their orders, spend and stage are worked out as soon as they are due.
INSERT INTO "Customer" ("shopId", "customerGid", "stageDueAt", "createdAt")
SELECT i."shopId", i."customerGid", now(), MIN(i."createdAt") FROM "CustomerIdentity" i JOIN "Shop" s ON s.id = i."shopId" GROUP BY 1, 2;

-- Which of their orders came with what was not kept by order: one record for each marketplace.
INSERT INTO "CustomerRecord" ("customerId", "connectorKey", "keyHash", "createdAt")
SELECT c.id, ch."connectorKey",
  (SELECT MIN(i."valueHash") FROM "CustomerIdentity" i
    WHERE i."shopId" = c."shopId" AND i."customerGid" = c."customerGid" AND i.kind = 'buyer:' || ch."connectorKey"),
  MIN(o."importedAt")
FROM "Customer" c JOIN "MarketplaceOrder" o ON o."shopId" = c."shopId" AND o."customerGid" = c."customerGid"
JOIN "Channel" ch ON ch.id = o."channelId" GROUP BY c.id, ch."connectorKey";

UPDATE "MarketplaceOrder" o SET "customerRecordId" = r.id
FROM "Channel" ch, "Customer" c JOIN "CustomerRecord" r ON r."customerId" = c.id
WHERE ch.id = o."channelId" AND r."connectorKey" = ch."connectorKey" AND c."shopId" = o."shopId" AND c."customerGid" = o."customerGid";

UPDATE "CustomerIdentity" i SET "recordId" = (
  SELECT r.id FROM "Customer" c JOIN "CustomerRecord" r ON r."customerId" = c.id
  WHERE c."shopId" = i."shopId" AND c."customerGid" = i."customerGid"
  ORDER BY ('buyer:' || r."connectorKey" = i.kind) DESC, r.id LIMIT 1);
DELETE FROM "CustomerIdentity" WHERE "recordId" IS NULL;
DELETE FROM "Customer" c WHERE NOT EXISTS (SELECT 1 FROM "CustomerRecord" r WHERE r."customerId" = c.id);

DROP INDEX "CustomerIdentity_shopId_customerGid_idx";
ALTER TABLE "CustomerIdentity" DROP COLUMN "customerGid", ALTER COLUMN "recordId" SET NOT NULL;
CREATE INDEX "CustomerIdentity_recordId_idx" ON "CustomerIdentity"("recordId");
ALTER TABLE "CustomerIdentity" ADD CONSTRAINT "CustomerIdentity_recordId_fkey" FOREIGN KEY ("recordId") REFERENCES "CustomerRecord"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- As app/orders/order-money.ts has it: the total less what was cancelled and what was given back beyond that.
UPDATE "MarketplaceOrder" o SET "paidAmount" = GREATEST(0, m.total - m.cancelled - GREATEST(0, m.refunded - m.cancelled))::text
FROM (
  SELECT o.id, o."totalAmount"::numeric AS total, o."refundedAmount"::numeric AS refunded,
    GREATEST(0, o."totalAmount"::numeric - o."shippingAmount"::numeric - o."taxAmount"::numeric - o."adjustmentAmount"::numeric
      - COALESCE((SELECT SUM(l."unitAmount"::numeric * (l.quantity - l."quantityCancelled")) FROM "OrderLine" l WHERE l."orderId" = o.id), 0)) AS cancelled
  FROM "MarketplaceOrder" o) m
WHERE m.id = o.id AND o."remoteStatus" <> 'cancelled';
UPDATE "MarketplaceOrder" SET "buyerIsHidden" = true WHERE "customerRecordId" IS NULL AND "buyerSealed" IS NOT NULL AND "buyerKeys" = '{}';

CREATE INDEX "MarketplaceOrder_customerRecordId_soldAt_idx" ON "MarketplaceOrder"("customerRecordId", "soldAt");
CREATE INDEX "MarketplaceOrder_hidden" ON "MarketplaceOrder"("channelId") WHERE "buyerIsHidden";
ALTER TABLE "MarketplaceOrder" ADD CONSTRAINT "MarketplaceOrder_customerRecordId_fkey" FOREIGN KEY ("customerRecordId") REFERENCES "CustomerRecord"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "Change_customer_stages" ON "Change"("shopId", "id") WHERE setting = 'customer-stages';
