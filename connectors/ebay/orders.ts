/**
 * Orders, through the Fulfillment API.
 *
 * Reading orders without missing one. getOrders pages by offset over a live set: an order that changes while we page
 * leaves a window that ends in the past and moves every later one up by a place, past us. So we do not page. A window
 * that holds more than one reply is halved in time until it holds less; windows follow each other upwards, and a change
 * only ever moves an order upwards, to a window still to be read. The last window has no end, so that its reply is all that
 * changed since: only after it do we say how far we are complete. That, and where the next sweep begins, counts from when
 * this sweep began: an order shows up to minutes late, in a window that may have been read by then.
 */
import { z } from "zod";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { OrderPage, RemoteOrder, Unreadable } from "../contract/remote-types.ts";
import { keyText } from "../contract/storable.ts";
import { nextSweepFrom } from "../contract/sweep.ts";
import { callEbay, describeIssues } from "./client.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { isFulfilledByEbay, type RawOrder, rawOrderSchema, toOrder } from "./order-json.ts";
import { bearer, type EbaySession } from "./session.ts";

/** "If a requested limit is more than 200, the call fails." */
const ORDERS_PER_PAGE = 200;

/**
 * How far behind its last read the next one begins: the visibility lag, and as much again and more for a clock of ours that
 * runs ahead of eBay's. An order read twice costs nothing, it is stored by its id.
 */
const OVERLAP_MS = 5 * 60 * 1000;

/** Windows are not halved below this; the rare crowd inside one is paged by offset. */
const WINDOW_MIN_MS = 1_000;

/** Calls one readOrders may spend on finding a window that fits; what is left is for the next call. */
const NARROWINGS_MAX = 6;

/** A window is made to hold this share of a page, for orders are not spread evenly. */
const FILL = 0.75;

/** "getOrders can return orders up to two years old"; a day less, for the road. */
const HISTORY_MAX_MS = (2 * 365 - 1) * 24 * 60 * 60 * 1000;

/**
 * `to` null: a window without an end. `offset` and `total` serve a crowded second alone: how far it is paged, and how many
 * it held then.
 */
const cursorTime = z.iso.datetime().transform((text) => new Date(text));

const cursorSchema = z.object({
  from: cursorTime,
  to: cursorTime.nullable(),
  offset: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable(),
  /** The sweep under way: where and when it began; null between sweeps. */
  sweep: z.object({ from: cursorTime, startedAt: cursorTime }).nullable().default(null),
});
type Position = z.infer<typeof cursorSchema>;
type Sweep = NonNullable<Position["sweep"]>;

const pageSchema = z.object({
  // Parsed one by one: an order that cannot be read becomes a hold and hides no other.
  orders: z.array(z.unknown()).default([]),
  total: z.number().int().nonnegative(),
});
type Page = z.infer<typeof pageSchema>;

export async function readEbayOrders(
  session: EbaySession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const startedAt = session.now();
  const held = input.cursor === null ? beginning(input.since) : cursorSchema.parse(JSON.parse(input.cursor));
  const from = new Date(Math.max(held.from.getTime(), startedAt.getTime() - HISTORY_MAX_MS));
  const sweep = held.sweep ?? { from, startedAt };
  let position: Position = { ...held, from, sweep };

  for (let narrowing = 0; ; narrowing += 1) {
    const read = await fetchOrders(session, position);
    if (!read.ok) {
      // Our clock is ahead of eBay's by more than the overlap: nothing can have happened there yet.
      if (read.failure.kind === "rejected" && read.failure.code === IN_THE_FUTURE) {
        return succeed({ ...emptyPage, nextCursor: JSON.stringify(position), more: false });
      }
      return read;
    }
    const page = read.value;

    if (position.offset > 0 && page.total !== position.total) {
      // Something moved in this crowded second: begin it again rather than miss what slid past.
      const again: Position = { ...position, offset: 0, total: null };
      return succeed({ ...emptyPage, nextCursor: JSON.stringify(again), more: true });
    }
    if (page.total <= position.offset + page.orders.length) {
      return succeed(lastOfWindow(page, position, sweep));
    }
    const end = position.to ?? startedAt;
    const spanMs = end.getTime() - position.from.getTime();
    if (position.offset > 0 || spanMs <= WINDOW_MIN_MS) {
      const next: Position = { ...position, offset: position.offset + page.orders.length, total: page.total };
      if (page.orders.length === 0) {
        return fail({
          kind: "unavailable",
          scope: "account",
          message: "getOrders: eBay counts more orders than it shows in this window",
        });
      }
      return succeed({ ...readPage(page), nextCursor: JSON.stringify(next), more: true, completeThrough: null });
    }
    // Narrower in any case: a reply that counts more than it shows, and few, would else widen it into the future.
    const share = Math.min(0.5, (ORDERS_PER_PAGE * FILL) / page.total);
    const narrowerMs = Math.max(WINDOW_MIN_MS, Math.floor(spanMs * share));
    position = { ...position, to: new Date(position.from.getTime() + narrowerMs), offset: 0, total: null };
    if (narrowing >= NARROWINGS_MAX) return succeed({ ...emptyPage, nextCursor: JSON.stringify(position), more: true });
  }
}

/** "Start and end dates can't be in the future". */
const IN_THE_FUTURE = "30850";

const emptyPage = { orders: [], unreadable: [], completeThrough: null } satisfies Partial<OrderPage>;

function beginning(from: Date): Position {
  return { from, to: null, offset: 0, total: null, sweep: null };
}

function lastOfWindow(page: Page, position: Position, sweep: Sweep): OrderPage {
  if (position.to !== null) {
    const next: Position = { ...beginning(position.to), sweep };
    return { ...readPage(page), nextCursor: JSON.stringify(next), more: true, completeThrough: null };
  }
  return {
    ...readPage(page),
    nextCursor: JSON.stringify(beginning(nextSweepFrom(sweep, OVERLAP_MS))),
    more: false,
    // A crowd of this very second was paged while it may still have moved: shown, but not sworn to. As time passes the
    // window can be divided, and then it is read again.
    completeThrough: position.offset > 0 ? null : new Date(sweep.startedAt.getTime() - ORDER_VISIBILITY_LAG_MS),
  };
}

function readPage(page: Page): { orders: RemoteOrder[]; unreadable: Unreadable[] } {
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of page.orders) {
    const parsed = rawOrderSchema.safeParse(one);
    if (parsed.success) {
      if (!isFulfilledByEbay(parsed.data)) orders.push(toOrder(parsed.data));
    } else unreadable.push({ remoteId: orderIdOf(one), why: `Order: ${describeIssues(parsed.error)}` });
  }
  return { orders, unreadable };
}

function orderIdOf(value: unknown): string | null {
  const parsed = z.object({ orderId: keyText }).safeParse(value);
  return parsed.success ? parsed.data.orderId : null;
}

async function fetchOrders(session: EbaySession, position: Position): Promise<Result<Page>> {
  const until = position.to?.toISOString() ?? "";
  const read = await callEbay(session.transport, {
    operation: "getOrders",
    method: "GET",
    address: `${session.origins.api}/sell/fulfillment/v1/order`,
    query: {
      filter: `lastmodifieddate:[${position.from.toISOString()}..${until}]`,
      limit: String(ORDERS_PER_PAGE),
      offset: String(position.offset),
      ...TAX_BREAKDOWN,
    },
    headers: bearer(session),
    effect: "read",
    reply: pageSchema,
  });
  return read.ok ? succeed(read.value.value) : read;
}

/** Without it, taxes that eBay collects itself are missing from the totals. */
const TAX_BREAKDOWN = { fieldGroups: "TAX_BREAKDOWN" } as const;

/** "Invalid order ID". */
const INVALID_ORDER_ID = "32100";

export async function fetchOrder(session: EbaySession, remoteId: string): Promise<Result<RawOrder | null>> {
  const read = await callEbay(session.transport, {
    operation: "getOrder",
    concerns: "item",
    method: "GET",
    address: `${session.origins.api}/sell/fulfillment/v1/order/${encodeURIComponent(remoteId)}`,
    query: TAX_BREAKDOWN,
    headers: bearer(session),
    effect: "read",
    reply: rawOrderSchema,
  });
  if (read.ok) return succeed(read.value.value);
  const { failure } = read;
  const absent = failure.kind === "rejected" && (failure.code === "not-found" || failure.code === INVALID_ORDER_ID);
  return absent ? succeed(null) : read;
}

export async function readEbayOrder(session: EbaySession, remoteId: string): Promise<Result<RemoteOrder | null>> {
  const read = await fetchOrder(session, remoteId);
  if (!read.ok) return read;
  return succeed(read.value === null || isFulfilledByEbay(read.value) ? null : toOrder(read.value));
}
