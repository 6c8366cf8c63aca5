/** POST /admin/api/{version}/graphql.json: token, validation, cost, throttle, execution, in that order. */
import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from "graphql";
import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Faults } from "../../kit.ts";
import type { AccessTokens } from "../access-tokens.ts";
import type { Store } from "../store.ts";
import { storeByDomain, type World } from "../world.ts";
import type { AdminContext } from "./admin-context.ts";
import { type CostBucket, createCostBucket } from "./cost-bucket.ts";
import { actualCost, type CostRequest, QUERY_COST_MAX, requestedCost } from "./query-cost.ts";

const bodySchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

const DOCUMENTS_KEPT_MAX = 500;

export interface AdminApi {
  /** The bucket of this app on a shop. */
  bucketOf(shop: string): CostBucket;
}

export function mountAdminApi(
  app: Hono,
  parts: { world: World; tokens: AccessTokens; faults: Faults; schema: GraphQLSchema; apiVersion: string },
): AdminApi {
  const { world, tokens, schema, apiVersion } = parts;
  const buckets = new Map<string, CostBucket>();
  const orderCreatesAtMs = new Map<string, number[]>();
  const known = new Map<string, Read>();

  function bucketOf(shop: string): CostBucket {
    const held = buckets.get(shop);
    if (held) return held;
    const bucket = createCostBucket(world.clock, world.settings);
    buckets.set(shop, bucket);
    return bucket;
  }
  function recentOrderCreates(shop: string): number[] {
    const held = orderCreatesAtMs.get(shop) ?? [];
    orderCreatesAtMs.set(shop, held);
    return held;
  }

  /** An app sends the same few texts again and again. */
  function readDocument(query: string, operationName: string | null): Read {
    const key = JSON.stringify([query, operationName]);
    const read = known.get(key) ?? validated(schema, query, operationName);
    if (known.size < DOCUMENTS_KEPT_MAX) known.set(key, read);
    return read;
  }

  async function answer(c: Context, store: Store): Promise<object> {
    const body = bodySchema.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return { errors: [{ message: "query is missing or not a string" }] };
    const parsed = readDocument(body.data.query, body.data.operationName ?? null);
    if (!parsed.ok) return { errors: parsed.errors };

    const variables = body.data.variables ?? {};
    const { document, operation } = parsed;
    const request: CostRequest = { schema, document, operation, variables, method: world.settings.connectionCost };
    const requested = requestedCost(request);
    const bucket = bucketOf(store.domain);
    if (requested > QUERY_COST_MAX) {
      const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${QUERY_COST_MAX}).`;
      const details = { code: "MAX_COST_EXCEEDED", cost: requested, maxCost: QUERY_COST_MAX };
      return { errors: [{ message, extensions: details }] };
    }
    const cost = (actual: number | null) => ({
      cost: { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: bucket.status() },
    });
    if (!bucket.take(requested)) {
      const throttled = { message: "Throttled", extensions: { code: "THROTTLED" } };
      return { errors: [throttled], extensions: cost(null) };
    }
    const contextValue: AdminContext = {
      world,
      store,
      origin: new URL(c.req.url).origin,
      unpaged: false,
      orderCreatesAtMs: recentOrderCreates(store.domain),
    };
    const result = await execute({
      schema,
      document,
      variableValues: variables,
      operationName: body.data.operationName ?? null,
      contextValue,
    });
    const actual = Math.min(requested, actualCost(request, result.data));
    bucket.giveBack(requested - actual);
    return { ...result, errors: result.errors?.map(withCode), extensions: cost(actual) };
  }

  const roots = [schema.getQueryType(), schema.getMutationType()];
  const operations = { names: roots.flatMap((root) => Object.keys(root?.getFields() ?? {})), of: rootField };
  app.post("/admin/api/:version/graphql.json", parts.faults.around(operations), async (c) => {
    const token = c.req.header("x-shopify-access-token") ?? "";
    const shop = tokens.shopOf(token);
    const store = shop ? storeByDomain(world, shop) : null;
    if (!store?.installation) {
      const message = "[API] Invalid API key or access token (unrecognized login or wrong password)";
      return c.json({ errors: message }, 401, { "www-authenticate": 'Basic realm="Shopify API Authentication"' });
    }
    if (c.req.param("version") !== apiVersion) return c.json({ errors: "Not Found" }, 404);
    c.header("x-shopify-api-version", apiVersion);
    c.header("x-request-id", world.random.uuid());
    // What Shopify's body is then, nobody wrote down.
    if (world.settings.bulkRefusal === "forbidden" && (await rootField(c)) === "bulkOperationRunQuery") {
      return c.json({ errors: "Forbidden" }, 403);
    }
    return c.json(await answer(c, store));
  });

  return { bucketOf };
}

type Read = { ok: true; document: DocumentNode; operation: OperationDefinitionNode } | { ok: false; errors: object[] };

function validated(schema: GraphQLSchema, query: string, operationName: string | null): Read {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return { ok: false, errors: [error instanceof GraphQLError ? error.toJSON() : { message: String(error) }] };
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return { ok: false, errors: errors.map(inShopifysWords) };
  const operation = getOperationAST(document, operationName);
  if (!operation) return { ok: false, errors: [{ message: "An operation name is required" }] };
  return { ok: true, document, operation };
}

/** Shopify says an unknown field in graphql-ruby's words and with a code; the rest keeps graphql-js's text. */
function inShopifysWords(error: GraphQLError): object {
  const unknown = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  const plain = error.toJSON();
  if (!unknown) return { ...plain, extensions: { code: "argumentLiteralsIncompatible", ...plain.extensions } };
  const [, fieldName, typeName] = unknown;
  const message = `Field '${fieldName}' doesn't exist on type '${typeName}'`;
  return { ...plain, message, extensions: { code: "undefinedField", typeName, fieldName } };
}

/** A wrong variable or a resolver's defect reaches the caller with a code, as every error of Shopify's does. */
function withCode(error: GraphQLError): object {
  const plain = error.toJSON();
  if (plain.extensions?.code) return plain;
  const isVariable = error.message.startsWith("Variable ");
  if (!isVariable && error.originalError) console.error("Shopify emulator: a resolver threw", error.originalError);
  return { ...plain, extensions: { code: isVariable ? "INVALID_VARIABLE" : "INTERNAL_SERVER_ERROR" } };
}

const rootFields = new Map<string, string>();

/** Operation name for faults and records: the first root field. */
async function rootField(c: Context): Promise<string> {
  try {
    const { query } = bodySchema.parse(await c.req.json());
    const known = rootFields.get(query);
    if (known) return known;
    const operation = parse(query).definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
    const first = operation?.selectionSet.selections.find((one) => one.kind === Kind.FIELD);
    const name = first?.name.value ?? "graphql";
    if (rootFields.size < DOCUMENTS_KEPT_MAX) rootFields.set(query, name);
    return name;
  } catch {
    return "graphql";
  }
}
