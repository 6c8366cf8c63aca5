/** An order that the merchant entered in Shopify by hand, and whose number they give: from then on it is like one of ours. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findOrderToLink, linkOrder, type OrderFound } from "#app/flows/link-order.ts";
import { recordEnteredByHand, retryOrder } from "#app/flows/manage-order.ts";
import { cancelBySeller, orderByAnyId } from "#test/emulators/ebay/orders.ts";
import type { Order } from "#test/emulators/shopify/store.ts";
import { openTestDatabase, type TestDatabase } from "#test/support/world/test-database.ts";
import type { World } from "#test/support/world/world.ts";
import { buyOn, createOrderWorld, MINUTES, openAlerts, ordersInShopify, type Sku } from "./order-world.ts";

let database: TestDatabase;
let world: World;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  world = await createOrderWorld(database);
  // Each order waits for the merchant.
  await database.db.channel.updateMany({ data: { holdsOrders: true } });
});
afterEach(() => world.close());

type Bought = readonly { sku: Sku; quantity: number }[];

/** Somebody buys on eBay; the order is held. Returns its id here and there. */
async function hold(lines: Bought): Promise<{ orderId: number; remoteId: string }> {
  const bought = world.ebay.controls.buy({ lines: [...lines] });
  if (!bought.ok) throw new Error(bought.why);
  const remoteId = bought.order.orderId;
  const held = { where: { remoteId, stage: "held" } };
  await world.until("held", async () => (await database.db.marketplaceOrder.count(held)) === 1, 5 * MINUTES);
  return { orderId: (await database.db.marketplaceOrder.findFirstOrThrow(held)).id, remoteId };
}

const store = () => world.shopify.store(world.shopDomain);
const variantOf = (sku: Sku) => {
  const variant = [...store().variants.values()].find((one) => one.sku === sku);
  if (!variant) throw new Error(`the store has no ${sku}`);
  return variant;
};

/** The merchant's own order in Shopify, made in the admin. */
function enter(lines: Bought): Order {
  const made = world.shopify.controls.storefrontOrder(world.shopDomain, {
    email: "ebay@merchant.example",
    firstName: "From",
    lastName: "eBay",
    lines: lines.map(({ sku, quantity }) => ({ variantId: variantOf(sku).id, quantity })),
  });
  if (!made.ok) throw new Error(made.message);
  return made.value;
}

const of = (orderId: number) => ({ shopId: world.shopId, orderId });
const find = (orderId: number, number: string) => world.drive(findOrderToLink(world.rt, { ...of(orderId), number }));

async function found(orderId: number, number: string): Promise<OrderFound> {
  const reply = await find(orderId, number);
  if (!reply.ok) throw new Error(reply.message);
  return reply.found;
}

const agree = (orderId: number, { gid, shown }: Pick<OrderFound, "gid" | "shown">) =>
  linkOrder(world.rt, { ...of(orderId), orderGid: gid, shown, actor: "7" });

async function link(orderId: number, number: string): Promise<OrderFound> {
  const shown = await found(orderId, number);
  expect(await world.drive(agree(orderId, shown))).toEqual({ ok: true, message: `Linked to ${shown.name}` });
  return shown;
}

const order = (id: number) =>
  database.db.marketplaceOrder.findUniqueOrThrow({ where: { id }, include: { lines: { orderBy: { id: "asc" } } } });
const reservations = async () =>
  (await database.db.reservation.findMany({ orderBy: { id: "asc" } })).map((one) => `${one.quantity} ${one.state}`);
const onEbay = (remoteId: string) => {
  const there = orderByAnyId(world.ebay.state, remoteId);
  if (!there) throw new Error(`eBay has no order ${remoteId}`);
  return there;
};
const parcels = (remoteId: string) =>
  onEbay(remoteId).shipments.map(
    ({ trackingNumber, lines }) => `${trackingNumber}: ${lines.map((line) => line.quantity).join("+")}`,
  );
const shownOn = (sku: Sku) => world.ebay.controls.shown()[sku];
const shows = (sku: Sku, units: number) =>
  world.until(`eBay shows ${units}`, () => shownOn(sku) === units, 5 * MINUTES);
const ship = (made: Order, number: string, lines?: { lineItemId: string; quantity: number }[]) => {
  const tracking = [{ company: "Royal Mail", number, url: null }];
  const shipped = world.shopify.controls.fulfill(world.shopDomain, made.id, { ...(lines ? { lines } : {}), tracking });
  if (!shipped.ok) throw new Error(shipped.message);
};
const OAKS: Bought = [{ sku: "OAK", quantity: 2 }];

describe("the order that was found", () => {
  it("is shown before it is linked, and nothing is changed by that", async () => {
    const { orderId } = await hold([
      { sku: "OAK", quantity: 2 },
      { sku: "ASH", quantity: 1 },
    ]);
    const made = enter([{ sku: "OAK", quantity: 3 }]);
    const shown = await found(orderId, "1001");
    expect(shown).toMatchObject({ gid: made.id, name: "#1001", customerName: "From eBay" });
    expect(shown.total).toEqual({ amount: expect.any(String), currency: "GBP" });
    expect(shown.lines).toEqual([
      { title: "Oak tray", units: 2, found: 2, as: "Oak tray", isGuess: false },
      { title: "Ash tray", units: 1, found: 0, as: null, isGuess: false },
    ]);
    expect(shown.beside).toEqual([{ title: "Oak tray", units: 1 }]);
    expect(shown.follows).toEqual([
      "When #1001 is shipped, eBay is told. Cancelled on one side, it is cancelled on the other.",
      expect.stringMatching(/^#1001 has taken 2 units off your stock in Shopify\./),
      expect.stringMatching(/^1 unit that Lockstep set aside for this order is free again/),
      expect.stringMatching(/^1 unit of this order is not in #1001/),
    ]);
    expect((await order(orderId)).stage).toBe("held");
    expect(await reservations()).toEqual(["2 pending", "1 pending"]);
  });

  it.each(["#1001", "1001", " 1001 "])("is found by %j", async (number) => {
    const { orderId } = await hold(OAKS);
    const made = enter(OAKS);
    expect((await found(orderId, number)).gid).toBe(made.id);
  });

  it("is found by what the shop writes around its numbers, and by its page's address, once the search knows it", async () => {
    Object.assign(store(), { orderNumberFormatPrefix: "EN", orderNumberFormatSuffix: "-A" });
    const { orderId } = await hold(OAKS);
    const made = enter(OAKS);
    // Older than the newest fifty: the search has to find it.
    for (let others = 0; others < 51; others += 1) {
      const variantId = variantOf("ASH").id;
      world.setStock("ASH", 9);
      world.shopify.controls.storefrontOrder(world.shopDomain, {
        email: "b@b.example",
        lines: [{ variantId, quantity: 1 }],
      });
    }
    await world.run(5 * MINUTES);
    const address = `https://admin.shopify.com/store/orders/orders/${made.id.split("/").at(-1)}`;
    for (const number of ["1001", "#1001", "EN1001-A", address])
      expect((await found(orderId, number)).gid, number).toBe(made.id);
  });
});

describe("a held order that is linked", () => {
  it("is placed: its units are counted once, and history says who did it", async () => {
    const { orderId } = await hold(OAKS);
    await world.until("set aside", async () => (await reservations())[0] === "2 pending", MINUTES);
    enter(OAKS);
    await shows("OAK", 5);
    await link(orderId, "#1001");
    await shows("OAK", 7);
    expect(await reservations()).toEqual(["2 posted"]);
    await world.run(10 * MINUTES);
    expect([shownOn("OAK"), world.available("OAK"), ordersInShopify(world).length]).toEqual([7, 7, 1]);
    const { stage, shopifyOrderName, holdReason } = await order(orderId);
    expect({ stage, shopifyOrderName, holdReason }).toEqual({
      stage: "placed",
      shopifyOrderName: "#1001",
      holdReason: null,
    });
    expect(await openAlerts(world)).toEqual([]);
    const attempt = await database.db.attempt.findFirstOrThrow({ where: { actor: "7" } });
    expect(attempt).toMatchObject({ orderId, kind: "place-order", message: expect.stringContaining("#1001") });
  });

  it("is settled though a draft had taken its units long before", async () => {
    const { orderId } = await hold(OAKS);
    const made = enter(OAKS);
    await shows("OAK", 5);
    await world.run(10 * MINUTES);
    made.createdAt = new Date(world.time.now().getTime() - MINUTES / 2).toISOString();
    await link(orderId, "#1001");
    await shows("OAK", 7);
    expect(await reservations()).toEqual(["2 posted"]);
  });

  it("has its parcels told, each line of its own, though two equal lines are one in Shopify", async () => {
    const { orderId, remoteId } = await hold([
      { sku: "OAK", quantity: 1 },
      { sku: "ASH", quantity: 2 },
    ]);
    // Both listings are of one variant.
    const { variantId } = (await order(orderId)).lines[0] ?? {};
    await database.db.orderLine.updateMany({ data: { variantId: variantId ?? null } });
    const made = enter([{ sku: "OAK", quantity: 3 }]);
    await link(orderId, "#1001");
    const { lines } = await order(orderId);
    const [oak] = made.lineItems;
    if (!oak) throw new Error("it has a line");
    expect(lines.map((line) => line.shopifyLineGid)).toEqual([oak.id, oak.id]);
    ship(made, "FIRST", [{ lineItemId: oak.id, quantity: 2 }]);
    const told = (count: number) =>
      world.until(`${count} told`, () => onEbay(remoteId).shipments.length === count, 5 * MINUTES);
    await told(1);
    ship(made, "SECOND", [{ lineItemId: oak.id, quantity: 1 }]);
    await told(2);
    const shipped = onEbay(remoteId).shipments.map((one) =>
      one.lines.map((line) => `${line.quantity} of ${lines.findIndex((own) => own.remoteLineId === line.lineItemId)}`),
    );
    expect(shipped).toEqual([["1 of 0", "1 of 1"], ["1 of 1"]]);
    expect(await openAlerts(world)).toEqual([]);
  });

  it("that is shipped already is told of once: looked for first, as the merchant may have told it", async () => {
    const first = await hold(OAKS);
    const made = enter(OAKS);
    ship(made, "BYHAND");
    await world.run(2_000);
    const shown = await link(first.orderId, "#1001");
    expect(shown.follows[0]).toContain("is shipped already");
    await world.until("told", () => parcels(first.remoteId).length > 0, 5 * MINUTES);
    expect(parcels(first.remoteId)).toEqual(["BYHAND: 2"]);

    const second = await hold(OAKS);
    const other = enter(OAKS);
    ship(other, "TOLD");
    const { lines, shipments } = onEbay(second.remoteId);
    const told = { trackingNumber: "TOLD", carrier: "RoyalMail", shippedAt: world.time.now().toISOString() };
    const all = lines.map(({ lineItemId, quantity }) => ({ lineItemId, quantity }));
    shipments.push({ ...told, fulfillmentId: "TOLD", lines: all });
    await world.run(2_000);
    await link(second.orderId, "#1002");
    const relayed = { where: { orderId: second.orderId, state: "relayed" } };
    await world.until("known", async () => (await database.db.shipment.count(relayed)) === 1, 5 * MINUTES);
    expect(parcels(second.remoteId)).toEqual(["TOLD: 2"]);
  });

  it("and cancelled in Shopify is cancelled on the marketplace", async () => {
    const { orderId, remoteId } = await hold(OAKS);
    const made = enter(OAKS);
    await link(orderId, "#1001");
    world.shopify.controls.cancel(world.shopDomain, made.id, { reason: "INVENTORY", restock: true });
    await world.until("cancelled there", () => onEbay(remoteId).cancelledAt !== null, 5 * MINUTES);
    await shows("OAK", 9);
  });

  it("and cancelled on the marketplace is cancelled in Shopify, and its units are back", async () => {
    const { orderId, remoteId } = await hold(OAKS);
    const made = enter(OAKS);
    await link(orderId, "#1001");
    await shows("OAK", 7);
    cancelBySeller(world.ebay.state, onEbay(remoteId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    await world.until("cancelled in Shopify", () => made.cancelledAt !== null, 5 * MINUTES);
    await shows("OAK", 9);
  });

  it("in part: what the order in Shopify lacks is free, and the merchant is told", async () => {
    const { orderId } = await hold([
      { sku: "OAK", quantity: 2 },
      { sku: "ASH", quantity: 1 },
    ]);
    enter([{ sku: "OAK", quantity: 1 }]);
    await link(orderId, "#1001");
    await shows("OAK", 8);
    // Bought, and not taken anywhere.
    await shows("ASH", 9);
    await world.until("told", async () => (await openAlerts(world)).length === 2, 5 * MINUTES);
    expect((await openAlerts(world)).map((one) => one.title)).toEqual([
      expect.stringMatching(/^1 × Oak tray of order .* will not be shipped$/),
      expect.stringMatching(/^1 × Ash tray of order .* will not be shipped$/),
    ]);
    expect(await reservations()).toEqual(["1 posted", "1 voided"]);
  });

  it("is not the person that other orders entered for the same Shopify customer are", async () => {
    const [first, second] = [await hold(OAKS), await hold([{ sku: "ASH", quantity: 1 }])];
    enter(OAKS);
    enter([{ sku: "ASH", quantity: 1 }]);
    const before = await database.db.customer.count();
    await link(first.orderId, "#1001");
    await link(second.orderId, "#1002");
    expect(await database.db.customer.count()).toBe(before);
  });
});

describe("an order that was said to be entered by hand", () => {
  it("can be linked later: its units are counted once, and its parcels told", async () => {
    const { orderId, remoteId } = await hold(OAKS);
    expect(await world.drive(recordEnteredByHand(world.rt, of(orderId)))).toEqual({ ok: true });
    const made = enter(OAKS);
    await shows("OAK", 7);
    const before = (await order(orderId)).buyerForgetAt;
    await link(orderId, "#1001");
    await world.until("settled", async () => (await reservations())[0] === "2 posted", 5 * MINUTES);
    await world.run(5 * MINUTES);
    expect([shownOn("OAK"), world.available("OAK")]).toEqual([7, 7]);
    // It is open again: the buyer is not forgotten before it is sent.
    expect(Number((await order(orderId)).buyerForgetAt)).toBeGreaterThan(Number(before));
    ship(made, "LATER");
    await world.until("told", () => parcels(remoteId).length === 1, 5 * MINUTES);
  });

  it("and was cancelled on the marketplace since is not", async () => {
    const { orderId, remoteId } = await hold(OAKS);
    await world.drive(recordEnteredByHand(world.rt, of(orderId)));
    enter(OAKS);
    cancelBySeller(world.ebay.state, onEbay(remoteId), "OUT_OF_STOCK_OR_CANNOT_FULFILL", world.time.now());
    const cancelled = { where: { remoteStatus: "cancelled" } };
    await world.until("seen", async () => (await database.db.marketplaceOrder.count(cancelled)) === 1, 5 * MINUTES);
    expect(await find(orderId, "1001")).toMatchObject({
      ok: false,
      message: expect.stringMatching(/eBay has cancelled this order/),
    });
  });
});

describe("is refused, and nothing is changed:", () => {
  const refused = async (orderId: number, number: string, why: RegExp) => {
    expect(await find(orderId, number)).toEqual({ ok: false, message: expect.stringMatching(why) });
    expect((await order(orderId)).stage).toBe("held");
  };

  it("what is no number, and a number that no order has", async () => {
    const { orderId } = await hold(OAKS);
    enter(OAKS);
    await refused(orderId, "", /Type the number/);
    await refused(orderId, "https://example.com/1001", /Type the number/);
    await refused(orderId, "100", /Shopify shows no order 100\./);
    await refused(orderId, "#1009", /Shopify shows no order #1009\./);
    await refused(orderId, "https://admin.shopify.com/store/orders/orders/99", /Shopify shows no such order/);
  });

  it("a name that two orders have", async () => {
    const { orderId } = await hold(OAKS);
    enter([{ sku: "OAK", quantity: 1 }]);
    Object.assign(enter([{ sku: "ASH", quantity: 1 }]), { name: "#1001" });
    await refused(orderId, "1001", /Shopify has 2 orders called 1001/);
  });

  it("an order of which no line is this one's", async () => {
    const { orderId } = await hold(OAKS);
    enter([{ sku: "ASH", quantity: 2 }]);
    await refused(orderId, "1001", /No line of #1001 is one of this order's/);
  });

  it("one that is cancelled, one of another order, and one that Lockstep made", async () => {
    const { orderId } = await hold(OAKS);
    const cancelled = enter(OAKS);
    world.shopify.controls.cancel(world.shopDomain, cancelled.id, { reason: "OTHER", restock: true });
    await refused(orderId, "1001", /#1001 is cancelled in Shopify/);

    const other = await hold([{ sku: "OAK", quantity: 1 }]);
    enter([{ sku: "OAK", quantity: 1 }]);
    await link(other.orderId, "1002");
    await refused(orderId, "1002", /#1002 is linked to order .* already/);

    await database.db.channel.updateMany({ data: { holdsOrders: false } });
    buyOn(world, { OAK: 1 });
    await world.until("made", () => ordersInShopify(world).length === 3, 5 * MINUTES);
    await world.run(MINUTES);
    await database.db.marketplaceOrder.updateMany({
      where: { shopifyOrderName: "#1003" },
      data: { shopifyOrderGid: null },
    });
    await refused(orderId, "1003", /Lockstep made #1003 for another marketplace order/);
  });

  it("while Shopify does not answer", async () => {
    const { orderId } = await hold(OAKS);
    enter(OAKS);
    world.shopify.faults.add({ operation: "orders", kind: "status", status: 503, times: 100 });
    await refused(orderId, "1001", /Shopify did not say which order that is/);
  });

  it("what changed since it was shown", async () => {
    const { orderId } = await hold(OAKS);
    const made = enter(OAKS);
    const shown = await found(orderId, "1001");
    const [line] = made.lineItems;
    if (!line) throw new Error("it has a line");
    const edit = { lines: [{ lineItemId: line.id, quantity: 1 }], added: [], restock: true };
    world.shopify.controls.editOrder(world.shopDomain, made.id, edit);
    expect(await world.drive(agree(orderId, shown))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/changed while you looked/),
    });
    expect((await order(orderId)).stage).toBe("held");
  });

  it("a form that was sent twice, and an order that is placed or cancelled", async () => {
    const { orderId } = await hold(OAKS);
    enter(OAKS);
    const shown = await link(orderId, "1001");
    expect(await world.drive(agree(orderId, shown))).toMatchObject({
      ok: false,
      message: expect.stringMatching(/is #1001 in Shopify already/),
    });
    expect(await find(orderId, "1001")).toMatchObject({ ok: false });
    await database.db.marketplaceOrder.updateMany({ data: { stage: "cancelled", shopifyOrderGid: null } });
    expect(await find(orderId, "1001")).toMatchObject({
      ok: false,
      message: expect.stringMatching(/not on hold any more/),
    });
    expect(await find(orderId + 1, "1001")).toMatchObject({
      ok: false,
      message: expect.stringMatching(/does not exist/),
    });
  });
});

describe("at the same moment", () => {
  it("as a retry: it is linked or made, never both", async () => {
    for (let round = 0; round < 6; round += 1) {
      world.setStock("OAK", 50);
      await shows("OAK", 50);
      const { orderId } = await hold([{ sku: "OAK", quantity: 1 }]);
      const made = enter([{ sku: "OAK", quantity: 1 }]);
      const shown = await found(orderId, made.name);
      const orders = ordersInShopify(world).length;
      const both = [agree(orderId, shown), retryOrder(world.rt, of(orderId))];
      const [linked, retried] = await world.drive(Promise.all(round % 2 === 0 ? both : both.reverse()));
      expect([linked?.ok, retried?.ok].filter(Boolean)).toHaveLength(1);
      const isPlaced = async () => (await order(orderId)).stage === "placed";
      await world.until("placed", isPlaced, 5 * MINUTES);
      const isLinked = (await order(orderId)).linkedAt !== null;
      expect(ordersInShopify(world)).toHaveLength(isLinked ? orders : orders + 1);
    }
  });

  it("twice, or for two orders: once", async () => {
    const [first, second] = [await hold([{ sku: "OAK", quantity: 1 }]), await hold([{ sku: "OAK", quantity: 1 }])];
    enter([{ sku: "OAK", quantity: 1 }]);
    const ids = [first.orderId, second.orderId];
    const shown = await Promise.all(ids.map((id) => found(id, "1001")));
    const all = ids.flatMap((id, at) => [id, id].map((one) => agree(one, shown[at] as OrderFound)));
    const replies = await world.drive(Promise.all(all));
    expect(replies.filter((reply) => reply.ok)).toHaveLength(1);
    expect(await database.db.marketplaceOrder.count({ where: { stage: "placed" } })).toBe(1);
    expect(await database.db.marketplaceOrder.count({ where: { stage: "held" } })).toBe(1);
  });
});
