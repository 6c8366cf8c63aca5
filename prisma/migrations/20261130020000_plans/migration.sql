-- What each shop pays for, as Shopify last confirmed it. A shop without a row was never asked about: nothing is limited.
CREATE TABLE "ShopPlan" (
    "shopId" INTEGER NOT NULL,
    "plan" TEXT,
    "confirmedAt" TIMESTAMPTZ(3),
    "askedAt" TIMESTAMPTZ(3),
    "unclear" TEXT,
    "dueAt" TIMESTAMPTZ(3),
    "stockEndsAt" TIMESTAMPTZ(3),
    "stockEndedAt" TIMESTAMPTZ(3),
    "whenStockEnds" TEXT NOT NULL DEFAULT 'leave',
    "ordersStoppedAt" TIMESTAMPTZ(3),
    "ordersResumedAt" TIMESTAMPTZ(3),
    CONSTRAINT "ShopPlan_pkey" PRIMARY KEY ("shopId")
);
CREATE INDEX "ShopPlan_dueAt_idx" ON "ShopPlan"("dueAt");
-- The tick asks for them every second where no plans are sold any more.
CREATE INDEX "ShopPlan_confirmed" ON "ShopPlan"("shopId") WHERE plan IS NOT NULL;
ALTER TABLE "ShopPlan" ADD CONSTRAINT "ShopPlan_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Channel" ADD COLUMN "planHold" TEXT;
