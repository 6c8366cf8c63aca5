/**
 * What a listing showed at a moment that is past, what it should have shown, and which of lag and a wrong match lay between.
 * Out of what was kept: each push with the arithmetic behind it and what it had read, sales, and the ledger of the stock. Pure.
 */
import { decideQuantity, type Explanation, explainQuantity } from "../inventory/quantity.ts";

/** A push of one listing. */
export interface Tried {
  /** What the listing was matched to. */
  variantId: number | null;
  outcome: string;
  message: string;
  /** What it showed when it was read, just before; null: not known. */
  before: number | null;
  quantity: number | null;
  explanation: Explanation | null;
  startedAt: Date;
  finishedAt: Date | null;
}

/** A sale of the variant on any channel. */
export interface Sale {
  listingId: number | null;
  channel: string;
  order: string;
  units: number;
  at: Date;
  /** When we learned of it. */
  knownAt: Date;
  /** When Shopify counted it, or it was let go; null: not yet. */
  settledAt: Date | null;
}

/** A change of Shopify's stock at one location; null: not stocked there, or not known. */
export interface StockChange {
  locationGid: string;
  at: Date;
  before: number | null;
  after: number | null;
}

export interface Past {
  listingId: number;
  variantId: number;
  /** Each is in the order of time. */
  tried: readonly Tried[];
  sales: readonly Sale[];
  /** At locations that the listing's channel sells from; the first of each location says what was there before. */
  stock: readonly StockChange[];
  saleLowersQuantity: boolean;
  /** What it is known to have shown besides: since when it has what it last accepted, and its latest reading. */
  readings: readonly { quantity: number; at: Date }[];
}

export interface Shown {
  /** Null: nothing is known of that time. */
  quantity: number | null;
  since: Date | null;
  /** How we know: the marketplace took it, we read it there, or units of it were sold there. */
  how: "accepted" | "read" | "sold" | "unknown";
  /** The push whose number it is, or is what is left of. */
  push: Tried | null;
  /** The sale that left it; null: none. */
  sale: Sale | null;
}

const TAKEN = new Set(["accepted", "verified"]);
const isTaken = (one: Tried): boolean => TAKEN.has(one.outcome) && one.quantity !== null;
/** When the marketplace is known to have taken it. */
const takenAt = (one: Tried): Date => one.finishedAt ?? one.startedAt;
const NOTHING: Shown = { quantity: null, since: null, how: "unknown", push: null, sale: null };

type Step = { at: Date } & (
  | { kind: "read"; quantity: number }
  | { kind: "accepted"; push: Tried }
  | { kind: "sold"; sale: Sale }
);

export function shownAt(past: Past, at: Date): Shown {
  const steps: Step[] = [
    ...past.tried.flatMap((push) => [
      ...(push.before === null ? [] : [{ kind: "read" as const, at: push.startedAt, quantity: push.before }]),
      ...(isTaken(push) ? [{ kind: "accepted" as const, at: takenAt(push), push }] : []),
    ]),
    ...past.readings.map((reading) => ({ kind: "read" as const, ...reading })),
    ...ownSales(past).map((sale) => ({ kind: "sold" as const, at: sale.at, sale })),
  ];
  const upTo = steps.filter((step) => step.at <= at).sort((a, b) => a.at.getTime() - b.at.getTime());
  let shown = NOTHING;
  for (const step of upTo) {
    const { at: since } = step;
    if (step.kind === "accepted") {
      const { push } = step;
      const isSame = push.quantity === shown.quantity;
      shown = { quantity: push.quantity, since: isSame ? shown.since : since, how: "accepted", push, sale: null };
    } else if (step.kind === "read") {
      const { push } = shown;
      if (step.quantity !== shown.quantity) shown = { quantity: step.quantity, since, how: "read", push, sale: null };
    } else if (shown.quantity !== null) {
      const { push, quantity } = shown;
      const { sale } = step;
      shown = { quantity: Math.max(0, quantity - sale.units), since, how: "sold", push, sale };
    }
  }
  return shown;
}

function ownSales({ sales, saleLowersQuantity, listingId }: Past): Sale[] {
  return saleLowersQuantity ? sales.filter((sale) => sale.listingId === listingId) : [];
}

/** Units in Shopify over the channel's locations, as Shopify had them then; null: nothing is known of them. */
function availableAt({ stock }: Past, at: Date): number | null {
  const levels = new Map<string, number | null>();
  for (const change of stock) {
    if (change.at <= at) levels.set(change.locationGid, change.after);
    else if (!levels.has(change.locationGid)) levels.set(change.locationGid, change.before);
  }
  const known = [...levels.values()].filter((one) => one !== null);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
}

/** Units sold by then that Shopify did not count yet, whether we knew of them or not. */
function pendingAt({ sales, stock }: Past, at: Date): number {
  const isPending = (sale: Sale): boolean => {
    const until = countedAt(sale, stock);
    return sale.at <= at && (until === null || until > at);
  };
  return sales.filter(isPending).reduce((sum, sale) => sum + sale.units, 0);
}

const SECOND_MS = 1_000;

/** When Shopify counted a sale, which we learn of a little later: as its stock took the units, if that is known. */
function countedAt(sale: Sale, stock: readonly StockChange[]): Date | null {
  return sale.settledAt && (countedBy(sale, stock)?.at ?? sale.settledAt);
}

/** The change of stock that took its units. Shopify tells whole seconds of it. */
function countedBy({ at, settledAt, units }: Sale, stock: readonly StockChange[]): StockChange | undefined {
  if (settledAt === null) return undefined;
  const earliest = at.getTime() - SECOND_MS;
  return stock.findLast(
    ({ at: then, before, after }) =>
      before !== null && after === before - units && then.getTime() > earliest && then <= settledAt,
  );
}

/** No unit was gone before it was sold: of a sale's own second, Shopify's time is that of the sale. */
function inOrder({ stock, sales, ...past }: Past): Past {
  const soldAt = new Map(
    sales.flatMap((sale) => {
      const counted = countedBy(sale, stock);
      return counted ? [[counted, sale.at] as const] : [];
    }),
  );
  const reached = new Map<string, Date>();
  const latest = (...times: (Date | undefined)[]) =>
    new Date(Math.max(...times.flatMap((time) => time?.getTime() ?? [])));
  const later = stock.map((change) => {
    // What came after it at its location stays after it.
    const at = latest(change.at, soldAt.get(change), reached.get(change.locationGid));
    reached.set(change.locationGid, at);
    return { ...change, at };
  });
  return { ...past, sales, stock: later };
}

/** What it should have shown, by all that is known today of that time; null: that can't be told. */
export function shouldHaveShown(past: Past, at: Date): number | null {
  const explained = past.tried.filter((push) => push.explanation !== null && push.variantId === past.variantId);
  const explanation = (explained.findLast((push) => push.startedAt <= at) ?? explained[0])?.explanation;
  const available = availableAt(past, at);
  if (!explanation || available === null) return null;
  // What was missing without an order is either among the sales by now, or was none.
  return decideQuantity({ ...explanation, available, pendingUnits: pendingAt(past, at), unseenUnits: 0 }).quantity;
}

export type Verdict =
  /** Right, as far as anything is known today. */
  | { kind: "right" }
  /** Too few, on purpose: so many units were missing on a marketplace whose orders were not all read. */
  | { kind: "held-back"; should: number; units: number }
  /** It was matched to another variant then. */
  | { kind: "other-variant" }
  | {
      kind: "lag";
      should: number;
      cause: { at: Date; sale: Sale } | { at: Date; stock: StockChange } | null;
      /** The next push that the marketplace took; null: none yet. */
      taken: Tried | null;
      /** What went wrong in between; null: nothing. */
      failed: Tried | null;
    }
  | { kind: "unknown" };

export function judge(past: Past, at: Date): Verdict {
  const shown = shownAt(past, at);
  const latest = past.tried.findLast((push) => push.startedAt <= at);
  if (latest && latest.variantId !== null && latest.variantId !== past.variantId) return { kind: "other-variant" };
  if (shown.quantity === null) return { kind: "unknown" };
  const should = shouldHaveShown(past, at);
  if (should === null || should === shown.quantity || isAsDecided(past, shown, at)) return { kind: "right" };
  const units = shown.push?.explanation?.unseenUnits ?? 0;
  if (units > 0 && shown.quantity < should) return { kind: "held-back", should, units };
  const since = shown.push?.startedAt ?? shown.since ?? at;
  const taken = past.tried.find((push) => isTaken(push) && takenAt(push) > at) ?? null;
  const until = taken ? takenAt(taken) : null;
  const failed = past.tried.findLast(
    (push) =>
      !isTaken(push) &&
      push.startedAt > since &&
      (until === null || push.startedAt < until) &&
      push.outcome !== "sending",
  );
  return { kind: "lag", should, cause: causeSince(past, since, at), taken, failed: failed ?? null };
}

/** Nothing that decides it had changed since its push: it may be held, or wait for orders, for a reason of its own. */
function isAsDecided(past: Past, { push, quantity }: Shown, at: Date): boolean {
  if (!push?.explanation || push.quantity !== quantity) return false;
  const { available, pendingUnits } = push.explanation;
  return available === availableAt(past, at) && pendingUnits === pendingAt(past, at);
}

/** What first made the number another, after it was decided. */
function causeSince(past: Past, since: Date, at: Date): (Verdict & { kind: "lag" })["cause"] {
  const isWithin = (one: { at: Date }): boolean => one.at > since && one.at <= at;
  const own = new Set(ownSales(past));
  const causes = [
    ...past.sales.filter((sale) => isWithin(sale) && !own.has(sale)).map((sale) => ({ at: sale.at, sale })),
    ...past.stock.filter(isWithin).map((stock) => ({ at: stock.at, stock })),
  ];
  return causes.sort((a, b) => a.at.getTime() - b.at.getTime())[0] ?? null;
}

export interface Piece {
  from: Date;
  shown: Shown;
  verdict: Verdict;
}

/** A minute in which a listing changed more often is told by its beginning. */
const PIECES_MAX = 12;

/** What it showed from `from` until before `to`, in pieces: one for each number, and for each time that it became wrong. */
export function piecesOf(known: Past, { from, to }: { from: Date; to: Date }): Piece[] {
  const past = inOrder(known);
  const moments = [
    ...past.tried.flatMap((push) => [push.startedAt, ...(push.finishedAt ? [push.finishedAt] : [])]),
    ...past.sales.flatMap((sale) => [sale.at, ...(sale.settledAt ? [sale.settledAt] : [])]),
    ...past.stock.map((change) => change.at),
    ...past.readings.map((reading) => reading.at),
  ]
    .map((moment) => moment.getTime())
    .filter((moment) => moment > from.getTime() && moment < to.getTime());
  const pieces: Piece[] = [];
  for (const moment of [from.getTime(), ...new Set(moments.sort((a, b) => a - b))]) {
    const at = new Date(moment);
    const piece = { from: at, shown: shownAt(past, at), verdict: judge(past, at) };
    const last = pieces.at(-1);
    if (last && last.shown.quantity === piece.shown.quantity && last.verdict.kind === piece.verdict.kind) continue;
    if (pieces.length < PIECES_MAX) pieces.push(piece);
  }
  return pieces;
}

/** The arithmetic that was stored with it; null: none was. */
export function arithmeticOf({ push }: Shown): string | null {
  return push?.explanation ? explainQuantity(push.explanation) : null;
}
