-- AlterTable
ALTER TABLE "Channel" ADD COLUMN     "holdsAddresses" BOOLEAN NOT NULL DEFAULT false;
