/**
 * What is Etsy's own, clause by clause, on its emulator: what the contract of all marketplaces cannot see. In the form of the
 * contract suite, so that connectors with a deliberate defect can be put to the same clauses.
 */
import * as vitest from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { ListingRef, RemoteListing, RemoteOrder } from "#connectors/contract/remote-types.ts";
import { RENEW_SOLD_OUT } from "#connectors/etsy/manifest.ts";
import type { Listing } from "#test/emulators/etsy/state.ts";
import type { Suite } from "./connector-contract.ts";
import { type ObservedTransport, readAllListings, transportFor } from "./contract-world.ts";
import type { EtsyWorld } from "./etsy-world.ts";

const { expect } = vitest;
const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
const TRACKING = "AB123456789GB";

/** A listing without what a write may change of it: the ids that Etsy gives anew. */
function essence(listing: Listing | undefined) {
  if (!listing) throw new Error("The listing is gone.");
  const { updatedAt: _, products, ...rest } = listing;
  return structuredClone({
    ...rest,
    products: products.map(({ productId: _id, offering: { offeringId: _offering, ...offering }, values, sku }) => ({
      sku,
      offering,
      values: values.map(({ valueIds: _values, ...value }) => value),
    })),
  });
}

export function proveEtsyDetails(
  name: string,
  setup: () => Promise<EtsyWorld>,
  { describe, it, beforeEach }: Suite = vitest,
): void {
  describe(`${name}, in what is Etsy's own,`, () => {
    let world: EtsyWorld;
    let transport: ObservedTransport;
    let channel: OpenChannel;

    function open(options: readonly string[] = []): OpenChannel {
      transport = transportFor(world);
      const { credentials, clock, connector } = world;
      return connector.open({ credentials, transport, options: new Set(options), now: () => clock.now() });
    }

    beforeEach(async () => {
      world = await setup();
      channel = open();
    });

    const controls = () => world.emulator.controls;
    const mugs = (): Listing => {
      const found = [...world.emulator.state.listings.values()].find((one) => one.groupKey === "MUG");
      if (!found) throw new Error("The listing is gone.");
      return found;
    };

    /** Three variations, each with a price and a profile of its own; one hidden. */
    function addMugs(...quantities: number[]): void {
      for (const [index, colour] of ["Moss", "Slate (dark), matt", "Oat", "Old"].entries()) {
        const quantity = quantities[index] ?? 0;
        const aspects = { "Primary color": colour };
        controls().addListing({
          sku: `MUG-${index}`,
          title: "Mug",
          price: `1${index}.50`,
          quantity,
          groupKey: "MUG",
          aspects,
        });
      }
      for (const [index, product] of mugs().products.entries()) {
        product.offering.readinessStateId = 7_000 + index;
        for (const value of product.values) value.scaleId = 301;
      }
      mugs().readinessStateOnProperty = [200];
      controls().setEnabled("MUG-3", false);
    }

    const listings = (): Promise<RemoteListing[]> => readAllListings(channel);

    async function refOf(sku: string): Promise<ListingRef> {
      const found = (await listings()).find((one) => one.ref.sku === sku);
      if (!found) throw new Error(`${sku} is not among the listings.`);
      return found.ref;
    }

    async function write(quantities: Record<string, number>) {
      const all = await listings();
      transport.operations.length = 0;
      const writes = Object.entries(quantities).map(([sku, quantity]) => {
        const found = all.find((one) => one.ref.sku === sku);
        if (!found) throw new Error(`${sku} is not among the listings.`);
        return { ref: found.ref, quantity };
      });
      return channel.writeQuantities(writes);
    }

    const accepted = (count: number) => Array.from({ length: count }, () => ({ outcome: "accepted" }));

    describe("inventory", () => {
      it("loses nothing of the listing when one variation is written", async () => {
        addMugs(4, 2, 3, 6);
        const before = essence(mugs());
        expect(await write({ "MUG-1": 8 })).toEqual(accepted(1));
        const changed = before.products[1];
        if (changed) changed.offering.quantity = 8;
        expect(essence(mugs())).toEqual(before);
      });

      it("loses nothing of the listing when a price is written", async () => {
        addMugs(4, 2, 3);
        const before = essence(mugs());
        const price = { amount: "21.95", currency: "GBP" };
        expect(await channel.writePrices([{ ref: await refOf("MUG-2"), price }])).toEqual(accepted(1));
        const changed = before.products[2];
        if (changed) changed.offering.priceMinor = 2195;
        expect(essence(mugs())).toEqual(before);
      });

      it("writes several variations of a listing as one", async () => {
        addMugs(4, 2, 3);
        expect(await write({ "MUG-0": 5, "MUG-1": 0, "MUG-2": 7 })).toEqual(accepted(3));
        expect(controls().shown()).toMatchObject({ "MUG-0": 5, "MUG-1": 0, "MUG-2": 7 });
        expect(transport.operations).toEqual(["getListingInventory", "updateListingInventory"]);
      });

      it("keeps a variation's ref though Etsy gives it new ids", async () => {
        addMugs(4, 2, 3);
        const before = (await listings()).map((one) => one.ref);
        await write({ "MUG-0": 5 });
        expect((await listings()).map((one) => one.ref)).toEqual(before);
      });

      it("tries again after a conflict, and gives up as unavailable", async () => {
        addMugs(4, 2, 3);
        world.emulator.faults.add({ operation: "updateListingInventory", kind: "status", status: 409 });
        expect(await write({ "MUG-0": 5 })).toEqual(accepted(1));
        world.emulator.faults.add({ operation: "updateListingInventory", kind: "status", status: 409, times: 9 });
        expect(await write({ "MUG-0": 6 })).toMatchObject([{ outcome: "failed", failure: { kind: "unavailable" } }]);
        expect(controls().shown()["MUG-0"]).toBe(5);
      });

      it("says in words what it does not write", async () => {
        addMugs(4, 2, 3, 6);
        const [hidden] = await write({ "MUG-3": 4 });
        expect(hidden).toMatchObject({
          failure: { kind: "rejected", message: expect.stringMatching(/hidden at Etsy/) },
        });
        const [tooMany, fine] = await write({ "MUG-0": 1000, "MUG-1": 3 });
        expect(tooMany).toMatchObject({ failure: { kind: "rejected", message: expect.stringMatching(/at most 999/) } });
        expect(fine).toEqual({ outcome: "accepted" });
        mugs().quantityOnProperty = [];
        const [shared] = await write({ "MUG-0": 4 });
        expect(shared).toMatchObject({
          failure: { kind: "rejected", message: expect.stringMatching(/share one quantity/) },
        });
        expect((await listings()).find((one) => one.ref.sku === "MUG-0")?.unmanagedBecause).toMatch(
          /share one quantity/,
        );
      });

      it("is read in two calls for a hundred listings, and what is gone costs the others nothing", async () => {
        for (let index = 0; index < 100; index += 1) {
          controls().addListing({ sku: `CARD-${index}`, title: "Card", price: "2.00", quantity: index + 1 });
        }
        const refs = (await listings()).map((one) => one.ref);
        transport.operations.length = 0;
        const readings = await channel.readQuantities(refs);
        expect(transport.operations).toEqual(["getListingsByListingIds", "getListingsInventoryByListingIds"]);
        expect(readings[0]).toEqual({ outcome: "read", quantity: Number(refs[0]?.sku?.slice(5)) + 1, state: "active" });
        controls().removeListing("CARD-40");
        const again = await channel.readQuantities(refs);
        expect(again.filter((one) => one.outcome === "missing")).toHaveLength(1);
        expect(again.filter((one) => one.outcome === "read")).toHaveLength(99);
      });

      it("misses no listing though others leave between two pages", async () => {
        for (let index = 0; index < 250; index += 1) {
          controls().addListing({ sku: `CARD-${index}`, title: "Card", price: "2.00", quantity: 3 });
        }
        const seen = new Set<string | null>();
        let round = 0;
        for (let cursor: string | null = null; ; round += 1) {
          const page: Awaited<ReturnType<OpenChannel["readListings"]>> = await channel.readListings(cursor);
          if (!page.ok) throw new Error(page.failure.message);
          for (const listing of page.value.listings) seen.add(listing.ref.sku);
          cursor = page.value.nextCursor;
          if (cursor === null) break;
          // The newest come first: five of them go, then twenty, and all behind them move up.
          for (let gone = 0; gone < ([5, 20][round] ?? 0); gone += 1)
            controls().removeListing(`CARD-${249 - 30 * round - gone}`);
        }
        const missed = Object.keys(controls().shown()).filter((sku) => !seen.has(sku));
        expect(missed).toEqual([]);
      });
    });

    describe("zero", () => {
      it("leaves the listing on sale while another variation has stock", async () => {
        addMugs(4, 2, 0);
        expect(await write({ "MUG-0": 0 })).toEqual(accepted(1));
        expect(mugs().state).toBe("active");
        expect(controls().shown()).toMatchObject({ "MUG-0": 0, "MUG-1": 2 });
      });

      it("switches the listing off with the last, comes back free, and shows no more than was asked for in between", async () => {
        addMugs(4, 2, 9);
        const wanted: Record<string, number> = { "MUG-0": 4, "MUG-1": 2, "MUG-2": 9, "MUG-3": 0 };
        const exceeded: string[] = [];
        const watch = () => {
          for (const [sku, shown] of Object.entries(controls().shown())) {
            if (shown > (wanted[sku] ?? 0)) exceeded.push(`${shown} of ${sku}`);
          }
        };
        Object.assign(wanted, { "MUG-0": 0, "MUG-1": 0, "MUG-2": 0 });
        expect(await write({ "MUG-0": 0, "MUG-1": 0, "MUG-2": 0 })).toEqual(accepted(3));
        expect(mugs().state).toBe("inactive");
        watch();
        wanted["MUG-2"] = 5;
        const ref = await refOf("MUG-2");
        world.onReply = watch;
        expect(await channel.writeQuantities([{ ref, quantity: 5 }])).toEqual(accepted(1));
        expect(controls().shown()).toMatchObject({ "MUG-0": 0, "MUG-1": 0, "MUG-2": 5 });
        expect(exceeded).toEqual([]);
        expect(controls().tally().renewals).toBe(0);
      });

      it("and back go on from wherever they were interrupted", async () => {
        for (const [goal, calls] of [
          [0, 3],
          [6, 5],
        ] as const) {
          for (let failing = 1; failing <= calls; failing += 1) {
            world = await setup();
            channel = open();
            addMugs(4, 2, 3);
            if (goal > 0) await write({ "MUG-0": 0, "MUG-1": 0, "MUG-2": 0 });
            const refs = await Promise.all(["MUG-0", "MUG-1", "MUG-2"].map(refOf));
            const writes = refs.map((ref, index) => ({ ref, quantity: index === 1 ? goal : 0 }));
            let call = 0;
            world.beforeCall = () => {
              call += 1;
              if (call === failing) world.emulator.faults.add({ operation: "*", kind: "status", status: 429 });
            };
            await channel.writeQuantities(writes);
            expect(await channel.writeQuantities(writes)).toEqual(accepted(3));
            expect(controls().shown()).toMatchObject({ "MUG-0": 0, "MUG-1": goal, "MUG-2": 0 });
          }
        }
      });

      it("leaves a listing alone that the merchant switched off", async () => {
        addMugs(4, 2, 3);
        controls().setState("MUG-0", "inactive");
        const before = essence(mugs());
        const [result] = await write({ "MUG-0": 7 });
        expect(result).toMatchObject({
          failure: { kind: "rejected", message: expect.stringMatching(/switched off at Etsy/) },
        });
        expect(await write({ "MUG-0": 0 })).toEqual(accepted(1));
        expect(essence(mugs())).toEqual(before);
        expect((await listings())[0]).toMatchObject({
          state: "inactive",
          quantity: 0,
          unmanagedBecause: expect.any(String),
        });
      });

      it("is accepted when the last unit is sold meanwhile", async () => {
        controls().addListing({ sku: "JUG", title: "Jug", price: "70.00", quantity: 1 });
        const ref = await refOf("JUG");
        world.beforeCall = (request) => {
          if (request.method === "PATCH") controls().buy({ lines: [{ sku: "JUG", quantity: 1 }] });
        };
        expect(await channel.writeQuantities([{ ref, quantity: 0 }])).toEqual(accepted(1));
        expect(await channel.readQuantities([ref])).toMatchObject([{ quantity: 0, state: "inactive" }]);
      });

      it("after a sell-out costs nothing without the merchant's word, and one renewal with it", async () => {
        controls().addListing({ sku: "JUG", title: "Jug", price: "70.00", quantity: 1 });
        await world.market.buy({ lines: [{ sku: "JUG", quantity: 1 }], pay: true });
        expect(await write({ JUG: 0 })).toEqual(accepted(1));
        const [refused] = await write({ JUG: 3 });
        expect(refused).toMatchObject({
          failure: { kind: "rejected", code: "renewal-not-agreed", message: expect.stringMatching(/0\.20 USD/) },
        });
        expect(controls().tally().renewals).toBe(0);
        channel = open([RENEW_SOLD_OUT]);
        expect(await write({ JUG: 3 })).toEqual(accepted(1));
        expect(controls().shown()).toEqual({ JUG: 3 });
        expect(controls().tally().renewals).toBe(1);
      });

      it("keeps the processing profiles that Etsy hides meanwhile, or says that it cannot", async () => {
        addMugs(4, 2, 3);
        await write({ "MUG-0": 0, "MUG-1": 0, "MUG-2": 0 });
        controls().changeSettings({ hidesReadinessOfInactive: true });
        const [cannot] = await write({ "MUG-1": 5 });
        expect(cannot).toMatchObject({
          failure: { kind: "rejected", message: expect.stringMatching(/processing profiles/) },
        });
        expect(await write({ "MUG-0": 5, "MUG-1": 6 })).toEqual(accepted(2));
        expect(mugs().products.map((one) => one.offering.readinessStateId)).toEqual([7_000, 7_001, 7_002, 7_003]);
        expect(controls().shown()).toMatchObject({ "MUG-0": 5, "MUG-1": 6, "MUG-2": 0 });
      });
    });

    describe("orders", () => {
      async function poll(cursor: string | null, since: Date): Promise<{ orders: RemoteOrder[]; cursor: string }> {
        const orders: RemoteOrder[] = [];
        for (let at = cursor; ; ) {
          const page: Awaited<ReturnType<OpenChannel["readOrders"]>> = await channel.readOrders({ cursor: at, since });
          if (!page.ok) throw new Error(page.failure.message);
          orders.push(...page.value.orders);
          at = page.value.nextCursor;
          if (!page.value.more) return { orders, cursor: at };
        }
      }

      it("cancelled weeks later are shown as cancelled, once, though nothing of them moved", async () => {
        const since = world.clock.now();
        controls().addListing({ sku: "JUG", title: "Jug", price: "70.00", quantity: 500 });
        const early = await world.market.buy({ lines: [{ sku: "JUG", quantity: 1 }], pay: true });
        let { cursor } = await poll(null, since);
        world.clock.advance(20 * DAY_MS);
        for (let index = 0; index < 130; index += 1) {
          const id = await world.market.buy({ lines: [{ sku: "JUG", quantity: 1 }], pay: true });
          await world.market.cancel(id);
          world.clock.advance(MINUTE_MS);
        }
        ({ cursor } = await poll(cursor, since));
        await world.market.cancel(early);
        world.clock.advance(10 * MINUTE_MS);
        const seen = await poll(cursor, since);
        expect(seen.orders.map((one) => [one.remoteId, one.status])).toEqual([[early, "cancelled"]]);
        world.clock.advance(10 * MINUTE_MS);
        expect((await poll(seen.cursor, since)).orders).toEqual([]);
      });

      it("name the variation that was sold, by the same id as the listing, whatever was written since", async () => {
        addMugs(4, 2, 3);
        const id = await world.market.buy({ lines: [{ sku: "MUG-1", quantity: 1 }], pay: true });
        await write({ "MUG-1": 9 });
        const order = await channel.readOrder(id);
        const ref = await refOf("MUG-1");
        expect(order).toMatchObject({ value: { lines: [{ sku: "MUG-1", listingRemoteId: ref.remoteId }] } });
      });

      it("bear coupons, tax and gift wrap to the penny", async () => {
        controls().addListing({ sku: "CARD", title: "Card", price: "2.00", quantity: 50 });
        controls().addListing({ sku: "JUG", title: "Jug", price: "70.00", quantity: 5 });
        const bought = controls().buy({
          lines: [
            { sku: "CARD", quantity: 10 },
            { sku: "JUG", quantity: 1 },
          ],
          contact: { countryIso: "US" },
          discountMinor: 900,
          giftWrapMinor: 300,
        });
        if (!bought.ok) throw new Error(bought.why);
        const order = await channel.readOrder(String(bought.receipt.receiptId));
        expect(order).toMatchObject({
          value: {
            lines: [{ unitPrice: { amount: "1.80" } }, { unitPrice: { amount: "63.00" } }],
            shipping: { amount: "4.50" },
            tax: { amount: "6.48" },
            // The gift wrap.
            adjustment: { amount: "3.00" },
            taxCollectedByMarketplace: true,
            total: { amount: "94.98", currency: "GBP" },
          },
        });
      });
    });

    describe("shipments", () => {
      async function order(): Promise<string> {
        controls().addListing({ sku: "JUG", title: "Jug", price: "70.00", quantity: 5 });
        return world.market.buy({ lines: [{ sku: "JUG", quantity: 2 }], pay: true });
      }
      const mails = () => controls().tally().trackingMails;
      const parcel = (orderRemoteId: string, trackingNumber: string | null) => ({
        orderRemoteId,
        trackingNumber,
        carrier: "Royal Mail",
        trackingUrl: null,
        shippedAt: world.clock.now(),
        lines: [],
      });

      it("mail the buyer once for each tracking number, however often they are told", async () => {
        const id = await order();
        const first = await channel.confirmShipment(parcel(id, TRACKING));
        expect(mails()).toBe(1);
        expect(await channel.confirmShipment(parcel(id, ` ${TRACKING.toLowerCase()}`))).toEqual(first);
        expect(await channel.confirmShipment(parcel(id, null))).toEqual(first);
        expect(mails()).toBe(1);
        expect((await channel.confirmShipment(parcel(id, "AB123456790GB"))).ok).toBe(true);
        expect(mails()).toBe(2);
        expect(world.emulator.state.receipts.get(Number(id))?.shipments[0]?.carrier).toBe("royal-mail");
      });

      it("without tracking are marked once", async () => {
        const id = await order();
        await channel.confirmShipment(parcel(id, null));
        await channel.confirmShipment(parcel(id, null));
        expect(mails()).toBe(1);
        expect(await channel.readShipments(id)).toMatchObject({
          value: [{ trackingNumber: null, lines: [{ quantity: 2 }] }],
        });
      });

      it("that conflict are read back, never sent again", async () => {
        const id = await order();
        world.emulator.faults.add({ operation: "createReceiptShipment", kind: "status-after", status: 409 });
        const result = await channel.confirmShipment(parcel(id, TRACKING));
        expect(result).toMatchObject({ ok: false, failure: { kind: "outcome-unknown" } });
        expect((await channel.confirmShipment(parcel(id, TRACKING))).ok).toBe(true);
        expect(mails()).toBe(1);
      });

      it("of a cancelled order are refused in words", async () => {
        const id = await order();
        await world.market.cancel(id);
        const result = await channel.confirmShipment(parcel(id, TRACKING));
        expect(result).toMatchObject({
          failure: { kind: "rejected", message: expect.stringMatching(/cancelled at Etsy/) },
        });
        expect(mails()).toBe(0);
      });
    });

    describe("tokens", () => {
      it("rotate: a refresh gives another pair, and the old one is worth nothing", async () => {
        const { authorization } = world.connector;
        if (authorization.kind !== "oauth") throw new Error("Etsy is OAuth.");
        const now = world.clock.now();
        const { credentials } = world;
        const renewed = await authorization.refresh({ credentials, transport, now });
        if (!renewed.ok) throw new Error(renewed.failure.message);
        expect(renewed.value.refreshToken).not.toBe(credentials.refreshToken);
        const spent = await authorization.refresh({ credentials, transport, now });
        expect(spent).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
        const again = await authorization.refresh({ credentials: renewed.value, transport, now });
        expect(again.ok).toBe(true);
      });

      it("whose renewal got no reply are not known to be spent", async () => {
        const { authorization } = world.connector;
        if (authorization.kind !== "oauth") throw new Error("Etsy is OAuth.");
        await world.market.breakNext("refresh", { kind: "reply-lost" });
        const input = { credentials: world.credentials, transport, now: world.clock.now() };
        expect(await authorization.refresh(input)).toMatchObject({ failure: { kind: "outcome-unknown" } });
      });
    });
  });
}
