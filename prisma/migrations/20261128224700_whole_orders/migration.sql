-- What a marketplace tells of an order beyond lines, shipping and tax, and the picture that was stored last.
ALTER TABLE "MarketplaceOrder" ADD COLUMN     "adjustmentAmount" TEXT NOT NULL DEFAULT '0',
ADD COLUMN     "delivery" TEXT NOT NULL DEFAULT 'ship',
ADD COLUMN     "holdBecause" TEXT,
ADD COLUMN     "holdPassed" TEXT,
ADD COLUMN     "pictureHash" TEXT,
ADD COLUMN     "refundedAmount" TEXT NOT NULL DEFAULT '0',
ADD COLUMN     "refundedBefore" TEXT NOT NULL DEFAULT '0',
ADD COLUMN     "remarksSealed" TEXT,
ADD COLUMN     "taxIncludedAmount" TEXT NOT NULL DEFAULT '0';

ALTER TABLE "OrderLine" ADD COLUMN     "requiresShipping" BOOLEAN NOT NULL DEFAULT true;

-- An unpaid order may want fewer units than Shopify holds for it.
ALTER TABLE "StockHold" ADD COLUMN     "keeping" INTEGER NOT NULL DEFAULT 0;
