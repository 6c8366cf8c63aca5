/**
 * Orders: Etsy's receipts.
 *
 * Reading them without missing one takes three streams. Receipts that are not cancelled are read by time of change, window
 * after window, each small enough for one reply: an offset would count rows of a set that moves (a changed receipt leaves
 * its place and all behind it move up). How far that is complete, and where the next sweep begins, counts from when this one
 * began: a receipt shows up to minutes late, in a window that may have been read by then. Cancelled receipts are not among them, and a cancellation need not move
 * `updated_timestamp` (github.com/etsy/open-api, issues 338, 513, 604), so they are read whole with `was_canceled=true`, as far
 * back as LOOK_BACK_MS, and only those not shown before are shown. A refund moves neither (issue 513): what is open and not
 * sent is looked at again, a page with a poll and a pass an hour, and what has been refunded is shown. `completeThrough` says
 * nothing of refunds, which take no units.
 */
import { z } from "zod";
import { fail, type Result, succeed } from "../contract/failures.ts";
import type { OrderPage, RemoteOrder, Unreadable } from "../contract/remote-types.ts";
import { epochSeconds } from "../contract/storable.ts";
import { nextSweepFrom } from "../contract/sweep.ts";
import { callEtsy, callerOf, describeIssues, NOT_FOUND } from "./client.ts";
import { ORDER_VISIBILITY_LAG_MS } from "./manifest.ts";
import { type RawReceipt, rawReceiptSchema, receiptSchema } from "./receipts.ts";
import { type EtsySession, shopAddress } from "./session.ts";

export type { RawReceipt } from "./receipts.ts";

const RECEIPTS_PER_PAGE = 100;

/** How far behind its last read the next one begins: the visibility lag, and more for a clock of ours that runs ahead. */
const OVERLAP_MS = 5 * 60 * 1000;
/** Etsy's timestamps are whole seconds. */
const WINDOW_MIN_MS = 1_000;
/** Calls one readOrders may spend on finding a window that fits. */
const NARROWINGS_MAX = 6;
/** A window is made to hold this share of a page, for orders are not spread evenly. */
const FILL = 0.75;
/** Cancellations of orders that last changed before this are not looked for. */
const LOOK_BACK_MS = 60 * 24 * 60 * 60 * 1000;
/** How often a pass over the open receipts begins: a refund is told within the hour where they fit in a page or a dozen. */
const OPEN_EVERY_MS = 60 * 60 * 1000;
/** Cancelled receipts remembered as shown; beyond it the oldest are shown again, which costs nothing but work. */
const KNOWN_MAX = 500;
/** The spec's minimum of every timestamp. */
const EPOCH_MIN_S = 946_684_800;

const time = z.iso.datetime();

const cursorSchema = z.object({
  /** Nothing that last changed before this is shown: the merchant's import begins here. */
  floor: time,
  /** Cancelled receipts shown in an earlier round. */
  known: z.array(z.string()),
  /** The pass over the open receipts: where in the order of their creation it goes on (null: it is over), and when it began. */
  pass: z.object({ from: time.nullable(), startedAt: time }).optional(),
  at: z.discriminatedUnion("stream", [
    z.object({
      stream: z.literal("changed"),
      from: time,
      /** Null: a window without an end. */
      to: time.nullable(),
      /** For a second with more receipts than a page, and how many it had then. */
      offset: z.number().int().nonnegative(),
      total: z.number().int().nonnegative().nullable(),
      /** The sweep under way: where and when it began; null between sweeps. */
      sweep: z.object({ from: time, startedAt: time }).nullable().default(null),
    }),
    z.object({
      stream: z.literal("cancelled"),
      offset: z.number().int().nonnegative(),
      /** Seen in this round. */
      seen: z.array(z.string()),
      /** When the sweep over the changes began. */
      readAt: time,
      /** Null: that window was too crowded to be sure of. */
      sure: z.boolean(),
      from: time,
    }),
    z.object({
      stream: z.literal("open"),
      /** Where the pass goes on. */
      created: time,
      /** Where the next sweep over the changes begins, and how far this one is complete. */
      from: time,
      through: time.nullable(),
    }),
  ]),
});
type Cursor = z.infer<typeof cursorSchema>;
type Changed = Extract<Cursor["at"], { stream: "changed" }>;
type Sweep = NonNullable<Changed["sweep"]>;
type Cancelled = Extract<Cursor["at"], { stream: "cancelled" }>;
type Open = Extract<Cursor["at"], { stream: "open" }>;

const pageSchema = z.object({
  count: z.number().int().nonnegative(),
  // Parsed one by one: a receipt that cannot be read becomes a hold and hides no other.
  results: z.array(z.unknown()),
});
type Page = z.infer<typeof pageSchema>;

export async function readEtsyOrders(
  session: EtsySession,
  input: { cursor: string | null; since: Date },
): Promise<Result<OrderPage>> {
  const cursor = input.cursor === null ? beginning(input.since) : cursorSchema.parse(JSON.parse(input.cursor));
  switch (cursor.at.stream) {
    case "changed":
      return readChanged(session, cursor, cursor.at);
    case "cancelled":
      return readCancelled(session, cursor, cursor.at);
    case "open":
      return readOpen(session, cursor, cursor.at);
  }
}

function beginning(since: Date): Cursor {
  const from = since.toISOString();
  return { floor: from, known: [], at: changedFrom(from) };
}

function changedFrom(from: string, sweep: Sweep | null = null): Changed {
  return { stream: "changed", from, to: null, offset: 0, total: null, sweep };
}

function answer(
  page: Pick<OrderPage, "orders" | "unreadable">,
  next: Cursor,
  through: Date | null,
  more = true,
): OrderPage {
  return { ...page, nextCursor: JSON.stringify(next), more, completeThrough: through };
}

const nothing = { orders: [], unreadable: [] } satisfies Pick<OrderPage, "orders" | "unreadable">;

async function readChanged(session: EtsySession, cursor: Cursor, start: Changed): Promise<Result<OrderPage>> {
  const startedAt = session.now();
  const sweep = start.sweep ?? { from: start.from, startedAt: startedAt.toISOString() };
  let at: Changed = { ...start, sweep };
  for (let narrowing = 0; ; narrowing += 1) {
    const read = await fetchReceipts(session, {
      min_last_modified: seconds(Date.parse(at.from)),
      ...(at.to === null ? {} : { max_last_modified: seconds(Date.parse(at.to)) }),
      was_canceled: "false",
      sort_on: "updated",
      sort_order: "asc",
      offset: String(at.offset),
    });
    if (!read.ok) return read;
    const page = read.value;
    if (at.offset > 0 && page.count !== at.total) {
      // Something moved in this crowded second: begin it again rather than miss what slid past.
      return succeed(answer(nothing, { ...cursor, at: { ...at, offset: 0, total: null } }, null));
    }
    if (page.count <= at.offset + page.results.length) {
      return succeed(answer(readPage(page.results), { ...cursor, at: afterWindow(at, sweep) }, null));
    }
    if (page.results.length === 0) {
      return fail({
        kind: "unavailable",
        scope: "account",
        message: "getShopReceipts: Etsy counts more receipts than it shows",
      });
    }
    const spanMs = (at.to === null ? startedAt : new Date(at.to)).getTime() - new Date(at.from).getTime();
    if (at.offset > 0 || spanMs <= WINDOW_MIN_MS) {
      const next: Changed = { ...at, offset: at.offset + page.results.length, total: page.count };
      return succeed(answer(readPage(page.results), { ...cursor, at: next }, null));
    }
    // Narrower in any case: a reply that counts more than it shows, and few, would else widen it into the future.
    const share = Math.min(0.5, (RECEIPTS_PER_PAGE * FILL) / page.count);
    const narrowerMs = Math.max(WINDOW_MIN_MS, Math.floor(spanMs * share));
    at = { ...at, to: new Date(new Date(at.from).getTime() + narrowerMs).toISOString() };
    if (narrowing >= NARROWINGS_MAX) return succeed(answer(nothing, { ...cursor, at }, null));
  }
}

/** Windows follow each other upwards; a change only ever moves a receipt upwards, to a window still to be read. */
function afterWindow(at: Changed, sweep: Sweep): Cursor["at"] {
  if (at.to !== null) return changedFrom(at.to, sweep);
  return {
    stream: "cancelled",
    offset: 0,
    seen: [],
    readAt: sweep.startedAt,
    sure: at.offset === 0,
    from: nextSweepFrom({ from: new Date(sweep.from), startedAt: new Date(sweep.startedAt) }, OVERLAP_MS).toISOString(),
  };
}

/** Newest order first: one cancelled meanwhile pushes others down, to be seen twice, and is itself seen in the next round. */
async function readCancelled(session: EtsySession, cursor: Cursor, at: Cancelled): Promise<Result<OrderPage>> {
  const oldestMs = Math.max(Date.parse(cursor.floor), Date.parse(at.readAt) - LOOK_BACK_MS);
  const read = await fetchReceipts(session, {
    min_last_modified: seconds(oldestMs),
    was_canceled: "true",
    sort_on: "created",
    sort_order: "desc",
    offset: String(at.offset),
  });
  if (!read.ok) return read;
  const { count, results } = read.value;
  const known = new Set([...cursor.known, ...at.seen]);
  const fresh = results.filter((one) => !known.has(receiptIdOf(one) ?? ""));
  const seen = [...new Set([...at.seen, ...results.flatMap((one) => receiptIdOf(one) ?? [])])].slice(0, KNOWN_MAX);
  const offset = at.offset + results.length;
  if (offset < count && results.length > 0) {
    return succeed(answer(readPage(fresh), { ...cursor, at: { ...at, offset, seen } }, null));
  }
  const through = at.sure ? new Date(new Date(at.readAt).getTime() - ORDER_VISIBILITY_LAG_MS) : null;
  // All that is open was shown a moment ago where there was no round before: the first pass is due an hour later.
  const pass = cursor.pass ?? { from: null, startedAt: at.readAt };
  const isDue = session.now().getTime() >= Date.parse(pass.startedAt) + OPEN_EVERY_MS;
  const created = pass.from ?? (isDue ? new Date(oldestMs).toISOString() : null);
  const held: Omit<Cursor, "at"> = { floor: cursor.floor, known: seen, pass };
  if (created === null) {
    return succeed(answer(readPage(fresh), { ...held, at: changedFrom(at.from) }, through, false));
  }
  const begun = pass.from === null ? { from: created, startedAt: session.now().toISOString() } : pass;
  const open: Open = { stream: "open", created, from: at.from, through: through?.toISOString() ?? null };
  return succeed(answer(readPage(fresh), { ...held, pass: begun, at: open }, null));
}

/**
 * A page of what is open and not sent, oldest first, from where the last page ended: by the time of creation, so that one
 * which leaves the set moves no other.
 */
async function readOpen(session: EtsySession, cursor: Cursor, at: Open): Promise<Result<OrderPage>> {
  const read = await fetchReceipts(session, {
    min_created: seconds(Date.parse(at.created)),
    was_canceled: "false",
    was_shipped: "false",
    sort_on: "created",
    sort_order: "asc",
  });
  if (!read.ok) return read;
  const { count, results } = read.value;
  const last = count > results.length ? latestCreation(results) : null;
  // A second with more receipts than a page is passed by.
  const from = last === null ? null : new Date(Math.max(last, Date.parse(at.created) + 1_000)).toISOString();
  const pass = { from, startedAt: cursor.pass?.startedAt ?? session.now().toISOString() };
  const next: Cursor = { ...cursor, pass, at: changedFrom(at.from) };
  const shown = readPage(results.filter(isRefunded));
  return succeed(answer(shown, next, at.through === null ? null : new Date(at.through), false));
}

const refundedSchema = z.union([
  z.object({ refunds: z.array(z.unknown()).min(1) }),
  z.object({ status: z.string().regex(/refunded/i) }),
]);

/** The rest was shown when it changed. */
function isRefunded(value: unknown): boolean {
  return refundedSchema.safeParse(value).success;
}

function latestCreation(results: readonly unknown[]): number | null {
  const times = results.flatMap((one) => {
    const parsed = z.object({ created_timestamp: epochSeconds }).safeParse(one);
    return parsed.success ? parsed.data.created_timestamp.getTime() : [];
  });
  return times.length === 0 ? null : Math.max(...times);
}

function seconds(at: number): string {
  return String(Math.max(EPOCH_MIN_S, Math.floor(at / 1000)));
}

function readPage(results: readonly unknown[]): { orders: RemoteOrder[]; unreadable: Unreadable[] } {
  const orders: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  for (const one of results) {
    const parsed = receiptSchema.safeParse(one);
    if (parsed.success) orders.push(parsed.data);
    else unreadable.push({ remoteId: receiptIdOf(one), why: `Receipt: ${describeIssues(parsed.error)}` });
  }
  return { orders, unreadable };
}

function receiptIdOf(value: unknown): string | null {
  const parsed = z.object({ receipt_id: z.number().int() }).safeParse(value);
  return parsed.success ? String(parsed.data.receipt_id) : null;
}

async function fetchReceipts(session: EtsySession, query: Record<string, string>): Promise<Result<Page>> {
  return callEtsy(callerOf(session), {
    operation: "getShopReceipts",
    method: "GET",
    address: `${shopAddress(session)}/receipts`,
    query: { limit: String(RECEIPTS_PER_PAGE), ...query },
    effect: "read",
    reply: pageSchema,
  });
}

async function fetchOne<T>(session: EtsySession, remoteId: string, reply: z.ZodType<T>): Promise<Result<T | null>> {
  // Etsy's ids are numbers; anything else is not an order of Etsy's.
  if (!/^\d{1,15}$/.test(remoteId)) return succeed(null);
  const read = await callEtsy(callerOf(session), {
    operation: "getShopReceipt",
    concerns: "item",
    method: "GET",
    address: `${shopAddress(session)}/receipts/${remoteId}`,
    effect: "read",
    reply,
  });
  return !read.ok && read.failure.kind === "rejected" && read.failure.code === NOT_FOUND ? succeed(null) : read;
}

export function fetchReceipt(session: EtsySession, remoteId: string): Promise<Result<RawReceipt | null>> {
  return fetchOne(session, remoteId, rawReceiptSchema);
}

export function readEtsyOrder(session: EtsySession, remoteId: string): Promise<Result<RemoteOrder | null>> {
  return fetchOne(session, remoteId, receiptSchema);
}
