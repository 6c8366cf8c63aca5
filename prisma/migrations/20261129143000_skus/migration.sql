-- The list of SKUs goes on after a variant: in the order of SKUs, and of ids where several share one, or have none.
DROP INDEX "Variant_shopId_sku_idx";
CREATE INDEX "Variant_shopId_sku_id_idx" ON "Variant"("shopId", sku, id);

-- Words of SKUs and titles, and whose they are (app/views/sku-search.ts has the same expression): what is typed is the
-- beginning of some of them.
CREATE INDEX "Variant_words" ON "Variant" USING gin ((array_to_tsvector(array_append(string_to_array(trim(
  regexp_replace(lower(coalesce(sku, '') || ' ' || "productTitle" || ' ' || title), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g')), ' '),
  '#' || "shopId"::text))));

-- The latest orders of a variant, however many there were.
DROP INDEX "OrderLine_variantId_idx";
CREATE INDEX "OrderLine_variantId_id_idx" ON "OrderLine"("variantId", id);
