-- A rule for low stock may hold what falls to its number at 0.
ALTER TABLE "StockRule" ADD COLUMN holds BOOLEAN NOT NULL DEFAULT false;
