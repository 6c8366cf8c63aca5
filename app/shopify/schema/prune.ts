/**
 * Writes `admin.graphql`: the part of Shopify's Admin schema that our operations touch, without descriptions.
 *
 * The full schema is 800 kB and is not ours to ship. Fields that no operation selects are dropped; every input
 * type that a kept argument reaches is kept whole, so that a wrong or missing input field is refused by the
 * emulator exactly as Shopify would refuse it.
 *
 * Run: `npm run generate -- <folder of official specs>` (the folder that holds shopify/admin_*.graphql)
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  buildSchema,
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { ADMIN_API_VERSION } from "../api-version.ts";

const here = import.meta.dirname;
export const OPERATIONS_DIR = join(here, "..", "operations");
export const PRUNED_SCHEMA_FILE = join(here, "admin.graphql");

/** Where the full official schema lies below a specs folder. */
export function fullSchemaFile(specsDir: string): string {
  return join(specsDir, "shopify", `admin_${ADMIN_API_VERSION}.graphql`);
}

/** All operations of the app as one document. */
export function readOperations(): DocumentNode {
  const text = readdirSync(OPERATIONS_DIR)
    .filter((name) => name.endsWith(".graphql"))
    .sort()
    .map((name) => readFileSync(join(OPERATIONS_DIR, name), "utf8"))
    .join("\n");
  return parse(text);
}

/** Types and fields of `schema` that `operations` select, as SDL. Throws when an operation is not valid. */
export function pruneSchema(schema: GraphQLSchema, operations: DocumentNode): string {
  const errors = validate(schema, operations);
  if (errors.length > 0) {
    throw new Error(`operations do not fit the schema:\n${errors.map((error) => `- ${error.message}`).join("\n")}`);
  }
  const fields = new Map<string, Set<string>>();
  const inputs = new Set<string>();

  const keepType = (type: GraphQLNamedType): void => {
    if (isSpecifiedScalarType(type) || inputs.has(type.name)) return;
    if (isInputObjectType(type)) {
      inputs.add(type.name);
      for (const field of Object.values(type.getFields())) keepType(getNamedType(field.type));
    } else if (isEnumType(type) || isScalarType(type)) {
      inputs.add(type.name);
    } else if (!fields.has(type.name)) {
      fields.set(type.name, new Set());
      if (isUnionType(type)) for (const member of type.getTypes()) keepType(member);
    }
  };
  const keepArgs = (args: readonly GraphQLArgument[]): void => {
    for (const arg of args) keepType(getNamedType(arg.type));
  };

  const info = new TypeInfo(schema);
  visit(
    operations,
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (!parent || !field || field.name.startsWith("__")) return;
        keepType(parent);
        fields.get(parent.name)?.add(field.name);
        keepArgs(field.args);
        keepType(getNamedType(field.type));
      },
      InlineFragment() {
        const type = info.getType();
        if (type) keepType(getNamedType(type));
      },
    }),
  );

  // An object that keeps nothing of its own (a union member, say) keeps its id or first field: SDL has no empty
  // types. Then a kept interface's fields are kept on every kept implementation.
  const compound = [...fields.keys()]
    .map((name) => schema.getType(name))
    .filter((type) => isObjectType(type) || isInterfaceType(type));
  for (const type of compound) {
    const kept = fields.get(type.name);
    if (!kept || kept.size > 0) continue;
    const all = type.getFields();
    const only = all.id ?? Object.values(all)[0];
    if (only) {
      kept.add(only.name);
      keepType(getNamedType(only.type));
    }
  }
  for (const type of compound) {
    for (const parent of type.getInterfaces()) {
      for (const field of fields.get(parent.name) ?? []) fields.get(type.name)?.add(field);
    }
  }

  const kept: string[] = [];
  for (const directive of schema.getDirectives()) {
    if (directive.astNode && directive.name === "idempotent") kept.push(print(directive.astNode));
  }
  for (const name of [...fields.keys(), ...inputs].sort()) {
    const node = schema.getType(name)?.astNode;
    if (!node) continue;
    const keepFields = fields.get(name);
    if (keepFields && (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)) {
      kept.push(
        print({
          ...node,
          interfaces: node.interfaces?.filter((parent) => fields.has(parent.name.value)) ?? [],
          fields: node.fields?.filter((field) => keepFields.has(field.name.value)) ?? [],
        }),
      );
    } else {
      kept.push(print(node));
    }
  }
  return `# Generated from Shopify's Admin schema ${ADMIN_API_VERSION} by schema/prune.ts. Do not edit.\nschema {\n  query: ${schema.getQueryType()?.name}\n  mutation: ${schema.getMutationType()?.name}\n}\n\n${kept.join("\n\n")}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const specsDir = process.argv[2] ?? join(here, "..", "..", "..", "..", "shared", "specs");
  if (!existsSync(fullSchemaFile(specsDir))) {
    console.error(
      `${fullSchemaFile(specsDir)} is not there. Say where: npm run generate -- <folder of official specs>`,
    );
    process.exit(1);
  }
  const schema = buildSchema(readFileSync(fullSchemaFile(specsDir), "utf8"));
  const pruned = pruneSchema(schema, readOperations());
  writeFileSync(PRUNED_SCHEMA_FILE, pruned);
  console.log(`admin.graphql: ${(pruned.length / 1024).toFixed(0)} kB`);
}
