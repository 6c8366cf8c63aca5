-- AlterTable
ALTER TABLE "Channel" ADD COLUMN     "sharesAccount" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "ConnectAttempt" ADD COLUMN     "browserHash" TEXT,
ADD COLUMN     "channelId" INTEGER,
ADD COLUMN     "userId" TEXT;

-- CreateTable
CREATE TABLE "PendingConnection" (
    "claim" TEXT NOT NULL,
    "shopId" INTEGER NOT NULL,
    "userId" TEXT,
    "connectorKey" TEXT NOT NULL,
    "channelId" INTEGER,
    "remoteAccountId" TEXT NOT NULL,
    "accountName" TEXT NOT NULL,
    "isNamedByKeys" BOOLEAN NOT NULL,
    "warnings" TEXT[],
    "credentialsSealed" TEXT NOT NULL,
    "credentialsExpireAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PendingConnection_pkey" PRIMARY KEY ("claim")
);

-- CreateIndex
CREATE INDEX "PendingConnection_expiresAt_idx" ON "PendingConnection"("expiresAt");

-- CreateIndex
CREATE INDEX "ConnectAttempt_expiresAt_idx" ON "ConnectAttempt"("expiresAt");

-- Accounts that several shops have connected already: none is taken from a shop unasked, each shop is told.
UPDATE "Channel" c SET "sharesAccount" = true
WHERE c.state <> 'disconnected' AND EXISTS (
    SELECT 1 FROM "Channel" o WHERE o."connectorKey" = c."connectorKey" AND o."remoteAccountId" = c."remoteAccountId"
        AND o.id <> c.id AND o.state <> 'disconnected'
);
INSERT INTO "Alert" ("shopId", "channelId", key, severity, title, message, action, "openedAt")
SELECT "shopId", id, 'shared-account:' || id, 'critical', name || ' is connected in another shop too',
    'Both shops send their own stock to its listings, and both import its orders. Disconnect it in the shop that is not to have it.',
    '/app/channels/' || id, now()
FROM "Channel" WHERE "sharesAccount" ON CONFLICT ("shopId", key) DO NOTHING;

-- From now on an account belongs to one shop at a time.
CREATE UNIQUE INDEX "Channel_active_account_key" ON "Channel"("connectorKey", "remoteAccountId")
    WHERE state <> 'disconnected' AND NOT "sharesAccount";
