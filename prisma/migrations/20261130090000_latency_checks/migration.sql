-- One SKU timed through its channels, and the reminder to do so. A shop that is there already is reminded in a month.
ALTER TABLE "Shop" ADD COLUMN     "latencyRemindAt" TIMESTAMPTZ(3),
ADD COLUMN     "remindsOfLatency" BOOLEAN NOT NULL DEFAULT true;
UPDATE "Shop" SET "latencyRemindAt" = CURRENT_TIMESTAMP + interval '30 days' WHERE "mirroredAt" IS NOT NULL;
CREATE INDEX "Shop_latency_remind" ON "Shop"("latencyRemindAt") WHERE "remindsOfLatency" AND "uninstalledAt" IS NULL;
CREATE TABLE "LatencyCheck" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "variantId" INTEGER NOT NULL,
    "inventoryItemGid" TEXT NOT NULL,
    "locationGid" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "actor" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "asks" INTEGER NOT NULL DEFAULT 0,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,
    "changedAt" TIMESTAMPTZ(3),
    "movedAt" TIMESTAMPTZ(3),
    "heardAt" TIMESTAMPTZ(3),
    "heardByNotice" BOOLEAN NOT NULL DEFAULT false,
    "lookAt" TIMESTAMPTZ(3),
    "returnedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    CONSTRAINT "LatencyCheck_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "LatencyCheckListing" (
    "checkId" INTEGER NOT NULL,
    "listingId" INTEGER NOT NULL,
    "channelId" INTEGER NOT NULL,
    "quantityBefore" INTEGER NOT NULL,
    "quantityExpected" INTEGER NOT NULL,
    "pushedAt" TIMESTAMPTZ(3),
    "acceptedAt" TIMESTAMPTZ(3),
    "shownAt" TIMESTAMPTZ(3),
    "looks" INTEGER NOT NULL DEFAULT 0,
    "lookAt" TIMESTAMPTZ(3),
    "isRefused" BOOLEAN NOT NULL DEFAULT false,
    "problem" TEXT,
    CONSTRAINT "LatencyCheckListing_pkey" PRIMARY KEY ("checkId","listingId")
);
CREATE INDEX "LatencyCheck_shopId_id_idx" ON "LatencyCheck"("shopId", "id");
CREATE INDEX "LatencyCheck_variantId_idx" ON "LatencyCheck"("variantId");
CREATE INDEX "LatencyCheck_lookAt_idx" ON "LatencyCheck"("lookAt");
CREATE INDEX "LatencyCheck_endedAt_idx" ON "LatencyCheck"("endedAt");
-- One at a time in a shop, whoever begins it at once.
CREATE UNIQUE INDEX "LatencyCheck_open" ON "LatencyCheck"("shopId") WHERE state <> 'ended';
CREATE INDEX "LatencyCheckListing_listingId_idx" ON "LatencyCheckListing"("listingId");
CREATE INDEX "LatencyCheckListing_channelId_idx" ON "LatencyCheckListing"("channelId");
ALTER TABLE "LatencyCheck" ADD CONSTRAINT "LatencyCheck_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "LatencyCheck" ADD CONSTRAINT "LatencyCheck_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES "Variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "LatencyCheckListing" ADD CONSTRAINT "LatencyCheckListing_checkId_fkey" FOREIGN KEY ("checkId") REFERENCES "LatencyCheck"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "LatencyCheckListing" ADD CONSTRAINT "LatencyCheckListing_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "LatencyCheckListing" ADD CONSTRAINT "LatencyCheckListing_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;
