-- AlterTable
ALTER TABLE "Listing" ADD COLUMN     "editedQuantity" INTEGER;
