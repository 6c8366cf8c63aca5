-- AlterTable
ALTER TABLE "Lease" ADD COLUMN     "unclean" BOOLEAN NOT NULL DEFAULT false;
