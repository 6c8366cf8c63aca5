/**
 * The schema the emulator executes: the project's pruned SDL of the real Admin schema, so that a query Shopify would
 * refuse is refused here. The SDL is generated from the app's operations; resolvers may know more than it has, and what
 * it lacks is passed over.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { gidType } from "../gids.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";
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
      const resolve = RESOLVERS[type.name]?.[field.name] as GraphQLFieldResolver<unknown, AdminContext> | undefined;
      field.resolve = unlessDenied(`${type.name}.${field.name}`, resolve ?? defaultFieldResolver);
    }
  }
  return schema;
}

/** A scope, or the approval for protected customer data, is asked for field by field: the rest of the reply is there. */
function unlessDenied(
  field: string,
  resolve: GraphQLFieldResolver<unknown, AdminContext>,
): GraphQLFieldResolver<unknown, AdminContext> {
  return (source, args, context, info) => {
    if (context.world.settings.deniedFields.includes(field)) {
      const message = `Access denied for ${info.fieldName} field.`;
      throw adminError("ACCESS_DENIED", message, {
        documentation: "https://shopify.dev/api/usage/access-scopes",
      });
    }
    return resolve(source, args, context, info);
  };
}

function typeOfRecord(record: { id: string }): string {
  const type = gidType(record.id.replace(/\?.*$/, ""));
  if (!type) throw new Error(`no type for ${record.id}`);
  return type;
}
