-- AlterTable
ALTER TABLE "Alert" ADD COLUMN     "endsByHand" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "StockHold" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "reservationId" INTEGER NOT NULL,
    "inventoryItemGid" TEXT NOT NULL,
    "locationGid" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,
    "heldAt" TIMESTAMPTZ(3),
    "retryAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    CONSTRAINT "StockHold_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "StockHold_reservationId_key" ON "StockHold"("reservationId");

-- CreateIndex
CREATE INDEX "StockHold_state_retryAt_idx" ON "StockHold"("state", "retryAt");

-- CreateIndex
CREATE INDEX "Reservation_state_idx" ON "Reservation"("state");

-- AddForeignKey
ALTER TABLE "StockHold" ADD CONSTRAINT "StockHold_reservationId_fkey" FOREIGN KEY ("reservationId") REFERENCES "Reservation"("id") ON DELETE CASCADE ON UPDATE CASCADE;
