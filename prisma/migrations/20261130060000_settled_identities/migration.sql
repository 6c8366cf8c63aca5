-- What an order tells of its buyer is a guess until Shopify has an order of them: what was known before stays known.
ALTER TABLE "CustomerIdentity" ADD COLUMN "isSettled" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "CustomerIdentity" ALTER COLUMN "isSettled" DROP DEFAULT;
