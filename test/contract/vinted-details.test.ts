/** What is Vinted's own: one-off items, work done later, its own label, webhooks with keys of their own. Orders: vinted-orders.test.ts. */
import { beforeEach, describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { ListingRef, RemoteListing } from "#connectors/contract/remote-types.ts";
import { numberList, parseExactJson } from "#connectors/vinted/exact-json.ts";
import type { ItemSeed } from "#test/emulators/vinted/seed.ts";
import type { ItemStatus } from "#test/emulators/vinted/state.ts";
import { openAccount, readAllListings, transportFor } from "./contract-world.ts";
import { setupVinted, type VintedWorld, type VintedWorldOptions } from "./vinted-world.ts";

const MINUTE_MS = 60_000;

let world: VintedWorld;
let channel: OpenChannel;

async function start(options: VintedWorldOptions = {}): Promise<void> {
  world = await setupVinted(options);
  channel = openAccount(world);
}

beforeEach(() => start());

const add = (sku: string | null, origin?: ItemSeed["origin"]) =>
  world.emulator.controls.addItem({
    sku,
    title: "Brass lamp",
    price: "28.00",
    currency: "GBP",
    ...(origin === undefined ? {} : { origin }),
  });

const listings = (): Promise<RemoteListing[]> => readAllListings(channel);

async function refOf(sku: string): Promise<ListingRef> {
  const found = (await listings()).find((one) => one.ref.sku === sku);
  if (!found) throw new Error(`no item ${sku}`);
  return found.ref;
}

async function write(quantity: number, ...refs: ListingRef[]) {
  return channel.writeQuantities(refs.map((ref) => ({ ref, quantity })));
}

function buy(...skus: string[]): string {
  const bought = world.emulator.controls.buy({ skus });
  if (!bought.ok) throw new Error(bought.why);
  return bought.order.id;
}

describe("a Vinted item", () => {
  it("made through the API has its reference for a title, and neither price nor address", async () => {
    const { id } = add("LAMP");
    expect(await listings()).toEqual([
      {
        ref: { remoteId: id, sku: "LAMP", groupId: null },
        title: "LAMP",
        barcode: null,
        quantity: 1,
        price: null,
        state: "active",
        url: null,
        imageUrl: null,
        unmanagedBecause: null,
      },
    ]);
  });

  it("made on the site and imported has a title and an address, and no reference", async () => {
    const { id } = add(null);
    add("LAMP");
    add(null, "site");
    expect(await listings()).toMatchObject([
      { ref: { remoteId: id, sku: null }, title: "Brass lamp", url: expect.stringMatching(/^https:/), quantity: 1 },
      { ref: { sku: "LAMP" } },
    ]);
  });

  const ERRORS = [{ field: "title", message: "is too short" }];
  it.each([
    ["ACTIVE", 1, "active"],
    ["DELETE_INTERNAL_ERROR", 1, "active"],
    ["UPDATE_INTERNAL_ERROR", 1, "active"],
    ["UPDATE_VALIDATION_ERROR", 1, "active"],
    ["IN_PROGRESS", null, "inactive"],
    ["SOLD", 0, "ended"],
    ["SALE_CANCELLED", 0, "inactive"],
    ["VALIDATION_ERROR", 0, "ended"],
    ["INTERNAL_ERROR", 0, "ended"],
  ] satisfies [ItemStatus, number | null, string][])(
    "that is %s shows %s and is %s",
    async (status, quantity, state) => {
      const { id } = add("LAMP");
      world.emulator.controls.setItemStatus(id, status, ERRORS);
      const ref = { remoteId: id, sku: "LAMP", groupId: null };
      expect(await listings()).toMatchObject([{ ref, quantity, state }]);
      expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity, state }]);
    },
  );

  it("that is DELETED is missing, and not in the list", async () => {
    const { id } = add("LAMP");
    world.emulator.controls.setItemStatus(id, "DELETED");
    expect(await listings()).toEqual([]);
    expect(await channel.readQuantities([{ remoteId: id, sku: "LAMP", groupId: null }])).toEqual([
      { outcome: "missing" },
    ]);
  });

  it.each(["VALIDATION_ERROR", "INTERNAL_ERROR"] as const)("that never went on sale (%s) says why", async (status) => {
    const { id } = add("LAMP");
    world.emulator.controls.setItemStatus(id, status, ERRORS);
    const [listing] = await listings();
    expect(listing?.unmanagedBecause).toMatch(/title: is too short/);
    expect(await write(1, { remoteId: id, sku: "LAMP", groupId: null })).toMatchObject([
      { outcome: "failed", failure: { kind: "rejected", message: expect.stringMatching(/title: is too short/) } },
    ]);
  });

  it("with a status nobody knows is a hold in the list and a failure in a reading", async () => {
    await start({
      wrap: (fetch) => async (input, init) =>
        new Response((await (await fetch(input, init)).text()).replace(/ACTIVE/g, "ENCHANTED"), { status: 200 }),
    });
    const { id } = add("LAMP");
    const page = await channel.readListings(null);
    expect(page).toMatchObject({ ok: true, value: { listings: [], unreadable: [{ remoteId: id }] } });
    const [reading] = await channel.readQuantities([{ remoteId: id, sku: "LAMP", groupId: null }]);
    expect(reading).toMatchObject({ outcome: "failed", failure: { kind: "rejected" } });
  });
});

describe("0 at Vinted", () => {
  it("deletes the item, a while after Vinted has taken the call", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    expect(await write(0, ref)).toEqual([{ outcome: "accepted" }]);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 1, state: "active" }]);
    world.clock.advance(MINUTE_MS);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "missing" }]);
  });

  it("whose deletion failed over there still shows 1, and may be written again", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    world.emulator.controls.changeSettings({ failDeletions: 1 });
    await write(0, ref);
    world.clock.advance(MINUTE_MS);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 1, state: "active" }]);
    expect(await write(0, ref)).toEqual([{ outcome: "accepted" }]);
    world.clock.advance(MINUTE_MS);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "missing" }]);
  });

  // Vinted says "accepted: false" for all of these, and no reason.
  it("on an item that is deleted already is done", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    world.emulator.controls.removeItem("LAMP");
    expect(await write(0, ref)).toEqual([{ outcome: "accepted" }]);
  });

  it("on an item that was sold meanwhile is read again, so that the sale is counted", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    buy("LAMP");
    expect(await write(0, ref)).toMatchObject([
      { outcome: "failed", failure: { kind: "throttled", scope: "item", message: expect.stringMatching(/sold/) } },
    ]);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 0, state: "ended" }]);
  });

  it("on an item that is being worked on is sent again later", async () => {
    const { id } = add("LAMP");
    const ref = await refOf("LAMP");
    world.emulator.controls.setItemStatus(id, "IN_PROGRESS");
    expect(await write(0, ref)).toMatchObject([{ outcome: "failed", failure: { kind: "throttled", scope: "item" } }]);
  });
});

describe("1 at Vinted", () => {
  it("on a deleted item is refused, and says what to do", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    await write(0, ref);
    world.clock.advance(MINUTE_MS);
    expect(await write(1, ref)).toMatchObject([
      { outcome: "failed", failure: { kind: "rejected", message: expect.stringMatching(/List it again at Vinted/) } },
    ]);
  });

  it("on a sold item is refused, without a look through all orders", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    buy("LAMP");
    const transport = transportFor(world);
    const observed = world.connector.open({ credentials: world.credentials, transport, now: () => world.clock.now() });
    expect(await observed.writeQuantities([{ ref, quantity: 1 }])).toMatchObject([
      { outcome: "failed", failure: { kind: "rejected", code: "sold" } },
    ]);
    expect(transport.operations).toEqual(["getItemStatus"]);
  });

  it("on an item whose sale was cancelled relists it: the same item, which is read until it is on sale", async () => {
    const { marketplaceItemId } = add("LAMP");
    const ref = await refOf("LAMP");
    const id = buy("LAMP");
    world.emulator.controls.cancel(id);
    expect(await write(1, ref)).toEqual([{ outcome: "accepted" }]);
    // On its way: not yet a number.
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: null, state: "inactive" }]);
    world.clock.advance(MINUTE_MS);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 1, state: "active" }]);
    expect(world.emulator.state.items.get(ref.remoteId)?.marketplaceItemId).not.toBe(marketplaceItemId);
    expect(await refOf("LAMP")).toEqual(ref);
  });

  it("whose relisting got no reply is not known, and comes to one item on sale", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    world.emulator.controls.cancel(buy("LAMP"));
    world.emulator.faults.add({ operation: "relistOrders", kind: "drop-after" });
    expect(await write(1, ref)).toMatchObject([{ outcome: "failed", failure: { kind: "outcome-unknown" } }]);
    expect(await write(1, ref)).toEqual([{ outcome: "accepted" }]);
    world.clock.advance(MINUTE_MS);
    expect(world.emulator.controls.shown()).toEqual({ LAMP: 1 });
    expect(world.emulator.state.items.size).toBe(1);
  });

  it("takes the latest cancelled order of an item that was sold several times", async () => {
    add("LAMP");
    const ref = await refOf("LAMP");
    for (let round = 0; round < 3; round += 1) {
      world.emulator.controls.cancel(buy("LAMP"));
      expect(await write(1, ref)).toEqual([{ outcome: "accepted" }]);
      world.clock.advance(MINUTE_MS);
    }
    expect(world.emulator.controls.shown()).toEqual({ LAMP: 1 });
  });

  it("on all items of a cancelled bundle relists their order, once", async () => {
    for (const sku of ["LAMP", "SHADE"]) add(sku);
    const refs = [await refOf("LAMP"), await refOf("SHADE")];
    world.emulator.controls.cancel(buy("LAMP", "SHADE"));
    expect(await write(1, ...refs)).toEqual([{ outcome: "accepted" }, { outcome: "accepted" }]);
    expect(world.emulator.faults.calls.filter((one) => one.operation === "relistOrders")).toHaveLength(1);
    world.clock.advance(MINUTE_MS);
    expect(world.emulator.controls.shown()).toEqual({ LAMP: 1, SHADE: 1 });
  });

  it("on one item of a cancelled bundle puts none back, as Shopify may have no more of the other", async () => {
    for (const sku of ["LAMP", "SHADE"]) add(sku);
    const ref = await refOf("LAMP");
    const id = buy("LAMP", "SHADE");
    world.emulator.controls.cancel(id);
    const [result] = await write(1, ref);
    expect(result).toMatchObject({ outcome: "failed", failure: { kind: "rejected", code: "bundle" } });
    expect(JSON.stringify(result)).toContain(id);
    world.clock.advance(MINUTE_MS);
    expect(world.emulator.controls.shown()).toEqual({ LAMP: 0, SHADE: 0 });
  });

  it("on an item that was sold with something that is not on the API puts none back", async () => {
    const lamp = add("LAMP");
    const frame = add(null, "site");
    const bought = world.emulator.controls.buy({ itemIds: [lamp.id, frame.id] });
    world.emulator.controls.cancel(bought.ok ? bought.order.id : "");
    expect(await write(1, await refOf("LAMP"))).toMatchObject([{ outcome: "failed", failure: { code: "bundle" } }]);
    world.clock.advance(MINUTE_MS);
    expect(world.emulator.controls.shown()).toEqual({ LAMP: 0 });
  });
});

describe("a refusal of Vinted's", () => {
  it.each([
    ["INVALID_ACCESS_KEY", /does not know this access key.*new token/],
    ["INVALID_HMAC_SIGNATURE", /new token.*clock/],
    ["REAUTHORISATION_REQUIRED", /Log out of the Vinted Pro portal, log in there once more/],
  ] as const)("with 401 %s says what to do", async (code, words) => {
    const { controls } = world.emulator;
    if (code === "INVALID_ACCESS_KEY") controls.rotateToken("access-key-2,signing-key-2");
    if (code === "INVALID_HMAC_SIGNATURE") controls.rotateToken("access-key-1,signing-key-2");
    if (code === "REAUTHORISATION_REQUIRED") controls.changeSettings({ reauthorisation: true });
    const access = await channel.checkAccess();
    expect(access).toMatchObject({ ok: false, failure: { kind: "unauthorized", scope: "account" } });
    expect(access.ok ? "" : access.failure.message).toMatch(words);
    expect(access.ok ? "" : access.failure.message).toContain(code);
  });

  it("with 400 names the field", async () => {
    const failure = world.connector.toFailure(
      { status: 400, headers: new Headers(), text: '{"field":"limit","message":"must be from 1 to 250"}' },
      { operation: "getItems", method: "GET", url: new URL("http://vinted.test/"), headers: {}, effect: "read" },
    );
    expect(failure).toMatchObject({ kind: "rejected", message: expect.stringMatching(/limit: must be from 1 to 250/) });
  });
});

describe("Vinted's keys", () => {
  it.each(["", "one", "one,", ",two", "one,two,three", "one two"])("are two with a comma: not %o", (token) => {
    expect(world.connector.manifest.credentials.safeParse({ token }).success).toBe(false);
  });

  it("are taken with the blanks that come with copying", () => {
    expect(world.connector.manifest.credentials.parse({ token: " one,two\n" })).toEqual({ token: "one,two" });
  });
});

describe("a webhook of Vinted's", () => {
  async function hints() {
    await world.emulator.controls.settled();
    const context = { transport: transportFor(world), now: world.clock.now() };
    const parsed = await Promise.all(world.arrived.map((raw) => world.connector.parseNotification(raw, context)));
    return parsed.map((one) => {
      if (one.kind !== "hint") throw new Error(`no hint but ${one.kind}`);
      return one;
    });
  }

  it("is signed with a key of its own, of which any that is set will do", async () => {
    add("LAMP");
    const id = buy("LAMP");
    expect(await hints()).toMatchObject([
      { topic: "ITEM_SOLD", orderRemoteId: null },
      { topic: "ORDER_CREATED", orderRemoteId: id },
    ]);
  });

  it("is told from the same event later, by the time of its signature: the item keeps its id", async () => {
    add("LAMP");
    world.emulator.controls.cancel(buy("LAMP"));
    const ref = await refOf("LAMP");
    await write(1, ref);
    world.clock.advance(MINUTE_MS);
    buy("LAMP");
    const sold = (await hints()).filter((one) => one.topic === "ITEM_SOLD");
    const bodies = world.arrived
      .map((raw) => new TextDecoder().decode(raw.body))
      .filter((one) => one.includes("ITEM_SOLD"));
    expect(new Set(bodies).size).toBe(1);
    expect(new Set(sold.map((one) => one.id)).size).toBe(2);
  });

  it("that comes twice in one second is one", async () => {
    world.emulator.controls.disturbWebhooks({ double: 1 });
    add("LAMP");
    buy("LAMP");
    const sold = (await hints()).filter((one) => one.topic === "ITEM_SOLD");
    expect(sold).toHaveLength(2);
    expect(new Set(sold.map((one) => one.id)).size).toBe(1);
  });

  it("says that a cancellation failed, which nothing else does", async () => {
    add("LAMP");
    const id = buy("LAMP");
    world.emulator.controls.changeSettings({ failCancellations: 1 });
    await channel.cancelOrder({ orderRemoteId: id, reason: "out-of-stock", lines: null });
    world.clock.advance(MINUTE_MS);
    world.emulator.controls.finishWork();
    const failed = (await hints()).filter((one) => one.cancellationRefused !== undefined);
    expect(failed).toMatchObject([
      {
        topic: "CANCEL_ORDER_FAILURE",
        orderRemoteId: id,
        cancellationRefused: expect.stringMatching(/could not cancel/),
      },
    ]);
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
