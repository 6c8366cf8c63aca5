import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingMigrations } from "./migrations.ts";
import { REPOSITORY } from "./sources.ts";

const schema = readFileSync(join(REPOSITORY, "prisma/schema.prisma"), "utf8");

test("a column without a migration is reported with the SQL that is missing", async () => {
  const withMore = schema.replace("model Shop {", "model Shop {\n  colour String?");
  expect(await missingMigrations(withMore)).toContain('ALTER TABLE "Shop" ADD COLUMN     "colour" TEXT;');
  expect(await missingMigrations(schema)).toEqual([]);
});
