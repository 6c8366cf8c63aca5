-- Until when a marketplace wants an order shipped. What is held already gets it with the next reading of it.
ALTER TABLE "MarketplaceOrder" ADD COLUMN "shipBy" TIMESTAMPTZ(3), ADD COLUMN "shipByLookAt" TIMESTAMPTZ(3);
ALTER TABLE "Shop" ADD COLUMN "shipByHours" INTEGER DEFAULT 24;

-- Of all orders, those that are still to be looked at for it.
CREATE INDEX "MarketplaceOrder_shipBy" ON "MarketplaceOrder"("shipByLookAt") WHERE "shipByLookAt" IS NOT NULL;
