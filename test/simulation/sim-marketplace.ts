/**
 * A marketplace of the simulation: its nature is data, its state is in memory, its calls take virtual time and go wrong as
 * the seed says. It speaks through the real transport, so that budgets and lost replies are the app's own affair.
 */
import { z } from "zod";
import type { Capabilities, Connector, Limit, QuantityReading } from "#connectors/contract/connector.ts";
import { type Failure, fail, succeed } from "#connectors/contract/failures.ts";
import type { ListingRef, RemoteOrder } from "#connectors/contract/remote-types.ts";
import type { RemoteReply, Transport } from "#connectors/transport/transport.ts";
import type { Random } from "#test/support/world/random.ts";
import type { VirtualTime } from "#test/support/world/virtual-time.ts";
import { plainBuyer, type SimBuyer } from "./buyers.ts";
import {
  type CancelledUnits,
  NO_CHARGES,
  noteState,
  pictureOf,
  type SimCharges,
  type SimLine,
  type SimOrder,
  type SimParcel,
  UNIT_PENCE,
  unitsOf,
} from "./sim-orders.ts";

export interface SimNature {
  key: string;
  capabilities: Partial<Capabilities>;
  latencyMs: { min: number; max: number };
  /** How long an accepted write takes to show; 0: at once. */
  visibleAfterMs: number;
  limits: readonly Limit[];
  /** Clock of the marketplace, less ours. */
  clockSkewMs: number;
}

export interface SimListing {
  remoteId: string;
  sku: string;
  /** What its sales take units of in Shopify, where that is not what carries its SKU: the merchant said so. */
  soldAs: string | null;
  /** What buyers can buy. */
  quantity: number;
  /** Accepted, not shown yet. */
  pending: { quantity: number; atMs: number }[];
  removed: boolean;
}

/** How a marketplace answers for one listing, while it takes all others. */
export interface Refusal {
  /** Also of a look at it, not of a change alone. */
  readsToo: boolean;
  /** What it says: too many changes of this one, for so long; that it is not there just now; or no, as if for good. */
  says: { retryAfterS: number } | "not now" | "no";
}

/** What goes wrong with calls while it is on: chances per call. */
export interface SimFaults {
  unavailable: number;
  throttled: number;
  /** Done over there, then no reply. */
  replyLost: number;
  /** No reply, and it lands later, or never. */
  requestLost: number;
  /** A change of anything gets no reply, and never lands. */
  writeLost: number;
  /** A change of quantities gets no reply, and lands within the time that the manifest gives. */
  writeLate: number;
  slow: number;
}

export const NO_FAULTS: SimFaults = {
  unavailable: 0,
  throttled: 0,
  replyLost: 0,
  requestLost: 0,
  writeLost: 0,
  writeLate: 0,
  slow: 0,
};

export interface WriteSeen {
  atMs: number;
  listingId: string;
  sku: string;
  quantity: number;
  before: number;
}

/** A call of the app at the moment it is sent; `refs` and `writes` where it names listings. */
export interface CallSeen {
  operation: string;
  remoteIds: readonly string[];
  writes: readonly { remoteId: string; quantity: number }[];
}

export interface Purchase {
  pay: boolean;
  /** A name: somebody of whom nothing else is known. */
  buyer: SimBuyer | string;
  visibleAfterMs: number;
  cancelledUnits?: CancelledUnits;
  charges?: SimCharges;
}

export interface BasketLine {
  listing: SimListing;
  units: number;
  /** What one unit costs. */
  pence?: number;
}

export interface SimMarketplace {
  nature: SimNature;
  connector: Connector;
  listings: Map<string, SimListing>;
  orders: Map<string, SimOrder>;
  faults: SimFaults;
  /** Listings that are refused, by remoteId. */
  refusals: Map<string, Refusal>;
  /** When a listing was last refused, by remoteId. */
  refusedAtMs: Map<string, number>;
  /** Operations that it refuses, for a reason that it gives: not a matter of time, as far as it says. */
  refusedCalls: Set<string>;
  /** Moments at which a call of the app went wrong through no fault of its own. */
  faultTimesMs: number[];
  /** When each call arrived. */
  callTimesMs: { operation: string; atMs: number }[];
  /** A list of all listings ends after so many, and does not say that there are more. */
  listingsShownMax: number;
  tokensExpired: boolean;
  /** Whether a 429 says how long to wait. */
  saysHowLong: boolean;
  onWrite(listen: (write: WriteSeen) => void): void;
  /**
   * The call leaves once `listen` is done; what that gives is called when the call has ended, with what was answered;
   * undefined: nothing, or no.
   */
  onSending(listen: (call: CallSeen) => Promise<(answer: unknown) => void>): void;
  addListing(sku: string, quantity: number): SimListing;
  shown(listing: SimListing): number;
  /** A buyer buys of one listing; null when that much is not left to buy. */
  buy(listing: SimListing, units: number, purchase: Purchase): SimOrder | null;
  /** The same of several; a listing may be there twice, and is a line each time. */
  order(basket: readonly BasketLine[], purchase: Purchase): SimOrder | null;
  pay(order: SimOrder): void;
  cancel(order: SimOrder): void;
  /** Money is given back, for no unit. */
  giveBack(order: SimOrder, pence: number): void;
  /** Units of a line are taken back, by the buyer or by the marketplace, which need not call that cancelled. */
  takeBack(order: SimOrder, line: SimLine, units: number): void;
  fetch(request: Request): Promise<Response>;
}

const DEFAULTS: Capabilities = {
  quantities: true,
  quantityMax: null,
  writeBatchMax: 25,
  readBatchMax: 50,
  atZero: "stays-listed",
  acceptance: "immediate",
  cancellation: "whole-order",
  partialShipment: true,
  saleLowersQuantity: true,
  shipmentNotifiesBuyer: true,
  prices: false,
  orderVisibilityLagMs: 5_000,
  saleTimeToleranceMs: 1_500,
  orderPollEveryMs: 20_000,
  lateWriteMaxMs: 30_000,
  revisionsPerGroupAndDay: null,
} as Capabilities;

const WRITES = new Set(["writeQuantities", "confirmShipment", "cancelOrder"]);
const REQUEST_TIMEOUT_MS = 10_000;
const PAGE = 50;

interface RowReply {
  status: number;
  retryAfterS?: number;
  error?: string;
}

/** Of one row: all others went through. */
function rowFailure({ status, retryAfterS, error = "refused" }: RowReply): Failure {
  const of = { scope: "item" as const, message: error };
  if (status === 429) return { kind: "throttled", retryAfterMs: (retryAfterS ?? 0) * 1_000, ...of };
  return { kind: status >= 500 ? "unavailable" : "rejected", ...of };
}

const orderCursor = z.object({
  from: z.number(),
  /** Of pages that are read one after the other: where and when that began. */
  sweep: z.object({ from: z.number(), startedAt: z.number() }).optional(),
});

export function createSimMarketplace(
  nature: SimNature,
  time: Pick<VirtualTime, "nowMs" | "sleep">,
  random: Random,
): SimMarketplace {
  const capabilities: Capabilities = { ...DEFAULTS, ...nature.capabilities };
  const listings = new Map<string, SimListing>();
  const orders = new Map<string, SimOrder>();
  const writeListeners: ((write: WriteSeen) => void)[] = [];
  const sendListeners: ((call: CallSeen) => Promise<(answer: unknown) => void>)[] = [];
  let nextId = 1;
  const host = `http://${nature.key}.test`;
  const there = (): number => time.nowMs() + nature.clockSkewMs;

  function show(listing: SimListing): number {
    const now = time.nowMs();
    while (listing.pending[0] && listing.pending[0].atMs <= now) {
      const write = listing.pending.shift();
      if (write) listing.quantity = write.quantity;
    }
    return listing.removed ? 0 : listing.quantity;
  }

  function write(remoteId: string, quantity: number): { status: number; error?: string } {
    const listing = listings.get(remoteId);
    if (!listing || listing.removed) return { status: 404, error: "no such listing" };
    const refusal = refusalOf(remoteId);
    if (refusal) return refusal;
    if (capabilities.quantityMax !== null && quantity > capabilities.quantityMax)
      return { status: 400, error: `at most ${capabilities.quantityMax} of one listing` };
    const before = show(listing);
    // Deleted is not shown from that moment on, and does not come back.
    if (quantity === 0 && capabilities.atZero === "deleted") listing.removed = true;
    else if (nature.visibleAfterMs > 0) {
      listing.pending.push({
        quantity,
        atMs: time.nowMs() + random.between(nature.visibleAfterMs / 2, nature.visibleAfterMs),
      });
      listing.pending.sort((a, b) => a.atMs - b.atMs);
    } else listing.quantity = quantity;
    for (const listen of writeListeners) {
      listen({ atMs: time.nowMs(), listingId: remoteId, sku: listing.sku, quantity, before });
    }
    return { status: 200 };
  }

  function refusalOf(remoteId: string): RowReply | null {
    const refusal = market.refusals.get(remoteId);
    if (!refusal) return null;
    market.refusedAtMs.set(remoteId, time.nowMs());
    if (refusal.says === "no") return { status: 400, error: "this listing breaks a rule" };
    if (refusal.says === "not now") return { status: 503, error: "this listing is being worked on" };
    return { status: 429, ...refusal.says, error: "too many changes of this listing" };
  }

  /** A read shows it as it is. */
  function shownTo(order: SimOrder): RemoteOrder {
    order.states.at(-1)?.seenAtMs.push(time.nowMs());
    return pictureOf(order, nature.clockSkewMs);
  }

  function changedThere(order: SimOrder | undefined): number | undefined {
    return order && order.updatedAtMs + nature.clockSkewMs;
  }

  /** What each operation does over there. */
  const operations: Record<string, (body: never) => unknown> = {
    readQuantities({ refs }: { refs: ListingRef[] }) {
      return refs.map((ref): QuantityReading => {
        const listing = listings.get(ref.remoteId);
        if (!listing || listing.removed) return { outcome: "missing" };
        const refusal = market.refusals.get(ref.remoteId)?.readsToo ? refusalOf(ref.remoteId) : null;
        if (refusal) return { outcome: "failed", failure: rowFailure(refusal) };
        return { outcome: "read", quantity: show(listing), state: "active" };
      });
    },
    writeQuantities({ writes }: { writes: { ref: ListingRef; quantity: number }[] }) {
      return writes.map(({ ref, quantity }) => write(ref.remoteId, quantity));
    },
    readListings() {
      return [...listings.values()]
        .filter((one) => !one.removed)
        .slice(0, market.listingsShownMax)
        .map((one) => ({ remoteId: one.remoteId, sku: one.sku, quantity: show(one) }));
    },
    readOrders({ from }: { from: number }) {
      const now = time.nowMs();
      const changed = [...orders.values()]
        .filter((one) => one.visibleAtMs <= now && one.updatedAtMs + nature.clockSkewMs >= from)
        .sort((a, b) => a.updatedAtMs - b.updatedAtMs);
      return { orders: changed.slice(0, PAGE).map((one) => one.id), more: changed.length > PAGE, now: there() };
    },
    readOrder({ id }: { id: string }) {
      const order = orders.get(id);
      return order && order.visibleAtMs <= time.nowMs() ? order.id : null;
    },
    readShipments({ id }: { id: string }) {
      return (orders.get(id)?.parcels ?? []).map((one) => ({ ...one }));
    },
    confirmShipment({ id, ...shipped }: { id: string } & Omit<SimParcel, "remoteId">) {
      const order = orders.get(id);
      if (!order) return { error: "no such order" };
      const parcel = { remoteId: `P${nextId++}`, ...shipped };
      order.parcels.push(parcel);
      return parcel;
    },
    cancelOrder({ id }: { id: string }) {
      const order = orders.get(id);
      if (!order || order.parcels.length > 0) return { ok: true };
      order.timesCancelled += 1;
      market.cancel(order);
      return { ok: true };
    },
  };

  async function handle(request: Request): Promise<Response> {
    const operation = new URL(request.url).pathname.slice(1);
    const body: unknown = await request.json();
    const ended = await Promise.all(sendListeners.map((listen) => listen(callSeen(operation, body))));
    let told: unknown;
    const tell = (result: unknown) => {
      told = result;
    };
    try {
      return await answer(operation, body as never, tell);
    } finally {
      for (const end of ended) end(told);
    }
  }

  function callSeen(operation: string, body: unknown): CallSeen {
    const { refs = [], writes = [] } = body as {
      refs?: ListingRef[];
      writes?: { ref: ListingRef; quantity: number }[];
    };
    return {
      operation,
      remoteIds: [...refs, ...writes.map((write) => write.ref)].map((ref) => ref.remoteId),
      writes: writes.map(({ ref, quantity }) => ({ remoteId: ref.remoteId, quantity })),
    };
  }

  async function answer(operation: string, body: never, tell: (result: unknown) => void): Promise<Response> {
    const slowMs = random.chance(market.faults.slow) ? random.between(2_000, REQUEST_TIMEOUT_MS * 1.3) : 0;
    const latencyMs = random.between(nature.latencyMs.min, nature.latencyMs.max);
    if (slowMs > 0) market.faultTimesMs.push(time.nowMs());
    await time.sleep(latencyMs / 2);
    market.callTimesMs.push({ operation, atMs: time.nowMs() });
    const { faults } = market;
    const hit = (chance: number): boolean => {
      const is = random.chance(chance);
      if (is) market.faultTimesMs.push(time.nowMs());
      return is;
    };
    if (market.tokensExpired) return Response.json({}, { status: 401 });
    if (market.refusedCalls.has(operation)) {
      market.faultTimesMs.push(time.nowMs());
      return Response.json({}, { status: 400 });
    }
    if (hit(faults.throttled))
      return Response.json(
        {},
        { status: 429, headers: market.saysHowLong ? { "retry-after": String(random.between(1, 4)) } : {} },
      );
    if (hit(faults.unavailable)) return Response.json({}, { status: 503 });
    if (WRITES.has(operation) && hit(faults.writeLost)) throw lost();
    const landsBeforeMs = capabilities.lateWriteMaxMs - nature.visibleAfterMs;
    const land = (lateMs: number) => void time.sleep(lateMs).then(() => operations[operation]?.(body));
    if (operation === "writeQuantities" && hit(faults.writeLate)) {
      land(random.between(landsBeforeMs / 2, landsBeforeMs - 1));
      throw lost();
    }
    if (hit(faults.requestLost)) {
      // It may still land, within what the manifest says.
      const lateMs = random.between(0, capabilities.lateWriteMaxMs * 1.5);
      if (lateMs < landsBeforeMs) land(lateMs);
      throw lost();
    }
    // It has arrived, and takes its time over there.
    if (slowMs > 0) await time.sleep(slowMs / 2);
    const result = operations[operation]?.(body);
    await time.sleep((latencyMs + slowMs) / 2);
    if (hit(faults.replyLost)) throw lost();
    tell(result ?? null);
    return Response.json(result ?? null);
  }

  function lost(): Error {
    return new TypeError("fetch failed", { cause: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }) });
  }

  async function call<T>(transport: Transport, operation: string, effect: "read" | "write", body: unknown) {
    const reply = await transport.send({
      operation,
      method: "POST",
      url: new URL(`${host}/${operation}`),
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      effect,
    });
    return reply.ok ? succeed(JSON.parse(reply.value.text) as T) : reply;
  }

  const market: SimMarketplace = {
    nature,
    listings,
    orders,
    faults: { ...NO_FAULTS },
    refusals: new Map(),
    refusedAtMs: new Map(),
    refusedCalls: new Set(),
    faultTimesMs: [],
    callTimesMs: [],
    tokensExpired: false,
    listingsShownMax: Number.POSITIVE_INFINITY,
    saysHowLong: true,
    onWrite: (listen) => void writeListeners.push(listen),
    onSending: (listen) => void sendListeners.push(listen),
    shown: show,
    fetch: handle,
    addListing(sku, quantity) {
      const remoteId = `${nature.key}-L${nextId++}`;
      const listing: SimListing = { remoteId, sku, soldAs: null, quantity, pending: [], removed: false };
      listings.set(remoteId, listing);
      return listing;
    },
    buy: (listing, units, purchase) => market.order([{ listing, units }], purchase),
    order(basket, { pay, buyer, visibleAfterMs, cancelledUnits = "told", charges = NO_CHARGES }) {
      const wanted = new Map<SimListing, number>();
      for (const { listing, units } of basket) wanted.set(listing, (wanted.get(listing) ?? 0) + units);
      for (const [listing, units] of wanted) if (show(listing) < units) return null;
      for (const [listing, units] of wanted) {
        if (capabilities.saleLowersQuantity) listing.quantity -= units;
        if (listing.quantity === 0 && capabilities.atZero === "deleted") listing.removed = true;
      }
      const nowMs = time.nowMs();
      const id = `${nature.key}-O${nextId++}`;
      const order: SimOrder = {
        id,
        lines: basket.map(({ listing, units, pence = UNIT_PENCE }, index) => ({
          id: `${id}-${index + 1}`,
          sku: listing.soldAs ?? listing.sku,
          saidSku: listing.sku,
          listingId: listing.remoteId,
          units,
          unitsCancelled: 0,
          pence,
        })),
        charges,
        goodwill: 0,
        cancelledUnits,
        buyer: typeof buyer === "string" ? plainBuyer(buyer) : buyer,
        soldAtMs: nowMs,
        paidAtMs: pay ? nowMs : null,
        visibleAtMs: nowMs + visibleAfterMs,
        updatedAtMs: nowMs,
        cancelledAtMs: null,
        timesCancelled: 0,
        isGarbled: false,
        parcels: [],
        states: [],
      };
      noteState(order, nowMs);
      orders.set(order.id, order);
      return order;
    },
    pay(order) {
      if (order.paidAtMs !== null || order.cancelledAtMs !== null) return;
      order.paidAtMs = time.nowMs();
      noteState(order, time.nowMs());
    },
    takeBack(order, line, units) {
      if (order.cancelledAtMs !== null) return;
      line.unitsCancelled += Math.min(units, unitsOf(line));
      noteState(order, time.nowMs());
    },
    giveBack(order, pence) {
      order.goodwill += pence;
      noteState(order, time.nowMs());
    },
    cancel(order) {
      if (order.cancelledAtMs !== null) return;
      order.cancelledAtMs = time.nowMs();
      noteState(order, time.nowMs());
    },
    connector: {
      manifest: {
        key: nature.key,
        name: nature.key,
        credentials: z.object({ token: z.string() }),
        capabilities,
        limits: nature.limits,
        buyerDataKeptMs: 30 * 24 * 60 * 60_000,
        requestTimeoutMs: REQUEST_TIMEOUT_MS,
      },
      authorization: { kind: "keys", fields: [{ name: "token", label: "Token", help: "Any text", secret: true }] },
      toFailure(reply: RemoteReply): Failure {
        const message = `${nature.key} answered ${reply.status}`;
        if (reply.status === 401) return { kind: "unauthorized", scope: "account", message };
        if (reply.status === 429) {
          return {
            kind: "throttled",
            scope: "account",
            retryAfterMs: reply.headers.has("retry-after") ? Number(reply.headers.get("retry-after")) * 1_000 : null,
            message,
          };
        }
        if (reply.status >= 500) return { kind: "unavailable", scope: "account", message };
        return { kind: "rejected", scope: "item", message };
      },
      parseNotification: async () => ({ kind: "refused", status: 400, why: "hints come otherwise here" }),
      open({ transport }) {
        return {
          checkAccess: async () =>
            succeed({ remoteAccountId: `${nature.key}-account`, displayName: nature.key, warnings: [] }),
          async readListings() {
            const read = await call<{ remoteId: string; sku: string; quantity: number }[]>(
              transport,
              "readListings",
              "read",
              {},
            );
            if (!read.ok) return read;
            return succeed({
              listings: read.value.map((one) => ({
                ref: { remoteId: one.remoteId, sku: one.sku, groupId: null },
                title: one.sku,
                barcode: null,
                quantity: one.quantity,
                price: null,
                state: "active" as const,
                url: null,
                imageUrl: null,
                unmanagedBecause: null,
              })),
              unreadable: [],
              nextCursor: null,
              total: read.value.length,
            });
          },
          async readQuantities(refs) {
            const read = await call<QuantityReading[]>(transport, "readQuantities", "read", { refs });
            return read.ok ? read.value : refs.map(() => ({ outcome: "failed", failure: read.failure }));
          },
          async writeQuantities(writes) {
            const written = await call<RowReply[]>(transport, "writeQuantities", "write", {
              writes,
            });
            if (!written.ok) return writes.map(() => ({ outcome: "failed", failure: written.failure }));
            return written.value.map((one) =>
              one.status === 200 ? { outcome: "accepted" } : { outcome: "failed", failure: rowFailure(one) },
            );
          },
          writePrices: async () => [],
          async readOrders({ cursor, since }) {
            const at = orderCursor.parse(cursor ? JSON.parse(cursor) : { from: since.getTime() });
            const read = await call<{ orders: string[]; more: boolean; now: number }>(transport, "readOrders", "read", {
              from: at.from,
            });
            if (!read.ok) return read;
            const { more, now } = read.value;
            const shown = read.value.orders.flatMap((id) => orders.get(id) ?? []);
            const sweep = at.sweep ?? { from: at.from, startedAt: now };
            // An order may show late, in a page that was read before.
            const through = sweep.startedAt - capabilities.orderVisibilityLagMs;
            const next = more
              ? { from: changedThere(shown.at(-1)) ?? at.from, sweep }
              : { from: Math.max(sweep.from, through - 1_000) };
            return succeed({
              orders: shown.filter((one) => !one.isGarbled).map(shownTo),
              unreadable: shown
                .filter((one) => one.isGarbled)
                .map((one) => ({ remoteId: one.id, why: "lines.0.quantity: expected number" })),
              nextCursor: JSON.stringify(next),
              more,
              completeThrough: more ? null : new Date(through),
            });
          },
          async readOrder(id) {
            const read = await call<string | null>(transport, "readOrder", "read", { id });
            if (!read.ok) return read;
            const order = read.value === null ? undefined : orders.get(read.value);
            if (order?.isGarbled)
              return fail({ kind: "rejected", scope: "item", message: "lines.0.quantity: expected number" });
            return succeed(order ? shownTo(order) : null);
          },
          async readShipments(id) {
            const read = await call<SimParcel[]>(transport, "readShipments", "read", { id });
            if (!read.ok) return read;
            return succeed(
              read.value.map((one) => ({
                remoteId: one.remoteId,
                trackingNumber: one.tracking,
                lines: one.lines,
              })),
            );
          },
          async confirmShipment(shipment) {
            const { orderRemoteId, carrier, trackingNumber, lines } = shipment;
            const body = { id: orderRemoteId, carrier, tracking: trackingNumber, lines };
            const sent = await call<{ remoteId: string }>(transport, "confirmShipment", "write", body);
            return sent.ok ? succeed({ remoteId: sent.value.remoteId }) : sent;
          },
          async cancelOrder({ orderRemoteId }) {
            const sent = await call(transport, "cancelOrder", "write", { id: orderRemoteId });
            return sent.ok ? succeed({ state: "cancelled" as const }) : sent;
          },
          subscribe: async () => succeed({ topics: [] }),
          ...(capabilities.cancellation === "none"
            ? { cancelOrder: async () => fail({ kind: "rejected", scope: "item", message: "no cancellation here" }) }
            : {}),
        };
      },
    },
  };
  return market;
}
