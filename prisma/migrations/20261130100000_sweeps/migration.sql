-- DropIndex
DROP INDEX "Listing_shopId_idx";

-- CreateTable
CREATE TABLE "Sweep" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "deed" JSONB NOT NULL,
    "filter" JSONB,
    "about" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "actor" TEXT,
    "total" INTEGER NOT NULL,
    "weighedId" INTEGER NOT NULL DEFAULT 0,
    "weighed" INTEGER NOT NULL DEFAULT 0,
    "found" INTEGER NOT NULL DEFAULT 0,
    "alike" INTEGER NOT NULL DEFAULT 0,
    "zeroed" INTEGER NOT NULL DEFAULT 0,
    "lowered" INTEGER NOT NULL DEFAULT 0,
    "raised" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "final" INTEGER NOT NULL DEFAULT 0,
    "first" JSONB NOT NULL DEFAULT '[]',
    "approvedZeroed" INTEGER NOT NULL DEFAULT 0,
    "approvedLowered" INTEGER NOT NULL DEFAULT 0,
    "approvedRaised" INTEGER NOT NULL DEFAULT 0,
    "doneId" INTEGER NOT NULL DEFAULT 0,
    "looked" INTEGER NOT NULL DEFAULT 0,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "skipped" INTEGER NOT NULL DEFAULT 0,
    "doneZeroed" INTEGER NOT NULL DEFAULT 0,
    "doneLowered" INTEGER NOT NULL DEFAULT 0,
    "doneRaised" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "changeId" INTEGER,
    "undoesId" INTEGER,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "approvedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    CONSTRAINT "Sweep_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SweepListing" (
    "sweepId" INTEGER NOT NULL,
    "listingId" INTEGER NOT NULL,
    "before" JSONB NOT NULL,
    "after" JSONB NOT NULL,
    CONSTRAINT "SweepListing_pkey" PRIMARY KEY ("sweepId","listingId")
);

-- CreateIndex
CREATE INDEX "Listing_shopId_id_idx" ON "Listing"("shopId", "id");

-- CreateIndex
CREATE INDEX "Sweep_shopId_id_idx" ON "Sweep"("shopId", "id");

-- CreateIndex
CREATE INDEX "Sweep_undoesId_idx" ON "Sweep"("undoesId");

-- CreateIndex
CREATE INDEX "Sweep_finishedAt_idx" ON "Sweep"("finishedAt");

-- A shop has one that is not over, at most: the tick looks for it every second.
CREATE UNIQUE INDEX "Sweep_open" ON "Sweep"("shopId") WHERE state IN ('weighing', 'asking', 'running');

-- AddForeignKey
ALTER TABLE "Sweep" ADD CONSTRAINT "Sweep_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "SweepListing" ADD CONSTRAINT "SweepListing_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;
