/** What is Amazon's own about listings and the queue, and how far the published limits carry. */
import { describe, expect, it } from "vitest";
import { createAmazonConnector } from "#connectors/amazon/index.ts";
import { amazonLimits } from "#connectors/amazon/manifest.ts";
import type { Limit } from "#connectors/contract/connector.ts";
import { type Budgets, createTransport } from "#connectors/transport/transport.ts";
import { bench, MINUTE_MS, mugs, ref, times, write } from "./amazon-bench.ts";
import { type AmazonWorld, amazonTestSettings, setupAmazon } from "./amazon-world.ts";

const FEEDS = { bulk: { writeBatchMax: 100, patchesMax: 3 } };

describe("a listing in Amazon's warehouse", () => {
  it("is shown and never written, whenever it moved there", async () => {
    const { channel, add, emulator, clock, again, transport } = await bench({ emulator: { reportMs: 0 } });
    add({ sku: "MUG" }, { sku: "FBA", fulfilledByAmazon: true });
    const page = await channel.readListings(null);
    expect(page.ok && page.value.listings).toMatchObject([
      { ref: { sku: "MUG" }, quantity: 10, unmanagedBecause: null },
      { ref: { sku: "FBA" }, quantity: null, unmanagedBecause: expect.stringContaining("FBA") },
    ]);
    emulator.controls.moveStock("MUG", "amazon");
    const readings = await channel.readQuantities([ref("MUG"), ref("FBA")]);
    expect(readings).toMatchObject([{ outcome: "failed" }, { outcome: "failed" }]);
    // Without any reading before, by a process that knows nothing.
    const results = await again().writeQuantities(["MUG", "FBA"].map(write(3)));
    expect(results).toMatchObject([
      { failure: { kind: "rejected", code: "fulfilled-by-amazon" } },
      { failure: { kind: "rejected", code: "fulfilled-by-amazon" } },
    ]);
    clock.advance(60 * MINUTE_MS);
    expect(emulator.controls.shown()).toEqual({ MUG: 10, FBA: 10 });
    expect(times(transport, "patchListingsItem")).toBe(0);
    expect(emulator.state.mishaps).toEqual([]);
  });
});

describe("a quantity by PATCH", () => {
  it("leaves handling time and price as they are", async () => {
    const { channel, add, emulator } = await bench({ emulator: { listingLagMs: 0 } });
    add({ sku: "MUG" });
    expect(await channel.writeQuantities([write(4)("MUG")])).toEqual([{ outcome: "accepted" }]);
    expect(emulator.state.items.get("MUG")).toMatchObject({ quantity: 4, handlingDays: 2, priceMinor: 1250 });
  });

  it("is not taken for sales while it does not show yet, and sales after it are", async () => {
    const { channel, add, emulator, clock } = await bench();
    add({ sku: "UP", quantity: 2 }, { sku: "DOWN", quantity: 9 });
    await channel.writeQuantities([write(8)("UP"), write(3)("DOWN")]);
    const soon = await channel.readQuantities([ref("UP"), ref("DOWN")]);
    expect(soon).toMatchObject([{ quantity: null }, { quantity: null }]);
    clock.advance(MINUTE_MS);
    emulator.controls.buy({
      lines: [
        { sku: "UP", quantity: 1 },
        { sku: "DOWN", quantity: 2 },
      ],
    });
    const later = await channel.readQuantities([ref("UP"), ref("DOWN")]);
    expect(later).toMatchObject([{ quantity: 7 }, { quantity: 1 }]);
  });

  it("that Amazon takes and then drops is what Amazon shows, after a while, and is refused in its words the next time", async () => {
    const { channel, add, emulator, clock } = await bench();
    add({ sku: "MUG" });
    emulator.controls.refuseLater("MUG", "Quantity is limited to 3 for this product.");
    expect(await channel.writeQuantities([write(6)("MUG")])).toEqual([{ outcome: "accepted" }]);
    clock.advance(16 * MINUTE_MS);
    expect(await channel.readQuantities([ref("MUG")])).toMatchObject([{ outcome: "read", quantity: 10 }]);
    expect(await channel.writeQuantities([write(6)("MUG")])).toMatchObject([
      { failure: { kind: "rejected", message: expect.stringContaining("limited to 3") } },
    ]);
  });

  it("is sent once for a SKU named twice, with the last value", async () => {
    const { channel, add, emulator, transport } = await bench({ emulator: { listingLagMs: 0 } });
    add({ sku: "MUG" });
    expect(await channel.writeQuantities([write(4)("MUG"), write(7)("MUG")])).toHaveLength(2);
    expect(emulator.controls.shown().MUG).toBe(7);
    expect(times(transport, "patchListingsItem")).toBe(1);
  });

  it("reaches SKUs with commas, slashes and letters beyond ASCII", async () => {
    const { channel, add, emulator } = await bench({ emulator: { listingLagMs: 0, reportMs: 0 } });
    const skus = ["A,B", "C/D?#", "TASSE-BLÅ 50%"];
    add(...skus.map((sku) => ({ sku })));
    const page = await channel.readListings(null);
    const refs = page.ok ? page.value.listings.map((one) => one.ref) : [];
    expect(await channel.writeQuantities(refs.map((one) => ({ ref: one, quantity: 2 })))).toEqual(
      skus.map(() => ({ outcome: "accepted" })),
    );
    expect(emulator.controls.shown()).toEqual(Object.fromEntries(skus.map((sku) => [sku, 2])));
    expect(await channel.readQuantities(refs)).toMatchObject(skus.map(() => ({ quantity: 2 })));
  });

  it("stops asking when Amazon says slow down: the rest waits with it", async () => {
    const { channel, add, emulator, transport } = await bench({ emulator: { rateLimits: true } });
    add(...mugs(12).map((sku) => ({ sku })));
    const results = await channel.writeQuantities(mugs(12).map(write(1)));
    expect(results.filter((one) => one.outcome === "accepted")).toHaveLength(5);
    expect(results.at(-1)).toMatchObject({ failure: { kind: "throttled", retryAfterMs: 200 } });
    expect(times(transport, "patchListingsItem")).toBe(10);
    expect(emulator.faults.calls.filter((one) => one.status === 429)).toHaveLength(5);
  });

  it("is refused for a price that is none, or of another currency", async () => {
    const { channel, add, transport } = await bench();
    add({ sku: "MUG" });
    const prices = [
      { amount: "0.00", currency: "GBP" },
      { amount: "12.00", currency: "EUR" },
    ];
    for (const price of prices) {
      const results = await channel.writePrices([{ ref: ref("MUG"), price }]);
      expect(results).toMatchObject([{ failure: { kind: "rejected" } }]);
    }
    expect(transport.operations).toEqual([]);
  });
});

describe("quantities by feed", () => {
  it("wait in Amazon's queue, and no PATCH goes beside them, after a restart either", async () => {
    const { channel, add, emulator, clock, again, transport } = await bench({ connector: FEEDS });
    const skus = mugs(5);
    add(...skus.map((sku) => ({ sku })), { sku: "OTHER" });
    const results = await channel.writeQuantities(skus.map(write(6)));
    expect(results.map((one) => one.outcome === "failed" && one.failure.kind)).toEqual(
      skus.map(() => "outcome-unknown"),
    );
    expect(times(transport, "createFeed")).toBe(1);

    const beside = await channel.writeQuantities(["MUG-0", "OTHER"].map(write(2)));
    expect(beside).toMatchObject([
      { failure: { kind: "outcome-unknown", message: /not sent/ } },
      { outcome: "accepted" },
    ]);
    // A new process does not know which SKUs the feed holds: none is written.
    const restarted = await again().writeQuantities(["OTHER"].map(write(4)));
    expect(restarted).toMatchObject([{ failure: { kind: "outcome-unknown" } }]);

    clock.advance(2 * MINUTE_MS);
    expect(emulator.controls.shown()["MUG-0"]).toBe(6);
    expect(await channel.writeQuantities(["MUG-0"].map(write(2)))).toEqual([{ outcome: "accepted" }]);
    clock.advance(MINUTE_MS);
    expect(emulator.controls.shown()).toMatchObject({ "MUG-0": 2, "MUG-1": 6, OTHER: 2 });
    expect(emulator.state.mishaps).toEqual([]);
  });

  it("that are through at once have an outcome each", async () => {
    const { channel, add, emulator } = await bench({
      connector: FEEDS,
      emulator: { feedQueueMs: 0, feedProcessMs: 0, listingLagMs: 0 },
    });
    add(...mugs(5).map((sku) => ({ sku })));
    await channel.readQuantities(mugs(5).map(ref));
    emulator.controls.removeListing("MUG-2");
    const results = await channel.writeQuantities(mugs(5).map(write(6)));
    expect(results.map((one) => one.outcome)).toEqual(["accepted", "accepted", "failed", "accepted", "accepted"]);
    expect(results[2]).toMatchObject({ failure: { kind: "rejected", message: /MUG-2.*does not exist/ } });
    expect(emulator.controls.shown()).toEqual({ "MUG-0": 6, "MUG-1": 6, "MUG-3": 6, "MUG-4": 6 });
  });

  it("go one by one where Amazon gives no feed now", async () => {
    const { channel, add, emulator, transport } = await bench({ connector: FEEDS, emulator: { listingLagMs: 0 } });
    add(...mugs(5).map((sku) => ({ sku })));
    emulator.faults.add({ operation: "createFeed", kind: "status", status: 429 });
    expect(await channel.writeQuantities(mugs(5).map(write(6)))).toEqual(mugs(5).map(() => ({ outcome: "accepted" })));
    expect(times(transport, "patchListingsItem")).toBe(5);
  });

  it("leave alone what is still in flight by PATCH", async () => {
    const { channel, add, emulator, clock } = await bench({ connector: FEEDS });
    add(...mugs(6).map((sku) => ({ sku })));
    await channel.writeQuantities(["MUG-0"].map(write(1)));
    await channel.writeQuantities(mugs(6).map(write(6)));
    clock.advance(5 * MINUTE_MS);
    expect(Object.values(emulator.controls.shown())).toEqual([6, 6, 6, 6, 6, 6]);
    expect(emulator.state.mishaps).toEqual([]);
  });

  it("after a lost reply to createFeed are looked for at Amazon before anything else is written", async () => {
    const { channel, add, emulator } = await bench({ connector: FEEDS });
    add(...mugs(5).map((sku) => ({ sku })));
    emulator.faults.add({ operation: "createFeed", kind: "drop-after" });
    const lost = await channel.writeQuantities(mugs(5).map(write(6)));
    expect(lost).toMatchObject(mugs(5).map(() => ({ failure: { kind: "outcome-unknown" } })));
    expect(await channel.writeQuantities(["MUG-0"].map(write(2)))).toMatchObject([
      { failure: { kind: "outcome-unknown", message: /not sent/ } },
    ]);
    expect(emulator.state.mishaps).toEqual([]);
  });
});

describe("the queue", () => {
  it("hands on each copy under one id, nothing of what Amazon ships, and what it cannot read as a reason to look", async () => {
    const { channel, add, emulator } = await bench({ emulator: { hintCopies: 2, hintsNewestFirst: true } });
    await channel.subscribe({ endpoint: "https://x.example" });
    add({ sku: "MUG" }, { sku: "FBA", fulfilledByAmazon: true });
    emulator.controls.buy({ lines: [{ sku: "FBA", quantity: 1 }] });
    const bought = emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
    const orderId = bought.ok ? bought.order.orderId : "";
    emulator.controls.enqueue("not JSON");
    const received = await channel.queue?.receive();
    if (!received?.ok) throw new Error("the queue must answer");
    const hints = received.value.map((one) => one.hint);
    expect(hints).toMatchObject([
      { topic: "unreadable", orderRemoteId: null },
      { topic: "unreadable", orderRemoteId: null },
      { topic: "ORDER_CHANGE", orderRemoteId: orderId, remoteAccountId: emulator.state.seller.sellerId },
      { topic: "ORDER_CHANGE", orderRemoteId: orderId, remoteAccountId: emulator.state.seller.sellerId },
    ]);
    expect(hints[2]?.id).toBe(hints[3]?.id);
    expect(emulator.state.hints).toHaveLength(4);
    await channel.queue?.acknowledge(received.value.map((one) => one.receipt));
    expect(emulator.state.hints).toEqual([]);
  });

  it("that is down, or refuses us, is a failure with its reason", async () => {
    const { channel, emulator } = await bench();
    emulator.faults.add({ operation: "sqs:ReceiveMessage", kind: "status", status: 503 });
    expect(await channel.queue?.receive()).toMatchObject({ failure: { kind: "unavailable" } });
    emulator.controls.setQueue({
      url: "http://amazon.test/123456789012/another",
      arn: "arn:aws:sqs:eu-west-2:1:another",
    });
    expect(await channel.queue?.receive()).toMatchObject({ failure: { kind: "rejected", code: "QueueDoesNotExist" } });
  });

  it("is subscribed to anew when the installation moved to another one", async () => {
    const { channel, connector: _, emulator, credentials, transport, clock } = await bench();
    await channel.subscribe({ endpoint: "https://x.example" });
    const sqs = { ...amazonTestSettings.sqs, queueArn: "arn:aws:sqs:eu-west-2:123456789012:new" };
    const moved = createAmazonConnector({ ...amazonTestSettings, sqs });
    await moved.open({ credentials, transport, now: () => clock.now() }).subscribe({ endpoint: "https://x.example" });
    const [subscription, ...rest] = emulator.state.subscriptions.values();
    expect(rest).toEqual([]);
    expect(emulator.state.destinations.get(subscription?.destinationId ?? "")?.arn).toBe(sqs.queueArn);
  });
});

describe("the manifest's limits", () => {
  /** Buckets as the manifest describes them, on the test's clock: who has to wait lets time pass. */
  function buckets(limits: readonly Limit[], clock: AmazonWorld["clock"]): Budgets {
    const left = new Map(limits.map((one) => [one.name, { calls: one.callsMax, at: clock.now().getTime() }]));
    return {
      async take(wanted) {
        for (const limit of wanted) {
          const bucket = left.get(limit.name);
          if (!bucket) continue;
          const perCallMs = limit.windowMs / limit.callsMax;
          const refill = () => {
            const now = clock.now().getTime();
            bucket.calls = Math.min(limit.callsMax, bucket.calls + (now - bucket.at) / perCallMs);
            bucket.at = now;
          };
          refill();
          if (bucket.calls < 1) clock.advance(Math.ceil((1 - bucket.calls) * perCallMs));
          refill();
          bucket.calls -= 1;
        }
        return { granted: true };
      },
      exhausted: async () => {},
    };
  }

  it("keep us under Amazon's: a long busy hour without one 429", async () => {
    const world = await setupAmazon({ emulator: { rateLimits: true, reportMs: 1_000, listingLagMs: 0 } });
    const { connector, clock, emulator } = world;
    const transport = createTransport({
      fetch: world.fetch,
      budgets: buckets(connector.manifest.limits, clock),
      limits: connector.manifest.limits,
      concurrencyMax: 1,
      timeoutMs: 1_000,
      toFailure: connector.toFailure,
      nowMs: () => clock.now().getTime(),
    });
    const channel = connector.open({ credentials: world.credentials, transport, now: () => clock.now() });
    const skus = mugs(60);
    for (const sku of skus) emulator.controls.addListing({ sku, title: sku, price: "1.00", quantity: 50 });
    const since = clock.now();
    let cursor: string | null = null;
    for (let round = 0; round < 40; round += 1) {
      await channel.readQuantities(skus.map(ref));
      await channel.writeQuantities(skus.map(write(round)));
      await channel.readListings(null);
      const page = await channel.readOrders({ cursor, since });
      if (page.ok) cursor = page.value.nextCursor;
    }
    const refused = emulator.faults.calls.filter((one) => one.status === 429);
    expect(emulator.faults.calls.length).toBeGreaterThan(2_000);
    expect(refused).toEqual([]);
  });

  it("each say that they are buckets, of a model, per merchant or for the application", () => {
    for (const limit of amazonLimits) {
      expect(limit).toMatchObject({ shape: "bucket", source: expect.stringMatching(/\.json, "Usage Plan"/) });
    }
    expect(amazonLimits.find((one) => one.name === "amazon-searchOrders")).toMatchObject({
      callsMax: 20,
      windowMs: 3_571_429,
    });
  });
});
