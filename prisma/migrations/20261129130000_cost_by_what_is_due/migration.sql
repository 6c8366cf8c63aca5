-- Starts at none: within a day it is what was sold.
ALTER TABLE "Listing" ADD COLUMN     "soldLately" DOUBLE PRECISION NOT NULL DEFAULT 0;

-- What a push may find to do (app/listings/claim.ts): few of many, and asked for every second. By when it may be tried, and,
-- of what was never put off, in the order of claims.
DROP INDEX "Listing_stale";
CREATE INDEX "Listing_stale" ON "Listing"("channelId", COALESCE("retryAt", '-infinity'::timestamptz), decreasing)
WHERE "variantId" IS NOT NULL AND NOT excluded AND "removedAt" IS NULL AND "unmanagedBecause" IS NULL AND "remoteState" <> 'ended'
  AND version > "acknowledgedVersion";
CREATE INDEX "Listing_next" ON "Listing"("channelId", decreasing, (COALESCE("observedQuantity", 0)::double precision / (1 + "soldLately")),
  COALESCE("staleSince", '-infinity'::timestamptz), id)
WHERE "variantId" IS NOT NULL AND NOT excluded AND "removedAt" IS NULL AND "unmanagedBecause" IS NULL AND "remoteState" <> 'ended'
  AND version > "acknowledgedVersion" AND "retryAt" IS NULL;

-- Unfinished runs, among all that are kept for a month.
CREATE INDEX "Run_running" ON "Run"(kind, "shopId") WHERE state = 'running';

-- Shops and channels whose time has come (app/shops/shops.ts, app/channels/due-channels.ts): none of the others is looked at.
CREATE INDEX "Shop_unmirrored" ON "Shop"(id) WHERE "uninstalledAt" IS NULL AND "mirroredAt" IS NULL;
CREATE INDEX "Shop_levels_checked" ON "Shop"(COALESCE("levelsCheckedAt", '-infinity'::timestamptz))
WHERE "uninstalledAt" IS NULL AND "mirroredAt" IS NOT NULL;
CREATE INDEX "Shop_progress_checked" ON "Shop"(COALESCE("progressCheckedAt", '-infinity'::timestamptz))
WHERE "uninstalledAt" IS NULL AND "mirroredAt" IS NOT NULL;
CREATE INDEX "Channel_orders_read" ON "Channel"("connectorKey", COALESCE("ordersReadAt", '-infinity'::timestamptz))
WHERE state IN ('connected', 'paused') AND "ordersRetryAt" IS NULL;
CREATE INDEX "Channel_orders_retry" ON "Channel"("ordersRetryAt") WHERE state IN ('connected', 'paused') AND "ordersRetryAt" IS NOT NULL;
CREATE INDEX "Channel_listings_read" ON "Channel"(COALESCE("listingsReadAt", '-infinity'::timestamptz))
WHERE state IN ('connected', 'paused') AND "listingsRetryAt" IS NULL;
CREATE INDEX "Channel_listings_retry" ON "Channel"("listingsRetryAt") WHERE state IN ('connected', 'paused') AND "listingsRetryAt" IS NOT NULL;
CREATE INDEX "Channel_on_sale_due" ON "Channel"("connectorKey", COALESCE("onSaleDueAt", '-infinity'::timestamptz))
WHERE state IN ('connected', 'paused') AND "listingsReadAt" IS NOT NULL;
