-- AlterTable
ALTER TABLE "Variant" ADD COLUMN     "readNumber" BIGSERIAL NOT NULL;
