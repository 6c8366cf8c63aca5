/**
 * bulkOperationRunQuery: checked when started, run later, its rows as JSON lines in which a child follows its parent and
 * names it by __parentId. Limits from facts/shopify.md: 5 at a time per app and shop, 5 connections, 2 levels.
 */
import {
  type DocumentNode,
  execute,
  type GraphQLSchema,
  getNamedType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { BulkOperation } from "../store.ts";
import { bulkOperationPayload } from "../webhook-payloads.ts";
import { act, timestamp } from "../world.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";

const CONCURRENT_MAX = 5;
const CONNECTIONS_MAX = 5;
const NESTING_MAX = 2;

export interface BulkStart {
  bulkOperation: BulkOperation | null;
  userErrors: { code: string | null; field: string[] | null; message: string }[];
}

export function startBulkQuery(schema: GraphQLSchema, context: AdminContext, query: string): BulkStart {
  const { store, world } = context;
  const refuse = (code: string, message: string): BulkStart => ({
    bulkOperation: null,
    userErrors: [{ code, field: code === "INVALID" ? ["query"] : null, message }],
  });
  if (world.settings.bulkRefusal === "access-denied") {
    throw adminError("ACCESS_DENIED", "Access denied for bulkOperationRunQuery field.");
  }
  if (world.settings.bulkRefusal === "user-error") {
    const message = "Bulk operations are not enabled for this app.";
    return { bulkOperation: null, userErrors: [{ code: null, field: null, message }] };
  }
  const running = [...store.bulkOperations.values()].filter((one) => one.completedAt === null);
  if (running.length >= CONCURRENT_MAX) {
    const ids = running.map((one) => one.id).join(", ");
    return refuse(
      "OPERATION_IN_PROGRESS",
      `A bulk query operation for this app and shop is already in progress: ${ids}.`,
    );
  }
  const checked = checkBulkQuery(schema, query);
  if (!checked.ok) return refuse("INVALID", checked.message);

  const operation: BulkOperation = {
    id: world.gids.next("BulkOperation"),
    status: "CREATED",
    errorCode: null,
    query,
    createdAt: timestamp(world),
    completedAt: null,
    objectCount: 0,
    token: world.random.hex(40),
    jsonl: "",
  };
  store.bulkOperations.set(operation.id, operation);
  void run(schema, context, checked.document, operation);
  return { bulkOperation: operation, userErrors: [] };
}

/** The rows are read at the start, so that they are as old at the end as a long operation's first rows are. */
async function run(
  schema: GraphQLSchema,
  context: AdminContext,
  document: DocumentNode,
  operation: BulkOperation,
): Promise<void> {
  const { world, store } = context;
  const result = await execute({ schema, document, contextValue: { ...context, unpaged: true } });
  operation.status = "RUNNING";
  await world.clock.sleep(world.settings.bulkOperationMs);
  act(world, store, (action) => {
    if (result.errors) {
      operation.status = "FAILED";
      operation.errorCode = "INTERNAL_SERVER_ERROR";
    } else {
      const rows = flatten(result.data, world.settings.bulkParentId);
      operation.status = "COMPLETED";
      operation.objectCount = rows.length;
      operation.jsonl = inOrder(rows, world.settings.bulkRowOrder)
        .slice(0, Math.max(0, rows.length - world.settings.bulkRowsLost))
        .map((row) => `${JSON.stringify(row)}\n`)
        .join("");
    }
    operation.completedAt = action.at;
    action.emit("bulk_operations/finish", bulkOperationPayload(store, operation));
  });
}

function inOrder(rows: Json[], order: "parents-first" | "children-first"): Json[] {
  return order === "parents-first" ? rows : [...rows].reverse();
}

type Checked = { ok: true; document: DocumentNode } | { ok: false; message: string };

export function checkBulkQuery(schema: GraphQLSchema, query: string): Checked {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return { ok: false, message: `Invalid bulk query: ${error instanceof Error ? error.message : String(error)}` };
  }
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [operation, ...others] = operations;
  if (!operation || others.length > 0 || operation.operation !== "query") {
    return { ok: false, message: "Invalid bulk query: exactly one query is expected." };
  }
  if ((operation.variableDefinitions?.length ?? 0) > 0) {
    return { ok: false, message: "Invalid bulk query: variables are not supported." };
  }
  const [error] = validate(schema, document);
  if (error) return { ok: false, message: `Invalid bulk query: ${error.message}` };

  let connections = 0;
  let level = 0;
  let deepest = 0;
  let message: string | null = null;
  const info = new TypeInfo(schema);
  const isConnection = (): boolean => {
    const type = info.getType();
    return type ? getNamedType(type).name.endsWith("Connection") : false;
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter(field) {
          const atRoot = info.getParentType() === schema.getQueryType();
          if (atRoot && (field.name.value === "node" || field.name.value === "nodes")) {
            message = "Bulk queries cannot contain a top level node or nodes field.";
          }
          if (!isConnection()) return;
          connections += 1;
          level += 1;
          deepest = Math.max(deepest, level);
        },
        leave() {
          if (isConnection()) level -= 1;
        },
      },
    }),
  );
  if (connections === 0) message = "Bulk queries must contain at least one connection.";
  if (connections > CONNECTIONS_MAX) message = `Bulk queries cannot contain more than ${CONNECTIONS_MAX} connections.`;
  if (deepest > NESTING_MAX)
    message = `Bulk queries cannot contain connections with a nesting depth greater than ${NESTING_MAX}.`;
  return message === null ? { ok: true, document } : { ok: false, message: `Invalid bulk query: ${message}` };
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rowsIn(value: unknown): Json[] | null {
  if (!isObject(value)) return null;
  if (Array.isArray(value.nodes)) return value.nodes.filter(isObject);
  if (Array.isArray(value.edges)) {
    return value.edges
      .filter(isObject)
      .map((edge) => edge.node)
      .filter(isObject);
  }
  return null;
}

/** One row per node of a connection, parents first. */
export function flatten(data: unknown, parentId: "row" | "nearest-object"): Json[] {
  const rows: Json[] = [];

  function emit(node: Json, parent: unknown): void {
    const row: Json = {};
    rows.push(row);
    const children: (() => void)[] = [];
    copy(node, row, node.id, children);
    if (parent !== undefined) row.__parentId = parent;
    for (const child of children) child();
  }
  function copy(from: Json, to: Json, owner: unknown, children: (() => void)[]): void {
    for (const [key, value] of Object.entries(from)) {
      const inner = rowsIn(value);
      if (inner) {
        children.push(() => {
          for (const one of inner) emit(one, owner);
        });
      } else if (isObject(value)) {
        const plain: Json = {};
        to[key] = plain;
        copy(value, plain, parentId === "nearest-object" ? (value.id ?? owner) : owner, children);
      } else {
        to[key] = value;
      }
    }
  }
  if (isObject(data)) {
    for (const value of Object.values(data)) for (const node of rowsIn(value) ?? []) emit(node, undefined);
  }
  return rows;
}
