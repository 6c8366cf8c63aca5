-- AlterTable
ALTER TABLE "MarketplaceOrder" ADD COLUMN     "addressHash" TEXT,
ADD COLUMN     "addressReadAt" TIMESTAMPTZ(3),
ADD COLUMN     "shopifyUpdatedAt" TIMESTAMPTZ(3);

-- Orders in Shopify of which something is to be shipped: few of many, and looked at once a day.
CREATE INDEX "MarketplaceOrder_open" ON "MarketplaceOrder"("shopId", "addressReadAt") WHERE "addressReadAt" IS NOT NULL AND stage = 'placed';
