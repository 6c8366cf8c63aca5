-- CreateIndex
CREATE INDEX "Shipment_orderId_idx" ON "Shipment"("orderId");

-- Listings in the order of their screen (app/views/listings.ts).
CREATE INDEX "Listing_by_title" ON "Listing"("shopId", lower(title), sku, id);
