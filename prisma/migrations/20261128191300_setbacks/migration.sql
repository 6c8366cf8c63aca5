-- AlterTable
ALTER TABLE "Budget" ADD COLUMN     "blockedWhy" TEXT,
ADD COLUMN     "endsAt" TIMESTAMPTZ(3),
ADD COLUMN     "refusals" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "Setback" (
    "name" TEXT NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER,
    "failures" INTEGER NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "why" TEXT NOT NULL,

    CONSTRAINT "Setback_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "Setback_shopId_idx" ON "Setback"("shopId");

-- CreateIndex
CREATE INDEX "Budget_endsAt_idx" ON "Budget"("endsAt");

-- AddForeignKey
ALTER TABLE "Setback" ADD CONSTRAINT "Setback_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;
