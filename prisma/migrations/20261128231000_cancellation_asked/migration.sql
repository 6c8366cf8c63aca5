-- AlterTable
ALTER TABLE "Cancellation" ADD COLUMN "askedAt" TIMESTAMPTZ(3);
