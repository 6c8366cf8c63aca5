/**
 * Our part of Shopify's Admin schema and our operations, judged by the official schema. That one is not ours to ship: the
 * tests that need it are skipped, with these words, where SPECS_DIR does not lead to it.
 */
import { existsSync, readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  print,
  validate,
} from "graphql";
import { describe, expect, it, type TestContext } from "vitest";
import { fullSchemaFile, PRUNED_SCHEMA_FILE, pruneSchema, readOperations } from "#app/shopify/schema/prune.ts";
import { specsDir } from "#test/support/specs.ts";

const pruned = buildSchema(readFileSync(PRUNED_SCHEMA_FILE, "utf8"));

const specs = specsDir();
const officialFile = specs && existsSync(fullSchemaFile(specs)) ? fullSchemaFile(specs) : null;
const WHY_SKIPPED =
  "Shopify's official schema is not here, so nothing was compared with it; set SPECS_DIR to the folder that holds shopify/admin_*.graphql";
if (!officialFile) console.info(WHY_SKIPPED);

function fullSchema({ skip }: TestContext): GraphQLSchema {
  return officialFile ? buildSchema(readFileSync(officialFile, "utf8")) : skip(WHY_SKIPPED);
}

/** Whatever `part` says that `whole` does not. */
function differences(part: GraphQLSchema, whole: GraphQLSchema): string[] {
  const found: string[] = [];
  const compare = (where: string, ours: unknown, theirs: unknown): void => {
    if (String(ours) !== String(theirs)) found.push(`${where} is ${ours}, officially ${theirs}`);
  };
  for (const [name, type] of Object.entries(part.getTypeMap())) {
    if (name.startsWith("__")) continue;
    const official = whole.getType(name);
    if (!official || official.constructor !== type.constructor) {
      found.push(`${name} is no such type officially`);
      continue;
    }
    if ((isObjectType(type) && isObjectType(official)) || (isInterfaceType(type) && isInterfaceType(official))) {
      for (const [fieldName, field] of Object.entries(type.getFields())) {
        const theirs = official.getFields()[fieldName];
        compare(`${name}.${fieldName}`, field.type, theirs?.type);
        const argsOf = (args: typeof field.args = []) =>
          args.map((arg) => `${arg.name}: ${arg.type} = ${JSON.stringify(arg.defaultValue)}`);
        compare(`arguments of ${name}.${fieldName}`, argsOf(field.args), argsOf(theirs?.args));
      }
      const theirs = official.getInterfaces().map(String);
      for (const parent of type.getInterfaces()) {
        if (!theirs.includes(parent.name)) found.push(`${name} does not implement ${parent.name} officially`);
      }
    }
    if (isInputObjectType(type) && isInputObjectType(official)) {
      const fieldsOf = (input: typeof type) =>
        Object.values(input.getFields()).map(
          (field) => `${field.name}: ${field.type} = ${JSON.stringify(field.defaultValue)}`,
        );
      compare(`fields of ${name}`, fieldsOf(type), fieldsOf(official));
    }
    if (isEnumType(type) && isEnumType(official)) {
      const valuesOf = (one: typeof type) => one.getValues().map((value) => value.name);
      compare(`values of ${name}`, valuesOf(type), valuesOf(official));
    }
    if (isUnionType(type) && isUnionType(official)) compare(`members of ${name}`, type.getTypes(), official.getTypes());
  }
  return found;
}

describe("the part of Shopify's schema that we ship", () => {
  it("says nothing that the official schema does not say", (context) => {
    expect(differences(pruned, fullSchema(context))).toEqual([]);
  });

  it("is no more than the operations need", () => {
    const layout = (sdl: string): string => print(parse(sdl));
    expect(layout(pruneSchema(pruned, readOperations()))).toBe(layout(readFileSync(PRUNED_SCHEMA_FILE, "utf8")));
  });

  it("(the comparison notices a field, an argument and a value that are not Shopify's)", (context) => {
    const full = fullSchema(context);
    const sdl = readFileSync(PRUNED_SCHEMA_FILE, "utf8");
    for (const [from, to] of [
      ["  sku: String\n", "  skuu: String\n"],
      ["orderCancel(", "orderCancel(sure: Boolean "],
      ["restock: Boolean!", "restock: Boolean"],
      [/enum OrderCancelReason \{/, "enum OrderCancelReason { BORED"],
    ] as const) {
      const changed = sdl.replace(from, to);
      expect(changed).not.toBe(sdl);
      expect(differences(buildSchema(changed), full), String(to)).toHaveLength(1);
    }
  });
});

describe("the operations", () => {
  it("are valid by the official schema", (context) => {
    expect(validate(fullSchema(context), readOperations())).toEqual([]);
  });

  it("are valid by the part that we ship", () => {
    expect(validate(pruned, readOperations())).toEqual([]);
  });

  it("(a misspelt field and a missing argument are noticed)", (context) => {
    const full = fullSchema(context);
    const text = print(readOperations());
    const misspelt = text.replace("cancelReason", "cancelReasom");
    expect(misspelt).not.toBe(text);
    expect(validate(full, parse(misspelt)).map((error) => error.message)).toEqual([
      expect.stringContaining(`Cannot query field "cancelReasom" on type "Order"`),
    ]);
    const incomplete = text.replace(/restock: \$restock,?\s*/, "");
    expect(incomplete).not.toBe(text);
    expect(validate(full, parse(incomplete)).map((error) => error.message)).toContainEqual(
      expect.stringContaining(`"restock" of type "Boolean!" is required`),
    );
  });
});
