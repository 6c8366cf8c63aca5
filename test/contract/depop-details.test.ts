/** What is Depop's own: sold and back on sale, orders followed while open, partial refunds, parcels, limits, a year's end. */
import { beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { ListingRef, RemoteOrder } from "#connectors/contract/remote-types.ts";
import { createDepopConnector } from "#connectors/depop/index.ts";
import { productBySku } from "#test/emulators/depop/products.ts";
import { type ObservedTransport, openAccount, transportFor } from "./contract-world.ts";
import { type DepopWorld, setupDepop } from "./depop-world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: DepopWorld;
let transport: ObservedTransport;
let channel: OpenChannel;

beforeEach(async () => {
  world = await setupDepop();
  transport = transportFor(world);
  channel = world.connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
});

async function refOf(sku: string | null): Promise<ListingRef> {
  const page = await channel.readListings(null);
  const found = page.ok ? page.value.listings.find((one) => one.ref.sku === sku) : undefined;
  if (!found) throw new Error(`no listing with SKU ${sku}`);
  return found.ref;
}

async function orderOf(id: string): Promise<RemoteOrder> {
  const read = await channel.readOrder(id);
  if (!read.ok || !read.value) throw new Error(`no order ${id}`);
  return read.value;
}

interface Poll {
  cursor: string | null;
  shown: RemoteOrder[];
  completeThrough: Date | null;
}

async function poll(cursor: string | null, since: Date): Promise<Poll> {
  const result: Poll = { cursor, shown: [], completeThrough: null };
  for (let page = 0; page < 500; page += 1) {
    const read = await channel.readOrders({ cursor: result.cursor, since });
    if (!read.ok) throw new Error(read.failure.message);
    result.cursor = read.value.nextCursor;
    result.shown.push(...read.value.orders);
    result.completeThrough = read.value.completeThrough;
    if (!read.value.more) return result;
  }
  throw new Error("readOrders does not end");
}

/** Polls until what was bought so far is behind the overlap of two polls. */
async function pastOverlap(since: Date): Promise<Poll> {
  const first = await poll(null, since);
  world.clock.advance(HOUR_MS);
  const second = await poll(first.cursor, since);
  world.clock.advance(HOUR_MS);
  return second;
}

const listing = { title: "Tote", price: "28.00", currency: "GBP" };

describe("a Depop listing", () => {
  it("comes back from sold with its discount and automatic offers", async () => {
    const { controls, state } = world.emulator;
    controls.addListing({ ...listing, sku: "TOTE", quantity: 1, discountPrice: "22.00", autoSendOfferPrice: "20.00" });
    const ref = await refOf("TOTE");
    controls.buy({ lines: [{ sku: "TOTE", quantity: 1 }] });
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 0, state: "inactive" }]);
    expect(await channel.writeQuantities([{ ref, quantity: 2 }])).toEqual([{ outcome: "accepted" }]);
    const product = productBySku(state, "TOTE");
    expect(product).toMatchObject({ status: "STATUS_ONSALE", quantity: 2, priceMinor: 2_800, discountMinor: 2_200 });
    expect(product?.details.auto_send_offer_price).toBe("20.00");
  });

  it("without a SKU is written by its product id", async () => {
    world.emulator.controls.addListing({ ...listing, sku: null, quantity: 3 });
    const ref = await refOf(null);
    for (const quantity of [2, 0, 4]) {
      expect(await channel.writeQuantities([{ ref, quantity }])).toEqual([{ outcome: "accepted" }]);
      expect(await channel.readQuantities([ref])).toMatchObject([{ outcome: "read", quantity }]);
    }
  });

  it.each(["..", "."])("whose SKU no address can carry (%s) is read and written by its product id", async (sku) => {
    world.emulator.controls.addListing({ ...listing, sku, quantity: 3 });
    const ref = await refOf(sku);
    for (const quantity of [2, 0, 4]) {
      expect(await channel.writeQuantities([{ ref, quantity }])).toEqual([{ outcome: "accepted" }]);
      expect(await channel.readQuantities([ref])).toMatchObject([{ outcome: "read", quantity }]);
    }
  });

  it("that was deleted is not made anew by a write", async () => {
    const { controls, state } = world.emulator;
    controls.addListing({ ...listing, sku: "TOTE", quantity: 3 });
    const ref = await refOf("TOTE");
    controls.removeListing("TOTE");
    for (const quantity of [0, 5]) {
      expect(await channel.writeQuantities([{ ref, quantity }])).toMatchObject([
        { outcome: "failed", failure: { kind: "rejected" } },
      ]);
    }
    expect(productBySku(state, "TOTE")).toBeNull();
  });

  it("says so when only its discount could not be put back: the quantity is there", async () => {
    const { controls } = world.emulator;
    controls.addListing({ ...listing, sku: "TOTE", quantity: 1, discountPrice: "22.00" });
    const ref = await refOf("TOTE");
    await channel.writeQuantities([{ ref, quantity: 0 }]);
    await world.market.breakNext("writeQuantities", { kind: "status", status: 429 });
    const [result] = await channel.writeQuantities([{ ref, quantity: 1 }]);
    expect(result).toMatchObject({ outcome: "failed", failure: { kind: "outcome-unknown" } });
    expect(await world.market.shown("TOTE")).toBe(1);
  });

  it("with a discount keeps its price: what a buyer pays would not follow", async () => {
    world.emulator.controls.addListing({ ...listing, sku: "TOTE", quantity: 1, discountPrice: "22.00" });
    const ref = await refOf("TOTE");
    const [result] = await channel.writePrices([{ ref, price: { amount: "25.00", currency: "GBP" } }]);
    expect(result).toMatchObject({ outcome: "failed", failure: { kind: "rejected", code: "discounted" } });
  });
});

describe("Depop's orders", () => {
  beforeEach(() => world.emulator.controls.addListing({ ...listing, sku: "TOTE", quantity: 900 }));

  const buy = (quantity = 1) => world.market.buy({ lines: [{ sku: "TOTE", quantity }], pay: true });

  it("have a line a unit, each with its own id", async () => {
    const order = await orderOf(await buy(3));
    expect(order.lines.map((line) => line.quantity)).toEqual([1, 1, 1]);
    expect(new Set(order.lines.map((line) => line.remoteLineId)).size).toBe(3);
  });

  it("are followed while open: shown again when shipped or refunded at Depop, and not otherwise", async () => {
    const { controls, state } = world.emulator;
    const since = world.clock.now();
    const ids: string[] = [];
    for (let index = 0; index < 60; index += 1) ids.push(await buy());
    const [shipped = "", refunded = ""] = ids;
    let { cursor } = await pastOverlap(since);
    world.clock.advance(DAY_MS);
    const quiet = await poll(cursor, since);
    expect(quiet.shown).toEqual([]);
    controls.refundBySeller(refunded);
    const order = state.orders.get(shipped);
    if (order) order.status = "SHIPPED";
    const changed = await poll(quiet.cursor, since);
    expect(changed.shown.map((one) => [one.remoteId, one.status, one.fulfilment]).sort()).toEqual(
      [
        [refunded, "cancelled", "none"],
        [shipped, "paid", "complete"],
      ].sort(),
    );
    expect(changed.completeThrough?.getTime()).toBe(world.clock.now().getTime() - 120_000);
    ({ cursor } = changed);
    transport.operations.length = 0;
    await poll(cursor, since);
    expect(transport.operations.filter((one) => one === "getOrderByPurchaseId")).toHaveLength(58);
  });

  it("swear to nothing while one of the open ones could not be read again", async () => {
    const since = world.clock.now();
    await buy();
    const first = await pastOverlap(since);
    const window = await channel.readOrders({ cursor: first.cursor, since });
    expect(window).toMatchObject({ ok: true, value: { more: true, completeThrough: null } });
    await world.market.breakNext("readOrder", { kind: "status", status: 503 });
    const cursor = window.ok ? window.value.nextCursor : null;
    expect(await channel.readOrders({ cursor, since })).toMatchObject({ ok: false, failure: { kind: "unavailable" } });
    expect((await poll(cursor, since)).completeThrough).not.toBeNull();
  });

  it("with part of the price refunded are not cancelled, and stay followed", async () => {
    const { controls } = world.emulator;
    const since = world.clock.now();
    const id = await buy(2);
    const first = await poll(null, since);
    controls.refundBySeller(id, 500);
    expect(await orderOf(id)).toMatchObject({ status: "paid", fulfilment: "none" });
    world.clock.advance(DAY_MS);
    const second = await poll(first.cursor, since);
    controls.refundBySeller(id);
    expect((await poll(second.cursor, since)).shown).toMatchObject([{ remoteId: id, status: "cancelled" }]);
  });

  it("with part of the price refunded are shown once, with how much, however long ago they were made", async () => {
    const { controls } = world.emulator;
    const since = world.clock.now();
    const id = await buy(2);
    const { cursor } = await pastOverlap(since);
    controls.refundBySeller(id, 500);
    const told = await poll(cursor, since);
    expect(told.shown).toMatchObject([{ remoteId: id, status: "paid", refunded: { amount: "5.00" } }]);
    expect(told.shown[0]?.lines.map((line) => line.quantityCancelled)).toEqual([0, 0]);
    const quiet = await poll(told.cursor, since);
    expect(quiet.shown).toEqual([]);
    controls.refundBySeller(id, 900);
    const more = await poll(quiet.cursor, since);
    expect(more.shown).toMatchObject([{ refunded: { amount: "9.00" } }]);
    controls.refundBySeller(id);
    const { total } = await orderOf(id);
    expect((await poll(more.cursor, since)).shown).toMatchObject([{ status: "cancelled", refunded: total }]);
  });

  it("of a status that Depop has invented since are shown and held, and let go when they have a known one", async () => {
    const { controls } = world.emulator;
    const since = world.clock.now();
    const id = await buy();
    const { cursor } = await pastOverlap(since);
    controls.inventStatus(id, "IN_DISPUTE");
    const held = await poll(cursor, since);
    expect(held.shown).toMatchObject([
      { remoteId: id, status: "paid", fulfilment: "none", holdBecause: expect.stringContaining("IN_DISPUTE") },
    ]);
    expect((await poll(held.cursor, since)).shown).toEqual([]);
    controls.inventStatus(id, null);
    expect(await orderOf(id)).toMatchObject({ holdBecause: null });
    world.clock.advance(DAY_MS);
    expect((await poll(held.cursor, since)).shown).toMatchObject([{ remoteId: id, holdBecause: null }]);
  });

  it("add up to the cent, tax and postage apart, whatever the buyer pays to Depop", async () => {
    world.emulator.controls.changeSettings({ taxPercent: 8, shippingMinor: 349, buyerFeeMinor: 199 });
    const order = await orderOf(await buy(3));
    expect(order).toMatchObject({
      shipping: { amount: "3.49" },
      tax: { amount: "6.72" },
      taxIncluded: { amount: "0.00" },
      adjustment: { amount: "0.00" },
      total: { amount: "94.21" },
      delivery: "ship",
    });
    expect(order.lines.every((line) => line.requiresShipping)).toBe(true);
  });

  it("are shipped as whole parcels, told once, and only with a number", async () => {
    const id = await buy(2);
    const { lines } = await orderOf(id);
    const all = lines.map(({ remoteLineId }) => ({ remoteLineId, quantity: 1 }));
    const shipment = {
      orderRemoteId: id,
      lines: all,
      carrier: null,
      trackingNumber: null,
      trackingUrl: null,
      shippedAt: world.clock.now(),
    };
    const rejected = { ok: false, failure: { kind: "rejected" } };
    expect(await channel.confirmShipment(shipment)).toMatchObject(rejected);
    const numbered = { ...shipment, trackingNumber: "AB 12" };
    expect(await channel.confirmShipment({ ...numbered, lines: all.slice(1) })).toMatchObject(rejected);
    expect(await channel.confirmShipment(numbered)).toMatchObject({ ok: true });
    expect(await channel.confirmShipment(numbered)).toMatchObject({ ok: true });
    expect(world.emulator.state.orders.get(id)?.parcels).toMatchObject([{ trackingNumber: "AB12", carrier: "Other" }]);
  });

  it("are refunded once, with postage and words for the buyer", async () => {
    const id = await buy(2);
    const cancellation = { orderRemoteId: id, reason: "out-of-stock", lines: null } as const;
    await world.market.breakNext("cancelOrder", { kind: "reply-lost" });
    expect(await channel.cancelOrder(cancellation)).toMatchObject({ ok: false, failure: { kind: "outcome-unknown" } });
    expect(await channel.cancelOrder(cancellation)).toEqual({ ok: true, value: { state: "cancelled" } });
    const order = world.emulator.state.orders.get(id);
    expect(order?.refund).toMatchObject({ itemsMinor: 5_600, shippingMinor: 350, by: "PARTNER" });
    expect(order?.messages).toHaveLength(1);
  });
});

describe("Depop's connection", () => {
  const oauth = () => {
    const { authorization } = world.connector;
    if (authorization.kind !== "oauth") throw new Error("no OAuth");
    return authorization;
  };

  it("spends its refresh token, and ends with its year whatever is refreshed", async () => {
    const endsAt = world.credentials.refreshTokenExpiresAt ?? "";
    const refreshed = await oauth().refresh({ credentials: world.credentials, transport, now: world.clock.now() });
    expect(refreshed).toMatchObject({ ok: true, value: { refreshTokenExpiresAt: endsAt } });
    const spent = await oauth().refresh({ credentials: world.credentials, transport, now: world.clock.now() });
    expect(spent).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
    const credentials = refreshed.ok ? refreshed.value : world.credentials;
    const late = await oauth().refresh({ credentials, transport, now: new Date(endsAt) });
    expect(late).toMatchObject({
      ok: false,
      failure: { kind: "unauthorized", message: expect.stringMatching(/year/) },
    });
  });

  it("warns a month before that end", async () => {
    expect(await channel.checkAccess()).toMatchObject({ ok: true, value: { warnings: [] } });
    world.clock.advance(340 * DAY_MS);
    expect(await channel.checkAccess()).toMatchObject({
      ok: true,
      value: { warnings: [expect.stringMatching(/year/)] },
    });
  });

  it("by a key is never refreshed; without a partner's secret a key is all that is asked for", async () => {
    const credentials = { apiKey: "pak_1" };
    expect(await oauth().refresh({ credentials, transport, now: world.clock.now() })).toEqual({
      ok: true,
      value: credentials,
    });
    expect(createDepopConnector({}).authorization).toMatchObject({ kind: "keys", fields: [{ name: "apiKey" }] });
  });

  it("that lacks a scope asks for a new consent", async () => {
    const { accessToken } = world.emulator.controls.grant(["products_read"]);
    const narrow = world.connector.open({ credentials: { accessToken }, transport, now: () => world.clock.now() });
    expect(await narrow.checkAccess()).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
  });
});

describe("Depop's limits", () => {
  it("answer 429 without a wait, and the same call goes through a second later", async () => {
    world = await setupDepop({ settings: { updatesPerSecondMax: 2, callsPerSecondMax: 100 } });
    channel = openAccount(world);
    for (const sku of ["A", "B", "C"]) world.emulator.controls.addListing({ ...listing, sku, quantity: 9 });
    const refs = [await refOf("A"), await refOf("B"), await refOf("C")];
    const results = await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: 4 })));
    const throttled = results.findIndex((one) => one.outcome === "failed");
    expect(results[throttled]).toMatchObject({ failure: { kind: "throttled", retryAfterMs: 1_000 } });
    expect(results.filter((one) => one.outcome === "accepted")).toHaveLength(2);
    world.clock.advance(1_000);
    const ref = refs[throttled];
    expect(ref && (await channel.writeQuantities([{ ref, quantity: 4 }]))).toEqual([{ outcome: "accepted" }]);
  });

  it("on the manifest name every operation that is sent, each in one bucket", () => {
    const operations = world.connector.manifest.limits.flatMap((limit) =>
      limit.operations === "*" ? [] : [...limit.operations],
    );
    expect(new Set(operations).size).toBe(operations.length);
  });
});

describe("Depop's webhooks", () => {
  it("carry the seller and the order when new, the order alone when refunded; and the same id when sent twice", async () => {
    const { controls, state, webhooks } = world.emulator;
    controls.addListing({ ...listing, sku: "TOTE", quantity: 9 });
    controls.disturbWebhooks({ double: 1 });
    const id = await world.market.buy({ lines: [{ sku: "TOTE", quantity: 1 }], pay: true });
    controls.refundBySeller(id);
    await controls.settled();
    expect(webhooks.deliveries.map((one) => one.attempts.length)).toEqual([2, 1]);
    const raw = await world.notifications?.ofOrder(id);
    if (!raw) throw new Error("no webhook");
    expect(await world.connector.parseNotification(raw, { transport, now: world.clock.now() })).toMatchObject({
      kind: "hint",
      topic: "v1:order.new",
      id: webhooks.deliveries[0]?.id,
      orderRemoteId: id,
      remoteAccountId: String(state.seller.id),
    });
  });
});
