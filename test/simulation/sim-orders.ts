/**
 * Orders of a marketplace of the simulation, as they are over there, and the picture that its reads show of them. An order
 * changes; what it was at each moment is kept, so that the oracle can say what anybody could have seen of it, and when.
 */
import type { Money, RemoteOrder, RemoteOrderLine } from "#connectors/contract/remote-types.ts";
import type { SimBuyer } from "./buyers.ts";

export interface SimLine {
  /** Unique in its marketplace; two lines of one order may be of the same listing. */
  id: string;
  /** In Shopify: of what it takes units, once the merchant has said what its listing stands for. */
  sku: string;
  /** As the marketplace writes it. */
  saidSku: string;
  listingId: string;
  /** Bought. */
  units: number;
  /** Of these, taken back by the buyer, or by the marketplace. */
  unitsCancelled: number;
  /** Of one unit, after discounts, in pence. */
  pence: number;
}

/** Beside the lines, in pence. */
export interface SimCharges {
  shipping: number;
  /** On top of lines and shipping. */
  tax: number;
  /** In the prices of lines and shipping. */
  taxIncluded: number;
  /** Whether the marketplace pays the tax itself. */
  isTaxCollected: boolean;
  /** What else is in the total: a tip, a coupon on all of it, a rounding. */
  adjustment: number;
}

export const NO_CHARGES: SimCharges = {
  shipping: 0,
  tax: 0,
  taxIncluded: 0,
  isTaxCollected: false,
  adjustment: 0,
};
/** What one unit costs where nobody says. */
export const UNIT_PENCE = 1_000;

export interface SimParcel {
  remoteId: string;
  carrier: string | null;
  tracking: string | null;
  lines: { remoteLineId: string; quantity: number }[];
}

/**
 * How a marketplace tells of units that are cancelled: beside those that were bought, or by showing fewer; and a line of
 * which none is left with 0, or not at all.
 */
export const CANCELLED_UNITS = ["told", "forgotten", "line dropped"] as const;
export type CancelledUnits = (typeof CANCELLED_UNITS)[number];

/** What an order was from one change to the next. */
export interface SimState {
  fromMs: number;
  /** When reads showed it so. */
  seenAtMs: number[];
  isPaid: boolean;
  isCancelled: boolean;
  lines: readonly Readonly<SimLine>[];
  /** Given back beside what the units cost that were cancelled, in pence. */
  goodwill: number;
}

export interface SimOrder {
  id: string;
  lines: SimLine[];
  charges: SimCharges;
  /** Given back beside what the units cost that were cancelled, in pence. */
  goodwill: number;
  cancelledUnits: CancelledUnits;
  buyer: SimBuyer;
  soldAtMs: number;
  paidAtMs: number | null;
  /** Shown in order reads from then on. */
  visibleAtMs: number;
  updatedAtMs: number;
  cancelledAtMs: number | null;
  /** How often it was asked for, and granted. */
  timesCancelled: number;
  /** Nobody can read it: a field is not as it was ever said to be. */
  isGarbled: boolean;
  parcels: SimParcel[];
  /** The first is as it was sold, the last as it is now. */
  states: SimState[];
}

/** Called after each change. */
export function noteState(order: SimOrder, nowMs: number): void {
  order.updatedAtMs = nowMs;
  order.states.push({
    fromMs: nowMs,
    seenAtMs: [],
    isPaid: order.paidAtMs !== null,
    isCancelled: order.cancelledAtMs !== null,
    lines: structuredClone(order.lines),
    goodwill: order.goodwill,
  });
}

/** Units that are still to be sent, or were. */
export function unitsOf(of: { lines: readonly Readonly<SimLine>[] } | Readonly<SimLine>): number {
  if ("lines" in of) return of.lines.reduce((sum, line) => sum + unitsOf(line), 0);
  return of.units - of.unitsCancelled;
}

/** Of one SKU. */
export function unitsOfSku(order: SimOrder, sku: string): number {
  return order.lines.filter((line) => line.sku === sku).reduce((sum, line) => sum + unitsOf(line), 0);
}

export function hasAny(order: SimOrder, skus: readonly string[]): boolean {
  return order.lines.some((line) => skus.includes(line.sku));
}

/** What a read shows of it. `skewMs`: the marketplace's clock, less ours. */
export function pictureOf(order: SimOrder, skewMs: number): RemoteOrder {
  const at = (ms: number) => new Date(ms + skewMs);
  const isCancelled = order.cancelledAtMs !== null;
  const lines = linesShown(order);
  const { shipping, tax, taxIncluded, isTaxCollected, adjustment } = order.charges;
  return {
    remoteId: order.id,
    displayName: order.id,
    soldAt: at(order.soldAtMs),
    paidAt: order.paidAtMs === null ? null : at(order.paidAtMs),
    updatedAt: at(order.updatedAtMs),
    status: isCancelled ? "cancelled" : order.paidAtMs === null ? "pending" : "paid",
    cancellationRequested: false,
    fulfilment: "none",
    delivery: "ship",
    shipBy: null,
    buyer: order.buyer.shown,
    lines: lines.map(({ pence, ...line }) => ({ ...line, unitPrice: money(pence) })),
    shipping: money(shipping),
    tax: money(tax),
    taxIncluded: money(taxIncluded),
    taxCollectedByMarketplace: isTaxCollected,
    adjustment: money(adjustment),
    total: money(lines.reduce((sum, { pence, quantity }) => sum + pence * quantity, shipping + tax + adjustment)),
    refunded: money(
      lines.reduce((sum, { pence, quantityCancelled }) => sum + pence * quantityCancelled, order.goodwill),
    ),
    remarks: [],
    holdBecause: null,
  };
}

function money(pence: number): Money {
  return { amount: (pence / 100).toFixed(2), currency: "GBP" };
}

function linesShown(order: SimOrder): (Omit<RemoteOrderLine, "unitPrice"> & { pence: number })[] {
  const isCancelled = order.cancelledAtMs !== null;
  const isEmpty = unitsOf(order) === 0;
  return order.lines.flatMap((line) => {
    const isTold = order.cancelledUnits === "told" || isCancelled;
    // An order without a line is no order anywhere.
    if (order.cancelledUnits === "line dropped" && !isCancelled && !isEmpty && unitsOf(line) === 0) return [];
    return [
      {
        remoteLineId: line.id,
        sku: line.saidSku,
        listingRemoteId: line.listingId,
        title: line.saidSku,
        quantity: isTold ? line.units : unitsOf(line),
        quantityCancelled: isCancelled ? line.units : isTold ? line.unitsCancelled : 0,
        pence: line.pence,
        requiresShipping: true,
      },
    ];
  });
}
