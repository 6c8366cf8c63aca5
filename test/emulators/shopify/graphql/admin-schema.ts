/**
 * The schema the emulator executes: the project's pruned SDL of the real Admin schema, so that a query Shopify would
 * refuse is refused here. The SDL is generated from the app's operations; resolvers may know more than it has, and what
 * it lacks is passed over.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, type GraphQLFieldResolver, type GraphQLSchema, isInterfaceType, isObjectType } from "graphql";
import { gidType } from "../gids.ts";
import type { AdminContext } from "./admin-context.ts";
import { mutationResolvers } from "./mutation-resolvers.ts";
import { objectResolvers } from "./object-resolvers.ts";
import { queryResolvers } from "./query-resolvers.ts";

const SCHEMA_FILE = join(import.meta.dirname, "../../../../app/shopify/schema/admin.graphql");

/** Each resolver states the record and arguments it expects; the schema is what makes that true. */
type Resolvers = Record<string, Record<string, GraphQLFieldResolver<never, AdminContext, never>>>;

const RESOLVERS: Resolvers = { ...objectResolvers, QueryRoot: queryResolvers, Mutation: mutationResolvers };

/** Built by graphql alone: a second copy of it, as a helper library may load under Vitest, refuses the schema. */
export function loadAdminSchema(file: string = SCHEMA_FILE): GraphQLSchema {
  const schema = buildSchema(readFileSync(file, "utf8"));
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInterfaceType(type)) type.resolveType = typeOfRecord;
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = RESOLVERS[type.name]?.[field.name];
      if (resolve) field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
    }
  }
  return schema;
}

function typeOfRecord(record: { id: string }): string {
  const type = gidType(record.id.replace(/\?.*$/, ""));
  if (!type) throw new Error(`no type for ${record.id}`);
  return type;
}
