-- AlterTable
ALTER TABLE "Channel" ADD COLUMN     "onSale" JSONB,
ADD COLUMN     "onSaleDueAt" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "Listing_channelId_groupId_idx" ON "Listing"("channelId", "groupId");
