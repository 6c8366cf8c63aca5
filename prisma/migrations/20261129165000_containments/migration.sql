-- The most that every listing of a variant may show, until the merchant releases it; and changes that are about a variant.
CREATE TABLE "Containment" (
    "variantId" INTEGER NOT NULL,
    "shopId" INTEGER NOT NULL,
    "units" INTEGER NOT NULL,
    "takesDown" BOOLEAN NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "remindDays" INTEGER NOT NULL,
    "remindAt" TIMESTAMPTZ(3),
    CONSTRAINT "Containment_pkey" PRIMARY KEY ("variantId")
);
CREATE INDEX "Containment_shopId_idx" ON "Containment"("shopId");
CREATE INDEX "Containment_remindAt_idx" ON "Containment"("remindAt");
ALTER TABLE "Containment" ADD CONSTRAINT "Containment_variantId_fkey" FOREIGN KEY ("variantId") REFERENCES "Variant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Change" ADD COLUMN "variantId" INTEGER;
CREATE INDEX "Change_variantId_id_idx" ON "Change"("variantId", "id");
