-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT,
    "expires" TIMESTAMPTZ(3),
    "accessToken" TEXT NOT NULL,
    "userId" BIGINT,
    "firstName" TEXT,
    "lastName" TEXT,
    "email" TEXT,
    "accountOwner" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "collaborator" BOOLEAN DEFAULT false,
    "emailVerified" BOOLEAN DEFAULT false,
    "refreshToken" TEXT,
    "refreshTokenExpires" TIMESTAMPTZ(3),

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Budget" (
    "name" TEXT NOT NULL,
    "allowance" JSONB,
    "blockedUntil" TIMESTAMPTZ(3),

    CONSTRAINT "Budget_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Shop" (
    "id" SERIAL NOT NULL,
    "domain" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "countryCode" TEXT,
    "timezone" TEXT NOT NULL,
    "policy" JSONB NOT NULL,
    "installedAt" TIMESTAMPTZ(3) NOT NULL,
    "uninstalledAt" TIMESTAMPTZ(3),
    "mirroredAt" TIMESTAMPTZ(3),
    "levelsCheckedAt" TIMESTAMPTZ(3),
    "progressCheckedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Shop_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "remoteId" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "account" TEXT,
    "channelId" INTEGER,
    "triggeredAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3) NOT NULL,
    "payloadSealed" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'stored',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retryAt" TIMESTAMPTZ(3),
    "note" TEXT,
    "appliedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Variant" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "gid" TEXT NOT NULL,
    "productGid" TEXT NOT NULL,
    "productTitle" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "sku" TEXT,
    "barcode" TEXT,
    "inventoryItemGid" TEXT NOT NULL,
    "tracked" BOOLEAN NOT NULL,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Variant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Location" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "gid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL,

    CONSTRAINT "Location_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Level" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "inventoryItemGid" TEXT NOT NULL,
    "locationGid" TEXT NOT NULL,
    "available" INTEGER,
    "remoteUpdatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Level_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LedgerEntry" (
    "id" BIGSERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "inventoryItemGid" TEXT NOT NULL,
    "locationGid" TEXT NOT NULL,
    "delta" INTEGER NOT NULL,
    "availableAfter" INTEGER,
    "cause" TEXT NOT NULL,
    "reference" TEXT,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LedgerEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Channel" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "connectorKey" TEXT NOT NULL,
    "remoteAccountId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stateReason" TEXT,
    "warnings" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "credentialsSealed" TEXT,
    "credentialsExpireAt" TIMESTAMPTZ(3),
    "policy" JSONB,
    "conflictPolicy" TEXT NOT NULL DEFAULT 'hold',
    "editPolicy" TEXT NOT NULL DEFAULT 'repair',
    "options" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "locationGids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "importOrdersSince" TIMESTAMPTZ(3) NOT NULL,
    "ordersCursor" TEXT,
    "ordersCompleteThrough" TIMESTAMPTZ(3),
    "ordersReadAt" TIMESTAMPTZ(3),
    "ordersRetryAt" TIMESTAMPTZ(3),
    "listingsReadAt" TIMESTAMPTZ(3),
    "listingsRetryAt" TIMESTAMPTZ(3),
    "observedAt" TIMESTAMPTZ(3),
    "pushApprovedAt" TIMESTAMPTZ(3),
    "pushRetryAt" TIMESTAMPTZ(3),
    "brakeReason" TEXT,
    "bulkApproved" BOOLEAN NOT NULL DEFAULT false,
    "undoneAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "disconnectedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ConnectAttempt" (
    "state" TEXT NOT NULL,
    "shopId" INTEGER NOT NULL,
    "connectorKey" TEXT NOT NULL,
    "codeVerifierSealed" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ConnectAttempt_pkey" PRIMARY KEY ("state")
);

-- CreateTable
CREATE TABLE "BulkChange" (
    "channelId" INTEGER NOT NULL,
    "reason" TEXT,
    "approvedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "BulkChange_pkey" PRIMARY KEY ("channelId")
);

-- CreateTable
CREATE TABLE "BulkChangeListing" (
    "channelId" INTEGER NOT NULL,
    "listingId" INTEGER NOT NULL,
    "quantityBefore" INTEGER NOT NULL,

    CONSTRAINT "BulkChangeListing_pkey" PRIMARY KEY ("channelId","listingId")
);

-- CreateTable
CREATE TABLE "Listing" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER NOT NULL,
    "remoteId" TEXT NOT NULL,
    "sku" TEXT,
    "groupId" TEXT,
    "barcode" TEXT,
    "title" TEXT NOT NULL,
    "remoteState" TEXT NOT NULL,
    "url" TEXT,
    "imageUrl" TEXT,
    "priceAmount" TEXT,
    "priceCurrency" TEXT,
    "unmanagedBecause" TEXT,
    "variantId" INTEGER,
    "matchedBy" TEXT,
    "excluded" BOOLEAN NOT NULL DEFAULT false,
    "policy" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "acknowledgedVersion" INTEGER NOT NULL DEFAULT 0,
    "staleSince" TIMESTAMPTZ(3),
    "decreasing" BOOLEAN NOT NULL DEFAULT true,
    "desiredQuantity" INTEGER,
    "acknowledgedQuantity" INTEGER,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "observedQuantity" INTEGER,
    "observedAt" TIMESTAMPTZ(3),
    "unseenUnits" INTEGER NOT NULL DEFAULT 0,
    "unseen" JSONB NOT NULL DEFAULT '[]',
    "unclearQuantity" INTEGER,
    "unclearSince" TIMESTAMPTZ(3),
    "unclearAccepted" BOOLEAN NOT NULL DEFAULT false,
    "missingSince" TIMESTAMPTZ(3),
    "lookAgainAt" TIMESTAMPTZ(3),
    "editedAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "attemptsFailed" INTEGER NOT NULL DEFAULT 0,
    "retryAt" TIMESTAMPTZ(3),
    "seenAt" TIMESTAMPTZ(3) NOT NULL,
    "removedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Listing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MarketplaceOrder" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER NOT NULL,
    "remoteId" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "soldAt" TIMESTAMPTZ(3) NOT NULL,
    "paidAt" TIMESTAMPTZ(3),
    "remoteUpdatedAt" TIMESTAMPTZ(3) NOT NULL,
    "remoteStatus" TEXT NOT NULL,
    "cancellationRequested" BOOLEAN NOT NULL DEFAULT false,
    "importedAt" TIMESTAMPTZ(3) NOT NULL,
    "buyerSealed" TEXT,
    "buyerKey" TEXT,
    "currency" TEXT NOT NULL,
    "totalAmount" TEXT NOT NULL,
    "shippingAmount" TEXT NOT NULL,
    "taxAmount" TEXT NOT NULL,
    "taxCollectedByMarketplace" BOOLEAN NOT NULL,
    "stage" TEXT NOT NULL,
    "holdReason" TEXT,
    "placeAttempts" INTEGER NOT NULL DEFAULT 0,
    "retryAt" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "shopifyOrderGid" TEXT,
    "shopifyOrderName" TEXT,
    "shopifyCreatedAt" TIMESTAMPTZ(3),
    "customerGid" TEXT,
    "placedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MarketplaceOrder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "OrderLine" (
    "id" SERIAL NOT NULL,
    "orderId" INTEGER NOT NULL,
    "remoteLineId" TEXT NOT NULL,
    "sku" TEXT,
    "title" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "quantityCancelled" INTEGER NOT NULL DEFAULT 0,
    "unitAmount" TEXT NOT NULL,
    "listingId" INTEGER,
    "variantId" INTEGER,
    "shopifyLineGid" TEXT,

    CONSTRAINT "OrderLine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Reservation" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "orderLineId" INTEGER NOT NULL,
    "inventoryItemGid" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Reservation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CustomerIdentity" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "valueHash" TEXT NOT NULL,
    "customerGid" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CustomerIdentity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Shipment" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "orderId" INTEGER NOT NULL,
    "fulfilmentGid" TEXT NOT NULL,
    "lines" JSONB NOT NULL,
    "carrier" TEXT,
    "trackingNumber" TEXT,
    "trackingUrl" TEXT,
    "shippedAt" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL,
    "remoteId" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retryAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "relayedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Cancellation" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "orderId" INTEGER NOT NULL,
    "direction" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "restock" BOOLEAN NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "retryAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "doneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Cancellation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Conflict" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "orderId" INTEGER NOT NULL,
    "unitsMissing" INTEGER NOT NULL,
    "explanation" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "decision" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "Conflict_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Attempt" (
    "id" BIGSERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER,
    "kind" TEXT NOT NULL,
    "listingId" INTEGER,
    "orderId" INTEGER,
    "variantId" INTEGER,
    "outcome" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "quantityBefore" INTEGER,
    "quantity" INTEGER,
    "explanation" JSONB,
    "fence" INTEGER,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Alert" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER,
    "key" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "action" TEXT,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "resolvedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "checkpoint" TEXT,
    "message" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Session_shop_idx" ON "Session"("shop");

-- CreateIndex
CREATE UNIQUE INDEX "Shop_domain_key" ON "Shop"("domain");

-- CreateIndex
CREATE INDEX "Delivery_state_retryAt_idx" ON "Delivery"("state", "retryAt");

-- CreateIndex
CREATE UNIQUE INDEX "Delivery_source_remoteId_key" ON "Delivery"("source", "remoteId");

-- CreateIndex
CREATE INDEX "Variant_shopId_productGid_idx" ON "Variant"("shopId", "productGid");

-- CreateIndex
CREATE INDEX "Variant_shopId_sku_idx" ON "Variant"("shopId", "sku");

-- CreateIndex
CREATE INDEX "Variant_shopId_barcode_idx" ON "Variant"("shopId", "barcode");

-- CreateIndex
CREATE UNIQUE INDEX "Variant_shopId_gid_key" ON "Variant"("shopId", "gid");

-- CreateIndex
CREATE UNIQUE INDEX "Variant_shopId_inventoryItemGid_key" ON "Variant"("shopId", "inventoryItemGid");

-- CreateIndex
CREATE UNIQUE INDEX "Location_shopId_gid_key" ON "Location"("shopId", "gid");

-- CreateIndex
CREATE UNIQUE INDEX "Level_shopId_inventoryItemGid_locationGid_key" ON "Level"("shopId", "inventoryItemGid", "locationGid");

-- CreateIndex
CREATE INDEX "LedgerEntry_shopId_inventoryItemGid_recordedAt_idx" ON "LedgerEntry"("shopId", "inventoryItemGid", "recordedAt");

-- CreateIndex
CREATE INDEX "Channel_connectorKey_remoteAccountId_idx" ON "Channel"("connectorKey", "remoteAccountId");

-- CreateIndex
CREATE UNIQUE INDEX "Channel_shopId_connectorKey_remoteAccountId_key" ON "Channel"("shopId", "connectorKey", "remoteAccountId");

-- CreateIndex
CREATE INDEX "Listing_variantId_idx" ON "Listing"("variantId");

-- CreateIndex
CREATE INDEX "Listing_channelId_sku_idx" ON "Listing"("channelId", "sku");

-- CreateIndex
CREATE UNIQUE INDEX "Listing_channelId_remoteId_key" ON "Listing"("channelId", "remoteId");

-- CreateIndex
CREATE INDEX "MarketplaceOrder_shopId_shopifyOrderGid_idx" ON "MarketplaceOrder"("shopId", "shopifyOrderGid");

-- CreateIndex
CREATE INDEX "MarketplaceOrder_stage_retryAt_idx" ON "MarketplaceOrder"("stage", "retryAt");

-- CreateIndex
CREATE UNIQUE INDEX "MarketplaceOrder_channelId_remoteId_key" ON "MarketplaceOrder"("channelId", "remoteId");

-- CreateIndex
CREATE UNIQUE INDEX "OrderLine_orderId_remoteLineId_key" ON "OrderLine"("orderId", "remoteLineId");

-- CreateIndex
CREATE UNIQUE INDEX "Reservation_orderLineId_key" ON "Reservation"("orderLineId");

-- CreateIndex
CREATE INDEX "Reservation_shopId_inventoryItemGid_state_idx" ON "Reservation"("shopId", "inventoryItemGid", "state");

-- CreateIndex
CREATE INDEX "CustomerIdentity_shopId_customerGid_idx" ON "CustomerIdentity"("shopId", "customerGid");

-- CreateIndex
CREATE UNIQUE INDEX "CustomerIdentity_shopId_kind_valueHash_key" ON "CustomerIdentity"("shopId", "kind", "valueHash");

-- CreateIndex
CREATE INDEX "Shipment_state_retryAt_idx" ON "Shipment"("state", "retryAt");

-- CreateIndex
CREATE UNIQUE INDEX "Shipment_shopId_fulfilmentGid_key" ON "Shipment"("shopId", "fulfilmentGid");

-- CreateIndex
CREATE INDEX "Cancellation_state_retryAt_idx" ON "Cancellation"("state", "retryAt");

-- CreateIndex
CREATE UNIQUE INDEX "Cancellation_orderId_direction_key" ON "Cancellation"("orderId", "direction");

-- CreateIndex
CREATE UNIQUE INDEX "Conflict_orderId_key" ON "Conflict"("orderId");

-- CreateIndex
CREATE INDEX "Conflict_shopId_state_idx" ON "Conflict"("shopId", "state");

-- CreateIndex
CREATE INDEX "Attempt_shopId_startedAt_idx" ON "Attempt"("shopId", "startedAt");

-- CreateIndex
CREATE INDEX "Attempt_listingId_startedAt_idx" ON "Attempt"("listingId", "startedAt");

-- CreateIndex
CREATE INDEX "Attempt_variantId_startedAt_idx" ON "Attempt"("variantId", "startedAt");

-- CreateIndex
CREATE INDEX "Attempt_orderId_startedAt_idx" ON "Attempt"("orderId", "startedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Alert_shopId_key_key" ON "Alert"("shopId", "key");

-- CreateIndex
CREATE INDEX "Run_shopId_kind_startedAt_idx" ON "Run"("shopId", "kind", "startedAt");

-- AddForeignKey
ALTER TABLE "Variant" ADD CONSTRAINT "Variant_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Location" ADD CONSTRAINT "Location_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Channel" ADD CONSTRAINT "Channel_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BulkChange" ADD CONSTRAINT "BulkChange_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BulkChangeListing" ADD CONSTRAINT "BulkChangeListing_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "BulkChange"("channelId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Listing" ADD CONSTRAINT "Listing_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Listing" ADD CONSTRAINT "Listing_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES "Variant"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MarketplaceOrder" ADD CONSTRAINT "MarketplaceOrder_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "OrderLine" ADD CONSTRAINT "OrderLine_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "MarketplaceOrder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Reservation" ADD CONSTRAINT "Reservation_orderLineId_fkey" FOREIGN KEY ("orderLineId") REFERENCES "OrderLine"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Shipment" ADD CONSTRAINT "Shipment_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "MarketplaceOrder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Cancellation" ADD CONSTRAINT "Cancellation_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "MarketplaceOrder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conflict" ADD CONSTRAINT "Conflict_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "MarketplaceOrder"("id") ON DELETE CASCADE ON UPDATE CASCADE;

