-- SKUs that will make trouble (app/views/sku-check.ts has the same expressions): those that are the same but for case and
-- spaces stand beside each other, and those with odd characters are few.
CREATE INDEX "Variant_plain_sku" ON "Variant"("shopId", (lower(regexp_replace(sku, '\s+', '', 'g'))), id) INCLUDE (sku)
  WHERE "removedAt" IS NULL AND sku IS NOT NULL;
CREATE INDEX "Variant_odd_sku" ON "Variant"("shopId", id)
  WHERE "removedAt" IS NULL AND (sku ~ '[^A-Za-z0-9._/-]' OR sku ~ '^[-.0]' OR length(sku) > 40);
