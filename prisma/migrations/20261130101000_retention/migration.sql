-- AlterTable
ALTER TABLE "Shop" ADD COLUMN     "buyerDays" INTEGER,
ADD COLUMN     "historyDays" INTEGER;

-- Shops that want less kept than the server does: they are asked for every minute.
CREATE INDEX "Shop_keeps_less" ON "Shop"(id) WHERE "historyDays" IS NOT NULL OR "buyerDays" IS NOT NULL;

-- Buyers of one channel by when their time is over, for shops where it is over sooner.
CREATE INDEX "MarketplaceOrder_channel_forget" ON "MarketplaceOrder"("channelId", "buyerForgetAt") WHERE "buyerSealed" IS NOT NULL;
