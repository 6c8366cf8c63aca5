/**
 * The cost of a query before it runs, and of its result after. Shopify's published table: scalars and enums 0, objects 1,
 * an interface or union the dearest of its selections, a connection sized by first or last, a mutation 10
 * (shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits).
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import type { EmulatorSettings } from "../emulator-settings.ts";

export const QUERY_COST_MAX = 1_000;
const MUTATION_COST = 10;

type ConnectionCost = EmulatorSettings["connectionCost"];

/** What `nodes` rows of cost `each` come to. See EmulatorSettings.connectionCost for the two methods. */
function connectionCost(rows: number, each: number, method: ConnectionCost): number {
  if (method === "linear") return 2 + rows * each;
  if (rows === 0) return 0;
  // 12 for 250 rows, measured twice (the thread named at the setting; Shopify/shopify-api-js#602); the curve between is a fit.
  return Math.round(1 + 2 * Math.log(rows)) * each;
}

export interface CostRequest {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
  method: ConnectionCost;
}

export function requestedCost(request: CostRequest): number {
  return costOf(request, (field) => pageSize(field, request.variables), null);
}

/** `data` is the result: a connection costs the rows it gave, and what came back null costs nothing below it. */
export function actualCost(request: CostRequest, data: unknown): number {
  return costOf(request, () => null, data ?? {});
}

function costOf(request: CostRequest, sizeOf: (field: FieldNode) => number | null, data: unknown): number {
  const { schema, document, operation, method } = request;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = data !== null;

  function selectionCost(set: SelectionSetNode, type: GraphQLCompositeType, value: unknown): number {
    let own = 0;
    let dearestBranch = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        own += fieldCost(selection, type, value);
        continue;
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      const on = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : type;
      if (!on || !isCompositeType(on)) continue;
      const branch = selectionCost(fragment.selectionSet, on, value);
      if (isObjectType(type)) own += branch;
      else dearestBranch = Math.max(dearestBranch, branch);
    }
    return own + dearestBranch;
  }

  function fieldCost(field: FieldNode, parent: GraphQLCompositeType, parentValue: unknown): number {
    if (field.name.value.startsWith("__") || !field.selectionSet) return 0;
    const definition = "getFields" in parent ? parent.getFields()[field.name.value] : undefined;
    const named = definition ? getNamedType(definition.type) : undefined;
    if (!definition || !named || !isCompositeType(named)) return 0;
    const value = measured ? valueAt(parentValue, field) : null;
    if (measured && (value === null || value === undefined)) return 0;
    if (named.name === "PageInfo") return 0;

    if (named.name.endsWith("Connection")) {
      const rowsGiven = rowsOf(value);
      const each = rowCost(field.selectionSet, named, rowsGiven?.[0] ?? null);
      const rows = measured ? (rowsGiven?.length ?? 0) : (sizeOf(field) ?? 0);
      return connectionCost(rows, each, method);
    }
    // A plain list counts as one object, as its length is not known before: only nodes(ids:) is asked for by length.
    const isList = isListType(getNullableType(definition.type));
    if (isList && field.name.value === "nodes") {
      const rows = measured ? asList(value) : Array.from({ length: idsAsked(field, request.variables) });
      return rows.reduce<number>((sum, row) => sum + 1 + selectionCostOf(field, named, row), 0);
    }
    const sample = isList ? (asList(value)[0] ?? null) : value;
    return 1 + (measured && sample === null ? 0 : selectionCostOf(field, named, sample));
  }

  function selectionCostOf(field: FieldNode, type: GraphQLCompositeType, value: unknown): number {
    return field.selectionSet ? selectionCost(field.selectionSet, type, value) : 0;
  }

  /** One row: itself and what hangs below, whether asked by edges or by nodes. */
  function rowCost(set: SelectionSetNode, type: GraphQLCompositeType, row: unknown): number {
    let cost = 1;
    for (const selection of set.selections) {
      if (selection.kind !== Kind.FIELD || !selection.selectionSet || !("getFields" in type)) continue;
      const definition = type.getFields()[selection.name.value];
      const named = definition ? getNamedType(definition.type) : undefined;
      if (!named || !isCompositeType(named)) continue;
      if (selection.name.value === "nodes") cost += selectionCost(selection.selectionSet, named, row);
      if (selection.name.value === "edges") cost += rowCost(selection.selectionSet, named, row) - 1;
      if (selection.name.value === "node") cost += selectionCost(selection.selectionSet, named, row);
    }
    return cost;
  }

  const root = operation.operation === "mutation" ? schema.getMutationType() : schema.getQueryType();
  if (!root) return 0;
  const below = selectionCost(operation.selectionSet, root, data);
  if (operation.operation !== "mutation") return below;
  // A mutation's payload object and its lists of errors are within its 10.
  const fields = operation.selectionSet.selections.length;
  return MUTATION_COST * fields;
}

function pageSize(field: FieldNode, variables: Readonly<Record<string, unknown>>): number | null {
  for (const argument of field.arguments ?? []) {
    if (argument.name.value !== "first" && argument.name.value !== "last") continue;
    if (argument.value.kind === Kind.INT) return Number(argument.value.value);
    if (argument.value.kind === Kind.VARIABLE) {
      const value = variables[argument.value.name.value];
      if (typeof value === "number") return value;
    }
  }
  return null;
}

function idsAsked(field: FieldNode, variables: Readonly<Record<string, unknown>>): number {
  const value = field.arguments?.find((one) => one.name.value === "ids")?.value;
  if (value?.kind === Kind.LIST) return value.values.length;
  if (value?.kind === Kind.VARIABLE) return asList(variables[value.name.value]).length;
  return 0;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function valueAt(parent: unknown, field: FieldNode): unknown {
  if (typeof parent !== "object" || parent === null) return null;
  return (parent as Record<string, unknown>)[field.alias?.value ?? field.name.value];
}

function rowsOf(value: unknown): unknown[] | null {
  if (typeof value !== "object" || value === null) return null;
  if ("nodes" in value) return asList(value.nodes);
  if ("edges" in value) {
    return asList(value.edges).map((edge) =>
      typeof edge === "object" && edge !== null && "node" in edge ? edge.node : null,
    );
  }
  return null;
}
