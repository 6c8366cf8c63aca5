-- AlterTable
ALTER TABLE "ShopPlan" ADD COLUMN     "cycleEndsAt" TIMESTAMPTZ(3),
ADD COLUMN     "isEnding" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "nextPlan" TEXT,
ADD COLUMN     "trialEndsAt" TIMESTAMPTZ(3);
