-- AlterTable
ALTER TABLE "Listing" ADD COLUMN     "unclearBefore" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
