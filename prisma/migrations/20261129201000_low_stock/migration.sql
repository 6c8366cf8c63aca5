-- Low stock: rules, and the items whose stock changed since somebody looked.
CREATE TABLE "StockRule" (
    "shopId" INTEGER NOT NULL,
    "pattern" TEXT NOT NULL,
    "units" INTEGER NOT NULL,
    "owner" TEXT,
    "answerHours" INTEGER,
    CONSTRAINT "StockRule_pkey" PRIMARY KEY ("shopId", "pattern")
);
ALTER TABLE "StockRule" ADD CONSTRAINT "StockRule_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "StockToWatch" (
    "shopId" INTEGER NOT NULL,
    "inventoryItemGid" TEXT NOT NULL,
    CONSTRAINT "StockToWatch_pkey" PRIMARY KEY ("shopId", "inventoryItemGid")
);
ALTER TABLE "StockToWatch" ADD CONSTRAINT "StockToWatch_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Late updates: for how long a change of stock may wait, and the channels of which it is said that one does.
ALTER TABLE "Channel" ADD COLUMN "lateAfterMinutes" INTEGER DEFAULT 30;
CREATE INDEX "Alert_late" ON "Alert"("channelId") WHERE key LIKE 'delayed:%' AND "resolvedAt" IS NULL;
