-- Mail: who gets which, what waits to be sent, and what of an alert was told.
ALTER TABLE "Shop" ADD COLUMN "email" TEXT;

ALTER TABLE "Alert" ADD COLUMN "owner" TEXT;
ALTER TABLE "Alert" ADD COLUMN "answerHours" INTEGER;
ALTER TABLE "Alert" ADD COLUMN "tellAt" TIMESTAMPTZ(3);
ALTER TABLE "Alert" ADD COLUMN "toldAt" TIMESTAMPTZ(3);
ALTER TABLE "Alert" ADD COLUMN "acknowledgedAt" TIMESTAMPTZ(3);
ALTER TABLE "Alert" ADD COLUMN "acknowledgedBy" TEXT;
ALTER TABLE "Alert" ADD COLUMN "escalatedAt" TIMESTAMPTZ(3);
-- The tick asks every second: of the few that are to be told, those that are due.
CREATE INDEX "Alert_to_tell" ON "Alert"("tellAt") WHERE "tellAt" IS NOT NULL AND "resolvedAt" IS NULL;

CREATE TABLE "NotificationSettings" (
    "shopId" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,
    "summaryDueAt" TIMESTAMPTZ(3),
    CONSTRAINT "NotificationSettings_pkey" PRIMARY KEY ("shopId")
);
CREATE INDEX "NotificationSettings_summaryDueAt_idx" ON "NotificationSettings"("summaryDueAt");
ALTER TABLE "NotificationSettings" ADD CONSTRAINT "NotificationSettings_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "Mail" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "subject" TEXT,
    "problem" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "sentAt" TIMESTAMPTZ(3),
    CONSTRAINT "Mail_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Mail_shopId_id_idx" ON "Mail"("shopId", "id");
CREATE INDEX "Mail_shopId_address_sentAt_idx" ON "Mail"("shopId", "address", "sentAt");
CREATE INDEX "Mail_createdAt_idx" ON "Mail"("createdAt");
CREATE INDEX "Mail_due" ON "Mail"("dueAt") WHERE state IN ('waiting', 'sending');
-- What is to be told goes into the mail of its kind that has not left yet.
CREATE UNIQUE INDEX "Mail_gathering" ON "Mail"("shopId", "address", "kind") WHERE state = 'waiting' AND attempts = 0;
ALTER TABLE "Mail" ADD CONSTRAINT "Mail_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "MailAlert" (
    "mailId" INTEGER NOT NULL,
    "alertId" INTEGER NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "MailAlert_pkey" PRIMARY KEY ("mailId", "alertId")
);
ALTER TABLE "MailAlert" ADD CONSTRAINT "MailAlert_mailId_fkey" FOREIGN KEY ("mailId") REFERENCES "Mail"("id") ON DELETE CASCADE ON UPDATE CASCADE;
