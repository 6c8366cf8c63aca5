-- What waits to be applied (app/deliveries/deliveries.ts), among all that is kept for a week: by sender and kind, by when it
-- is tried again, and by how long it has waited.
DROP INDEX "Delivery_state_retryAt_idx";
CREATE INDEX "Delivery_stored" ON "Delivery"(source, account, topic, id) WHERE state = 'stored';
CREATE INDEX "Delivery_retry" ON "Delivery"("retryAt") WHERE state = 'stored' AND "retryAt" IS NOT NULL;
CREATE INDEX "Delivery_waiting" ON "Delivery"("receivedAt") WHERE state = 'stored' AND "retryAt" IS NULL;
