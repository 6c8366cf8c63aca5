-- Stores of an account whose sales lower the same quantities, and whose orders are not read.
ALTER TABLE "Channel" ADD COLUMN     "sharesStockWith" TEXT[] DEFAULT ARRAY[]::TEXT[];
ALTER TABLE "PendingConnection" ADD COLUMN     "sharesStockWith" TEXT[] DEFAULT ARRAY[]::TEXT[];
