/** What the clauses share: the world of each, its channel, and how to look and judge. */
import type { OpenChannel, QuantityReading, WriteResult } from "#connectors/contract/connector.ts";
import type { Failure, Result } from "#connectors/contract/failures.ts";
import { adjustmentOf, compareAmounts } from "#connectors/contract/money.ts";
import type {
  ListingPage,
  ListingRef,
  Money,
  RemoteListing,
  RemoteOrder,
  RemoteShipment,
} from "#connectors/contract/remote-types.ts";
import { type ContractWorld, type ObservedTransport, transportFor } from "../contract-world.ts";

export const READ_FAULTS = [
  [429, "throttled"],
  [503, "unavailable"],
  [401, "unauthorized"],
] as const;

export const MINUTE_MS = 60_000;
/** No read here needs more pages; a cursor that runs in circles must end the test. */
export const PAGES_MAX = 200;
/** Times a reader comes back for a list of listings that is being made. */
const REPORT_LOOKS_MAX = 20;
/** Where a write shows later, it is looked for this often. */
const LATE_STEP_MS = 20_000;

export function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

export function unwrap<T>(result: Result<T> | undefined, call: string): T {
  must(result !== undefined, `${call} must answer`);
  must(result.ok, result.ok ? "" : `${call} must succeed here: got ${describeFailure(result.failure)}`);
  return result.value;
}

export function describeFailure(failure: Failure): string {
  return `${failure.kind} ("${failure.message}")`;
}

export function describeResult(result: WriteResult | QuantityReading | undefined): string {
  if (!result) return "nothing";
  if (result.outcome === "failed") return describeFailure(result.failure);
  return JSON.stringify(result);
}

/** The app stores what a connector gives it as JSON. */
export function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** What the clauses are told to. Vitest, but for the test that proves the clauses themselves. */
export interface Suite {
  describe(name: string, clauses: () => void): void;
  it(name: string, clause: () => void | Promise<void>): void;
  beforeEach(step: () => Promise<void>): void;
  afterEach(step: () => Promise<void>): void;
}

export type Subject = ReturnType<typeof createSubject>;

/** Each clause begins with a world of its own. */
export function createSubject(
  name: string,
  setup: () => Promise<ContractWorld>,
  { describe, it, beforeEach, afterEach }: Suite,
) {
  const s = {} as { world: ContractWorld; transport: ObservedTransport; channel: OpenChannel };

  const open = (connector = s.world.connector): OpenChannel => {
    s.transport = transportFor(s.world, connector);
    const { transport, world } = s;
    return connector.open({ credentials: stored(world.credentials), transport, now: () => world.clock.now() });
  };

  beforeEach(async () => {
    s.world = await setup();
    s.channel = open();
  });
  afterEach(async () => {
    const { secrets } = s.world;
    const told = s.transport.failures.map((failure) => failure.message);
    await s.world.close();
    const leaked = told.find((message) => secrets.some((secret) => message.includes(secret)));
    must(leaked === undefined, `a failure message must not carry a secret: "${leaked}"`);
  });

  async function readAllListings(): Promise<RemoteListing[]> {
    const all: RemoteListing[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const { listings, nextCursor }: ListingPage = unwrap(await readListingsPage(cursor), "readListings");
      all.push(...listings);
      if (nextCursor === null) return all;
      cursor = nextCursor;
    }
    throw new Error(`readListings must end: its cursor was still not null after ${PAGES_MAX} pages`);
  }

  /** Where all listings come as a report that has to be made first, the same page is asked for again at the time named. */
  async function readListingsPage(cursor: string | null): Promise<Result<ListingPage>> {
    for (let attempt = 1; ; attempt += 1) {
      const read = await s.channel.readListings(cursor);
      if (read.ok || read.failure.kind !== "throttled" || read.failure.retryAfterMs === null) return read;
      if (attempt === REPORT_LOOKS_MAX) return read;
      s.world.clock.advance(read.failure.retryAfterMs);
    }
  }

  async function refsOf(...skus: string[]): Promise<ListingRef[]> {
    const listings = await readAllListings();
    return skus.map((sku) => {
      const found = listings.find((listing) => listing.ref.sku === sku);
      must(found !== undefined, `readListings must show every listing: SKU ${sku} is missing`);
      return stored(found.ref);
    });
  }

  async function addMugs(count: number): Promise<string[]> {
    const skus = Array.from({ length: count }, (_, index) => `MUG-${String(index).padStart(4, "0")}`);
    for (const sku of skus) await s.world.market.addListing({ sku, title: `Mug ${sku}`, quantity: 10, price: "12.50" });
    return skus;
  }

  async function readOne(id: string): Promise<RemoteOrder> {
    const order = unwrap(await s.channel.readOrder(id), "readOrder");
    must(order !== null, `readOrder must find order ${id}`);
    must(order.remoteId === id, `readOrder of ${id} must return that order: got ${order.remoteId}`);
    return order;
  }

  // The words of the failures above.

  function isEnded(reading: QuantityReading | undefined): boolean {
    return reading?.outcome === "read" && reading.state === "ended";
  }

  function isGone(reading: QuantityReading | undefined): boolean {
    return reading?.outcome === "missing" || isEnded(reading);
  }

  /** Another number than a new listing shows: where it stands for one unit, only zero is. */
  function another(quantity: number): number {
    return s.world.connector.manifest.capabilities.quantities ? quantity : 0;
  }

  /** Where a listing stands for one unit, that is all that can be written. */
  function settable(quantity: number): number {
    return s.world.connector.manifest.capabilities.quantities ? quantity : Math.min(1, quantity);
  }

  function unitsOf(order: RemoteOrder): number {
    return order.lines.reduce((sum, line) => sum + line.quantity, 0);
  }

  /** The first `units` of an order: several lines of one unit each, or part of a line. */
  function takeUnits(order: RemoteOrder, units: number): { remoteLineId: string; quantity: number }[] {
    let left = units;
    return order.lines.flatMap(({ remoteLineId, quantity }) => {
      const taken = Math.min(quantity, left);
      left -= taken;
      return taken > 0 ? [{ remoteLineId, quantity: taken }] : [];
    });
  }

  /** Where the marketplace keeps the number to itself, a parcel without one is all that can be shown. */
  function isParcel(shipment: RemoteShipment, trackingNumber: string): boolean {
    return shipment.trackingNumber === (s.world.market.hidesTracking ? null : trackingNumber);
  }

  /** Taken by the marketplace; where that is no proof, it may also be that nobody knows yet. */
  function isTaken(result: WriteResult | undefined): boolean {
    if (result?.outcome === "accepted") return true;
    const { acceptance } = s.world.connector.manifest.capabilities;
    return acceptance === "verify" && result?.failure.kind === "outcome-unknown";
  }

  /** Lets time pass until it holds, but no more than a write may take to land. */
  async function passTime(holds: () => Promise<boolean>): Promise<void> {
    const { lateWriteMaxMs } = s.world.connector.manifest.capabilities;
    for (let waitedMs = 0; waitedMs < lateWriteMaxMs && !(await holds()); waitedMs += LATE_STEP_MS) {
      s.world.clock.advance(LATE_STEP_MS);
    }
  }

  /** What was written shows at once, or later where acceptance is to be verified. */
  async function untilShown(holds: () => Promise<boolean>): Promise<void> {
    if (s.world.connector.manifest.capabilities.acceptance === "verify") await passTime(holds);
  }

  /** It shows this, and does not turn into something else after all. */
  async function mustKeep(sku: string, quantity: number, when: string): Promise<void> {
    await mustShow(sku, quantity, when);
    await untilShown(async () => false);
    await mustShow(sku, quantity, when);
  }

  /** Where zero deletes, nothing shown is zero. */
  async function shownUnits(sku: string): Promise<number | null> {
    const whenGone = s.world.connector.manifest.capabilities.atZero === "deleted" ? 0 : null;
    return (await s.world.market.shown(sku)) ?? whenGone;
  }

  async function mustShow(sku: string, quantity: number, when: string): Promise<void> {
    await untilShown(async () => (await shownUnits(sku)) === quantity);
    const shown = await shownUnits(sku);
    must(shown === quantity, `${when}: the marketplace must show ${quantity} of ${sku}, and it shows ${shown}`);
  }

  async function mustAccept(results: WriteResult[], call: string): Promise<void> {
    must(results.length === 1, `${call} must return one result per write: got ${results.length} for 1`);
    must(results[0]?.outcome === "accepted", `${call} must be accepted: got ${describeResult(results[0])}`);
  }

  async function mustRead(reading: QuantityReading | undefined, sku: string, call: string): Promise<void> {
    must(reading?.outcome === "read", `${call} must be read: got ${describeResult(reading)}`);
    const shown = await s.world.market.shown(sku);
    must(
      reading.quantity === null || reading.quantity === shown,
      `${call} must say what a buyer sees, ${shown}: got ${reading.quantity}`,
    );
  }

  function mustBeMoney(money: Money, field: string): void {
    must(
      typeof money.amount === "string" && /^-?\d+(\.\d{1,4})?$/.test(money.amount),
      `${field} must be a decimal string such as "12.50": got ${JSON.stringify(money.amount)}`,
    );
    must(/^[A-Z]{3}$/.test(money.currency), `${field} must have an ISO 4217 currency: got ${money.currency}`);
  }

  function mustAddUp(order: RemoteOrder): void {
    const left = adjustmentOf(order);
    must(
      compareAmounts(left.amount, order.adjustment.amount) === 0,
      `lines, shipping, tax and adjustment must be the total to the cent: ${left.amount} is left over, and adjustment says ${order.adjustment.amount}`,
    );
  }

  function expectFailure<T>(result: Result<T>, kind: Failure["kind"], call: string): Failure {
    must(!result.ok, `${call} must be ${kind}: it succeeded`);
    must(result.failure.kind === kind, `${call} must be ${kind}: got ${describeFailure(result.failure)}`);
    must(result.failure.message.trim() !== "", `${call}: a failure must say in words what happened`);
    return result.failure;
  }

  return Object.assign(s, {
    readAllListings,
    readListingsPage,
    refsOf,
    addMugs,
    readOne,
    isEnded,
    isGone,
    another,
    settable,
    unitsOf,
    takeUnits,
    isParcel,
    isTaken,
    passTime,
    untilShown,
    mustKeep,
    shownUnits,
    mustShow,
    mustAccept,
    mustRead,
    mustBeMoney,
    mustAddUp,
    expectFailure,
    open,
    name,
    it,
    describe,
  });
}
