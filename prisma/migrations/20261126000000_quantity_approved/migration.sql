-- AlterTable
ALTER TABLE "BulkChangeListing" ADD COLUMN     "quantityApproved" INTEGER;
