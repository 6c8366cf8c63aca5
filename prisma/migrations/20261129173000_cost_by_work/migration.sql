-- What a line sold, and when, is asked of its listing or variant: the past of a best-seller is not read for its last minutes.
ALTER TABLE "OrderLine" ADD COLUMN     "importedAt" TIMESTAMPTZ(3),
ADD COLUMN     "soldAt" TIMESTAMPTZ(3);
UPDATE "OrderLine" l SET "soldAt" = o."soldAt", "importedAt" = o."importedAt" FROM "MarketplaceOrder" o WHERE o.id = l."orderId";
ALTER TABLE "OrderLine" ALTER COLUMN "importedAt" SET NOT NULL,
ALTER COLUMN "soldAt" SET NOT NULL;
DROP INDEX "OrderLine_listingId_idx";
CREATE INDEX "OrderLine_listingId_soldAt_idx" ON "OrderLine"("listingId", "soldAt");
CREATE INDEX "OrderLine_variantId_importedAt_idx" ON "OrderLine"("variantId", "importedAt");

-- Who wants units of an item (app/conflicts/contest.ts): whoever was shipped wants none.
ALTER TABLE "Reservation" ADD COLUMN     "isShipped" BOOLEAN NOT NULL DEFAULT false;
UPDATE "Reservation" r SET "isShipped" = true FROM "OrderLine" l
WHERE l.id = r."orderLineId" AND EXISTS (SELECT 1 FROM "Shipment" s WHERE s."orderId" = l."orderId" AND s.state = 'relayed');
CREATE INDEX "Reservation_wanting" ON "Reservation"("shopId", "inventoryItemGid")
WHERE state IN ('pending', 'posted') AND NOT "isShipped";

-- Few of many are pending, or held in Shopify: asked by shop, and by the tick of all shops.
DROP INDEX "Reservation_state_idx";
CREATE INDEX "Reservation_pending" ON "Reservation"("shopId", id) WHERE state = 'pending';
DROP INDEX "StockHold_state_retryAt_idx";
CREATE INDEX "StockHold_open" ON "StockHold"("shopId", "inventoryItemGid") WHERE state IN ('holding', 'held', 'releasing');

-- Orders on their way to Shopify, and those that wait for their merchant, by shop.
CREATE INDEX "MarketplaceOrder_placeable" ON "MarketplaceOrder"("shopId", "soldAt", id) WHERE stage IN ('claimed', 'sent');
CREATE INDEX "MarketplaceOrder_held" ON "MarketplaceOrder"("shopId", id) WHERE stage = 'held';

-- Listings without a match, by the keys that may give them one, and those whose product is not for sale any more.
CREATE INDEX "Listing_unmatched_sku" ON "Listing"("shopId", sku) WHERE "variantId" IS NULL AND "removedAt" IS NULL AND NOT excluded;
CREATE INDEX "Listing_unmatched_barcode" ON "Listing"("shopId", barcode) WHERE "variantId" IS NULL AND "removedAt" IS NULL AND NOT excluded;
CREATE INDEX "Listing_withdrawn" ON "Listing"("channelId", id) WHERE "withdrawnAs" IS NOT NULL;

-- Pushes to zero that nothing explains, which the brake counts with each batch. What it goes by is never changed.
CREATE INDEX "Attempt_zeroed" ON "Attempt"("channelId", "startedAt")
WHERE kind = 'push' AND quantity = 0 AND "quantityBefore" > 0 AND NOT expected;

-- Alerts by the beginning of their keys, whatever the database's language, and those that are open.
CREATE INDEX "Alert_shopId_key_idx" ON "Alert"("shopId", "key" COLLATE "C");
CREATE INDEX "Alert_open" ON "Alert"("shopId", "openedAt") WHERE "resolvedAt" IS NULL;

-- Whoever closed an account, in whichever shop: a marketplace tells of all its buyers.
CREATE INDEX "CustomerIdentity_valueHash_idx" ON "CustomerIdentity"("valueHash");
-- What waits to be sorted into an index is read through by whoever asks it.
ALTER INDEX "MarketplaceOrder_buyerKeys_idx" SET (fastupdate = off);

CREATE INDEX "Shop_left" ON "Shop"("uninstalledAt") WHERE "uninstalledAt" IS NOT NULL;
