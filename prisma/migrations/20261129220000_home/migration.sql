-- The setup guide on Home that the merchant put away.
ALTER TABLE "Shop" ADD COLUMN "guidePutAwayAt" TIMESTAMPTZ(3);
