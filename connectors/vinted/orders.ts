/**
 * Orders, read.
 *
 * GET /api/v1/orders?after-id= lists the orders made after that one, at most 250 a page, with three fields each: id,
 * created_at, status. All else is in GET /api/v1/orders/{id}. So each sweep reads the list from before the oldest order that
 * is still open, and then, one by one, what is new there or has another status than when it was last shown.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { OrderPage, RemoteOrder, Unreadable } from "../contract/remote-types.ts";
import { callVinted, isMissing, READ_ORDER, UNREADABLE, type VintedSession } from "./client.ts";
import { type OrderRow, orderRowSchema, type RawOrder, rawOrderSchema, toOrder } from "./order-json.ts";
import {
  firstPosition,
  notRead,
  type Position,
  pageOf,
  positionSchema,
  shown,
  startedSweep,
  sweptRows,
} from "./order-sweep.ts";

/** Orders read by id in one call of readOrders. */
const DETAILS_PER_CALL = 20;

/** An order that Vinted lists and does not show is tried in this many sweeps before the merchant is told. */
const TRIES_MAX = 3;

/** One page of the list, upwards. Empty: there is nothing after it. */
export async function fetchOrderRows(session: VintedSession, after: string | null): Promise<Result<OrderRow[]>> {
  const read = await callVinted(session, {
    operation: "getOrders",
    method: "GET",
    path: "/api/v1/orders",
    query: after === null ? {} : { "after-id": after },
    effect: "read",
    // Left out where there are none.
    reply: z.object({ orders: z.array(orderRowSchema).optional() }),
  });
  // A row without an id or a date is no way on: the page is given up, not stepped over.
  if (!read.ok)
    return read.failure.kind === "rejected" && read.failure.code === UNREADABLE ? later(read.failure) : read;
  // In which order a page comes is not promised.
  const rows = (read.value.orders ?? []).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const [first] = rows;
  if (first !== undefined && after !== null && BigInt(first.id) <= BigInt(after)) {
    return fail({ kind: "unavailable", scope: "account", message: "getOrders: Vinted's page does not go on upwards" });
  }
  return succeed(rows);
}

function later({ message }: Failure): Result<never> {
  return fail({ kind: "unavailable", scope: "account", message });
}

export async function readVintedOrders(
  session: VintedSession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const held = input.cursor === null ? firstPosition(input.since) : positionSchema.parse(JSON.parse(input.cursor));
  let position = startedSweep(held, session.now());
  if (position.left.length === 0 && !position.listDone) {
    const rows = await fetchOrderRows(session, position.after);
    if (!rows.ok) return rows;
    position = sweptRows(position, rows.value);
  }
  return readDetails(session, position);
}

type Detail =
  | { outcome: "shown"; order: RemoteOrder; status: string }
  /** It can't be read as it is, and why. */
  | { outcome: "unreadable"; why: string }
  | { outcome: "silent"; failure: Failure };

async function readDetail(session: VintedSession, id: string): Promise<Detail> {
  const readAt = session.now();
  const read = await fetchOrder(session, id);
  if (!read.ok) {
    const { failure } = read;
    return failure.kind === "rejected"
      ? { outcome: "unreadable", why: failure.message }
      : { outcome: "silent", failure };
  }
  if (read.value === null) {
    const message = "Vinted lists the order and does not show it";
    return { outcome: "silent", failure: { kind: "unavailable", scope: "item", message } };
  }
  return { outcome: "shown", order: toOrder(read.value, readAt), status: read.value.status.name };
}

async function readDetails(session: VintedSession, swept: Position): Promise<Result<OrderPage>> {
  const rows = swept.left.slice(0, DETAILS_PER_CALL);
  const details = await Promise.all(rows.map((row) => readDetail(session, row.id)));
  const outage = outageOf(details);
  if (outage !== null) return fail(outage);
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  let position: Position = { ...swept, left: swept.left.slice(rows.length) };
  for (const [index, { id, status }] of rows.entries()) {
    const detail = details[index];
    if (detail === undefined) continue;
    if (detail.outcome === "shown") {
      orders.push(detail.order);
      position = shown(position, id, detail.status);
    } else if (detail.outcome === "silent" && (position.tries[id] ?? 0) + 1 < TRIES_MAX) {
      position = notRead(position, id);
    } else {
      // Told once: it is read again when the list has another status for it.
      unreadable.push({ remoteId: id, why: detail.outcome === "silent" ? detail.failure.message : detail.why });
      position = shown(position, id, status);
    }
  }
  return succeed(pageOf(position, { orders, unreadable }));
}

/**
 * What stands in the way of all orders. A failure of one among others that were read, or of one alone, is that order's: it is
 * tried again in the next sweep, and the others are not kept waiting.
 */
function outageOf(details: readonly Detail[]): Failure | null {
  const silent = details.flatMap((one) => (one.outcome === "silent" ? [one.failure] : []));
  const ofAccount = silent.find((one) => one.kind !== "unavailable");
  if (ofAccount !== undefined) return ofAccount;
  const [first] = silent;
  return first !== undefined && silent.length > 1 && silent.length === details.length
    ? { ...first, scope: "account" }
    : null;
}

/** Null when Vinted has no such order. */
export async function fetchOrder(session: VintedSession, remoteId: string): Promise<Result<RawOrder | null>> {
  // It goes into an address, and an id of another kind was never Vinted's.
  if (!/^\d+$/.test(remoteId)) return succeed(null);
  const read = await callVinted(session, {
    operation: READ_ORDER,
    concerns: "item",
    method: "GET",
    path: `/api/v1/orders/${remoteId}`,
    effect: "read",
    reply: rawOrderSchema.refine((order) => order.id === remoteId, { path: ["id"], message: "another order's" }),
  });
  if (!read.ok && isMissing(read.failure)) return succeed(null);
  return read;
}

export async function readVintedOrder(session: VintedSession, remoteId: string): Promise<Result<RemoteOrder | null>> {
  const readAt = session.now();
  const read = await fetchOrder(session, remoteId);
  if (!read.ok) return read;
  return succeed(read.value === null ? null : toOrder(read.value, readAt));
}
