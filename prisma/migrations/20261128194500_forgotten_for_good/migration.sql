-- AlterTable
ALTER TABLE "Delivery" ALTER COLUMN "payloadSealed" DROP NOT NULL;

-- What is settled is not needed any more, and may name a buyer.
UPDATE "Delivery" SET "payloadSealed" = NULL WHERE state <> 'stored';

-- AlterTable
ALTER TABLE "MarketplaceOrder" ADD COLUMN     "buyerForgetAt" TIMESTAMPTZ(3),
ADD COLUMN     "buyerKeys" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "redactedAt" TIMESTAMPTZ(3);

-- What was forgotten before stays so. Others: 30 days after shipment or cancellation at Amazon, 90 elsewhere, as the manifests
-- say; an order that nobody ended is taken for over after 90 days.
UPDATE "MarketplaceOrder" o SET
    "buyerKeys" = CASE WHEN o."buyerKey" IS NULL THEN '{}' ELSE ARRAY[o."buyerKey"] END,
    "redactedAt" = CASE WHEN o."buyerSealed" IS NULL THEN now() END,
    "buyerForgetAt" = CASE WHEN o."buyerSealed" IS NOT NULL THEN COALESCE(
        (SELECT max(s."shippedAt") FROM "Shipment" s WHERE s."orderId" = o.id),
        CASE WHEN o.stage = 'cancelled' THEN o."remoteUpdatedAt" END,
        o."soldAt" + interval '90 days'
    ) + CASE WHEN c."connectorKey" = 'amazon' THEN interval '30 days' ELSE interval '90 days' END END
FROM "Channel" c WHERE c.id = o."channelId";

-- AlterTable
ALTER TABLE "MarketplaceOrder" DROP COLUMN "buyerKey";

-- CreateIndex
CREATE INDEX "Alert_resolvedAt_idx" ON "Alert"("resolvedAt");

-- CreateIndex
CREATE INDEX "MarketplaceOrder_shopId_customerGid_idx" ON "MarketplaceOrder"("shopId", "customerGid");

-- CreateIndex
CREATE INDEX "MarketplaceOrder_buyerKeys_idx" ON "MarketplaceOrder" USING GIN ("buyerKeys");

-- Partial indexes, which Prisma can't write down: buyers whose time is over or whose shop left, old entries of the ledger,
-- and one opening entry for each level.
CREATE INDEX "MarketplaceOrder_buyerForgetAt_idx" ON "MarketplaceOrder"("buyerForgetAt") WHERE "buyerSealed" IS NOT NULL;
CREATE INDEX "MarketplaceOrder_shop_with_buyer_idx" ON "MarketplaceOrder"("shopId") WHERE "buyerSealed" IS NOT NULL;
CREATE INDEX "LedgerEntry_not_folded_idx" ON "LedgerEntry"("recordedAt", id) WHERE cause <> 'opening';
CREATE UNIQUE INDEX "LedgerEntry_opening_key" ON "LedgerEntry"("shopId", "inventoryItemGid", "locationGid") WHERE cause = 'opening';
