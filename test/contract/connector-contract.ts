/**
 * The connector contract, clause by clause. A connector proves itself with one line:
 *
 *   proveConnector("eBay", setupEbay);
 *
 * A failing clause says in words what the connector does wrong. Nothing here knows a marketplace; what differs between them
 * is read from the manifest.
 */
import * as vitest from "vitest";
import type { Hint, OpenChannel, QuantityReading, WriteResult } from "#connectors/contract/connector.ts";
import type { Failure, Result } from "#connectors/contract/failures.ts";
import { adjustmentOf, compareAmounts } from "#connectors/contract/money.ts";
import type {
  ListingPage,
  ListingRef,
  Money,
  OrderPage,
  RemoteListing,
  RemoteOrder,
  RemoteShipment,
} from "#connectors/contract/remote-types.ts";
import { proveOddities } from "./clauses/oddities.ts";
import { type ContractWorld, type ObservedTransport, transportFor } from "./contract-world.ts";

const READ_FAULTS = [
  [429, "throttled"],
  [503, "unavailable"],
  [401, "unauthorized"],
] as const;

const MINUTE_MS = 60_000;
/** No read here needs more pages; a cursor that runs in circles must end the test. */
const PAGES_MAX = 200;
/** Times a reader comes back for a list of listings that is being made. */
const REPORT_LOOKS_MAX = 20;
/** Where a write shows later, it is looked for this often. */
const LATE_STEP_MS = 20_000;

function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

function unwrap<T>(result: Result<T> | undefined, call: string): T {
  must(result !== undefined, `${call} must answer`);
  must(result.ok, result.ok ? "" : `${call} must succeed here: got ${describeFailure(result.failure)}`);
  return result.value;
}

function describeFailure(failure: Failure): string {
  return `${failure.kind} ("${failure.message}")`;
}

function describeResult(result: WriteResult | QuantityReading | undefined): string {
  if (!result) return "nothing";
  if (result.outcome === "failed") return describeFailure(result.failure);
  return JSON.stringify(result);
}

/** The app stores what a connector gives it as JSON. */
function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** What the clauses are told to. Vitest, but for the test that proves the clauses themselves. */
export interface Suite {
  describe(name: string, clauses: () => void): void;
  it(name: string, clause: () => void | Promise<void>): void;
  beforeEach(step: () => Promise<void>): void;
  afterEach(step: () => Promise<void>): void;
}

export function proveConnector(
  name: string,
  setup: () => Promise<ContractWorld>,
  { describe, it, beforeEach, afterEach }: Suite = vitest,
): void {
  describe(`${name} keeps the connector contract`, () => {
    let world: ContractWorld;
    let transport: ObservedTransport;
    let channel: OpenChannel;

    const open = (connector = world.connector): OpenChannel => {
      transport = transportFor(world, connector);
      return connector.open({ credentials: stored(world.credentials), transport, now: () => world.clock.now() });
    };

    beforeEach(async () => {
      world = await setup();
      channel = open();
    });
    afterEach(async () => {
      const { secrets } = world;
      const told = transport.failures.map((failure) => failure.message);
      await world.close();
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
        const read = await channel.readListings(cursor);
        if (read.ok || read.failure.kind !== "throttled" || read.failure.retryAfterMs === null) return read;
        if (attempt === REPORT_LOOKS_MAX) return read;
        world.clock.advance(read.failure.retryAfterMs);
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
      for (const sku of skus) await world.market.addListing({ sku, title: `Mug ${sku}`, quantity: 10, price: "12.50" });
      return skus;
    }

    describe("manifest", () => {
      it("is sane", () => {
        const { manifest, authorization } = world.connector;
        const { capabilities } = manifest;
        must(
          /^[a-z][a-z0-9-]*$/.test(manifest.key),
          `manifest.key must be lower-case, fit for a URL: got "${manifest.key}"`,
        );
        must(manifest.name.trim() !== "", "manifest.name must be what the merchant calls the marketplace");
        for (const [field, value] of Object.entries({
          writeBatchMax: capabilities.writeBatchMax,
          readBatchMax: capabilities.readBatchMax,
          orderPollEveryMs: capabilities.orderPollEveryMs,
          requestTimeoutMs: manifest.requestTimeoutMs,
        })) {
          must(
            Number.isInteger(value) && value > 0,
            `manifest: ${field} must be a positive whole number, got ${value}`,
          );
        }
        must(capabilities.orderVisibilityLagMs >= 0, "manifest: orderVisibilityLagMs must not be negative");
        must(capabilities.lateWriteMaxMs >= 0, "manifest: lateWriteMaxMs must not be negative");
        must(
          capabilities.hintQueue === (channel.queue !== undefined),
          "manifest: hintQueue must say whether an opened channel has a queue",
        );
        const names = manifest.limits.map((limit) => limit.name);
        must(new Set(names).size === names.length, `manifest: limit names must be unique, got ${names.join(", ")}`);
        for (const limit of manifest.limits) {
          must(
            limit.callsMax > 0 && limit.windowMs > 0,
            `manifest: limit ${limit.name} must allow some calls in some time`,
          );
          must(limit.source.trim() !== "", `manifest: limit ${limit.name} must say where its number comes from`);
        }
        if (authorization.kind === "oauth") {
          for (const one of authorization.scopes) {
            must(one.why.length > 10, `authorization: scope ${one.scope} must say why in words for the merchant`);
          }
        } else {
          must(authorization.fields.length > 0, "authorization: keys need at least one field to type them into");
        }
      });

      it("accepts the credentials in use, after a round trip through storage", () => {
        const parsed = world.connector.manifest.credentials.safeParse(stored(world.credentials));
        must(
          parsed.success,
          "manifest.credentials must accept what exchangeCode returned, stored as JSON and read back",
        );
      });
    });

    describe("access", () => {
      it("names the account, stably", async () => {
        const first = unwrap(await channel.checkAccess(), "checkAccess");
        must(first.remoteAccountId !== "", "checkAccess must give the marketplace's id of the merchant");
        const again = unwrap(await open(world.restarted()).checkAccess(), "checkAccess");
        must(
          again.remoteAccountId === first.remoteAccountId,
          `checkAccess must give the same id each time: got ${first.remoteAccountId}, then ${again.remoteAccountId}`,
        );
      });

      it("is unauthorized when the marketplace refuses the token", async () => {
        await world.market.breakNext("checkAccess", { kind: "status", status: 401 });
        expectFailure(await channel.checkAccess(), "unauthorized", "checkAccess after a 401");
      });

      it("goes through consent, and refresh gives credentials that work", async () => {
        const { authorization, manifest } = world.connector;
        const { consent } = world;
        if (authorization.kind !== "oauth" || !consent) return;
        const codeVerifier = "v".repeat(64);
        const url = authorization.consentUrl({ state: "state-1", codeVerifier, redirectUri: consent.redirectUri });
        const granted = await consent.grant(url);
        must(granted.state === "state-1", `consentUrl must carry the state: it came back as ${granted.state}`);
        const now = world.clock.now();
        const exchanged = unwrap(
          await authorization.exchangeCode({
            ...granted,
            codeVerifier,
            redirectUri: consent.redirectUri,
            transport,
            now,
          }),
          "exchangeCode",
        );
        must(
          manifest.credentials.safeParse(exchanged).success,
          "exchangeCode must return what manifest.credentials accepts",
        );
        const refreshed = unwrap(await authorization.refresh({ credentials: exchanged, transport, now }), "refresh");
        must(
          manifest.credentials.safeParse(refreshed).success,
          "refresh must return what manifest.credentials accepts",
        );
        if (refreshed.expiresAt !== undefined) {
          must(
            new Date(refreshed.expiresAt) > now,
            `refresh must return a later expiresAt: got ${refreshed.expiresAt}`,
          );
        }
        const renewed = world.connector.open({
          credentials: stored(refreshed),
          transport,
          now: () => world.clock.now(),
        });
        unwrap(await renewed.checkAccess(), "checkAccess with refreshed credentials");
      });

      it("is unauthorized when the merchant has withdrawn consent", async () => {
        const { authorization } = world.connector;
        if (authorization.kind !== "oauth" || !world.consent) return;
        await world.consent.revoke();
        const result = await authorization.refresh({
          credentials: world.credentials,
          transport,
          now: world.clock.now(),
        });
        expectFailure(result, "unauthorized", "refresh after the merchant withdrew consent");
      });

      it("does not give up the channel when refresh finds the marketplace down", async () => {
        const { authorization } = world.connector;
        if (authorization.kind !== "oauth" || !world.consent) return;
        await world.market.breakNext("refresh", { kind: "status", status: 503 });
        const result = await authorization.refresh({
          credentials: world.credentials,
          transport,
          now: world.clock.now(),
        });
        must(!result.ok, "refresh during an outage must fail");
        must(
          result.failure.kind === "unavailable" || result.failure.kind === "outcome-unknown",
          `refresh during an outage must not stop the channel: got ${describeFailure(result.failure)}`,
        );
      });
    });

    describe("listings", () => {
      it("are read exactly once each over all pages, with the same refs every time", async () => {
        const skus = await addMugs(world.market.listingsForSeveralPages);
        const first = await readAllListings();
        for (const sku of skus) {
          const times = first.filter((listing) => listing.ref.sku === sku).length;
          must(times === 1, `readListings must show each listing once: SKU ${sku} came ${times} times`);
        }
        const ids = first.map((listing) => listing.ref.remoteId);
        must(new Set(ids).size === ids.length, "readListings: remoteId must be unique in the channel");
        channel = open(world.restarted());
        const second = new Map((await readAllListings()).map((listing) => [listing.ref.sku, listing.ref]));
        for (const { ref } of first) {
          must(
            JSON.stringify(second.get(ref.sku)) === JSON.stringify(ref),
            `readListings must give a listing the same ref each time: SKU ${ref.sku} was ${JSON.stringify(ref)}, then ${JSON.stringify(second.get(ref.sku))}`,
          );
        }
      });

      it("show what a buyer sees", async () => {
        await world.market.addListing({
          sku: "LAMP",
          title: "Brass lamp",
          quantity: 4,
          price: "119.00",
          barcode: "5012345678931",
        });
        const listing = (await readAllListings()).find((one) => one.ref.sku === "LAMP");
        must(listing !== undefined, "readListings must show every listing: SKU LAMP is missing");
        const title = world.market.hidesTitles ? "LAMP" : "Brass lamp";
        must(listing.title === title, `readListings: title must be "${title}", got "${listing.title}"`);
        must(listing.state === "active", `readListings: a listing on sale must be active, got ${listing.state}`);
        if (listing.quantity !== null) {
          must(
            listing.quantity === settable(4),
            `readListings: quantity must be what a buyer can buy, ${settable(4)}: got ${listing.quantity}`,
          );
        }
        if (listing.price !== null) {
          mustBeMoney(listing.price, "readListings: price");
          must(
            Number(listing.price.amount) === 119 && listing.price.currency === world.market.currency,
            `readListings: price must be 119.00 ${world.market.currency}, got ${JSON.stringify(listing.price)}`,
          );
        }
        must(
          listing.barcode === null || listing.barcode === "5012345678931",
          `readListings: barcode must be the listing's GTIN or null, got ${listing.barcode}`,
        );
      });

      for (const [status, kind] of READ_FAULTS) {
        it(`a ${status} while reading them is ${kind}, and the same page can be read again`, async () => {
          const [sku] = await addMugs(1);
          await world.market.breakNext("readListings", { kind: "status", status });
          expectFailure(await channel.readListings(null), kind, `readListings after a ${status}`);
          const again = unwrap(await readListingsPage(null), "readListings after the fault is gone");
          must(
            again.listings.some((listing) => listing.ref.sku === sku),
            "readListings after a fault must show what it would have shown without",
          );
        });
      }
    });

    describe("quantities", () => {
      it("are read one reading per ref, in order, and what is gone is missing", async () => {
        const [a = "", b = "", c = ""] = await addMugs(3);
        const refs = await refsOf(a, b, c);
        await world.market.removeListing(b);
        await world.market.buy({ lines: [{ sku: c, quantity: settable(4) }], pay: true });
        const readings = await channel.readQuantities(refs);
        must(readings.length === 3, `readQuantities must return one reading per ref: got ${readings.length} for 3`);
        await mustRead(readings[0], a, "readQuantities, first of three");
        must(
          readings[1]?.outcome === "missing" || isEnded(readings[1]),
          `readQuantities must call a removed listing missing or ended: got ${describeResult(readings[1])}`,
        );
        await mustRead(readings[2], c, "readQuantities, third of three, after a sale");
      });

      it("are read for a full batch, and for none", async () => {
        const { readBatchMax } = world.connector.manifest.capabilities;
        const skus = await addMugs(readBatchMax);
        const readings = await channel.readQuantities(await refsOf(...skus));
        must(
          readings.length === skus.length,
          `readQuantities must return one reading per ref: got ${readings.length} for ${skus.length}`,
        );
        for (const [index, sku] of skus.entries()) await mustRead(readings[index], sku, `readQuantities, SKU ${sku}`);
        must((await channel.readQuantities([])).length === 0, "readQuantities of nothing must return nothing");
      });

      it("a 503 while reading them is unavailable for the item, not a throw", async () => {
        const [sku = ""] = await addMugs(1);
        const refs = await refsOf(sku);
        await world.market.breakNext("readQuantities", { kind: "status", status: 503 });
        const [reading] = await channel.readQuantities(refs);
        must(
          reading?.outcome === "failed" && reading.failure.kind === "unavailable",
          `readQuantities after a 503 must be unavailable: got ${describeResult(reading)}`,
        );
      });

      it("are written absolutely, and a repeated write changes nothing more", async () => {
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        const quantity = settable(6);
        for (const round of ["first", "second"]) {
          await mustAccept(await channel.writeQuantities([{ ref, quantity }]), `writeQuantities, the ${round} time`);
          await mustShow(sku, quantity, `after the ${round} write of ${quantity}`);
        }
        await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
        const results = await channel.writeQuantities([{ ref, quantity }]);
        const { quantities } = world.connector.manifest.capabilities;
        if (!quantities && results[0]?.outcome === "failed" && results[0].failure.kind === "rejected") {
          // A thing of which there is one may be gone with its sale; only to claim that it is back would be wrong.
          await mustShow(sku, 0, "after the sale of the only one, and a refused write,");
          return;
        }
        await mustAccept(results, "writeQuantities after a sale");
        await mustShow(sku, quantity, "writes are absolute, so after a sale too");
      });

      it("of more than one are refused where a listing stands for one", async () => {
        if (world.connector.manifest.capabilities.quantities) return;
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        const [result] = await channel.writeQuantities([{ ref, quantity: 2 }]);
        must(
          result?.outcome === "failed" && result.failure.kind === "rejected",
          `writeQuantities of 2 must be rejected where a listing stands for one: got ${describeResult(result)}`,
        );
        await mustKeep(sku, 1, "after a refused write of 2");
      });

      it("are written for a full batch, one result per write, in order", async () => {
        const { writeBatchMax } = world.connector.manifest.capabilities;
        const skus = await addMugs(writeBatchMax);
        const refs = await refsOf(...skus);
        const { quantities } = world.connector.manifest.capabilities;
        const writes = refs.map((ref, index) => ({ ref, quantity: quantities ? (index % 7) + 1 : index % 2 }));
        const results = await channel.writeQuantities(writes);
        must(
          results.length === writes.length,
          `writeQuantities must return one result per write, in order: got ${results.length} for ${writes.length}`,
        );
        for (const [index, write] of writes.entries()) {
          must(
            isTaken(results[index]),
            `writeQuantities, write ${index + 1} of ${writes.length}: got ${describeResult(results[index])}`,
          );
          await mustShow(write.ref.sku ?? "", write.quantity, `after write ${index + 1} of a full batch`);
        }
        must((await channel.writeQuantities([])).length === 0, "writeQuantities of nothing must return nothing");
      });

      it("a bad item fails alone, in its own place", async () => {
        const [a = "", b = "", c = ""] = await addMugs(3);
        const refs = await refsOf(a, b, c);
        await world.market.removeListing(b);
        const writes = refs.map((ref) => ({ ref, quantity: settable(3) }));
        const results = await channel.writeQuantities(writes);
        must(
          results.length === 3,
          `writeQuantities must return one result per write, in order, beyond writeBatchMax too: got ${results.length} for 3`,
        );
        must(
          results[1]?.outcome === "failed" && results[1].failure.kind === "rejected",
          `writeQuantities to a removed listing must be rejected: got ${describeResult(results[1])}`,
        );
        for (const [index, sku] of [
          [0, a],
          [2, c],
        ] as const) {
          must(
            results[index]?.outcome === "accepted",
            `one bad item must not fail its neighbours: write ${index + 1} got ${describeResult(results[index])}`,
          );
          await mustShow(sku, settable(3), "beside a bad item");
        }
      });

      for (const quantity of [-1, 1.5, Number.NaN]) {
        it(`${quantity} is refused before the marketplace sees it`, async () => {
          const [sku = ""] = await addMugs(1);
          const [ref] = await refsOf(sku);
          must(ref !== undefined, "");
          const before = await world.market.shown(sku);
          const [result] = await channel.writeQuantities([{ ref, quantity }]);
          must(
            result?.outcome === "failed" && result.failure.kind === "rejected",
            `writeQuantities of ${quantity} must be rejected: got ${describeResult(result)}`,
          );
          must((await world.market.shown(sku)) === before, `writeQuantities of ${quantity} must change nothing`);
        });
      }

      it("zero does what the manifest says", async () => {
        const { atZero } = world.connector.manifest.capabilities;
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        await mustAccept(await channel.writeQuantities([{ ref, quantity: 0 }]), "writeQuantities of 0");
        await untilShown(async () => !(await world.market.shown(sku)));
        const shown = await world.market.shown(sku);
        must(!shown, `after writing 0 nobody must be able to buy: the marketplace shows ${shown}`);
        const [reading] = await channel.readQuantities([ref]);
        if (atZero === "deleted") {
          must(
            reading?.outcome === "missing" || isEnded(reading),
            `atZero is "deleted", so the listing must be missing: got ${describeResult(reading)}`,
          );
          return;
        }
        must(
          reading?.outcome === "read",
          `after writing 0 the listing must still be there: got ${describeResult(reading)}`,
        );
        const expected = { "stays-listed": "active", inactive: "inactive", "marked-sold": "ended" }[atZero];
        must(
          reading.state === expected || (atZero === "marked-sold" && reading.state === "inactive"),
          `atZero is "${atZero}", so the state must be ${expected}: got ${describeResult(reading)}`,
        );
        must(reading.quantity === 0, `after writing 0, readQuantities must say 0: got ${describeResult(reading)}`);
        await mustAccept(await channel.writeQuantities([{ ref, quantity: settable(3) }]), "writeQuantities after 0");
        await mustShow(sku, settable(3), "a listing at zero comes back");
        const [again] = await refsOf(sku);
        must(again?.remoteId === ref.remoteId, "a listing that was at zero must keep its ref when it comes back");
      });

      it("a 429 is throttled, with the marketplace's own wait", async () => {
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        await world.market.breakNext("writeQuantities", { kind: "status", status: 429, retryAfterS: 7 });
        const [result] = await channel.writeQuantities([{ ref, quantity: another(5) }]);
        must(
          result?.outcome === "failed" && result.failure.kind === "throttled",
          `writeQuantities after a 429 must be throttled: got ${describeResult(result)}`,
        );
        must(
          result.failure.retryAfterMs === 7_000,
          `a 429 with Retry-After: 7 must give retryAfterMs 7000: got ${result.failure.retryAfterMs}`,
        );
        await mustKeep(sku, settable(10), "a throttled write does nothing");
      });

      it("a lost reply is outcome-unknown, and a read shows the truth", async () => {
        const skus = await addMugs(2);
        const refs = await refsOf(...skus);
        const faults = [{ kind: "reply-lost" }, { kind: "status-after", status: 503 }] as const;
        for (const [index, fault] of faults.entries()) {
          const [sku, ref] = [skus[index] ?? "", refs[index]];
          must(ref !== undefined, "");
          const quantity = another(5);
          await world.market.breakNext("writeQuantities", fault);
          const [result] = await channel.writeQuantities([{ ref, quantity }]);
          must(
            result?.outcome === "failed" && result.failure.kind === "outcome-unknown",
            `a write that happened without a good reply (${fault.kind}) must be outcome-unknown: got ${describeResult(result)}`,
          );
          const [reading] = await channel.readQuantities([ref]);
          if (quantity > 0) await mustRead(reading, sku, "readQuantities after a lost reply");
          await mustShow(sku, quantity, "a write whose reply was lost");
          const [after] = await channel.readQuantities([ref]);
          if (quantity > 0) await mustRead(after, sku, "readQuantities once a lost write shows");
          else must(isGone(after), `readQuantities must see that it is gone: got ${describeResult(after)}`);
        }
      });

      it("a lost request is outcome-unknown too: nobody can know", async () => {
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        await world.market.breakNext("writeQuantities", { kind: "request-lost" });
        const [result] = await channel.writeQuantities([{ ref, quantity: another(5) }]);
        must(
          result?.outcome === "failed" && result.failure.kind === "outcome-unknown",
          `writeQuantities without a reply must be outcome-unknown: got ${describeResult(result)}`,
        );
      });

      it("prices are written alone, or not at all, as the manifest says", async () => {
        const [sku = ""] = await addMugs(1);
        const [ref] = await refsOf(sku);
        must(ref !== undefined, "");
        const results = await channel.writePrices([
          { ref, price: { amount: "14.20", currency: world.market.currency } },
        ]);
        must(results.length === 1, `writePrices must return one result per write: got ${results.length} for 1`);
        if (!world.connector.manifest.capabilities.prices) {
          must(
            results[0]?.outcome === "failed",
            "writePrices must fail where the manifest says prices are not supported",
          );
          return;
        }
        must(results[0]?.outcome === "accepted", `writePrices: got ${describeResult(results[0])}`);
        await untilShown(async () => Number(await world.market.shownPrice(sku)) === 14.2);
        const price = await world.market.shownPrice(sku);
        must(
          Number(price) === 14.2,
          `after writePrices of 14.20 a buyer must pay 14.20: the marketplace shows ${price}`,
        );
        await mustKeep(sku, settable(10), "writePrices must not touch the quantity");
      });
    });

    describe("orders", () => {
      interface Seen {
        orders: Map<string, RemoteOrder>;
        times: Map<string, number>;
        unreadable: OrderPage["unreadable"];
        cursor: string | null;
        completeThrough: Date | null;
      }

      const nothingSeen = (): Seen => ({
        orders: new Map(),
        times: new Map(),
        unreadable: [],
        cursor: null,
        completeThrough: null,
      });

      /** Reads until there is no more; `between` happens after each page. */
      async function readOn(seen: Seen, since: Date, between: (page: OrderPage) => Promise<void> = async () => {}) {
        for (let page = 0; page < PAGES_MAX; page += 1) {
          const read = unwrap(await channel.readOrders({ cursor: seen.cursor, since }), "readOrders");
          for (const order of read.orders) {
            seen.orders.set(order.remoteId, order);
            seen.times.set(order.remoteId, (seen.times.get(order.remoteId) ?? 0) + 1);
          }
          seen.unreadable.push(...read.unreadable);
          seen.cursor = stored(read.nextCursor);
          if (read.completeThrough !== null) {
            must(
              read.completeThrough <= world.clock.now(),
              `completeThrough must not be in the future: ${read.completeThrough.toISOString()}`,
            );
            seen.completeThrough = read.completeThrough;
          }
          await between(read);
          if (!read.more) return;
        }
        throw new Error(`readOrders must come to an end: it still said more after ${PAGES_MAX} pages`);
      }

      /** Time enough for all that happened so far to show. */
      function settle(): void {
        const { orderVisibilityLagMs } = world.connector.manifest.capabilities;
        world.clock.advance(orderVisibilityLagMs + MINUTE_MS);
      }

      async function stall(units: number): Promise<string> {
        await world.market.addListing({ sku: "STALL", title: "Postcard", quantity: units, price: "2.00" });
        return "STALL";
      }

      it("are all shown, though new ones arrive and old ones change between pages", async () => {
        const since = world.clock.now();
        const count = world.market.ordersForSeveralPages;
        const sku = await stall(count + 50);
        const bought: string[] = [];
        for (let index = 0; index < count; index += 1) {
          world.clock.advance(20_000);
          bought.push(await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: index % 5 !== 0 }));
        }
        const unpaid = bought.filter((_, index) => index % 5 === 0);
        const seen = nothingSeen();
        let pages = 0;
        await readOn(seen, since, async () => {
          pages += 1;
          world.clock.advance(5_000);
          if (pages > 20) return;
          bought.push(await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true }));
          // Those near the beginning move to the end, and everything behind them up, past a reader who counts rows.
          for (const id of unpaid.splice(0, 3)) bought[bought.indexOf(id)] = await world.market.pay(id);
          channel = open(world.restarted());
        });
        must(pages > 1, `this clause needs several pages, and readOrders made ${pages} of ${count} orders`);
        settle();
        await readOn(seen, since);
        const missed = bought.filter((id) => !seen.orders.has(id));
        must(
          missed.length === 0,
          `readOrders must show every order at least once: ${missed.length} of ${bought.length} never came, ${missed[0]} first`,
        );
      });

      it("polling goes on from the cursor, after a restart too, and does not begin again", async () => {
        const since = world.clock.now();
        const sku = await stall(50);
        const seen = nothingSeen();
        for (let day = 0; day < 5; day += 1) {
          const id = await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
          settle();
          channel = open(world.restarted());
          await readOn(seen, since);
          must(seen.orders.has(id), `readOrders must show order ${id}, bought since the last poll`);
          world.clock.advance(6 * 60 * MINUTE_MS);
        }
        const [first = ""] = seen.times.keys();
        const times = seen.times.get(first) ?? 0;
        must(
          times < 5,
          `readOrders must not show all history at each poll: the oldest order came ${times} times in 5 polls`,
        );
      });

      it("completeThrough is honest: what changed before it has been shown", async () => {
        const { orderVisibilityLagMs } = world.connector.manifest.capabilities;
        await world.market.delayOrders?.(Math.floor(orderVisibilityLagMs * 0.9));
        const since = world.clock.now();
        const sku = await stall(200);
        const history: { id: string; at: Date }[] = [];
        const unpaid: string[] = [];
        const seen = nothingSeen();
        let claims = 0;
        const mustBeHonest = async (page: OrderPage): Promise<void> => {
          const through = page.completeThrough;
          if (through === null) return;
          claims += 1;
          const missed = history.filter((one) => one.at < through && !seen.orders.has(one.id));
          must(
            missed.length === 0,
            `completeThrough claims everything before ${through.toISOString()}, but order ${missed[0]?.id} of ${missed[0]?.at.toISOString()} was never shown (if the emulator hides it: until a change shows, the order shows as it was before)`,
          );
        };
        for (let step = 0; step < 60; step += 1) {
          const pay = step % 3 !== 0;
          const id = await world.market.buy({ lines: [{ sku, quantity: 1 }], pay });
          history.push({ id, at: world.clock.now() });
          if (!pay) unpaid.push(id);
          world.clock.advance(7_000 + (step % 5) * 9_000);
          const late = step % 4 === 3 ? unpaid.shift() : undefined;
          if (late !== undefined) {
            const id = await world.market.pay(late);
            // Where payment makes a new id, it is a new order from then on, and the old one is gone.
            if (id !== late) history.splice(0, history.length, ...history.filter((one) => one.id !== late));
            if (id !== late) history.push({ id, at: world.clock.now() });
          }
          if (step % 2 === 0) continue;
          await readOn(seen, since, mustBeHonest);
        }
        must(claims > 0, "readOrders must say completeThrough at times: it was null throughout 30 polls");
        world.clock.advance(2 * orderVisibilityLagMs + MINUTE_MS);
        await readOn(seen, since, mustBeHonest);
        const last = history.at(-1);
        must(
          last !== undefined && seen.completeThrough !== null && seen.completeThrough > last.at,
          `completeThrough must move on when all is quiet: it stays at ${seen.completeThrough?.toISOString()}`,
        );
      });

      it("from the one that cannot be read, a hold is made, and its neighbours come through", async () => {
        const since = world.clock.now();
        const sku = await stall(9);
        const ids: string[] = [];
        for (let index = 0; index < 3; index += 1) {
          ids.push(await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true }));
          world.clock.advance(MINUTE_MS);
        }
        const [first = "", spoiled = "", third = ""] = ids;
        const private_ = await world.market.spoil(spoiled);
        settle();
        const seen = nothingSeen();
        await readOn(seen, since);
        must(seen.orders.has(first) && seen.orders.has(third), "one unreadable order must not hide the others");
        must(!seen.orders.has(spoiled), "an order that does not parse must not be shown as if it did");
        const hold = seen.unreadable.find((one) => one.remoteId === spoiled);
        must(hold !== undefined, `an order that does not parse must be in unreadable, with its id ${spoiled}`);
        must(hold.why.trim() !== "", "unreadable must say why, with the path of the field");
        const leaked = private_.find((text) => hold.why.includes(text));
        must(leaked === undefined, `unreadable must not carry buyer data: "${hold.why}"`);
        const alone = await channel.readOrder(spoiled);
        must(!alone.ok, "readOrder of an order that does not parse must be a failure, not a throw and not null");
      });

      it("are pending while unpaid, and paid afterwards", async () => {
        const sku = await stall(9);
        const id = await world.market.buy({ lines: [{ sku, quantity: settable(2) }], pay: false });
        const pending = await readOne(id);
        if (!world.market.paysAtOnce) {
          must(pending.status === "pending", `an unpaid order must be pending: got ${pending.status}`);
          must(pending.paidAt === null, "an unpaid order must have paidAt null");
        }
        must(
          unitsOf(pending) === settable(2),
          `quantity must be the units bought, ${settable(2)}: got ${unitsOf(pending)}`,
        );
        must(pending.lines[0]?.sku === sku, `a line must carry its SKU: got ${pending.lines[0]?.sku}`);
        world.clock.advance(MINUTE_MS);
        const paid = await readOne(await world.market.pay(id));
        must(paid.status === "paid", `a paid order must be paid: got ${paid.status}`);
        must(paid.paidAt !== null && paid.paidAt >= paid.soldAt, "a paid order must say when, not before it was sold");
        must(
          paid.soldAt.getTime() === pending.soldAt.getTime(),
          "soldAt is when the buyer committed: payment must not move it",
        );
        must(
          paid.fulfilment === "none",
          `an order that was not shipped must have fulfilment none: got ${paid.fulfilment}`,
        );
      });

      it("that were cancelled say so, and a request to cancel is seen before", async () => {
        const since = world.clock.now();
        const sku = await stall(9);
        const id = await world.market.buy({ lines: [{ sku, quantity: settable(2) }], pay: true });
        if (world.market.askToCancel) {
          await world.market.askToCancel(id);
          const asked = await readOne(id);
          must(asked.cancellationRequested, "a buyer's open request to cancel must set cancellationRequested");
          must(asked.status !== "cancelled", "a request to cancel is not a cancellation yet");
        }
        await world.market.cancel(id);
        const cancelled = await readOne(id);
        must(cancelled.status === "cancelled", `a cancelled order must be cancelled: got ${cancelled.status}`);
        must(!cancelled.cancellationRequested, "a cancelled order has no open request any more");
        must(
          cancelled.lines.every((line) => line.quantityCancelled === line.quantity),
          "the lines of a cancelled order must have quantityCancelled equal to quantity",
        );
        settle();
        const seen = nothingSeen();
        await readOn(seen, since);
        must(
          seen.orders.get(id)?.status === "cancelled",
          "readOrders must show a cancellation as a change of the order",
        );
      });

      it("that change a day after they were read are shown again", async () => {
        const since = world.clock.now();
        const sku = await stall(9);
        const id = await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
        const seen = nothingSeen();
        for (let poll = 0; poll < 5; poll += 1) {
          settle();
          await readOn(seen, since);
          world.clock.advance(6 * 60 * MINUTE_MS);
        }
        must(seen.orders.get(id)?.status === "paid", `readOrders must show order ${id} as paid before it is cancelled`);
        await world.market.cancel(id);
        settle();
        channel = open(world.restarted());
        await readOn(seen, since);
        must(
          seen.orders.get(id)?.status === "cancelled",
          `readOrders must show again what changed: order ${id} was cancelled a day after its sale, and polling never said so`,
        );
      });

      it("flag an alias e-mail, so that it never matches a customer", async () => {
        const sku = await stall(9);
        const order = await readOne(await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true, buyer: "ann" }));
        must(order.buyer.remoteId !== "", "buyer.remoteId must be an id or null, not empty");
        if (order.buyer.email !== null && world.market.relaysEmail) {
          must(order.buyer.emailIsRelay, `${name} hides buyers' addresses: emailIsRelay must be true`);
        }
        const again = await readOne(await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true, buyer: "ann" }));
        must(again.buyer.remoteId === order.buyer.remoteId, "buyer.remoteId must be the same for the same buyer");
      });

      it("carry money as decimal strings that add up", async () => {
        const sku = await stall(9);
        const order = await readOne(await world.market.buy({ lines: [{ sku, quantity: settable(3) }], pay: true }));
        const line = order.lines[0];
        must(line !== undefined, "an order must have its lines");
        for (const [field, money] of Object.entries({
          total: order.total,
          tax: order.tax,
          taxIncluded: order.taxIncluded,
          shipping: order.shipping,
          adjustment: order.adjustment,
          refunded: order.refunded,
          unitPrice: line.unitPrice,
        })) {
          mustBeMoney(money, field);
        }
        must(Number(line.unitPrice.amount) === 2, `unitPrice must be of one unit, 2.00: got ${line.unitPrice.amount}`);
        mustAddUp(order);
      });

      it("that do not exist are null, not a failure", async () => {
        const sku = await stall(9);
        const id = await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
        const absentId = id.replace(/\d/g, "9");
        const absent = await channel.readOrder(absentId);
        const got = absent.ok ? `order ${absent.value?.remoteId}` : describeFailure(absent.failure);
        must(
          absent.ok && absent.value === null,
          `readOrder of an order that is not there, ${absentId}, must be null: got ${got}`,
        );
      });

      for (const [status, kind] of READ_FAULTS) {
        it(`a ${status} while reading them is ${kind}, and the cursor still stands`, async () => {
          const since = world.clock.now();
          const sku = await stall(9);
          const seen = nothingSeen();
          await readOn(seen, since);
          const id = await world.market.buy({ lines: [{ sku, quantity: 1 }], pay: true });
          settle();
          await world.market.breakNext("readOrders", { kind: "status", status });
          expectFailure(await channel.readOrders({ cursor: seen.cursor, since }), kind, `readOrders after a ${status}`);
          await readOn(seen, since);
          must(seen.orders.has(id), "after a fault the same cursor must show what it would have shown without");
        });
      }
    });

    async function readOne(id: string): Promise<RemoteOrder> {
      const order = unwrap(await channel.readOrder(id), "readOrder");
      must(order !== null, `readOrder must find order ${id}`);
      must(order.remoteId === id, `readOrder of ${id} must return that order: got ${order.remoteId}`);
      return order;
    }

    proveOddities({
      world: () => world,
      channel: () => channel,
      readListingsPage,
      readOne,
      mustAddUp,
      must,
      mustShow,
      describe,
      it,
    });

    describe("shipments", () => {
      async function paidOrder(quantity: number): Promise<RemoteOrder> {
        await world.market.addListing({ sku: "BOX", title: "Box", quantity: 20, price: "8.00" });
        const lines = [{ sku: "BOX", quantity: settable(quantity) }];
        return readOne(await world.market.buy({ lines, pay: true }));
      }

      function parcelOf(order: RemoteOrder, units: number, trackingNumber: string) {
        return {
          orderRemoteId: order.remoteId,
          lines: takeUnits(order, units),
          carrier: "UPS",
          trackingNumber,
          trackingUrl: null,
          shippedAt: world.clock.now(),
        };
      }

      it("reach the marketplace with their tracking number, and readShipments shows them", async () => {
        const order = await paidOrder(2);
        must(
          unwrap(await channel.readShipments(order.remoteId), "readShipments").length === 0,
          "readShipments must be empty before anything is shipped",
        );
        unwrap(await channel.confirmShipment(parcelOf(order, settable(2), "1Z999AA10123456784")), "confirmShipment");
        if (world.market.ship) {
          const before = await world.market.parcels(order.remoteId);
          must(
            before.length === 0,
            `what ships by its own label must not be sent by us: it has ${before.length} parcels`,
          );
          await world.market.ship(order.remoteId);
        }
        const parcels = await world.market.parcels(order.remoteId);
        must(parcels.length === 1, `one shipment must make one parcel: the marketplace has ${parcels.length}`);
        const trackingNumber = parcels[0]?.trackingNumber ?? "";
        must(
          world.market.ship !== undefined || trackingNumber === "1Z999AA10123456784",
          `the tracking number must arrive: got ${trackingNumber}`,
        );
        const shown = unwrap(await channel.readShipments(order.remoteId), "readShipments");
        must(
          shown.some((one) => isParcel(one, trackingNumber)),
          "readShipments must show the tracking number, so that a lost reply is not sent twice",
        );
        const after = await readOne(order.remoteId);
        must(after.fulfilment === "complete", `a shipped order must have fulfilment complete: got ${after.fulfilment}`);
      });

      it("may be partial where the manifest says so", async () => {
        if (!world.connector.manifest.capabilities.partialShipment) return;
        const order = await paidOrder(3);
        unwrap(await channel.confirmShipment(parcelOf(order, 1, "1Z999AA10123456784")), "confirmShipment of 1 of 3");
        const after = await readOne(order.remoteId);
        must(after.fulfilment === "partial", `1 of 3 units shipped must be partial: got ${after.fulfilment}`);
        const [parcel] = await world.market.parcels(order.remoteId);
        must(parcel?.units === 1, `partialShipment is true, so 1 of 3 units must arrive as 1: got ${parcel?.units}`);
        unwrap(await channel.confirmShipment(parcelOf(order, 2, "1Z999AA10123456785")), "confirmShipment of the rest");
        must((await readOne(order.remoteId)).fulfilment === "complete", "all units shipped must be complete");
      });

      it("a lost reply is outcome-unknown, and readShipments tells whether it arrived", async () => {
        // Where the marketplace ships by its own label, nothing is sent.
        if (world.market.ship) return;
        const order = await paidOrder(1);
        await world.market.breakNext("confirmShipment", { kind: "reply-lost" });
        const result = await channel.confirmShipment(parcelOf(order, 1, "1Z999AA10123456784"));
        expectFailure(result, "outcome-unknown", "confirmShipment whose reply was lost");
        const shown = unwrap(await channel.readShipments(order.remoteId), "readShipments");
        must(
          shown.some((one) => isParcel(one, "1Z999AA10123456784")),
          "after a lost reply readShipments must show the shipment that did arrive",
        );
      });

      it("of an order that does not exist are rejected", async () => {
        const order = await paidOrder(1);
        const result = await channel.confirmShipment({
          ...parcelOf(order, 1, "1Z999AA10123456784"),
          orderRemoteId: order.remoteId.replace(/\d/g, "9"),
        });
        expectFailure(result, "rejected", "confirmShipment of an unknown order");
      });
    });

    describe("cancellation", () => {
      async function paidOrder(): Promise<RemoteOrder> {
        await world.market.addListing({ sku: "VASE", title: "Vase", quantity: 5, price: "30.00" });
        return readOne(await world.market.buy({ lines: [{ sku: "VASE", quantity: settable(2) }], pay: true }));
      }

      it("does what the manifest says, and once", async () => {
        const { cancellation } = world.connector.manifest.capabilities;
        const order = await paidOrder();
        const whole = { orderRemoteId: order.remoteId, reason: "out-of-stock", lines: null } as const;
        const result = await channel.cancelOrder(whole);
        if (cancellation === "none") {
          expectFailure(result, "rejected", "cancelOrder where the manifest says none");
          return;
        }
        const { state } = unwrap(result, "cancelOrder");
        must(
          state === "requested" || (await world.market.isCancelled(order.remoteId)),
          "cancelOrder said cancelled, but the marketplace does not think so",
        );
        unwrap(await channel.cancelOrder(whole), "cancelOrder a second time, as after a lost reply,");
      });

      it("of single lines is refused in words where only whole orders can be cancelled", async () => {
        if (world.connector.manifest.capabilities.cancellation !== "whole-order") return;
        const order = await paidOrder();
        const lines = order.lines.map((line) => ({ remoteLineId: line.remoteLineId, quantity: 1 }));
        const result = await channel.cancelOrder({ orderRemoteId: order.remoteId, reason: "out-of-stock", lines });
        const failure = expectFailure(result, "rejected", "cancelOrder of a line");
        must(failure.message.length > 20, "a refusal must say in words what the merchant can do");
        must(!(await world.market.isCancelled(order.remoteId)), "a refused cancellation must cancel nothing");
      });

      it("of a single line takes that line and no other, where the manifest says so", async () => {
        if (world.connector.manifest.capabilities.cancellation !== "per-line") return;
        await world.market.addListing({ sku: "VASE", title: "Vase", quantity: 5, price: "30.00" });
        await world.market.addListing({ sku: "BOWL", title: "Bowl", quantity: 5, price: "20.00" });
        const skus = ["VASE", "BOWL"];
        const id = await world.market.buy({ lines: skus.map((sku) => ({ sku, quantity: 2 })), pay: true });
        const order = await readOne(id);
        const [taken, kept] = skus.map((sku) => order.lines.find((line) => line.sku === sku));
        must(taken !== undefined && kept !== undefined, "an order must have a line for each SKU");
        const lines = [{ remoteLineId: taken.remoteLineId, quantity: taken.quantity }];
        const result = await channel.cancelOrder({ orderRemoteId: id, reason: "out-of-stock", lines });
        unwrap(result, "cancelOrder of a line");
        const cancelledOf = async (lineId: string) =>
          (await readOne(id)).lines.find((line) => line.remoteLineId === lineId)?.quantityCancelled;
        await passTime(async () => (await cancelledOf(taken.remoteLineId)) === taken.quantity);
        const gone = await cancelledOf(taken.remoteLineId);
        must(gone === taken.quantity, `the line asked for must be cancelled, ${taken.quantity} units: got ${gone}`);
        must((await cancelledOf(kept.remoteLineId)) === 0, "cancelOrder of a line must leave the other lines alone");
        must(!(await world.market.isCancelled(id)), "cancelOrder of a line must not cancel the order");
      });

      it("agrees to a buyer's request", async () => {
        if (world.connector.manifest.capabilities.cancellation === "none" || !world.market.askToCancel) return;
        const order = await paidOrder();
        await world.market.askToCancel(order.remoteId);
        const { state } = unwrap(
          await channel.cancelOrder({ orderRemoteId: order.remoteId, reason: "buyer-request", lines: null }),
          "cancelOrder on a buyer's request",
        );
        if (state === "requested") await passTime(() => world.market.isCancelled(order.remoteId));
        must(await world.market.isCancelled(order.remoteId), "agreeing to a buyer's request must cancel the order");
      });

      it("of a shipped order is rejected", async () => {
        if (world.connector.manifest.capabilities.cancellation === "none") return;
        const order = await paidOrder();
        const parcel = {
          orderRemoteId: order.remoteId,
          lines: order.lines.map((line) => ({ remoteLineId: line.remoteLineId, quantity: line.quantity })),
          carrier: "UPS",
          trackingNumber: "1Z999AA10123456784",
          trackingUrl: null,
          shippedAt: world.clock.now(),
        };
        unwrap(await channel.confirmShipment(parcel), "confirmShipment");
        await world.market.ship?.(order.remoteId);
        const result = await channel.cancelOrder({ orderRemoteId: order.remoteId, reason: "other", lines: null });
        expectFailure(result, "rejected", "cancelOrder of a shipped order");
      });
    });

    describe("notifications", () => {
      const parse = (raw: Parameters<typeof world.connector.parseNotification>[0]) =>
        world.connector.parseNotification(raw, { transport, now: world.clock.now() });

      it("answer the marketplace's challenge", async () => {
        const challenge = await world.notifications?.challenge();
        if (!challenge) return;
        const answer = await parse(challenge.raw);
        must(answer.kind === "challenge", `a challenge must be answered: got ${answer.kind}`);
        must(answer.body === challenge.answer, `the answer to the challenge is wrong: got ${answer.body}`);
      });

      it("are subscribed to, and subscribing again adds nothing", async () => {
        const driver = world.notifications;
        if (!driver) return;
        const first = unwrap(await channel.subscribe({ endpoint: driver.endpoint }), "subscribe");
        const count = await driver.subscriptions();
        const second = unwrap(
          await open(world.restarted()).subscribe({ endpoint: driver.endpoint }),
          "subscribe again",
        );
        must(
          [...first.topics].sort().join() === [...second.topics].sort().join(),
          `subscribe must be safe to repeat: topics were ${first.topics}, then ${second.topics}`,
        );
        const now = await driver.subscriptions();
        must(now === count, `subscribe must be safe to repeat: there were ${count} subscriptions, then ${now}`);
      });

      it("with a good signature are hints; with a tampered body they are refused", async () => {
        const driver = world.notifications;
        if (!driver) return;
        unwrap(await channel.subscribe({ endpoint: driver.endpoint }), "subscribe");
        await world.market.addListing({ sku: "CUP", title: "Cup", quantity: 5, price: "6.00" });
        const id = await world.market.buy({ lines: [{ sku: "CUP", quantity: 1 }], pay: true });
        const raw = await driver.ofOrder(id);
        const hint = await parse(raw);
        must(hint.kind === "hint", `a notification with a good signature must be a hint: got ${JSON.stringify(hint)}`);
        must(hint.id !== "", "a hint must carry the marketplace's id of the delivery");
        must(
          hint.orderRemoteId === null || hint.orderRemoteId === id,
          `a hint must name the order it is about, or none: got ${hint.orderRemoteId} for ${id}`,
        );
        const again = await parse(raw);
        must(again.kind === "hint" && again.id === hint.id, "the same delivery twice must have the same id");

        const text = new TextDecoder().decode(raw.body);
        const tampered = await parse({ ...raw, body: new TextEncoder().encode(text.replace(/\d/, "0 ")) });
        must(tampered.kind === "refused", `a tampered body must be refused: got ${tampered.kind}`);
        const unsigned = await parse({ ...raw, headers: new Headers({ "content-type": "application/json" }) });
        must(unsigned.kind === "refused", `a notification without a signature must be refused: got ${unsigned.kind}`);
      });
    });

    describe("queue", () => {
      async function receiveAll(): Promise<{ hint: Hint; receipt: string }[]> {
        const { queue } = channel;
        must(queue !== undefined, "a connector whose hints lie in a queue must have one");
        const all: { hint: Hint; receipt: string }[] = [];
        for (let turn = 0; turn < PAGES_MAX; turn += 1) {
          const received = unwrap(await queue.receive(), "queue.receive");
          if (received.length === 0) return all;
          all.push(...received);
        }
        throw new Error(`queue.receive must come to an end: it still had hints after ${PAGES_MAX} turns`);
      }

      it("gives hints that come again until they are acknowledged, and not after", async () => {
        if (!world.hintQueue) return;
        const { comesAgainAfterMs } = world.hintQueue;
        const endpoint = "https://lockstep.example/notifications";
        const first = unwrap(await channel.subscribe({ endpoint }), "subscribe");
        const second = unwrap(await open(world.restarted()).subscribe({ endpoint }), "subscribe again");
        must(
          first.topics.join() === second.topics.join(),
          `subscribe must be safe to repeat: topics were ${first.topics}, then ${second.topics}`,
        );
        channel = open();
        await world.market.addListing({ sku: "CUP", title: "Cup", quantity: 5, price: "6.00" });
        const id = await world.market.buy({ lines: [{ sku: "CUP", quantity: 1 }], pay: true });
        const hints = (await receiveAll()).filter((one) => one.hint.orderRemoteId === id);
        must(hints.length > 0, `a sale must lead to a hint that names order ${id}`);
        must(
          hints.every((one) => one.hint.id !== ""),
          "a hint must carry the marketplace's id of the delivery",
        );
        world.clock.advance(comesAgainAfterMs);
        channel = open(world.restarted());
        const again = (await receiveAll()).filter((one) => one.hint.orderRemoteId === id);
        must(
          again.some((one) => one.hint.id === hints[0]?.hint.id),
          "a hint that was not acknowledged must come again, with the same id",
        );
        unwrap(await channel.queue?.acknowledge(again.map((one) => one.receipt)), "queue.acknowledge");
        world.clock.advance(comesAgainAfterMs);
        const after = (await receiveAll()).filter((one) => one.hint.orderRemoteId === id);
        must(after.length === 0, `an acknowledged hint must not come again: it came ${after.length} times`);
      });
    });

    // The words of the failures above.

    function isEnded(reading: QuantityReading | undefined): boolean {
      return reading?.outcome === "read" && reading.state === "ended";
    }

    function isGone(reading: QuantityReading | undefined): boolean {
      return reading?.outcome === "missing" || isEnded(reading);
    }

    /** Another number than a new listing shows: where it stands for one unit, only zero is. */
    function another(quantity: number): number {
      return world.connector.manifest.capabilities.quantities ? quantity : 0;
    }

    /** Where a listing stands for one unit, that is all that can be written. */
    function settable(quantity: number): number {
      return world.connector.manifest.capabilities.quantities ? quantity : Math.min(1, quantity);
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
      return shipment.trackingNumber === (world.market.hidesTracking ? null : trackingNumber);
    }

    /** Taken by the marketplace; where that is no proof, it may also be that nobody knows yet. */
    function isTaken(result: WriteResult | undefined): boolean {
      if (result?.outcome === "accepted") return true;
      const { acceptance } = world.connector.manifest.capabilities;
      return acceptance === "verify" && result?.failure.kind === "outcome-unknown";
    }

    /** Lets time pass until it holds, but no more than a write may take to land. */
    async function passTime(holds: () => Promise<boolean>): Promise<void> {
      const { lateWriteMaxMs } = world.connector.manifest.capabilities;
      for (let waitedMs = 0; waitedMs < lateWriteMaxMs && !(await holds()); waitedMs += LATE_STEP_MS) {
        world.clock.advance(LATE_STEP_MS);
      }
    }

    /** What was written shows at once, or later where acceptance is to be verified. */
    async function untilShown(holds: () => Promise<boolean>): Promise<void> {
      if (world.connector.manifest.capabilities.acceptance === "verify") await passTime(holds);
    }

    /** It shows this, and does not turn into something else after all. */
    async function mustKeep(sku: string, quantity: number, when: string): Promise<void> {
      await mustShow(sku, quantity, when);
      await untilShown(async () => false);
      await mustShow(sku, quantity, when);
    }

    /** Where zero deletes, nothing shown is zero. */
    async function shownUnits(sku: string): Promise<number | null> {
      const whenGone = world.connector.manifest.capabilities.atZero === "deleted" ? 0 : null;
      return (await world.market.shown(sku)) ?? whenGone;
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
      const shown = await world.market.shown(sku);
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
  });
}
