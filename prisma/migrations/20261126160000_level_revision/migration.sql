-- AlterTable
ALTER TABLE "Level" ADD COLUMN     "revision" BIGSERIAL NOT NULL;
