-- How long changes of stock take to reach each marketplace, added up by hour and day, and what waits since when.
CREATE TABLE "Latency" (
    "channelId" INTEGER NOT NULL,
    "span" TEXT NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "counts" INTEGER[],
    "decreases" INTEGER NOT NULL,
    "decreasesMs" BIGINT NOT NULL,
    "takenDown" INTEGER NOT NULL,
    CONSTRAINT "Latency_pkey" PRIMARY KEY ("channelId", "span", "startsAt")
);
CREATE INDEX "Latency_span_startsAt_idx" ON "Latency"("span", "startsAt");
ALTER TABLE "Latency" ADD CONSTRAINT "Latency_channelId_fkey" FOREIGN KEY ("channelId") REFERENCES "Channel"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Listing" ADD COLUMN "changedAt" TIMESTAMPTZ(3);
-- The oldest change that waits on a channel: few of many listings wait.
CREATE INDEX "Listing_changed" ON "Listing"("channelId", "changedAt")
WHERE "variantId" IS NOT NULL AND NOT excluded AND "removedAt" IS NULL AND "unmanagedBecause" IS NULL AND "remoteState" <> 'ended'
  AND "changedAt" IS NOT NULL;
