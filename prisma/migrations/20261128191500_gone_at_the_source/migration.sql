ALTER TABLE "Channel" ADD COLUMN     "draftPolicy" TEXT NOT NULL DEFAULT 'ask',
ADD COLUMN     "gonePolicy" TEXT NOT NULL DEFAULT 'ask',
ADD COLUMN     "untrackedPolicy" TEXT NOT NULL DEFAULT 'ask';
ALTER TABLE "Listing" ADD COLUMN     "withdrawnAnswer" TEXT,
ADD COLUMN     "withdrawnAs" TEXT;
ALTER TABLE "Shop" ADD COLUMN     "statusesReadAt" TIMESTAMPTZ(3);
ALTER TABLE "Variant" ADD COLUMN     "status" TEXT,
ADD COLUMN     "stockReadAt" TIMESTAMPTZ(3);
-- Channels of today whose marketplace lets a listing come back from zero; all others ask.
UPDATE "Channel" SET "gonePolicy" = 'zero' WHERE "connectorKey" IN ('amazon', 'ebay', 'etsy');
