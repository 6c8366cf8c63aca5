-- CreateIndex
CREATE INDEX "OrderLine_variantId_idx" ON "OrderLine"("variantId");

-- CreateIndex
CREATE INDEX "OrderLine_listingId_idx" ON "OrderLine"("listingId");

-- CreateIndex
CREATE INDEX "MarketplaceOrder_shopId_soldAt_idx" ON "MarketplaceOrder"("shopId", "soldAt");

-- CreateIndex
CREATE INDEX "Attempt_channelId_startedAt_idx" ON "Attempt"("channelId", "startedAt");

-- CreateIndex
CREATE INDEX "Listing_shopId_idx" ON "Listing"("shopId");

-- What a push may find to do (app/listings/push-state.ts, STALE and DUE): few of many, and asked for every second.
CREATE INDEX "Listing_stale" ON "Listing"("channelId", COALESCE("retryAt", '-infinity'::timestamptz))
WHERE "variantId" IS NOT NULL AND NOT excluded AND "removedAt" IS NULL AND "unmanagedBecause" IS NULL AND "remoteState" <> 'ended'
  AND version > "acknowledgedVersion";

-- Listings with units that no order explains yet.
CREATE INDEX "Listing_unseen" ON "Listing"("channelId") WHERE "unseenUnits" > 0;
CREATE INDEX "Listing_unseen_variant" ON "Listing"("variantId") WHERE "unseenUnits" > 0;

-- Listings that are read once more after a lost request.
CREATE INDEX "Listing_look" ON "Listing"("lookAgainAt") WHERE "lookAgainAt" IS NOT NULL AND "removedAt" IS NULL;
