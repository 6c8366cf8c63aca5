-- Whether several variants carry a listing's key is found out when a match is looked for, not each time that it is shown.
ALTER TABLE "Listing" ADD COLUMN "keyAmbiguous" BOOLEAN NOT NULL DEFAULT false;
UPDATE "Listing" l SET "keyAmbiguous" = true
WHERE l."variantId" IS NULL AND (SELECT count(*) > 1 FROM "Variant" twin
  WHERE twin."shopId" = l."shopId" AND twin."removedAt" IS NULL
    AND (twin.sku = l.sku OR (twin.barcode = l.barcode AND NOT EXISTS (SELECT 1 FROM "Variant" own
      WHERE own."shopId" = l."shopId" AND own."removedAt" IS NULL AND own.sku = l.sku))));
CREATE INDEX "Listing_ambiguous" ON "Listing"("channelId") WHERE "variantId" IS NULL AND "keyAmbiguous";

-- Words as in Variant_words and ListingWords. An index takes no word that is much longer, and nobody types one.
CREATE FUNCTION "wordsOf"(typed text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array(SELECT left(word, 200) FROM unnest(string_to_array(trim(regexp_replace(
    lower(typed), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u00a0-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g')), ' ')) AS word)
$$;
CREATE OR REPLACE FUNCTION "listingWords"(shop int, title text, sku text, remote text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_tsvector(array_append("wordsOf"(coalesce(sku, '') || ' ' || title || ' ' || remote), '#' || shop::text))
$$;

-- Words of an order's numbers, here and there, and of its lines' titles and SKUs. They are rows of their own, as those of listings.
CREATE TABLE "OrderWords" (
  "orderId" INTEGER NOT NULL,
  words tsvector NOT NULL,
  CONSTRAINT "OrderWords_pkey" PRIMARY KEY ("orderId")
);
ALTER TABLE "OrderWords" ADD CONSTRAINT "OrderWords_orderId_fkey"
  FOREIGN KEY ("orderId") REFERENCES "MarketplaceOrder"(id) ON DELETE CASCADE ON UPDATE CASCADE;

CREATE FUNCTION "orderWords"(ids int[]) RETURNS TABLE ("orderId" int, words tsvector) LANGUAGE sql STABLE AS $$
  SELECT o.id, array_to_tsvector(array_append("wordsOf"(
    o."displayName" || ' ' || o."remoteId" || ' ' || coalesce(o."shopifyOrderName", '') || ' ' || coalesce(
      (SELECT string_agg(coalesce(l.sku, '') || ' ' || l.title, ' ') FROM "OrderLine" l WHERE l."orderId" = o.id), '')),
    '#' || o."shopId"::text))
  FROM "MarketplaceOrder" o WHERE o.id = ANY(ids)
$$;

INSERT INTO "OrderWords" SELECT * FROM "orderWords"(array(SELECT id FROM "MarketplaceOrder"));
CREATE INDEX "OrderWords_words" ON "OrderWords" USING gin (words);

-- Whoever writes an order writes its words, without knowing.
CREATE FUNCTION "writeOrderWords"(ids int[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO "OrderWords" SELECT * FROM "orderWords"(ids) ON CONFLICT ("orderId") DO UPDATE SET words = excluded.words
$$;
CREATE FUNCTION "addOrderWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "writeOrderWords"(array(SELECT id FROM added));
  RETURN NULL;
END $$;
CREATE TRIGGER "addOrderWords" AFTER INSERT ON "MarketplaceOrder" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "addOrderWords"();
CREATE FUNCTION "changeOrderWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "writeOrderWords"(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER "changeOrderWords" AFTER UPDATE OF "displayName", "shopifyOrderName" ON "MarketplaceOrder" FOR EACH ROW
  WHEN (OLD."displayName" IS DISTINCT FROM NEW."displayName" OR OLD."shopifyOrderName" IS DISTINCT FROM NEW."shopifyOrderName")
  EXECUTE FUNCTION "changeOrderWords"();
CREATE FUNCTION "addLineWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "writeOrderWords"(array(SELECT DISTINCT "orderId" FROM added));
  RETURN NULL;
END $$;
CREATE TRIGGER "addLineWords" AFTER INSERT ON "OrderLine" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "addLineWords"();
CREATE FUNCTION "changeLineWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM "writeOrderWords"(ARRAY[NEW."orderId"]);
  RETURN NULL;
END $$;
CREATE TRIGGER "changeLineWords" AFTER UPDATE OF title, sku ON "OrderLine" FOR EACH ROW
  WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.sku IS DISTINCT FROM NEW.sku)
  EXECUTE FUNCTION "changeLineWords"();

-- Words of what history says. A number that was sent says only how it was reckoned, as often as stock moves: nobody looks
-- for that by its words. So it has none, and costs nothing here.
CREATE TABLE "AttemptWords" (
  "attemptId" BIGINT NOT NULL,
  words tsvector NOT NULL,
  CONSTRAINT "AttemptWords_pkey" PRIMARY KEY ("attemptId")
);
ALTER TABLE "AttemptWords" ADD CONSTRAINT "AttemptWords_attemptId_fkey"
  FOREIGN KEY ("attemptId") REFERENCES "Attempt"(id) ON DELETE CASCADE ON UPDATE CASCADE;

CREATE FUNCTION "attemptWords"(shop int, message text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
  SELECT array_to_tsvector(array_append("wordsOf"(message), '#' || shop::text))
$$;
INSERT INTO "AttemptWords" SELECT id, "attemptWords"("shopId", message) FROM "Attempt"
WHERE kind <> 'push' OR outcome NOT IN ('sending', 'accepted', 'verified', 'superseded');
CREATE INDEX "AttemptWords_words" ON "AttemptWords" USING gin (words);

CREATE FUNCTION "writeAttemptWords"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "AttemptWords" VALUES (NEW.id, "attemptWords"(NEW."shopId", NEW.message))
  ON CONFLICT ("attemptId") DO UPDATE SET words = excluded.words;
  RETURN NULL;
END $$;
CREATE TRIGGER "addAttemptWords" AFTER INSERT ON "Attempt" FOR EACH ROW
  WHEN (NEW.kind <> 'push' OR NEW.outcome NOT IN ('sending', 'accepted', 'verified', 'superseded'))
  EXECUTE FUNCTION "writeAttemptWords"();
CREATE TRIGGER "changeAttemptWords" AFTER UPDATE OF message ON "Attempt" FOR EACH ROW
  WHEN (NEW.kind <> 'push' OR NEW.outcome NOT IN ('sending', 'accepted', 'verified', 'superseded'))
  EXECUTE FUNCTION "writeAttemptWords"();
