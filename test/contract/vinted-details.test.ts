/** What is Vinted's own: one-off items, work done later, relisting, 64-bit ids, its own label, webhooks with keys of their own. */
import { beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { ListingRef, RemoteOrder } from "#connectors/contract/remote-types.ts";
import { numberList, parseExactJson } from "#connectors/vinted/exact-json.ts";
import { transportFor } from "./contract-world.ts";
import { setupVinted, type VintedWorld, type VintedWorldOptions } from "./vinted-world.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let world: VintedWorld;
let channel: OpenChannel;

async function start(options: VintedWorldOptions = {}): Promise<void> {
  world = await setupVinted(options);
  const transport = transportFor(world);
  channel = world.connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
}

beforeEach(() => start());

const add = (sku: string | null, price = "28.00") =>
  world.emulator.controls.addItem({ sku, title: "Brass lamp", price, currency: "GBP" });

async function refOf(sku: string): Promise<ListingRef> {
  const page = await channel.readListings(null);
  const found = page.ok ? page.value.listings.find((one) => one.ref.sku === sku) : undefined;
  if (!found) throw new Error(`no item ${sku}`);
  return found.ref;
}

function buy(...skus: string[]): string {
  const bought = world.emulator.controls.buy({ skus });
  if (!bought.ok) throw new Error(bought.why);
  return bought.order.id;
}

async function orderOf(id: string): Promise<RemoteOrder> {
  const read = await channel.readOrder(id);
  if (!read.ok || !read.value) throw new Error(`no order ${id}`);
  return read.value;
}

async function poll(cursor: string | null, since: Date) {
  const shown: RemoteOrder[] = [];
  let at = cursor;
  for (let page = 0; page < 200; page += 1) {
    const read = await channel.readOrders({ cursor: at, since });
    if (!read.ok) throw new Error(read.failure.message);
    at = read.value.nextCursor;
    shown.push(...read.value.orders);
    if (!read.value.more) return { cursor: at, shown, completeThrough: read.value.completeThrough };
  }
  throw new Error("readOrders does not end");
}

describe("a Vinted item", () => {
  it("is deleted at zero, a while after Vinted has taken the call", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    expect(await channel.writeQuantities([{ ref, quantity: 0 }])).toEqual([{ outcome: "accepted" }]);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 1, state: "active" }]);
    world.clock.advance(MINUTE_MS);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "missing" }]);
  });

  it("cannot come back once deleted, and says what to do", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    await channel.writeQuantities([{ ref, quantity: 0 }]);
    world.clock.advance(MINUTE_MS);
    expect(await channel.writeQuantities([{ ref, quantity: 1 }])).toMatchObject([
      { outcome: "failed", failure: { kind: "rejected", message: expect.stringMatching(/List it again at Vinted/) } },
    ]);
  });

  it("that was sold shows 0 and not missing, so that an unseen sale is counted", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    buy("LAMP");
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 0, state: "ended" }]);
    expect(await channel.writeQuantities([{ ref, quantity: 1 }])).toMatchObject([
      { outcome: "failed", failure: { kind: "rejected", code: "sold" } },
    ]);
  });

  it("of a cancelled order is relisted, once, and goes by another id from then on", async () => {
    const { controls } = world.emulator;
    add("LAMP");
    const ref = await refOf("LAMP");
    const id = buy("LAMP");
    controls.cancel(id);
    const [result] = await channel.writeQuantities([{ ref, quantity: 1 }]);
    expect(result).toMatchObject({ outcome: "accepted", ref: { sku: "LAMP", groupId: null } });
    const next = result?.outcome === "accepted" ? result.ref : undefined;
    expect(next?.remoteId).not.toBe(ref.remoteId);
    if (!next) return;
    // On its way: not yet a number.
    expect(await channel.readQuantities([next])).toEqual([{ outcome: "read", quantity: null, state: "inactive" }]);
    expect(await channel.writeQuantities([{ ref, quantity: 1 }])).toMatchObject([
      { outcome: "failed", failure: { code: "listed-again" } },
    ]);
    world.clock.advance(MINUTE_MS);
    expect(await channel.readQuantities([next])).toEqual([{ outcome: "read", quantity: 1, state: "active" }]);
    expect(controls.shown()).toEqual({ LAMP: 1 });
  });

  it("whose relisting got no reply is not listed twice", async () => {
    const { controls, faults, state } = world.emulator;
    add("LAMP");
    const ref = await refOf("LAMP");
    controls.cancel(buy("LAMP"));
    faults.add({ operation: "relistOrders", kind: "drop-after" });
    const [first] = await channel.writeQuantities([{ ref, quantity: 1 }]);
    expect(first).toMatchObject({ outcome: "failed", failure: { kind: "outcome-unknown" } });
    const [second] = await channel.writeQuantities([{ ref, quantity: 1 }]);
    expect(second).toMatchObject({ outcome: "failed", failure: { kind: "rejected", code: "listed-again" } });
    expect([...state.items.values()].filter((item) => item.status !== "SOLD")).toHaveLength(1);
  });

  it("has its reference for a title where the list says no more", async () => {
    await start({ settings: { itemsHaveCopy: false } });
    add("LAMP");
    const page = await channel.readListings(null);
    expect(page).toMatchObject({ ok: true, value: { listings: [{ title: "LAMP", price: null, quantity: 1 }] } });
  });

  it("with a status nobody knows is a hold in the list and a failure in a reading", async () => {
    await start({
      wrap: (fetch) => async (input, init) =>
        new Response((await (await fetch(input, init)).text()).replace(/PUBLISHED/g, "ENCHANTED"), { status: 200 }),
    });
    const { id } = add("LAMP");
    const page = await channel.readListings(null);
    expect(page).toMatchObject({ ok: true, value: { listings: [], unreadable: [{ remoteId: id }] } });
    const [reading] = await channel.readQuantities([{ remoteId: id, sku: "LAMP", groupId: null }]);
    expect(reading).toMatchObject({ outcome: "failed", failure: { kind: "rejected" } });
  });
});

describe("Vinted's orders", () => {
  it("keep all digits of their ids, on the way in and out", async () => {
    for (const sku of ["A", "B", "C"]) add(sku);
    const ids = ["A", "B", "C"].map((sku) => buy(sku));
    expect(ids.every((id) => BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
    const read = await poll(null, new Date(world.clock.now().getTime() - HOUR_MS));
    expect(read.shown.map((order) => order.remoteId)).toEqual(ids);
    for (const id of ids) expect((await orderOf(id)).remoteId).toBe(id);
  });

  it.each(["up", "down"] as const)("are followed while open, with pages that go %s", async (ordersDirection) => {
    await start({ settings: { ordersDirection, ordersPerPage: 10 } });
    const { controls } = world.emulator;
    const since = world.clock.now();
    const ids: string[] = [];
    for (let index = 0; index < 45; index += 1) {
      add(`LAMP-${index}`);
      ids.push(buy(`LAMP-${index}`));
      world.clock.advance(MINUTE_MS);
    }
    const first = await poll(null, since);
    expect(new Set(first.shown.map((order) => order.remoteId))).toEqual(new Set(ids));
    world.clock.advance(HOUR_MS);
    const second = await poll(first.cursor, since);
    world.clock.advance(DAY_MS);
    const quiet = await poll(second.cursor, since);
    expect(quiet.shown).toEqual([]);
    controls.cancel(ids[3] ?? "");
    controls.ship(ids[7] ?? "");
    add("LATE");
    const late = buy("LATE");
    const changed = await poll(quiet.cursor, since);
    expect(new Set(changed.shown.map((one) => `${one.remoteId} ${one.status} ${one.fulfilment}`))).toEqual(
      new Set([`${ids[3]} cancelled none`, `${ids[7]} paid complete`, `${late} paid none`]),
    );
    expect(changed.completeThrough).not.toBeNull();
  });

  it("in a bundle share its discount, to the penny", async () => {
    const { controls } = world.emulator;
    for (const [sku, price] of [
      ["A", "10.00"],
      ["B", "5.00"],
      ["C", "1.00"],
    ] as const)
      add(sku, price);
    for (const [discount, prices] of [[100, ["9.66", "4.67", "0.67"]]] as const) {
      const bought = controls.buy({ skus: ["A", "B", "C"], bundleDiscountMinor: discount });
      const order = await orderOf(bought.ok ? bought.order.id : "");
      expect(order.lines.map((line) => line.unitPrice.amount)).toEqual(prices);
      expect(order.total.amount).toBe("15.00");
    }
  });

  it("are cancelled later, and one whose cancellation failed is open again", async () => {
    add("LAMP");
    const id = buy("LAMP");
    const cancellation = { orderRemoteId: id, reason: "out-of-stock", lines: null } as const;
    world.emulator.controls.changeSettings({ failCancellations: 1 });
    const requested = { ok: true, value: { state: "requested" } };
    expect(await channel.cancelOrder(cancellation)).toEqual(requested);
    expect(await channel.cancelOrder(cancellation)).toEqual(requested);
    world.clock.advance(MINUTE_MS);
    expect(await orderOf(id)).toMatchObject({ status: "paid" });
    expect(await channel.cancelOrder(cancellation)).toEqual(requested);
    world.clock.advance(MINUTE_MS);
    expect(await orderOf(id)).toMatchObject({ status: "cancelled" });
  });

  it("ship by Vinted's own label: a merchant's number goes nowhere, and a cancelled order is not to be sent", async () => {
    const { controls } = world.emulator;
    add("LAMP");
    const id = buy("LAMP");
    const shipment = {
      orderRemoteId: id,
      lines: [],
      carrier: "UPS",
      trackingNumber: "1Z",
      trackingUrl: null,
      shippedAt: world.clock.now(),
    };
    expect(await channel.confirmShipment(shipment)).toMatchObject({
      ok: true,
      value: { remoteId: expect.stringMatching(/^VNTD/) },
    });
    expect(await channel.readShipments(id)).toEqual({ ok: true, value: [] });
    controls.cancel(id);
    expect(await channel.confirmShipment(shipment)).toMatchObject({ ok: false, failure: { kind: "rejected" } });
  });
});

describe("Vinted's keys", () => {
  it("that were made anew end in unauthorized for the old ones", async () => {
    world.emulator.controls.rotateToken("access-key-2,signing-key-2");
    expect(await channel.checkAccess()).toMatchObject({ ok: false, failure: { kind: "unauthorized" } });
  });

  it.each(["", "one", "one,", ",two", "one,two,three", "one two"])("are two with a comma: not %o", (token) => {
    expect(world.connector.manifest.credentials.safeParse({ token }).success).toBe(false);
  });

  it("are taken with the blanks that come with copying", () => {
    expect(world.connector.manifest.credentials.parse({ token: " one,two\n" })).toEqual({ token: "one,two" });
  });

  it("of webhooks are one a shop: any of those set will do, and the same event twice has one id", async () => {
    const { controls, webhooks } = world.emulator;
    controls.disturbWebhooks({ double: 1 });
    add("LAMP");
    const id = buy("LAMP");
    const raw = await world.notifications?.ofOrder(id);
    if (!raw) throw new Error("no webhook");
    expect(webhooks.deliveries.map((one) => [one.topic, one.attempts.length])).toEqual([
      ["ITEM_SOLD", 2],
      ["ORDER_CREATED", 1],
    ]);
    const context = { transport: transportFor(world), now: world.clock.now() };
    const hint = await world.connector.parseNotification(raw, context);
    expect(hint).toMatchObject({ kind: "hint", topic: "ORDER_CREATED", orderRemoteId: id });
  });
});

describe("exact JSON", () => {
  it("keeps digits of whole numbers, and touches nothing else", () => {
    const text =
      '{"a":9007199254740993,"b":"9007199254740993 \\" 1234567890123456789","c":0.1234567890123456789,"d":-12,"e":1e3}';
    expect(parseExactJson(text)).toEqual({
      a: "9007199254740993",
      b: '9007199254740993 " 1234567890123456789',
      c: 0.12345678901234568,
      d: -12,
      e: 1000,
    });
    expect(parseExactJson("not JSON")).toBeNull();
    expect(parseExactJson("")).toEqual({});
    expect(numberList(["9007199254740993"])).toBe("[9007199254740993]");
  });
});
