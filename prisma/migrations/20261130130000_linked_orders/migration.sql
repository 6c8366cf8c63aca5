-- AlterTable
ALTER TABLE "MarketplaceOrder" ADD COLUMN     "linkedAt" TIMESTAMPTZ(3);
