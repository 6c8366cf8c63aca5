-- Pages of listings go on after a listing, channel by channel; the shop's are merged of its channels'.
DROP INDEX "Listing_by_title";
CREATE INDEX "Listing_by_title" ON "Listing"("channelId", lower(title), coalesce(sku, ''), id);

-- What few listings have, which screens ask for (app/views/listing-page.ts).
CREATE INDEX "Listing_problem" ON "Listing"("channelId") WHERE problem IS NOT NULL AND "variantId" IS NOT NULL;
CREATE INDEX "Listing_edited" ON "Listing"("channelId") WHERE "editedAt" IS NOT NULL;
CREATE INDEX "Listing_unclear" ON "Listing"("channelId") WHERE "unclearSince" IS NOT NULL;
CREATE INDEX "Listing_ended" ON "Listing"("channelId") WHERE "removedAt" IS NOT NULL OR "remoteState" = 'ended';
CREATE INDEX "Listing_excluded" ON "Listing"("channelId") WHERE excluded;
CREATE INDEX "Listing_unmanaged" ON "Listing"("channelId") WHERE "unmanagedBecause" IS NOT NULL;
CREATE INDEX "Listing_unmatched" ON "Listing"("channelId") WHERE "variantId" IS NULL;
CREATE INDEX "Variant_not_counted" ON "Variant"("shopId") WHERE "removedAt" IS NOT NULL OR NOT tracked;

-- What ended lately is shown on Home.
CREATE INDEX "Run_shopId_finishedAt_idx" ON "Run"("shopId", "finishedAt");

-- Quotes, dashes and spaces beyond ASCII are between words too.
DROP INDEX "Variant_words";
CREATE INDEX "Variant_words" ON "Variant" USING gin ((array_to_tsvector(array_append(string_to_array(trim(
  regexp_replace(lower(coalesce(sku, '') || ' ' || "productTitle" || ' ' || title), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g')), ' '),
  '#' || "shopId"::text))));

-- Words of titles, SKUs and numbers over there, and whose they are, as in Variant_words. They are rows of their own: a
-- listing's row changes with each push, and each change of a row goes into all of its indexes.
CREATE TABLE "ListingWords" (
  "listingId" INTEGER NOT NULL,
  "shopId" INTEGER NOT NULL,
  words tsvector NOT NULL,
  CONSTRAINT "ListingWords_pkey" PRIMARY KEY ("listingId")
);
ALTER TABLE "ListingWords" ADD CONSTRAINT "ListingWords_listingId_fkey"
  FOREIGN KEY ("listingId") REFERENCES "Listing"(id) ON DELETE CASCADE ON UPDATE CASCADE;

CREATE FUNCTION "listingWords"(shop int, title text, sku text, remote text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_tsvector(array_append(string_to_array(trim(regexp_replace(
    lower(coalesce(sku, '') || ' ' || title || ' ' || remote), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g')), ' '),
    '#' || shop::text))
$$;

INSERT INTO "ListingWords" SELECT id, "shopId", "listingWords"("shopId", title, sku, "remoteId") FROM "Listing";
CREATE INDEX "ListingWords_words" ON "ListingWords" USING gin (words);

-- Whoever writes a title or a SKU writes its words, without knowing.
CREATE FUNCTION "addListingWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ListingWords" SELECT id, "shopId", "listingWords"("shopId", title, sku, "remoteId") FROM added;
  RETURN NULL;
END $$;
CREATE TRIGGER "addListingWords" AFTER INSERT ON "Listing" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "addListingWords"();

CREATE FUNCTION "changeListingWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "ListingWords" SET words = "listingWords"(NEW."shopId", NEW.title, NEW.sku, NEW."remoteId") WHERE "listingId" = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER "changeListingWords" AFTER UPDATE OF title, sku, "remoteId" ON "Listing" FOR EACH ROW
  WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.sku IS DISTINCT FROM NEW.sku OR OLD."remoteId" IS DISTINCT FROM NEW."remoteId")
  EXECUTE FUNCTION "changeListingWords"();
