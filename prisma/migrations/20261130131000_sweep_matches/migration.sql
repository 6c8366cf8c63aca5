-- AlterTable
ALTER TABLE "Sweep" ADD COLUMN     "leftOut" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "unclear" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "SweepMatch" (
    "sweepId" INTEGER NOT NULL,
    "listingId" INTEGER NOT NULL,
    "variantId" INTEGER,
    "because" TEXT NOT NULL,
    "shown" INTEGER,
    "quantity" INTEGER,
    "move" TEXT,
    "final" BOOLEAN NOT NULL DEFAULT false,
    "leftOut" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "SweepMatch_pkey" PRIMARY KEY ("sweepId","listingId")
);

-- AddForeignKey
ALTER TABLE "SweepMatch" ADD CONSTRAINT "SweepMatch_sweepId_fkey" FOREIGN KEY ("sweepId") REFERENCES "Sweep"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Pages of what is matched, and of what has no clear match, however many of the others are between.
CREATE INDEX "SweepMatch_clear" ON "SweepMatch"("sweepId", "listingId") WHERE "variantId" IS NOT NULL;
CREATE INDEX "SweepMatch_unclear" ON "SweepMatch"("sweepId", "listingId") WHERE "variantId" IS NULL;

-- Whose a SKU or a title is, and what it is without case, spaces and punctuation (app/catalogue/catalogue.ts has the same
-- expressions). As a fingerprint: titles are long, and no other condition leads to it.
CREATE INDEX "Variant_bare_sku" ON "Variant"((md5("shopId"::text || ' ' || regexp_replace(lower(sku),
  '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+', '', 'g'))))
  WHERE "removedAt" IS NULL AND sku IS NOT NULL;
CREATE INDEX "Variant_bare_title" ON "Variant"((md5("shopId"::text || ' ' || regexp_replace(
  lower("productTitle" || CASE title WHEN 'Default Title' THEN '' ELSE title END),
  '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+', '', 'g'))))
  WHERE "removedAt" IS NULL;
