-- AlterTable
ALTER TABLE "MarketplaceOrder" ADD COLUMN     "correctedAt" TIMESTAMPTZ(3),
ADD COLUMN     "correctionSealed" TEXT,
ADD COLUMN     "refusedSealed" TEXT;
