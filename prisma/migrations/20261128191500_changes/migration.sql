-- Everything that a merchant alters of what the shop does, and the numbers that they approved with it.
CREATE TABLE "Change" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "channelId" INTEGER,
    "listingId" INTEGER,
    "setting" TEXT NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    "actor" TEXT,
    "message" TEXT NOT NULL,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "zeroed" INTEGER NOT NULL,
    "lowered" INTEGER NOT NULL,
    "raised" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "undoesId" INTEGER,
    CONSTRAINT "Change_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "ApprovedNumber" (
    "listingId" INTEGER NOT NULL,
    "quantity" INTEGER NOT NULL,
    "approvedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "ApprovedNumber_pkey" PRIMARY KEY ("listingId")
);
ALTER TABLE "Attempt" ADD COLUMN "actor" TEXT,
ADD COLUMN "expected" BOOLEAN NOT NULL DEFAULT false;
CREATE UNIQUE INDEX "Change_undoesId_key" ON "Change"("undoesId");
CREATE INDEX "Change_shopId_id_idx" ON "Change"("shopId", "id");
CREATE INDEX "Change_channelId_id_idx" ON "Change"("channelId", "id");
CREATE INDEX "Change_listingId_id_idx" ON "Change"("listingId", "id");
ALTER TABLE "Change" ADD CONSTRAINT "Change_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Change" ADD CONSTRAINT "Change_undoesId_fkey" FOREIGN KEY ("undoesId") REFERENCES "Change"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "ApprovedNumber" ADD CONSTRAINT "ApprovedNumber_listingId_fkey" FOREIGN KEY ("listingId") REFERENCES "Listing"("id") ON DELETE CASCADE ON UPDATE CASCADE;
