/**
 * Connections as Shopify pages them: `first` or `last` is required, at most 250, and a cursor holds the sort value and id
 * of its row, so that a row that moves between two pages is seen twice or not at all, as in life.
 */
import { numericId } from "../gids.ts";
import type { AdminContext } from "./admin-context.ts";
import { adminError } from "./admin-errors.ts";

export const PAGE_MAX = 250;

export interface ConnectionArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  reverse?: boolean | null;
}

interface Row<T> {
  node: T;
  value: string | number;
  number: bigint;
}

export interface Connection<T> {
  nodes: T[];
  edges: { node: T; cursor: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

export function connection<T extends { id: string }>(
  context: AdminContext,
  items: readonly T[],
  args: ConnectionArguments,
  sortValue: (item: T) => string | number = () => 0,
): Connection<T> {
  const sign = args.reverse ? -1 : 1;
  const rows = items
    .map((node): Row<T> => ({ node, value: sortValue(node), number: numericId(node.id) }))
    .sort((a, b) => sign * compare(a, b));
  if (context.unpaged) return page(rows, false, false);

  const size = args.first ?? args.last;
  if (size === null || size === undefined) {
    throw adminError("BAD_REQUEST", "you must provide one of first or last");
  }
  if (size > PAGE_MAX || size < 0) {
    const name = args.first !== null && args.first !== undefined ? "first" : "last";
    throw adminError("BAD_REQUEST", `${name} cannot exceed ${PAGE_MAX}`);
  }
  const after = args.after ? readCursor(args.after) : null;
  const before = args.before ? readCursor(args.before) : null;
  const within = rows.filter(
    (row) => (!after || sign * compare(row, after) > 0) && (!before || sign * compare(row, before) < 0),
  );
  if (args.first !== null && args.first !== undefined) {
    return page(within.slice(0, size), within.length > size, after !== null);
  }
  return page(within.slice(Math.max(0, within.length - size)), before !== null, within.length > size);
}

function page<T>(rows: readonly Row<T>[], hasNextPage: boolean, hasPreviousPage: boolean): Connection<T> {
  const edges = rows.map((row) => ({ node: row.node, cursor: writeCursor(row) }));
  return {
    nodes: rows.map((row) => row.node),
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

interface Position {
  value: string | number;
  number: bigint;
}

function compare(a: Position, b: Position): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

function writeCursor(row: Position): string {
  return Buffer.from(JSON.stringify({ last_id: String(row.number), last_value: row.value })).toString("base64");
}

function readCursor(cursor: string): Position {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, "base64").toString());
    if (typeof read === "object" && read !== null && "last_id" in read && "last_value" in read) {
      const { last_id: id, last_value: value } = read;
      if (typeof id === "string" && (typeof value === "string" || typeof value === "number")) {
        return { number: BigInt(id), value };
      }
    }
  } catch {
    // Answered below: Shopify says the same for any cursor it did not write.
  }
  throw adminError("BAD_USER_INPUT", "Invalid cursor for current pagination sort.");
}
