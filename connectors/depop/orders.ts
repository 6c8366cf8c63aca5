/**
 * Orders, and the refund that stands for a cancellation.
 *
 * Reading changes without a filter for them. GET /orders/ filters by creation alone, so a sweep has two parts: the orders
 * created since the last sweep (less an overlap), page by page with Depop's own cursor, which stands at an order and not
 * at a row and so cannot slide; then each order that was still open when it was last shown, read by its id and shown if it
 * is open no more or something has happened to it, such as a partial refund. The cursor holds the ids of the open ones, and
 * what was told of them. Only after both parts is `completeThrough` told, and it
 * counts from the sweep's beginning.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { Cancellation, OrderPage, RemoteOrder, Unreadable } from "../contract/remote-types.ts";
import { keyText } from "../contract/storable.ts";
import { nextSweepFrom } from "../contract/sweep.ts";
import { callDepop, type DepopSession, describeIssues, isMissing, segment, UNREADABLE } from "./client.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { toDecimal, toMinor } from "./money.ts";
import { isClosed, isFullyRefunded, type RawOrder, rawOrderSchema, refundedMinor, toOrder } from "./order-json.ts";

/** "It can return a maximum of 200 orders at a time". */
const ORDERS_PER_PAGE = "200";

/** How far behind the last sweep the next begins: the visibility lag, and much more for clocks that disagree. */
const OVERLAP_MS = 10 * 60 * 1000;

/** Open orders read by id in one call of readOrders. */
const REREADS_PER_CALL = 25;

/** Open orders kept in the cursor, newest first. With more, a change of an older one may be missed, and we say so. */
export const OPEN_MAX = 1_000;

/** An order that is not shipped by then is not followed any more: Depop cancels unshipped orders long before. */
const FOLLOWED_MAX_MS = 90 * 24 * 60 * 60 * 1000;

const cursorSchema = z.object({
  from: z.iso.datetime(),
  /** When the sweep under way began; null between sweeps. */
  startedAt: z.iso.datetime().nullable(),
  /** Depop's cursor within the sweep's window; null: at its first page. */
  page: z.string().nullable(),
  windowDone: z.boolean(),
  /** Open orders, newest first. */
  open: z.array(z.string()),
  /** Those of them that this sweep has still to read again. */
  left: z.array(z.string()),
  /** Of open orders that are not as they were made: what was told (`tellableState`). */
  told: z.record(z.string(), z.string()).default({}),
  /** True when `open` was full and one was let go. */
  letGo: z.boolean(),
});
type Position = z.infer<typeof cursorSchema>;

const pageSchema = z.object({
  // Parsed one by one: an order that cannot be read becomes a hold and hides no other.
  data: z.array(z.unknown()),
  // Required, though the spec does not say so: a reply that lacks a part would be taken for a window without orders.
  meta: z.object({ cursor: z.string().nullish(), has_more: z.boolean() }),
});

export async function readDepopOrders(
  session: DepopSession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const now = session.now();
  const held = input.cursor === null ? firstPosition(input.since) : cursorSchema.parse(JSON.parse(input.cursor));
  const position: Position =
    held.startedAt === null ? { ...held, startedAt: now.toISOString(), left: held.open } : held;
  return position.windowDone ? readOpenOnes(session, position, now) : readWindow(session, position, now);
}

function firstPosition(since: Date): Position {
  const from = since.toISOString();
  return { from, startedAt: null, page: null, windowDone: false, open: [], left: [], told: {}, letGo: false };
}

/** Null while an order is as it was made, or is over: there is nothing to tell of an open one, or it is told once anyway. */
function tellableState(raw: RawOrder): string | null {
  const refunded = refundedMinor(raw);
  const isAsMade = raw.status === "SHIPPING_PENDING" && refunded === 0n;
  return isAsMade || isClosed(raw) ? null : `${raw.status} ${refunded}`;
}

function keepTold(told: Map<string, string>, { purchase_id: id }: RawOrder, state: string | null): void {
  if (state === null) told.delete(id);
  else told.set(id, state);
}

async function readWindow(session: DepopSession, position: Position, now: Date): Promise<Result<OrderPage>> {
  const read = await callDepop(session, {
    operation: "getAllOrders",
    method: "GET",
    path: "/api/v1/orders/",
    query: {
      limit: ORDERS_PER_PAGE,
      from: position.from,
      ...(position.page === null ? {} : { cursor: position.page }),
    },
    effect: "read",
    reply: pageSchema,
  });
  if (!read.ok) return read;
  const { data, meta } = read.value;
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  const stillOpen: string[] = [];
  const closed = new Set<string>();
  const told = new Map(Object.entries(position.told));
  for (const one of data) {
    const parsed = rawOrderSchema.safeParse(one);
    if (!parsed.success) {
      unreadable.push({ remoteId: orderIdOf(one), why: `Order: ${describeIssues(parsed.error)}` });
      continue;
    }
    orders.push(toOrder(parsed.data, now));
    keepTold(told, parsed.data, tellableState(parsed.data));
    if (isClosed(parsed.data)) closed.add(parsed.data.purchase_id);
    else stillOpen.push(parsed.data.purchase_id);
  }

  const known = position.open.filter((id) => !closed.has(id) && !stillOpen.includes(id));
  // Pages come newest first, so a later page's orders belong after an earlier one's: only the very old are let go.
  const open = position.page === null ? [...stillOpen, ...known] : [...known, ...stillOpen];
  const seen = new Set([...closed, ...stillOpen]);
  const next: Position = {
    ...position,
    open: open.slice(0, OPEN_MAX),
    left: position.left.filter((id) => !seen.has(id)),
    told: Object.fromEntries(told),
    letGo: position.letGo || open.length > OPEN_MAX,
  };
  const shown = { orders, unreadable };
  if (meta.has_more) {
    if (!meta.cursor || meta.cursor === position.page) {
      return fail({
        kind: "unavailable",
        scope: "account",
        message: "getAllOrders: Depop says there is more, but not where",
      });
    }
    const nextCursor = JSON.stringify({ ...next, page: meta.cursor });
    return succeed({ ...shown, nextCursor, more: true, completeThrough: null });
  }
  if (next.left.length === 0) return succeed(endSweep(shown, next, now));
  const nextCursor = JSON.stringify({ ...next, page: null, windowDone: true });
  return succeed({ ...shown, nextCursor, more: true, completeThrough: null });
}

function orderIdOf(value: unknown): string | null {
  const parsed = z.object({ purchase_id: keyText }).safeParse(value);
  return parsed.success ? parsed.data.purchase_id : null;
}

async function readOpenOnes(session: DepopSession, position: Position, now: Date): Promise<Result<OrderPage>> {
  const ids = position.left.slice(0, REREADS_PER_CALL);
  const reads = await Promise.all(ids.map((id) => fetchOrder(session, id)));
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  const dropped = new Set<string>();
  const told = new Map(Object.entries(position.told));
  for (const [index, id] of ids.entries()) {
    const read = reads[index];
    if (!read) continue;
    if (!read.ok) {
      if (read.failure.kind !== "rejected" || read.failure.code !== UNREADABLE) return read;
      unreadable.push({ remoteId: id, why: read.failure.message });
      dropped.add(id);
    } else if (read.value === null) {
      dropped.add(id);
    } else {
      const state = tellableState(read.value);
      if (isClosed(read.value) || state !== (told.get(id) ?? null)) orders.push(toOrder(read.value, now));
      keepTold(told, read.value, state);
      const isOld = now.getTime() - read.value.created_at.getTime() > FOLLOWED_MAX_MS;
      if (isClosed(read.value) || isOld) dropped.add(id);
    }
  }
  const next: Position = {
    ...position,
    open: position.open.filter((id) => !dropped.has(id)),
    left: position.left.slice(ids.length),
    told: Object.fromEntries(told),
  };
  const shown = { orders, unreadable };
  if (next.left.length === 0) return succeed(endSweep(shown, next, now));
  return succeed({ ...shown, nextCursor: JSON.stringify(next), more: true, completeThrough: null });
}

function endSweep(shown: Pick<OrderPage, "orders" | "unreadable">, position: Position, now: Date): OrderPage {
  const startedAt = position.startedAt === null ? now : new Date(position.startedAt);
  const from = nextSweepFrom({ from: new Date(position.from), startedAt }, OVERLAP_MS);
  const open = new Set(position.open);
  const told = Object.fromEntries(Object.entries(position.told).filter(([id]) => open.has(id)));
  const next: Position = { ...firstPosition(from), open: position.open, told };
  return {
    ...shown,
    nextCursor: JSON.stringify({ ...next, letGo: position.letGo && position.open.length >= OPEN_MAX }),
    more: false,
    completeThrough: position.letGo ? null : new Date(startedAt.getTime() - ORDER_VISIBILITY_LAG_MS),
  };
}

export async function fetchOrder(session: DepopSession, remoteId: string): Promise<Result<RawOrder | null>> {
  const read = await callDepop(session, {
    operation: "getOrderByPurchaseId",
    concerns: "item",
    method: "GET",
    path: `/api/v1/orders/${segment(remoteId)}/`,
    effect: "read",
    reply: rawOrderSchema,
  });
  if (!read.ok && isMissing(read.failure)) return succeed(null);
  return read;
}

export async function readDepopOrder(session: DepopSession, remoteId: string): Promise<Result<RemoteOrder | null>> {
  const readAt = session.now();
  const read = await fetchOrder(session, remoteId);
  if (!read.ok) return read;
  return succeed(read.value === null ? null : toOrder(read.value, readAt));
}

type CancellationState = { state: "cancelled" | "requested" };

/** "If a message is provided, it will be sent to the buyer directly in Depop chat." */
const MESSAGES: Readonly<Record<Cancellation["reason"], string>> = {
  "out-of-stock": "Sorry, this item is no longer in stock, so we have refunded your order in full.",
  "buyer-request": "As you asked, we have cancelled your order and refunded it in full.",
  other: "Sorry, we cannot send this order, so we have refunded it in full.",
};

/** Depop has no cancellation of the seller's: a full refund before shipping is one ("auto-cancelled" orders are refunds too). */
export async function cancelDepopOrder(
  session: DepopSession,
  cancellation: Cancellation,
): Promise<Result<CancellationState>> {
  const { orderRemoteId } = cancellation;
  if (cancellation.lines !== null) {
    return refuse(
      "Depop refunds amounts and not lines, so Lockstep cancels whole orders only. Cancel all of it, or refund the line's price at Depop.",
    );
  }
  const before = await fetchOrder(session, orderRemoteId);
  if (!before.ok) return before;
  if (before.value === null) return refuse(`Depop does not know order ${orderRemoteId}.`);
  // Also after a lost reply: a second refund must not be tried.
  if (isCancelled(before.value)) return succeed({ state: "cancelled" });
  if (before.value.status !== "SHIPPING_PENDING") {
    return refuse(
      `Depop says that order ${orderRemoteId} is ${before.value.status}: only one that is not shipped can be cancelled.`,
    );
  }
  const sent = await callDepop(session, {
    operation: "refundOrder",
    concerns: "item",
    method: "POST",
    path: `/api/v1/orders/${segment(orderRemoteId)}/refund/`,
    body: toRefund(before.value, MESSAGES[cancellation.reason]),
    effect: "write",
    reply: z.unknown(),
  });
  if (!sent.ok) return sent;
  const after = await fetchOrder(session, orderRemoteId);
  // Depop has taken the refund; where we cannot see it yet, we claim the lesser.
  const done = after.ok && after.value !== null && isCancelled(after.value);
  return succeed({ state: done ? "cancelled" : "requested" });
}

function isCancelled(raw: RawOrder): boolean {
  return raw.status === "CANCELLED" || isFullyRefunded(raw);
}

/** Amounts are required: "must have an item amount or a shipping amount", and a positive one. */
function toRefund(raw: RawOrder, message: string): Record<string, string> {
  const items = raw.line_items.reduce((sum, line) => sum + toMinor(line.sold_price), 0n);
  const shipping = toMinor(raw.buyer_shipping_price);
  return {
    items_refund_amount: toDecimal(items),
    ...(shipping > 0n ? { shipping_refund_amount: toDecimal(shipping) } : {}),
    send_buyer_message: message,
  };
}

function refuse(message: string): { ok: false; failure: Failure } {
  return fail({ kind: "rejected", scope: "item", message });
}
