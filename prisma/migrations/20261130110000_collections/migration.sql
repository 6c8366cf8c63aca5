-- CreateTable
CREATE TABLE "Collection" (
    "id" SERIAL NOT NULL,
    "shopId" INTEGER NOT NULL,
    "gid" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "readAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "goneAt" TIMESTAMPTZ(3),

    CONSTRAINT "Collection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "CollectionProduct" (
    "collectionId" INTEGER NOT NULL,
    "productGid" TEXT NOT NULL,
    "isIn" BOOLEAN NOT NULL,
    "readNumber" BIGINT NOT NULL,

    CONSTRAINT "CollectionProduct_pkey" PRIMARY KEY ("collectionId","productGid")
);

-- CreateIndex
CREATE INDEX "Collection_dueAt_idx" ON "Collection"("dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "Collection_shopId_gid_key" ON "Collection"("shopId", "gid");

-- AddForeignKey
ALTER TABLE "Collection" ADD CONSTRAINT "Collection_shopId_fkey" FOREIGN KEY ("shopId") REFERENCES "Shop"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "CollectionProduct" ADD CONSTRAINT "CollectionProduct_collectionId_fkey" FOREIGN KEY ("collectionId") REFERENCES "Collection"("id") ON DELETE CASCADE ON UPDATE CASCADE;
