-- AlterTable
ALTER TABLE "Shop" ADD COLUMN     "tagsCustomers" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "CustomerTagging" (
    "shopId" INTEGER NOT NULL,
    "customerGid" TEXT NOT NULL,
    "tags" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "dueAt" TIMESTAMPTZ(3),
    "isUnclear" BOOLEAN NOT NULL DEFAULT false,
    "unclearTries" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,

    CONSTRAINT "CustomerTagging_pkey" PRIMARY KEY ("shopId","customerGid")
);

-- CreateIndex: what is due is little, and is looked for every second.
CREATE INDEX "CustomerTagging_due" ON "CustomerTagging"("shopId", "dueAt") WHERE "dueAt" IS NOT NULL;

-- CreateIndex
CREATE INDEX "CustomerTagging_refused" ON "CustomerTagging"("shopId") WHERE "problem" IS NOT NULL;

-- CreateIndex: the page of the setting shows its latest changes.
CREATE INDEX "Change_customer_tags" ON "Change"("shopId", "id") WHERE setting = 'customer-tags';

-- AddForeignKey
ALTER TABLE "CustomerTagging" ADD CONSTRAINT "CustomerTagging_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;
