/** Vinted's orders: a list of three fields, each read by its id, followed by its status; bundles, cancellations, labels. */
import { beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { RemoteOrder, Unreadable } from "#connectors/contract/remote-types.ts";
import type { PurchaseInput } from "#test/emulators/vinted/controls.ts";
import type { OrderStatus } from "#test/emulators/vinted/state.ts";
import { type ObservedTransport, transportFor } from "./contract-world.ts";
import { setupVinted, type VintedWorld, type VintedWorldOptions } from "./vinted-world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let world: VintedWorld;
let transport: ObservedTransport;
let channel: OpenChannel;

async function start(options: VintedWorldOptions = {}): Promise<void> {
  world = await setupVinted(options);
  transport = transportFor(world);
  channel = world.connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
}

beforeEach(() => start());

const add = (sku: string | null, price = "28.00", origin?: "site") =>
  world.emulator.controls.addItem({
    sku,
    title: "Brass lamp",
    price,
    currency: "GBP",
    ...(origin === undefined ? {} : { origin }),
  });

function buyAs(input: PurchaseInput): string {
  const bought = world.emulator.controls.buy(input);
  if (!bought.ok) throw new Error(bought.why);
  return bought.order.id;
}

function sell(sku: string): string {
  add(sku);
  return buyAs({ skus: [sku] });
}

async function orderOf(id: string): Promise<RemoteOrder> {
  const read = await channel.readOrder(id);
  if (!read.ok || !read.value) throw new Error(`no order ${id}`);
  return read.value;
}

/** One sweep, with the operations that it made. */
async function poll(cursor: string | null, since: Date) {
  const shown: RemoteOrder[] = [];
  const unreadable: Unreadable[] = [];
  let at = cursor;
  transport.operations.length = 0;
  for (let page = 0; page < 200; page += 1) {
    const read = await channel.readOrders({ cursor: at, since });
    if (!read.ok) throw new Error(read.failure.message);
    at = read.value.nextCursor;
    shown.push(...read.value.orders);
    unreadable.push(...read.value.unreadable);
    const { completeThrough } = read.value;
    if (!read.value.more) return { cursor: at, shown, unreadable, completeThrough, details: countOf("getOrder") };
  }
  throw new Error("readOrders does not end");
}

const countOf = (operation: string) => transport.operations.filter((one) => one === operation).length;
const stateOf = ({ remoteId, status, fulfilment }: RemoteOrder) => `${remoteId} ${status} ${fulfilment}`;

describe("Vinted's list of orders", () => {
  it("without any has no `orders` at all, and is complete", async () => {
    const read = await poll(null, world.clock.now());
    expect(read).toMatchObject({ shown: [], completeThrough: expect.any(Date) });
  });

  it("has ids of which all digits are kept, on the way in and out", async () => {
    const ids = ["A", "B", "C"].map(sell);
    expect(ids.every((id) => BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
    const read = await poll(null, new Date(world.clock.now().getTime() - HOUR_MS));
    expect(read.shown.map((order) => order.remoteId)).toEqual(ids);
    for (const id of ids) expect((await orderOf(id)).remoteId).toBe(id);
  });

  it.each([
    ["whole pages", {}],
    ["short pages in no order", { ordersPerPage: 10, ordersSorted: false }],
  ])("is followed in %s, and an order is read again only when it has another status", async (_, settings) => {
    await start({ settings });
    const { controls } = world.emulator;
    const since = world.clock.now();
    const ids: string[] = [];
    for (let index = 0; index < 45; index += 1) {
      ids.push(sell(`LAMP-${index}`));
      world.clock.advance(MINUTE_MS);
    }
    const first = await poll(null, since);
    expect(new Set(first.shown.map((order) => order.remoteId))).toEqual(new Set(ids));
    expect(first.details).toBe(45);
    world.clock.advance(HOUR_MS);
    const second = await poll(first.cursor, since);
    world.clock.advance(DAY_MS);
    const quiet = await poll(second.cursor, since);
    expect([second.details, quiet.details]).toEqual([0, 0]);
    controls.cancel(ids[3] ?? "");
    controls.ship(ids[7] ?? "");
    const late = sell("LATE");
    const changed = await poll(quiet.cursor, since);
    expect(new Set(changed.shown.map(stateOf))).toEqual(
      new Set([`${ids[3]} cancelled none`, `${ids[7]} paid complete`, `${late} paid none`]),
    );
    expect(changed.details).toBe(3);
    expect(changed.completeThrough).not.toBeNull();
  });

  it("is read from before the oldest open order, not from the beginning", async () => {
    await start({ settings: { ordersPerPage: 10 } });
    const { controls } = world.emulator;
    const since = world.clock.now();
    const ids = Array.from({ length: 40 }, (_, index) => sell(`LAMP-${index}`));
    for (const id of ids.slice(0, 35)) controls.ship(id);
    world.clock.advance(HOUR_MS);
    const first = await poll(null, since);
    world.clock.advance(HOUR_MS);
    const second = await poll(first.cursor, since);
    world.clock.advance(HOUR_MS);
    // Five open ones, and the empty page that is the end.
    await poll(second.cursor, since);
    expect(countOf("getOrders")).toBe(2);
  });

  it("goes on where it was after a restart in the middle, 20 orders a call", async () => {
    const since = world.clock.now();
    const ids = Array.from({ length: 50 }, (_, index) => sell(`LAMP-${index}`));
    const shown: string[] = [];
    let cursor: string | null = null;
    for (;;) {
      transport.operations.length = 0;
      const read: Awaited<ReturnType<OpenChannel["readOrders"]>> = await channel.readOrders({ cursor, since });
      if (!read.ok) throw new Error(read.failure.message);
      expect(countOf("getOrder")).toBeLessThanOrEqual(20);
      shown.push(...read.value.orders.map((order) => order.remoteId));
      cursor = read.value.nextCursor;
      channel = world.restarted().open({ credentials: world.credentials, transport, now: () => world.clock.now() });
      if (!read.value.more) break;
    }
    expect(shown).toEqual(ids);
  });

  it("shows what was made before the app's time to nobody", async () => {
    sell("OLD");
    world.clock.advance(HOUR_MS);
    const since = world.clock.now();
    const id = sell("NEW");
    expect((await poll(null, since)).shown.map((order) => order.remoteId)).toEqual([id]);
  });
});

describe("one order of Vinted's that can't be read", () => {
  it("because Vinted forbids it is told, and the channel goes on", async () => {
    const since = world.clock.now();
    const [forbidden = "", other] = [sell("A"), sell("B")];
    world.emulator.controls.forbid(forbidden, true);
    const read = await poll(null, since);
    expect(read.shown.map((order) => order.remoteId)).toEqual([other]);
    expect(read.unreadable).toEqual([
      { remoteId: forbidden, why: expect.stringMatching(/does not let this token read/) },
    ]);
    expect(await channel.readOrder(forbidden)).toMatchObject({
      ok: false,
      failure: { kind: "rejected", scope: "item" },
    });
    expect((await poll(read.cursor, since)).unreadable).toEqual([]);
  });

  it("now is tried in the next two sweeps, keeps nobody waiting, and leaves nothing complete", async () => {
    const since = world.clock.now();
    const ids = [sell("A"), sell("B")];
    const { faults } = world.emulator;
    faults.add({ operation: "getOrder", kind: "status", status: 500 });
    const first = await poll(null, since);
    expect([first.shown.length, first.unreadable, first.completeThrough]).toEqual([1, [], null]);
    world.clock.advance(HOUR_MS);
    const second = await poll(first.cursor, since);
    expect(new Set([...first.shown, ...second.shown].map((order) => order.remoteId))).toEqual(new Set(ids));
    expect(second.completeThrough).not.toBeNull();

    const late = sell("C");
    faults.add({ operation: "getOrder", kind: "status", status: 500, times: 3 });
    let { cursor } = second;
    const told: Unreadable[][] = [];
    for (let sweep = 0; sweep < 3; sweep += 1) {
      const read = await poll(cursor, since);
      cursor = read.cursor;
      told.push(read.unreadable);
    }
    expect(told).toEqual([[], [], [{ remoteId: late, why: expect.stringMatching(/500/) }]]);
  });

  it("because none can is an outage, and the cursor stands", async () => {
    const since = world.clock.now();
    for (const sku of ["A", "B", "C"]) sell(sku);
    world.emulator.faults.add({ operation: "getOrder", kind: "status", status: 500, times: 3 });
    expect(await channel.readOrders({ cursor: null, since })).toMatchObject({
      ok: false,
      failure: { kind: "unavailable", scope: "account" },
    });
    expect((await poll(null, since)).shown).toHaveLength(3);
  });
});

describe("a status of Vinted's", () => {
  it.each([
    ["CREATED", "pending none", false],
    ["READY_TO_BE_SHIPPED", "paid none", false],
    ["SHIPPED", "paid complete", false],
    ["DELIVERED", "paid complete", false],
    ["COMPLETED", "paid complete", false],
    ["LOST", "paid complete", false],
    ["RETURN_REQUESTED", "paid complete", false],
    ["RETURN_INITIATED", "paid complete", false],
    ["RETURN_SHIPPED", "paid complete", false],
    ["RETURN_DELIVERED", "paid complete", false],
    ["RETURN_LOST", "paid complete", false],
    ["CANCELED", "cancelled none", false],
    ["PARTIALLY_COMPLETED", "paid complete", true],
    ["CLOSED", "paid complete", true],
  ] satisfies [OrderStatus, string, boolean][])("%s is %s", async (status, meaning, isHeld) => {
    const id = sell("LAMP");
    world.emulator.controls.setOrderStatus(id, status);
    const order = await orderOf(id);
    expect(stateOf(order)).toBe(`${id} ${meaning}`);
    expect(order.holdBecause !== null).toBe(isHeld);
    expect(order.lines.map((line) => line.quantityCancelled)).toEqual([status === "CANCELED" ? 1 : 0]);
    expect(order.paidAt === null).toBe(status === "CREATED");
    expect(order.remarks.length > 0).toBe(/RETURN|LOST|CLOSED|PARTIALLY/.test(status));
  });

  it("that nobody knows is a hold, and is read again when it changes", async () => {
    let odd = true;
    await start({
      wrap: (fetch) => async (input, init) => {
        const reply = await fetch(input, init);
        const text = await reply.text();
        return new Response(odd ? text.replace(/READY_TO_BE_SHIPPED/g, "ENCHANTED") : text, { status: reply.status });
      },
    });
    const since = world.clock.now();
    const id = sell("LAMP");
    const first = await poll(null, since);
    expect(first.unreadable).toEqual([{ remoteId: id, why: expect.stringMatching(/unknown status/) }]);
    odd = false;
    world.clock.advance(DAY_MS);
    expect((await poll(first.cursor, since)).shown.map(stateOf)).toEqual([`${id} paid none`]);
  });

  it("CREATED becomes READY_TO_BE_SHIPPED, and polling says so", async () => {
    const since = world.clock.now();
    add("LAMP");
    const id = buyAs({ skus: ["LAMP"], pay: false });
    const first = await poll(null, since);
    expect(first.shown.map(stateOf)).toEqual([`${id} pending none`]);
    world.clock.advance(DAY_MS);
    world.emulator.controls.pay(id);
    expect((await poll(first.cursor, since)).shown.map(stateOf)).toEqual([`${id} paid none`]);
  });
});

describe("a Vinted order", () => {
  it("has where it goes and who pays, and nothing else of its buyer", async () => {
    add("LAMP");
    const delivery = { name: "Rosa Lind", line2: "Flat 2", state: "West Yorkshire" };
    const id = buyAs({ skus: ["LAMP"], delivery, billing: { name: "Maud Kellner" } });
    expect((await orderOf(id)).buyer).toEqual({
      remoteId: null,
      name: "Maud Kellner",
      email: null,
      emailIsRelay: false,
      phone: null,
      phoneIsMasked: false,
      shippingAddress: {
        name: "Rosa Lind",
        company: null,
        line1: "9 Orchard Row",
        line2: "Flat 2",
        city: "Leeds",
        region: "West Yorkshire",
        postalCode: "LS1 5PQ",
        countryCode: "GB",
      },
    });
  });

  it("with things that are not on the API has a line for each, and each line an id of its own", async () => {
    const lamp = add("LAMP", "10.00");
    const [first, second] = [add(null, "9.00", "site"), add(null, "8.00", "site")];
    const id = buyAs({ itemIds: [first.id, lamp.id, second.id] });
    const { lines } = await orderOf(id);
    expect(lines).toMatchObject([
      { listingRemoteId: null, sku: null, unitPrice: { amount: "9.00" } },
      { remoteLineId: lamp.id, listingRemoteId: lamp.id, sku: "LAMP", unitPrice: { amount: "10.00" } },
      { listingRemoteId: null, sku: null, unitPrice: { amount: "8.00" } },
    ]);
    expect(new Set(lines.map((line) => line.remoteLineId)).size).toBe(3);
    // The same ids though the lines come in another order.
    world.emulator.state.orders.get(id)?.items.reverse();
    const again = (await orderOf(id)).lines;
    const named = (all: typeof lines) => new Map(all.map((line) => [line.remoteLineId, line.unitPrice.amount]));
    expect(named(again)).toEqual(named(lines));
  });

  it.each([
    [100, ["9.66", "4.67", "0.67"], "15.00"],
    [1_500, ["0.34", "0.33", "0.33"], "1.00"],
  ])("in a bundle shares a discount of %d, to the penny", async (bundleDiscountMinor, prices, total) => {
    for (const [sku, price] of [
      ["A", "10.00"],
      ["B", "5.00"],
      ["C", "1.00"],
    ] as const)
      add(sku, price);
    const order = await orderOf(buyAs({ skus: ["A", "B", "C"], bundleDiscountMinor }));
    expect(order.lines.map((line) => line.unitPrice.amount)).toEqual(prices);
    expect([order.total.amount, Number(order.adjustment.amount)]).toEqual([total, 0]);
  });

  it.each([
    ["12.999999", "13.00"],
    ["12.994", "12.99"],
    ["1.005", "1.01"],
    ["0.1", "0.10"],
  ])("with an amount of %s costs %s: rounded, not cut", async (sent, amount) => {
    await start({
      wrap: (fetch) => async (input, init) => {
        const reply = await fetch(input, init);
        const text = (await reply.text()).replace(/"(amount|price)":[\d.]+/g, `"$1":${sent}`);
        return new Response(text, { status: reply.status });
      },
    });
    const { total, lines } = await orderOf(sell("LAMP"));
    expect([total.amount, lines[0]?.unitPrice.amount]).toEqual([amount, amount]);
  });

  it("is cancelled later; one whose cancellation failed stays as it was, and may be asked again", async () => {
    const id = sell("LAMP");
    const cancellation = { orderRemoteId: id, reason: "out-of-stock", lines: null } as const;
    world.emulator.controls.changeSettings({ failCancellations: 1 });
    const requested = { ok: true, value: { state: "requested" } };
    expect(await channel.cancelOrder(cancellation)).toEqual(requested);
    world.clock.advance(MINUTE_MS);
    expect(await orderOf(id)).toMatchObject({ status: "paid", cancellationRequested: false });
    expect(await channel.cancelOrder(cancellation)).toEqual(requested);
    world.clock.advance(MINUTE_MS);
    expect(await orderOf(id)).toMatchObject({ status: "cancelled" });
    expect(await channel.cancelOrder(cancellation)).toEqual({ ok: true, value: { state: "cancelled" } });
  });

  it("ships by Vinted's own label: a merchant's number goes nowhere, and a cancelled order is not to be sent", async () => {
    const { controls } = world.emulator;
    const id = sell("LAMP");
    const shipment = {
      orderRemoteId: id,
      lines: [],
      carrier: "UPS",
      trackingNumber: "1Z",
      trackingUrl: null,
      shippedAt: world.clock.now(),
    };
    // No label yet: 404.
    expect(await channel.confirmShipment(shipment)).toEqual({ ok: true, value: { remoteId: null } });
    world.clock.advance(MINUTE_MS);
    expect(await channel.confirmShipment(shipment)).toMatchObject({
      ok: true,
      value: { remoteId: expect.stringMatching(/^VNTD/) },
    });
    expect(await channel.readShipments(id)).toEqual({ ok: true, value: [] });
    controls.cancel(id);
    expect(await channel.confirmShipment(shipment)).toMatchObject({ ok: false, failure: { kind: "rejected" } });
  });

  it("with things that are not on the API is sent without a number that we could see", async () => {
    const lamp = add("LAMP");
    const frame = add(null, "9.00", "site");
    const id = buyAs({ itemIds: [lamp.id, frame.id] });
    world.emulator.controls.ship(id);
    expect(await channel.readShipments(id)).toMatchObject({
      ok: true,
      value: [{ remoteId: id, trackingNumber: null, lines: [{ quantity: 1 }, { quantity: 1 }] }],
    });
  });
});
