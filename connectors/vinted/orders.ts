/**
 * Orders, and their cancellation.
 *
 * GET /api/v1/orders?after-id= has no filter but the id, and which way it goes is not sure: the ids of a page tell. Upwards,
 * each sweep goes on after the last order that was older than the overlap when it was seen, so that one that shows late is
 * not passed by. Downwards, each sweep begins at the newest and ends at one older than the overlap. Changes have no filter
 * either: orders that were open when last shown are read again by their id. The cursor holds those ids.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { Cancellation, OrderPage, RemoteOrder, Unreadable } from "../contract/remote-types.ts";
import { nextSweepFrom } from "../contract/sweep.ts";
import { callVinted, describeIssues, isMissing, UNREADABLE, type VintedSession } from "./client.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { idSchema, type RawOrder, rawOrderSchema, toOrder } from "./order-json.ts";

/** How far behind the last sweep the next begins. */
const OVERLAP_MS = 10 * 60 * 1000;

/** Open orders read by id in one call of readOrders. */
const REREADS_PER_CALL = 20;

/** Open orders kept in the cursor. With more, a change of one may be missed, and we say so. */
const OPEN_MAX = 1_000;

/** An order that is not shipped by then is not followed any more. */
const FOLLOWED_MAX_MS = 90 * 24 * 60 * 60 * 1000;

const cursorSchema = z.object({
  /** Orders made before are not the app's. */
  since: z.iso.datetime(),
  /** Orders made before were shown by an earlier sweep. */
  from: z.iso.datetime(),
  /** When the sweep under way began; null between sweeps. */
  startedAt: z.iso.datetime().nullable(),
  /** Upwards: the id to begin the next sweep after. */
  base: z.string().nullable(),
  /** Within a sweep: the id to go on after. */
  after: z.string().nullable(),
  /** Which way the pages go, once two ids have told. */
  direction: z.enum(["up", "down"]).nullable(),
  listDone: z.boolean(),
  open: z.array(z.string()),
  left: z.array(z.string()),
  letGo: z.boolean(),
});
type Position = z.infer<typeof cursorSchema>;

interface Row {
  id: string;
  /** Null when it could not be read, and `why` says so. */
  order: RemoteOrder | null;
  why: string;
}

/** One page. `lastId` null: there is nothing after it. */
export async function fetchOrders(
  session: VintedSession,
  after: string | null,
): Promise<Result<{ rows: Row[]; lastId: string | null }>> {
  const readAt = session.now();
  const read = await callVinted(session, {
    operation: "getOrders",
    method: "GET",
    path: "/api/v1/orders",
    query: after === null ? {} : { "after-id": after },
    effect: "read",
    reply: z.object({ orders: z.array(z.unknown()) }),
  });
  if (!read.ok) return read;
  const rows: Row[] = [];
  for (const one of read.value.orders) {
    const id = z.object({ id: idSchema }).safeParse(one);
    // Without an id there is no way on: the page is given up, not stepped over.
    if (!id.success)
      return fail({ kind: "unavailable", scope: "account", message: "getOrders: an order of Vinted's page has no id" });
    const parsed = rawOrderSchema.safeParse(one);
    if (parsed.success) rows.push({ id: parsed.data.id, order: toOrder(parsed.data, readAt), why: "" });
    else rows.push({ id: id.data.id, order: null, why: `Order: ${describeIssues(parsed.error)}` });
  }
  const lastId = rows.at(-1)?.id ?? null;
  if (lastId !== null && lastId === after) {
    return fail({ kind: "unavailable", scope: "account", message: "getOrders: Vinted's page does not go on" });
  }
  return succeed({ rows, lastId });
}

export async function readVintedOrders(
  session: VintedSession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const now = session.now();
  const held = input.cursor === null ? firstPosition(input.since) : cursorSchema.parse(JSON.parse(input.cursor));
  const position: Position =
    held.startedAt === null ? { ...held, startedAt: now.toISOString(), after: held.base, left: held.open } : held;
  return position.listDone ? readOpenOnes(session, position, now) : readPage(session, position, now);
}

function firstPosition(since: Date): Position {
  const from = since.toISOString();
  return {
    since: from,
    from,
    startedAt: null,
    base: null,
    after: null,
    direction: null,
    listDone: false,
    open: [],
    left: [],
    letGo: false,
  };
}

async function readPage(session: VintedSession, position: Position, now: Date): Promise<Result<OrderPage>> {
  const read = await fetchOrders(session, position.after);
  if (!read.ok) return read;
  const { rows, lastId } = read.value;
  const direction = position.direction ?? directionOf(rows.map((row) => row.id));
  const from = new Date(position.from);
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  const open = new Set(position.open);
  const left = new Set(position.left);
  for (const { id, order, why } of rows) {
    if (order === null) unreadable.push({ remoteId: id, why });
    else if (order.soldAt >= from) {
      orders.push(order);
      left.delete(id);
      if (isClosed(order)) open.delete(id);
      else open.add(id);
    }
  }
  const next: Position = {
    ...position,
    direction,
    after: lastId,
    base: direction === "up" ? baseAfter(rows, position) : null,
    open: [...open].slice(-OPEN_MAX),
    left: [...left],
    letGo: position.letGo || open.size > OPEN_MAX,
  };
  const passed = direction === "down" && rows.some(({ order }) => order !== null && order.soldAt < from);
  if (lastId !== null && !passed) {
    return succeed({ orders, unreadable, nextCursor: JSON.stringify(next), more: true, completeThrough: null });
  }
  return succeed(afterPart({ orders, unreadable }, { ...next, listDone: true }, now));
}

/** Null while there are too few to tell; nothing is lost then, the next sweep begins at the beginning again. */
function directionOf(ids: readonly string[]): Position["direction"] {
  const [first] = ids;
  const last = ids.at(-1);
  if (first === undefined || last === undefined || first === last) return null;
  return BigInt(first) < BigInt(last) ? "up" : "down";
}

/** The last order of this page that is older than the overlap, if there is one: what comes after is read again. */
function baseAfter(rows: readonly Row[], position: Position): string | null {
  const startedMs = Date.parse(position.startedAt ?? position.from);
  const settled = rows.findLast(({ order }) => order !== null && order.soldAt.getTime() < startedMs - OVERLAP_MS);
  return settled?.id ?? position.base;
}

async function readOpenOnes(session: VintedSession, position: Position, now: Date): Promise<Result<OrderPage>> {
  const ids = position.left.slice(0, REREADS_PER_CALL);
  const reads = await Promise.all(ids.map((id) => fetchOrder(session, id)));
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  const dropped = new Set<string>();
  for (const [index, id] of ids.entries()) {
    const read = reads[index];
    if (!read) continue;
    if (!read.ok) {
      if (read.failure.kind !== "rejected" || read.failure.code !== UNREADABLE) return read;
      unreadable.push({ remoteId: id, why: read.failure.message });
      dropped.add(id);
      continue;
    }
    const order = read.value === null ? null : toOrder(read.value, now);
    if (order !== null && isClosed(order)) orders.push(order);
    const tooOld = order !== null && now.getTime() - order.soldAt.getTime() > FOLLOWED_MAX_MS;
    if (order === null || isClosed(order) || tooOld) dropped.add(id);
  }
  const next: Position = {
    ...position,
    open: position.open.filter((id) => !dropped.has(id)),
    left: position.left.slice(ids.length),
  };
  return succeed(afterPart({ orders, unreadable }, next, now));
}

/** Ends the sweep when nothing of it is left. */
function afterPart(shown: Pick<OrderPage, "orders" | "unreadable">, position: Position, now: Date): OrderPage {
  if (position.left.length > 0) {
    return { ...shown, nextCursor: JSON.stringify(position), more: true, completeThrough: null };
  }
  const startedAt = position.startedAt === null ? now : new Date(position.startedAt);
  const next: Position = {
    ...position,
    from: nextSweepFrom({ from: new Date(position.since), startedAt }, OVERLAP_MS).toISOString(),
    startedAt: null,
    after: null,
    listDone: false,
    letGo: position.letGo && position.open.length >= OPEN_MAX,
  };
  return {
    ...shown,
    nextCursor: JSON.stringify(next),
    more: false,
    completeThrough: position.letGo ? null : new Date(startedAt.getTime() - ORDER_VISIBILITY_LAG_MS),
  };
}

function isClosed(order: RemoteOrder): boolean {
  return order.status === "cancelled" || order.fulfilment === "complete";
}

export async function fetchOrder(session: VintedSession, remoteId: string): Promise<Result<RawOrder | null>> {
  // It goes into an address, and an id of another kind was never Vinted's.
  if (!/^\d+$/.test(remoteId)) return succeed(null);
  const read = await callVinted(session, {
    operation: "getOrder",
    concerns: "item",
    method: "GET",
    path: `/api/v1/orders/${remoteId}`,
    effect: "read",
    reply: rawOrderSchema,
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

type CancellationState = { state: "cancelled" | "requested" };

/** 100 characters at most. */
const EXPLANATIONS: Readonly<Record<Cancellation["reason"], string>> = {
  "out-of-stock": "Sorry, this item has been sold elsewhere and is no longer available.",
  "buyer-request": "Cancelled at the buyer's request.",
  other: "Sorry, this order cannot be sent.",
};

export async function cancelVintedOrder(
  session: VintedSession,
  cancellation: Cancellation,
): Promise<Result<CancellationState>> {
  const { orderRemoteId } = cancellation;
  if (cancellation.lines !== null) {
    return refuse(
      "Vinted cancels whole orders only. Cancel all of it, or settle the one item with the buyer at Vinted.",
    );
  }
  const before = await fetchOrder(session, orderRemoteId);
  if (!before.ok) return before;
  if (before.value === null) return refuse(`Vinted does not know order ${orderRemoteId}.`);
  const { status, fulfilment, cancelling } = before.value.status;
  if (status === "cancelled") return succeed({ state: "cancelled" });
  if (cancelling) return succeed({ state: "requested" });
  if (fulfilment === "complete")
    return refuse(`Order ${orderRemoteId} is on its way: Vinted cancels no shipped order.`);
  const sent = await callVinted(session, {
    operation: "cancelOrder",
    concerns: "item",
    method: "POST",
    path: `/api/v1/orders/${orderRemoteId}/cancel`,
    body: JSON.stringify({ cancellation_reason_explanation: EXPLANATIONS[cancellation.reason] }),
    effect: "write",
    reply: z.unknown(),
  });
  if (!sent.ok) return sent;
  const after = await fetchOrder(session, orderRemoteId);
  // Taken, and done later (ORDER_CANCELLED or CANCEL_ORDER_FAILURE): polling sees what came of it.
  const done = after.ok && after.value?.status.status === "cancelled";
  return succeed({ state: done ? "cancelled" : "requested" });
}

function refuse(message: string): { ok: false; failure: Failure } {
  return fail({ kind: "rejected", scope: "item", message });
}
