-- AlterTable
ALTER TABLE "Channel" ADD COLUMN     "holdsOrders" BOOLEAN NOT NULL DEFAULT false;
