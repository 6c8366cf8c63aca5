import { existsSync } from "node:fs";
import { parse } from "graphql";
import { expect, it } from "vitest";
import { fullSchemaFile } from "#app/shopify/schema/prune.ts";
import { specsDir } from "#test/support/specs.ts";
import settings from "../../codegen.ts";
import { operationTypesProblems, prunedSchemaProblems } from "./generated-files.ts";

const FILE = "app/shopify/operations.generated.ts";
const specs = specsDir();

it("types made with other settings are noticed", async () => {
  expect(await operationTypesProblems()).toEqual([]);
  const target = settings.generates[FILE];
  if (!target || Array.isArray(target)) throw new Error(`codegen.ts does not make ${FILE}`);
  const scalars = { ...(target.config?.scalars as object), Decimal: "number" };
  const changed = { ...settings, generates: { [FILE]: { ...target, config: { ...target.config, scalars } } } };
  expect(await operationTypesProblems(changed)).toEqual([expect.stringContaining("npm run generate")]);
});

it("a schema that was not compared says so", () => {
  expect(prunedSchemaProblems("/nowhere").note).toContain("SPECS_DIR");
});

it.skipIf(!specs || !existsSync(fullSchemaFile(specs)))("a schema of other operations is noticed", () => {
  expect(prunedSchemaProblems(specs, parse("query OnlyShop { shop { id } }")).problems).toHaveLength(1);
});
