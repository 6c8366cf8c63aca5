-- An answer of Shopify's that was asked for before a location opened does not show what lies there.
ALTER TABLE "Location" ADD COLUMN "openedRevision" BIGINT NOT NULL DEFAULT 0;
