/** Committed files that a tool wrote must be what that tool would write now. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CodegenConfig, generate } from "@graphql-codegen/cli";
import { buildSchema, parse, print } from "graphql";
import { fullSchemaFile, PRUNED_SCHEMA_FILE, pruneSchema, readOperations } from "#app/shopify/schema/prune.ts";
import { specsDir } from "#test/support/specs.ts";
import settings from "../../codegen.ts";
import { REPOSITORY } from "./sources.ts";

/** The typed operations, made from the operations and admin.graphql. */
export async function operationTypesProblems(config: CodegenConfig = settings): Promise<string[]> {
  const written = await generate({ ...config, silent: true, errorsOnly: true, cwd: REPOSITORY }, false);
  return written.flatMap(({ filename, content }: { filename: string; content: string }) =>
    readFileSync(join(REPOSITORY, filename), "utf8") === content
      ? []
      : [`${filename} is not what its operations give: run npm run generate and commit it`],
  );
}

/** admin.graphql, cut out of Shopify's schema where that is at hand. */
export function prunedSchemaProblems(
  specs = specsDir(),
  operations = readOperations(),
): { problems: string[]; note?: string } {
  const official = specs ? fullSchemaFile(specs) : null;
  if (!official || !existsSync(official)) {
    return {
      problems: [],
      note: "not compared: Shopify's official schema is not here (set SPECS_DIR to the folder that holds shopify/)",
    };
  }
  // The layout is the formatter's.
  const layout = (sdl: string): string => print(parse(sdl));
  const pruned = pruneSchema(buildSchema(readFileSync(official, "utf8")), operations);
  return {
    problems:
      layout(pruned) === layout(readFileSync(PRUNED_SCHEMA_FILE, "utf8"))
        ? []
        : ["app/shopify/schema/admin.graphql is not what the operations need: run npm run generate and commit it"],
  };
}
