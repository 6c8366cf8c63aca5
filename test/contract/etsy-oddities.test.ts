/** What the real Etsy says beside its spec, and what must come of it. */
import { describe, expect, it } from "vitest";
import type { OpenChannel } from "#connectors/contract/connector.ts";
import type { RemoteOrder } from "#connectors/contract/remote-types.ts";
import { RENEW_SOLD_OUT } from "#connectors/etsy/manifest.ts";
import { receiptSchema } from "#connectors/etsy/receipts.ts";
import { decodeText } from "#connectors/etsy/text.ts";
import { bench, mug, receipt } from "./etsy-bench.ts";

const HOUR_MS = 60 * 60_000;

describe("a listing that Etsy says is in state `edit`", () => {
  it("is one that Lockstep switched off: confirmed at 0, shown, and put back for nothing", async () => {
    const { channel, listings, emulator } = await bench({ stateOfWhatIsOff: "edit" });
    emulator.controls.addListing(mug);
    const [before] = await listings();
    const ref = before?.ref ?? { remoteId: "", sku: null, groupId: null };
    expect(await channel.writeQuantities([{ ref, quantity: 0 }])).toEqual([{ outcome: "accepted" }]);
    expect(await channel.readQuantities([ref])).toEqual([{ outcome: "read", quantity: 0, state: "inactive" }]);
    expect(await listings()).toMatchObject([{ ref, quantity: 0, state: "inactive", unmanagedBecause: null }]);
    expect(await channel.writeQuantities([{ ref, quantity: 3 }])).toEqual([{ outcome: "accepted" }]);
    expect(emulator.controls.shown()).toEqual({ MUG: 3 });
    expect(emulator.controls.tally().renewals).toBe(0);
  });

  it("is sold out where it has no units: it costs nothing without the merchant's word", async () => {
    const { channel, open, listings, emulator } = await bench({ stateOfWhatIsOff: "edit" });
    emulator.controls.addListing(mug);
    emulator.controls.buy({ lines: [{ sku: "MUG", quantity: 4 }] });
    const [{ ref } = { ref: { remoteId: "", sku: null, groupId: null } }] = await listings();
    expect(await channel.writeQuantities([{ ref, quantity: 3 }])).toMatchObject([
      { failure: { kind: "rejected", code: "renewal-not-agreed" } },
    ]);
    expect(await open([RENEW_SOLD_OUT]).writeQuantities([{ ref, quantity: 3 }])).toEqual([{ outcome: "accepted" }]);
    expect(emulator.controls.shown()).toEqual({ MUG: 3 });
  });
});

describe("a listing in a state that the spec does not have", () => {
  it.each([
    ["removed", /taken this listing down/],
    ["frozen", /state that Lockstep does not know/],
  ])("(%s) is not on sale, is shown with the reason, and fails no other", async (word, why) => {
    const { channel, listings, emulator } = await bench({ stateOfWhatIsOff: word });
    emulator.controls.addListing(mug);
    emulator.controls.addListing({ ...mug, sku: "JUG", title: "Jug" });
    emulator.controls.setState("MUG", "inactive");
    const shown = await listings();
    const off = shown.find((one) => one.ref.sku === "MUG");
    expect(off).toMatchObject({ quantity: 0, state: "inactive", unmanagedBecause: expect.stringMatching(why) });
    const refs = shown.map((one) => one.ref);
    expect(await channel.readQuantities(refs)).toMatchObject([{ quantity: 4 }, { quantity: 0, state: "inactive" }]);
    const [, refused] = await channel.writeQuantities(refs.map((ref) => ({ ref, quantity: 2 })));
    expect(refused).toMatchObject({ failure: { kind: "rejected", message: expect.stringMatching(why) } });
    expect(emulator.controls.shown()).toEqual({ MUG: 0, JUG: 2 });
  });
});

describe("text that Etsy writes as HTML", () => {
  it.each([
    ["Sin&eacute;ad O&#39;Brien", "Sinéad O'Brien"],
    ["Bag 9&quot; | Girlfriend&#x27;s &amp; more", "Bag 9\" | Girlfriend's & more"],
    ["A & B", "A & B"],
    ["AT&T; ?a=1&copy=2 &unheard;", "AT&T; ?a=1&copy=2 &unheard;"],
    ["&amp;lt;", "&lt;"],
    ["&amp;amp;", "&amp;"],
    ["&#128512;", "😀"],
  ])("%s is %s, decoded once", (written, text) => {
    expect(decodeText(written)).toBe(text);
  });

  it("is plain in names, addresses and titles of an order", async () => {
    const { emulator, order } = await bench();
    emulator.controls.addListing({ ...mug, title: "Women's mug & bowl — 9\"" });
    const bought = emulator.controls.buy({
      lines: [{ sku: "MUG", quantity: 1 }],
      contact: {
        name: "Sinéad O'Brien",
        firstLine: "13 O'Connell Street & Co",
        secondLine: "A & B",
        city: "L’Aquila",
        state: "<&lt;>",
      },
    });
    const { buyer, lines } = await order(bought.ok ? String(bought.receipt.receiptId) : "");
    expect(buyer).toMatchObject({
      name: "Sinéad O'Brien",
      shippingAddress: { name: "Sinéad O'Brien", line1: "13 O'Connell Street & Co", line2: "A & B" },
    });
    expect(buyer.shippingAddress).toMatchObject({ city: "L’Aquila", region: "<&lt;>" });
    expect(lines[0]?.title).toBe("Women's mug & bowl — 9\"");
  });

  it("that is decoded to nothing storable is mended, and costs no order", () => {
    const parsed = receiptSchema.parse({ ...receipt, name: "Ros&#0;a &#xD800;", first_line: "&nbsp;" });
    expect(parsed.buyer.name).toBe("Ros\ufffda \ufffd");
  });

  it("names one variation alike in listing and receipt, and goes back as people wrote it", async () => {
    const { emulator, channel, listings, order } = await bench();
    for (const [index, size] of ["Women's & kids'", "Men's 9\""].entries()) {
      const aspects = { Size: size };
      emulator.controls.addListing({ ...mug, sku: `R&D-${index}`, groupKey: "MUG", aspects });
    }
    const [first] = await listings();
    if (!first) throw new Error("There is no listing.");
    expect(first).toMatchObject({ ref: { sku: "R&D-0" }, title: "Mug, Women's & kids'" });
    expect(await channel.writeQuantities([{ ref: first.ref, quantity: 7 }])).toEqual([{ outcome: "accepted" }]);
    const products = [...emulator.state.listings.values()][0]?.products ?? [];
    expect(products.map((one) => [one.sku, one.values[0]?.values])).toEqual([
      ["R&D-0", ["Women's & kids'"]],
      ["R&D-1", ["Men's 9\""]],
    ]);
    const bought = emulator.controls.buy({ lines: [{ sku: "R&D-0", quantity: 1 }] });
    const { lines } = await order(bought.ok ? String(bought.receipt.receiptId) : "");
    expect(lines).toMatchObject([{ sku: "R&D-0", listingRemoteId: first.ref.remoteId }]);
  });
});

describe("a receipt that is not as the spec has it", () => {
  it.each([
    ["times as text", { created_timestamp: "2026-11-22T12:00:00Z" }, /created_timestamp/],
    ["no transactions", { transactions: [] }, /transactions/],
  ])("(%s) is a visible hold, told by its path", async (_, change, path) => {
    const parsed = receiptSchema.safeParse({ ...receipt, ...change });
    expect(parsed.success ? "" : parsed.error.message).toMatch(path);
  });
});

describe("what the buyer wants", () => {
  it("is told to whoever packs it: personalisation by line, messages, the delivery", async () => {
    const { emulator, order } = await bench();
    for (const sku of ["NECK-1", "NECK-2"]) emulator.controls.addListing({ ...mug, sku, title: "Necklace" });
    const bought = emulator.controls.buy({
      lines: ["NECK-1", "NECK-2"].map((sku) => ({ sku, quantity: 1 })),
      personalizations: { "NECK-1": "SAOIRSE, script", "NECK-2": "NIAMH & Máire" },
      note: "please wrap each",
      giftMessage: "Happy birthday, it's <3",
      shippingUpgrade: "Express",
    });
    const shown = await order(bought.ok ? String(bought.receipt.receiptId) : "");
    expect(shown.remarks).toEqual([
      "Line 1, NECK-1: Personalization: SAOIRSE, script",
      "Line 2, NECK-2: Personalization: NIAMH & Máire",
      "The buyer writes: please wrap each",
      "It is a gift.",
      "Gift message: Happy birthday, it's <3",
      "Delivery: Express",
    ]);
    const plain = emulator.controls.buy({ lines: [{ sku: "NECK-1", quantity: 1 }] });
    expect((await order(plain.ok ? String(plain.receipt.receiptId) : "")).remarks).toEqual([]);
  });

  it("costs no order where it is not text", () => {
    const odd = { message_from_buyer: 7, is_gift: "yes", gift_message: {} };
    expect(receiptSchema.parse({ ...receipt, ...odd }).remarks).toEqual([]);
  });
});

describe("a receipt of a buyer whom Etsy does not name", () => {
  it.each([0, -1, null, "hidden"])("(buyer_user_id %s) is an order like any other", (id) => {
    const parsed = receiptSchema.parse({ ...receipt, buyer_user_id: id });
    expect(parsed).toMatchObject({ remoteId: "35", buyer: { remoteId: null, name: "Rosa" } });
  });
});

describe("getListingsByShop without the inventories that were asked for", () => {
  it("shows every listing all the same", async () => {
    const { emulator, listings, transport } = await bench({ leavesOutInventory: true });
    for (let index = 0; index < 30; index += 1)
      emulator.controls.addListing({ ...mug, sku: `MUG-${index}`, quantity: index + 1 });
    const all = await listings();
    expect(all.map((one) => [one.ref.sku, one.quantity])).toContainEqual(["MUG-11", 12]);
    expect(all).toHaveLength(30);
    expect(transport.operations.filter((one) => one !== "getListingsByShop")).toEqual([
      "getListingsByListingIds",
      "getListingsInventoryByListingIds",
    ]);
  });

  it("is given up where Etsy says to wait, for a page with a hole is none", async () => {
    const { emulator, channel } = await bench({ leavesOutInventory: true });
    emulator.controls.addListing(mug);
    emulator.faults.add({ operation: "getListingInventory", kind: "status", status: 429 });
    expect(await channel.readListings(null)).toMatchObject({ failure: { kind: "throttled" } });
    emulator.faults.add({ operation: "getListingInventory", kind: "status", status: 400 });
    const page = await channel.readListings(null);
    expect(page).toMatchObject({ value: { listings: [], unreadable: [{ why: expect.stringMatching(/Inventory/) }] } });
  });
});

describe("open receipts", () => {
  const since = new Date("2026-11-22T11:00:00.000Z");

  async function round(channel: OpenChannel, held: string | null) {
    const orders: RemoteOrder[] = [];
    for (let cursor = held; ; ) {
      const page: Awaited<ReturnType<OpenChannel["readOrders"]>> = await channel.readOrders({ cursor, since });
      if (!page.ok) throw new Error(page.failure.message);
      orders.push(...page.value.orders);
      cursor = page.value.nextCursor;
      if (!page.value.more) return { orders, cursor, completeThrough: page.value.completeThrough };
    }
  }

  it("that were refunded are told within the hour, though neither time nor cancellation says so", async () => {
    const { emulator, channel, clock, transport } = await bench();
    const { controls } = emulator;
    controls.addListing({ ...mug, quantity: 50 });
    const ids = [1, 2, 3].map(() => {
      const bought = controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
      return bought.ok ? String(bought.receipt.receiptId) : "";
    });
    const [whole = "", part = "", sent = ""] = ids;
    clock.advance(10 * 60_000);
    let { orders, cursor } = await round(channel, null);
    expect(orders.map((one) => one.remoteId).sort()).toEqual(ids);
    controls.ship(sent, null);
    clock.advance(10 * 60_000);
    ({ cursor } = await round(channel, cursor));
    controls.refund(whole, "17.00");
    controls.refund(part, "1.00");
    clock.advance(20 * 60_000);
    transport.operations.length = 0;
    ({ orders, cursor } = await round(channel, cursor));
    expect(orders).toEqual([]);
    expect(transport.operations).toEqual(["getShopReceipts", "getShopReceipts"]);
    clock.advance(HOUR_MS);
    const seen = await round(channel, cursor);
    expect(seen.orders.map((one) => [one.remoteId, one.lines[0]?.quantityCancelled])).toEqual([
      [whole, 1],
      [part, 0],
    ]);
    expect(seen.completeThrough).not.toBeNull();
    expect(transport.operations).toHaveLength(5);
  });

  it("beyond a page are passed through a page with each poll, none of them twice an hour and none left out", async () => {
    const { emulator, channel, clock, transport } = await bench();
    const { controls } = emulator;
    controls.addListing({ ...mug, quantity: 900 });
    const bought: string[] = [];
    for (let index = 0; index < 250; index += 1) {
      const one = controls.buy({ lines: [{ sku: "MUG", quantity: 1 }] });
      if (!one.ok) continue;
      bought.push(String(one.receipt.receiptId));
      controls.refund(one.receipt.receiptId, "1.00");
      if (index % 3 === 0) clock.advance(1_000);
    }
    clock.advance(10 * 60_000);
    let { cursor } = await round(channel, null);
    clock.advance(HOUR_MS);
    const seen = new Set<string>();
    transport.operations.length = 0;
    for (let polls = 0; polls < 4; polls += 1) {
      const read = await round(channel, cursor);
      for (const { remoteId } of read.orders) seen.add(remoteId);
      cursor = read.cursor;
      // What is sent meanwhile leaves the set, and moves no other.
      for (const id of bought.splice(0, 20)) if (seen.has(id)) controls.ship(id, null);
      clock.advance(5 * 60_000);
    }
    expect(seen.size).toBe(250);
    expect(transport.operations).toHaveLength(4 * 2 + 3);
  });
});
