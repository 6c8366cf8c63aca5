-- Rules for listings, what they ask of products, and which of them a listing is under.
ALTER TABLE "Variant" ADD COLUMN "vendor" TEXT,
ADD COLUMN "productType" TEXT,
ADD COLUMN "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "price" DECIMAL(16,4);

CREATE TABLE "ListingRule" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "matchAll" BOOLEAN NOT NULL,
    "conditions" JSONB NOT NULL,
    "channelId" INTEGER,
    "excludes" BOOLEAN NOT NULL,
    "policy" JSONB,
    CONSTRAINT "ListingRule_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "ListingRule_shopId_position_idx" ON "ListingRule"("shopId", "position");
ALTER TABLE "ListingRule" ADD CONSTRAINT "ListingRule_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Listing" ADD COLUMN "ownExcluded" BOOLEAN,
ADD COLUMN "ruleId" INTEGER,
ADD COLUMN "ruleExcludes" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "stockRuleIds" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
-- Whom a rule hits.
CREATE INDEX "Listing_rule" ON "Listing"("shopId", "ruleId", "id") WHERE "ruleId" IS NOT NULL;
CREATE INDEX "Listing_stock_rules" ON "Listing" USING gin ("stockRuleIds") WHERE cardinality("stockRuleIds") > 0;

-- What was excluded until now was so by the merchant's own word; what was not, they said nothing of.
UPDATE "Listing" SET "ownExcluded" = true WHERE excluded;
UPDATE "Change" SET before = 'null' WHERE setting = 'excluded' AND before = 'false';
UPDATE "Change" SET after = 'null' WHERE setting = 'excluded' AND after = 'false';

-- What rules ask of products is read with the next comparison of the whole catalogue, which is due now.
UPDATE "Shop" SET "levelsCheckedAt" = NULL;
