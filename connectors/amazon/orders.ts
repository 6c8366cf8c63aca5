/**
 * Orders, by Orders API 2026-01-01.
 *
 * searchOrders gives back one call in three minutes, so a poll is one window from the last one's end, less the visibility
 * lag, up to two minutes ago (the newest end Amazon allows), paged by token. Orders that changed while we paged leave the
 * window for the next one. Orders that surface late keep their time of change: the overlap finds them.
 *
 * This version needs no restricted data token: what the application's roles do not cover is left out of the reply
 * ("Access Orders PII"), and such an order simply has no buyer.
 */
import { z } from "zod";
import { type Failure, fail, type Result, succeed } from "../contract/failures.ts";
import type { OrderPage, RemoteOrder, Unreadable } from "../contract/remote-types.ts";
import { keyText } from "../contract/storable.ts";
import { nextSweepFrom } from "../contract/sweep.ts";
import { callAmazon, describeIssues, isNotFound } from "./client.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { type RawOrder, rawOrderSchema, toOrder } from "./order-shape.ts";
import { type AmazonSession, tokenOf } from "./session.ts";

/** "At least two minutes before the time of the request"; half a minute more for a clock of ours that runs ahead. */
const END_BEFORE_NOW_MS = 150_000;

const ORDERS_PER_PAGE = "100";

/** "Orders more than two years old don't show"; a day less, for the road. */
const HISTORY_MAX_MS = (2 * 365 - 1) * 24 * 60 * 60 * 1000;

/** BUYER and RECIPIENT need restricted roles: "Access Orders PII" reads as if they were left out without them. */
function includedData(session: AmazonSession): string {
  return `${session.buyerData ? "BUYER,RECIPIENT," : ""}PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES,TAX`;
}

/** `token` null: the window's first page. A token lives 24 h; one that is refused begins its window anew, once. */
const cursorSchema = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime().nullable(),
  token: z.string().nullable(),
  restarted: z.boolean(),
});
type Position = z.infer<typeof cursorSchema>;

const pageSchema = z.object({
  // Parsed one by one: an order that cannot be read becomes a hold and hides no other.
  orders: z.array(z.unknown()),
  pagination: z.object({ nextToken: z.string().optional() }).nullish(),
});

const emptyPage = { orders: [], unreadable: [], completeThrough: null } satisfies Partial<OrderPage>;

export async function readAmazonOrders(
  session: AmazonSession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const now = session.now().getTime();
  const oldest = now - HISTORY_MAX_MS;
  const position: Position =
    input.cursor === null
      ? {
          from: new Date(Math.max(input.since.getTime(), oldest)).toISOString(),
          to: null,
          token: null,
          restarted: false,
        }
      : cursorSchema.parse(JSON.parse(input.cursor));
  const to = position.to ?? new Date(now - END_BEFORE_NOW_MS).toISOString();
  // Younger than Amazon shows: there is nothing to ask for yet.
  if (position.to === null && to < position.from) {
    return succeed({ ...emptyPage, nextCursor: JSON.stringify(position), more: false });
  }

  const read = await searchOrders(session, position, to);
  if (!read.ok) {
    if (position.token === null || position.restarted || read.failure.kind !== "rejected") return read;
    const again: Position = { from: position.from, to, token: null, restarted: true };
    return succeed({ ...emptyPage, nextCursor: JSON.stringify(again), more: true });
  }
  const { orders, unreadable } = readPage(read.value.orders);
  const token = read.value.pagination?.nextToken;
  if (token) {
    const next: Position = { ...position, to, token };
    return succeed({ orders, unreadable, nextCursor: JSON.stringify(next), more: true, completeThrough: null });
  }
  const sweep = { from: new Date(position.from), startedAt: new Date(to) };
  const next: Position = {
    from: nextSweepFrom(sweep, ORDER_VISIBILITY_LAG_MS).toISOString(),
    to: null,
    token: null,
    restarted: false,
  };
  return succeed({
    orders,
    unreadable,
    nextCursor: JSON.stringify(next),
    more: false,
    completeThrough: new Date(sweep.startedAt.getTime() - ORDER_VISIBILITY_LAG_MS),
  });
}

function searchOrders(session: AmazonSession, { from, token }: Position, to: string) {
  return callAmazon(session.transport, {
    operation: "searchOrders",
    method: "GET",
    address: `${session.origins.api}/orders/2026-01-01/orders`,
    query: {
      lastUpdatedAfter: from,
      lastUpdatedBefore: to,
      marketplaceIds: session.marketplace.id,
      // What Amazon ships comes from stock that is not the merchant's to count.
      fulfilledBy: "MERCHANT",
      maxResultsPerPage: ORDERS_PER_PAGE,
      includedData: includedData(session),
      ...(token === null ? {} : { paginationToken: token }),
    },
    token: tokenOf(session),
    effect: "read",
    reply: pageSchema,
  });
}

function readPage(raw: readonly unknown[]): { orders: RemoteOrder[]; unreadable: Unreadable[] } {
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of raw) {
    const parsed = rawOrderSchema.safeParse(one);
    if (!parsed.success) unreadable.push({ remoteId: orderIdOf(one), why: `Order: ${describeIssues(parsed.error)}` });
    else if (!isAmazons(parsed.data)) orders.push(toOrder(parsed.data));
  }
  return { orders, unreadable };
}

function isAmazons(raw: RawOrder): boolean {
  return raw.fulfillment.fulfilledBy === "AMAZON";
}

function orderIdOf(value: unknown): string | null {
  const parsed = z.object({ orderId: keyText }).safeParse(value);
  return parsed.success ? parsed.data.orderId : null;
}

/** Null: Amazon does not know it, or ships it itself. */
export async function fetchOrder(session: AmazonSession, remoteId: string): Promise<Result<RawOrder | null>> {
  const read = await callAmazon(session.transport, {
    operation: "getOrder",
    concerns: "item",
    method: "GET",
    address: `${session.origins.api}/orders/2026-01-01/orders/${encodeURIComponent(remoteId)}`,
    query: { includedData: includedData(session) },
    token: tokenOf(session),
    effect: "read",
    reply: z.object({ order: rawOrderSchema }),
  });
  if (!read.ok) return isNotFound(read.failure) ? succeed(null) : read;
  return succeed(isAmazons(read.value.order) ? null : read.value.order);
}

export async function readAmazonOrder(session: AmazonSession, remoteId: string): Promise<Result<RemoteOrder | null>> {
  const read = await fetchOrder(session, remoteId);
  if (!read.ok) return read;
  if (read.value?.isStatusImplied && !isSurelyOurs(read.value)) {
    // searchOrders asks for the merchant's alone, so there it needs no saying.
    const message = `Amazon does not say yet who ships order ${remoteId}; the next reading of all orders shows it if it is yours.`;
    return fail({ kind: "unavailable", scope: "item", message });
  }
  return succeed(read.value === null ? null : toOrder(read.value));
}

/** "Only available for merchant-fulfilled (FBM) orders", the spec says of both. */
function isSurelyOurs(raw: RawOrder): boolean {
  return raw.packages.length > 0 || raw.buyer?.buyerEmail != null;
}

/** The order that a write is about, or why there can be none. */
export async function requireOrder(session: AmazonSession, remoteId: string): Promise<Result<RawOrder>> {
  const read = await fetchOrder(session, remoteId);
  if (!read.ok) return read;
  return read.value === null ? fail(unknownOrder(remoteId)) : succeed(read.value);
}

function unknownOrder(remoteId: string): Failure {
  return {
    kind: "rejected",
    scope: "item",
    message: `Amazon does not know an order ${remoteId} that you ship.`,
    code: "not-found",
  };
}
